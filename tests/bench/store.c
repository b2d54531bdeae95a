/* SPDX-License-Identifier: Apache-2.0
 *
 * What a queue on disk costs: callers export, and then all is delivered.
 *
 *   store BROKERS TOPIC FOLDER SYNC CALLERS RECORDS AT_ONCE
 *
 * BROKERS - is the transport into memory; SYNC memory is the queue in memory, without FOLDER, and exactly_once is
 * commit with delivery=exactly_once. Prints one line of JSON:
 * seconds until the last export has returned, seconds and CPU until all is delivered. */
#include <inttypes.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/program.h"

enum { SIZE = 256, KEYS = 1000, MOST_CALLERS = 64 };

static sts_exporter *exporter;
static long at_once;
static long exports_of_each;

static sts_logs *make_batch(void) {
    sts_logs *logs = sts_logs_new();
    char value[SIZE];
    char key[32];
    sts_logs_add_resource(logs, NULL);
    for (long i = 0; i < at_once; i++) {
        for (size_t at = 0; at < sizeof value; at++)
            value[at] = (char)("0123456789abcdef"[rand() % 16]);
        snprintf(key, sizeof key, "key-of-a-record-%d", rand() % KEYS);
        add_record(logs, key, value, sizeof value);
    }
    return logs;
}

static void *export_all(void *argument) {
    sts_error *error = NULL;
    sts_bytes request;
    if (sts_logs_bytes(argument, &request, &error) != STS_OK)
        stop("bytes", sts_error_text(error));
    for (long i = 0; i < exports_of_each; i++)
        if (sts_export_logs(exporter, request.data, request.size, NULL, NULL, 0, &error) != STS_OK)
            stop("export", sts_error_text(error));
    return NULL;
}

static void open_exporter(char **argv) {
    sts_options *options = sts_options_new();
    sts_error *error = NULL;
    if (strcmp(argv[1], "-") == 0)
        set_option(options, "transport", "memory");
    else
        set_option(options, "brokers", argv[1]);
    set_option(options, "topic", argv[2]);
    set_option(options, "produce_timeout", "60s");
    if (strcmp(argv[4], "memory") != 0) {
        set_option(options, "sending_queue.storage", argv[3]);
        bool once = strcmp(argv[4], "exactly_once") == 0;
        set_option(options, "sending_queue.storage.sync", once ? "commit" : argv[4]);
        set_option(options, "delivery", once ? "exactly_once" : "at_least_once");
    }
    if (sts_exporter_new(&exporter, options, &error) != STS_OK)
        stop("new", sts_error_text(error));
    sts_options_free(options);
}

int main(int argc, char **argv) {
    pthread_t threads[MOST_CALLERS];
    sts_logs *batches[MOST_CALLERS];
    uint64_t counts[STS_COUNTS];
    uint64_t queue[STS_QUEUE_VALUES];
    if (argc != 8) {
        fprintf(stderr, "usage: store BROKERS TOPIC FOLDER SYNC CALLERS RECORDS AT_ONCE\n");
        return 2;
    }
    long callers = strtol(argv[5], NULL, 10);
    at_once = strtol(argv[7], NULL, 10);
    exports_of_each = strtol(argv[6], NULL, 10) / at_once / callers;
    open_exporter(argv);
    for (long i = 0; i < callers; i++)
        batches[i] = make_batch();
    measure began = clocks();
    for (long i = 0; i < callers; i++)
        pthread_create(&threads[i], NULL, export_all, batches[i]);
    for (long i = 0; i < callers; i++)
        pthread_join(threads[i], NULL);
    measure exported = since(began, 0);
    sts_flush(exporter, 120000, counts, STS_COUNTS, NULL);
    measure delivered = since(began, 0);
    sts_exporter_queue(exporter, queue, STS_QUEUE_VALUES);
    printf("{\"records\":%" PRIu64 ",\"delivered\":%" PRIu64 ",\"exported_s\":%.6f,\"delivered_s\":%.6f,\"cpu_s\":%.6f,"
           "\"syncs\":%" PRIu64 "}\n",
           counts[STS_COUNT_ACCEPTED], counts[STS_COUNT_DELIVERED], exported.seconds, delivered.seconds,
           delivered.cpu_seconds, queue[STS_QUEUE_STORE_SYNCS]);
    sts_exporter_free(exporter, 10000);
    for (long i = 0; i < callers; i++)
        sts_logs_free(batches[i]);
    return 0;
}
