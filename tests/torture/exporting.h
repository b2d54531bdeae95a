/* SPDX-License-Identifier: Apache-2.0
 *
 * What scenarios with an exporter share: making one, exporting until all is taken, and the book of outcomes. */
#ifndef TESTS_TORTURE_EXPORTING_H
#define TESTS_TORTURE_EXPORTING_H

#include "torture/torture.h"

enum { EXPORTING_RECORDS = 64, EXPORTING_DEADLINE_MS = 20000 };

/* What became of each record of one request, whether it was accepted or rejected. */
struct exporting {
    struct torture *t;
    sts_options *options;
    sts_exporter *exporter;
    int32_t kind[EXPORTING_RECORDS]; /* 0: no outcome yet */
    sts_status code[EXPORTING_RECORDS];
    int32_t partition[EXPORTING_RECORDS];
    int64_t offset[EXPORTING_RECORDS];
    uint64_t counts[STS_COUNTS]; /* of the exports */
    unsigned letters;            /* dead letters that the callback had */
};

/* Options of an exporter that the scenario serves itself. */
#define PAIRS(...) ((const char *const[]){"service_thread", "false", __VA_ARGS__, NULL})

/* Options with these pairs (ended by NULL) set, the outcome callback too; then the exporter. False when given up. */
bool exporting_options(struct exporting *e, struct torture *t, const char *const *pairs);
bool exporting_start(struct exporting *e);

/* An outcome callback, with a struct exporting as user: each record has one outcome. */
void exporting_outcome(const sts_outcome *outcome, void *user);

/* Exports a request, or a batch, and goes on where memory ran out. Returns the last status; false when given up. */
typedef sts_status (*exporting_call)(struct exporting *e, const void *what, const sts_export_context *context,
                                     uint64_t *counts);
bool exporting_export(struct exporting *e, exporting_call call, const void *what, sts_export_context *context);

/* An exporting_call for a struct pb. */
sts_status exporting_logs(struct exporting *e, const void *pb, const sts_export_context *context, uint64_t *counts);

/* Flushes, checks the sums and notes what became of each record. */
void exporting_flush(struct exporting *e);

/* Closes and frees, whether there is memory or not; every accepted record has one outcome then. */
void exporting_end(struct exporting *e);

/* The same where the queue is on disk, in which what has no outcome stays: how many records. */
uint64_t exporting_end_stored(struct exporting *e);
uint64_t exporting_outcomes(const struct exporting *e);

/* A folder with files. */
void exporting_remove_folder(const char *folder);

#endif
