/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "intake/reader.h"

/* Of a longer path the middle is left out. */
enum { FIRST_STEPS = 6, LAST_STEPS = 3, PATH_SIZE = 400 };

static void add_step(char path[PATH_SIZE], const sts__intake_frame *frame) {
    size_t size = strlen(path);
    size += (size_t)snprintf(path + size, PATH_SIZE - size, "%s%s", size ? "." : "", frame->field->json_name);
    if (frame->in_array && size < PATH_SIZE)
        snprintf(path + size, PATH_SIZE - size, "[%u]", (unsigned)frame->index);
}

static void write_path(const sts__intake_reader *r, char path[PATH_SIZE]) {
    path[0] = '\0';
    for (size_t i = 0; i < r->depth; i++) {
        if (i == FIRST_STEPS && r->depth > FIRST_STEPS + LAST_STEPS) {
            i = r->depth - LAST_STEPS;
            strncat(path, "..", PATH_SIZE - strlen(path) - 1); /* the third is before the next step */
        }
        if (r->frames[i].field)
            add_step(path, &r->frames[i]);
    }
}

sts_status sts__intake_fault(const sts__intake_reader *r, sts__fault *fault) {
    if (r->no_memory)
        return sts__fault_no_memory(fault);
    const uint8_t *line = r->text.start;
    unsigned lines = 1;
    for (const uint8_t *at = line; (at = memchr(at, '\n', (size_t)(r->text.at - at))); line = ++at)
        lines++;
    char path[PATH_SIZE];
    write_path(r, path);
    return sts__fault_set_at(fault, r->text.too_deep ? STS_ERR_TOO_DEEP : STS_ERR_JSON, r->text.at - r->text.start,
                             "line %u, column %td%s%s: %s", lines, r->text.at - line + 1, path[0] ? ", " : "", path,
                             r->text.wrong);
}
