/* SPDX-License-Identifier: Apache-2.0 */
#include "topology/encode.h"

/* Struct and its like: google/protobuf/struct.proto. */
enum { STRUCT_FIELDS = 1, LIST_VALUES = 1, ENTRY_KEY = 1, ENTRY_VALUE = 2 };
enum { NULL_VALUE = 1, NUMBER_VALUE, STRING_VALUE, BOOL_VALUE, STRUCT_VALUE, LIST_VALUE };

static void put_bytes(sts__wire_writer *writer, uint32_t tag, sts_bytes bytes) {
    sts__wire_put(writer, bytes);
    sts__wire_put_varint(writer, bytes.size);
    sts__wire_put_tag(writer, tag, 2);
}

static void put_double(sts__wire_writer *writer, uint32_t tag, double number) {
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    sts__wire_put_fixed64(writer, bits);
    sts__wire_put_tag(writer, tag, 1);
}

static void put_members(sts__wire_writer *writer, const sts__json *items, size_t count);
static void put_elements(sts__wire_writer *writer, const sts__json *items, size_t count);

/* The content of a Value. */
static void put_value(sts__wire_writer *writer, const sts__json *value) {
    size_t before = sts__wire_written(writer);
    switch (value->type) {
    case STS__JSON_NONE:
        break;
    case STS__JSON_NULL:
        sts__wire_put_varint(writer, 0);
        sts__wire_put_tag(writer, NULL_VALUE, 0);
        break;
    case STS__JSON_BOOL:
        sts__wire_put_varint(writer, value->boolean);
        sts__wire_put_tag(writer, BOOL_VALUE, 0);
        break;
    case STS__JSON_NUMBER:
        put_double(writer, NUMBER_VALUE, value->number);
        break;
    case STS__JSON_STRING:
        put_bytes(writer, STRING_VALUE, value->text);
        break;
    case STS__JSON_ARRAY:
        put_elements(writer, value->items, value->count);
        sts__wire_put_head(writer, LIST_VALUE, before);
        break;
    case STS__JSON_OBJECT:
        put_members(writer, value->items, value->count);
        sts__wire_put_head(writer, STRUCT_VALUE, before);
        break;
    }
}

/* The content of a Struct. */
static void put_members(sts__wire_writer *writer, const sts__json *items, size_t count) {
    for (size_t i = count; i-- > 0;) {
        size_t entry = sts__wire_written(writer);
        put_value(writer, &items[i]);
        sts__wire_put_head(writer, ENTRY_VALUE, entry);
        put_bytes(writer, ENTRY_KEY, items[i].name);
        sts__wire_put_head(writer, STRUCT_FIELDS, entry);
    }
}

/* The content of a ListValue. */
static void put_elements(sts__wire_writer *writer, const sts__json *items, size_t count) {
    for (size_t i = count; i-- > 0;) {
        size_t element = sts__wire_written(writer);
        put_value(writer, &items[i]);
        sts__wire_put_head(writer, LIST_VALUES, element);
    }
}

static void put_list(sts__wire_writer *writer, const sts__proto_field *field, const sts__pb_field *list) {
    const sts_bytes *texts = list->data;
    for (size_t i = list->size; i-- > 0;) {
        if (field->kind == STS__PROTO_STRINGS) {
            put_bytes(writer, field->tag, texts[i]);
            continue;
        }
        size_t before = sts__wire_written(writer);
        sts__topology_encode(writer, field->type, (const char *)list->data + i * field->type->size);
        sts__wire_put_head(writer, field->tag, before);
    }
}

/* A number as a varint: negative ones of 32 bits are extended to 64, as in every protobuf runtime. */
static uint64_t varint_of(const sts__proto_field *field, const void *place) {
    int32_t small;
    int64_t large;
    switch (field->kind) {
    case STS__PROTO_BOOL:
        return *(const bool *)place;
    case STS__PROTO_INT64:
        memcpy(&large, place, sizeof large);
        return (uint64_t)large;
    default:
        memcpy(&small, place, sizeof small);
        return (uint64_t)(int64_t)small;
    }
}

static void put_field(sts__wire_writer *writer, const sts__proto_field *field, const void *message) {
    const void *place = (const char *)message + field->offset;
    const sts__pb_field *content = place;
    size_t before = sts__wire_written(writer);
    double number;
    switch (field->kind) {
    case STS__PROTO_DOUBLE:
        memcpy(&number, place, sizeof number);
        put_double(writer, field->tag, number);
        break;
    case STS__PROTO_STRING:
        put_bytes(writer, field->tag, (sts_bytes){content->data, content->size});
        break;
    case STS__PROTO_STRINGS:
    case STS__PROTO_MESSAGES:
        put_list(writer, field, content);
        break;
    case STS__PROTO_MESSAGE:
        sts__topology_encode(writer, field->type, place);
        sts__wire_put_head(writer, field->tag, before);
        break;
    case STS__PROTO_STRUCT:
        content = sts__proto_struct(field, message);
        put_members(writer, content->data, content->size);
        sts__wire_put_head(writer, field->tag, before);
        break;
    default:
        sts__wire_put_varint(writer, varint_of(field, place));
        sts__wire_put_tag(writer, field->tag, 0);
    }
}

void sts__topology_encode(sts__wire_writer *writer, const sts__proto_type *type, const void *message) {
    for (size_t i = type->field_count; i-- > 0;)
        if (sts__proto_has(type, &type->fields[i], message))
            put_field(writer, &type->fields[i], message);
}
