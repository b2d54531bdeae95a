/* SPDX-License-Identifier: Apache-2.0
 *
 * The library's encoder against nanopb's, the decoder and both directions of JSON, on 100,000 random messages: all ways
 * of writing a message give the same bytes. */
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "support/topology/random_message.h"
#include "topology/check.h"
#include "topology/encode.h"
#include "topology/message_json.h"
#include "json/json.h"

enum { MESSAGES = 100000 };

/* What is used again from message to message, and what the messages were like. */
struct bench {
    sts__arena arena;
    sts__wire_writer first; /* the bytes that all others are compared with */
    sts__wire_writer again;
    sts__text json;
    uint8_t *reference;
    size_t reference_capacity;
    uint64_t seed; /* of the message at hand */
    size_t with_json;
    size_t large;
    size_t deep;
};

/* Memory with a guard in front of each block: a writer that works from the end to the beginning goes wrong there. */
enum { GUARD = 128 };

static void *allocate_guarded(size_t size, void *user) {
    (void)user;
    uint8_t *block = malloc(GUARD + size);
    return block ? (uint8_t *)memset(block, 0xa5, GUARD) + GUARD : NULL;
}

static void release_guarded(void *data, void *user) {
    (void)user;
    uint8_t *block = data ? (uint8_t *)data - GUARD : NULL;
    for (size_t i = 0; block && i < GUARD; i++)
        cr_assert_eq(block[i], 0xa5, "a byte was written in front of the buffer");
    free(block);
}

static const sts__memory guarded = {allocate_guarded, NULL, release_guarded, NULL};

static const sts__proto_type *type_of(uint64_t seed) {
    static const sts__proto_type *const rare[] = {&sts__proto_metadata_message, &sts__proto_message_key,
                                                  &sts__proto_metadata_key};
    return seed % 10 ? &sts__proto_message : rare[seed / 10 % 3];
}

static void expect_same(const struct bench *bench, const char *what, sts_bytes bytes) {
    sts_bytes expected = sts__wire_bytes(&bench->first);
    size_t same = 0;
    while (same < expected.size && same < bytes.size &&
           ((const uint8_t *)expected.data)[same] == ((const uint8_t *)bytes.data)[same])
        same++;
    cr_assert(same == expected.size && same == bytes.size,
              "message %llu: %s: %zu bytes, not %zu; the first %zu are the same", (unsigned long long)bench->seed, what,
              bytes.size, expected.size, same);
}

/* Encodes into a writer whose memory is used again. */
static sts_bytes encode(sts__wire_writer *writer, const sts__proto_type *type, const void *message) {
    sts__wire_writer_reset(writer);
    sts__topology_encode(writer, type, message);
    cr_assert_not(writer->failed);
    return sts__wire_bytes(writer);
}

static void check_reference(struct bench *bench, const sts__proto_type *type, const void *message) {
    size_t size = sts__proto_reference_encode(type, message, NULL, 0);
    cr_assert_neq(size, SIZE_MAX, "message %llu", (unsigned long long)bench->seed);
    if (size > bench->reference_capacity) {
        bench->reference_capacity = 2 * size;
        bench->reference = realloc(bench->reference, bench->reference_capacity);
    }
    cr_assert_eq(sts__proto_reference_encode(type, message, bench->reference, bench->reference_capacity), size);
    expect_same(bench, "nanopb", (sts_bytes){bench->reference, size});
}

/* Written by a writer that has to find its memory, which the others have from the messages before. */
static void check_fresh(struct bench *bench, const sts__proto_type *type, const void *message) {
    sts__wire_writer fresh;
    sts__wire_writer_init(&fresh, &guarded);
    expect_same(bench, "with new memory", encode(&fresh, type, message));
    sts__wire_writer_clear(&fresh);
}

static void check_decoded(struct bench *bench, const sts__proto_type *type) {
    sts__fault fault;
    void *message = sts__arena_new(&bench->arena, type->size);
    sts_status status = sts__proto_decode(type, sts__wire_bytes(&bench->first), &bench->arena, message, &fault);
    cr_assert_eq(status, STS_OK, "message %llu: %s", (unsigned long long)bench->seed, fault.text);
    expect_same(bench, "decoded", encode(&bench->again, type, message));
}

/* There and back; what has no JSON must be refused. */
static void check_json(struct bench *bench, const sts__proto_type *type, const void *message, bool has_json) {
    sts__fault fault = {0};
    const sts__json *json;
    void *read = sts__arena_new(&bench->arena, type->size);
    bench->json.size = 0; /* keeps its memory */
    sts_status status = sts__topology_write_json(type, message, &bench->json, &fault);
    cr_assert_eq(status, has_json ? STS_OK : STS_ERR_JSON, "message %llu", (unsigned long long)bench->seed);
    if (!has_json)
        return;
    bench->with_json++;
    status = sts__json_parse(&bench->arena, (sts_bytes){bench->json.data, bench->json.size}, &json, &fault);
    if (status == STS_OK)
        status = sts__topology_read_json(type, json, &bench->arena, read, &fault);
    cr_assert_eq(status, STS_OK, "message %llu: %s", (unsigned long long)bench->seed, fault.text);
    expect_same(bench, "from JSON", encode(&bench->again, type, read));
}

static void check_message(struct bench *bench) {
    struct random_traits traits;
    sts__fault fault;
    const sts__proto_type *type = type_of(bench->seed);
    void *message = random_message(type, bench->seed, &bench->arena, &traits);
    cr_assert_eq(sts__topology_check(type, message, 1, &fault), STS_OK, "message %llu: %s",
                 (unsigned long long)bench->seed, fault.text);
    encode(&bench->first, type, message);
    bench->large += sts__wire_written(&bench->first) > 10000;
    bench->deep += traits.depth > 80;
    check_reference(bench, type, message);
    check_fresh(bench, type, message);
    check_decoded(bench, type);
    check_json(bench, type, message, traits.has_json);
}

Test(topology_differential, every_way_of_writing_a_message_gives_the_same_bytes) {
    struct bench bench = {.seed = 0};
    sts__arena_init(&bench.arena, sts__memory_default());
    sts__wire_writer_init(&bench.first, sts__memory_default());
    sts__wire_writer_init(&bench.again, sts__memory_default());
    sts__text_init(&bench.json, sts__memory_default());
    for (; bench.seed < MESSAGES; bench.seed++) {
        check_message(&bench);
        sts__arena_reset(&bench.arena);
    }
    /* They were what they should be. */
    cr_expect_gt(bench.with_json, MESSAGES / 2u, "%zu with JSON", bench.with_json);
    cr_expect_lt(bench.with_json, MESSAGES - MESSAGES / 50u, "%zu with JSON", bench.with_json);
    cr_expect_gt(bench.large, MESSAGES / 1000u, "%zu large ones", bench.large);
    cr_expect_gt(bench.deep, MESSAGES / 1000u, "%zu deep ones", bench.deep);
    free(bench.reference);
    sts__text_clear(&bench.json);
    sts__wire_writer_clear(&bench.again);
    sts__wire_writer_clear(&bench.first);
    sts__arena_clear(&bench.arena);
}
