/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/merged.h"

#include <string.h>

#include "wire/reader.h"

bool sts__wire_merged(sts_bytes bytes, uint64_t number, sts__arena *arena, sts_bytes *message) {
    sts__wire_reader reader = sts__wire_read(bytes);
    sts_bytes found;
    size_t size = 0;
    *message = (sts_bytes){"", 0};
    for (; sts__wire_find(&reader, number, &found); size += found.size)
        if (size == 0)
            *message = found;
    if (size == message->size) /* one at most has bytes */
        return true;
    char *all = sts__arena_alloc(arena, size);
    if (!all)
        return false;
    *message = (sts_bytes){all, size};
    reader = sts__wire_read(bytes);
    for (; sts__wire_find(&reader, number, &found); all += found.size)
        if (found.size)
            memcpy(all, found.data, found.size);
    return true;
}
