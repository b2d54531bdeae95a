/* SPDX-License-Identifier: Apache-2.0
 *
 * New credentials, certificates or brokers for an exporter that runs. What decides about keys, topics and promises does
 * not change while it lives. */
#include "exporter/exporter.h"

#include <string.h>

/* The name of the first option that differs, as a view into `now`; both are lines NAME=VALUE. */
static sts_bytes first_difference(const char *before, const char *now) {
    while (*now) {
        size_t size = strcspn(now, "\n");
        if (strncmp(before, now, size + 1) != 0)
            return (sts_bytes){now, strcspn(now, "=")};
        before += size + 1;
        now += size + 1;
    }
    return (sts_bytes){*before ? before : NULL, strcspn(before, "=")}; /* one that is not set any more */
}

static sts_status check_fixed(const sts_exporter *exporter, const sts_options *options, sts__fault *fault) {
    sts__text text;
    sts__text_init(&text, exporter->memory);
    sts__options_write_fixed(options, &text);
    sts_bytes changed = first_difference(exporter->fixed_options, sts__text_get(&text));
    sts_status status = STS_OK;
    if (text.failed)
        status = sts__fault_no_memory(fault);
    else if (changed.data)
        status = sts__fault_set(fault, STS_ERR_CONFIG, "%.*s: cannot be changed while the exporter runs",
                                (int)changed.size, (const char *)changed.data);
    sts__text_clear(&text);
    return status;
}

/* Callbacks are called from inside a trial, in this thread. */
static sts_status try(sts_exporter *exporter, const sts__config *config, void **tried, sts__fault *fault) {
    sts__caller me;
    sts__callers_enter(exporter, &me);
    sts_status status = exporter->transport_kind->try(exporter->memory, &config->common, &exporter->sink,
                                                      (int32_t)config->read_timeout_ms, tried, fault);
    sts__callers_leave(exporter, &me);
    return status;
}

/* A close does not wait for the trial, but for this. */
static sts_status replace(sts_exporter *exporter, void *tried, sts__fault *fault) {
    if (!sts__ledger_enter(&exporter->ledger)) {
        exporter->transport_kind->discard(tried);
        return sts__fault_set(fault, STS_ERR_CLOSED, "the exporter was closed");
    }
    exporter->transport_kind->replace(exporter->transport_context, tried);
    sts__ledger_leave(&exporter->ledger, &(sts__ledger_export){.token = 0});
    return STS_OK;
}

static sts_status reconfigure(sts_exporter *exporter, const sts_options *options, const sts__config *config,
                              sts__fault *fault) {
    void *tried;
    if (sts__ledger_is_closed(&exporter->ledger))
        return sts__fault_set(fault, STS_ERR_CLOSED, "the exporter was closed");
    if (!exporter->transport_kind->try)
        return sts__fault_set(fault, STS_ERR_UNSUPPORTED, "only an exporter with transport=kafka can be reconfigured");
    sts_status status = check_fixed(exporter, options, fault);
    if (status == STS_OK)
        status = try(exporter, config, &tried, fault);
    return status == STS_OK ? replace(exporter, tried, fault) : status;
}

sts_status sts__exporter_reconfigure(sts_exporter *exporter, const sts_options *options, sts_error **error) {
    sts__config config;
    sts__fault fault;
    sts_status status = sts__options_compile_or_report(options, &config, error);
    if (status != STS_OK)
        return status;
    status = reconfigure(exporter, options, &config, &fault);
    return status == STS_OK ? STS_OK : sts__error_report(exporter->memory, error, &fault);
}
