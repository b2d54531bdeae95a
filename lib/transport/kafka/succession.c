/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/kafka/succession.h"

#include <stdio.h>

#include "base/clock.h"
#include "transport/kafka/context.h"
#include "transport/kafka/explain.h"
#include "transport/kafka/internal.h"

enum {
    GIVE_UP_MS = 500,    /* what purged records get to be reported, */
    END_MS = 200,        /* and the old producer to end */
    FIRST_WAIT_MS = 100, /* before the next producer, when the one before brought nothing; doubles from then on */
    MAX_WAIT_MS = 10000
};

/* A partition that the record itself names may be one too many; where the topic is there, that does not pass. Without
 * an error the record is librdkafka's, and may be gone. */
static bool waits_for_topic(const sts__kafka *kafka, const sts__kafka_record *record, rd_kafka_resp_err_t error) {
    if (!kafka->missing.retries || !sts__kafka_error_is_of_missing_topic(error))
        return false;
    return error != RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION || record->message.partition < 0;
}

/* Librdkafka has not taken a record of the run, nor those behind it. */
static sts_status leave(sts__kafka *kafka, sts__kafka_record *record, size_t count, rd_kafka_resp_err_t error,
                        sts__fault *fault) {
    bool is_fatal = error == RD_KAFKA_RESP_ERR__FATAL; /* a producer at its end takes nothing: they wait for the next */
    bool waits = !is_fatal && waits_for_topic(kafka, record, error);
    sts__kafka_record *next;
    for (; count; record = next, count--) {
        next = count > 1 ? record->next : NULL; /* what is behind the last one is others' to change */
        if (is_fatal)
            sts__kafka_records_set_produced(&kafka->records, record, false);
        else if (waits)
            sts__kafka_park(kafka, record);
        else
            sts__kafka_records_finish(&kafka->records, &record, 1);
    }
    if (is_fatal)
        __atomic_store_n(&kafka->succession.failed, 1, __ATOMIC_RELEASE);
    if (is_fatal || waits)
        return STS_OK;
    sts__fault_set(fault, sts__kafka_status(error), "%s", rd_kafka_err2str(error));
    fault->transport_code = error;
    return fault->code;
}

/* Inside the gate. They are in the list first: a report may come before the call returns, and the record is gone. */
static sts_status pass(sts__kafka *kafka, const sts__kafka_chain *run, size_t *taken, sts__fault *fault) {
    sts__kafka_record *record = run->first;
    size_t left = run->count;
    sts__kafka_records_append(&kafka->records, run);
    rd_kafka_resp_err_t error = sts__kafka_produce_run(kafka, &record, &left);
    *taken += run->count - left;
    return error ? leave(kafka, record, left, error, fault) : STS_OK;
}

/* A topic's first record waits until the topic's settings are known, and what is sent after it waits behind it. */
static sts_status take_run(sts__kafka *kafka, const sts__kafka_chain *run, size_t *taken, sts__fault *fault) {
    const sts_message *message = &run->first->message;
    sts__kafka_records *records = &kafka->records;
    sts__kafka_topic *topic = &kafka->topics.items[message->topic_index];
    for (;;) {
        if (sts__kafka_topic_is_missing(topic) && sts__kafka_records_append_parked(records, run, &topic->absence.noted))
            break;
        if (!sts__kafka_settings_are_known(topic)) {
            sts__kafka_want_settings(kafka, message->topic_index, message->topic);
            sts__kafka_records_shut_gate(records);
            sts__kafka_wake(&kafka->producer);
        } else if (sts__kafka_records_enter(records)) {
            sts_status status = pass(kafka, run, taken, fault);
            sts__kafka_records_leave(records);
            if (__atomic_load_n(&kafka->succession.failed, __ATOMIC_ACQUIRE))
                sts__kafka_wake(&kafka->producer);
            return status;
        }
        if (sts__kafka_records_append_waiting(records, run))
            break;
    }
    *taken += run->count;
    return STS_OK;
}

sts_status sts__kafka_take(sts__kafka *kafka, sts__kafka_chain *chain, size_t *taken, sts__fault *fault) {
    sts_status status = STS_OK;
    while (chain->first && status == STS_OK) {
        sts__kafka_chain run = sts__kafka_chain_split(chain);
        status = take_run(kafka, &run, taken, fault);
    }
    if (chain->first)
        sts__kafka_records_drop(&kafka->records, chain);
    return status;
}

/* What is refused for what it is was refused before as well, unless the topic has changed. */
static bool may_be_there(const sts__kafka_record *record, rd_kafka_resp_err_t error) {
    return sts__kafka_error_is_of_record(error) ? record->was_lost : record->may_be_there;
}

/* Gives a record that no producer has its outcome. */
static void complete_waiting(sts__kafka *kafka, sts__kafka_record *record, int32_t kind, sts_status code,
                             rd_kafka_resp_err_t error, const char *text) {
    sts_completion completion = {.struct_size = sizeof completion,
                                 .id = record->message.id,
                                 .offset = -1,
                                 .partition = -1,
                                 .kind = may_be_there(record, error) ? STS_OUTCOME_UNCERTAIN : kind,
                                 .code = code,
                                 .transport_code = error,
                                 .text = text,
                                 .message = &record->message,
                                 .may_be_duplicate = record->may_be_there};
    sts__sink_complete(kafka->sink, &completion, 1);
    sts__kafka_records_finish(&kafka->records, &record, 1);
}

void sts__kafka_give_up_waiting(sts__kafka *kafka) {
    sts__kafka_record *record;
    while ((record = sts__kafka_records_next_waiting(&kafka->records, NULL, false)))
        complete_waiting(kafka, record, STS_OUTCOME_PURGED,
                         record->may_be_there ? STS_ERR_NOT_ACKNOWLEDGED : STS_ERR_PURGED,
                         RD_KAFKA_RESP_ERR__PURGE_QUEUE, NULL);
    while ((record = sts__kafka_records_next_parked(&kafka->records, NULL)))
        complete_waiting(kafka, record, STS_OUTCOME_PURGED,
                         record->may_be_there ? STS_ERR_NOT_ACKNOWLEDGED : STS_ERR_PURGED,
                         RD_KAFKA_RESP_ERR__PURGE_QUEUE, NULL);
}

static void enter_phase(sts__kafka *kafka, sts__kafka_phase phase, int64_t lasts_ms) {
    kafka->succession.phase = phase;
    kafka->succession.phase_end_us = sts__deadline_after(lasts_ms);
}

/* Whether there is another configuration to begin with. */
static bool has_next(const sts__kafka *kafka) {
    return __atomic_load_n(&kafka->succession.next, __ATOMIC_ACQUIRE) != NULL;
}

/* An error that the next producer would meet as well, for it is about who we are: the records fail with it. */
static void note_refusal(sts__kafka *kafka, rd_kafka_resp_err_t error, const char *why) {
    sts__fault_clear(&kafka->succession.refusal);
    if (sts__kafka_status(error) != STS_ERR_NOT_AUTHORIZED)
        return;
    sts__fault_set(&kafka->succession.refusal, STS_ERR_NOT_AUTHORIZED, "%s", why);
    kafka->succession.refusal.transport_code = error;
}

static void begin(sts__kafka *kafka, const char *why) {
    sts__sink_log(kafka->sink, STS_LOG_WARNING, why);
    sts__kafka_records_close_gate(&kafka->records);
    __atomic_store_n(&kafka->succession.failed, 0, __ATOMIC_RELEASE); /* with the gate closed nobody sets it any more */
    enter_phase(kafka, STS__KAFKA_DRAINING, kafka->succession.drain_ms);
}

static void begin_after_fatal(sts__kafka *kafka) {
    char what[256] = "";
    char why[400];
    char line[500];
    int weight;
    rd_kafka_resp_err_t error = rd_kafka_fatal_error(kafka->producer.handle, what, sizeof what);
    if (!error) { /* it was an earlier producer's */
        __atomic_store_n(&kafka->succession.failed, 0, __ATOMIC_RELEASE);
        return;
    }
    sts__kafka_explain(&kafka->credentials, error, what, why, sizeof why, &weight);
    note_refusal(kafka, error, why);
    kafka->succession.failed_in_a_row = kafka->succession.delivered_since ? 0 : kafka->succession.failed_in_a_row + 1;
    snprintf(line, sizeof line, "fatal error of the producer (%s: %s); another one takes its place",
             rd_kafka_err2name(error), why);
    begin(kafka, line);
}

/* Records were refused together. They, and what is behind them, go to another producer: this one has been made to send
 * nothing more, lest what is behind them overtakes them. */
static void begin_after_refusal(sts__kafka *kafka) {
    kafka->succession.failed_in_a_row = 0; /* brokers answer */
    begin(kafka, "a broker has refused records together; they go again in smaller groups, by another producer");
    sts__kafka_begin_isolation(kafka);
}

/* Nothing that it reports from now on counts. */
static void begin_after_change(sts__kafka *kafka) {
    kafka->succession.failed_in_a_row = kafka->succession.delivered_since ? 0 : kafka->succession.failed_in_a_row + 1;
    begin(kafka, "what this producer has without an outcome goes to another one, which takes its place");
    kafka->succession.phase_end_us = 0;
}

/* What the old producer did not report is taken over all the same. */
static void end_old(sts__kafka *kafka) {
    int64_t wait_ms = 0;
    bool ended = sts__kafka_end_producer(kafka, END_MS);
    sts__kafka_records_take_back(&kafka->records, !ended);
    for (int32_t i = 0; i < kafka->succession.failed_in_a_row && wait_ms < MAX_WAIT_MS; i++)
        wait_ms = wait_ms ? 2 * wait_ms : FIRST_WAIT_MS;
    enter_phase(kafka, STS__KAFKA_WAITING, wait_ms < MAX_WAIT_MS ? wait_ms : MAX_WAIT_MS);
}

static void time_out(sts__kafka *kafka, sts__kafka_record *record) {
    sts__kafka_topic *topic = &kafka->topics.items[record->message.topic_index];
    if (sts__kafka_topic_is_missing(topic))
        complete_waiting(kafka, record, STS_OUTCOME_FAILED, STS_ERR_TOPIC_MISSING, RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC,
                         sts__kafka_missing_text(kafka->memory, topic));
    else
        complete_waiting(kafka, record, STS_OUTCOME_FAILED, STS_ERR_GAVE_UP, RD_KAFKA_RESP_ERR__MSG_TIMED_OUT, NULL);
}

bool sts__kafka_is_over(sts__kafka *kafka, sts__kafka_record *record) {
    const sts__kafka_topic *topic = &kafka->topics.items[record->message.topic_index];
    sts__fault fault;
    if (kafka->succession.refusal.code != STS_OK && !has_next(kafka))
        complete_waiting(kafka, record, STS_OUTCOME_FAILED, kafka->succession.refusal.code,
                         kafka->succession.refusal.transport_code, kafka->succession.refusal.text);
    else if (kafka->succession.max_elapsed_ms &&
             sts__clock_us() - record->taken_us > kafka->succession.max_elapsed_ms * 1000)
        time_out(kafka, record);
    else if (sts__kafka_settings_are_known(topic) &&
             sts__kafka_would_refuse(&kafka->times, &topic->settings, &record->message, &fault))
        complete_waiting(kafka, record, STS_OUTCOME_FAILED, fault.code, fault.transport_code, fault.text);
    else
        return false;
    return true;
}

bool sts__kafka_waits_for_settings(sts__kafka *kafka, const sts__kafka_record *record) {
    const sts_message *message = &record->message;
    sts__kafka_topic *topic = &kafka->topics.items[message->topic_index];
    sts__fault fault;
    if (sts__kafka_settings_are_known(topic) &&
        !(sts__kafka_would_refuse(&kafka->times, &topic->settings, message, &fault) &&
          sts__kafka_doubt_old_settings(topic)))
        return false;
    sts__kafka_want_settings(kafka, message->topic_index, message->topic);
    return true;
}

/* Once a second, as librdkafka looks at what it has. */
static void expire_waiting(sts__kafka *kafka) {
    sts__kafka_record *before = NULL;
    sts__kafka_record *record;
    if (sts__clock_us() < kafka->succession.look_at_us)
        return;
    kafka->succession.look_at_us = sts__deadline_after(1000);
    while ((record = sts__kafka_records_next_waiting(&kafka->records, before, false)))
        if (!sts__kafka_is_over(kafka, record))
            before = record;
    before = NULL;
    while ((record = sts__kafka_records_next_parked(&kafka->records, before)))
        if (!sts__kafka_is_over(kafka, record))
            before = record;
}

/* Hands a record over, unless the producer was stopped: in that, whoever stops it waits for us, or we see it. */
static bool produce_unless_stopped(sts__kafka *kafka, sts__kafka_record *record, rd_kafka_resp_err_t *error) {
    sts__kafka_records_enter_closed(&kafka->records);
    bool stopped = sts__kafka_observer_is_stopped(kafka->producer.observer);
    if (!stopped) {
        sts__kafka_records_set_produced(&kafka->records, record, true);
        *error = sts__kafka_produce(kafka, record);
    }
    sts__kafka_records_leave(&kafka->records);
    return !stopped;
}

bool sts__kafka_replay(sts__kafka *kafka, sts__kafka_record *record, bool *produced) {
    rd_kafka_resp_err_t error;
    if (!produce_unless_stopped(kafka, record, &error))
        return false;
    *produced = !error;
    if (!error) {
        kafka->succession.replayed += kafka->succession.has_predecessor;
        return true;
    }
    sts__kafka_records_set_produced(&kafka->records, record, false);
    if (error == RD_KAFKA_RESP_ERR__FATAL) {
        __atomic_store_n(&kafka->succession.failed, 1, __ATOMIC_RELEASE);
        return false;
    }
    if (waits_for_topic(kafka, record, error)) {
        sts__kafka_park(kafka, record);
        return true;
    }
    complete_waiting(kafka, record, STS_OUTCOME_FAILED, sts__kafka_record_status(error), error,
                     rd_kafka_err2str(error));
    return true;
}

/* The next record that waits; when there is none, the gate is opened, unless the producer was stopped. */
static sts__kafka_record *next_to_replay(sts__kafka *kafka, const sts__kafka_record *before, bool *opened) {
    sts__kafka_records_enter_closed(&kafka->records);
    *opened = !sts__kafka_observer_is_stopped(kafka->producer.observer);
    sts__kafka_record *record = sts__kafka_records_next_waiting(&kafka->records, before, *opened);
    sts__kafka_records_leave(&kafka->records);
    return record;
}

/* Gives all that waits to the producer, and opens the gate. */
static void replay(sts__kafka *kafka) {
    sts__kafka_record *before = NULL;
    sts__kafka_record *record;
    bool opened;
    while ((record = next_to_replay(kafka, before, &opened))) {
        if (sts__kafka_waits_for_settings(kafka, record))
            return; /* the first one of a topic has come meanwhile, or its settings proved wrong or old */
        if (sts__kafka_is_over(kafka, record))
            continue;
        if (sts__kafka_topic_is_missing(&kafka->topics.items[record->message.topic_index])) {
            sts__kafka_park(kafka, record);
            continue;
        }
        bool produced;
        if (!sts__kafka_replay(kafka, record, &produced))
            return;
        if (produced)
            before = record;
    }
    if (!opened)
        return;
    kafka->succession.refusal.code = STS_OK;
    if (kafka->succession.has_predecessor)
        sts__sink_replaced(kafka->sink, kafka->succession.replayed);
    kafka->succession.has_predecessor = false;
}

static void begin_new(sts__kafka *kafka) {
    sts__fault fault;
    kafka->succession.delivered_since = 0;
    kafka->succession.replayed = 0;
    kafka->succession.has_predecessor = true;
    sts__kafka_adopt(kafka);
    if (kafka->isolation.active) /* the last group came back with the producer */
        sts__kafka_begin_isolation(kafka);
    if (sts__kafka_start_producer(kafka, &fault) == STS_OK) {
        kafka->succession.phase = STS__KAFKA_RUNNING;
        return;
    }
    sts__sink_log(kafka->sink, STS_LOG_ERROR, fault.text);
    kafka->succession.failed_in_a_row++;
    end_old(kafka);
}

static void run(sts__kafka *kafka) {
    sts__kafka_look_for_missing(kafka);
    if (sts__kafka_observer_is_stopped(kafka->producer.observer))
        begin_after_refusal(kafka);
    else if (__atomic_load_n(&kafka->succession.failed, __ATOMIC_ACQUIRE))
        begin_after_fatal(kafka);
    else if (kafka->cluster.changed)
        begin_after_change(kafka);
    else if (has_next(kafka))
        begin(kafka, "the exporter was reconfigured; a new producer takes over");
    else if (!sts__kafka_has_settings(kafka) || sts__kafka_isolate(kafka))
        return;
    else if (kafka->limits.is_unfit)
        begin(kafka,
              "a topic takes smaller batches than the present producer's, or one at a time; another one takes over");
    else if (sts__kafka_records_gate_is_closed(&kafka->records))
        replay(kafka);
    else
        sts__kafka_refresh_settings(kafka);
}

static void drain(sts__kafka *kafka, bool over) {
    if (sts__kafka_observer_is_stopped(kafka->producer.observer) ||
        rd_kafka_fatal_error(kafka->producer.handle, NULL, 0))
        /* It sends nothing more: what comes back from brokers to be tried again comes back to us. */
        rd_kafka_purge(kafka->producer.handle, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_NON_BLOCKING);
    else
        rd_kafka_flush(kafka->producer.handle, 1); /* nothing lingers */
    if (sts__kafka_records_produced(&kafka->records) == 0) {
        end_old(kafka);
    } else if (over) {
        rd_kafka_purge(kafka->producer.handle,
                       RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT | RD_KAFKA_PURGE_F_NON_BLOCKING);
        enter_phase(kafka, STS__KAFKA_GIVING_UP, GIVE_UP_MS);
    }
}

void sts__kafka_succeed(sts__kafka *kafka) {
    bool over = sts__clock_us() >= kafka->succession.phase_end_us;
    if (kafka->records.has_pinned && sts__kafka_observer_has_one_owner(kafka->producer.observer))
        sts__kafka_records_unpin(&kafka->records);
    switch (kafka->succession.phase) {
    case STS__KAFKA_RUNNING:
        run(kafka);
        break;
    case STS__KAFKA_DRAINING:
        drain(kafka, over);
        break;
    case STS__KAFKA_GIVING_UP:
        if (over || sts__kafka_records_produced(&kafka->records) == 0)
            end_old(kafka);
        break;
    case STS__KAFKA_WAITING:
        if (over || has_next(kafka))
            begin_new(kafka);
        break;
    }
    if (sts__kafka_records_gate_is_closed(&kafka->records) || __atomic_load_n(&kafka->missing.any, __ATOMIC_ACQUIRE))
        expire_waiting(kafka);
}

void sts__kafka_force_fatal(void *context) {
    sts__kafka *kafka = context;
    pthread_mutex_lock(&kafka->producer.lock);
    if (kafka->producer.handle)
        rd_kafka_test_fatal_error(kafka->producer.handle, RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER,
                                  "forced by a test");
    pthread_mutex_unlock(&kafka->producer.lock);
}
