/* SPDX-License-Identifier: Apache-2.0 */
#include "exporter/statistics.h"

#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "base/double.h"
#include "base/number.h"
#include "base/text.h"
#include "base/utf8.h"
#include "exporter/statistics_table.h"
#include "exporter/storage.h"

enum { US_PER_S = 1000000 };

typedef struct snapshot {
    sts__ledger_snapshot ledger;
    int64_t threads;
} snapshot;

static void tell_store(const sts_exporter *exporter, const sts__store_numbers *numbers, uint64_t *queue) {
    int64_t age_ms = numbers->oldest_ms ? sts__clock_wall_ms() - numbers->oldest_ms : 0;
    queue[STS_QUEUE_STORED_RECORDS] = numbers->records;
    queue[STS_QUEUE_STORED_BYTES] = numbers->bytes;
    queue[STS_QUEUE_STORED_MAX_BYTES] = exporter->storage.max_bytes;
    queue[STS_QUEUE_STORED_AGE_MS] = age_ms > 0 ? (uint64_t)age_ms : 0;
    queue[STS_QUEUE_STORE_SYNCS] = numbers->syncs;
    queue[STS_QUEUE_STORE_SYNC_FAILURES] = numbers->sync_failures;
    queue[STS_QUEUE_RECOVERED_RECORDS] = numbers->recovered_records;
    queue[STS_QUEUE_RECOVERY_US] = numbers->recovery_us;
    queue[STS_QUEUE_STORE_DAMAGE] = numbers->damaged;
}

void sts__statistics_take(sts_exporter *exporter, sts__ledger_snapshot *taken) {
    sts__store_numbers numbers;
    sts__storage_begin_count(exporter, &numbers);
    sts__ledger_take_snapshot(&exporter->ledger, taken);
    sts__storage_end_count(exporter, &numbers, taken->counts, STS_COUNTS);
    tell_store(exporter, &numbers, taken->queue);
    sts__batching_counts(&exporter->batching, &taken->queue[STS_QUEUE_OPEN_MESSAGES],
                         &taken->queue[STS_QUEUE_OPEN_RECORDS]);
}

void sts__statistics_take_counts(sts_exporter *exporter, uint64_t *counts, size_t counts_size) {
    sts__store_numbers numbers;
    sts__storage_begin_count(exporter, &numbers);
    sts__ledger_counts(&exporter->ledger, counts, counts_size);
    sts__storage_end_count(exporter, &numbers, counts, counts_size);
}

static void take_snapshot(sts_exporter *exporter, snapshot *s) {
    sts__statistics_take(exporter, &s->ledger);
    s->threads = sts__service_threads(exporter);
}

/* C lets signed and unsigned integers stand for each other, and no count comes near 2^63. */
static const int64_t *as_signed(const uint64_t *values) {
    return (const int64_t *)values;
}

static const char *code_name(size_t place) {
    const sts__status_row *row = sts__status_row_at(place);
    return row ? row->name : "STS_ERR_UNKNOWN";
}

/* --- Prometheus: the text format, version 0.0.4 --- */

typedef struct page {
    sts__text *text;
    sts__text label; /* that every sample has; may be empty */
} page;

static void add_metric(page *p, const char *metric, const char *type, const char *help) {
    sts__text_printf(p->text, "# HELP stskafka_%s %s\n# TYPE stskafka_%s %s\n", metric, help, metric, type);
}

/* `label` NULL: none of its own. */
static void add_sample(page *p, const char *metric, const char *label, const char *label_value, int64_t value,
                       int per_unit) {
    char number[STS__DOUBLE_TEXT];
    sts__text_printf(p->text, "stskafka_%s", metric);
    if (p->label.size || label)
        sts__text_printf(p->text, "{%s", sts__text_get(&p->label));
    if (label)
        sts__text_printf(p->text, "%s%s=\"%s\"", p->label.size ? "," : "", label, label_value);
    sts__text_printf(p->text, p->label.size || label ? "} " : " ");
    size_t size = per_unit == 1 ? sts__integer_text(value, number)
                                : sts__double_text(sts__double_compute((double)value, '/', per_unit), number);
    sts__text_append(p->text, number, size);
    sts__text_append(p->text, "\n", 1);
}

static bool is_counter(const char *metric) {
    static const char end[] = "_total";
    size_t size = strlen(metric);
    return size >= sizeof end && strcmp(metric + size - (sizeof end - 1), end) == 0;
}

/* Below 0 a value is not known. */
static void add_statistic(page *p, const sts__statistic *row, int64_t value) {
    if (value < 0)
        return;
    add_metric(p, row->metric, is_counter(row->metric) ? "counter" : "gauge", row->help);
    add_sample(p, row->metric, NULL, NULL, value, row->per_unit);
}

static void add_group(page *p, const sts__statistics_group *group, const int64_t *values) {
    for (size_t i = 0; i < group->count; i++)
        add_statistic(p, &group->rows[i], values[group->rows[i].index]);
}

static void add_by_code(page *p, const char *metric, const char *help, const uint64_t *by_code) {
    add_metric(p, metric, "counter", help);
    for (size_t i = 0; i <= STS__STATUS_ROWS; i++)
        if (by_code[i])
            add_sample(p, metric, "code", code_name(i), (int64_t)by_code[i], 1);
}

static void add_latency(page *p, const sts__latency *latency) {
    int64_t count = 0;
    add_metric(p, "delivery_latency_seconds", "histogram", "From a record's acceptance to its acknowledgement.");
    for (size_t i = 0; i < STS__LATENCY_BUCKETS; i++) {
        char bound[STS__DOUBLE_TEXT + 1] = "+Inf";
        uint64_t bound_us = sts__latency_bound_us(i);
        if (bound_us != UINT64_MAX)
            bound[sts__double_text(sts__double_compute((double)bound_us, '/', US_PER_S), bound)] = '\0';
        count += (int64_t)latency->buckets[i];
        add_sample(p, "delivery_latency_seconds_bucket", "le", bound, count, 1);
    }
    add_sample(p, "delivery_latency_seconds_sum", NULL, NULL, (int64_t)latency->sum_us, US_PER_S);
    add_sample(p, "delivery_latency_seconds_count", NULL, NULL, count, 1);
}

static void make_label(sts__text *label, const char *name) {
    sts__text_printf(label, "exporter=\"");
    for (; *name; name++) {
        if (*name == '\n')
            sts__text_append(label, "\\n", 2);
        else
            sts__text_printf(label, *name == '"' || *name == '\\' ? "\\%c" : "%c", *name);
    }
    sts__text_append(label, "\"", 1);
}

bool sts__statistics_prometheus(sts_exporter *exporter, const char *name, sts__text *text) {
    static const sts__statistic threads = {0, 1, "threads", "threads", "Threads that run for the exporter."};
    snapshot s;
    page p = {.text = text};
    if (name && !sts__utf8_is_valid((sts_bytes){name, strlen(name)}))
        return false;
    take_snapshot(exporter, &s);
    sts__text_init(&p.label, text->memory);
    if (name && name[0])
        make_label(&p.label, name);
    add_group(&p, &sts__statistics_counts, as_signed(s.ledger.counts));
    add_by_code(&p, "records_rejected_by_code_total", "Rejected records, by the reason.", s.ledger.rejected);
    add_by_code(&p, "records_not_delivered_by_code_total", "Failed, uncertain and purged records, by the reason.",
                s.ledger.failed);
    add_latency(&p, &s.ledger.latency);
    add_group(&p, &sts__statistics_queue, as_signed(s.ledger.queue));
    add_statistic(&p, &threads, s.threads);
    add_group(&p, &sts__statistics_transport, s.ledger.transport);
    text->failed = text->failed || p.label.failed;
    sts__text_clear(&p.label);
    return true;
}

/* --- JSON --- */

static void put_group(sts__text *text, const sts__statistics_group *group, const int64_t *values) {
    sts__text_printf(text, "\"%s\":{", group->name);
    for (size_t i = 0; i < group->count; i++) {
        int64_t value = values[group->rows[i].index];
        sts__text_printf(text, "%s\"%s\":", i ? "," : "", group->rows[i].name);
        if (value < 0)
            sts__text_printf(text, "null");
        else
            sts__text_printf(text, "%" PRId64, value);
    }
    sts__text_printf(text, "}");
}

static void put_by_code(sts__text *text, const char *name, const uint64_t *by_code) {
    const char *separator = "";
    sts__text_printf(text, ",\"%s\":{", name);
    for (size_t i = 0; i <= STS__STATUS_ROWS; i++) {
        if (by_code[i] == 0)
            continue;
        sts__text_printf(text, "%s\"%s\":%" PRIu64, separator, code_name(i), by_code[i]);
        separator = ",";
    }
    sts__text_printf(text, "}");
}

static void put_latency(sts__text *text, const sts__latency *latency) {
    sts__text_printf(text, ",\"delivery_latency\":{\"sum_us\":%" PRIu64 ",\"buckets\":[", latency->sum_us);
    for (size_t i = 0; i + 1 < STS__LATENCY_BUCKETS; i++)
        sts__text_printf(text, "{\"up_to_us\":%" PRIu64 ",\"count\":%" PRIu64 "},", sts__latency_bound_us(i),
                         latency->buckets[i]);
    sts__text_printf(text, "{\"up_to_us\":null,\"count\":%" PRIu64 "}]},", latency->buckets[STS__LATENCY_BUCKETS - 1]);
}

void sts__statistics_json(sts_exporter *exporter, sts__text *text) {
    snapshot s;
    take_snapshot(exporter, &s);
    sts__text_printf(text, "{");
    put_group(text, &sts__statistics_counts, as_signed(s.ledger.counts));
    put_by_code(text, "rejected_by_code", s.ledger.rejected);
    put_by_code(text, "not_delivered_by_code", s.ledger.failed);
    put_latency(text, &s.ledger.latency);
    put_group(text, &sts__statistics_queue, as_signed(s.ledger.queue));
    sts__text_printf(text, ",\"threads\":%" PRId64 ",", s.threads);
    put_group(text, &sts__statistics_transport, s.ledger.transport);
    sts__text_printf(text, "}");
}
