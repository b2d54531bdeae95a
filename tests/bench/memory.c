/* SPDX-License-Identifier: Apache-2.0
 *
 * What a working broker adds to the memory: exports at full speed, with the queue full all the time, and prints how far
 * the process has grown beyond where it was.
 *
 *   memory BROKERS TOPIC MAX_BYTES SIZE RECORDS */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/program.h"

enum { AT_ONCE = 100 };

/* Records that do not compress, with keys of their own. */
static sts_logs *make_batch(size_t size) {
    sts_logs *logs = sts_logs_new();
    char *value = malloc(size);
    char key[32];
    if (!logs || !value)
        stop("batch", "no memory");
    sts_logs_add_resource(logs, NULL);
    for (int i = 0; i < AT_ONCE; i++) {
        for (size_t at = 0; at < size; at++)
            value[at] = (char)rand();
        snprintf(key, sizeof key, "key-of-a-record-%d", i);
        add_record(logs, key, value, size);
    }
    free(value);
    return logs;
}

int main(int argc, char **argv) {
    if (argc != 6) {
        fprintf(stderr, "usage: memory BROKERS TOPIC MAX_BYTES SIZE RECORDS\n");
        return 2;
    }
    const char *const pairs[] = {
        "brokers",  argv[1],           "topic", argv[2], "sending_queue.max_bytes", argv[3], "sending_queue.queue_size",
        "10000000", "produce_timeout", "60s"};
    sts_error *error = NULL;
    sts_exporter *exporter;
    sts_options *options = sts_options_new();
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i += 2)
        set_option(options, pairs[i], pairs[i + 1]);
    sts_logs *batch = make_batch((size_t)atol(argv[4]));
    if (sts_exporter_new(&exporter, options, &error) != STS_OK)
        stop("exporter", sts_error_text(error));
    long before = memory_now().anonymous;
    long peak = 0;
    uint64_t counts[STS_COUNTS];
    for (long sent = 0; sent < atol(argv[5]); sent += AT_ONCE) {
        if (sts_export_log_batch(exporter, batch, NULL, NULL, 0, &error) != STS_OK)
            stop("export", sts_error_text(error));
        long now = sent % (10 * AT_ONCE) == 0 ? memory_now().anonymous - before : 0;
        peak = now > peak ? now : peak;
    }
    if (sts_flush(exporter, 60000, counts, STS_COUNTS, &error) != STS_OK)
        stop("flush", sts_error_text(error));
    printf("{\"peak\": %ld, \"delivered\": %llu, \"librdkafka\": \"%s\"}\n", peak,
           (unsigned long long)counts[STS_COUNT_DELIVERED], sts_librdkafka_version());
    sts_exporter_free(exporter, 5000);
    sts_logs_free(batch);
    sts_options_free(options);
    return 0;
}
