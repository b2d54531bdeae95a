/* SPDX-License-Identifier: Apache-2.0
 *
 * Records of several exports that share messages, to a real Kafka: each is in the topic once, in its key's order across
 * messages and inside them; and where the topic comes to take less, exactly the records that are too large have failed.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "signal/item.h"
#include "support/hex.h"
#include "support/kafka/admin.h"
#include "support/kafka/bootstrap.h"
#include "support/kafka/refusing.h"
#include "support/log_lines.h"
#include "support/otlp.h"
#include "support/outcome_log.h"
#include "support/rig.h"
#include "support/topic_reader.h"

enum { PARTITIONS = 3 };

/* A key's records are numbered from 0; the body is the number, and filling. */
static void add(struct otlp *otlp, unsigned key, unsigned number, size_t size) {
    char name[32], body[8000];
    cr_assert_lt(size, sizeof body);
    memset(body, 'x', size);
    body[size] = '\0';
    body[snprintf(body, sizeof body, "%u %u", key, number)] = ' ';
    snprintf(name, sizeof name, "key-%u", key);
    otlp_add_record(otlp, name, body);
}

struct bench {
    struct rig rig;
    struct outcome_log outcomes;
    struct log_lines log;
    char topic[64];
};

static void bench_open(struct bench *bench, const char *name, const char *const *pairs) {
    snprintf(bench->topic, sizeof bench->topic, "batching-%s-%d", name, (int)getpid());
    admin_create_topic(kafka_bootstrap(), bench->topic, PARTITIONS, NULL);
    outcome_log_init(&bench->outcomes);
    log_lines_init(&bench->log);
    bench->rig = (struct rig){.options = rig_options(RIG_OPTIONS("brokers", kafka_bootstrap(), "topic", bench->topic,
                                                                 "gather", "key", "encoding", "otlp_proto"))};
    rig_set(bench->rig.options, pairs);
    sts_options_set_log_callback(bench->rig.options, log_lines_callback, &bench->log);
    rig_start(&bench->rig);
}

static void bench_close(struct bench *bench) {
    rig_close(&bench->rig);
    outcome_log_clear(&bench->outcomes);
    log_lines_clear(&bench->log);
}

static void export(struct bench *bench, struct otlp *otlp) {
    struct pb request = {0};
    otlp_finish(&request, otlp);
    sts_status status = rig_export(&bench->rig, &request, NULL);
    cr_assert(status == STS_OK || status == STS_ERR_REJECTED, "%s", sts_status_name(status));
    pb_clear(&request);
}

/* Goes through the topic, each message's records in their order: calls for each with its key and number. Returns how
 * many messages there are. */
static size_t read_all(struct bench *bench, void (*seen)(unsigned key, unsigned number, void *user), void *user) {
    size_t found, messages = 0;
    struct read_record *records = topic_read(kafka_bootstrap(), bench->topic, PARTITIONS, &found);
    for (size_t i = 0; i < found; i++) {
        sts_bytes value = hex_read(records[i].value);
        sts__item_cursor cursor;
        sts__item item;
        bool ours = ((const char *)value.data)[0] != 'p'; /* support/kafka/refusing.h */
        sts__items_begin(&cursor, &sts__signals[STS__LOGS], value);
        while (ours && sts__items_next(&cursor, &item)) {
            unsigned key, number;
            char body[64] = "";
            sts__value read = sts__item_body(&item);
            memcpy(body, read.as.bytes.data, read.as.bytes.size < 63 ? read.as.bytes.size : 63);
            cr_assert_eq(sscanf(body, "%u %u", &key, &number), 2, "%s", body);
            seen(key, number, user);
        }
        messages += ours;
        hex_clear(&value);
    }
    read_records_free(records, found);
    return messages;
}

/* --- many keys, several threads --- */

enum { THREADS = 4, KEYS = 250 /* of each thread */, REQUESTS = 400, RECORDS = 50 };

struct sender {
    pthread_t thread;
    struct bench *bench;
    unsigned first_key;
    unsigned next[KEYS];
};

static void *send(void *user) {
    struct sender *sender = user;
    for (unsigned i = 0; i < REQUESTS; i++) {
        struct otlp otlp = {0};
        for (unsigned j = 0; j < RECORDS; j++) {
            unsigned key = (i * 7 + j * 13) % KEYS;
            add(&otlp, sender->first_key + key, sender->next[key]++, 40);
        }
        export(sender->bench, &otlp);
    }
    return NULL;
}

static void count_in_order(unsigned key, unsigned number, void *user) {
    unsigned *next = user;
    cr_assert_lt(key, (unsigned)(THREADS * KEYS));
    cr_assert_eq(number, next[key], "key %u: %u, where %u was to come", key, number, next[key]);
    next[key]++;
}

Test(batching, a_thousand_keys_from_several_threads) {
    struct bench bench;
    struct sender senders[THREADS] = {{.first_key = 0}};
    unsigned next[THREADS * KEYS] = {0};
    uint64_t counts[STS_COUNTS];
    bench_open(&bench, "keys", RIG_OPTIONS("sending_queue.batch.flush_timeout", "2s"));
    for (unsigned i = 0; i < THREADS; i++) {
        senders[i].bench = &bench;
        senders[i].first_key = i * KEYS;
        cr_assert_eq(pthread_create(&senders[i].thread, NULL, send, &senders[i]), 0);
    }
    for (unsigned i = 0; i < THREADS; i++)
        pthread_join(senders[i].thread, NULL);
    rig_flush(&bench.rig, counts);
    rig_check_sums(counts);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], THREADS * REQUESTS * RECORDS);
    size_t messages = read_all(&bench, count_in_order, next);
    for (unsigned i = 0; i < THREADS * KEYS; i++)
        cr_assert_eq(next[i], senders[i / KEYS].next[i % KEYS], "key %u", i);
    cr_assert_eq(messages, counts[STS_COUNT_MESSAGES]);
    cr_assert_lt(messages, THREADS * REQUESTS * RECORDS / 4u, "%zu messages", messages);
    bench_close(&bench);
}

/* --- a topic that comes to take less --- */

enum { FEW_KEYS = 10, ROUNDS = 100 };

static unsigned first_large; /* what is sent before it is small */

static bool is_large(unsigned key, unsigned number) {
    return number >= first_large && (key * 31 + number) % 37 == 5;
}

/* Of each key, the records from `first` on: those of a number in one export, or (`one_by_one`) every second time each
 * in its own. */
static void send_rounds(struct bench *bench, unsigned first, unsigned end, bool one_by_one) {
    for (unsigned number = first; number < end; number++) {
        struct otlp otlp = {0};
        for (unsigned key = 0; key < FEW_KEYS; key++) {
            add(&otlp, key, number, is_large(key, number) ? 3000 : 100);
            if (key == FEW_KEYS - 1 || (one_by_one && number % 2))
                export(bench, &otlp);
        }
    }
}

struct found {
    unsigned next[FEW_KEYS];
    unsigned count;
};

static void note_good(unsigned key, unsigned number, void *user) {
    struct found *found = user;
    cr_assert_geq(number, found->next[key], "key %u: %u behind %u", key, number, found->next[key]);
    cr_assert(!is_large(key, number), "%u %u is too large", key, number);
    found->next[key] = number + 1;
    found->count++;
}

/* Messages that stay open are not sent before the limit is lowered: they may hold large records. */
static void check_lowered_limit(const char *name, bool blind, bool stay_open, const char *const *pairs) {
    struct bench bench;
    first_large = stay_open ? 1 : ROUNDS / 2;
    struct found found = {.count = 0};
    unsigned good = 0;
    bench_open(&bench, name, pairs);
    send_rounds(&bench, 0, 1, false); /* the partitions know the producer (kafka.refusals says why) */
    rig_flush(&bench.rig, NULL);
    send_rounds(&bench, 1, ROUNDS / 2, !stay_open);
    admin_configure_topic(kafka_bootstrap(), bench.topic, "max.message.bytes=1000");
    refusing_await(bench.topic, PARTITIONS, true);
    if (blind)
        refusing_blind(bench.rig.exporter);
    rig_flush(&bench.rig, NULL);
    send_rounds(&bench, ROUNDS / 2, ROUNDS, !stay_open);
    rig_flush(&bench.rig, NULL);
    outcome_log_take(&bench.outcomes, bench.rig.exporter, FEW_KEYS * ROUNDS);
    unsigned failed = 0;
    for (size_t i = 0; i < bench.outcomes.count; i++) {
        const struct outcome_copy *outcome = &bench.outcomes.items[i];
        failed += outcome->code == STS_ERR_RECORD_SIZE &&
                  (outcome->kind == STS_OUTCOME_FAILED || outcome->kind == STS_OUTCOME_REJECTED); /* once it is told */
        cr_assert(outcome->kind == STS_OUTCOME_DELIVERED || outcome->code == STS_ERR_RECORD_SIZE, "%s", outcome->text);
    }
    for (unsigned key = 0; key < FEW_KEYS; key++)
        for (unsigned number = 0; number < ROUNDS; number++)
            good += !is_large(key, number);
    cr_assert_eq(failed, FEW_KEYS * ROUNDS - good, "%u failed", failed);
    read_all(&bench, note_good, &found);
    cr_assert_eq(found.count, good, "%u are in the topic, and not %u", found.count, good);
    bench_close(&bench);
}

#define OPEN "outcomes", "all", "compression", "none", "sending_queue.batch.flush_timeout", "60s"

Test(batching, a_limit_that_is_lowered_is_told) {
    check_lowered_limit("told", false, true, RIG_OPTIONS(OPEN));
}

Test(batching, a_limit_that_is_lowered_is_not_told) {
    check_lowered_limit("untold", true, true, RIG_OPTIONS(OPEN));
}

Test(batching, a_limit_that_is_lowered_when_the_leader_acknowledges) {
    check_lowered_limit("leader", true, true, RIG_OPTIONS(OPEN, "required_acks", "leader"));
}

#define OF_ONE_EXPORT                                                                                                  \
    "outcomes", "all", "compression", "none", "gather", "request", "key", "none", "partition_from", "0"

Test(batching, a_limit_that_is_lowered_for_messages_of_one_export) {
    check_lowered_limit("export", true, false, RIG_OPTIONS(OF_ONE_EXPORT));
}

/* Each is refused alone, with others on their way behind it that are not: none overtakes its parts. */
Test(batching, a_limit_that_is_lowered_for_messages_that_go_alone) {
    check_lowered_limit("alone", true, false,
                        RIG_OPTIONS(OF_ONE_EXPORT, "kafka.batch.num.messages", "1", "linger", "0ms"));
}
