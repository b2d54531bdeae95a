/* SPDX-License-Identifier: Apache-2.0
 *
 * Standard output, where it is a terminal: how wide it is, and whether colour is wanted. */
#ifndef TERMINAL_H
#define TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

/* Columns; 0: it is no terminal, or does not tell. */
size_t terminal_width(void);

/* Colour is for terminals, unless NO_COLOR is set (no-color.org) or the terminal is a dumb one. */
bool terminal_has_colour(void);

#endif
