/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/program.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

enum { NAME_BYTES = 128 };

void stop(const char *what, const char *why) {
    fprintf(stderr, "%s: %s\n", what, why);
    exit(1);
}

void set_option(sts_options *options, const char *name, const char *value) {
    sts_error *error = NULL;
    if (sts_options_set(options, name, value, &error) != STS_OK)
        stop(name, sts_error_text(error));
}

void set_pair(sts_options *options, const char *pair) {
    char name[NAME_BYTES];
    const char *equals = strchr(pair, '=');
    if (!equals || (size_t)(equals - pair) >= sizeof name)
        stop(pair, "not NAME=VALUE");
    memcpy(name, pair, (size_t)(equals - pair));
    name[equals - pair] = '\0';
    set_option(options, name, equals + 1);
}

void add_record(sts_logs *logs, const char *key, const void *body, size_t size) {
    sts_error *error = NULL;
    if (sts_logs_add_record(logs, 0, &error) != STS_OK || sts_logs_set_body_bytes(logs, body, size, &error) != STS_OK ||
        sts_logs_put_string(logs, "stskafka.key", key, strlen(key), &error) != STS_OK)
        stop("record", sts_error_text(error));
}

measure clocks(void) {
    struct timespec now;
    struct rusage usage;
    clock_gettime(CLOCK_MONOTONIC, &now);
    getrusage(RUSAGE_SELF, &usage);
    return (measure){.seconds = (double)now.tv_sec + (double)now.tv_nsec / 1e9,
                     .cpu_seconds = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                                    (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6};
}

measure since(measure started, size_t records) {
    measure now = clocks();
    return (measure){records, now.seconds - started.seconds, now.cpu_seconds - started.cpu_seconds};
}

memory_use memory_now(void) {
    memory_use found = {0};
    char line[128];
    long kib;
    FILE *file = fopen("/proc/self/status", "r");
    while (file && fgets(line, sizeof line, file)) {
        if (sscanf(line, "VmRSS: %ld kB", &kib) == 1)
            found.resident = kib * 1024;
        else if (sscanf(line, "RssAnon: %ld kB", &kib) == 1)
            found.anonymous = kib * 1024;
        else if (sscanf(line, "VmHWM: %ld kB", &kib) == 1)
            found.peak = kib * 1024;
    }
    if (file)
        fclose(file);
    return found;
}
