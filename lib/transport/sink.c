/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/sink.h"

sts_status sts__sink_complete(const sts_transport_sink *sink, const sts_completion *completions, size_t count) {
    return sink->methods->complete(sink->owner, completions, count);
}

void sts__sink_log(const sts_transport_sink *sink, int32_t level, const char *text) {
    sink->methods->log(sink->owner, level, text);
}

void sts__sink_partitions(const sts_transport_sink *sink, const char *topic, int32_t before, int32_t now) {
    sink->methods->partitions(sink->owner, topic, before, now);
}

void sts__sink_replaced(const sts_transport_sink *sink, uint64_t replayed) {
    sink->methods->replaced(sink->owner, replayed);
}

void sts__sink_cluster_changed(const sts_transport_sink *sink, const char *text) {
    sink->methods->cluster_changed(sink->owner, text);
}

void sts__sink_statistics(const sts_transport_sink *sink, const int64_t *values, size_t count) {
    sink->methods->statistics(sink->owner, values, count);
}

bool sts__sink_divide(const sts_transport_sink *sink, const sts_message *message, sts__sink_take take, void *user) {
    return sink->methods->divide(sink->owner, message, take, user);
}

void sts__sink_ended(const sts_transport_sink *sink, const char *why) {
    sink->methods->ended(sink->owner, why);
}

const char *sts__sink_why_stale(const sts_transport_sink *sink, uint64_t id) {
    return sink->methods->why_stale(sink->owner, id);
}
