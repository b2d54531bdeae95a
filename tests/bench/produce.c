/* SPDX-License-Identifier: Apache-2.0
 *
 * One measured run: sends requests of a file to Kafka, and prints what that took, as a line of JSON. Two ways, which
 * put the same records there:
 *
 *   produce bare --brokers B --topic T [--window N] [--copy] [--whole] [--compression CODEC] --requests N FILE
 *       librdkafka alone (bare.c)
 *   produce ours [--threads N] [-o NAME=VALUE]... --requests N FILE
 *       libstskafka, from the OTLP bytes
 *
 * FILE has requests, each behind its size; they are sent again and again until there were N. CPU is that of the whole
 * process, librdkafka's threads included. */
#include "bench/produce.h"

#include <getopt.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <stskafka/stskafka.h>

enum { MOST_OPTIONS = 32, MOST_THREADS = 64 };

/* --- libstskafka --- */

typedef struct work {
    sts_exporter *exporter;
    const requests *all;
    size_t count; /* of requests to send */
    size_t next;  /* atomic */
} work;

static sts_exporter *new_exporter(const arguments *how) {
    sts_options *options = sts_options_new();
    sts_exporter *exporter;
    sts_error *error = NULL;
    for (const char *const *pair = how->options; *pair; pair++)
        set_pair(options, *pair);
    if (sts_exporter_new(&exporter, options, &error))
        stop("exporter", sts_error_text(error));
    sts_options_free(options);
    return exporter;
}

static void *export_some(void *argument) {
    work *todo = argument;
    sts_error *error = NULL;
    size_t number;
    while ((number = __atomic_fetch_add(&todo->next, 1, __ATOMIC_RELAXED)) < todo->count) {
        sts_bytes request = todo->all->items[number % todo->all->count];
        if (sts_export_logs(todo->exporter, request.data, request.size, NULL, NULL, 0, &error))
            stop("export", sts_error_text(error));
    }
    return NULL;
}

static measure run_ours(const arguments *how, const requests *all) {
    pthread_t threads[MOST_THREADS];
    uint64_t counts[STS_COUNTS];
    sts_error *error = NULL;
    work todo = {.exporter = new_exporter(how), .all = all, .count = how->requests};
    measure started = clocks();
    for (int i = 1; i < how->threads; i++)
        if (pthread_create(&threads[i], NULL, export_some, &todo))
            stop("thread", "cannot be made");
    export_some(&todo);
    for (int i = 1; i < how->threads; i++)
        pthread_join(threads[i], NULL);
    if (sts_flush(todo.exporter, 60000, counts, STS_COUNTS, &error))
        stop("flush", sts_error_text(error));
    measure done = since(started, counts[STS_COUNT_DELIVERED]);
    sts_exporter_free(todo.exporter, 5000);
    return done;
}

/* --- the command line --- */

static const char *parse_arguments(int argc, char **argv, arguments *how, const char **options) {
    enum { BROKERS = 256, TOPIC, REQUESTS, WINDOW, COPY, WHOLE, COMPRESSION, THREADS };
    static const struct option names[] = {{"brokers", required_argument, NULL, BROKERS},
                                          {"topic", required_argument, NULL, TOPIC},
                                          {"requests", required_argument, NULL, REQUESTS},
                                          {"window", required_argument, NULL, WINDOW},
                                          {"copy", no_argument, NULL, COPY},
                                          {"whole", no_argument, NULL, WHOLE},
                                          {"compression", required_argument, NULL, COMPRESSION},
                                          {"threads", required_argument, NULL, THREADS},
                                          {NULL, 0, NULL, 0}};
    size_t count = 0;
    int found;
    while ((found = getopt_long(argc, argv, "o:", names, NULL)) != -1) {
        if (found == 'o' && count < MOST_OPTIONS)
            options[count++] = optarg;
        else if (found == BROKERS)
            how->brokers = optarg;
        else if (found == TOPIC)
            how->topic = optarg;
        else if (found == REQUESTS)
            how->requests = strtoul(optarg, NULL, 10);
        else if (found == WINDOW)
            how->window = strtol(optarg, NULL, 10);
        else if (found == COPY)
            how->copy = true;
        else if (found == WHOLE)
            how->whole = true;
        else if (found == COMPRESSION)
            how->compression = optarg;
        else if (found == THREADS)
            how->threads = atoi(optarg);
        else
            stop("usage", "stands at the top of produce.c");
    }
    if (optind != argc - 1 || how->threads < 1 || how->threads > MOST_THREADS)
        stop("usage", "stands at the top of produce.c");
    return argv[optind];
}

int main(int argc, char **argv) {
    const char *options[MOST_OPTIONS + 1] = {NULL};
    arguments how = {.threads = 1, .options = options, .compression = "snappy"};
    if (argc < 2)
        stop("usage", "stands at the top of produce.c");
    requests all = requests_read(parse_arguments(argc - 1, argv + 1, &how, options));
    measure (*run)(const arguments *, const requests *) = strcmp(argv[1], "bare") == 0 ? run_bare : run_ours;
    measure done = run(&how, &all);
    printf("{\"records\": %zu, \"seconds\": %.6f, \"cpu_seconds\": %.6f, \"versions\": {\"libstskafka\": \"%s\", "
           "\"librdkafka\": \"%s\"}}\n",
           done.records, done.seconds, done.cpu_seconds, sts_version(), sts_librdkafka_version());
    requests_free(&all);
    return 0;
}
