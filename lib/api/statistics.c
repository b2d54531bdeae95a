/* SPDX-License-Identifier: Apache-2.0 */
#include <stskafka/statistics.h>

#include "api/guard.h"
#include "api/owned_text.h"
#include "exporter/statistics.h"

/* As far as there is room; 0 beyond what is known. */
static void fill(uint64_t *values, size_t values_size, const uint64_t *known, size_t known_size) {
    for (size_t i = 0; i < values_size; i++)
        values[i] = i < known_size ? known[i] : 0;
}

/* The locks change, what they guard does not. */
static sts_status take_snapshot(const sts_exporter *exporter, sts__ledger_snapshot *snapshot) {
    sts_status status = sts__api_enter(exporter, STS__API_ALSO_IN_CALLBACKS);
    if (status == STS_OK)
        sts__statistics_take((sts_exporter *)exporter, snapshot);
    return status;
}

sts_status sts_exporter_queue(const sts_exporter *exporter, uint64_t *values, size_t values_size) {
    sts__ledger_snapshot snapshot;
    if (!values)
        return STS_ERR_INVALID_ARGUMENT;
    sts_status status = take_snapshot(exporter, &snapshot);
    if (status == STS_OK)
        fill(values, values_size, snapshot.queue, STS_QUEUE_VALUES);
    return status;
}

sts_status sts_exporter_transport_statistics(const sts_exporter *exporter, int64_t *values, size_t values_size) {
    sts__ledger_snapshot snapshot;
    if (!values)
        return STS_ERR_INVALID_ARGUMENT;
    sts_status status = take_snapshot(exporter, &snapshot);
    for (size_t i = 0; status == STS_OK && i < values_size; i++)
        values[i] = i < STS_TRANSPORT_VALUES ? snapshot.transport[i] : -1;
    return status;
}

int32_t sts_exporter_threads(const sts_exporter *exporter) {
    if (sts__api_enter(exporter, STS__API_ALSO_IN_CALLBACKS) != STS_OK)
        return 0;
    return sts__service_threads((sts_exporter *)exporter); /* as above */
}

size_t sts_latency_bucket_count(void) {
    return STS__LATENCY_BUCKETS;
}

uint64_t sts_latency_bucket_bound_us(size_t index) {
    return sts__latency_bound_us(index);
}

sts_status sts_exporter_latency(const sts_exporter *exporter, uint64_t *buckets, size_t buckets_size,
                                uint64_t *sum_us) {
    sts__ledger_snapshot snapshot;
    if (!buckets && buckets_size)
        return STS_ERR_INVALID_ARGUMENT;
    sts_status status = take_snapshot(exporter, &snapshot);
    if (status != STS_OK)
        return status;
    fill(buckets, buckets_size, snapshot.latency.buckets, STS__LATENCY_BUCKETS);
    if (sum_us)
        *sum_us = snapshot.latency.sum_us;
    return STS_OK;
}

/* The gate of the two texts. */
static sts_status enter(const sts_exporter *exporter, char **text, sts_error **error) {
    if (!text)
        return sts__error_report_text(exporter ? exporter->memory : sts__memory_default(), error,
                                      STS_ERR_INVALID_ARGUMENT, "the place for the text must not be NULL");
    *text = NULL;
    return sts__api_enter_or_report(exporter, STS__API_ALSO_IN_CALLBACKS, error);
}

static sts_status hand_over(sts__text *made, char **text, sts_error **error) {
    sts_status status = sts__api_hand_over(made, text);
    sts__text_clear(made);
    return sts__error_report_text(made->memory, error, status, sts_status_text(status));
}

sts_status sts_exporter_statistics_prometheus(const sts_exporter *exporter, const char *name, char **text,
                                              sts_error **error) {
    sts__text made;
    sts_status status = enter(exporter, text, error);
    if (status != STS_OK)
        return status;
    sts__text_init(&made, exporter->memory);
    if (!sts__statistics_prometheus((sts_exporter *)exporter, name, &made))
        return sts__error_report_text(exporter->memory, error, STS_ERR_UTF8, "name is not UTF-8");
    return hand_over(&made, text, error);
}

sts_status sts_exporter_statistics_json(const sts_exporter *exporter, char **json, sts_error **error) {
    sts__text made;
    sts_status status = enter(exporter, json, error);
    if (status != STS_OK)
        return status;
    sts__text_init(&made, exporter->memory);
    sts__statistics_json((sts_exporter *)exporter, &made);
    return hand_over(&made, json, error);
}
