/* SPDX-License-Identifier: Apache-2.0
 *
 * One measured round of the topology side, one thread, CPU time of the process; prints a JSON object of figures.
 *
 *   encode D        MB/s of the encoder over a built model whose resource definitions are D objects deep, bytes about
 * constant nanopb D        the same by nanopb json            MB/s of JSON text: sts_topology_messages_add_json, from
 * text to key and value parse           sts__json_parse alone, of the same text yajl            yajl alone, with
 * callbacks that do nothing batch N         us for each of N components built, exported (transport=memory) and flushed
 * through the public API */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <yajl/yajl_parse.h>

#include <stskafka/stskafka.h>

#include "proto/schema.h"
#include "topology/encode.h"
#include "topology/message_json.h"
#include "json/json.h"

/* Groups of members in a resource definition; of a group, and of all components. */
enum { GROUPS = 30, LABEL_BYTES = 40, COMPONENTS = 100 };

/* What is done again and again. */
typedef struct job {
    sts__arena arena;
    sts__pb_TopologyStreamMessage message;
    sts__wire_writer writer;
    uint8_t *buffer; /* for nanopb */
    size_t size;     /* of the message's bytes */
    sts__text json;
    sts_topology_messages *messages;
    sts_exporter *exporter;
    sts_topology *batch;
    size_t components;
} job;

static void stop(const char *what, const char *why) {
    fprintf(stderr, "%s: %s\n", what, why);
    exit(1);
}

static void check(sts_status status, const char *what) {
    if (status != STS_OK)
        stop(what, sts_status_text(status));
}

static double cpu(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Seconds of one run, over as many as take a tenth of a second; the memory is there from a run before. */
static double measure(void (*run)(job *j), job *j) {
    size_t runs = 0;
    run(j);
    double started = cpu();
    do {
        run(j);
        runs++;
    } while (cpu() - started < 0.1);
    return (cpu() - started) / (double)runs;
}

/* --- the model: a snapshot of components with nested objects ------------------------------------------------------ */

static void *need(void *piece) {
    if (!piece)
        stop("model", "out of memory");
    return piece;
}

static sts_bytes make_text(sts__arena *arena, const char *name, size_t number, size_t size) {
    char *text = need(sts__arena_new(arena, size + 64));
    int used = snprintf(text, 64, "%s-%zu", name, number);
    for (size_t i = (size_t)used; i < size; i++)
        text[i] = (char)('a' + (i + number) % 26);
    return (sts_bytes){text, size > (size_t)used ? size : (size_t)used};
}

/* A group is a boolean, a text and a number. */
static void fill_member(sts__arena *arena, sts__json *member, size_t group, sts__json_type type) {
    static const char *const names[] = {
        [STS__JSON_BOOL] = "enabled", [STS__JSON_STRING] = "label", [STS__JSON_NUMBER] = "replicas"};
    member->name = make_text(arena, names[type], 100 + group, 0); /* three digits: in order as texts too */
    member->type = type;
    member->number = (double)group;
    if (type == STS__JSON_STRING)
        member->text = make_text(arena, "", group, LABEL_BYTES);
}

/* A level holds its share of the groups, and the next level; members are in the order of their names, as the model
 * wants them. */
static void fill_level(sts__arena *arena, sts__json *object, size_t level, size_t depth) {
    static const sts__json_type types[] = {STS__JSON_BOOL, STS__JSON_STRING, STS__JSON_NUMBER};
    size_t first = GROUPS * level / depth;
    size_t groups = GROUPS * (level + 1) / depth - first;
    sts__json *items = need(sts__arena_array(arena, 3 * groups + 1, sizeof *items));
    object->items = items;
    for (size_t t = 0; t < 3; t++) {
        for (size_t i = 0; i < groups; i++)
            fill_member(arena, &items[object->count++], first + i, types[t]);
        if (t > 0 || level + 1 == depth)
            continue;
        sts__json *inside = &items[object->count++];
        inside->name = (sts_bytes){"inside", 6};
        inside->type = STS__JSON_OBJECT;
        fill_level(arena, inside, level + 1, depth);
    }
}

/* The same members at each depth, so that the bytes are about the same too. */
static void make_model(job *j, int depth) {
    sts__pb_TopologyStreamComponent *all = need(sts__arena_array(&j->arena, COMPONENTS, sizeof *all));
    for (size_t i = 0; i < COMPONENTS; i++) {
        sts__json object = {.type = STS__JSON_OBJECT};
        sts_bytes id = make_text(&j->arena, "urn:component:/bench", i, 0);
        sts_bytes *tags = need(sts__arena_array(&j->arena, 4, sizeof *tags));
        for (size_t t = 0; t < 4; t++)
            tags[t] = make_text(&j->arena, "tag", t, 0);
        fill_level(&j->arena, &object, 0, (size_t)depth);
        all[i].external_id = all[i].name = (sts__pb_field){id.data, id.size};
        all[i].type_name = (sts__pb_field){"pod", 3};
        all[i].has_resource_definition = true;
        all[i].resource_definition.fields = (sts__pb_field){object.items, object.count};
        all[i].tags = (sts__pb_field){tags, 4};
    }
    memset(&j->message, 0, sizeof j->message);
    j->message.collection_timestamp = 1763880000123;
    j->message.which_payload = sts__pb_TopologyStreamMessage_topology_stream_snapshot_data_tag;
    j->message.payload.topology_stream_snapshot_data.components = (sts__pb_field){all, COMPONENTS};
}

/* --- encoding ----------------------------------------------------------------------------------------------------- */

static void encode(job *j) {
    sts__wire_writer_reset(&j->writer);
    sts__topology_encode(&j->writer, &sts__proto_message, &j->message);
}

static void encode_nanopb(job *j) {
    if (sts__proto_reference_encode(&sts__proto_message, &j->message, j->buffer, j->size) != j->size)
        stop("nanopb", "another size");
}

static void measure_encoding(job *j, int depth) {
    sts__arena_reset(&j->arena);
    make_model(j, depth);
    encode(j);
    j->size = sts__wire_written(&j->writer);
    j->buffer = need(malloc(j->size));
    encode_nanopb(j);
    if (memcmp(j->buffer, sts__wire_bytes(&j->writer).data, j->size) != 0)
        stop("encode", "not nanopb's bytes");
    double megabytes = (double)j->size / 1e6;
    printf("\"bytes %d\": %zu, \"encode %d\": %.3f, ", depth, j->size, depth, megabytes / measure(encode, j));
    printf("\"nanopb %d\": %.3f, ", depth, megabytes / measure(encode_nanopb, j));
    free(j->buffer);
}

/* --- JSON --------------------------------------------------------------------------------------------------------- */

static void add_json(job *j) {
    sts_topology_messages_reset(j->messages);
    check(sts_topology_messages_add_json(j->messages, j->json.data, j->json.size, NULL), "add_json");
}

static void parse(job *j) {
    const sts__json *json;
    sts__fault fault;
    sts__arena_reset(&j->arena);
    check(sts__json_parse(&j->arena, (sts_bytes){j->json.data, j->json.size}, &json, &fault), "parse");
}

static int on_event(void *user) {
    (void)user;
    return 1;
}

static int on_boolean(void *user, int value) {
    (void)user, (void)value;
    return 1;
}

static int on_text(void *user, const unsigned char *text, size_t size) {
    (void)user, (void)text, (void)size;
    return 1;
}

static int on_number(void *user, const char *text, size_t size) {
    (void)user, (void)text, (void)size;
    return 1;
}

static void parse_yajl(job *j) {
    static const yajl_callbacks callbacks = {on_event, on_boolean, NULL,     NULL,     on_number, on_text,
                                             on_event, on_text,    on_event, on_event, on_event};
    yajl_handle handle = yajl_alloc(&callbacks, NULL, NULL);
    if (yajl_parse(handle, (const unsigned char *)j->json.data, j->json.size) != yajl_status_ok ||
        yajl_complete_parse(handle) != yajl_status_ok)
        stop("yajl", "not JSON");
    yajl_free(handle);
}

static void measure_json(job *j) {
    static const char head[] =
        "{\"key\":{\"owner\":\"AGENT\",\"dataSource\":\"urn:bench\",\"shardId\":\"0\"},\"message\":";
    sts__fault fault;
    sts__arena_reset(&j->arena);
    make_model(j, 4);
    sts__text_append(&j->json, head, sizeof head - 1);
    check(sts__topology_write_json(&sts__proto_message, &j->message, &j->json, &fault), "write_json");
    sts__text_append(&j->json, "}", 1);
    double megabytes = (double)j->json.size / 1e6;
    j->messages = need(sts_topology_messages_new());
    printf("\"json\": %.3f, ", megabytes / measure(add_json, j));
    printf("\"parse\": %.3f, ", megabytes / measure(parse, j));
    printf("\"yajl\": %.3f, ", megabytes / measure(parse_yajl, j));
    sts_topology_messages_free(j->messages);
}

/* --- the public API ----------------------------------------------------------------------------------------------- */

static const char definition[] =
    "{\"kind\":\"Pod\",\"metadata\":{\"labels\":{\"app\":\"shop\",\"tier\":\"front\"},\"namespace\":"
    "\"prod\"},\"spec\":{\"containers\":[{\"image\":\"registry/shop:1.2.3\",\"ports\":[80,443]}]}}";

static void add_components(job *j) {
    for (size_t i = 0; i < j->components; i++) {
        char id[64];
        snprintf(id, sizeof id, "urn:component:/bench-%zu", i);
        check(sts_topology_add_component(j->batch, id, id, "pod", NULL), "component");
        check(sts_topology_add_identifier(j->batch, id, NULL), "identifier");
        check(sts_topology_add_tag(j->batch, "env:prod", NULL), "tag");
        check(sts_topology_add_tag(j->batch, "app:shop", NULL), "tag");
        check(sts_topology_set_resource_definition(j->batch, definition, sizeof definition - 1, NULL), "definition");
    }
}

static void run_batch(job *j) {
    sts_topology_reset(j->batch);
    check(sts_topology_set_stream(j->batch, STS_OWNER_AGENT, "urn:bench", NULL), "stream");
    add_components(j);
    check(sts_export_topology(j->exporter, j->batch, NULL, NULL, 0, NULL), "export");
    check(sts_flush(j->exporter, 60000, NULL, 0, NULL), "flush");
}

static void measure_batches(job *j) {
    static const size_t sizes[] = {1, 100, 10000};
    sts_options *options = sts_options_new();
    check(sts_options_set(options, "transport", "memory", NULL), "transport");
    check(sts_exporter_new(&j->exporter, options, NULL), "exporter");
    j->batch = need(sts_topology_new());
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        j->components = sizes[i];
        printf("%s\"batch %zu\": %.4f", i ? ", " : "", sizes[i], measure(run_batch, j) * 1e6 / (double)sizes[i]);
    }
    sts_topology_free(j->batch);
    sts_exporter_free(j->exporter, 5000);
    sts_options_free(options);
}

int main(void) {
    static const int depths[] = {1, 2, 4, 8, 16, 30};
    job j = {.size = 0};
    sts__arena_init(&j.arena, sts__memory_default());
    sts__wire_writer_init(&j.writer, sts__memory_default());
    sts__text_init(&j.json, sts__memory_default());
    printf("{");
    for (size_t i = 0; i < sizeof depths / sizeof depths[0]; i++)
        measure_encoding(&j, depths[i]);
    measure_json(&j);
    measure_batches(&j);
    printf("}\n");
    sts__text_clear(&j.json);
    sts__wire_writer_clear(&j.writer);
    sts__arena_clear(&j.arena);
    return 0;
}
