/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/kafka/transaction.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "transport/kafka/explain.h"
#include "transport/kafka/internal.h"

enum {
    STEP_MS = 10,       /* between looks at a call, which wakes who serves when it has ended */
    FIRST_WAIT_MS = 50, /* after a transaction that was aborted, or a call that failed; doubles from then on */
    MAX_WAIT_MS = 10000,
    AWHILE_MS = 10000 /* how long a topic counts as one that we may not write to */
};

static const sts_completion delivered = {.struct_size = sizeof delivered, .kind = STS_OUTCOME_DELIVERED};

/* --- its life --- */

static char *copy(const sts__memory *memory, const char *text) {
    return sts__memory_copy_text(memory, text, strlen(text));
}

sts_status sts__kafka_transaction_init(sts__kafka *kafka, const sts__kafka_exactly_once *settings) {
    sts__kafka_transaction *transaction = &kafka->transaction;
    if (!settings->is_on)
        return STS_OK;
    transaction->is_on = true;
    transaction->interval_us = settings->interval_ms * 1000;
    transaction->timeout_ms = settings->timeout_ms;
    transaction->max_bytes = (size_t)settings->max_bytes;
    transaction->max_records = (size_t)settings->max_records;
    transaction->id = copy(kafka->memory, settings->transactional_id);
    transaction->group = copy(kafka->memory, settings->group);
    sts__kafka_gate_shut(&kafka->records.gate);
    return transaction->id && transaction->group ? STS_OK : STS_ERR_NO_MEMORY;
}

/* One that is not named has another name. */
static bool name_after(const sts__memory *memory, char **name, const char *other) {
    if (!(*name)[0]) {
        sts__memory_free(memory, *name);
        *name = copy(memory, other);
    }
    return *name != NULL;
}

sts_status sts__kafka_transaction_identify(void *context, const sts__transport_store *store) {
    sts__kafka *kafka = context;
    sts__kafka_transaction *transaction = &kafka->transaction;
    char name[64];
    snprintf(name, sizeof name, STS__TRANSACTIONAL_ID, store->name);
    if (!name_after(kafka->memory, &transaction->id, name) ||
        !name_after(kafka->memory, &transaction->group, transaction->id))
        return STS_ERR_NO_MEMORY;
    return sts__kafka_progress_init(&transaction->progress, kafka->memory, store);
}

void sts__kafka_transaction_clear(sts__kafka *kafka) {
    sts__kafka_transaction *transaction = &kafka->transaction;
    if (!transaction->is_on)
        return;
    sts__kafka_written_put_back(&transaction->written, &kafka->records); /* to be freed with the others */
    sts__kafka_written_clear(&transaction->written, kafka->memory);
    sts__kafka_progress_clear(&transaction->progress, kafka->memory);
    if (transaction->reader)
        rd_kafka_conf_destroy(transaction->reader);
    sts__memory_free(kafka->memory, transaction->id);
    sts__memory_free(kafka->memory, transaction->group);
}

static void prepare_reader(sts__kafka_transaction *transaction, const rd_kafka_conf_t *conf) {
    static const char *left_out[] = {"transaction.timeout.ms", "enable.idempotence", "acks", "max.in.flight",
                                     "retries"};
    if (transaction->reader)
        rd_kafka_conf_destroy(transaction->reader);
    transaction->reader = rd_kafka_conf_dup_filter(conf, sizeof left_out / sizeof left_out[0], left_out);
    rd_kafka_conf_set(transaction->reader, "group.id", transaction->group, NULL, 0);
    rd_kafka_conf_set(transaction->reader, "enable.auto.commit", "false", NULL, 0);
    rd_kafka_conf_set(transaction->reader, "statistics.interval.ms", "0", NULL, 0);
    rd_kafka_conf_set_events(transaction->reader, RD_KAFKA_EVENT_OAUTHBEARER_TOKEN_REFRESH);
}

void sts__kafka_transaction_prepare(sts__kafka *kafka, rd_kafka_conf_t *conf) {
    sts__kafka_transaction *transaction = &kafka->transaction;
    if (!transaction->is_on || kafka->is_trial)
        return;
    prepare_reader(transaction, conf);
    rd_kafka_conf_set(conf, "transactional.id", transaction->id, NULL, 0);
    if (transaction->sends_alone)
        rd_kafka_conf_set(conf, "batch.num.messages", "1", NULL, 0);
}

void sts__kafka_transaction_new_producer(sts__kafka *kafka) {
    sts__kafka_transaction *transaction = &kafka->transaction;
    transaction->phase = transaction->has_looked ? STS__TRANSACTION_INITIALISING : STS__TRANSACTION_LOOKING;
    transaction->next_us = 0;
}

sts__kafka_unfinished sts__kafka_transaction_end_producer(sts__kafka *kafka) {
    sts__kafka_transaction *transaction = &kafka->transaction;
    const sts__kafka_unfinished unfinished = {.call = transaction->call,
                                              .in_transaction = transaction->phase >= STS__TRANSACTION_OPEN};
    if (transaction->call)
        sts__kafka_call_stop(transaction->call);
    transaction->call = NULL;
    sts__kafka_written_put_back(&transaction->written, &kafka->records);
    sts__kafka_transaction_forget_open(kafka);
    return unfinished;
}

const char *sts__kafka_transaction_why_ended(const sts__kafka *kafka) {
    const sts__kafka_transaction *transaction = &kafka->transaction;
    return __atomic_load_n(&transaction->has_ended, __ATOMIC_ACQUIRE) ? transaction->why_ended : NULL;
}

static void end_for_good(sts__kafka *kafka, const char *why) {
    sts__kafka_transaction *transaction = &kafka->transaction;
    if (sts__kafka_transaction_why_ended(kafka))
        return;
    snprintf(transaction->why_ended, sizeof transaction->why_ended,
             "%s; nothing is sent any more, and what is stored stays (transactional id %s, group %s)", why,
             transaction->id, transaction->group);
    __atomic_store_n(&transaction->has_ended, 1, __ATOMIC_RELEASE);
    sts__sink_ended(kafka->sink, transaction->why_ended);
}

/* The cluster takes the id away from a transaction that has lasted too long, and librdkafka tells that in the same way
 * (PRODUCER_FENCED and INVALID_PRODUCER_EPOCH are both its _FENCED): then the next producer may go on. */
static bool has_expired(const sts__open_transaction *open, int64_t timeout_ms) {
    return open->began_us && (sts__clock_us() - open->began_us >= timeout_ms * 1000 ||
                              sts__clock_wall_ms() - open->began_wall_ms >= timeout_ms);
}

bool sts__kafka_transaction_is_over(sts__kafka *kafka, rd_kafka_resp_err_t error) {
    bool fenced = error == RD_KAFKA_RESP_ERR__FENCED || error == RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH ||
                  error == RD_KAFKA_RESP_ERR_PRODUCER_FENCED;
    if (!kafka->transaction.is_on || !fenced || has_expired(&kafka->transaction.open, kafka->transaction.timeout_ms))
        return false;
    end_for_good(kafka,
                 "another producer has taken over with this store's transactional id: another process has a copy "
                 "of the store's folder, or the same transaction.id");
    return true;
}

/* --- its end --- */

/* Without memory or a thread it is made later. */
static void call(sts__kafka *kafka, sts__kafka_call_kind kind, rd_kafka_topic_partition_list_t *offsets) {
    sts__kafka_transaction *transaction = &kafka->transaction;
    const sts__kafka_reader reader = {.conf = transaction->reader,
                                      .token = sts__kafka_gives_tokens(&kafka->credentials) ? &kafka->credentials.token
                                                                                            : NULL};
    transaction->not_made =
        sts__kafka_call_make(&transaction->call, kafka->producer.handle, kind, transaction->group, offsets, reader);
    transaction->next_us = transaction->call ? 0 : sts__deadline_after(FIRST_WAIT_MS);
}

static void commit(sts__kafka *kafka) {
    rd_kafka_topic_partition_list_t *offsets = rd_kafka_topic_partition_list_new(1);
    for (int32_t i = 0; i < kafka->topics.max; i++) {
        const sts__kafka_topic *topic = &kafka->topics.items[i];
        if (topic->transaction.progress.end)
            sts__kafka_progress_add(&kafka->transaction.progress, kafka->producer.handle, topic->name,
                                    &topic->transaction.progress, offsets);
    }
    call(kafka, STS__CALL_COMMIT, offsets);
    if (kafka->transaction.call)
        kafka->transaction.phase = STS__TRANSACTION_COMMITTING;
}

static void abort_open(sts__kafka *kafka) {
    kafka->transaction.phase = STS__TRANSACTION_ABORTING;
    call(kafka, STS__CALL_ABORT, NULL);
}

/* The next producer's beginning aborts the transaction. */
static void begin_alone(sts__kafka *kafka) {
    kafka->isolation.refused = false;
    kafka->transaction.sends_alone = true;
    sts__kafka_change_producer(kafka,
                               "a broker has refused records together; each goes again as a batch of its own, by "
                               "another producer");
}

static bool is_suspect(const sts__kafka_record *record, const void *user) {
    (void)user;
    return record->is_suspect;
}

static void end_alone(sts__kafka *kafka) {
    if (!kafka->transaction.sends_alone || sts__kafka_records_find_waiting(&kafka->records, NULL, is_suspect, NULL))
        return;
    kafka->transaction.sends_alone = false;
    sts__kafka_change_producer(kafka, "the records that were refused have failed; the others go in batches again");
}

static void serve_open(sts__kafka *kafka) {
    sts__open_transaction *open = &kafka->transaction.open;
    if (open->has_failed && kafka->isolation.refused)
        begin_alone(kafka);
    else if (open->has_failed)
        abort_open(kafka); /* librdkafka keeps some until then that it would send again */
    if (open->has_failed || !sts__kafka_transaction_is_due(kafka))
        return;
    open->is_closing = true;
    if (sts__kafka_transaction_is_whole(kafka))
        commit(kafka);
}

static void complete(void *user, const sts__kafka_written_record *items, size_t count) {
    sts__kafka *kafka = user;
    sts_completion completions[STS__KAFKA_WRITTEN_AT_ONCE];
    for (size_t i = 0; i < count; i++) {
        completions[i] = delivered;
        completions[i].id = items[i].record->message.id;
        completions[i].partition = items[i].partition;
        completions[i].offset = items[i].offset;
    }
    sts__sink_complete(kafka->sink, completions, count);
}

static void end_committed(sts__kafka *kafka) {
    sts__kafka_transaction *transaction = &kafka->transaction;
    for (int32_t i = 0; i < kafka->topics.max; i++)
        if (kafka->topics.items[i].transaction.progress.end)
            sts__kafka_progress_commit(&kafka->topics.items[i].transaction.progress);
    kafka->succession.delivered_since += transaction->written.count;
    transaction->phase = STS__TRANSACTION_READY;
    transaction->failed_in_a_row = 0;
    transaction->hurries = false;
    sts__kafka_transaction_forget_open(kafka);
    sts__kafka_written_finish(&transaction->written, &kafka->records, complete, kafka);
    end_alone(kafka);
}

void sts__kafka_transaction_give_up(sts__kafka *kafka) {
    sts__kafka_transaction *transaction = &kafka->transaction;
    if (!transaction->is_on)
        return;
    sts__kafka_written_put_back(&transaction->written, &kafka->records);
    transaction->open.has_failed = true;
}

/* --- what became of calls --- */

/* A topic has its name with its first handle; the default one is known before. */
static const char *name_of(const sts__kafka *kafka, int32_t index) {
    const char *name = kafka->topics.items[index].name;
    return name ? name : kafka->check.topic;
}

static void wait_longer(sts__kafka_transaction *transaction) {
    int64_t wait_ms = FIRST_WAIT_MS;
    for (int32_t i = 0; i < transaction->failed_in_a_row && wait_ms < MAX_WAIT_MS; i++)
        wait_ms *= 2;
    transaction->failed_in_a_row++;
    transaction->next_us = sts__deadline_after(wait_ms < MAX_WAIT_MS ? wait_ms : MAX_WAIT_MS);
}

static void describe(const sts__kafka *kafka, rd_kafka_resp_err_t error, const char *what, char *text, size_t size) {
    const char *right = sts__kafka_right_for(error, what);
    if (right)
        snprintf(text, size, "the Kafka user needs %s (transactional id %s, group %s); librdkafka: %s", right,
                 kafka->transaction.id, kafka->transaction.group, what);
    else
        snprintf(text, size, "%s", what[0] ? what : rd_kafka_err2str(error));
}

/* It could not begin, and tries again. */
static void fail_to_begin(sts__kafka *kafka, const sts__kafka_call_result *result) {
    sts__kafka_transaction *transaction = &kafka->transaction;
    char why[600];
    char line[700];
    wait_longer(transaction);
    if (transaction->phase == STS__TRANSACTION_INITIALISING && !result->passes)
        __atomic_store_n(&kafka->succession.failed, 1, __ATOMIC_RELEASE); /* this producer never can */
    if (transaction->told == result->error)
        return;
    transaction->told = result->error;
    describe(kafka, result->error, result->text, why, sizeof why);
    snprintf(line, sizeof line, "no transaction can begin: %s", why);
    sts__sink_log(kafka->sink, STS_LOG_WARNING, line);
    sts__fault_set(&kafka->connection.last_error, sts__kafka_status(result->error), "%s", line);
    kafka->connection.last_error.transport_code = result->error;
    kafka->connection.last_weight = 2;
}

static void take_offsets(sts__kafka *kafka, const rd_kafka_topic_partition_list_t *offsets) {
    for (int32_t i = 0; i < kafka->topics.max; i++) {
        sts__kafka_topic *topic = &kafka->topics.items[i];
        for (int at = 0; topic->transaction.progress.is_wanted && at < offsets->cnt; at++)
            if (strcmp(offsets->elems[at].topic, name_of(kafka, i)) == 0)
                sts__kafka_progress_read(&kafka->transaction.progress, &topic->transaction.progress,
                                         &offsets->elems[at]);
    }
}

static void begin_further(sts__kafka *kafka, const sts__kafka_call_result *result) {
    sts__kafka_transaction *transaction = &kafka->transaction;
    if (result->error) {
        fail_to_begin(kafka, result);
        return;
    }
    transaction->failed_in_a_row = 0;
    if (result->offsets && sts__kafka_progress_is_foreign(&transaction->progress, result->offsets)) {
        end_for_good(kafka,
                     "the group's offsets were committed by a copy of this store, or before a backup of it was put "
                     "back: what it holds may be in its topics already; with another transaction.id all of it "
                     "is sent");
        return;
    }
    transaction->told = RD_KAFKA_RESP_ERR_NO_ERROR;
    if (transaction->phase == STS__TRANSACTION_LOOKING) {
        transaction->has_looked = true;
        transaction->phase = STS__TRANSACTION_INITIALISING;
        return;
    }
    if (transaction->phase == STS__TRANSACTION_INITIALISING)
        sts__kafka_progress_forget(&transaction->progress);
    else if (result->offsets)
        take_offsets(kafka, result->offsets);
    transaction->phase = STS__TRANSACTION_READY;
}

/* One of its topics may not be written to: if it was the only one, its records fail, and otherwise it is looked for. */
static void deny(sts__kafka *kafka) {
    sts__kafka_transaction *transaction = &kafka->transaction;
    size_t count = transaction->open.topics;
    transaction->one_topic_until_us = sts__deadline_after(AWHILE_MS);
    for (int32_t i = 0; count == 1 && i < kafka->topics.max; i++)
        if (kafka->topics.items[i].transaction.progress.end)
            kafka->topics.items[i].transaction.denied_until_us = transaction->one_topic_until_us;
}

static void tell_abort(sts__kafka *kafka, const sts__kafka_call_result *result) {
    char why[600];
    char line[700];
    wait_longer(&kafka->transaction);
    describe(kafka, result->cause, result->text, why, sizeof why);
    snprintf(line, sizeof line, "a transaction was aborted, and what was in it goes again%s%s",
             result->cause ? ": " : "", result->cause ? why : "");
    sts__sink_log(kafka->sink, STS_LOG_WARNING, line);
}

/* All that was in it waits again. After one that was aborted for a refusal, librdkafka (2.0.2) finds a gap in its own
 * sequence numbers, and wants the next one aborted as well, whereupon it begins a new epoch; that is no news. */
static void end_aborted(sts__kafka *kafka, const sts__kafka_call_result *result) {
    sts__kafka_transaction *transaction = &kafka->transaction;
    bool is_refusal = kafka->isolation.failed;
    if (result->cause == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED && strstr(result->text, "add partition"))
        deny(kafka);
    sts__kafka_written_put_back(&transaction->written, &kafka->records);
    sts__kafka_transaction_forget_open(kafka);
    transaction->phase = STS__TRANSACTION_READY;
    kafka->isolation.failed = false;
    sts__kafka_opening_begin(kafka); /* its epoch may be another one now */
    if (kafka->isolation.refused)
        begin_alone(kafka);
    else if (is_refusal || result->cause == RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER)
        transaction->next_us = 0;
    else
        tell_abort(kafka, result);
}

/* Whether the end of it came about is asked by the next producer. */
static void end_unknown(sts__kafka *kafka, const sts__kafka_call_result *result) {
    char line[700];
    snprintf(line, sizeof line, "the end of a transaction is not known: %s", result->text);
    if (rd_kafka_fatal_error(kafka->producer.handle, NULL, 0))
        __atomic_store_n(&kafka->succession.failed, 1, __ATOMIC_RELEASE);
    else
        sts__kafka_change_producer(kafka, line);
}

static void take_result(sts__kafka *kafka) {
    sts__kafka_transaction *transaction = &kafka->transaction;
    sts__kafka_call *done = transaction->call;
    sts__kafka_call_result result;
    if (!done || !sts__kafka_call_has_ended(done, &result))
        return;
    transaction->call = NULL;
    if (transaction->phase < STS__TRANSACTION_READY)
        begin_further(kafka, &result);
    else if (transaction->phase == STS__TRANSACTION_ABORTING && !result.error)
        end_aborted(kafka, &result);
    else if (transaction->phase == STS__TRANSACTION_COMMITTING && !result.error)
        end_committed(kafka);
    else if (transaction->phase == STS__TRANSACTION_COMMITTING && result.wants_abort) {
        transaction->phase = STS__TRANSACTION_OPEN;
        transaction->open.has_failed = true;
    } else
        end_unknown(kafka, &result);
    sts__kafka_call_release(done);
}

/* Reads the offsets of the topics that have records; or of the first one, where it only looks. Without a token nobody
 * is let in, and whoever gives them has been asked when the producer was made. */
static void read_offsets(sts__kafka *kafka) {
    if (sts__kafka_gives_tokens(&kafka->credentials) && !kafka->credentials.token.value) {
        kafka->transaction.next_us = sts__deadline_after(STEP_MS);
        return;
    }
    rd_kafka_topic_partition_list_t *offsets = rd_kafka_topic_partition_list_new(1);
    bool looks = kafka->transaction.phase == STS__TRANSACTION_LOOKING;
    for (int32_t i = 0; i < kafka->topics.max; i++)
        if (looks ? i == 0 : kafka->topics.items[i].transaction.progress.is_wanted)
            rd_kafka_topic_partition_list_add(offsets, name_of(kafka, i), 0);
    call(kafka, looks ? STS__CALL_LOOK : STS__CALL_READ, offsets);
}

void sts__kafka_transaction_serve(sts__kafka *kafka) {
    sts__kafka_transaction *transaction = &kafka->transaction;
    if (!transaction->is_on || kafka->is_trial || kafka->succession.phase != STS__KAFKA_RUNNING)
        return;
    take_result(kafka);
    if (transaction->call || kafka->succession.phase != STS__KAFKA_RUNNING || sts__clock_us() < transaction->next_us ||
        sts__kafka_transaction_why_ended(kafka))
        return;
    if (transaction->phase == STS__TRANSACTION_INITIALISING)
        call(kafka, STS__CALL_INIT, NULL);
    else if (transaction->phase < STS__TRANSACTION_READY)
        read_offsets(kafka);
    else if (transaction->phase == STS__TRANSACTION_OPEN)
        serve_open(kafka);
    else if (transaction->phase == STS__TRANSACTION_ABORTING)
        abort_open(kafka);
}

sts_status sts__kafka_transaction_await(sts__kafka *kafka, int64_t deadline_us, sts__fault *fault) {
    const sts__kafka_transaction *transaction = &kafka->transaction;
    while (transaction->phase < STS__TRANSACTION_READY && sts__clock_us() < deadline_us &&
           transaction->not_made != STS_ERR_NO_MEMORY && !sts__kafka_transaction_why_ended(kafka)) {
        sts__kafka_transaction_serve(kafka);
        sts__kafka_serve(kafka, STEP_MS);
    }
    if (transaction->phase >= STS__TRANSACTION_READY)
        return STS_OK;
    if (sts__kafka_transaction_why_ended(kafka))
        return sts__fault_set(fault, STS_ERR_PRODUCER_FATAL, "%s", transaction->why_ended);
    if (transaction->not_made == STS_ERR_NO_MEMORY)
        return sts__fault_no_memory(fault);
    if (transaction->told) {
        *fault = kafka->connection.last_error;
        return fault->code;
    }
    return sts__fault_set(fault, STS_ERR_NO_BROKER, "the cluster did not let transactions begin in time");
}

int32_t sts__kafka_transaction_pause_ms(const sts__kafka *kafka) {
    const sts__kafka_transaction *transaction = &kafka->transaction;
    if (!transaction->is_on || sts__kafka_transaction_why_ended(kafka))
        return INT32_MAX;
    if (transaction->call || transaction->phase < STS__TRANSACTION_READY ||
        transaction->phase == STS__TRANSACTION_ABORTING || transaction->open.is_closing ||
        transaction->open.has_failed || sts__clock_us() < transaction->next_us)
        return STEP_MS;
    if (transaction->phase != STS__TRANSACTION_OPEN)
        return INT32_MAX;
    return sts__deadline_left_ms(transaction->open.began_us + transaction->interval_us);
}

void sts__kafka_transaction_hurry(sts__kafka *kafka) {
    sts__kafka_transaction *transaction = &kafka->transaction;
    transaction->hurries =
        transaction->is_on && (transaction->phase == STS__TRANSACTION_OPEN ||
                               sts__kafka_records_next_waiting(&kafka->records, NULL, false) != NULL);
}
