/* SPDX-License-Identifier: Apache-2.0 */
#include "signal/signal.h"

#include <stskafka/otlp.h>

#include "otlp/fields.h"

enum { SPAN_ATTRIBUTES = 9, METRIC_METADATA = 12 };

const sts__signal sts__signals[STS__SIGNALS] = {
    [STS__LOGS] = {STS__LOGS, STS_SIGNAL_LOGS, "logs", "log record", &sts__schema_logs_request, STS__RECORD_ATTRIBUTES,
                   STS__RECORD_BODY, false},
    [STS__TRACES] = {STS__TRACES, STS_SIGNAL_TRACES, "traces", "span", &sts__schema_traces_request, SPAN_ATTRIBUTES, 0,
                     false},
    /* A metric's own attributes are its metadata; those of its data points are theirs. */
    [STS__METRICS] = {STS__METRICS, STS_SIGNAL_METRICS, "metrics", "metric", &sts__schema_metrics_request,
                      METRIC_METADATA, 0, false},
    [STS__PROFILES] = {STS__PROFILES, STS_SIGNAL_PROFILES, "profiles", "request", &sts__schema_profiles_request, 0, 0,
                       true},
};

const sts__signal *sts__signal_find(int32_t number) {
    for (int i = 0; i < STS__SIGNALS; i++)
        if (sts__signals[i].number == number)
            return &sts__signals[i];
    return NULL;
}

const sts__schema_message *sts__signal_item_message(const sts__signal *signal) {
    if (signal->is_whole)
        return NULL;
    const sts__schema_message *group = sts__schema_by_number(signal->request, STS__REQUEST_RESOURCE_GROUPS)->message;
    group = sts__schema_by_number(group, STS__RESOURCE_GROUP_SCOPE_GROUPS)->message;
    return sts__schema_by_number(group, STS__SCOPE_GROUP_ITEMS)->message;
}
