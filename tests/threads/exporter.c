/* SPDX-License-Identifier: Apache-2.0
 *
 * One exporter, everything at once: eight threads export, others flush, explain, take outcomes, read counters, and one
 * closes it in the end; with room for all, with next to none and exports that wait for their result, with messages
 * that stay open over exports, and with a queue on disk. A plain main
 * since ThreadSanitizer does not get on with Criterion's processes: over the memory transport, or over Kafka where an
 * argument names brokers. It checks sums; the preset tsan looks for races meanwhile. */
#include <dirent.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <stskafka/stskafka.h>
#include <stskafka/transport.h>

#include "../support/must.h"
#include "requests.h"

#ifdef __SANITIZE_THREAD__
enum { IS_RACE_RUN = 1 };
#else
enum { IS_RACE_RUN = 0 };
#endif

enum { EXPORTERS = 8, DEADLINE_MS = 60000 };

/* How a run differs from others. */
struct variant {
    bool callback;
    bool waits;     /* for room, in a queue that is smaller than a request, and for the result */
    bool null_keys; /* what has no key goes without one; else it is rejected, and becomes a dead letter (without one) */
    bool batches;   /* messages stay open over exports, in a queue that they soon fill */
    const char *stored; /* in a queue on disk, of which memory holds little: how it is synced. With a callback: who
                         * takes outcomes ends with who exports, and then they would keep that little */
};

static sts_exporter *exporter;
static const char *brokers; /* NULL is the memory transport */
static char folder[] = "/tmp/stskafka-threads-XXXXXX";
static unsigned requests; /* of each exporting thread */
static struct variant variant;
static unsigned accepted;        /* of the records of a request */
static int working;              /* atomic: exporters that are not done */
static unsigned long long taken; /* atomic: outcomes that came */

/* --- threads --- */

static unsigned handed;   /* atomic: requests that were handed over, */
static unsigned released; /* and given back */

static void give_back(const void *bytes, size_t size, void *user) {
    (void)size;
    MUST(bytes == user);
    free(user);
    __atomic_add_fetch(&released, 1, __ATOMIC_RELAXED);
}

static sts_status hand_over(const unsigned char *otlp, size_t size, uint64_t *counts) {
    void *copy = malloc(size);
    MUST(copy);
    memcpy(copy, otlp, size);
    __atomic_add_fetch(&handed, 1, __ATOMIC_RELAXED);
    return sts_export_take(exporter, STS_SIGNAL_LOGS, STS_FORMAT_OTLP_PROTO, copy, size, give_back, copy, NULL, counts,
                           STS_COUNTS, NULL);
}

/* Every other request is handed over. */
static void *export_requests(void *user) {
    unsigned thread = (unsigned)(size_t)user;
    unsigned char otlp[REQUEST_ROOM];
    for (unsigned i = 0; i < requests; i++) {
        uint64_t counts[STS_COUNTS];
        size_t size = request_make(otlp, thread, i);
        sts_status status = i % 2 ? hand_over(otlp, size, counts)
                                  : sts_export_logs(exporter, otlp, size, NULL, counts, STS_COUNTS, NULL);
        MUST(status == (variant.null_keys ? STS_OK : STS_ERR_REJECTED));
        MUST(counts[STS_COUNT_ACCEPTED] == accepted && counts[STS_COUNT_REJECTED] == REQUEST_RECORDS - accepted);
        MUST(counts[STS_COUNT_DELIVERED] == (variant.waits ? accepted : 0));
    }
    __atomic_sub_fetch(&working, 1, __ATOMIC_RELEASE);
    return NULL;
}

static bool is_working(void) {
    return __atomic_load_n(&working, __ATOMIC_ACQUIRE) > 0;
}

static void *flush_often(void *user) {
    (void)user;
    while (is_working())
        MUST(sts_flush(exporter, DEADLINE_MS, NULL, 0, NULL) == STS_OK);
    return NULL;
}

static void check_explanation(const sts_explanation *explanation, void *user) {
    sts_bytes key;
    sts_explanation_key(explanation, &key);
    *(unsigned *)user += sts_explanation_code(explanation) == STS_OK && key.size > 0;
}

static void *explain_often(void *user) {
    unsigned char otlp[REQUEST_ROOM];
    size_t size = request_make(otlp, 99, 0);
    (void)user;
    while (is_working()) {
        unsigned good = 0;
        MUST(sts_explain_logs(exporter, otlp, size, NULL, check_explanation, &good, NULL) == STS_OK);
        MUST(good == REQUEST_RECORDS * 9 / 10); /* with a key */
    }
    return NULL;
}

static void *take_outcomes(void *user) {
    sts_outcomes *outcomes = sts_outcomes_new(1000);
    (void)user;
    do {
        MUST(sts_exporter_take_outcomes(exporter, outcomes, 10) == STS_OK);
        __atomic_add_fetch(&taken, sts_outcomes_count(outcomes), __ATOMIC_RELAXED);
    } while (is_working() || sts_outcomes_count(outcomes));
    sts_outcomes_free(outcomes);
    return NULL;
}

static void *read_counters(void *user) {
    uint64_t counts[STS_COUNTS];
    (void)user;
    while (is_working()) {
        MUST(sts_exporter_counts(exporter, counts, STS_COUNTS) == STS_OK);
        MUST(counts[STS_COUNT_RECORDS] == counts[STS_COUNT_ACCEPTED] + counts[STS_COUNT_REJECTED]);
        sts_exporter_rejected(exporter, STS_ERR_KEY_MISSING);
        int32_t threads = sts_exporter_threads(exporter);
        MUST(brokers ? threads >= 0 : threads <= 1); /* 0 once it is closed; librdkafka's count too */
        char *text;
        MUST(sts_exporter_statistics_json(exporter, &text, NULL) == STS_OK);
        sts_text_free(text);
    }
    return NULL;
}

static void count_outcome(const sts_outcome *outcome, void *user) {
    (void)user;
    MUST(sts_outcome_kind(outcome) == STS_OUTCOME_DELIVERED || sts_outcome_kind(outcome) == STS_OUTCOME_REJECTED);
    __atomic_add_fetch(&taken, 1, __ATOMIC_RELAXED);
}

static void set(sts_options *options, const char *name, const char *value) {
    MUST(sts_options_set(options, name, value, NULL) == STS_OK);
}

static void open_exporter(void) {
    sts_options *options = sts_options_new();
    if (brokers)
        set(options, "brokers", brokers);
    else
        set(options, "transport", "memory");
    set(options, "topic", "threads");
    set(options, "outcomes", "all");
    set(options, "header_from.name", "ToUpperCase(resource.attributes[\"name\"])");
    if (!variant.null_keys) /* of nothing there is no hash */
        set(options, "header_from.hash", "SHA256(attributes[\"stskafka.key\"])");
    if (variant.null_keys)
        set(options, "missing_key", "null");
    else if (!variant.waits)
        set(options, "dead_letter.topic", "threads-dead");
    if (variant.waits) {
        set(options, "sending_queue.queue_size", "16");
        set(options, "produce_timeout", "1h");
        set(options, "sending_queue.wait_for_result", "true");
    }
    if (variant.batches) {
        set(options, "gather", "key");
        set(options, "encoding", "json_record");
        set(options, "sending_queue.queue_size", "300");
        set(options, "produce_timeout", "1h");
        set(options, "sending_queue.batch.flush_timeout", "2ms");
    }
    if (variant.stored) {
        set(options, "sending_queue.storage", folder);
        set(options, "sending_queue.storage.sync", variant.stored);
        set(options, "sending_queue.storage.sync_interval", "5ms");
        set(options, "sending_queue.queue_size", "300");
        set(options, "produce_timeout", "1h");
    }
    if (variant.callback)
        sts_options_set_outcome_callback(options, count_outcome, NULL);
    MUST(sts_exporter_new(&exporter, options, NULL) == STS_OK);
    sts_options_free(options);
}

static void run(struct variant this_one) {
    static void *(*const others[])(void *) = {flush_often, explain_often, read_counters, take_outcomes};
    enum { OTHERS = sizeof others / sizeof *others };
    pthread_t threads[EXPORTERS + OTHERS];
    unsigned long long records = (unsigned long long)EXPORTERS * requests * REQUEST_RECORDS;
    const bool callback = this_one.callback;
    variant = this_one;
    accepted = variant.null_keys ? REQUEST_RECORDS : REQUEST_RECORDS * 9 / 10;
    open_exporter();
    taken = 0;
    working = EXPORTERS;
    size_t count = 0;
    for (size_t i = 0; i < EXPORTERS; i++)
        MUST(pthread_create(&threads[count++], NULL, export_requests, (void *)i) == 0);
    for (size_t i = 0; i < OTHERS - (size_t)callback; i++) /* with a callback nobody takes outcomes */
        MUST(pthread_create(&threads[count++], NULL, others[i], NULL) == 0);
    for (size_t i = 0; i < count; i++)
        pthread_join(threads[i], NULL);
    uint64_t counts[STS_COUNTS];
    MUST(sts_exporter_close(exporter, DEADLINE_MS, counts, STS_COUNTS, NULL) == STS_OK);
    MUST(counts[STS_COUNT_RECORDS] == records && counts[STS_COUNT_DELIVERED] == records / REQUEST_RECORDS * accepted);
    MUST(counts[STS_COUNT_REJECTED] == records - counts[STS_COUNT_DELIVERED] && counts[STS_COUNT_PENDING] == 0);
    MUST(counts[STS_COUNT_MISSING_KEYS] == records / 10 && counts[STS_COUNT_DEAD_LETTERS_LOST] == 0);
    MUST(counts[STS_COUNT_DEAD_LETTERS] == (variant.null_keys || variant.waits ? 0 : records / 10));
    MUST(callback ? taken == records : taken <= records);
    sts_exporter_free(exporter, 0);
    MUST(handed == EXPORTERS * (requests / 2) && released == handed);
    handed = released = 0;
}

/* What the stores leave: all of them were emptied. */
static void remove_folder(void) {
    char path[512];
    DIR *open = opendir(folder);
    MUST(open);
    for (const struct dirent *entry; (entry = readdir(open));) {
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        MUST(entry->d_name[0] == '.' || unlink(path) == 0);
    }
    closedir(open);
    MUST(rmdir(folder) == 0);
}

/* --- closed while all wait --- */

static void *export_held(void *user) {
    unsigned char otlp[REQUEST_ROOM];
    uint64_t counts[STS_COUNTS];
    size_t size = request_make(otlp, (unsigned)(size_t)user, 0);
    MUST(sts_export_logs(exporter, otlp, size, NULL, counts, STS_COUNTS, NULL) == STS_ERR_NOT_DELIVERED);
    MUST(counts[STS_COUNT_PURGED] == REQUEST_RECORDS * 9 / 10);
    return NULL;
}

static void run_closed(void) {
    pthread_t threads[EXPORTERS];
    uint64_t counts[STS_COUNTS];
    sts_memory_transport *memory;
    sts_options *options = sts_options_new();
    MUST(sts_memory_transport_new(&memory, "hold*1000", 0, 1, NULL) == STS_OK);
    set(options, "sending_queue.wait_for_result", "true");
    MUST(sts_options_set_transport(options, sts_memory_transport_table(), memory) == STS_OK);
    MUST(sts_exporter_new(&exporter, options, NULL) == STS_OK);
    sts_options_free(options);
    for (size_t i = 0; i < EXPORTERS; i++)
        MUST(pthread_create(&threads[i], NULL, export_held, (void *)i) == 0);
    do
        MUST(sts_exporter_counts(exporter, counts, STS_COUNTS) == STS_OK);
    while (counts[STS_COUNT_PENDING] < EXPORTERS * REQUEST_RECORDS * 9 / 10);
    MUST(sts_exporter_close(exporter, 0, NULL, 0, NULL) == STS_ERR_TIMED_OUT);
    for (size_t i = 0; i < EXPORTERS; i++)
        pthread_join(threads[i], NULL);
    sts_exporter_free(exporter, 0);
    sts_memory_transport_free(memory);
}

int main(int argc, char **argv) {
    brokers = argc > 1 ? argv[1] : NULL;
    /* An export that waits for its result takes Kafka much longer; and sums alone need fewer than races. */
    requests = brokers ? 20 : IS_RACE_RUN ? 200 : 50;
    static const struct variant variants[] = {{.callback = true},
                                              {.callback = false},
                                              {.callback = true, .waits = true},
                                              {.waits = true},
                                              {.null_keys = true},
                                              {.batches = true},
                                              {.callback = true, .batches = true},
                                              {.stored = "interval", .callback = true},
                                              {.stored = "commit", .callback = true, .null_keys = true}};
    enum { VARIANTS = sizeof variants / sizeof *variants };
    MUST(mkdtemp(folder));
    for (size_t i = 0; i < VARIANTS; i++)
        run(variants[i]);
    remove_folder();
    run_closed();
    printf("%d exporters, %d threads each, %u records: every sum holds\n", VARIANTS, EXPORTERS + 4,
           VARIANTS * EXPORTERS * requests * REQUEST_RECORDS);
    return 0;
}
