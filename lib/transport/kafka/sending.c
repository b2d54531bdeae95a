/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/kafka/sending.h"

#include "base/clock.h"
#include "transport/kafka/internal.h"

enum { PASSED_AT_ONCE = 32 };

/* A partition that the record itself names may be one too many; where the topic is there, that does not pass. But a
 * record that has got no partition was turned away, because its topic is missing (partition.c). Without an error the
 * record is librdkafka's, and may be gone. */
static bool waits_for_topic(const sts__kafka *kafka, const sts__kafka_record *record, rd_kafka_resp_err_t error) {
    if (!kafka->missing.retries || !sts__kafka_error_is_of_missing_topic(error))
        return false;
    return error != RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION || !record->placed || record->message.partition < 0 ||
           record->has_turn;
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

/* Inside the gate, of records that are in the list: a report may come before the call returns, and the record is gone.
 */
static sts_status pass(sts__kafka *kafka, const sts__kafka_chain *run, size_t *taken, sts__fault *fault) {
    sts__kafka_record *record = run->first;
    size_t left = run->count;
    rd_kafka_resp_err_t error = sts__kafka_produce_run(kafka, &record, &left);
    *taken += run->count - left;
    sts_status status = error ? leave(kafka, record, left, error, fault) : STS_OK;
    if (status == STS_OK) /* those that librdkafka has not taken wait in the list */
        *taken += left;
    return status;
}

/* Gives records to the producer, as far as the gate is open and it may have more, and takes them off the chain.
 * False if some are left, which have to wait. */
static bool pass_at_once(sts__kafka *kafka, sts__kafka_chain *run, size_t *taken, sts_status *status,
                         sts__fault *fault) {
    sts__kafka_records *records = &kafka->records;
    if (!sts__kafka_gate_enter(&records->gate))
        return false;
    sts__kafka_chain passed = sts__kafka_records_append(records, run, kafka->max_in_flight);
    if (passed.count)
        *status = pass(kafka, &passed, taken, fault);
    sts__kafka_gate_leave(&records->gate);
    if (__atomic_load_n(&kafka->succession.failed, __ATOMIC_ACQUIRE))
        sts__kafka_wake(&kafka->producer);
    if (!run->count || *status != STS_OK)
        return true;
    sts__kafka_gate_shut(&records->gate);
    return false;
}

/* A topic's first record waits until the topic's settings are known, and what is sent after it waits behind it. */
static sts_status take_run(sts__kafka *kafka, sts__kafka_chain *run, size_t *taken, sts__fault *fault) {
    const sts_message *message = &run->first->message;
    sts__kafka_records *records = &kafka->records;
    sts__kafka_topic *topic = &kafka->topics.items[message->topic_index];
    sts_status status = STS_OK;
    bool alone = false;
    for (;;) {
        if (sts__kafka_topic_is_missing(topic) && sts__kafka_records_append_parked(records, run, &topic->absence.noted))
            break;
        if (!sts__kafka_settings_are_known(topic)) {
            sts__kafka_want_settings(kafka, message->topic_index, message->topic);
            sts__kafka_gate_shut(&records->gate);
            sts__kafka_wake(&kafka->producer);
        } else if (pass_at_once(kafka, run, taken, &status, fault)) {
            if (run->count) /* what is behind the one that was not taken */
                sts__kafka_records_drop(records, run);
            return status;
        }
        if (sts__kafka_records_append_waiting(records, run, &alone))
            break;
    }
    if (alone) /* no report will come, by which who serves goes on with them */
        sts__kafka_wake(&kafka->producer);
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

/* Hands a record over, unless the producer was stopped: in that, whoever stops it waits for us, or we see it. */
static bool produce_unless_stopped(sts__kafka *kafka, sts__kafka_record *record, rd_kafka_resp_err_t *error) {
    sts__kafka_gate_enter_closed(&kafka->records.gate);
    bool stopped = sts__kafka_observer_is_stopped(kafka->producer.observer);
    if (!stopped) {
        size_t left = 1;
        sts__kafka_records_set_produced(&kafka->records, record, true);
        *error = sts__kafka_produce_run(kafka, &record, &left);
    }
    sts__kafka_gate_leave(&kafka->records.gate);
    return !stopped;
}

bool sts__kafka_replay(sts__kafka *kafka, sts__kafka_record *record, bool *produced) {
    rd_kafka_resp_err_t error;
    if (!produce_unless_stopped(kafka, record, &error))
        return false;
    *produced = !error;
    if (!error) {
        sts__kafka_transaction_add(kafka, record, 1);
        kafka->succession.replayed += kafka->succession.has_predecessor;
        return true;
    }
    sts__kafka_records_set_produced(&kafka->records, record, false);
    if (error == RD_KAFKA_RESP_ERR__FATAL) {
        __atomic_store_n(&kafka->succession.failed, 1, __ATOMIC_RELEASE);
        return false;
    }
    if (error == RD_KAFKA_RESP_ERR__STATE) { /* its transaction has failed */
        sts__kafka_transaction_fail(kafka);
        return false;
    }
    if (waits_for_topic(kafka, record, error)) {
        sts__kafka_park(kafka, record);
        return true;
    }
    sts__kafka_fail_waiting(kafka, record, error);
    return true;
}

/* Opens the gate, if nothing waits and the producer was not stopped. */
static bool open_gate(sts__kafka *kafka) {
    sts__kafka_gate_enter_closed(&kafka->records.gate);
    bool stopped = sts__kafka_observer_is_stopped(kafka->producer.observer);
    bool opened = !sts__kafka_records_next_waiting(&kafka->records, NULL, !stopped) && !stopped;
    sts__kafka_gate_leave(&kafka->records.gate);
    return opened;
}

/* Whether there is no need to send it, or no use. */
static bool is_settled(sts__kafka *kafka, const sts__kafka_record *record) {
    return sts__kafka_transaction_has(kafka, record) || sts__kafka_transaction_denies(kafka, record) ||
           sts__kafka_transaction_why_stale(kafka, record);
}

/* How many of the records, which are of one topic, can go as they are. */
static size_t count_ready(sts__kafka *kafka, const sts__kafka_record *record, size_t count) {
    const sts__kafka_topic *topic = &kafka->topics.items[record->message.topic_index];
    const int64_t now_us = sts__clock_us();
    const bool in_transactions = kafka->transaction.is_on;
    size_t ready = 0;
    sts__fault fault;
    if (kafka->succession.refusal.code != STS_OK || !sts__kafka_settings_are_known(topic) ||
        sts__kafka_topic_is_missing(topic))
        return 0;
    while (ready < count && !sts__kafka_is_too_old(&kafka->patience, record, now_us) &&
           !(in_transactions && is_settled(kafka, record)) &&
           !sts__kafka_would_refuse(&kafka->times, &topic->settings, &record->message, &fault))
        if (++ready < count) /* what is behind the last one is others' to change */
            record = record->next;
    return ready;
}

/* False if the producer was stopped, or does not take one of them: who waits goes on with that. */
static bool pass_run(sts__kafka *kafka, sts__kafka_record *record, size_t count) {
    const sts__kafka_record *first = record;
    size_t left = count;
    rd_kafka_resp_err_t error = RD_KAFKA_RESP_ERR_NO_ERROR;
    sts__kafka_gate_enter_closed(&kafka->records.gate);
    bool stopped = sts__kafka_observer_is_stopped(kafka->producer.observer);
    if (!stopped) {
        sts__kafka_records_set_run_produced(&kafka->records, record, count, true);
        error = sts__kafka_produce_run(kafka, &record, &left);
    }
    sts__kafka_gate_leave(&kafka->records.gate);
    if (!stopped)
        sts__kafka_transaction_add(kafka, first, count - left);
    if (kafka->succession.has_predecessor)
        kafka->succession.replayed += count - left;
    if (error)
        sts__kafka_records_set_run_produced(&kafka->records, record, left, false);
    return !stopped && !error;
}

bool sts__kafka_pass_waiting(sts__kafka *kafka) {
    for (;;) {
        sts__kafka_record *first;
        size_t count = sts__kafka_records_waiting_run(&kafka->records, kafka->max_in_flight, PASSED_AT_ONCE, &first);
        if (count == 0 && first)
            return true;
        if (count == 0)
            return kafka->transaction.is_on || open_gate(kafka);
        if (!sts__kafka_transaction_takes(kafka, first))
            return true;
        count = count_ready(kafka, first, count);
        if (count == 0 || !pass_run(kafka, first, count))
            return false;
    }
}

/* False if it has to wait on, and what is behind it. */
static bool send_one(sts__kafka *kafka, sts__kafka_record *record) {
    bool produced;
    if (sts__kafka_waits_for_settings(kafka, record))
        return false; /* the first one of a topic has come meanwhile, or its settings proved wrong or old */
    if (sts__kafka_is_over(kafka, record))
        return true;
    if (!sts__kafka_topic_is_missing(&kafka->topics.items[record->message.topic_index]))
        return sts__kafka_transaction_takes(kafka, record) && sts__kafka_replay(kafka, record, &produced);
    sts__kafka_park(kafka, record);
    return true;
}

void sts__kafka_send_waiting(sts__kafka *kafka) {
    sts__kafka_record *record;
    while (!sts__kafka_pass_waiting(kafka)) {
        record = sts__kafka_records_next_waiting(&kafka->records, NULL, false);
        if (!record || !send_one(kafka, record))
            return;
    }
}
