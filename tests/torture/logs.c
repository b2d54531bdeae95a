/* SPDX-License-Identifier: Apache-2.0
 *
 * Exporters over memory, with every allocation failing in turn. */
#include <string.h>

#include "support/otlp_tree.h"
#include "torture/mixed_logs.h"

/* What specs, headers and limits there are. */
#define SPECS                                                                                                          \
    "key",                                                                                                             \
        "Concat([SHA256(attributes[\"stskafka.key\"]), Hex(resource_hash), AsString(attributes[\"map\"]), 1.5], "      \
        "\"/\")",                                                                                                      \
        "header_from.h", "AsString(attributes)", "header_from.missing", "resource.attributes[\"none\"]",               \
        "record_headers.fixed", "text", "fingerprint_header", "rule", "include_metadata_keys", "x-tenant",             \
        "partition_from", "Len(attributes[\"stskafka.key\"]) * 0", "topics.allow", "another-*"

static void memory_transport(struct torture *t) {
    struct exporting e;
    if (exporting_options(&e, t, PAIRS("transport", "memory")) && exporting_start(&e))
        mixed_logs_export(&e);
    exporting_end(&e);
}

static void specs(struct torture *t) {
    struct exporting e;
    if (exporting_options(&e, t, PAIRS("transport", "memory", SPECS)) && exporting_start(&e))
        mixed_logs_export(&e);
    exporting_end(&e);
}

/* Functions on a text that does not fit on the stack, each in a header of its own. */
static void functions(struct torture *t) {
    static const char *const headers[][2] = {
        {"header_from.hash", "SHA512(attributes[\"map\"][\"name\"]) | XXH3(attributes[\"map\"][\"name\"]) | \"\""},
        {"header_from.string", "String(attributes)"},
        {"header_from.split", "String(Split(String(attributes), \":\"))"},
        {"header_from.lower", "ToLowerCase(String(attributes))"},
        {"header_from.substring", "Substring(String(attributes), 0, 3)"},
        {"header_from.format", "Format(\"%s-%05d\", [String(attributes), 7])"},
        {"header_from.concat", "Concat([String(attributes), String(resource.attributes)], \"/\")"},
        {"header_from.except", "Hex(resource_hash_except(\"ten*\"))"},
        {"header_from.metadata", "metadata(\"x-tenant\")"},
    };
    struct exporting e;
    if (!exporting_options(&e, t, PAIRS("transport", "memory", "key", "resource_hash(\"tenant\", \"l*\") | none")))
        goto done;
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++)
        TRY_OK(t, sts_options_set(e.options, headers[i][0], headers[i][1], &t->error));
    if (exporting_start(&e))
        mixed_logs_export(&e);
done:
    exporting_end(&e);
}

/* Values that are made, of records and of what is around them, where they fit on the stack and where they do not. */
static void encoding(struct torture *t, const char *name) {
    struct exporting e;
    if (exporting_options(&e, t, PAIRS("transport", "memory", "encoding", name)) && exporting_start(&e))
        mixed_logs_export(&e);
    exporting_end(&e);
}

static void raw(struct torture *t) {
    encoding(t, "raw");
}

static void raw_text(struct torture *t) {
    encoding(t, "raw_text");
}

static void otlp_proto(struct torture *t) {
    encoding(t, "otlp_proto");
}

static void otlp_json(struct torture *t) {
    encoding(t, "otlp_json");
}

static void json_record(struct torture *t) {
    encoding(t, "json_record");
}

static void clickhouse(struct torture *t) {
    encoding(t, "clickhouse");
}

static void elastic_otel(struct torture *t) {
    encoding(t, "elastic_otel");
}

/* Messages that stay open over exports; some are taken in parts only. */
static void open_messages(struct torture *t, const char *name) {
    struct exporting e;
    sts_memory_transport *memory = NULL;
    if (!exporting_options(&e, t,
                           PAIRS("gather", "key", "encoding", name, "key", "attributes[\"stskafka.key\"]",
                                 "header_from.h", "AsString(resource.attributes)", "max_message_bytes", "2000",
                                 "sending_queue.batch.flush_timeout", "60s")))
        goto done;
    TRY_OK(t, sts_memory_transport_new_with(t->allocator, &memory,
                                            "deliver,refuse*2,deliver,refuse*3,deliver,full,fail", 20, 4, &t->error));
    MUST(sts_options_set_transport(e.options, sts_memory_transport_table(), memory) == STS_OK);
    if (exporting_start(&e))
        mixed_logs_export(&e);
done:
    exporting_end(&e);
    sts_memory_transport_free(memory);
}

static void open_otlp_proto(struct torture *t) {
    open_messages(t, "otlp_proto");
}

static void open_otlp_json(struct torture *t) {
    open_messages(t, "otlp_json");
}

static void open_json_record(struct torture *t) {
    open_messages(t, "json_record");
}

static void wait_for_result(struct torture *t) {
    struct exporting e;
    if (exporting_options(&e, t, PAIRS("transport", "memory", "sending_queue.wait_for_result", "true")) &&
        exporting_start(&e))
        mixed_logs_export(&e);
    exporting_end(&e);
}

/* Messages that are kept, fail, stay uncertain, are refused, are held until the end. */
static void script(struct torture *t) {
    struct exporting e;
    sts_memory_transport *memory = NULL;
    struct pb otlp = mixed_logs_request();
    sts_export_context *context = NULL;
    if (!exporting_options(&e, t, PAIRS("header_from.h", "AsString(attributes)")))
        goto done;
    TRY_OK(t, sts_memory_transport_new_with(t->allocator, &memory, "deliver*3,fail,uncertain*2,refuse*2,deliver,hold*3",
                                            20, 4, &t->error));
    MUST(sts_options_set_transport(e.options, sts_memory_transport_table(), memory) == STS_OK);
    if (!exporting_start(&e))
        goto done;
    TRY_NEW(t, context, sts_export_context_new_with(t->allocator));
    if (!exporting_export(&e, exporting_logs, &otlp, context))
        goto done;
    TRY_OK(t, sts_poll(e.exporter, 0));
    torture_note(t, "%llu messages", (unsigned long long)sts_memory_transport_count(memory));
    for (size_t i = 0; sts_memory_transport_message(memory, i); i++) {
        const sts_message *m = sts_memory_transport_message(memory, i);
        torture_note(t, "%s %.*s %d", m->topic, (int)m->key.size, m->key.data ? (const char *)m->key.data : "",
                     (int)m->partition);
    }
done:
    exporting_end(&e);
    sts_export_context_free(context);
    sts_memory_transport_free(memory);
    pb_clear(&otlp);
}

static void count_letter(const sts_dead_letter *letter, void *user) {
    MUST(sts_dead_letter_code(letter) != STS_OK && sts_dead_letter_text(letter)[0]);
    ((struct exporting *)user)->letters++;
}

/* A dead letter may be lost for want of memory, and is then counted as lost; the records' outcomes are not touched. */
static void with_letters(struct torture *t, const char *script) {
    struct exporting e;
    sts_memory_transport *memory = NULL;
    uint64_t counts[STS_COUNTS];
    if (!exporting_options(&e, t, PAIRS("dead_letter.topic", "dead", SPECS)))
        goto done;
    TRY_OK(t, sts_memory_transport_new_with(t->allocator, &memory, script, 40, 1, &t->error));
    MUST(sts_options_set_transport(e.options, sts_memory_transport_table(), memory) == STS_OK);
    MUST(sts_options_set_dead_letter_callback(e.options, count_letter, &e) == STS_OK);
    if (!exporting_start(&e))
        goto done;
    mixed_logs_export(&e);
    MUST(sts_exporter_counts(e.exporter, counts, STS_COUNTS) == STS_OK);
    MUST(t->given_up || e.letters == counts[STS_COUNT_DEAD_LETTERS] + counts[STS_COUNT_DEAD_LETTERS_LOST]);
    torture_note(t, "%u letters", e.letters);
done:
    exporting_end(&e);
    sts_memory_transport_free(memory);
}

static void letters_of_rejected(struct torture *t) {
    with_letters(t, NULL);
}

static void letters_of_failed(struct torture *t) {
    with_letters(t, "fail*1000");
}

static void note_explanation(const sts_explanation *explanation, void *user) {
    struct torture *t = user;
    sts_bytes part = {NULL, 0};
    const char *topic = sts_explanation_topic(explanation);
    sts_explanation_key_part_value(explanation, 0, &part);
    torture_note(t, "%llu: %s %s %s %zu %.*s", (unsigned long long)sts_explanation_index(explanation),
                 sts_status_name(sts_explanation_code(explanation)), topic ? topic : "-",
                 sts_explanation_key_from(explanation), sts_explanation_size(explanation), (int)part.size,
                 part.data ? (const char *)part.data : "");
}

static void explain_with(struct torture *t, const char *const *pairs) {
    struct exporting e;
    struct pb otlp = mixed_logs_request();
    if (!exporting_options(&e, t, pairs) || !exporting_start(&e))
        goto done;
    size_t before = t->results_size;
    torture_begin(t);
    sts_status status;
    do {
        t->results_size = before; /* it tells all from the beginning */
        status = sts_explain_logs(e.exporter, otlp.data, otlp.size, NULL, note_explanation, t, &t->error);
    } while (torture_again(t, status));
    MUST(t->given_up || status == STS_OK);
done:
    exporting_end(&e);
    pb_clear(&otlp);
}

static void explain(struct torture *t) {
    explain_with(t, PAIRS("transport", "none", SPECS));
}

static void gathered_explained(struct torture *t) {
    explain_with(t, PAIRS("transport", "none", "gather", "key", "encoding", "otlp_json", "max_message_bytes", "1000",
                          "key", "attributes[\"stskafka.key\"]"));
}

/* Malformed requests, errors of every call, texts of numbers. */
static void errors_and_texts(struct torture *t) {
    struct exporting e;
    char *text = NULL;
    sts_status status;
    uint64_t counts[STS_COUNTS];
    if (!exporting_options(&e, t, PAIRS("transport", "memory")) || !exporting_start(&e))
        goto done;
    TRY(t, status, sts_export_logs(e.exporter, "\x0a\xff", 2, NULL, counts, STS_COUNTS, &t->error));
    MUST(status == STS_ERR_MALFORMED && counts[STS_COUNT_RECORDS] == 0);
    TRY(t, status, sts_flush(e.exporter, -1, NULL, 0, &t->error));
    MUST(status == STS_ERR_INVALID_ARGUMENT);
    TRY(t, status, sts_exporter_reconfigure(e.exporter, e.options, &t->error));
    MUST(status == STS_ERR_UNSUPPORTED);
    TRY_OK(t, sts_exporter_statistics_prometheus(e.exporter, "a \"name\"", &text, &t->error));
    torture_note(t, "%zu bytes", strlen(text));
    sts_text_free(text);
    text = NULL;
    TRY_OK(t, sts_exporter_statistics_json(e.exporter, &text, &t->error));
    torture_note(t, "%zu bytes", strlen(text));
    sts_text_free(text);
    text = NULL;
    TRY(t, status, sts_exporter_statistics_prometheus(e.exporter, "\xff", &text, &t->error));
    MUST(status == STS_ERR_UTF8 && !text);
done:
    MUST(!t->given_up || !text);
    exporting_end(&e);
}

/* Outcomes that are taken, with their texts; list and request come from another allocator than the exporter. */
static void taken_outcomes(struct torture *t) {
    struct exporting e;
    struct book other;
    sts_allocator *another;
    sts_outcomes *list = NULL;
    struct pb otlp = mixed_logs_request();
    sts_export_context *context = NULL;
    book_open(&other);
    MUST((another = sts_allocator_new(book_allocate, book_resize, book_release, &other)) != NULL);
    if (!exporting_options(&e, t, PAIRS("transport", "memory", "outcomes", "all")))
        goto done;
    MUST(sts_options_set_outcome_callback(e.options, NULL, NULL) == STS_OK);
    if (!exporting_start(&e))
        goto done;
    TRY_NEW(t, context, sts_export_context_new_with(another));
    TRY_NEW(t, list, sts_outcomes_new_with(another, 7));
    exporting_export(&e, exporting_logs, &otlp, context);
done:
    for (bool more = list != NULL; more;) { /* without memory too */
        MUST(sts_poll(e.exporter, 0) == STS_OK);
        MUST(sts_exporter_take_outcomes(e.exporter, list, 0) == STS_OK);
        for (size_t i = 0; i < sts_outcomes_count(list); i++)
            exporting_outcome(sts_outcomes_at(list, i), &e);
        more = sts_outcomes_count(list) > 0;
    }
    sts_outcomes_free(list);
    exporting_end(&e);
    sts_export_context_free(context);
    sts_allocator_free(another);
    book_close(&other);
    pb_clear(&otlp);
}

/* Headers that are made of each record, and its timestamp. */
static void record_headers(struct torture *t) {
    struct exporting e;
    if (exporting_options(&e, t,
                          PAIRS("transport", "memory", "content_type_header", "true", "trace_context_headers", "true",
                                "cloudevents.enabled", "true", "cloudevents.source",
                                "Concat([\"urn:\", AsString(resource.attributes)], \"\")", "record_timestamp",
                                "event")) &&
        exporting_start(&e))
        mixed_logs_export(&e);
    exporting_end(&e);
}

/* The exporter's own thread may meet any of the failures: then the sums, and what is left. */
static void service_thread(struct torture *t) {
    struct exporting e;
    static const char *const pairs[] = {"transport", "memory", "header_from.h", "AsString(attributes)", NULL};
    if (exporting_options(&e, t, pairs) && exporting_start(&e))
        mixed_logs_export(&e);
    exporting_end(&e);
}

int main(void) {
    static const struct scenario scenarios[] = {
        {"memory transport", memory_transport},
        {"specs", specs},
        {"functions", functions},
        {"raw", raw},
        {"raw_text", raw_text},
        {"otlp_proto", otlp_proto},
        {"otlp_json", otlp_json},
        {"json_record", json_record},
        {"clickhouse", clickhouse},
        {"elastic_otel", elastic_otel},
        {"open otlp_proto", open_otlp_proto},
        {"open otlp_json", open_otlp_json},
        {"open json_record", open_json_record},
        {"wait for result", wait_for_result},
        {"script", script},
        {"record headers", record_headers},
        {"letters of rejected", letters_of_rejected},
        {"letters of failed", letters_of_failed},
        {"explain", explain},
        {"errors and texts", errors_and_texts},
        {"taken outcomes", taken_outcomes},
        {"gathered, explained", gathered_explained},
        {"service thread", service_thread},
    };
    for (size_t i = 0; i < sizeof scenarios / sizeof scenarios[0]; i++)
        torture_run(&scenarios[i]);
    return 0;
}
