/* SPDX-License-Identifier: Apache-2.0
 *
 * Whole messages of the topology stream against Go's deterministic marshal: from JSON in either order of members, from
 * Go's bytes and back, through the library's encoder and through nanopb's. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "support/hex.h"
#include "topology/check.h"
#include "topology/encode.h"
#include "topology/message_json.h"
#include "json/json.h"

/* Room for any of the messages. */
typedef union any_message {
    sts__pb_TopologyStreamMessage message;
    sts__pb_TopologyStreamMetadataMessage metadata;
} any_message;

/* The rows are read with the library's own JSON, because their messages must come through as they are written (-0,
 * 1e400). */
static const char *text_of(const sts__json *row, const char *member) {
    const sts__json *text = sts__json_member(row, member);
    cr_assert(text && text->type == STS__JSON_STRING, "%s", member);
    return strndup(text->text.data, text->text.size);
}

static bool is_null(const sts__json *row, const char *member) {
    const sts__json *value = sts__json_member(row, member);
    return !value || value->type == STS__JSON_NULL;
}

static sts_bytes bytes_of(const sts__json *row, const char *member) {
    char *text = (char *)text_of(row, member);
    sts_bytes bytes = hex_read(text);
    free(text);
    return bytes;
}

static const sts__proto_type *type_of(const sts__json *row) {
    const char *name = text_of(row, "type");
    const sts__proto_type *type =
        strcmp(name, "TopologyStreamMessage") == 0 ? &sts__proto_message : &sts__proto_metadata_message;
    free((char *)name);
    return type;
}

static sts__arena new_arena(void) {
    sts__arena arena;
    sts__arena_init(&arena, sts__memory_default());
    return arena;
}

static void expect_bytes(const char *name, const char *what, sts_bytes expected, sts_bytes bytes) {
    cr_assert_eq(bytes.size, expected.size, "%s: %s: %zu bytes instead of %zu", name, what, bytes.size, expected.size);
    cr_assert(bytes.size == 0 || memcmp(bytes.data, expected.data, expected.size) == 0, "%s: %s", name, what);
}

/* Both encoders give these bytes. */
static void expect_encoding(const char *name, const sts__proto_type *type, const void *message, sts_bytes expected) {
    sts__wire_writer writer;
    sts__wire_writer_init(&writer, sts__memory_default());
    sts__topology_encode(&writer, type, message);
    cr_assert_not(writer.failed);
    expect_bytes(name, "the encoder", expected, sts__wire_bytes(&writer));
    sts__wire_writer_clear(&writer);

    size_t size = sts__proto_reference_encode(type, message, NULL, 0);
    cr_assert_neq(size, SIZE_MAX, "%s", name);
    uint8_t *buffer = malloc(size + 1);
    cr_assert_eq(sts__proto_reference_encode(type, message, buffer, size), size, "%s", name);
    expect_bytes(name, "nanopb", expected, (sts_bytes){buffer, size});
    free(buffer);
}

/* Reads JSON, which must succeed. */
static void read_json(const char *name, const sts__proto_type *type, const sts__json *json, sts__arena *arena,
                      any_message *message) {
    sts__fault fault;
    memset(message, 0, sizeof *message);
    cr_assert_eq(sts__topology_read_json(type, json, arena, message, &fault), STS_OK, "%s: %s", name, fault.text);
    cr_assert_eq(sts__topology_check(type, message, 1, &fault), STS_OK, "%s: %s", name, fault.text);
}

static void check_json(const char *name, const sts__json *row, const char *member, sts_bytes expected) {
    if (is_null(row, member))
        return;
    sts__arena arena = new_arena();
    any_message message;
    read_json(name, type_of(row), sts__json_member(row, member), &arena, &message);
    expect_encoding(name, type_of(row), &message, expected);
    sts__arena_clear(&arena);
}

/* Go's bytes, through the decoder, are encoded as the same bytes; and through JSON too, where there is any. */
static void check_bytes(const char *name, const sts__json *row, sts_bytes expected) {
    const sts__proto_type *type = type_of(row);
    const sts__json *json;
    sts__arena arena = new_arena();
    sts__text text;
    any_message message;
    sts__fault fault;
    sts__text_init(&text, sts__memory_default());
    cr_assert_eq(sts__proto_decode(type, expected, &arena, &message, &fault), STS_OK, "%s: %s", name, fault.text);
    expect_encoding(name, type, &message, expected);
    sts_status status = sts__topology_write_json(type, &message, &text, &fault);
    cr_assert_eq(status, is_null(row, "json") ? STS_ERR_JSON : STS_OK, "%s", name);
    if (status == STS_OK) {
        sts_bytes written = {sts__text_get(&text), text.size};
        cr_assert_eq(sts__json_parse(&arena, written, &json, &fault), STS_OK, "%s: %s", name, fault.text);
        read_json(name, type, json, &arena, &message);
        expect_encoding(name, type, &message, expected);
    }
    sts__text_clear(&text);
    sts__arena_clear(&arena);
}

/* What Go refuses to read, because of its text. */
static void check_refusal(const char *name, const sts__json *row) {
    sts_bytes bytes = bytes_of(row, "bad_pb_hex");
    sts__arena arena = new_arena();
    any_message message;
    sts__fault fault;
    cr_assert_eq(sts__proto_decode(type_of(row), bytes, &arena, &message, &fault), STS_ERR_MALFORMED, "%s", name);
    sts__arena_clear(&arena);
    hex_clear(&bytes);
}

static void check_row(const sts__json *row) {
    char *name = (char *)text_of(row, "name");
    if (!is_null(row, "error")) {
        check_refusal(name, row);
    } else {
        sts_bytes expected = bytes_of(row, "pb_hex");
        check_json(name, row, "json", expected);
        check_json(name, row, "json_reversed", expected);
        check_bytes(name, row, expected);
        hex_clear(&expected);
    }
    free(name);
}

Test(topology_messages, are_byte_for_byte_those_of_go) {
    char *line = NULL;
    size_t capacity = 0;
    size_t rows = 0;
    ssize_t size;
    sts__arena arena = new_arena();
    FILE *file = fopen("tests/golden/topology_message.jsonl", "r");
    cr_assert(file);
    for (; (size = getline(&line, &capacity, file)) > 0; rows++) {
        const sts__json *row;
        sts__fault fault;
        sts_bytes text = {line, (size_t)size};
        cr_assert_eq(sts__json_parse(&arena, text, &row, &fault), STS_OK, "row %zu: %s", rows, fault.text);
        check_row(row);
        sts__arena_reset(&arena);
    }
    cr_assert_gt(rows, 300);
    fclose(file);
    free(line);
    sts__arena_clear(&arena);
}
