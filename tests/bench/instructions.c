/* SPDX-License-Identifier: Apache-2.0
 *
 * The main stages of an export, for callgrind to count what each costs (instructions.py): the same records in every
 * run, no thread, no Kafka, no seed at random.
 *
 *   instructions --list     the stages' names
 *   instructions --built    what it was built by and runs on, which the counts depend on
 *   instructions STAGE      goes through a stage; what is to be counted happens in `measured`, and how many records, or
 *                           components, go through it is printed */
#include <gnu/libc-version.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <stskafka/stskafka.h>

#include "bench/discard.h"
#include "key/rule.h"

enum { REQUESTS = 4, RECORDS = 100, KEYS = 10, BODY = 256, PASSES = 2, MOST_OPTIONS = 12 };

typedef struct stage {
    const char *name;
    size_t (*pass)(void);              /* goes through all requests once; how many records they have */
    void (*prepare)(void);             /* or NULL */
    unsigned resources;                /* of a request */
    const char *options[MOST_OPTIONS]; /* of its exporter, names and values by turns */
} stage;

static sts_bytes requests[REQUESTS];
static sts_exporter *exporter;
static sts_transport_sink *sink;
static sts__ottl_set specs;
static sts__key_rule rule;
static sts_logs *logs;
static sts_topology *topology;

/* Linked in place of the library's own (--wrap): no table has another seed in each run, and no record another latency.
 */
uint64_t __wrap_sts__random_seed(void);
int64_t __real_sts__clock_us(void);
int64_t __wrap_sts__clock_us(void);

uint64_t __wrap_sts__random_seed(void) {
    return 1;
}

int64_t __wrap_sts__clock_us(void) {
    static int64_t readings;
    (void)__real_sts__clock_us(); /* which is to be counted */
    return ++readings;
}

static void stop(const char *what, const char *why) {
    fprintf(stderr, "%s: %s\n", what, why);
    exit(1);
}

static void check(sts_status status, const char *what) {
    if (status != STS_OK)
        stop(what, sts_status_text(status));
}

/* --- the records -------------------------------------------------------------------------------------------------- */

static void put_text(const char *name, const char *text) {
    check(sts_logs_put_string(logs, name, text, strlen(text), NULL), name);
}

static void add_resource(unsigned number) {
    static const char *const names[] = {"service.name", "service.namespace", "service.version", "host.name",
                                        "os.type",      "k8s.cluster.name",  "k8s.pod.name",    "k8s.namespace.name",
                                        "container.id"};
    char text[64];
    check(sts_logs_add_resource(logs, NULL), "resource");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(text, sizeof text, "a value of %s", names[i]);
        put_text(names[i], text);
    }
    snprintf(text, sizeof text, "instance-%u", number);
    put_text("service.instance.id", text);
    check(sts_logs_add_scope(logs, "shop.checkout", NULL, NULL), "scope");
}

static void add_record(unsigned number) {
    char text[BODY + 1];
    check(sts_logs_add_record(logs, UINT64_C(1767225600000000000) + number, NULL), "record");
    check(sts_logs_set_severity(logs, 9, "INFO", NULL), "severity");
    for (int at = 0; at < BODY; at += 16)
        snprintf(text + at, sizeof text - (size_t)at, "order %08u: ", (number * BODY + (unsigned)at) % 100000000);
    check(sts_logs_set_body_bytes(logs, text, BODY, NULL), "body");
    check(sts_logs_set_trace_context(logs, "0123456789abcdef", 16, "01234567", 8, 0, NULL), "trace");
    snprintf(text, sizeof text, "key-%020u", number % KEYS);
    check(sts_logs_put_bytes(logs, "stskafka.key", text, strlen(text), NULL), "key");
    put_text("http.request.method", "GET");
    put_text("http.route", "/api/v1/orders/{id}");
    check(sts_logs_put_int(logs, "http.response.status_code", 200, NULL), "attribute");
}

static void make_request(sts_bytes *request, unsigned number, unsigned resources) {
    sts_bytes bytes;
    sts_logs_reset(logs);
    for (unsigned i = 0; i < RECORDS; i++) {
        if (i % (RECORDS / resources) == 0)
            add_resource(number * resources + i);
        add_record(number * RECORDS + i);
    }
    check(sts_logs_bytes(logs, &bytes, NULL), "request");
    *request = (sts_bytes){memcpy(malloc(bytes.size), bytes.data, bytes.size), bytes.size};
}

/* --- exporters ---------------------------------------------------------------------------------------------------- */

static void set(sts_options *options, const char *name, const char *value) {
    sts_error *error = NULL;
    if (sts_options_set(options, name, value, &error) != STS_OK)
        stop(name, sts_error_text(error));
}

static sts_exporter *new_exporter(const sts_transport *transport, void *context, const char *const *pairs) {
    sts_options *options = sts_options_new();
    sts_exporter *made;
    sts_error *error = NULL;
    check(sts_options_set_transport(options, transport, context), "transport");
    set(options, "service_thread", "false");
    for (; *pairs; pairs += 2)
        set(options, pairs[0], pairs[1]);
    if (sts_exporter_new(&made, options, &error) != STS_OK)
        stop("exporter", sts_error_text(error));
    sts_options_free(options);
    return made;
}

/* The requests as the library itself writes them in JSON. */
static void make_json(void) {
    static const char *const pairs[] = {"encoding", "otlp_json", "gather", "request", "key", "none", NULL};
    sts_memory_transport *memory;
    check(sts_memory_transport_new(&memory, NULL, REQUESTS, 1, NULL), "memory");
    sts_exporter *writer = new_exporter(sts_memory_transport_table(), memory, pairs);
    for (size_t i = 0; i < REQUESTS; i++)
        check(sts_export_logs(writer, requests[i].data, requests[i].size, NULL, NULL, 0, NULL), "export");
    sts_exporter_free(writer, 1000);
    if (sts_memory_transport_count(memory) != REQUESTS)
        stop("json", "a request is not one message");
    for (size_t i = 0; i < REQUESTS; i++) {
        sts_bytes value = sts_memory_transport_message(memory, i)->value;
        free((void *)requests[i].data);
        requests[i] = (sts_bytes){memcpy(malloc(value.size), value.data, value.size), value.size};
    }
    sts_memory_transport_free(memory);
}

/* --- the stages --------------------------------------------------------------------------------------------------- */

static size_t hold_against_schema(void) {
    sts__fault fault;
    for (size_t i = 0; i < REQUESTS; i++)
        check(sts__items_check(&sts__signals[STS__LOGS], requests[i], &fault), "check");
    return (size_t)REQUESTS * RECORDS;
}

static void compile(const char *spec) {
    sts__fault fault;
    sts__ottl_set_init(&specs, sts__memory_default(), &sts__signals[STS__LOGS]);
    check(sts__ottl_compile(&specs, spec, &rule.program, &fault), spec);
    rule.max_bytes = 65536;
}

static void compile_default(void) {
    compile("attributes[\"stskafka.key\"]");
}

static void compile_resource_hash(void) {
    compile("resource_hash_v0163");
}

static size_t derive_keys(void) {
    size_t records = 0;
    sts__ottl_state state;
    sts__item_cursor cursor;
    sts__item record;
    sts__key key;
    sts__fault fault;
    for (size_t i = 0; i < REQUESTS; i++) {
        check(sts__ottl_state_begin(&state, sts__memory_default(), &specs, NULL), "state");
        sts__items_begin(&cursor, &sts__signals[STS__LOGS], requests[i]);
        for (; sts__items_next(&cursor, &record); records++) {
            sts__ottl_state_set_item(&state, &record);
            check(sts__key_derive(&rule, &state, &key, &fault), "key");
        }
        sts__ottl_state_end(&state);
    }
    return records;
}

static size_t export_format(int32_t format) {
    uint64_t counts[STS_COUNTS];
    size_t records = 0;
    for (size_t i = 0; i < REQUESTS; i++) {
        check(sts_export(exporter, STS_SIGNAL_LOGS, format, requests[i].data, requests[i].size, NULL, counts,
                         STS_COUNTS, NULL),
              "export");
        records += counts[STS_COUNT_ACCEPTED];
        check(sts_poll(exporter, 0), "poll");
    }
    return records;
}

static size_t export_protobuf(void) {
    return export_format(STS_FORMAT_OTLP_PROTO);
}

static size_t export_json(void) {
    return export_format(STS_FORMAT_OTLP_JSON);
}

static size_t export_log_batch(void) {
    static const char body[BODY] = "a body";
    sts_logs_reset(logs);
    check(sts_logs_add_resource(logs, NULL), "resource");
    put_text("service.name", "shop");
    for (unsigned i = 0; i < RECORDS; i++) {
        check(sts_logs_add_record(logs, i + 1, NULL), "record");
        check(sts_logs_set_body_bytes(logs, body, sizeof body, NULL), "body");
        put_text("stskafka.key", "a key of twenty-four ...");
    }
    check(sts_export_log_batch(exporter, logs, NULL, NULL, 0, NULL), "export");
    check(sts_poll(exporter, 0), "poll");
    return RECORDS;
}

static size_t export_topology(void) {
    static const char definition[] =
        "{\"kind\":\"Pod\",\"metadata\":{\"labels\":{\"app\":\"shop\"},\"namespace\":\"prod\"}}";
    char id[64];
    sts_topology_reset(topology);
    check(sts_topology_set_stream(topology, STS_OWNER_AGENT, "urn:bench", NULL), "stream");
    for (unsigned i = 0; i < RECORDS; i++) {
        snprintf(id, sizeof id, "urn:component:/bench-%u", i);
        check(sts_topology_add_component(topology, id, id, "pod", NULL), "component");
        check(sts_topology_add_tag(topology, "env:prod", NULL), "tag");
        check(sts_topology_set_resource_definition(topology, definition, sizeof definition - 1, NULL), "definition");
    }
    check(sts_export_topology(exporter, topology, NULL, NULL, 0, NULL), "export");
    check(sts_poll(exporter, 0), "poll");
    return RECORDS;
}

static const stage stages[] = {
    {"check", hold_against_schema, NULL, 1, {NULL}},
    {"key", derive_keys, compile_default, 1, {NULL}},
    {"resource_hash", derive_keys, compile_resource_hash, RECORDS, {NULL}},
    {"export", export_protobuf, NULL, 1, {"key", "attributes[\"stskafka.key\"]"}},
    {"wait_for_result", export_protobuf, NULL, 1, {"sending_queue.wait_for_result", "true"}},
    {"otlp_proto", export_protobuf, NULL, 1, {"encoding", "otlp_proto"}},
    {"gather_by_key", export_protobuf, NULL, 1, {"encoding", "otlp_proto", "gather", "key"}},
    {"gather_by_resource",
     export_protobuf,
     NULL,
     10,
     {"encoding", "otlp_proto", "gather", "resource", "key", "resource_hash_v0163"}},
    {"gather_by_scope",
     export_protobuf,
     NULL,
     1,
     {"encoding", "otlp_proto", "gather", "resource", "key", "resource_hash_v0163", "topic_from", ""}},
    {"otlp_json", export_protobuf, NULL, 1, {"encoding", "otlp_json"}},
    {"json_record", export_protobuf, NULL, 1, {"encoding", "json_record"}},
    {"json_intake", export_json, make_json, 1, {"encoding", "body"}},
    {"log_batch", export_log_batch, NULL, 1, {"encoding", "body"}},
    {"topology", export_topology, NULL, 1, {"topology.shards", "4"}},
};
enum { STAGES = sizeof stages / sizeof *stages };

/* callgrind counts from its call to its return. */
size_t measured(const stage *one);
__attribute__((noinline)) size_t measured(const stage *one) {
    size_t records = 0;
    for (int i = 0; i < PASSES; i++)
        records += one->pass();
    return records;
}

static void run(const stage *one) {
    logs = sts_logs_new();
    topology = sts_topology_new();
    for (unsigned i = 0; i < REQUESTS; i++)
        make_request(&requests[i], i, one->resources);
    if (one->options[0])
        exporter = new_exporter(&discard_transport, &sink, one->options);
    if (one->prepare)
        one->prepare();
    one->pass(); /* has memory and tables grow to their size */
    one->pass();
    printf("%zu\n", measured(one));
    check(sts_exporter_free(exporter, 1000), "close");
    sts__ottl_set_clear(&specs);
    sts_logs_free(logs);
    sts_topology_free(topology);
    for (size_t i = 0; i < REQUESTS; i++)
        free((void *)requests[i].data);
}

int main(int argc, char **argv) {
    if (argc != 2)
        stop("usage", "instructions --list | --built | STAGE");
    if (strcmp(argv[1], "--built") == 0) {
        printf("%s, glibc %s\n", BENCH_BUILT, gnu_get_libc_version());
        return 0;
    }
    for (size_t i = 0; i < STAGES; i++) {
        if (strcmp(argv[1], "--list") == 0)
            puts(stages[i].name);
        else if (strcmp(argv[1], stages[i].name) == 0) {
            run(&stages[i]);
            return 0;
        }
    }
    if (strcmp(argv[1], "--list") != 0)
        stop(argv[1], "no such stage");
    return 0;
}
