/* SPDX-License-Identifier: Apache-2.0
 *
 * Exporters with a queue on disk, with every allocation failing in turn: each record that one of them accepted has one
 * outcome, from it or from the next one on the same folder, which has memory. */
#include <stdlib.h>

#include "support/otlp.h"
#include "torture/exporting.h"

enum { RECORDS = 40, KEYS = 5 };

/* What a record is found by again: its key is its number modulo KEYS. The ninth has no key. */
static struct pb make_request(void) {
    struct otlp otlp = {0};
    struct pb request = {0};
    for (int i = 0; i < RECORDS; i++) {
        char key[16];
        char body[16];
        snprintf(key, sizeof key, "key-%d", i % KEYS);
        snprintf(body, sizeof body, "body-%d", i);
        otlp_add_record(&otlp, i == 8 ? NULL : key, body);
    }
    otlp_finish(&request, &otlp);
    return request;
}

/* Another exporter, which has memory, delivers what is left: messages, of which a part may have had its outcome where
 * they went in parts. */
static void drain(struct exporting *e, const char *folder, uint64_t left, bool in_parts) {
    uint64_t counts[STS_COUNTS];
    uint64_t queue[STS_QUEUE_VALUES];
    struct exporting again = {.t = e->t};
    const char *const *pair = PAIRS("transport", "memory", "sending_queue.storage.sync", "none");
    sts_exporter *exporter;
    sts_options *options = sts_options_new();
    for (; *pair; pair += 2)
        MUST(sts_options_set(options, pair[0], pair[1], NULL) == STS_OK);
    MUST(sts_options_set(options, "sending_queue.storage", folder, NULL) == STS_OK);
    MUST(sts_options_set_outcome_callback(options, exporting_outcome, &again) == STS_OK);
    MUST(sts_exporter_new(&exporter, options, NULL) == STS_OK);
    MUST(sts_flush(exporter, EXPORTING_DEADLINE_MS, counts, STS_COUNTS, NULL) == STS_OK);
    MUST(in_parts ? counts[STS_COUNT_ACCEPTED] >= left : counts[STS_COUNT_ACCEPTED] == left);
    MUST(counts[STS_COUNT_DELIVERED] == counts[STS_COUNT_ACCEPTED]);
    MUST(sts_exporter_queue(exporter, queue, STS_QUEUE_VALUES) == STS_OK);
    MUST(queue[STS_QUEUE_STORED_RECORDS] == 0);
    MUST(sts_exporter_free(exporter, 0) == STS_OK);
    sts_options_free(options);
    for (size_t i = 0; i < EXPORTING_RECORDS; i++) {
        MUST(in_parts || !again.kind[i] || !e->kind[i]);
        e->kind[i] = again.kind[i] ? again.kind[i] : e->kind[i];
    }
}

/* By a transport that does what the script says; then by one that takes all. */
static void stored(struct torture *t, const char *script, bool in_parts, const char *const *pairs) {
    struct exporting e;
    sts_memory_transport *memory = NULL;
    sts_export_context *context = NULL;
    struct pb otlp = make_request();
    char folder[] = "/tmp/stskafka-torture-XXXXXX";
    MUST(mkdtemp(folder));
    if (!exporting_options(&e, t, pairs))
        goto done;
    TRY_OK(t, sts_options_set(e.options, "sending_queue.storage", folder, &t->error));
    TRY_OK(t, sts_memory_transport_new_with(t->allocator, &memory, script, 100, 4, &t->error));
    MUST(sts_options_set_transport(e.options, sts_memory_transport_table(), memory) == STS_OK);
    TRY_OK(t, sts_exporter_new(&e.exporter, e.options, &t->error));
    TRY_NEW(t, context, sts_export_context_new_with(t->allocator));
    if (!exporting_export(&e, exporting_logs, &otlp, context))
        goto done;
    for (int i = 0; i < 8; i++)
        TRY_OK(t, sts_poll(e.exporter, 0));
done:;
    uint64_t left = exporting_end_stored(&e);
    sts_export_context_free(context);
    sts_memory_transport_free(memory);
    pb_clear(&otlp);
    drain(&e, folder, left, in_parts);
    MUST(exporting_outcomes(&e) == e.counts[STS_COUNT_RECORDS]);
    exporting_remove_folder(folder);
}

#define STORED(...) PAIRS("sending_queue.storage.sync", "none", __VA_ARGS__)

static void one_by_one(struct torture *t) {
    stored(t, "deliver*7,full,deliver*9,fail,full,hold*3,deliver*2,hold*100", false,
           STORED("header_from.h", "AsString(attributes)"));
}

static void gathered(struct torture *t) {
    stored(t, "deliver,full,hold,deliver,full,hold*100", false, STORED("gather", "key", "encoding", "otlp_proto"));
}

static void in_a_small_queue(struct torture *t) {
    stored(t, "deliver*3,full,hold*2,deliver*100", false, STORED("sending_queue.queue_size", "4"));
}

/* Messages that are refused whole, and go in parts. */
static void in_parts(struct torture *t) {
    stored(t, "deliver,refuse*2,deliver,refuse*3,deliver,full,hold*100", true,
           STORED("gather", "key", "encoding", "otlp_proto"));
}

static void letters(struct torture *t) {
    stored(t, "deliver*3,fail*2,full,deliver*3,hold*100", false, STORED("dead_letter.topic", "dead"));
}

int main(void) {
    static const struct scenario scenarios[] = {
        {"one by one", one_by_one}, {"gathered", gathered}, {"in a small queue", in_a_small_queue},
        {"in parts", in_parts},     {"letters", letters},
    };
    for (size_t i = 0; i < sizeof scenarios / sizeof scenarios[0]; i++)
        torture_run(&scenarios[i]);
    return 0;
}
