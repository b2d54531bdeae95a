/* SPDX-License-Identifier: Apache-2.0 */
#include <stskafka/error.h>

#include "base/error.h"
#include "base/status.h"

const char *sts_status_name(sts_status status) {
    return sts__status_name(status);
}

const char *sts_status_text(sts_status status) {
    return sts__status_text(status);
}

size_t sts_status_count(void) {
    size_t count = 0;
    while (sts__status_row_at(count))
        count++;
    return count;
}

sts_status sts_status_at(size_t index) {
    const sts__status_row *row = sts__status_row_at(index);
    return row ? row->code : STS_OK;
}

sts_status sts_error_code(const sts_error *error) {
    return error ? error->code : STS_OK;
}

const char *sts_error_text(const sts_error *error) {
    return error ? error->text : "";
}

int32_t sts_error_is_retriable(const sts_error *error) {
    const sts__status_row *row = sts__status_find(sts_error_code(error));
    return row && row->retriable;
}

int32_t sts_error_is_fatal(const sts_error *error) {
    return sts_error_code(error) <= STS_ERR_FATAL_LINE;
}

int32_t sts_error_transport_code(const sts_error *error) {
    return error ? error->transport_code : 0;
}

int64_t sts_error_offset(const sts_error *error) {
    return error ? error->offset : -1;
}

void sts_error_free(sts_error *error) {
    if (error && error->memory)
        sts__memory_free(error->memory, error);
}
