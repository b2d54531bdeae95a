/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/kafka/refusal.h"

#include <stdio.h>

#include "base/clock.h"
#include "transport/message_size.h"

static int64_t load(const int64_t *place) {
    return __atomic_load_n(place, __ATOMIC_RELAXED);
}

/* --- beforehand --- */

/* What is known of the topic. Of a message of several records more is believed, as it is only divided for that: what
 * was refused may have been taken if it had been better to compress. */
static int64_t limit_of(const sts__topic_settings *settings, const sts_message *message) {
    int64_t limit = load(&settings->limit);
    int64_t gathered = message->record_count > 1 ? load(&settings->gathered_limit) : 0;
    return gathered && (!limit || gathered < limit) ? gathered : limit;
}

static bool is_too_large(const sts__topic_settings *settings, const sts_message *message, sts__fault *fault) {
    int64_t limit = limit_of(settings, message);
    if (!limit || sts__message_fits(message, (size_t)limit))
        return false;
    sts__fault_set(fault, STS_ERR_RECORD_SIZE, "the record takes %zu bytes; the topic's max.message.bytes is %lld",
                   sts__message_batch_size(message), (long long)limit);
    fault->transport_code = RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE;
    return true;
}

static bool lacks_key(const sts__topic_settings *settings, const sts_message *message, sts__fault *fault) {
    if (message->key.data || !__atomic_load_n(&settings->compacted, __ATOMIC_RELAXED))
        return false;
    sts__fault_set(fault, STS_ERR_DELIVERY,
                   __atomic_load_n(&settings->untold, __ATOMIC_RELAXED)
                       ? "the record has no key, and the topic has refused another one without a key: it seems to be "
                         "compacted (its cleanup.policy may not be read)"
                       : "the record has no key, and the topic is compacted (cleanup.policy): every record needs one");
    fault->transport_code = RD_KAFKA_RESP_ERR_INVALID_RECORD;
    return true;
}

bool sts__kafka_would_refuse(const sts__kafka_times *times, const sts__topic_settings *settings,
                             const sts_message *message, sts__fault *fault) {
    return is_too_large(settings, message, fault) || lacks_key(settings, message, fault) ||
           sts__kafka_is_out_of_time(times, settings, message, fault);
}

/* --- afterwards --- */

/* When a refused record was: librdkafka does not tell the time that it gave one without a time of its own, when it took
 * it. */
typedef struct when {
    bool is_own;
    int64_t youngest_ms; /* how long before now, at least; below 0: after now */
    int64_t oldest_ms;   /* and at most */
} when;

static when when_of(const sts__kafka_record *record) {
    int64_t age_ms = sts__clock_wall_ms() - record->message.timestamp_ms;
    if (record->message.timestamp_ms > 0)
        return (when){true, age_ms, age_ms};
    return (when){false, 0, (sts__clock_us() - record->taken_us) / 1000};
}

/* How far the clocks are apart at least, if the record's time is within the bounds by ours and was refused by the
 * broker's. */
static void tell_clocks(char *text, size_t text_size, const when *w, int64_t before_ms, int64_t after_ms) {
    char ahead[STS__SPAN_TEXT];
    char behind[STS__SPAN_TEXT];
    bool within = (!before_ms || w->oldest_ms < before_ms) && (!after_ms || -w->youngest_ms < after_ms);
    if (!within || (!before_ms && !after_ms))
        return;
    sts__kafka_span(ahead, after_ms + w->youngest_ms);
    sts__kafka_span(behind, before_ms - w->oldest_ms);
    if (!before_ms)
        snprintf(text, text_size, ": this machine's clock is ahead of the broker's by more than %s", ahead);
    else if (!after_ms)
        snprintf(text, text_size, ": this machine's clock is behind the broker's by more than %s", behind);
    else
        snprintf(text, text_size,
                 ": this machine's clock is ahead of the broker's by more than %s, or behind it by more than %s", ahead,
                 behind);
}

static void tell_time(const sts__topic_settings *settings, const sts__kafka_record *record, char *text,
                      size_t text_size) {
    int64_t before_ms = load(&settings->before_ms);
    int64_t after_ms = load(&settings->after_ms);
    when w = when_of(record);
    char where[64] = "that of its sending by this machine's";
    char bounds[128] = "its topic has other bounds, or the clocks differ";
    char before[STS__SPAN_TEXT];
    char after[STS__SPAN_TEXT];
    if (w.is_own)
        snprintf(where, sizeof where, "%s %s this machine's",
                 sts__kafka_span(before, w.oldest_ms > 0 ? w.oldest_ms : -w.oldest_ms),
                 w.oldest_ms > 0 ? "before" : "after");
    if (before_ms && after_ms)
        snprintf(bounds, sizeof bounds, "the topic takes %s before and %s after its broker's",
                 sts__kafka_span(before, before_ms), sts__kafka_span(after, after_ms));
    else if (before_ms || after_ms)
        snprintf(bounds, sizeof bounds, "the topic takes %s %s its broker's",
                 sts__kafka_span(before, before_ms ? before_ms : after_ms), before_ms ? "before" : "after");
    int size =
        snprintf(text, text_size, "Invalid timestamp: the record's time is %s clock, and %s clock", where, bounds);
    if (!before_ms && !after_ms)
        size = snprintf(text, text_size, "Invalid timestamp: the record's time is %s clock; %s", where, bounds);
    if (size > 0 && (size_t)size < text_size && !__atomic_load_n(&settings->untold, __ATOMIC_RELAXED))
        tell_clocks(text + size, text_size - (size_t)size, &w, before_ms, after_ms);
}

void sts__kafka_tell_refusal(const sts__kafka_topics *topics, const rd_kafka_message_t *message, char *text,
                             size_t text_size) {
    const sts__kafka_record *record = message->_private;
    const sts__topic_settings *settings = &topics->items[record->message.topic_index].settings;
    const char *words = rd_kafka_err2str(message->err);
    switch (message->err) {
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
        snprintf(text, text_size, "%s: the record takes %zu bytes before compression", words,
                 sts__message_batch_size(&record->message));
        break;
    case RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP:
        tell_time(settings, record, text, text_size);
        break;
    case RD_KAFKA_RESP_ERR_INVALID_RECORD:
        snprintf(text, text_size, "%s%s", words,
                 record->message.key.data ? "" : ": it has no key, and a compacted topic needs one");
        break;
    default:
        snprintf(text, text_size, "%s", words);
    }
}

/* The nearer one of two bounds; 0 is none. */
static void narrow(int64_t *bound, int64_t seen) {
    int64_t known = load(bound);
    if (seen > 0 && (!known || seen < known))
        __atomic_store_n(bound, seen, __ATOMIC_RELAXED);
}

void sts__kafka_learn_refusal(const sts__kafka_topics *topics, const rd_kafka_message_t *message) {
    const sts__kafka_record *record = message->_private;
    sts__kafka_topic *topic = &topics->items[record->message.topic_index];
    if (message->err == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE && record->message.record_count > 1)
        narrow(&topic->settings.gathered_limit, (int64_t)sts__message_batch_size(&record->message) - 1);
    sts__kafka_doubt_refused_settings(topic);
    if (!__atomic_load_n(&topic->settings.untold, __ATOMIC_RELAXED))
        return;
    if (message->err == RD_KAFKA_RESP_ERR_INVALID_RECORD && !record->message.key.data)
        __atomic_store_n(&topic->settings.compacted, 1, __ATOMIC_RELAXED);
    if (message->err == RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP && record->message.timestamp_ms > 0) {
        int64_t age_ms = sts__clock_wall_ms() - record->message.timestamp_ms;
        narrow(age_ms > 0 ? &topic->settings.before_ms : &topic->settings.after_ms, age_ms > 0 ? age_ms : -age_ms);
    }
}
