/* SPDX-License-Identifier: Apache-2.0
 *
 * What a send tells. */
#include "send_report.h"

#include <inttypes.h>
#include <stdio.h>

#include <stskafka/error.h>
#include <stskafka/statistics.h>

#include "console.h"
#include "interrupt.h"
#include "json_out.h"
#include "noun.h"
#include "show.h"
#include "table.h"

static const struct read_record *record_of(const struct reader *reader, const struct outcome *outcome) {
    return reader ? reader_find(reader, outcome) : NULL;
}

/* `reader` NULL: nothing is read back. */
static void print_json(const struct reader *reader, const struct outcome *outcome) {
    json_t *line = json_object();
    json_set(line, "request", json_integer((json_int_t)outcome->request));
    json_set(line, "index", json_integer((json_int_t)outcome->index));
    json_set(line, "status", json_text(outcome_status(outcome)));
    json_set(line, "topic", json_text(outcome->topic));
    json_set(line, "partition", json_known(outcome->partition));
    json_set(line, "offset", json_known(outcome->offset));
    json_set(line, "code", outcome->code == STS_OK ? json_null() : json_text(sts_status_name(outcome->code)));
    json_set(line, "text", json_text(outcome->text));
    if (reader) {
        const struct read_record *record = record_of(reader, outcome);
        json_set(line, "read_back", json_boolean(record != NULL));
        json_set(line, "key", record ? json_hex(record->key) : json_null());
        json_set(line, "tombstone", record ? json_boolean(record->is_tombstone) : json_null());
        json_set(line, "value_size", record ? json_integer((json_int_t)record->value_size) : json_null());
    }
    json_line(line);
}

static const struct table_column plain_columns[] = {
    {"REQUEST", true},   {"RECORD", true}, {"STATUS", false}, {"TOPIC", false},
    {"PARTITION", true}, {"OFFSET", true}, {"NOTE", false},   {NULL, false},
};

static const struct table_column read_columns[] = {
    {"REQUEST", true}, {"RECORD", true}, {"STATUS", false}, {"TOPIC", false}, {"PARTITION", true},
    {"OFFSET", true},  {"KEY", false},   {"VALUE", false},  {"NOTE", false},  {NULL, false},
};

static void number_cell(struct table *rows, int64_t number) {
    if (number < 0)
        table_cell(rows, "-");
    else
        table_cell(rows, "%" PRId64, number);
}

static void read_cells(struct table *rows, const struct read_record *record) {
    char key[SHOW_SIZE];
    if (!record) {
        table_cell(rows, "-");
        table_cell(rows, "-");
        return;
    }
    table_cell(rows, "%s", show_bytes(key, record->key));
    if (record->is_tombstone)
        table_cell(rows, "tombstone");
    else
        table_cell(rows, "%zu %s", record->value_size, noun(record->value_size, "byte", "bytes"));
}

static void print_row(const struct reader *reader, struct table *rows, const struct outcome *outcome) {
    const struct read_record *record = record_of(reader, outcome);
    if (outcome->text)
        table_mark(rows);
    table_cell(rows, "%" PRIu64, outcome->request);
    table_cell(rows, "%" PRIu64, outcome->index);
    table_cell(rows, "%s", outcome_status(outcome));
    table_cell(rows, "%s", outcome->topic ? outcome->topic : "-");
    number_cell(rows, outcome->partition);
    number_cell(rows, outcome->offset);
    if (reader)
        read_cells(rows, record);
    if (outcome->code != STS_OK)
        table_cell(rows, "%s: %s", sts_status_name(outcome->code), outcome->text ? outcome->text : "");
    else if (reader && !record)
        table_cell(rows, "not read back");
    else
        table_cell(rows, "%s", "");
}

void report_outcomes(const struct send_report *report, bool json) {
    struct table *rows = json ? NULL : table_new(report->reader ? read_columns : plain_columns);
    for (size_t i = 0; i < report->outcomes->count; i++) {
        if (json)
            print_json(report->reader, &report->outcomes->at[i]);
        else
            print_row(report->reader, rows, &report->outcomes->at[i]);
    }
    table_end(rows);
}

static void show(const struct outcome *outcome, void *user) {
    struct outcome_stream *stream = user;
    if (stream->rows)
        print_row(NULL, stream->rows, outcome);
    else
        print_json(NULL, outcome);
}

void report_stream_begin(struct outcome_stream *stream, struct outcome_list *list, bool json) {
    stream->rows = json ? NULL : table_new(plain_columns);
    outcomes_show(list, show, stream);
}

void report_stream_flush(struct outcome_stream *stream) {
    table_flush(stream->rows);
    fflush(stdout);
}

void report_stream_end(struct outcome_stream *stream) {
    table_end(stream->rows);
    stream->rows = NULL;
}

void report_faults(const struct send_report *report) {
    uint64_t more = report->outcomes->beyond;
    size_t told = 0;
    for (size_t i = 0; i < report->outcomes->count; i++) {
        const struct outcome *one = &report->outcomes->at[i];
        if (one->kind == STS_OUTCOME_DELIVERED)
            continue;
        if (told == REPORTED_FAULTS) {
            more++;
            continue;
        }
        told++;
        say("%s: request %" PRIu64 ", record %" PRIu64 ": %s: %s: %s", input_file_of(report->input, one->request),
            one->request, one->index, outcome_status(one), sts_status_name(one->code), one->text ? one->text : "");
    }
    if (more)
        say("%" PRIu64 " more %s not delivered; --outcomes shows them all", more,
            noun(more, "record was", "records were"));
}

/* How many records were delivered, and how many of them were read back. */
static uint64_t count_read(const struct send_report *report, uint64_t *delivered) {
    uint64_t read = 0;
    *delivered = 0;
    for (size_t i = 0; i < report->outcomes->count; i++) {
        const struct outcome *one = &report->outcomes->at[i];
        *delivered += one->kind == STS_OUTCOME_DELIVERED;
        read += one->kind == STS_OUTCOME_DELIVERED && record_of(report->reader, one);
    }
    return read;
}

void report_unread(const struct send_report *report) {
    uint64_t delivered, read = count_read(report, &delivered);
    if (read < delivered)
        say("%" PRIu64 " of %" PRIu64 " delivered %s could not be read back (the broker inside the process keeps the "
            "newest 5 MiB of a partition)",
            delivered - read, delivered, noun(delivered, "record", "records"));
}

void report_sum(const struct send_report *report, bool json) {
    static const struct {
        const char *name;
        int count;
    } columns[] = {
        {"accepted", STS_COUNT_ACCEPTED}, {"delivered", STS_COUNT_DELIVERED}, {"rejected", STS_COUNT_REJECTED},
        {"failed", STS_COUNT_FAILED},     {"uncertain", STS_COUNT_UNCERTAIN}, {"purged", STS_COUNT_PURGED},
    };
    uint64_t delivered, bytes = report->counts[STS_COUNT_BYTES];
    json_t *line = json_object();
    json_set(line, "requests", json_integer((json_int_t)report->requests));
    if (!json)
        printf("%" PRIu64 " %s", report->requests, noun(report->requests, "request", "requests"));
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        uint64_t count = report->counts[columns[i].count];
        json_set(line, columns[i].name, json_integer((json_int_t)count));
        if (!json && (count || i < 2))
            printf(", %" PRIu64 " %s", count, columns[i].name);
    }
    uint64_t left = report->counts[STS_COUNT_PENDING];
    json_set(line, "bytes", json_integer((json_int_t)bytes));
    if (left) /* in a queue on disk */
        json_set(line, "stored", json_integer((json_int_t)left));
    if (left && !json)
        printf(", %" PRIu64 " stored", left);
    json_set(line, "seconds", json_real((double)(int64_t)(report->seconds * 1000 + 0.5) / 1000));
    if (report->reader)
        json_set(line, "read_back", json_integer((json_int_t)count_read(report, &delivered)));
    if (interrupt_signal())
        json_set(line, "interrupted", json_text(interrupt_name()));
    if (json) {
        json_line(line);
        return;
    }
    if (report->reader)
        printf(", %" PRIu64 " read back", count_read(report, &delivered));
    printf("; %" PRIu64 " %s in %.3f s%s%s\n", bytes, noun(bytes, "byte", "bytes"), report->seconds,
           interrupt_signal() ? "; ended by " : "", interrupt_signal() ? interrupt_name() : "");
    json_decref(line);
}

void report_statistics(const sts_exporter *exporter, bool json) {
    sts_error *error = NULL;
    char *text = NULL;
    sts_status status = json ? sts_exporter_statistics_json(exporter, &text, &error)
                             : sts_exporter_statistics_prometheus(exporter, NULL, &text, &error);
    if (status == STS_OK)
        fprintf(stderr, "%s%s", text, json ? "\n" : "");
    else
        say("no statistics: %s: %s", sts_status_name(status), sts_error_text(error));
    sts_error_free(error);
    sts_text_free(text);
}
