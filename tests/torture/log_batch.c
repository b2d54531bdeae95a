/* SPDX-License-Identifier: Apache-2.0
 *
 * Batches of log records with every allocation failing in turn: built, read as bytes, explained and exported. */
#include <string.h>

#include "torture/exporting.h"

enum { RECORDS = 3 };

static void build(struct torture *t, sts_logs *logs) {
    static const char large[70000] = {0}; /* more than a block of the batch's memory */
    TRY_OK(t, sts_logs_add_resource(logs, &t->error));
    TRY_OK(t, sts_logs_put_string(logs, "host.name", "host-1", 6, &t->error));
    TRY_OK(t, sts_logs_set_schema_url(logs, "urn:schema", &t->error));
    TRY_OK(t, sts_logs_add_scope(logs, "scope", "1.0", &t->error));
    for (int i = 0; i < RECORDS; i++) {
        TRY_OK(t, sts_logs_add_record(logs, 1, &t->error));
        TRY_OK(t, sts_logs_set_body_bytes(logs, large, i == 1 ? sizeof large : 4, &t->error));
        TRY_OK(t, sts_logs_put_text(logs, "stskafka.key", "key", &t->error));
        if (i == 2)
            TRY_OK(t, sts_logs_set_key(logs, large, 100, &t->error));
        TRY_OK(t, sts_logs_set_severity(logs, 9, "INFO", &t->error));
        TRY_OK(t, sts_logs_begin_kvlist(logs, "map", &t->error));
        TRY_OK(t, sts_logs_begin_array(logs, "list", &t->error));
        TRY_OK(t, sts_logs_put_double(logs, NULL, 0.5, &t->error));
        TRY_OK(t, sts_logs_end(logs, &t->error));
        TRY_OK(t, sts_logs_put_bool(logs, "is", 1, &t->error));
        TRY_OK(t, sts_logs_end(logs, &t->error));
    }
    TRY_OK(t, sts_logs_add_record(logs, 2, &t->error));
    TRY_OK(t, sts_logs_begin_body(logs, &t->error));
    TRY_OK(t, sts_logs_put_int(logs, NULL, 7, &t->error));
    TRY_OK(t, sts_logs_remove_last(logs, &t->error));
done:;
}

static void note_bytes(struct torture *t, sts_logs *logs) {
    sts_bytes otlp;
    uint32_t sum = 0;
    TRY_OK(t, sts_logs_bytes(logs, &otlp, &t->error));
    for (size_t i = 0; i < otlp.size; i++)
        sum = sum * 31 + ((const uint8_t *)otlp.data)[i];
    torture_note(t, "%d records in %u bytes, %08x", (int)sts_logs_count(logs), (unsigned)otlp.size, sum);
done:;
}

/* Twice, as a batch is used. */
static void bytes(struct torture *t) {
    sts_logs *logs = NULL;
    TRY_NEW(t, logs, sts_logs_new_with(t->allocator));
    for (int i = 0; i < 2 && !t->given_up; i++) {
        build(t, logs);
        if (!t->given_up)
            note_bytes(t, logs);
        sts_logs_reset(logs);
    }
done:
    sts_logs_free(logs);
}

static sts_status export_batch(struct exporting *e, const void *logs, const sts_export_context *context,
                               uint64_t *counts) {
    return sts_export_log_batch(e->exporter, (sts_logs *)(uintptr_t)logs, context, counts, STS_COUNTS, &e->t->error);
}

static void note_explanation(const sts_explanation *explanation, void *user) {
    (void)explanation;
    ++*(unsigned *)user;
}

static void exported(struct torture *t) {
    static const char *const pairs[] = {"service_thread", "false", "transport", "memory", NULL};
    struct exporting e;
    sts_logs *logs = NULL;
    sts_export_context *context = NULL;
    unsigned explained = 0;
    if (!exporting_options(&e, t, pairs) || !exporting_start(&e))
        goto done;
    TRY_NEW(t, logs, sts_logs_new_with(t->allocator));
    TRY_NEW(t, context, sts_export_context_new_with(t->allocator));
    build(t, logs);
    if (t->given_up)
        goto done;
    TRY_OK(t, (explained = 0, sts_explain_log_batch(e.exporter, logs, NULL, note_explanation, &explained, &t->error)));
    MUST(explained == RECORDS);
    if (exporting_export(&e, export_batch, logs, context))
        exporting_flush(&e);
done:
    sts_export_context_free(context);
    sts_logs_free(logs);
    exporting_end(&e);
}

static sts_status export_ready(struct exporting *e, const void *nothing, const sts_export_context *context,
                               uint64_t *counts) {
    static const sts_bytes headers[] = {{"a", 1}, {"1", 1}, {"b", 1}, {NULL, 0}};
    (void)nothing;
    memset(counts, 0, STS_COUNTS * sizeof *counts);
    sts_status status = sts_export_record(e->exporter, "mine", "key", 3, "value", 5, headers, 2, context, &e->t->error);
    counts[STS_COUNT_RECORDS] = counts[STS_COUNT_ACCEPTED] = status == STS_OK;
    return status;
}

/* A record of the host's own. */
static void ready(struct torture *t) {
    struct exporting e;
    sts_export_context *context = NULL;
    if (!exporting_options(&e, t, PAIRS("transport", "memory", "record_headers.x", "y")) || !exporting_start(&e))
        goto done;
    TRY_NEW(t, context, sts_export_context_new_with(t->allocator));
    if (exporting_export(&e, export_ready, "", context))
        exporting_flush(&e);
done:
    sts_export_context_free(context);
    exporting_end(&e);
}

int main(void) {
    static const struct scenario scenarios[] = {
        {"a batch's bytes", bytes}, {"a batch exported", exported}, {"a record of one's own", ready}};
    for (size_t i = 0; i < sizeof scenarios / sizeof scenarios[0]; i++)
        torture_run(&scenarios[i]);
    return 0;
}
