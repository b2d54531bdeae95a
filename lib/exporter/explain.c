/* SPDX-License-Identifier: Apache-2.0 */
#include "exporter/explain.h"

#include "exporter/request.h"

sts_status sts__explain_logs(sts_exporter *exporter, sts_bytes otlp, const sts_request *request,
                             sts_explanation_callback callback, void *user,
                             sts__fault *fault) {
    sts_status status = sts__logs_check(otlp, fault);
    if (status != STS_OK)
        return status;
    /* Where nothing can be sent the table of topics serves explanations alone, and fills as that of a real export would. A
     * working exporter's table must not fill because somebody asked. */
    bool add_topic = exporter->transport.struct_size == 0;
    sts__routed routed;
    sts__fault rejection;
    sts_explanation explanation = {.routed = &routed, .fault = &rejection, .profile = exporter->profile};
    sts__logs_cursor cursor;
    sts__log_record record;
    sts__logs_begin(&cursor, otlp);
    while (sts__logs_next(&cursor, &record)) {
        if (request && record.index < request->first_record)
            continue;
        explanation.index = record.index;
        explanation.code = sts__route_log(&exporter->route, &record, add_topic, &routed, &rejection);
        if (explanation.code == STS_ERR_NO_MEMORY) {
            *fault = rejection;
            return STS_ERR_NO_MEMORY;
        }
        callback(&explanation, user);
    }
    return STS_OK;
}
