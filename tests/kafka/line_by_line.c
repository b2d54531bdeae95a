/* SPDX-License-Identifier: Apache-2.0
 *
 * An exporter that does what its standard input says, for the tests over proxied.py:
 *
 *   kafka_line_by_line NAME=VALUE...
 *   TOPIC KEY SIZE        exports a record with a body of that size, and says nothing
 *
 * Each outcome is a line of standard output: KEY KIND MAY_BE_DUPLICATE CODE. At the end of its input it flushes. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <stskafka/stskafka.h>

#include "support/otlp.h"

enum { RECORDS = 1000, FLUSH_MS = 30000 };

static char keys[RECORDS][32]; /* by token */

static void stop(const char *what, const char *why) {
    fprintf(stderr, "%s: %s\n", what, why);
    exit(2);
}

static void print_outcome(const sts_outcome *outcome, void *user) {
    (void)user;
    printf("%s %d %d %s\n", keys[sts_outcome_token(outcome)], sts_outcome_kind(outcome),
           sts_outcome_may_be_duplicate(outcome), sts_status_name(sts_outcome_code(outcome)));
    fflush(stdout);
}

static void export(sts_exporter *exporter, const char *topic_name, const char *key_text, size_t size, uint64_t token) {
    struct otlp otlp = {0};
    struct pb request = {0};
    struct pb key = otlp_text(key_text);
    struct pb topic = otlp_text(topic_name);
    char *zeros = calloc(1, size);
    struct pb body = otlp_bytes(zeros, size);
    sts_export_context *settings = sts_export_context_new();
    sts_error *error = NULL;
    otlp_add(&otlp, &key, &topic, &body);
    otlp_finish(&request, &otlp);
    sts_export_context_set_token(settings, token);
    if (sts_export_logs(exporter, request.data, request.size, settings, NULL, 0, &error))
        fprintf(stderr, "%s\n", sts_error_text(error));
    sts_error_free(error);
    sts_export_context_free(settings);
    pb_clear(&request);
    free(zeros);
}

int main(int argc, char **argv) {
    sts_options *options = sts_options_new();
    sts_exporter *exporter;
    sts_error *error = NULL;
    char topic[64];
    size_t size;
    for (int i = 1; i < argc; i++) {
        char *equals = strchr(argv[i], '=');
        if (!equals)
            stop(argv[i], "not NAME=VALUE");
        *equals = '\0';
        if (sts_options_set(options, argv[i], equals + 1, &error))
            stop(argv[i], sts_error_text(error));
    }
    sts_options_set_outcome_callback(options, print_outcome, NULL);
    if (sts_exporter_new(&exporter, options, &error))
        stop("exporter", sts_error_text(error));
    sts_options_free(options);
    for (uint64_t i = 0; i < RECORDS && scanf("%63s %31s %zu", topic, keys[i], &size) == 3; i++)
        export(exporter, topic, keys[i], size, i);
    sts_status status = sts_flush(exporter, FLUSH_MS, NULL, 0, NULL);
    sts_exporter_free(exporter, FLUSH_MS);
    return status == STS_OK ? 0 : 1;
}
