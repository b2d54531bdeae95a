/* SPDX-License-Identifier: Apache-2.0
 *
 * The load of the bench that kills its process: threads export numbered records to an exporter with a queue on disk,
 * and tell of each that was taken when its export has returned, until they are killed.
 *
 *   storage_load -s SEED -f FIRST [-m REQUESTS_PER_S] [-o NAME=VALUE]...   for ever
 *   storage_load -d MS [-o NAME=VALUE]...                                  until all that is stored is delivered
 *
 * Says "ready" on standard error when the exporter is made. Then a line for each export on standard output: "THREAD
 * FIRST COUNT", its records' numbers. Each thread has keys of its own, and numbers from FIRST on, which a body is; a
 * record's key is tTHREAD-N, with N its number modulo KEYS. With -d a line of JSON with the counters.
 */
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <stskafka/stskafka.h>

#include "support/otlp.h"

enum { THREADS = 4, KEYS = 5, MOST_RECORDS = 20 };

static struct settings {
    uint64_t seed;
    unsigned first;
    long rate;
    long drain_ms;
} settings = {.rate = 100};

static sts_exporter *exporter;

static void stop(const char *what, const char *why) {
    fprintf(stderr, "%s: %s\n", what, why);
    exit(2);
}

static void log_line(int32_t level, const char *text, void *user) {
    (void)user;
    fprintf(stderr, "%d %s\n", (int)level, text);
}

/* xorshift64* */
static uint64_t random_below(uint64_t *state, uint64_t bound) {
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return (*state * 0x2545F4914F6CDD1Du >> 33) % bound;
}

static void make_request(struct pb *request, unsigned thread, unsigned first, unsigned count) {
    struct otlp otlp = {0};
    for (unsigned i = first; i < first + count; i++) {
        char key[32];
        char body[32];
        snprintf(key, sizeof key, "t%u-%u", thread, i % KEYS);
        snprintf(body, sizeof body, "%u", i);
        otlp_add_record(&otlp, key, body);
    }
    otlp_finish(request, &otlp);
}

/* In one write, which a kill leaves whole or leaves out. */
static void tell(unsigned thread, unsigned first, uint64_t count) {
    char line[64];
    int size = snprintf(line, sizeof line, "%u %u %" PRIu64 "\n", thread, first, count);
    if (count && write(STDOUT_FILENO, line, (size_t)size) != size)
        stop("told", strerror(errno));
}

static void *export_for_ever(void *argument) {
    unsigned thread = (unsigned)(uintptr_t)argument;
    uint64_t random = settings.seed * 1000003 + thread + 1;
    unsigned next = settings.first;
    for (;;) {
        uint64_t counts[STS_COUNTS];
        struct pb request = {0};
        sts_error *error = NULL;
        unsigned count = 1 + (unsigned)random_below(&random, MOST_RECORDS);
        make_request(&request, thread, next, count);
        sts_status status = sts_export_logs(exporter, request.data, request.size, NULL, counts, STS_COUNTS, &error);
        if (status != STS_OK && status != STS_ERR_QUEUE_FULL)
            stop("export", sts_error_text(error));
        sts_error_free(error);
        tell(thread, next, counts[STS_COUNT_ACCEPTED]);
        next += (unsigned)counts[STS_COUNT_ACCEPTED];
        pb_clear(&request);
        nanosleep(&(struct timespec){.tv_nsec = (long)random_below(&random, (uint64_t)(2000000000 / settings.rate))},
                  NULL);
    }
    return NULL;
}

static int drain(void) {
    uint64_t counts[STS_COUNTS];
    sts_status flushed = sts_flush(exporter, (int32_t)settings.drain_ms, NULL, 0, NULL);
    sts_exporter_close(exporter, 1000, counts, STS_COUNTS, NULL);
    printf("{\"flushed\":%d,\"accepted\":%" PRIu64 ",\"delivered\":%" PRIu64 ",\"pending\":%" PRIu64
           ",\"failed\":%" PRIu64 ",\"uncertain\":%" PRIu64 ",\"possible_duplicates\":%" PRIu64 "}\n",
           (int)flushed, counts[STS_COUNT_ACCEPTED], counts[STS_COUNT_DELIVERED], counts[STS_COUNT_PENDING],
           counts[STS_COUNT_FAILED], counts[STS_COUNT_UNCERTAIN], counts[STS_COUNT_POSSIBLE_DUPLICATES]);
    sts_exporter_free(exporter, 1000);
    return 0;
}

static void set_option(sts_options *options, char *text) {
    sts_error *error = NULL;
    char *value = strchr(text, '=');
    if (!value)
        stop(text, "no '='");
    *value = '\0';
    if (sts_options_set(options, text, value + 1, &error) != STS_OK)
        stop(text, sts_error_text(error));
}

static void read_arguments(int argc, char **argv, sts_options *options) {
    for (int letter; (letter = getopt(argc, argv, "s:f:m:d:o:")) != -1;) {
        if (letter == 's')
            settings.seed = strtoull(optarg, NULL, 10);
        else if (letter == 'f')
            settings.first = (unsigned)strtoul(optarg, NULL, 10);
        else if (letter == 'm')
            settings.rate = strtol(optarg, NULL, 10);
        else if (letter == 'd')
            settings.drain_ms = strtol(optarg, NULL, 10);
        else if (letter == 'o')
            set_option(options, optarg);
        else
            exit(2);
    }
}

int main(int argc, char **argv) {
    sts_options *options = sts_options_new();
    sts_error *error = NULL;
    pthread_t threads[THREADS];
    sts_options_set_log_callback(options, log_line, NULL);
    read_arguments(argc, argv, options);
    if (sts_exporter_new(&exporter, options, &error) != STS_OK)
        stop("new", sts_error_text(error));
    sts_options_free(options);
    fprintf(stderr, "ready\n");
    if (settings.drain_ms)
        return drain();
    for (uintptr_t i = 0; i < THREADS; i++)
        if (pthread_create(&threads[i], NULL, export_for_ever, (void *)i) != 0)
            stop("thread", "none");
    pthread_join(threads[0], NULL);
    return 0;
}
