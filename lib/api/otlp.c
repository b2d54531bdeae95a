/* SPDX-License-Identifier: Apache-2.0 */
#include "api/otlp.h"

#include "api/guard.h"
#include "exporter/export_context.h"
#include "exporter/exporter.h"
#include "exporter/take.h"

static sts_status open_source(sts_exporter *exporter, const sts_export_context *context, const sts__otlp *otlp,
                              sts__otlp_source *source, sts__fault *fault) {
    return sts__otlp_source_init(source, &exporter->route, exporter->memory, sts__export_context_metadata(context),
                                 otlp, fault);
}

sts_status sts__api_export(sts_exporter *exporter, const sts__otlp *otlp, const sts_export_context *context,
                           uint64_t *counts, size_t counts_size, sts_error **error) {
    sts__export_counts done = {0};
    sts__fault fault;
    sts__otlp_source source;
    sts__export_counts_tell(&done, counts, counts_size);
    sts_status status = sts__api_enter_or_report(exporter, STS__API_ALSO_IN_CALLBACKS, error);
    if (status != STS_OK)
        return status;
    if (!otlp->bytes.data && otlp->bytes.size)
        status = sts__fault_set(&fault, STS_ERR_INVALID_ARGUMENT, "the request must not be NULL");
    else
        status = open_source(exporter, context, otlp, &source, &fault);
    if (status == STS_OK) {
        status = sts__export(exporter, &source.source, context, &done, &fault);
        sts__source_end(&source.source);
    }
    sts__export_counts_tell(&done, counts, counts_size);
    return status == STS_OK ? STS_OK : sts__error_report(exporter->memory, error, &fault);
}

sts_status sts_export(sts_exporter *exporter, int32_t signal, int32_t format, const void *bytes, size_t size,
                      const sts_export_context *context, uint64_t *counts, size_t counts_size, sts_error **error) {
    const sts__otlp otlp = {signal, format, {bytes, size}, NULL, NULL};
    return sts__api_export(exporter, &otlp, context, counts, counts_size, error);
}

/* A call that does not come to the exporter gives the bytes back itself. */
static sts__taken *take(sts_exporter *exporter, sts_bytes bytes, sts_release_callback release, void *user,
                        sts_error **error, sts_status *status) {
    sts__fault fault;
    *status = sts__api_enter_or_report(exporter, STS__API_ALSO_IN_CALLBACKS, error);
    sts__taken *taken = *status == STS_OK && release ? sts__take_new(exporter, bytes, release, user) : NULL;
    if (taken)
        return taken;
    if (*status == STS_OK) {
        *status = release ? sts__fault_no_memory(&fault)
                          : sts__fault_set(&fault, STS_ERR_INVALID_ARGUMENT, "release must not be NULL");
        sts__error_report(exporter->memory, error, &fault);
    }
    if (release)
        release(bytes.data, bytes.size, user);
    return NULL;
}

sts_status sts_export_take(sts_exporter *exporter, int32_t signal, int32_t format, const void *bytes, size_t size,
                           sts_release_callback release, void *release_user, const sts_export_context *context,
                           uint64_t *counts, size_t counts_size, sts_error **error) {
    const sts__export_counts none = {0};
    sts__otlp otlp = {signal, format, {bytes, size}, NULL, NULL};
    sts_status status;
    sts__export_counts_tell(&none, counts, counts_size);
    sts__taken *taken = take(exporter, otlp.bytes, release, release_user, error, &status);
    if (!taken)
        return status;
    if (sts__take_can_be_shared(exporter, taken))
        otlp.taken = taken;
    status = sts__api_export(exporter, &otlp, context, counts, counts_size, error);
    sts__taken_drop(taken, 1);
    return status;
}

sts_status sts__api_explain(sts_exporter *exporter, const sts__otlp *otlp, const sts_export_context *context,
                            sts_explanation_callback callback, void *user, sts_error **error) {
    sts__fault fault;
    sts__otlp_source source;
    sts_status status = sts__api_enter_or_report(exporter, STS__API_ALSO_IN_CALLBACKS, error);
    if (status != STS_OK)
        return status;
    if (!callback || (!otlp->bytes.data && otlp->bytes.size))
        status = sts__fault_set(&fault, STS_ERR_INVALID_ARGUMENT, "the request and callback must not be NULL");
    else
        status = open_source(exporter, context, otlp, &source, &fault);
    if (status == STS_OK) {
        status = sts__explain(exporter, &source.source, context, callback, user, &fault);
        sts__source_end(&source.source);
    }
    return status == STS_OK ? STS_OK : sts__error_report(exporter->memory, error, &fault);
}

sts_status sts_explain(sts_exporter *exporter, int32_t signal, int32_t format, const void *bytes, size_t size,
                       const sts_export_context *context, sts_explanation_callback callback, void *user,
                       sts_error **error) {
    const sts__otlp otlp = {signal, format, {bytes, size}, NULL, NULL};
    return sts__api_explain(exporter, &otlp, context, callback, user, error);
}
