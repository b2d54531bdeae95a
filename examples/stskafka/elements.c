/* SPDX-License-Identifier: Apache-2.0
 *
 * Elements of topology into a batch. */
#include "elements.h"

#include <string.h>

#include "memory.h"

bool elements_add(sts_topology *batch, const char *line, size_t size, sts_error **error) {
    *error = NULL;
    sts_status status = sts_topology_add_json(batch, line, size, error);
    if (status == STS_ERR_NO_MEMORY)
        out_of_memory();
    return status == STS_OK;
}

bool elements_read(sts_topology *batch, const char *text, size_t size, struct element_fault *fault) {
    fault->line = 0;
    for (size_t at = 0; at < size;) {
        const char *end = memchr(text + at, '\n', size - at);
        size_t length = end ? (size_t)(end - text) - at : size - at;
        fault->line++;
        if (!elements_add(batch, text + at, length, &fault->error)) {
            int64_t inside = sts_error_offset(fault->error);
            fault->offset = at + (inside > 0 ? (size_t)inside : 0);
            return false;
        }
        at += length + 1;
    }
    return true;
}
