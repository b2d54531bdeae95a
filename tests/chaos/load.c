/* SPDX-License-Identifier: Apache-2.0
 *
 * The load of the fault bench: four threads export records of 200 keys, each key by one thread alone, and flush now and
 * then, until the exporter is closed. What became of each record goes to a file, for check.py:
 *
 *   chaos_load [-o NAME=VALUE]... -l LEDGER -s SEED -r RECORDS/S -d DURATION_MS -c CLOSE_MS [-v VALUE_BYTES]
 *              [-f FATAL_AT_MS]... [-e] [-n KEYLESS] [-g LARGE] [-w] [-t]
 *
 * By even seeds outcomes come to a callback; by odd ones they are taken, and the threads that export report deliveries
 * themselves.
 *
 * Says "ready" when the exporter is made and the load begins; at the end one line of JSON. -f forces a fatal error of
 * the producer at that time, -e closes while the threads still export; with -w it flushes until it gets a line,
 * which says that the brokers are back, before it closes. One in KEYLESS records has no key, one in LARGE
 * has LARGE_BYTES: what a topic takes or not, as it is configured just then; the ledger says which. With -t bodies are
 * texts, for encodings that write them as such. What the exporter logs goes to standard error.
 */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "exporter/exporter.h"
#include "support/otlp.h"
#include "transport/kafka/internal.h"

enum { THREADS = 4, KEYS_PER_THREAD = 50, REQUEST_RECORDS = 5, FATALS = 16, SLACK_MS = 1000 };
enum { LARGE_BYTES = 3000 };
enum { TAKEN_AT_ONCE = 1000, TAKE_MS = 10, FLUSH_MS = 200, LOOK_MS = 20 };
enum { FLUSH_ONE_IN = 100 }; /* so many requests, of a thread that flushes */

/* A record of the load. The outcome's part is written by the callback, or who takes outcomes; `outcomes` is atomic. */
struct record {
    uint16_t key;
    bool taken; /* by the exporter */
    char bad;   /* 'k': without a key, 'l': large, '-' */
    uint32_t sequence;
    uint32_t outcomes; /* how many came */
    int32_t kind, code, transport_code, partition, may_be_duplicate;
    int64_t offset;
    uint64_t latency_us;
};

/* How often something with a deadline was done, how often it came back more than SLACK_MS late, and by how much the
 * latest one was over its deadline. */
struct deadlines {
    unsigned calls, missed;
    int64_t latest_ms;
};

struct sender {
    pthread_t thread;
    unsigned number;
    uint64_t random;
    uint64_t first_id, next_id;
    uint64_t settled_id; /* all records before it are known to have their outcomes */
    uint32_t sequences[KEYS_PER_THREAD];
    struct deadlines flushes;
    unsigned queue_full;
    unsigned untrue_flushes; /* said that all was done when it was not */
    int64_t longest_export_ms;
    sts_status ended; /* what ended it early */
};

static struct settings {
    const char *ledger;
    uint64_t seed;
    long rate, duration_ms, close_ms, value_bytes, keyless, large;
    long fatal_at_ms[FATALS];
    int fatals;
    bool close_early;
    bool waits;
    bool texts;
} settings = {.rate = 2000, .duration_ms = 5000, .close_ms = 20000, .seed = 1};

static sts_exporter *exporter;
static struct {
    pthread_mutex_t lock; /* of who takes */
    pthread_t thread;
    sts_outcomes *outcomes; /* NULL: they come to the callback */
    int ended;              /* atomic */
} taker = {.lock = PTHREAD_MUTEX_INITIALIZER};
static struct record *records;
static uint64_t capacity; /* of each thread */
static int64_t started_ms;

static void stop(const char *what, const char *why) {
    fprintf(stderr, "%s: %s\n", what, why);
    exit(2);
}

static int64_t now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void sleep_until(int64_t ms) {
    const struct timespec until = {ms / 1000, ms % 1000 * 1000000};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR)
        continue;
}

/* xorshift64* */
static uint64_t random_below(struct sender *sender, uint64_t bound) {
    sender->random ^= sender->random >> 12;
    sender->random ^= sender->random << 25;
    sender->random ^= sender->random >> 27;
    return (sender->random * 0x2545F4914F6CDD1Du >> 33) % bound;
}

/* --- what the exporter tells --- */

static void keep_outcome(const sts_outcome *outcome, void *user) {
    struct record *record = &records[sts_outcome_token(outcome) + sts_outcome_index(outcome)];
    (void)user;
    record->kind = sts_outcome_kind(outcome);
    record->code = sts_outcome_code(outcome);
    record->transport_code = sts_outcome_transport_code(outcome);
    record->partition = sts_outcome_partition(outcome);
    record->offset = sts_outcome_offset(outcome);
    record->may_be_duplicate = sts_outcome_may_be_duplicate(outcome);
    record->latency_us = sts_outcome_latency_us(outcome);
    __atomic_add_fetch(&record->outcomes, 1, __ATOMIC_RELEASE);
}

/* Until a line comes, or the end of those. */
static void flush_until_told(void) {
    struct pollfd told = {.fd = STDIN_FILENO, .events = POLLIN};
    while (poll(&told, 1, LOOK_MS) == 0)
        sts_flush(exporter, FLUSH_MS, NULL, 0, NULL);
}

/* Takes all outcomes that are known, waiting up to timeout_ms for the first. */
static void take_outcomes(int32_t timeout_ms) {
    if (!taker.outcomes)
        return;
    pthread_mutex_lock(&taker.lock);
    while (sts_exporter_take_outcomes(exporter, taker.outcomes, timeout_ms) == STS_OK &&
           sts_outcomes_count(taker.outcomes)) {
        for (size_t i = 0; i < sts_outcomes_count(taker.outcomes); i++)
            keep_outcome(sts_outcomes_at(taker.outcomes, i), NULL);
        timeout_ms = 0;
    }
    pthread_mutex_unlock(&taker.lock);
}

static void *take_all(void *user) {
    while (!__atomic_load_n(&taker.ended, __ATOMIC_ACQUIRE))
        take_outcomes(TAKE_MS);
    return user;
}

static void print_log(int32_t level, const char *text, void *user) {
    (void)user;
    fprintf(stderr, "%7.3f %d %s\n", (double)(now_ms() - started_ms) / 1000, level, text);
}

/* --- a thread --- */

static void keep_deadline(struct deadlines *deadlines, int64_t began_ms, int64_t timeout_ms) {
    int64_t late_ms = now_ms() - began_ms - timeout_ms;
    deadlines->calls++;
    deadlines->missed += late_ms > SLACK_MS;
    if (late_ms > deadlines->latest_ms)
        deadlines->latest_ms = late_ms;
}

static char choose_bad(struct sender *sender) {
    if (settings.keyless && random_below(sender, (uint64_t)settings.keyless) == 0)
        return 'k';
    return settings.large && random_below(sender, (uint64_t)settings.large) == 0 ? 'l' : '-';
}

/* Makes a request of some records, which begin at `next_id`. */
static unsigned make_request(struct sender *sender, struct pb *otlp) {
    struct otlp request = {0};
    unsigned count = 1 + (unsigned)random_below(sender, REQUEST_RECORDS);
    for (unsigned i = 0; i < count; i++) {
        struct record *record = &records[sender->next_id + i];
        unsigned key = (unsigned)random_below(sender, KEYS_PER_THREAD);
        char name[16], value[4096];
        record->key = (uint16_t)(sender->number * KEYS_PER_THREAD + key);
        record->sequence = sender->sequences[key]++;
        snprintf(name, sizeof name, "k%03u", record->key);
        size_t size = (size_t)snprintf(value, sizeof value, "%s %u ", name, record->sequence);
        size_t filling = (size_t)random_below(sender, (uint64_t)settings.value_bytes + 1);
        record->bad = choose_bad(sender);
        if (record->bad == 'l')
            filling = LARGE_BYTES;
        memset(value + size, 'x', filling);
        value[size + filling] = '\0';
        struct pb key_value = otlp_text(name);
        struct pb body = settings.texts ? otlp_text(value) : otlp_bytes(value, size + filling);
        if (record->bad == 'k')
            pb_clear(&key_value);
        otlp_add(&request, record->bad == 'k' ? NULL : &key_value, NULL, &body);
    }
    otlp_finish(otlp, &request);
    return count;
}

/* Exports a request until all of it is taken; false when the load is over. */
static bool export_request(struct sender *sender, sts_export_context *context, const struct pb *otlp, unsigned count) {
    uint64_t counts[STS_COUNTS];
    unsigned taken = 0;
    sts_status status;
    sts_export_context_reset(context);
    sts_export_context_set_token(context, sender->next_id);
    do {
        int64_t began_ms = now_ms();
        sts_export_context_set_first_record(context, taken);
        status = sts_export_logs(exporter, otlp->data, otlp->size, context, counts, STS_COUNTS, NULL);
        int64_t took_ms = now_ms() - began_ms;
        if (took_ms > sender->longest_export_ms)
            sender->longest_export_ms = took_ms;
        for (unsigned end = taken + (unsigned)(counts[STS_COUNT_ACCEPTED] + counts[STS_COUNT_REJECTED]); taken < end;)
            records[sender->next_id + taken++].taken = true;
        sender->queue_full += status == STS_ERR_QUEUE_FULL;
    } while (status == STS_ERR_QUEUE_FULL && now_ms() < started_ms + settings.duration_ms);
    sender->next_id += count;
    bool as_asked = settings.close_early && status == STS_ERR_CLOSED;
    if (status != STS_OK && status != STS_ERR_REJECTED && status != STS_ERR_QUEUE_FULL && !as_asked)
        sender->ended = status;
    return status == STS_OK || status == STS_ERR_REJECTED;
}

/* Whether everything that this thread exported has its outcome. */
static bool is_settled(struct sender *sender) {
    while (sender->settled_id < sender->next_id) {
        const struct record *record = &records[sender->settled_id];
        if (record->taken && __atomic_load_n(&record->outcomes, __ATOMIC_ACQUIRE) == 0)
            return false;
        sender->settled_id++;
    }
    return true;
}

static void flush_sometimes(struct sender *sender) {
    static const int32_t timeouts_ms[] = {0, 10, 100, 500, 1000, 3000};
    if (sender->number % 2 || random_below(sender, FLUSH_ONE_IN))
        return;
    int32_t timeout_ms = timeouts_ms[random_below(sender, sizeof timeouts_ms / sizeof *timeouts_ms)];
    int64_t began_ms = now_ms();
    sts_status status = sts_flush(exporter, timeout_ms, NULL, 0, NULL);
    keep_deadline(&sender->flushes, began_ms, timeout_ms);
    take_outcomes(0);
    sender->untrue_flushes += status == STS_OK && !is_settled(sender);
}

static void *send_records(void *user) {
    struct sender *sender = user;
    sts_export_context *context = sts_export_context_new();
    struct pb otlp = {0};
    double due_ms = (double)started_ms;
    bool goes_on = true;
    while (goes_on && sender->next_id + REQUEST_RECORDS <= sender->first_id + capacity &&
           (settings.close_early || now_ms() < started_ms + settings.duration_ms)) {
        unsigned count = make_request(sender, &otlp);
        goes_on = export_request(sender, context, &otlp, count);
        pb_clear(&otlp);
        flush_sometimes(sender);
        due_ms += count * 1000.0 * THREADS / (double)settings.rate;
        sleep_until((int64_t)due_ms);
    }
    sts_export_context_free(context);
    return NULL;
}

/* --- the whole --- */

static void start_senders(struct sender *senders) {
    /* Twice what the rate makes, for what goes on until the exporter is closed. */
    capacity = (uint64_t)(settings.rate * (settings.duration_ms + 1000) / 1000 / THREADS * 2);
    records = calloc(capacity * THREADS, sizeof *records);
    if (!records)
        stop("records", "no memory");
    started_ms = now_ms();
    for (unsigned i = 0; i < THREADS; i++) {
        senders[i].number = i;
        senders[i].random = settings.seed * THREADS + i + 1;
        senders[i].first_id = senders[i].next_id = senders[i].settled_id = i * capacity;
        if (pthread_create(&senders[i].thread, NULL, send_records, &senders[i]))
            stop("thread", "cannot be started");
    }
}

static void join_senders(struct sender *senders) {
    for (unsigned i = 0; i < THREADS; i++)
        pthread_join(senders[i].thread, NULL);
}

static void write_ledger(const struct sender *senders) {
    FILE *file = fopen(settings.ledger, "w");
    if (!file)
        stop(settings.ledger, strerror(errno));
    fprintf(file,
            "id\tkey\tsequence\ttaken\toutcomes\tkind\tcode\ttransport_code\tpartition\toffset\tmay_be_duplicate\t"
            "latency_us\tbad\n");
    for (unsigned i = 0; i < THREADS; i++)
        for (uint64_t id = senders[i].first_id; id < senders[i].next_id; id++) {
            const struct record *r = &records[id];
            fprintf(file, "%" PRIu64 "\tk%03u\t%u\t%d\t%u\t%d\t%d\t%d\t%d\t%" PRId64 "\t%d\t%" PRIu64 "\t%c\n", id,
                    r->key, r->sequence, r->taken, r->outcomes, r->kind, r->code, r->transport_code, r->partition,
                    r->offset, r->may_be_duplicate, r->latency_us, r->bad);
        }
    if (fclose(file))
        stop(settings.ledger, strerror(errno));
}

static void print_summary(const struct sender *senders, const uint64_t *counts, const struct deadlines *close,
                          sts_status closed) {
    static const char *const names[STS_COUNTS] = {[STS_COUNT_RECORDS] = "records",
                                                  [STS_COUNT_ACCEPTED] = "accepted",
                                                  [STS_COUNT_REJECTED] = "rejected",
                                                  [STS_COUNT_DELIVERED] = "delivered",
                                                  [STS_COUNT_FAILED] = "failed",
                                                  [STS_COUNT_UNCERTAIN] = "uncertain",
                                                  [STS_COUNT_PURGED] = "purged",
                                                  [STS_COUNT_PENDING] = "pending",
                                                  [STS_COUNT_POSSIBLE_DUPLICATES] = "possible_duplicates",
                                                  [STS_COUNT_PRODUCER_REBUILDS] = "producer_rebuilds"};
    struct sender all = {.flushes = {0}};
    for (unsigned i = 0; i < THREADS; i++) {
        all.flushes.calls += senders[i].flushes.calls;
        all.flushes.missed += senders[i].flushes.missed;
        all.queue_full += senders[i].queue_full;
        all.untrue_flushes += senders[i].untrue_flushes;
        if (senders[i].flushes.latest_ms > all.flushes.latest_ms)
            all.flushes.latest_ms = senders[i].flushes.latest_ms;
        if (senders[i].longest_export_ms > all.longest_export_ms)
            all.longest_export_ms = senders[i].longest_export_ms;
        if (senders[i].ended)
            all.ended = senders[i].ended;
    }
    printf("{\"counts\": {");
    for (int i = 0, told = 0; i < STS_COUNTS; i++)
        if (names[i])
            printf("%s\"%s\": %" PRIu64, told++ ? ", " : "", names[i], counts[i]);
    printf("}, \"flushes\": %u, \"flushes_missed\": %u, \"flush_latest_ms\": %" PRId64 ", \"flushes_untrue\": %u, "
           "\"close_missed\": %u, \"close_late_ms\": %" PRId64 ", \"close\": \"%s\", \"queue_full\": %u, "
           "\"longest_export_ms\": %" PRId64 ", \"ended\": \"%s\"}\n",
           all.flushes.calls, all.flushes.missed, all.flushes.latest_ms, all.untrue_flushes, close->missed,
           close->latest_ms, sts_status_name(closed), all.queue_full, all.longest_export_ms,
           sts_status_name(all.ended));
}

static void parse_arguments(int argc, char **argv, sts_options *options) {
    int letter;
    while ((letter = getopt(argc, argv, "o:l:s:r:d:c:v:f:en:g:wt")) != -1) {
        char *equals = letter == 'o' ? strchr(optarg, '=') : NULL;
        sts_error *error = NULL;
        if (equals)
            *equals = '\0';
        if (equals && sts_options_set(options, optarg, equals + 1, &error))
            stop(optarg, sts_error_text(error));
        long number = optarg ? strtol(optarg, NULL, 10) : 0;
        switch (letter) {
        case 'o':
            break;
        case 'l':
            settings.ledger = optarg;
            break;
        case 's':
            settings.seed = (uint64_t)number;
            break;
        case 'r':
            settings.rate = number;
            break;
        case 'd':
            settings.duration_ms = number;
            break;
        case 'c':
            settings.close_ms = number;
            break;
        case 'v':
            settings.value_bytes = number < 4000 ? number : 4000;
            break;
        case 'f':
            if (settings.fatals < FATALS)
                settings.fatal_at_ms[settings.fatals++] = number;
            break;
        case 'n':
            settings.keyless = number;
            break;
        case 'g':
            settings.large = number;
            break;
        case 'e':
            settings.close_early = true;
            break;
        case 'w':
            settings.waits = true;
            break;
        case 't':
            settings.texts = true;
            break;
        default:
            stop("usage", "the comment at the head of load.c has it");
        }
    }
    if (!settings.ledger)
        stop("usage", "-l LEDGER is missing");
}

int main(int argc, char **argv) {
    struct sender senders[THREADS] = {{.number = 0}};
    struct deadlines close = {.latest_ms = INT64_MIN};
    uint64_t counts[STS_COUNTS];
    sts_error *error = NULL;
    sts_options *options = sts_options_new();
    parse_arguments(argc, argv, options);
    sts_options_set(options, "outcomes", "all", NULL);
    if (settings.seed % 2)
        taker.outcomes = sts_outcomes_new(TAKEN_AT_ONCE);
    else
        sts_options_set_outcome_callback(options, keep_outcome, NULL);
    sts_options_set_log_callback(options, print_log, NULL);
    if (sts_exporter_new(&exporter, options, &error))
        stop("exporter", sts_error_text(error));
    sts_options_free(options);
    start_senders(senders);
    if (taker.outcomes && pthread_create(&taker.thread, NULL, take_all, NULL))
        stop("taker", "no thread");
    printf("ready\n");
    fflush(stdout);
    for (int i = 0; i < settings.fatals; i++) {
        sleep_until(started_ms + settings.fatal_at_ms[i]);
        sts__kafka_force_fatal(exporter->transport_context);
    }
    if (settings.close_early)
        sleep_until(started_ms + settings.duration_ms);
    else
        join_senders(senders);
    if (settings.waits)
        flush_until_told();
    int64_t began_ms = now_ms();
    sts_status closed = sts_exporter_close(exporter, (int32_t)settings.close_ms, counts, STS_COUNTS, NULL);
    keep_deadline(&close, began_ms, settings.close_ms);
    if (settings.close_early)
        join_senders(senders);
    __atomic_store_n(&taker.ended, 1, __ATOMIC_RELEASE);
    if (taker.outcomes)
        pthread_join(taker.thread, NULL);
    take_outcomes(0);
    sts_outcomes_free(taker.outcomes);
    sts_exporter_free(exporter, 0);
    write_ledger(senders);
    print_summary(senders, counts, &close, closed);
    free(records);
    return 0;
}
