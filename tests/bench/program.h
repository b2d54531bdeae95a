/* SPDX-License-Identifier: Apache-2.0
 *
 * What the measuring programs have in common: how they end, how they set options and make records, and what their
 * process has used. */
#ifndef TESTS_BENCH_PROGRAM_H
#define TESTS_BENCH_PROGRAM_H

#include <stddef.h>

#include <stskafka/stskafka.h>

typedef struct measure {
    size_t records; /* acknowledged */
    double seconds;
    double cpu_seconds; /* of the whole process */
} measure;

/* Memory of the process, in bytes. */
typedef struct memory_use {
    long resident;
    long anonymous; /* of that, what no file backs */
    long peak;      /* the most that was resident */
} memory_use;

/* Ends the program. */
void stop(const char *what, const char *why);

/* Sets an option, or ends the program; NAME=VALUE in the second form. */
void set_option(sts_options *options, const char *name, const char *value);
void set_pair(sts_options *options, const char *pair);

/* One record more of a batch, with a key of its own. */
void add_record(sts_logs *logs, const char *key, const void *body, size_t size);

/* What the clocks show. */
measure clocks(void);

/* What has gone by since then. */
measure since(measure started, size_t records);

memory_use memory_now(void);

#endif
