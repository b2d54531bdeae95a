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
    sts__kafka_gate_close(&kafka->records.gate);
    kafka->succession.inherited_before = UINT64_MAX;
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
    if (sts__kafka_transaction_is_over(kafka, error))
        return;
    sts__kafka_explain(&kafka->credentials, error, what, why, sizeof why, &weight);
    if (!kafka->transaction.is_on) /* what is stored waits for the right to be given */
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

void sts__kafka_change_producer(sts__kafka *kafka, const char *why) {
    kafka->succession.failed_in_a_row = kafka->succession.delivered_since ? 0 : kafka->succession.failed_in_a_row + 1;
    begin(kafka, why);
    kafka->succession.phase_end_us = 0;
}

/* What the old producer did not report is taken over all the same. */
static void end_old(sts__kafka *kafka) {
    int64_t wait_ms = 0;
    bool ended = sts__kafka_end_producer(kafka, END_MS);
    sts__kafka_records_take_back(&kafka->records, !ended, !kafka->transaction.is_on);
    for (int32_t i = 0; i < kafka->succession.failed_in_a_row && wait_ms < MAX_WAIT_MS; i++)
        wait_ms = wait_ms ? 2 * wait_ms : FIRST_WAIT_MS;
    enter_phase(kafka, STS__KAFKA_WAITING, wait_ms < MAX_WAIT_MS ? wait_ms : MAX_WAIT_MS);
}

static void begin_new(sts__kafka *kafka) {
    sts__fault fault;
    kafka->succession.delivered_since = 0;
    kafka->succession.replayed = 0;
    kafka->succession.has_predecessor = true;
    kafka->succession.inherited_before = sts__kafka_records_next_number(&kafka->records);
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

/* What waited for this producer was given to it, or has its outcome. */
static void end_change(sts__kafka *kafka) {
    const sts__kafka_record *next = sts__kafka_records_next_waiting(&kafka->records, NULL, false);
    if (next && next->number < kafka->succession.inherited_before)
        return;
    kafka->succession.refusal.code = STS_OK;
    sts__sink_replaced(kafka->sink, kafka->succession.replayed);
    kafka->succession.has_predecessor = false;
}

static void go_on(sts__kafka *kafka) {
    if (sts__kafka_gate_is_closed(&kafka->records.gate))
        sts__kafka_send_waiting(kafka);
    if (kafka->succession.has_predecessor)
        end_change(kafka);
    sts__kafka_refresh_settings(kafka);
}

static void run(sts__kafka *kafka) {
    if (sts__kafka_transaction_why_ended(kafka))
        return;
    sts__kafka_let_go(kafka);
    sts__kafka_look_for_missing(kafka);
    if (sts__kafka_observer_is_stopped(kafka->producer.observer))
        begin_after_refusal(kafka);
    else if (__atomic_load_n(&kafka->succession.failed, __ATOMIC_ACQUIRE))
        begin_after_fatal(kafka);
    else if (kafka->cluster.changed)
        sts__kafka_change_producer(
            kafka, "what this producer has without an outcome goes to another one, which takes its place");
    else if (has_next(kafka))
        begin(kafka, "the exporter was reconfigured; a new producer takes over");
    else if (!sts__kafka_has_settings(kafka) || sts__kafka_isolate(kafka))
        return;
    else if (kafka->limits.is_unfit)
        begin(kafka,
              "a topic takes smaller batches than the present producer's, or one at a time; another one takes over");
    else
        go_on(kafka);
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
        sts__kafka_transaction_serve(kafka);
        if (kafka->succession.phase == STS__KAFKA_RUNNING)
            run(kafka);
        sts__kafka_transaction_serve(kafka);
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
    if (sts__kafka_gate_is_closed(&kafka->records.gate) || sts__kafka_opening_is_active(&kafka->opening) ||
        __atomic_load_n(&kafka->missing.any, __ATOMIC_ACQUIRE))
        sts__kafka_expire_waiting(kafka);
}

void sts__kafka_force_fatal(void *context) {
    sts__kafka *kafka = context;
    pthread_mutex_lock(&kafka->producer.lock);
    if (kafka->producer.handle)
        rd_kafka_test_fatal_error(kafka->producer.handle, RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER,
                                  "forced by a test");
    pthread_mutex_unlock(&kafka->producer.lock);
}
