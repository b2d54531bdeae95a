/* SPDX-License-Identifier: Apache-2.0
 *
 * What the library does with a request. */
#include "dispatch.h"

#include <stskafka/topology.h>

#include "console.h"
#include "exit_status.h"

static int32_t format_of(const struct input_request *request) {
    return request->format == FORMAT_OTLP_JSON ? STS_FORMAT_OTLP_JSON : STS_FORMAT_OTLP_PROTO;
}

sts_status dispatch_export(sts_exporter *exporter, const struct input_request *request,
                           const sts_export_context *beside, uint64_t *counts, size_t counts_size, sts_error **error) {
    if (request->topology)
        return sts_export_topology(exporter, request->topology, beside, counts, counts_size, error);
    return sts_export(exporter, request->signal, format_of(request), request->data, request->size, beside, counts,
                      counts_size, error);
}

sts_status dispatch_explain(sts_exporter *exporter, const struct input_request *request,
                            const sts_export_context *beside, sts_explanation_callback callback, void *user,
                            sts_error **error) {
    if (request->topology)
        return sts_explain_topology(exporter, request->topology, beside, callback, user, error);
    return sts_explain(exporter, request->signal, format_of(request), request->data, request->size, beside, callback,
                       user, error);
}

static void forget(const sts_explanation *explanation, void *user) {
    (void)explanation, (void)user;
}

bool dispatch_check(sts_exporter *exporter, const struct input_format *format, unsigned *faults) {
    const struct input_request empty = {.format = format->format,
                                        .signal = format->signal ? format->signal : STS_SIGNAL_LOGS,
                                        .data = (const unsigned char *)"{}",
                                        .size = format->format == FORMAT_OTLP_JSON ? 2 : 0};
    sts_error *error = NULL;
    if (format->format == FORMAT_TOPOLOGY ||
        dispatch_explain(exporter, &empty, NULL, forget, NULL, &error) != STS_ERR_CONFIG) {
        sts_error_free(error);
        return true;
    }
    say("%s", sts_error_text(error));
    *faults |= FAULT_USAGE;
    sts_error_free(error);
    return false;
}
