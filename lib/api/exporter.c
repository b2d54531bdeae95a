/* SPDX-License-Identifier: Apache-2.0 */
#include <stskafka/exporter.h>

#include "api/guard.h"
#include "base/clock.h"
#include "exporter/exporter.h"
#include "exporter/statistics.h"

sts_status sts_exporter_new(sts_exporter **exporter, const sts_options *options, sts_error **error) {
    if (exporter)
        *exporter = NULL;
    if (!exporter || !options)
        return sts__error_report_text(sts__memory_default(), error, STS_ERR_INVALID_ARGUMENT,
                                      "exporter and options must not be NULL");
    return sts__exporter_new(options->memory, options, exporter, error);
}

static void get_counts(const sts_exporter *exporter, uint64_t *counts, size_t counts_size) {
    if (counts) /* the lock changes, what it guards does not */
        sts__statistics_take_counts((sts_exporter *)exporter, counts, counts_size);
}

static sts_status report(sts_exporter *exporter, sts_error **error, sts_status status, const char *text) {
    return sts__error_report_text(exporter->memory, error, status, text);
}

sts_status sts_flush(sts_exporter *exporter, int32_t timeout_ms, uint64_t *counts, size_t counts_size,
                     sts_error **error) {
    sts_status status = sts__api_enter_or_report(exporter, STS__API_NOT_IN_CALLBACKS, error);
    if (status != STS_OK)
        return status;
    if (timeout_ms < 0)
        return report(exporter, error, STS_ERR_INVALID_ARGUMENT, "timeout_ms must be 0 or more");
    if (sts__ledger_is_closed(&exporter->ledger))
        return report(exporter, error, STS_ERR_CLOSED, "the exporter was closed");
    bool done = sts__service_flush(exporter, sts__deadline_after(timeout_ms), true);
    get_counts(exporter, counts, counts_size);
    if (!done && sts__batching_is_starved(&exporter->batching))
        return report(exporter, error, STS_ERR_NO_MEMORY, sts_status_text(STS_ERR_NO_MEMORY));
    return done ? STS_OK : report(exporter, error, STS_ERR_TIMED_OUT, "some records have no outcome yet");
}

sts_status sts_exporter_reconfigure(sts_exporter *exporter, const sts_options *options, sts_error **error) {
    sts_status status = sts__api_enter_or_report(exporter, STS__API_NOT_IN_CALLBACKS, error);
    if (status != STS_OK)
        return status;
    if (!options)
        return report(exporter, error, STS_ERR_INVALID_ARGUMENT, "options must not be NULL");
    return sts__exporter_reconfigure(exporter, options, error);
}

sts_status sts_exporter_counts(const sts_exporter *exporter, uint64_t *counts, size_t counts_size) {
    sts_status status = sts__api_enter(exporter, STS__API_ALSO_IN_CALLBACKS);
    if (status == STS_OK && !counts)
        status = STS_ERR_INVALID_ARGUMENT;
    if (status == STS_OK)
        get_counts(exporter, counts, counts_size);
    return status;
}

uint64_t sts_exporter_rejected(const sts_exporter *exporter, sts_status code) {
    if (sts__api_enter(exporter, STS__API_ALSO_IN_CALLBACKS) != STS_OK)
        return 0;
    return sts__ledger_rejected((sts__ledger *)&exporter->ledger, code);
}

uint64_t sts_exporter_not_delivered(const sts_exporter *exporter, sts_status code) {
    if (sts__api_enter(exporter, STS__API_ALSO_IN_CALLBACKS) != STS_OK)
        return 0;
    return sts__ledger_failed((sts__ledger *)&exporter->ledger, code);
}

const char *sts_exporter_describe(const sts_exporter *exporter) {
    return exporter ? exporter->description : "";
}

const char *sts_exporter_fingerprint(const sts_exporter *exporter) {
    return exporter ? exporter->rules[STS__LOGS].fingerprint : "";
}

sts_status sts_poll(sts_exporter *exporter, int32_t timeout_ms) {
    sts_status status = sts__api_enter(exporter, STS__API_NOT_IN_CALLBACKS);
    if (status != STS_OK)
        return status;
    if (timeout_ms < 0)
        return STS_ERR_INVALID_ARGUMENT;
    if (exporter->own_thread)
        return STS_ERR_UNSUPPORTED;
    if (exporter->transport.struct_size)
        sts__service_run(exporter, timeout_ms);
    return STS_OK;
}

int32_t sts_exporter_fd(sts_exporter *exporter) {
    if (sts__api_enter(exporter, STS__API_ALSO_IN_CALLBACKS) != STS_OK || exporter->own_thread)
        return -1;
    return sts__service_fd(exporter);
}

sts_status sts_exporter_close(sts_exporter *exporter, int32_t timeout_ms, uint64_t *counts, size_t counts_size,
                              sts_error **error) {
    sts_status status = sts__api_enter_or_report(exporter, STS__API_NOT_IN_CALLBACKS, error);
    if (status != STS_OK)
        return status;
    if (timeout_ms < 0)
        return report(exporter, error, STS_ERR_INVALID_ARGUMENT, "timeout_ms must be 0 or more");
    status = sts__exporter_close(exporter, timeout_ms);
    get_counts(exporter, counts, counts_size);
    if (status == STS_ERR_TIMED_OUT)
        return report(exporter, error, status, "some records were given up when the exporter was closed");
    if (status == STS_ERR_CALLBACK)
        return report(exporter, error, status,
                      "closed without waiting any longer for a callback that has not returned; the outcomes after it "
                      "are counted, but not reported");
    return report(exporter, error, status, sts_status_text(status));
}

sts_status sts_exporter_free(sts_exporter *exporter, int32_t timeout_ms) {
    if (!exporter)
        return STS_OK;
    sts_status status = sts__api_enter(exporter, STS__API_NOT_IN_CALLBACKS);
    if (status != STS_OK)
        return status;
    return sts__exporter_free(exporter, timeout_ms);
}
