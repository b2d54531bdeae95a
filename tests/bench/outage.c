/* SPDX-License-Identifier: Apache-2.0
 *
 * Takes in numbered records (numbered.h), and goes on until all are delivered. How it gets on is for others to follow,
 * who take the broker away meanwhile:
 *
 *   outage [-o NAME=VALUE]... RECORDS
 *
 * Says "ready" when the exporter is made, and waits for a line of input. Then it prints a line of JSON whenever another
 * hundredth of the records has been taken, when all have been, and from then on whenever another hundredth has been
 * delivered, from the first on: how many records that is, time and CPU since the start, and the memory it has. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "bench/numbered.h"
#include "bench/program.h"

enum { LINES = 100, LOOKS_EVERY_MS = 10 };

static void tell(measure started, uint64_t taken, uint64_t delivered) {
    measure used = since(started, delivered);
    memory_use memory = memory_now();
    printf("{\"taken\":%" PRIu64 ",\"delivered\":%" PRIu64 ",\"seconds\":%.6f,\"cpu\":%.6f,\"resident\":%ld,"
           "\"anonymous\":%ld,\"peak\":%ld}\n",
           taken, delivered, used.seconds, used.cpu_seconds, memory.resident, memory.anonymous, memory.peak);
    fflush(stdout);
}

static uint64_t count(const sts_exporter *exporter, int which) {
    uint64_t counts[STS_COUNTS];
    sts_exporter_counts(exporter, counts, STS_COUNTS);
    return counts[which];
}

static void take_all(sts_exporter *exporter, measure started, uint64_t records) {
    numbered *all = numbered_new();
    sts_error *error = NULL;
    uint64_t line = records / LINES;
    for (uint64_t taken = 0; taken < records;) {
        sts_bytes request = numbered_next(all);
        if (sts_export_logs(exporter, request.data, request.size, NULL, NULL, 0, &error) != STS_OK)
            stop("export", sts_error_text(error));
        taken += NUMBERED_AT_ONCE;
        if (taken % line < NUMBERED_AT_ONCE || taken == records)
            tell(started, taken, count(exporter, STS_COUNT_DELIVERED));
    }
    numbered_free(all);
}

static void deliver_all(sts_exporter *exporter, measure started, uint64_t records) {
    uint64_t told = 0;
    while (told < records) {
        uint64_t delivered = count(exporter, STS_COUNT_DELIVERED);
        if (delivered && (!told || delivered == records || delivered - told >= records / LINES))
            tell(started, records, told = delivered);
        else
            nanosleep(&(struct timespec){.tv_nsec = LOOKS_EVERY_MS * 1000000}, NULL);
        if (count(exporter, STS_COUNT_FAILED) + count(exporter, STS_COUNT_UNCERTAIN))
            stop("delivery", "some records were given up");
    }
}

int main(int argc, char **argv) {
    sts_options *options = sts_options_new();
    sts_exporter *exporter;
    sts_error *error = NULL;
    for (int letter; (letter = getopt(argc, argv, "o:")) == 'o';)
        set_pair(options, optarg);
    uint64_t records = optind == argc - 1 ? strtoull(argv[optind], NULL, 10) : 0;
    if (records < (uint64_t)LINES * NUMBERED_AT_ONCE || records % NUMBERED_AT_ONCE)
        stop("usage",
             "outage [-o NAME=VALUE]... RECORDS, of which there are whole requests, and one a hundredth at least");
    if (sts_exporter_new(&exporter, options, &error) != STS_OK)
        stop("exporter", sts_error_text(error));
    sts_options_free(options);
    puts("ready");
    fflush(stdout);
    if (getchar() == EOF)
        stop("input", "there is none");
    measure started = clocks();
    take_all(exporter, started, records);
    deliver_all(exporter, started, records);
    sts_exporter_free(exporter, 10000);
    return 0;
}
