/* SPDX-License-Identifier: Apache-2.0 */
#include <stskafka/record.h>

#include <string.h>

#include "api/guard.h"
#include "exporter/export_context.h"
#include "exporter/exporter.h"
#include "exporter/source.h"

/* Whether a view has bytes where it says so. */
static bool is_there(sts_bytes bytes) {
    return bytes.data || !bytes.size;
}

static sts_status check(const sts__ready *ready, sts__fault *fault) {
    bool good = is_there(ready->key) && is_there(ready->value) && (ready->headers || !ready->header_count);
    for (size_t i = 0; good && i < ready->header_count; i++)
        good = is_there(ready->headers[2 * i]) && is_there(ready->headers[2 * i + 1]);
    return good ? STS_OK
                : sts__fault_set(fault, STS_ERR_INVALID_ARGUMENT,
                                 "key, value, headers, and what they hold, must not be NULL where they have a size");
}

sts_status sts_export_record(sts_exporter *exporter, const char *topic, const void *key, size_t key_size,
                             const void *value, size_t value_size, const sts_bytes *headers, size_t header_count,
                             const sts_export_context *context, sts_error **error) {
    const sts__ready ready = {
        {topic, topic ? strlen(topic) : 0}, {key, key_size}, {value, value_size}, headers, header_count};
    sts__export_counts done = {0};
    sts__ready_source source;
    sts__fault fault;
    sts_status status = sts__api_enter_or_report(exporter, STS__API_ALSO_IN_CALLBACKS, error);
    if (status != STS_OK)
        return status;
    status = check(&ready, &fault);
    if (status == STS_OK)
        status = sts__ready_source_init(&source, &exporter->route, exporter->memory,
                                        sts__export_context_metadata(context), &ready, &fault);
    if (status == STS_OK) {
        status = sts__export(exporter, &source.source, context, &done, &fault);
        sts__source_end(&source.source);
    }
    return status == STS_OK ? STS_OK : sts__error_report(exporter->memory, error, &fault);
}
