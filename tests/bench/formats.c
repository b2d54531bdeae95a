/* SPDX-License-Identifier: Apache-2.0
 *
 * What formats cost: requests in OTLP JSON, read as protobuf, and that held against the schema, as a request in
 * protobuf is. A line of JSON.
 *
 *   formats FILE SIGNAL SECONDS    FILE has requests, each behind its size */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "intake/json.h"
#include "schema/check.h"
#include "support/requests.h"

static void stop(const char *what, const char *why) {
    fprintf(stderr, "%s: %s\n", what, why);
    exit(1);
}

static double now(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static const sts__schema_message *request_of(const char *signal) {
    if (strcmp(signal, "logs") == 0)
        return &sts__schema_logs_request;
    return strcmp(signal, "traces") == 0 ? &sts__schema_traces_request : &sts__schema_metrics_request;
}

int main(int argc, char **argv) {
    if (argc != 4)
        stop(argv[0], "FILE SIGNAL SECONDS");
    requests all = requests_read(argv[1]);
    const sts__schema_message *message = request_of(argv[2]);
    double seconds = atof(argv[3]), reading = 0, checking = 0;
    size_t bytes = 0, passes = 0;
    sts__arena arena;
    sts__fault fault;
    sts__arena_init(&arena, sts__memory_default());
    while (reading < seconds) {
        for (size_t i = 0; i < all.count; i++) {
            sts_bytes protobuf;
            double start = now();
            sts__arena_reset(&arena);
            if (sts__intake_json(message, all.items[i], &arena, &protobuf, &fault) != STS_OK)
                stop(argv[1], fault.text);
            double read = now();
            if (sts__schema_check(protobuf, message, &fault) != STS_OK)
                stop(argv[1], fault.text);
            checking += now() - read;
            reading += read - start;
            bytes += all.items[i].size;
        }
        passes++;
    }
    printf("{\"bytes\": %zu, \"passes\": %zu, \"cpu\": %.6f, \"check\": %.6f}\n", bytes, passes, reading, checking);
    sts__arena_clear(&arena);
    return 0;
}
