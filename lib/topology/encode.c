/* SPDX-License-Identifier: Apache-2.0 */
#include "topology/encode.h"

/* Struct and its like: google/protobuf/struct.proto. */
enum { STRUCT_FIELDS = 1, LIST_VALUES = 1, ENTRY_KEY = 1, ENTRY_VALUE = 2 };
enum { NULL_VALUE = 1, NUMBER_VALUE, STRING_VALUE, BOOL_VALUE, STRUCT_VALUE, LIST_VALUE };

/* Most of a topology is Structs, so that their values are written without asking for room byte by byte: a value and
 * what is around it take at most HEADS bytes beside its name and its text. */
enum { HEADS = 64 };

/* The following write in front of `at`, and return where they began. */

/* The head of a field with a length, which reaches to `end`. Field numbers here are below 16: a tag is one byte. */
static inline uint8_t *raw_head(uint8_t *at, const uint8_t *end, uint32_t field) {
    at = sts__wire_varint_before(at, (size_t)(end - at));
    *--at = (uint8_t)(field << 3 | 2);
    return at;
}

static inline uint8_t *raw_bytes(uint8_t *at, uint32_t field, sts_bytes bytes) {
    const uint8_t *end = at;
    at -= bytes.size;
    if (bytes.size)
        memcpy(at, bytes.data, bytes.size);
    return raw_head(at, end, field);
}

/* A Value without others inside. */
static uint8_t *raw_scalar(uint8_t *at, const sts__json *value) {
    uint64_t bits;
    switch (value->type) {
    case STS__JSON_NULL:
        *--at = 0;
        *--at = NULL_VALUE << 3;
        return at;
    case STS__JSON_BOOL:
        *--at = value->boolean;
        *--at = BOOL_VALUE << 3;
        return at;
    case STS__JSON_NUMBER:
        memcpy(&bits, &value->number, sizeof bits);
        at -= sizeof bits;
        for (int i = 0; i < 8; i++)
            at[i] = (uint8_t)(bits >> (8 * i));
        *--at = NUMBER_VALUE << 3 | 1;
        return at;
    case STS__JSON_STRING:
        return raw_bytes(at, STRING_VALUE, value->text);
    default:
        return at; /* a Value without a kind */
    }
}

static void put_items(sts__wire_writer *writer, const sts__json *value);

/* What a Struct or a ListValue has of an item: a map entry with name and Value, or the Value. */
static void put_item(sts__wire_writer *writer, const sts__json *item, bool member) {
    size_t before = sts__wire_written(writer);
    bool container = item->type == STS__JSON_ARRAY || item->type == STS__JSON_OBJECT;
    if (container)
        put_items(writer, item);
    if (!sts__wire_reserve(writer, item->name.size + item->text.size + HEADS))
        return;
    const uint8_t *end = writer->buffer + writer->capacity - before;
    uint8_t *at = writer->at;
    if (container)
        at = raw_head(at, end, item->type == STS__JSON_OBJECT ? STRUCT_VALUE : LIST_VALUE);
    else
        at = raw_scalar(at, item);
    if (member) {
        at = raw_head(at, end, ENTRY_VALUE);
        at = raw_bytes(at, ENTRY_KEY, item->name);
        at = raw_head(at, end, STRUCT_FIELDS);
    } else {
        at = raw_head(at, end, LIST_VALUES);
    }
    writer->at = at;
}

/* The content of a Struct or a ListValue. */
static void put_items(sts__wire_writer *writer, const sts__json *value) {
    for (size_t i = value->count; i-- > 0;)
        put_item(writer, &value->items[i], value->type == STS__JSON_OBJECT);
}

static void put_struct(sts__wire_writer *writer, const sts__pb_field *members) {
    put_items(
        writer,
        &(sts__json){.type = STS__JSON_OBJECT, .items = (sts__json *)(uintptr_t)members->data, .count = members->size});
}

static void put_list(sts__wire_writer *writer, const sts__proto_field *field, const sts__pb_field *list) {
    const sts_bytes *texts = list->data;
    for (size_t i = list->size; i-- > 0;) {
        if (!field->type) {
            sts__wire_put_bytes(writer, field->schema->number, texts[i]);
            continue;
        }
        size_t before = sts__wire_written(writer);
        sts__topology_encode(writer, field->type, (const char *)list->data + i * field->type->size);
        sts__wire_put_head(writer, field->schema->number, before);
    }
}

/* A number as a varint: negative ones of 32 bits are extended to 64, as in every protobuf runtime. */
static uint64_t varint_of(const sts__schema_field *field, const void *place) {
    int32_t small;
    int64_t large;
    switch ((sts__schema_kind)field->kind) {
    case STS__SCHEMA_BOOL:
        return *(const bool *)place;
    case STS__SCHEMA_INT64:
        memcpy(&large, place, sizeof large);
        return (uint64_t)large;
    default:
        memcpy(&small, place, sizeof small);
        return (uint64_t)(int64_t)small;
    }
}

static void put_content(sts__wire_writer *writer, const sts__proto_field *field, const void *message) {
    if (field->type)
        sts__topology_encode(writer, field->type, (const char *)message + field->offset);
    else
        put_struct(writer, sts__proto_struct(field, message));
}

static void put_field(sts__wire_writer *writer, const sts__proto_field *field, const void *message) {
    const sts__schema_field *schema = field->schema;
    const void *place = (const char *)message + field->offset;
    const sts__pb_field *content = place;
    size_t before = sts__wire_written(writer);
    double number;
    if (schema->repeated) {
        put_list(writer, field, content);
        return;
    }
    switch ((sts__schema_kind)schema->kind) {
    case STS__SCHEMA_DOUBLE:
        memcpy(&number, place, sizeof number);
        sts__wire_put_double(writer, schema->number, number);
        break;
    case STS__SCHEMA_STRING:
        sts__wire_put_bytes(writer, schema->number, (sts_bytes){content->data, content->size});
        break;
    case STS__SCHEMA_MESSAGE:
        put_content(writer, field, message);
        sts__wire_put_head(writer, schema->number, before);
        break;
    default:
        sts__wire_put_varint(writer, varint_of(schema, place));
        sts__wire_put_tag(writer, schema->number, schema->type);
    }
}

void sts__topology_encode(sts__wire_writer *writer, const sts__proto_type *type, const void *message) {
    for (size_t i = type->schema->field_count; i-- > 0;)
        if (sts__proto_has(type, &type->fields[i], message))
            put_field(writer, &type->fields[i], message);
}
