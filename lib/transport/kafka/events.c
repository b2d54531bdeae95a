/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/kafka/events.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/prefetch.h"
#include "transport/kafka/explain.h"
#include "transport/kafka/internal.h"

/* So many events at a time, each of which may hold a batch of reports; the exporter has other things to do in between.
 */
enum { EVENTS_PER_SERVE = 64, REPORTS_AT_ONCE = 64 };

/* Longer than any line of librdkafka's (2048) with what we put before it, so that none is cut in the midst of a secret,
 * which would not be found then. */
enum { LINE = 2400 };

/* Whether a record that is refused for want of a right may have been written before, when the right was there: by a
 * leader that then said that it leads no longer. Not where the topic never took anything of us, nor where one request
 * alone can have held the record. */
static bool may_be_there_without_right(const sts__kafka *kafka, const sts__kafka_record *record) {
    const sts__kafka_topic *topic = &kafka->topics.items[record->message.topic_index];
    return topic->acked.count > 0 && record->taken_us <= sts__kafka_observer_sent_before_us(kafka->producer.observer);
}

/* Whether a record that failed may be in the log for all that. librdkafka's status of a message says so of what was not
 * acknowledged, but not of what a broker refused because it leads no longer: that one may have appended the batch
 * before, and the next leader has it (librdkafka takes NOT_LEADER_FOR_PARTITION and its like for "not persisted"). So
 * what may have been sent at all may be there. */
static bool may_be_there(const sts__kafka *kafka, const rd_kafka_message_t *message) {
    const sts__kafka_record *record = message->_private;
    if (kafka->transaction.is_on) /* nobody will see it: its transaction is aborted */
        return false;
    if (!record->placed) /* nor was it by an earlier producer: its topic is not there */
        return false;
    if (sts__kafka_error_is_of_record(message->err)) /* what it is now it was before */
        return record->was_lost || rd_kafka_message_status(message) != RD_KAFKA_MSG_STATUS_NOT_PERSISTED;
    if (record->may_be_there || rd_kafka_message_status(message) != RD_KAFKA_MSG_STATUS_NOT_PERSISTED)
        return true;
    if (message->err == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED)
        return may_be_there_without_right(kafka, record);
    return !sts__kafka_error_is_refusal(message->err) &&
           record->taken_us <= sts__kafka_observer_last_sent_us(kafka->producer.observer);
}

static void tell_failure(sts__kafka *kafka, const rd_kafka_message_t *message, sts_completion *completion) {
    const sts__kafka_record *record = message->_private;
    sts__kafka_topic *topic = &kafka->topics.items[record->message.topic_index];
    bool never_there = !may_be_there(kafka, message);
    completion->kind = never_there ? STS_OUTCOME_FAILED : STS_OUTCOME_UNCERTAIN;
    completion->code = sts__kafka_record_status(message->err);
    completion->text = rd_kafka_err2str(message->err);
    completion->message = &record->message;
    bool never_sent = message->err == RD_KAFKA_RESP_ERR__MSG_TIMED_OUT && !record->placed;
    if (sts__kafka_error_is_of_missing_topic(message->err) || (never_sent && sts__kafka_topic_is_missing(topic))) {
        completion->code = STS_ERR_TOPIC_MISSING;
        completion->text = sts__kafka_missing_text(kafka->memory, topic);
    }
    if (message->err != RD_KAFKA_RESP_ERR__PURGE_QUEUE)
        return;
    if (never_there)
        completion->kind = STS_OUTCOME_PURGED;
    else /* it may have been sent, and waited to be sent again */
        completion->code = STS_ERR_NOT_ACKNOWLEDGED;
}

/* An acknowledgement without an offset is one that the broker gave for something later, or its
 * DUPLICATE_SEQUENCE_NUMBER, which librdkafka takes for success. The record is there if the broker had something of
 * this producer before, for then it can tell what is missing; otherwise it may be nowhere (opening.h). */
static bool is_sure(const sts__kafka *kafka, const rd_kafka_message_t *message) {
    const sts__kafka_record *record = message->_private;
    sts__topic_opening *topic = &kafka->topics.items[record->message.topic_index].opening;
    return !kafka->opening.needed || sts__kafka_opening_is_sure(&kafka->opening, topic, message->partition);
}

static void hear(sts__kafka *kafka, const rd_kafka_message_t *message) {
    const sts__kafka_record *record = message->_private;
    sts__kafka_opening_hears(&kafka->opening, &kafka->topics.items[record->message.topic_index].opening, message);
}

static void note_denied(sts__kafka *kafka, const rd_kafka_message_t *message) {
    const sts__kafka_record *record = message->_private;
    sts__kafka_note_denied(&kafka->missing, &kafka->topics.items[record->message.topic_index]);
}

/* `doubted`: it was acknowledged, and that is not believed. Filled where it is to stand, as every record has one. */
static void fill_completion(sts__kafka *kafka, const rd_kafka_message_t *message, bool doubted,
                            sts_completion *completion) {
    const sts__kafka_record *record = message->_private;
    memset(completion, 0, sizeof *completion);
    completion->struct_size = sizeof *completion;
    completion->id = record->message.id;
    completion->partition = message->partition;
    completion->offset = -1;
    completion->transport_code = message->err;
    completion->may_be_duplicate =
        record->may_be_there || record->may_be_twice || record->number < kafka->records.doubtful_before;
    if (message->err) {
        tell_failure(kafka, message, completion);
    } else if (kafka->acks == STS__ACKS_NONE) { /* sent, and that is all that anybody knows */
        completion->kind = STS_OUTCOME_UNCERTAIN;
        completion->code = STS_ERR_NOT_ACKNOWLEDGED;
        completion->text = "sent with required_acks=none";
    } else if (kafka->transaction.is_on) { /* all was given up, the transaction too */
        completion->kind = STS_OUTCOME_PURGED;
        completion->code = STS_ERR_PURGED;
    } else if (doubted) {
        completion->kind = STS_OUTCOME_UNCERTAIN;
        completion->code = STS_ERR_NOT_ACKNOWLEDGED;
        completion->text = "acknowledged by what may be another cluster";
        completion->may_be_duplicate = true;
    } else if (message->offset < 0 && !is_sure(kafka, message)) {
        completion->kind = STS_OUTCOME_UNCERTAIN;
        completion->code = STS_ERR_NOT_ACKNOWLEDGED;
        completion->text = "acknowledged as written before, without an offset: it may not be in the topic";
    } else {
        completion->kind = STS_OUTCOME_DELIVERED;
        completion->offset = message->offset; /* only here: librdkafka numbers refused records as well, from 0 */
    }
}

/* Whether a record that comes back may have been written, as far as the topic took it then. What was sent and is to be
 * tried again counts as not written for librdkafka, which is not always so (see may_be_there). Where we have stopped
 * the producer ourselves, because records were refused, nothing was to be tried again: that would be told as a possible
 * duplicate of what is refused next. */
static bool was_lost(const sts__kafka *kafka, const rd_kafka_message_t *message) {
    const sts__kafka_record *record = message->_private;
    return rd_kafka_message_status(message) != RD_KAFKA_MSG_STATUS_NOT_PERSISTED ||
           (record->may_be_there && !sts__kafka_observer_is_stopped(kafka->producer.observer));
}

/* The same in a transaction, which is aborted: all of it goes again but what was refused, or may not be written. */
static bool goes_with_next(sts__kafka *kafka, const rd_kafka_message_t *message) {
    sts__kafka_record *record = message->_private;
    if (kafka->purged)
        return false;
    if (rd_kafka_fatal_error(kafka->producer.handle, NULL, 0))
        __atomic_store_n(&kafka->succession.failed, 1, __ATOMIC_RELEASE);
    if (kafka->missing.retries && sts__kafka_error_is_of_missing_topic(message->err)) {
        sts__kafka_park(kafka, record);
        return true;
    }
    if (message->err > 0 && sts__kafka_error_is_refusal(message->err) &&
        !sts__kafka_error_is_of_transaction(message->err))
        return false;
    sts__kafka_records_set_produced(&kafka->records, record, false);
    return true;
}

/* Whether a record that is reported as failed, or is doubted, goes to the next producer: this one has met a fatal
 * error, which empties its queue, or is being replaced. */
static bool goes_on(sts__kafka *kafka, const rd_kafka_message_t *message, bool doubted) {
    sts__kafka_record *record = message->_private;
    if (kafka->transaction.is_on)
        return goes_with_next(kafka, message);
    if (!kafka->purged && kafka->missing.retries && sts__kafka_error_is_of_missing_topic(message->err)) {
        record->may_be_there = may_be_there(kafka, message);
        sts__kafka_park(kafka, record);
        return true;
    }
    if (kafka->purged || !(doubted || sts__kafka_error_is_of_producer(message->err)))
        return false;
    if (kafka->succession.phase == STS__KAFKA_RUNNING && !doubted &&
        !sts__kafka_observer_is_stopped(kafka->producer.observer)) {
        if (!rd_kafka_fatal_error(kafka->producer.handle, NULL, 0))
            return false;
        __atomic_store_n(&kafka->succession.failed, 1, __ATOMIC_RELEASE);
    }
    record->may_be_there = doubted || may_be_there(kafka, message);
    record->was_lost = record->was_lost || was_lost(kafka, message);
    sts__kafka_records_set_produced(&kafka->records, record, false);
    return true;
}

/* After some errors the idempotent producer begins a new epoch for all topics, in which brokers do not know again what
 * was sent in the one before: whatever is under way then may be written twice. A record whose time runs out is such an
 * error, and so is every final refusal of a batch (rd_kafka_handle_Produce_error, "message sequence gap"; 2.0.2 to 2.16
 * alike). */
static void note_new_epoch(sts__kafka *kafka) {
    if (!kafka->idempotent)
        return;
    const bool isolates = kafka->isolation.active && kafka->succession.phase == STS__KAFKA_RUNNING;
    /* Nothing else is under way then, or much may wait for its topic; and the way through all of them is not common. */
    if (isolates || __atomic_load_n(&kafka->missing.any, __ATOMIC_ACQUIRE))
        sts__kafka_records_doubt_produced(&kafka->records, INT64_MAX, isolates);
    else
        kafka->records.doubtful_before = sts__kafka_records_next_number(&kafka->records);
}

/* And after others, of which no record's report tells: what was sent before, and is not acknowledged, may be there, and
 * comes again. */
static void heed_untold_epoch(sts__kafka *kafka) {
    const int64_t epoch_us = sts__kafka_lines_untold_epoch_us(sts__kafka_observer_lines(kafka->producer.observer));
    if (epoch_us == kafka->records.epoch_us)
        return;
    kafka->records.epoch_us = epoch_us;
    if (!kafka->transaction.is_on)
        sts__kafka_records_doubt_produced(&kafka->records, epoch_us, true);
}

static void finish(sts__kafka *kafka, const sts_completion *completions, sts__kafka_record *const *records,
                   size_t count) {
    if (count == 0)
        return;
    sts__sink_complete(kafka->sink, completions, count);
    sts__kafka_records_finish(&kafka->records, records, count);
}

/* Whether a message that was refused alone goes again, divided; what it was refused for is learnt all the same. */
static bool goes_in_parts(sts__kafka *kafka, const rd_kafka_message_t *message) {
    sts__kafka_record *record = message->_private;
    if (record->message.record_count < 2 || kafka->purged)
        return false;
    record->was_lost = record->was_lost || (!kafka->transaction.is_on &&
                                            rd_kafka_message_status(message) != RD_KAFKA_MSG_STATUS_NOT_PERSISTED);
    record->may_be_there = record->may_be_there || record->was_lost;
    sts__kafka_learn_refusal(&kafka->topics, message);
    return sts__kafka_divide(kafka, record);
}

/* Takes the next reports of an event that tell of deliveries as they are expected, and asks for what is known of their
 * records. `*other` is the first one that tells anything else; NULL: there is none up to the last one taken. */
static size_t take_plain(sts__kafka *kafka, rd_kafka_event_t *event,
                         const rd_kafka_message_t *messages[REPORTS_AT_ONCE], const rd_kafka_message_t **other) {
    const rd_kafka_message_t *message = NULL;
    size_t count = 0;
    while (count < REPORTS_AT_ONCE && (message = rd_kafka_event_message_next(event))) {
        if (message->err || !sts__kafka_cluster_takes(kafka, message))
            break;
        sts__prefetch(message->_private, STS__KAFKA_RECORD_HOT);
        messages[count++] = message;
        message = NULL;
    }
    *other = message;
    return count;
}

/* Whether there is nothing to be thought of where a record was delivered. */
static bool is_plain(const sts__kafka *kafka) {
    return !kafka->transaction.is_on && kafka->succession.phase == STS__KAFKA_RUNNING && !kafka->isolation.active &&
           !kafka->purged && sts__kafka_cluster_is_settled(kafka);
}

/* In portions, up to the first one that tells of anything else, which is returned; or NULL. */
static const rd_kafka_message_t *report_plain(sts__kafka *kafka, rd_kafka_event_t *event) {
    const rd_kafka_message_t *messages[REPORTS_AT_ONCE];
    sts_completion completions[REPORTS_AT_ONCE];
    sts__kafka_record *records[REPORTS_AT_ONCE];
    const rd_kafka_message_t *other;
    const bool opens = sts__kafka_opening_is_active(&kafka->opening); /* of what is reported here it was noted before */
    size_t count;
    do {
        count = take_plain(kafka, event, messages, &other);
        for (size_t i = 0; i < count && opens; i++)
            hear(kafka, messages[i]);
        for (size_t i = 0; i < count; i++) {
            records[i] = messages[i]->_private;
            fill_completion(kafka, messages[i], false, &completions[i]);
        }
        finish(kafka, completions, records, count);
        kafka->succession.delivered_since += count;
        if (count)
            sts__kafka_has_answered(&kafka->connection);
    } while (count == REPORTS_AT_ONCE);
    return other;
}

/* In portions: each report takes the ledger's lock, which exports want too. False if the rest is held back, and the
 * event with it. */
static bool report_deliveries(sts__kafka *kafka, sts__kafka_held from) {
    sts_completion completions[REPORTS_AT_ONCE];
    sts__kafka_record *records[REPORTS_AT_ONCE];
    const rd_kafka_message_t *message = from.message ? from.message : rd_kafka_event_message_next(from.event);
    size_t count = 0;
    bool new_epoch = false;
    const bool opens = sts__kafka_opening_is_active(&kafka->opening);
    char text[300];
    for (; message; message = rd_kafka_event_message_next(from.event)) {
        if (!message->err && sts__kafka_cluster_hold(kafka, (sts__kafka_held){from.event, message, from.together}))
            break;
        bool doubted = !message->err && !sts__kafka_cluster_believes(kafka, message);
        if (opens)
            hear(kafka, message);
        if (kafka->transaction.is_on && !message->err && !doubted && !kafka->purged &&
            (message->offset >= 0 || is_sure(kafka, message))) {
            sts__kafka_has_answered(&kafka->connection);
            sts__kafka_transaction_note(kafka, message);
            continue;
        }
        if (!message->err && !doubted) {
            kafka->succession.delivered_since++;
            sts__kafka_has_answered(&kafka->connection);
        }
        if (kafka->transaction.is_on)
            sts__kafka_transaction_fail(kafka);
        bool again = sts__kafka_goes_again(kafka, message, from.together);
        /* A producer that was stopped sends nothing in its new epoch. */
        bool stopped = again && sts__kafka_observer_is_stopped(kafka->producer.observer);
        new_epoch = new_epoch || (sts__kafka_error_begins_epoch(message->err) && !stopped);
        if (again || goes_on(kafka, message, doubted))
            continue;
        if (sts__kafka_error_is_of_record(message->err) && goes_in_parts(kafka, message))
            continue;
        if (message->err == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED)
            note_denied(kafka, message);
        records[count] = message->_private;
        fill_completion(kafka, message, doubted, &completions[count++]);
        if (sts__kafka_error_is_of_record(message->err)) {
            sts__kafka_learn_refusal(&kafka->topics, message);
            sts__kafka_tell_refusal(&kafka->topics, message, text, sizeof text);
            completions[count - 1].text = text;
        }
        if (count == REPORTS_AT_ONCE || completions[count - 1].text == text) {
            finish(kafka, completions, records, count);
            count = 0;
        }
    }
    finish(kafka, completions, records, count);
    sts__kafka_transaction_take_out(kafka);
    if (new_epoch && !kafka->transaction.is_on)
        note_new_epoch(kafka);
    return !message;
}

void sts__kafka_serve_reports(sts__kafka *kafka, sts__kafka_held from) {
    kafka->cluster.look_due =
        !kafka->idempotent; /* the log has what was acknowledged, whichever cluster's it is; but it is told */
    heed_untold_epoch(kafka);
    if (!from.message && is_plain(kafka)) {
        from.message = report_plain(kafka, from.event);
        if (!from.message) {
            rd_kafka_event_destroy(from.event);
            return;
        }
    }
    if (report_deliveries(kafka, from))
        rd_kafka_event_destroy(from.event);
}

static void serve_error(sts__kafka *kafka, rd_kafka_event_t *event) {
    rd_kafka_resp_err_t error = rd_kafka_event_error(event);
    char what[LINE];
    snprintf(what, sizeof what, "%s", rd_kafka_event_error_string(event));
    /* A fatal error has an event, whose code is _FATAL or (2.0.2, seen) the cause's own; there may be nothing else that
     * tells, where all that the producer has is under way to a broker that does not answer. */
    if (kafka->succession.phase == STS__KAFKA_RUNNING && rd_kafka_fatal_error(kafka->producer.handle, NULL, 0))
        __atomic_store_n(&kafka->succession.failed, 1, __ATOMIC_RELEASE);
    if (error == RD_KAFKA_RESP_ERR__FATAL)
        error = rd_kafka_fatal_error(kafka->producer.handle, what, sizeof what);
    if (strstr(what, STS__KAFKA_STOPPED))
        return; /* it is our own doing, which is told when the next producer takes over */
    int32_t level = sts__kafka_judge_error(&kafka->connection, error, what, STS_LOG_WARNING);
    if (level == STS_LOG_DEBUG)
        return; /* so is this */
    char text[LINE];
    int weight;
    sts_status status = sts__kafka_explain(&kafka->credentials, error, what, text, sizeof text, &weight);
    sts__kafka_redact(kafka->producer.handle, text, sizeof text);
    /* "All brokers down" says less than the error of the broker before it. */
    if (kafka->connection.last_error.code == STS_OK || weight >= kafka->connection.last_weight) {
        sts__fault_set(&kafka->connection.last_error, status, "%s", text);
        kafka->connection.last_error.transport_code = error;
        kafka->connection.last_weight = weight;
    }
    sts__sink_log(kafka->sink, level, text);
}

/* librdkafka's levels are syslog's, 0 (emergency) to 7 (debug). */
static int32_t log_level(int level) {
    if (level <= 3)
        return STS_LOG_ERROR;
    if (level <= 5)
        return STS_LOG_WARNING;
    return level == 6 ? STS_LOG_INFO : STS_LOG_DEBUG;
}

static void serve_line(sts__kafka *kafka, const sts__kafka_line *line) {
    char text[LINE];
    if (strstr(line->text, STS__KAFKA_STOPPED))
        return;
    sts__kafka_note_certificate(&kafka->credentials, line->facility, line->text);
    snprintf(text, sizeof text, "%s: %s", line->facility, line->text);
    int32_t level = sts__kafka_judge_line(&kafka->connection, line->facility, text, log_level(line->level));
    sts__kafka_redact(kafka->producer.handle, text, sizeof text);
    sts__sink_log(kafka->sink, level, text);
}

static void serve_lines(sts__kafka *kafka) {
    sts__kafka_line *line = sts__kafka_lines_give(sts__kafka_observer_lines(kafka->producer.observer));
    while (line) {
        sts__kafka_line *next = line->next;
        serve_line(kafka, line);
        sts__kafka_line_free(line);
        line = next;
    }
}

static void serve_statistics(sts__kafka *kafka, rd_kafka_event_t *event) {
    if (kafka->is_trial) /* the numbers are another producer's */
        return;
    const char *json = rd_kafka_event_stats(event);
    int64_t values[STS_TRANSPORT_VALUES];
    char line[STS__FAULT_TEXT + 64];
    sts__fault fault;
    if (sts__kafka_statistics_read(&kafka->statistics, kafka->memory, (sts_bytes){json, strlen(json)}, values,
                                   &fault) == STS_OK) {
        sts__sink_statistics(kafka->sink, values, STS_TRANSPORT_VALUES);
        return;
    }
    snprintf(line, sizeof line, "librdkafka's statistics cannot be read: %s", fault.text);
    sts__sink_log(kafka->sink, STS_LOG_WARNING, line);
}

/* Behind the lines that were logged before it: some say what an error is about. */
static void serve_event(sts__kafka *kafka, rd_kafka_event_t *event) {
    serve_lines(kafka);
    switch (rd_kafka_event_type(event)) {
    case RD_KAFKA_EVENT_DR:
        sts__kafka_serve_reports(kafka, (sts__kafka_held){event, NULL, rd_kafka_event_message_count(event)});
        return;
    case RD_KAFKA_EVENT_ERROR:
        serve_error(kafka, event);
        break;
    case RD_KAFKA_EVENT_DESCRIBECONFIGS_RESULT:
        sts__kafka_take_settings(kafka, event);
        break;
    case RD_KAFKA_EVENT_STATS:
        serve_statistics(kafka, event);
        break;
    case RD_KAFKA_EVENT_OAUTHBEARER_TOKEN_REFRESH:
        sts__kafka_refresh_token(&kafka->credentials, kafka->producer.handle);
        break;
    default:
        break;
    }
    rd_kafka_event_destroy(event);
}

bool sts__kafka_serve_deliveries(sts__kafka *kafka, int32_t timeout_ms) {
    if (!is_plain(kafka) || kafka->producer.set_aside || !kafka->producer.queue)
        return false;
    rd_kafka_event_t *event = rd_kafka_queue_poll(kafka->producer.queue, timeout_ms);
    for (int served = 0; event; served++) {
        if (rd_kafka_event_type(event) != RD_KAFKA_EVENT_DR) {
            kafka->producer.set_aside = event;
            return false;
        }
        size_t together = rd_kafka_event_message_count(event);
        const rd_kafka_message_t *other = report_plain(kafka, event);
        kafka->cluster.look_due = !kafka->idempotent;
        if (other) { /* from there on it is held for poll */
            kafka->cluster.held[kafka->cluster.held_count++] = (sts__kafka_held){event, other, together};
            return false;
        }
        rd_kafka_event_destroy(event);
        if (served == EVENTS_PER_SERVE)
            break;
        event = rd_kafka_queue_poll(kafka->producer.queue, 0);
    }
    return !sts__kafka_lines_are_there(sts__kafka_observer_lines(kafka->producer.observer)); /* they are for poll */
}

/* What report has left comes first. */
static rd_kafka_event_t *next_event(sts__kafka *kafka, int32_t timeout_ms) {
    rd_kafka_event_t *event = kafka->producer.set_aside;
    kafka->producer.set_aside = NULL;
    return event ? event : rd_kafka_queue_poll(kafka->producer.queue, timeout_ms);
}

bool sts__kafka_serve(sts__kafka *kafka, int32_t timeout_ms) {
    if (!sts__kafka_cluster_release(kafka))
        return true;
    if (kafka->cluster.look_due)
        sts__kafka_cluster_look(kafka);
    kafka->cluster.look_due = false;
    serve_lines(kafka);
    rd_kafka_event_t *event = next_event(kafka, timeout_ms);
    sts__kafka_tell_growth(&kafka->placement, &kafka->topics, kafka->sink);
    sts__kafka_tell_times(&kafka->times, &kafka->topics, kafka->sink);
    for (int served = 0; event; served++) {
        serve_event(kafka, event);
        if (served == EVENTS_PER_SERVE || kafka->cluster.held_count == STS__KAFKA_HELD)
            return false;
        event = rd_kafka_queue_poll(kafka->producer.queue, 0);
    }
    serve_lines(kafka);
    return true;
}
