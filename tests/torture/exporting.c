/* SPDX-License-Identifier: Apache-2.0 */
#include "torture/exporting.h"

#include <dirent.h>
#include <string.h>
#include <unistd.h>

#include "support/protobuf.h"

void exporting_outcome(const sts_outcome *outcome, void *user) {
    struct exporting *e = user;
    uint64_t index = sts_outcome_index(outcome);
    MUST(index < EXPORTING_RECORDS && e->kind[index] == 0);
    MUST(sts_outcome_text(outcome) != NULL);
    e->kind[index] = sts_outcome_kind(outcome);
    e->code[index] = sts_outcome_code(outcome);
    e->partition[index] = sts_outcome_partition(outcome);
    e->offset[index] = sts_outcome_offset(outcome);
}

bool exporting_options(struct exporting *e, struct torture *t, const char *const *pairs) {
    *e = (struct exporting){.t = t};
    TRY_NEW(t, e->options, sts_options_new_with(t->allocator));
    for (; *pairs; pairs += 2)
        TRY_OK(t, sts_options_set(e->options, pairs[0], pairs[1], &t->error));
    MUST(sts_options_set_outcome_callback(e->options, exporting_outcome, e) == STS_OK);
done:
    return !t->given_up;
}

bool exporting_start(struct exporting *e) {
    struct torture *t = e->t;
    TRY_OK(t, sts_exporter_new(&e->exporter, e->options, &t->error));
    torture_note(t, "%s", sts_exporter_describe(e->exporter));
done:
    MUST(!t->given_up || !e->exporter);
    return !t->given_up;
}

sts_status exporting_logs(struct exporting *e, const void *pb, const sts_export_context *context, uint64_t *counts) {
    const struct pb *otlp = pb;
    return sts_export_logs(e->exporter, otlp->data, otlp->size, context, counts, STS_COUNTS, &e->t->error);
}

bool exporting_export(struct exporting *e, exporting_call call, const void *what, sts_export_context *context) {
    uint64_t counts[STS_COUNTS];
    sts_status status;
    torture_begin(e->t);
    do {
        MUST(sts_export_context_set_first_record(context, e->counts[STS_COUNT_RECORDS]) == STS_OK);
        status = call(e, what, context, counts);
        MUST(counts[STS_COUNT_RECORDS] == counts[STS_COUNT_ACCEPTED] + counts[STS_COUNT_REJECTED]);
        for (size_t i = 0; i < STS_COUNTS; i++)
            e->counts[i] += counts[i];
    } while (torture_again(e->t, status));
    if (e->t->given_up)
        return false;
    if (status != STS_OK && status != STS_ERR_REJECTED && status != STS_ERR_NOT_DELIVERED)
        fprintf(stderr, "export: %s\n", sts_status_name(status));
    MUST(status == STS_OK || status == STS_ERR_REJECTED || status == STS_ERR_NOT_DELIVERED);
    torture_note(e->t, "exported: %llu accepted, %llu rejected, %llu bytes",
                 (unsigned long long)e->counts[STS_COUNT_ACCEPTED], (unsigned long long)e->counts[STS_COUNT_REJECTED],
                 (unsigned long long)e->counts[STS_COUNT_BYTES]);
    return true;
}

static void check_sums(const struct exporting *e, const uint64_t *counts) {
    for (int i = STS_COUNT_RECORDS; i <= STS_COUNT_REJECTED; i++)
        MUST(counts[i] == e->counts[i]);
    MUST(counts[STS_COUNT_RECORDS] == counts[STS_COUNT_ACCEPTED] + counts[STS_COUNT_REJECTED]);
    MUST(counts[STS_COUNT_ACCEPTED] == counts[STS_COUNT_DELIVERED] + counts[STS_COUNT_FAILED] +
                                           counts[STS_COUNT_UNCERTAIN] + counts[STS_COUNT_PURGED] +
                                           counts[STS_COUNT_PENDING]);
}

void exporting_flush(struct exporting *e) {
    uint64_t counts[STS_COUNTS];
    uint64_t queue[STS_QUEUE_VALUES];
    struct torture *t = e->t;
    TRY_OK(t, sts_flush(e->exporter, EXPORTING_DEADLINE_MS, counts, STS_COUNTS, &t->error));
    check_sums(e, counts);
    MUST(counts[STS_COUNT_PENDING] == 0);
    MUST(sts_exporter_queue(e->exporter, queue, STS_QUEUE_VALUES) == STS_OK);
    MUST(queue[STS_QUEUE_RECORDS] == 0 && queue[STS_QUEUE_BYTES] == 0); /* no room is lost either */
    for (int i = 0; i <= STS_COUNT_MISSING_KEYS; i++)
        torture_note(t, "counter %d: %llu", i, (unsigned long long)counts[i]);
    for (size_t i = 0; i < EXPORTING_RECORDS; i++)
        if (e->kind[i])
            torture_note(t, "record %zu: %d, %s, %d, %lld", i, (int)e->kind[i], sts_status_name(e->code[i]),
                         (int)e->partition[i], (long long)e->offset[i]);
done:
    return;
}

uint64_t exporting_outcomes(const struct exporting *e) {
    uint64_t count = 0;
    for (size_t i = 0; i < EXPORTING_RECORDS; i++)
        count += e->kind[i] != 0;
    return count;
}

void exporting_end(struct exporting *e) {
    uint64_t counts[STS_COUNTS];
    if (e->exporter) {
        sts_status status = sts_exporter_close(e->exporter, 0, counts, STS_COUNTS, NULL);
        MUST(status == STS_OK || status == STS_ERR_TIMED_OUT);
        check_sums(e, counts);
        MUST(counts[STS_COUNT_PENDING] == 0);
        MUST(exporting_outcomes(e) == counts[STS_COUNT_RECORDS]);
        MUST(sts_exporter_free(e->exporter, 0) == STS_OK);
    }
    sts_options_free(e->options);
}

uint64_t exporting_end_stored(struct exporting *e) {
    uint64_t counts[STS_COUNTS] = {0};
    if (e->exporter) {
        sts_status status = sts_exporter_close(e->exporter, 0, counts, STS_COUNTS, NULL);
        MUST(status == STS_OK || status == STS_ERR_TIMED_OUT);
        MUST(counts[STS_COUNT_RECORDS] == e->counts[STS_COUNT_RECORDS]);
        MUST(counts[STS_COUNT_ACCEPTED] == e->counts[STS_COUNT_ACCEPTED]);
        MUST(exporting_outcomes(e) + counts[STS_COUNT_PENDING] == counts[STS_COUNT_RECORDS]);
        MUST(sts_exporter_free(e->exporter, 0) == STS_OK);
    }
    sts_options_free(e->options);
    e->exporter = NULL;
    e->options = NULL;
    return counts[STS_COUNT_PENDING];
}

void exporting_remove_folder(const char *folder) {
    char path[512];
    DIR *open = opendir(folder);
    MUST(open);
    for (const struct dirent *entry; (entry = readdir(open));) {
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        MUST(entry->d_name[0] == '.' || unlink(path) == 0);
    }
    closedir(open);
    MUST(rmdir(folder) == 0);
}
