/* SPDX-License-Identifier: Apache-2.0
 *
 * Messages of several records that are refused, beforehand or when they were sent: they go again in parts, until
 * exactly the bad records have failed. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/lettered.h"
#include "support/otlp.h"
#include "support/outcome_log.h"

/* A host's transport that takes messages up to a size, as a topic whose limit nobody knows: it refuses larger ones when
 * it is polled, or at once. */
struct picky {
    sts_transport_sink *sink;
    size_t limit;
    bool at_once;
    int32_t refused_kind; /* of its completions */
    struct {
        sts_message message;
        char key[8];
        char *value;
    } waiting[64];
    size_t count;
    unsigned refused;
    char got[1024]; /* the letters of what it delivered */
};

static sts_status picky_open(void *context, sts_transport_sink *sink, int32_t timeout_ms, int32_t *transport_code,
                             char *text, size_t text_size) {
    (void)timeout_ms, (void)transport_code, (void)text, (void)text_size;
    ((struct picky *)context)->sink = sink;
    return STS_OK;
}

static sts_status picky_send(void *context, const sts_message *message, int32_t *transport_code, char *text,
                             size_t text_size) {
    struct picky *picky = context;
    if (picky->at_once && message->value.size > picky->limit) {
        picky->refused++;
        *transport_code = 77;
        snprintf(text, text_size, "too large");
        return STS_ERR_RECORD_SIZE;
    }
    if (picky->count == sizeof picky->waiting / sizeof *picky->waiting)
        return STS_ERR_QUEUE_FULL;
    char *value = malloc(message->value.size);
    cr_assert(value);
    memcpy(value, message->value.data, message->value.size);
    picky->waiting[picky->count].message = *message;
    picky->waiting[picky->count].value = value;
    snprintf(picky->waiting[picky->count].key, sizeof picky->waiting->key, "%.*s", (int)message->key.size,
             (const char *)message->key.data);
    picky->count++;
    return STS_OK;
}

/* The topic's name is the transport's own, as a host's may be. */
static void picky_poll(void *context, int32_t timeout_ms) {
    struct picky *picky = context;
    (void)timeout_ms;
    for (size_t i = 0; i < picky->count; i++) {
        char topic[64];
        sts_message *message = &picky->waiting[i].message;
        bool refused = message->value.size > picky->limit;
        snprintf(topic, sizeof topic, "%s", message->topic);
        message->topic = topic;
        message->value.data = picky->waiting[i].value;
        message->key.data = picky->waiting[i].key;
        sts_completion completion = {.struct_size = sizeof completion,
                                     .id = message->id,
                                     .offset = -1,
                                     .partition = -1,
                                     .kind = refused ? picky->refused_kind : STS_OUTCOME_DELIVERED,
                                     .code = refused ? STS_ERR_RECORD_SIZE : STS_OK,
                                     .message = refused ? message : NULL};
        picky->refused += refused;
        if (!refused)
            lettered_note(&message->value, picky->got);
        cr_assert_eq(sts_transport_complete(picky->sink, &completion), STS_OK);
        free(picky->waiting[i].value);
    }
    picky->count = 0;
}

static void picky_close(void *context, int32_t timeout_ms) {
    (void)context, (void)timeout_ms;
}

static const sts_transport table = {.struct_size = sizeof table,
                                    .name = "picky",
                                    .open = picky_open,
                                    .send = picky_send,
                                    .poll = picky_poll,
                                    .close = picky_close};

struct bench {
    struct picky picky;
    sts_exporter *exporter;
    struct outcome_log log;
};

static void bench_open(struct bench *bench, const char *encoding, const char *flush_timeout, const char *const *pairs) {
    memset(bench, 0, sizeof *bench);
    bench->picky.limit = LETTERED_LARGE - 1000;
    bench->picky.refused_kind = STS_OUTCOME_FAILED;
    sts_options *options =
        rig_options(RIG_OPTIONS("service_thread", "false", "outcomes", "all", "gather", "key", "encoding", encoding,
                                "sending_queue.batch.flush_timeout", flush_timeout));
    rig_set(options, pairs);
    cr_assert_eq(sts_options_set_transport(options, &table, &bench->picky), STS_OK);
    bench->exporter = rig_new(options);
    sts_options_free(options);
    outcome_log_init(&bench->log);
}

static void bench_flush(struct bench *bench, uint64_t counts[STS_COUNTS]) {
    cr_assert_eq(sts_flush(bench->exporter, RIG_DEADLINE_MS, counts, STS_COUNTS, NULL), STS_OK);
    rig_check_sums(counts);
}

static void bench_close(struct bench *bench) {
    sts_exporter_free(bench->exporter, 0);
    outcome_log_clear(&bench->log);
}

/* Those of the records with these letters that are large have that kind, the others were delivered. */
static void check_kinds(struct bench *bench, uint64_t token, const char *letters, int32_t kind) {
    for (uint64_t i = 0; letters[i]; i++) {
        const struct outcome_copy outcome = outcome_log_find(&bench->log, token, i);
        cr_assert_eq(outcome.kind, letters[i] < 'a' ? kind : STS_OUTCOME_DELIVERED, "record %d", (int)i);
        if (letters[i] < 'a')
            cr_assert_eq(outcome.code, STS_ERR_RECORD_SIZE);
    }
}

static void check_refusal(const char *encoding, const char *flush_timeout, bool at_once) {
    struct bench bench;
    uint64_t counts[STS_COUNTS];
    bench_open(&bench, encoding, flush_timeout, NULL);
    bench.picky.at_once = at_once;
    sts_status status = lettered_export(bench.exporter, "kkkkkkkk", "abCdefgh", NULL);
    bool rejected = at_once && flush_timeout[0] == '0';
    cr_assert_eq(status, rejected ? STS_ERR_REJECTED : STS_OK);
    bench_flush(&bench, counts);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], 7, "%s", encoding);
    outcome_log_take(&bench.log, bench.exporter, 8);
    check_kinds(&bench, 'a', "abCdefgh", rejected ? STS_OUTCOME_REJECTED : STS_OUTCOME_FAILED);
    /* In their order, as long as the transport has not taken what is behind them. */
    cr_assert_str_eq(bench.picky.got, !at_once ? "efgh,ab,d," : rejected ? "ab,d,efgh," : "ab,de,fgh,", "%s", encoding);
    cr_assert_leq(bench.picky.refused, 5, "eight, four, (four,) two, one");
    bench_close(&bench);
}

static const char *const encodings[] = {"otlp_proto", "otlp_json", "json_record", "clickhouse", "elastic_otel"};

Test(parts, of_a_message_that_was_refused_when_it_was_sent) {
    for (size_t i = 0; i < sizeof encodings / sizeof *encodings; i++) {
        check_refusal(encodings[i], "0s", false);
        check_refusal(encodings[i], "60s", false);
    }
}

Test(parts, of_a_message_that_the_transport_does_not_take) {
    for (size_t i = 0; i < sizeof encodings / sizeof *encodings; i++) {
        check_refusal(encodings[i], "0s", true);
        check_refusal(encodings[i], "60s", true);
    }
}

Test(parts, several_bad_records_in_several_messages) {
    struct bench bench;
    uint64_t counts[STS_COUNTS];
    bench_open(&bench, "otlp_proto", "60s", NULL);
    cr_assert_eq(lettered_export(bench.exporter, "klklkl", "aBCdEf", NULL), STS_OK);
    cr_assert_eq(lettered_export(bench.exporter, "kkll", "bGhA", NULL), STS_OK);
    bench_flush(&bench, counts);
    outcome_log_take(&bench.log, bench.exporter, 10);
    check_kinds(&bench, 'a', "aBCdEf", STS_OUTCOME_FAILED);
    check_kinds(&bench, 'b', "bGhA", STS_OUTCOME_FAILED);
    bench_close(&bench);
}

/* It may have been written before it was refused: its parts may be there twice, and the bad record too. */
Test(parts, of_a_message_that_may_be_there_are_possible_duplicates) {
    struct bench bench;
    uint64_t counts[STS_COUNTS];
    bench_open(&bench, "otlp_proto", "60s", NULL);
    bench.picky.refused_kind = STS_OUTCOME_UNCERTAIN;
    cr_assert_eq(lettered_export(bench.exporter, "kkkkl", "aBcda", NULL), STS_OK);
    bench_flush(&bench, counts);
    outcome_log_take(&bench.log, bench.exporter, 5);
    check_kinds(&bench, 'a', "aBcda", STS_OUTCOME_UNCERTAIN);
    for (uint64_t i = 0; i < 5; i++)
        cr_assert_eq(outcome_log_find(&bench.log, 'a', i).may_be_duplicate, i < 4, "record %d", (int)i);
    cr_assert_eq(counts[STS_COUNT_POSSIBLE_DUPLICATES], 4);
    bench_close(&bench);
}

/* And one that fails in the end may be there all the same. */
Test(parts, that_fail_when_the_whole_may_be_there_are_uncertain) {
    struct bench bench;
    uint64_t counts[STS_COUNTS];
    bench_open(&bench, "otlp_proto", "60s", RIG_OPTIONS("sending_queue.batch.min_size", "2"));
    bench.picky.refused_kind = STS_OUTCOME_UNCERTAIN;
    cr_assert_eq(lettered_export(bench.exporter, "kk", "AB", NULL), STS_OK);
    while (bench.picky.refused == 0) /* as a whole */
        cr_assert_eq(sts_poll(bench.exporter, 0), STS_OK);
    bench.picky.refused_kind = STS_OUTCOME_FAILED;
    bench_flush(&bench, counts);
    outcome_log_take(&bench.log, bench.exporter, 2);
    check_kinds(&bench, 'a', "AB", STS_OUTCOME_UNCERTAIN);
    bench_close(&bench);
}

Test(parts, of_what_was_refused_go_before_what_is_in_line) {
    struct bench bench;
    uint64_t counts[STS_COUNTS];
    bench_open(&bench, "otlp_proto", "60s", RIG_OPTIONS("sending_queue.batch.min_size", "2"));
    bench.picky.at_once = true;
    cr_assert_eq(lettered_export(bench.exporter, "kkkk", "abCd", NULL), STS_OK);
    cr_assert_eq(lettered_export(bench.exporter, "kkk", "efg", NULL), STS_OK);
    bench_flush(&bench, counts);
    cr_assert_str_eq(bench.picky.got, "ab,d,efg,");
    bench_close(&bench);
}

/* --- dead letters --- */

static void keep_letter(const sts_dead_letter *letter, void *user) {
    char *found = user;
    sprintf(found + strlen(found), "%c%d ", (char)sts_dead_letter_token(letter), (int)sts_dead_letter_index(letter));
}

Test(parts, the_bad_record_alone_is_a_dead_letter) {
    for (int at_once = 0; at_once < 2; at_once++) {
        struct bench bench;
        char letters[64] = "";
        uint64_t counts[STS_COUNTS];
        memset(&bench, 0, sizeof bench);
        bench.picky.limit = LETTERED_LARGE - 1000;
        bench.picky.refused_kind = STS_OUTCOME_FAILED;
        bench.picky.at_once = at_once;
        sts_options *options =
            rig_options(RIG_OPTIONS("service_thread", "false", "outcomes", "all", "gather", "key", "encoding",
                                    "otlp_proto", "sending_queue.batch.flush_timeout", "60s"));
        cr_assert_eq(sts_options_set_transport(options, &table, &bench.picky), STS_OK);
        cr_assert_eq(sts_options_set_dead_letter_callback(options, keep_letter, letters), STS_OK);
        bench.exporter = rig_new(options);
        sts_options_free(options);
        outcome_log_init(&bench.log);
        cr_assert_eq(lettered_export(bench.exporter, "kkk", "abC", NULL), STS_OK);
        cr_assert_eq(lettered_export(bench.exporter, "kkk", "Def", NULL), STS_OK);
        bench_flush(&bench, counts);
        cr_assert_not_null(strstr(letters, "a2 "), "%s", letters);
        cr_assert_not_null(strstr(letters, "d0 "), "%s", letters);
        cr_assert_eq(strlen(letters), 6);
        bench_close(&bench);
    }
}
