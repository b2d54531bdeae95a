/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/kafka/times.h"

#include <stdio.h>

#include "base/clock.h"
#include "transport/kafka/topic.h"

/* Within a bound by as much, for the broker's clock is another one, and the bound moves on while a record waits. */
enum { MARGIN_MS = 60000 };

const char *sts__kafka_span(char text[STS__SPAN_TEXT], int64_t ms) {
    if (ms < 10000)
        snprintf(text, STS__SPAN_TEXT, "%lld ms", (long long)ms);
    else if (ms < INT64_C(100) * 3600 * 1000)
        snprintf(text, STS__SPAN_TEXT, "%lld s", (long long)(ms / 1000));
    else
        snprintf(text, STS__SPAN_TEXT, "%lld days", (long long)(ms / (INT64_C(24) * 3600 * 1000)));
    return text;
}

/* A record's time beside its topic's bounds, 0 where there is none. */
typedef struct beside {
    int64_t now_ms;
    int64_t before_ms;
    int64_t after_ms;
    bool early;
    bool late;
} beside;

static beside look(const sts__topic_settings *settings, const sts_message *message) {
    beside b = {.before_ms = __atomic_load_n(&settings->before_ms, __ATOMIC_RELAXED),
                .after_ms = __atomic_load_n(&settings->after_ms, __ATOMIC_RELAXED)};
    if (message->timestamp_ms <= 0 || (!b.before_ms && !b.after_ms)) /* 0: librdkafka takes the time of its sending */
        return b;
    b.now_ms = sts__clock_wall_ms();
    b.early = b.before_ms && message->timestamp_ms < b.now_ms - b.before_ms;
    b.late = b.after_ms && message->timestamp_ms > b.now_ms + b.after_ms;
    return b;
}

bool sts__kafka_is_out_of_time(const sts__kafka_times *times, const sts__topic_settings *settings,
                               const sts_message *message, sts__fault *fault) {
    char distance[STS__SPAN_TEXT];
    if (times->bounds != STS__TIMESTAMP_BOUNDS_REJECT || message->timestamp_ms <= 0)
        return false;
    beside b = look(settings, message);
    if (!b.early && !b.late)
        return false;
    sts__kafka_span(distance, b.early ? b.now_ms - message->timestamp_ms : message->timestamp_ms - b.now_ms);
    sts__fault_set(fault, STS_ERR_DELIVERY, "the record's time is %s %s this machine's; the topic's %s is %lld",
                   distance, b.early ? "before" : "after",
                   b.early ? "message.timestamp.before.max.ms" : "message.timestamp.after.max.ms",
                   (long long)(b.early ? b.before_ms : b.after_ms));
    fault->transport_code = RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP;
    return true;
}

static int64_t within(int64_t bound_ms) {
    return bound_ms > INT64_C(2) * MARGIN_MS ? bound_ms - MARGIN_MS : bound_ms / 2;
}

int64_t sts__kafka_time_of(sts__kafka_times *times, sts__kafka_topic *topic, const sts_message *message) {
    int none = STS__TIMES_WITHIN;
    if (message->timestamp_ms <= 0) /* librdkafka reads 0 as the present */
        return 0;
    if (times->bounds == STS__TIMESTAMP_BOUNDS_REJECT)
        return message->timestamp_ms;
    beside b = look(&topic->settings, message);
    if (!b.early && !b.late)
        return message->timestamp_ms;
    if (__atomic_compare_exchange_n(&topic->times, &none, STS__TIMES_BEYOND, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
        __atomic_store_n(&times->has_beyond, 1, __ATOMIC_RELEASE);
    if (times->bounds == STS__TIMESTAMP_BOUNDS_WARN)
        return message->timestamp_ms;
    return b.early ? b.now_ms - within(b.before_ms) : b.now_ms + within(b.after_ms);
}

void sts__kafka_tell_times(sts__kafka_times *times, sts__kafka_topics *topics, const sts_transport_sink *sink) {
    if (!__atomic_exchange_n(&times->has_beyond, 0, __ATOMIC_ACQUIRE))
        return;
    for (int32_t i = 0; i < topics->max; i++) {
        char line[400];
        int beyond = STS__TIMES_BEYOND;
        sts__kafka_topic *topic = &topics->items[i];
        if (!__atomic_compare_exchange_n(&topic->times, &beyond, STS__TIMES_TOLD, false, __ATOMIC_RELAXED,
                                         __ATOMIC_RELAXED))
            continue;
        snprintf(line, sizeof line,
                 "topic \"%s\" gets records with times that it does not accept "
                 "(message.timestamp.before.max.ms, after.max.ms): %s",
                 topic->name,
                 times->bounds == STS__TIMESTAMP_BOUNDS_CLAMP
                     ? "they get the nearest time that it accepts (record_timestamp_bounds=clamp)"
                     : "they are sent as they are, and it may refuse them (record_timestamp_bounds=warn)");
        sts__sink_log(sink, STS_LOG_WARNING, line);
    }
}
