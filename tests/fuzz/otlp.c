/* SPDX-License-Identifier: Apache-2.0
 *
 * A byte that picks an exporter and a signal, then an OTLP request. What the check takes is walked twice alike; explain
 * and export tell the same error, or the same of each record; and each record taken as a request of its own
 * (signal/single.h) becomes the same message. */
#include <stdlib.h>
#include <string.h>

#include <stskafka/transport.h>

#include "base/text.h"
#include "fuzz/fuzz.h"
#include "signal/item.h"
#include "signal/single.h"

enum { PARTITIONS = 12, MOST_SINGLES = 8, MOST_OPTIONS = 17 };

static const char *const exporters[][MOST_OPTIONS] = {
    {NULL},
    {"key", "resource_hash | \"nobody\"", "signal_header", "true", "header_from.h", "AsString(attributes)",
     "topic_from_attribute", "topic", "partitioner", "sarama", NULL},
    {"key", "Concat([resource.attributes[\"a\"], attributes[\"b\"]], \"/\") | attribute(\"c\") | trace_id", "empty_key",
     "reject", "header_from.h", "AsString(instrumentation_scope.attributes) | AsString(body)", "partition_from",
     "attributes[\"p\"]", "max_key_bytes", "20", NULL},
    {"key", "AsString(body) | resource_hash_except(\"k8s.pod.*\")", "missing_key", "null", "empty_key", "null",
     "topics.max", "2", "max_message_bytes", "1000", "partitioner", "librdkafka", NULL},
};
static const char *const profiles[] = {"java", "sarama", "java", "librdkafka"};
enum { EXPORTERS = sizeof exporters / sizeof exporters[0] };

/* The same for spans and metrics, which have other paths. */
static const char *const others[EXPORTERS][MOST_OPTIONS] = {
    {"traces.key", "trace_id", "metrics.key", "name", NULL},
    {"traces.key", "Concat([kind.string, kind.deprecated_string, status.code, status.message, trace_state], \"/\")",
     "metrics.key", "Concat([type, aggregation_temporality, is_monotonic, unit, description], \"/\")", "signal_header",
     "true", "header_from.h", "AsString(attributes)", "topic_from_attribute", "topic", "partitioner", "sarama", NULL},
    {"traces.key", "parent_span_id | start_time | attributes[\"b\"]", "metrics.key",
     "metadata[\"b\"] | attribute(\"c\")", "empty_key", "reject", "header_from.h", "AsString(scope.attributes)",
     "partition_from", "attributes[\"p\"]", "max_key_bytes", "20", NULL},
    {"traces.key", "AsString(resource.attributes)", "metrics.key", "resource_hash_except(\"k8s.pod.*\")", "missing_key",
     "null", "topics.max", "4", "traces.topic", "spans", "max_message_bytes", "1000", "partitioner", "librdkafka",
     NULL},
};

/* What explain told of a record; where it is sent, all of the message is in `all`. */
struct told {
    sts_status code;
    size_t start, size;
};

struct tale {
    struct told *items;
    size_t count, capacity;
    sts__text all;
    bool other_topics;
};

/* An exporter, its transport's memory, and what both are held against. */
struct bench {
    sts_exporter *exporter;
    const sts__signal *signal;
    const char *profile;
    sts_transport_sink *sink;
    uint64_t ids[4096];
    size_t under_way;
    size_t sent, outcomes;
    struct tale explained, single;
    sts__text message;
};

static void put(sts__text *text, sts_bytes bytes) {
    int64_t size = bytes.data ? (int64_t)bytes.size : -1;
    sts__text_append(text, (const char *)&size, sizeof size);
    if (bytes.size)
        sts__text_append(text, bytes.data, bytes.size);
}

static sts_bytes bytes_of(const char *text) {
    return (sts_bytes){text, strlen(text)};
}

static void put_explanation(sts__text *text, const sts_explanation *explanation) {
    sts_bytes key, value, header;
    int32_t partition = sts_explanation_partition(explanation, PARTITIONS);
    sts_explanation_key(explanation, &key);
    sts_explanation_value(explanation, &value);
    put(text, bytes_of(sts_explanation_topic(explanation)));
    put(text, key);
    put(text, value);
    put(text, (sts_bytes){&partition, sizeof partition});
    for (size_t i = 0; i < sts_explanation_header_count(explanation); i++) {
        sts_explanation_header_value(explanation, i, &header);
        put(text, bytes_of(sts_explanation_header_name(explanation, i)));
        put(text, header);
    }
}

/* In the same way. */
static void put_message(sts__text *text, const sts_message *message, const char *profile) {
    int32_t partition = message->partition;
    if (partition < 0)
        sts_partition(profile, message->key.data, message->key.size, PARTITIONS, &partition);
    put(text, bytes_of(message->topic));
    put(text, message->key);
    put(text, message->value);
    put(text, (sts_bytes){&partition, sizeof partition});
    for (size_t i = 0; i < 2 * message->header_count; i++)
        put(text, message->headers[i]);
}

static void explain_one(const sts_explanation *explanation, void *user) {
    struct tale *tale = user;
    const char *topic = sts_explanation_topic(explanation);
    if (tale->count == tale->capacity) {
        tale->capacity = 2 * tale->capacity + 64;
        tale->items = realloc(tale->items, tale->capacity * sizeof *tale->items);
    }
    struct told *told = &tale->items[tale->count];
    HOLDS(sts_explanation_index(explanation) == tale->count, "records are explained out of order");
    *told = (struct told){sts_explanation_code(explanation), tale->all.size, 0};
    HOLDS((told->code == STS_OK) == (*sts_explanation_text(explanation) == '\0'), "record %zu", tale->count);
    if (told->code == STS_OK)
        put_explanation(&tale->all, explanation);
    if (topic && strcmp(topic, "sts-otel-topology") != 0 && strcmp(topic, "spans") != 0)
        tale->other_topics = true;
    told->size = tale->all.size - told->start;
    tale->count++;
}

static sts_bytes message_of(const struct tale *tale, const struct told *told) {
    return told->size ? (sts_bytes){tale->all.data + told->start, told->size} : (sts_bytes){NULL, 0};
}

static void forget(struct tale *tale) {
    tale->count = 0;
    tale->all.size = 0;
    tale->other_topics = false;
}

/* --- the transport, which looks at what it gets --- */

static sts_status on_open(void *context, sts_transport_sink *sink, int32_t timeout_ms, int32_t *code, char *text,
                          size_t text_size) {
    (void)timeout_ms, (void)code, (void)text, (void)text_size;
    ((struct bench *)context)->sink = sink;
    return STS_OK;
}

static sts_status on_send(void *context, const sts_message *message, int32_t *code, char *text, size_t text_size) {
    struct bench *bench = context;
    const struct tale *tale = &bench->explained;
    (void)code, (void)text, (void)text_size;
    while (bench->sent < tale->count && tale->items[bench->sent].code != STS_OK)
        bench->sent++;
    HOLDS(bench->sent < tale->count, "more is sent than was explained");
    const struct told *told = &tale->items[bench->sent++];
    bench->message.size = 0;
    put_message(&bench->message, message, bench->profile);
    HOLDS(fuzz_same(message_of(tale, told), (sts_bytes){bench->message.data, bench->message.size}),
          "record %zu is sent as another message than was explained", bench->sent - 1);
    bench->ids[bench->under_way++] = message->id;
    return STS_OK;
}

static void on_poll(void *context, int32_t timeout_ms) {
    struct bench *bench = context;
    (void)timeout_ms;
    while (bench->under_way) {
        sts_completion done = {
            .struct_size = sizeof done, .offset = -1, .partition = -1, .kind = STS_OUTCOME_DELIVERED};
        done.id = bench->ids[--bench->under_way];
        HOLDS(sts_transport_complete(bench->sink, &done) == STS_OK, "a message is not known");
    }
}

static void on_close(void *context, int32_t timeout_ms) {
    (void)context, (void)timeout_ms;
}

static void on_outcome(const sts_outcome *outcome, void *user) {
    struct bench *bench = user;
    uint64_t index = sts_outcome_index(outcome);
    HOLDS(index < bench->explained.count, "an outcome for a record that is not there");
    HOLDS(sts_outcome_code(outcome) == bench->explained.items[index].code, "record %zu: explained with %s, told %s",
          (size_t)index, sts_status_name(bench->explained.items[index].code),
          sts_status_name(sts_outcome_code(outcome)));
    bench->outcomes++;
}

static void open_bench(struct bench *bench, size_t which, const sts__signal *signal) {
    static const sts_transport transport = {.struct_size = sizeof transport,
                                            .name = "fuzz",
                                            .open = on_open,
                                            .send = on_send,
                                            .poll = on_poll,
                                            .close = on_close};
    static const char *const common[] = {"service_thread",           "false", "outcomes", "all",
                                         "sending_queue.queue_size", "10000", NULL};
    sts_options *options = sts_options_new();
    fuzz_set_options(options, common);
    fuzz_set_options(options, signal->place == STS__LOGS ? exporters[which] : others[which]);
    sts_options_set_outcome_callback(options, on_outcome, bench);
    HOLDS(sts_options_set_transport(options, &transport, bench) == STS_OK, "the transport is not taken");
    bench->exporter = fuzz_exporter(options);
    bench->signal = signal;
    bench->profile = profiles[which];
    bench->explained.all.memory = bench->single.all.memory = bench->message.memory = sts__memory_default();
}

/* --- what is held --- */

static sts_status explain(struct bench *bench, sts_bytes request, struct tale *tale, sts_error **error) {
    return sts_explain(bench->exporter, bench->signal->number, STS_FORMAT_OTLP_PROTO, request.data, request.size, NULL,
                       explain_one, tale, error);
}

static sts_status export(struct bench *bench, sts_bytes request, uint64_t *counts, size_t size, sts_error **error) {
    return sts_export(bench->exporter, bench->signal->number, STS_FORMAT_OTLP_PROTO, request.data, request.size, NULL,
                      counts, size, error);
}

/* How many records a walk finds; all that it gives lies in the request. */
static size_t walk(const sts__signal *signal, sts_bytes request, uint64_t *sum) {
    sts__item_cursor cursor;
    sts__item record;
    size_t count = 0;
    const uint8_t *start = request.data;
    sts__items_begin(&cursor, signal, request);
    for (*sum = 0; sts__items_next(&cursor, &record); count++) {
        const uint8_t *at = record.bytes.data;
        HOLDS(record.index == count, "index %zu", (size_t)record.index);
        HOLDS(at >= start && record.bytes.size <= (size_t)(start + request.size - at), "record %zu is elsewhere",
              count);
        *sum = *sum * 31 + (uint64_t)(at - start) + record.bytes.size + record.seen + record.attribute_count * 7 +
               record.resource_group.number + record.scope_group.number;
    }
    return count;
}

static void check_single(struct bench *bench, const sts__item *record, sts__wire_writer *writer) {
    sts__fault fault;
    uint64_t sum;
    sts__wire_writer_reset(writer);
    const sts__item_place place = sts__item_place_of(record);
    sts__items_write(&place, 1, writer);
    sts_bytes request = sts__wire_bytes(writer);
    HOLDS(sts__items_check(bench->signal, request, &fault) == STS_OK, "record %zu alone: %s", (size_t)record->index,
          fault.text);
    HOLDS(walk(bench->signal, request, &sum) == 1, "record %zu alone is more or less", (size_t)record->index);
    forget(&bench->single);
    explain(bench, request, &bench->single, NULL);
    const struct told *told = &bench->explained.items[record->index];
    const struct told *single = &bench->single.items[0];
    if (told->code == STS_ERR_TOPIC_LIMIT) /* alone it may have room */
        return;
    HOLDS(told->code == single->code, "record %zu alone: %s, not %s", (size_t)record->index,
          sts_status_name(single->code), sts_status_name(told->code));
    HOLDS(fuzz_same(message_of(&bench->explained, told), message_of(&bench->single, single)),
          "record %zu alone is another message", (size_t)record->index);
}

static void check_singles(struct bench *bench, sts_bytes request) {
    sts__item_cursor cursor;
    sts__item record;
    sts__wire_writer writer;
    sts__wire_writer_init(&writer, sts__memory_default());
    sts__items_begin(&cursor, bench->signal, request);
    while (sts__items_next(&cursor, &record) && record.index < MOST_SINGLES)
        check_single(bench, &record, &writer);
    sts__wire_writer_clear(&writer);
}

static void check_malformed(struct bench *bench, sts_bytes request, const sts__fault *fault) {
    sts_error *explained = NULL, *exported = NULL;
    HOLDS(fault->offset >= 0 && (size_t)fault->offset <= request.size, "the fault is at %lld",
          (long long)fault->offset);
    explain(bench, request, &bench->explained, &explained);
    export(bench, request, NULL, 0, &exported);
    HOLDS(sts_error_code(explained) == fault->code && sts_error_code(exported) == fault->code, "codes differ");
    HOLDS(sts_error_offset(explained) == fault->offset && sts_error_offset(exported) == fault->offset, "places differ");
    HOLDS(bench->explained.count == 0, "a malformed request was explained");
    sts_error_free(explained);
    sts_error_free(exported);
}

static void check_records(struct bench *bench, sts_bytes request) {
    uint64_t sum, again, counts[STS_COUNTS];
    size_t rejected = 0, count = walk(bench->signal, request, &sum);
    HOLDS(walk(bench->signal, request, &again) == count && sum == again, "two walks differ");
    sts_status status = explain(bench, request, &bench->explained, NULL);
    HOLDS(status == STS_OK && bench->explained.count == count, "%zu records, %zu explained", count,
          bench->explained.count);
    for (size_t i = 0; i < count; i++)
        rejected += bench->explained.items[i].code != STS_OK;
    if (!bench->signal->is_whole)
        check_singles(bench, request);
    status = export(bench, request, counts, STS_COUNTS, NULL);
    HOLDS(status == (rejected ? STS_ERR_REJECTED : STS_OK), "%s", sts_status_name(status));
    HOLDS(counts[STS_COUNT_REJECTED] == rejected && counts[STS_COUNT_RECORDS] == count, "counts differ");
    HOLDS(bench->under_way == count - rejected, "%zu sent", bench->under_way);
    while (bench->outcomes < count)
        HOLDS(sts_poll(bench->exporter, 0) == STS_OK, "no poll");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct bench benches[EXPORTERS][STS__SIGNALS];
    struct fuzz_input input = {data, size};
    size_t pick = fuzz_take_byte(&input);
    size_t which = pick % EXPORTERS;
    const sts__signal *signal = &sts__signals[pick / EXPORTERS % STS__SIGNALS];
    struct bench *bench = &benches[which][signal->place];
    sts_bytes request = fuzz_take_rest(&input);
    sts__fault fault;
    if (!bench->exporter)
        open_bench(bench, which, signal);
    forget(&bench->explained);
    bench->sent = bench->outcomes = 0;
    if (request.size > sizeof bench->ids / sizeof bench->ids[0]) /* each record takes a byte at least */
        return 0;
    if (sts__items_check(signal, request, &fault) == STS_OK)
        check_records(bench, request);
    else
        check_malformed(bench, request, &fault);
    if (bench->explained.other_topics) { /* an exporter remembers its topics: the next input has a fresh one */
        sts_exporter_free(bench->exporter, 0);
        bench->exporter = NULL;
    }
    return 0;
}
