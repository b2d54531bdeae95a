/* SPDX-License-Identifier: Apache-2.0
 *
 * Memory that is there or the program ends: a tool that runs and exits has nothing better to do without it. */
#ifndef MEMORY_H
#define MEMORY_H

#include <stddef.h>

/* As realloc and strdup; never NULL. */
void *need_realloc(void *old, size_t size);
char *need_strdup(const char *text);

/* An object that the library made; NULL, which it gives for lack of memory, ends the program. */
void *need(void *object);

/* Ends the program. */
void out_of_memory(void) __attribute__((noreturn));

/* Makes room for one more element in a list of `count`: the capacity is 0, 16, 32, 64, ... */
void *need_room(void *list, size_t count, size_t element_size);

#endif
