/* SPDX-License-Identifier: Apache-2.0
 *
 * A byte that picks one of the topology stream's messages, then its bytes. What is decoded is written in canonical
 * bytes, the same as nanopb's, which decode to the same again; and as JSON, which reads back as the same. */
#include <stdlib.h>
#include <string.h>

#include "fuzz/fuzz.h"
#include "topology/check.h"
#include "topology/encode.h"
#include "topology/message_json.h"
#include "json/json.h"

struct bench {
    sts__arena arena;
    const sts__proto_type *type;
};

static void *decode(struct bench *bench, sts_bytes bytes, sts_status *status, sts__fault *fault) {
    void *message = sts__arena_new(&bench->arena, bench->type->size);
    *status = sts__proto_decode(bench->type, bytes, &bench->arena, message, fault);
    return message;
}

static sts_bytes encode(struct bench *bench, const void *message) {
    sts__wire_writer writer;
    sts__wire_writer_init(&writer, sts__memory_default());
    sts__topology_encode(&writer, bench->type, message);
    sts_bytes bytes = sts__arena_copy(&bench->arena, sts__wire_bytes(&writer));
    sts__wire_writer_clear(&writer);
    return bytes;
}

static void check_reference(struct bench *bench, const void *message, sts_bytes bytes) {
    size_t size = sts__proto_reference_encode(bench->type, message, NULL, 0);
    HOLDS(size == bytes.size, "%zu bytes, nanopb has %zu", bytes.size, size);
    uint8_t *reference = malloc(size + 1);
    HOLDS(sts__proto_reference_encode(bench->type, message, reference, size) == size, "nanopb refuses");
    HOLDS(fuzz_same(bytes, (sts_bytes){reference, size}), "nanopb's bytes are others");
    free(reference);
}

static sts_status write_json(struct bench *bench, const void *message, sts_bytes *json) {
    sts__text text;
    sts__fault fault;
    sts__text_init(&text, sts__memory_default());
    sts_status status = sts__topology_write_json(bench->type, message, &text, &fault);
    *json = sts__arena_copy(&bench->arena, (sts_bytes){sts__text_get(&text), text.size});
    sts__text_clear(&text);
    return status;
}

static void check_json(struct bench *bench, const void *message, sts_bytes bytes) {
    sts__fault fault;
    const sts__json *tree;
    sts_bytes json, again;
    sts_status status = write_json(bench, message, &json);
    if (status == STS_ERR_JSON)
        return;
    HOLDS(status == STS_OK, "%s", sts_status_name(status));
    void *read = sts__arena_new(&bench->arena, bench->type->size);
    status = sts__json_parse(&bench->arena, json, &tree, &fault);
    if (status == STS_OK)
        status = sts__topology_read_json(bench->type, tree, &bench->arena, read, &fault);
    HOLDS(status == STS_OK, "%s: %s", (const char *)json.data, fault.text);
    HOLDS(write_json(bench, read, &again) == STS_OK && fuzz_same(json, again), "JSON is not as it was: %s",
          (const char *)json.data);
    if (!strstr(json.data, "\"NaN\"")) /* there are many NaNs, and JSON has one */
        HOLDS(fuzz_same(encode(bench, read), bytes), "other bytes from %s", (const char *)json.data);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct bench bench;
    static const sts__proto_type *const types[] = {&sts__proto_message, &sts__proto_metadata_message,
                                                   &sts__proto_message_key, &sts__proto_metadata_key};
    struct fuzz_input input = {data, size};
    sts__fault fault;
    sts_status status;
    if (!bench.arena.memory)
        sts__arena_init(&bench.arena, sts__memory_default());
    sts__arena_reset(&bench.arena);
    bench.type = types[fuzz_take_byte(&input) % 4];
    void *message = decode(&bench, fuzz_take_rest(&input), &status, &fault);
    if (status != STS_OK) {
        HOLDS(status == STS_ERR_MALFORMED || status == STS_ERR_TOO_DEEP, "%s", sts_status_name(status));
        return 0;
    }
    if (sts__topology_check(bench.type, message, 1, &fault) != STS_OK)
        return 0;
    sts_bytes bytes = encode(&bench, message);
    check_reference(&bench, message, bytes);
    void *again = decode(&bench, bytes, &status, &fault);
    HOLDS(status == STS_OK, "its own bytes: %s", fault.text);
    HOLDS(fuzz_same(encode(&bench, again), bytes), "decoded and encoded again it has other bytes");
    check_json(&bench, message, bytes);
    return 0;
}
