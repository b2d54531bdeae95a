/* SPDX-License-Identifier: Apache-2.0
 *
 * Memory that is there or the program ends. */
#include "memory.h"

#include <stdlib.h>
#include <string.h>

#include "console.h"
#include "exit_status.h"

void out_of_memory(void) {
    say("out of memory");
    exit(exit_status(FAULT_RECORDS));
}

void *need_realloc(void *old, size_t size) {
    void *memory = realloc(old, size ? size : 1);
    if (!memory)
        out_of_memory();
    return memory;
}

char *need_strdup(const char *text) {
    char *copy = strdup(text);
    if (!copy)
        out_of_memory();
    return copy;
}

void *need(void *object) {
    if (!object)
        out_of_memory();
    return object;
}

void *need_room(void *list, size_t count, size_t element_size) {
    if (count == 0)
        return need_realloc(list, 16 * element_size);
    if (count >= 16 && (count & (count - 1)) == 0)
        return need_realloc(list, 2 * count * element_size);
    return list;
}
