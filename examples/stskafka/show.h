/* SPDX-License-Identifier: Apache-2.0
 *
 * Bytes and texts for people: on one line, printable, of bounded width. */
#ifndef SHOW_H
#define SHOW_H

#include <stddef.h>

#include <stskafka/types.h>

enum { SHOW_SIZE = 256 }; /* enough for every text that show_bytes makes */

/* Bytes as "text" where all of it can be printed, else as 0xhex; - for null. Beyond some 56 columns it is cut with
 * "...". Returns `out`. */
const char *show_bytes(char out[SHOW_SIZE], sts_bytes bytes);

/* How many columns a text takes on the terminal. */
size_t show_width(const char *text);
size_t show_width_of(const char *text, size_t size);

/* How many bytes of a text fit into so many columns. */
size_t show_fitting(const char *text, size_t columns);

#endif
