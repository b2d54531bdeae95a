/* SPDX-License-Identifier: Apache-2.0
 *
 * nanopb at work: decoding, and the reference encoding. Everything without a fixed size comes through one function,
 * sts__pb_code, in both directions. */
#include <string.h>

#include <pb_decode.h>
#include <pb_encode.h>

#include "base/utf8.h"
#include "proto/schema.h"

/* Nesting of what comes through sts__pb_code; each level is two or three messages deep on the wire. */
enum { MAX_NESTING = 50 };

static bool is_entries(const pb_field_t *field) {
    return field->submsg_desc == &sts__pb_google_protobuf_Struct_FieldsEntry_msg;
}

static bool is_repeated(const pb_field_t *field) {
    return PB_HTYPE(field->type) == PB_HTYPE_REPEATED;
}

/* --- decoding --- */

/* What a stream's state points at: shared by the streams of all messages inside. */
typedef struct source {
    const uint8_t *at;
    sts__arena *arena;
    int nesting;
    sts_status status; /* why it failed, where nanopb does not know */
    const char *wrong;
} source;

static bool read_source(pb_istream_t *stream, uint8_t *to, size_t size) {
    source *s = stream->state;
    if (to)
        memcpy(to, s->at, size);
    s->at += size;
    return true;
}

static bool fail(source *s, sts_status status, const char *wrong) {
    s->status = status;
    s->wrong = wrong;
    return false;
}

/* One more element of a list; NULL when out of memory. */
static void *append(source *s, sts__pb_field *list, size_t element_size) {
    char *grown = sts__arena_list_grown(s->arena, list->data, list->size, element_size);
    if (!grown)
        return NULL;
    list->data = grown;
    return grown + element_size * list->size++;
}

static bool decode_text(pb_istream_t *stream, sts_bytes *text) {
    source *s = stream->state;
    text->data = s->at;
    text->size = stream->bytes_left;
    if (!pb_read(stream, NULL, stream->bytes_left))
        return false;
    return sts__utf8_is_valid(*text) || fail(s, STS_ERR_MALFORMED, "a string that is not UTF-8");
}

static bool decode_string(pb_istream_t *stream, const pb_field_t *field) {
    sts_bytes text;
    if (!decode_text(stream, &text))
        return false;
    if (is_repeated(field)) {
        sts_bytes *place = append(stream->state, field->pData, sizeof *place);
        if (!place)
            return fail(stream->state, STS_ERR_NO_MEMORY, "out of memory");
        *place = text;
        return true;
    }
    *(sts__pb_field *)field->pData = (sts__pb_field){text.data, text.size};
    return true;
}

static void take_members(sts__json *value, sts__json_type type, const sts__pb_field *members) {
    value->type = type;
    value->items = (sts__json *)(uintptr_t)members->data;
    value->count = members->size;
}

static void take_value(sts__json *value, const sts__pb_google_protobuf_Value *from) {
    switch (from->which_kind) {
    case sts__pb_google_protobuf_Value_null_value_tag:
        value->type = STS__JSON_NULL;
        break;
    case sts__pb_google_protobuf_Value_number_value_tag:
        value->type = STS__JSON_NUMBER;
        value->number = from->kind.number_value;
        break;
    case sts__pb_google_protobuf_Value_string_value_tag:
        value->type = STS__JSON_STRING;
        value->text = (sts_bytes){from->kind.string_value.data, from->kind.string_value.size};
        break;
    case sts__pb_google_protobuf_Value_bool_value_tag:
        value->type = STS__JSON_BOOL;
        value->boolean = from->kind.bool_value;
        break;
    case sts__pb_google_protobuf_Value_struct_value_tag:
        take_members(value, STS__JSON_OBJECT, &from->kind.struct_value.fields);
        value->count = sts__json_sort_members(value->items, value->count);
        break;
    case sts__pb_google_protobuf_Value_list_value_tag:
        take_members(value, STS__JSON_ARRAY, &from->kind.list_value.values);
        break;
    default:
        value->type = STS__JSON_NONE;
    }
}

/* An element of Struct.fields or ListValue.values. */
static bool decode_json(pb_istream_t *stream, const pb_field_t *field) {
    source *s = stream->state;
    sts__pb_google_protobuf_Struct_FieldsEntry entry;
    memset(&entry, 0, sizeof entry);
    bool good = is_entries(field) ? pb_decode(stream, &sts__pb_google_protobuf_Struct_FieldsEntry_msg, &entry)
                                  : pb_decode(stream, &sts__pb_google_protobuf_Value_msg, &entry.value);
    if (!good)
        return false;
    sts__json *place = append(s, field->pData, sizeof *place);
    if (!place)
        return fail(s, STS_ERR_NO_MEMORY, "out of memory");
    /* The place among the members is what tells which of two with one name came last. */
    *place = (sts__json){.name = {entry.key.data ? entry.key.data : "", entry.key.size},
                         .column = (uint32_t)((const sts__pb_field *)field->pData)->size};
    take_value(place, &entry.value);
    return true;
}

static bool decode_element(pb_istream_t *stream, const pb_field_t *field) {
    const sts__proto_type *type = sts__proto_type_of(field->submsg_desc);
    void *place = type ? append(stream->state, field->pData, type->size) : NULL;
    if (!place)
        return fail(stream->state, STS_ERR_NO_MEMORY, "out of memory");
    memset(place, 0, type->size);
    return pb_decode(stream, type->descriptor, place);
}

static bool decode_field(pb_istream_t *stream, const pb_field_t *field) {
    if (stream->callback != read_source)
        return true; /* a number, which nanopb hands over in a stream of its own: no field of ours, so an unknown one */
    source *s = stream->state;
    if (PB_HTYPE(field->type) == PB_HTYPE_ONEOF)
        *(pb_size_t *)field->pSize = field->tag;
    if (PB_LTYPE(field->type) == PB_LTYPE_STRING)
        return decode_string(stream, field);
    if (s->nesting == MAX_NESTING)
        return fail(s, STS_ERR_TOO_DEEP, "nested too deep");
    s->nesting++;
    bool good = sts__proto_type_of(field->submsg_desc) ? decode_element(stream, field) : decode_json(stream, field);
    s->nesting--;
    return good;
}

/* Of two members with one name the last counts, as in every map. */
static void sort_members(sts__pb_field *members) {
    members->size = sts__json_sort_members((sts__json *)(uintptr_t)members->data, members->size);
}

static void sort_structs(const sts__proto_type *type, void *message) {
    for (size_t i = 0; i < type->schema->field_count; i++) {
        const sts__proto_field *field = &type->fields[i];
        char *place = (char *)message + field->offset;
        const sts__pb_field *list = (const sts__pb_field *)(void *)place;
        if (!sts__proto_has(type, field, message))
            continue;
        if (sts__proto_is_struct(field))
            sort_members((sts__pb_field *)(uintptr_t)sts__proto_struct(field, message));
        else if (field->type && !field->schema->repeated)
            sort_structs(field->type, place);
        for (size_t j = 0; field->type && field->schema->repeated && j < list->size; j++)
            sort_structs(field->type, (char *)(uintptr_t)list->data + j * field->type->size);
    }
}

sts_status sts__proto_decode(const sts__proto_type *type, sts_bytes bytes, sts__arena *arena, void *message,
                             sts__fault *fault) {
    source s = {bytes.data, arena, 0, STS_ERR_MALFORMED, NULL};
    pb_istream_t stream = {read_source, &s, bytes.size, NULL};
    memset(message, 0, type->size);
    if (pb_decode(&stream, type->descriptor, message)) {
        sort_structs(type, message);
        return STS_OK;
    }
    int64_t offset = bytes.size ? s.at - (const uint8_t *)bytes.data : 0;
    return sts__fault_set_at(fault, s.status, offset, "%s: %s, at byte %lld", type->schema->name,
                             s.wrong ? s.wrong : PB_GET_ERROR(&stream), (long long)offset);
}

/* --- the reference encoding --- */

static bool encode_string(pb_ostream_t *stream, const pb_field_t *field, sts_bytes text) {
    return pb_encode_tag_for_field(stream, field) && pb_encode_string(stream, text.data, text.size);
}

static void make_value(sts__pb_google_protobuf_Value *to, const sts__json *value) {
    static const uint8_t kinds[] = {
        0,
        sts__pb_google_protobuf_Value_null_value_tag,
        sts__pb_google_protobuf_Value_bool_value_tag,
        sts__pb_google_protobuf_Value_number_value_tag,
        sts__pb_google_protobuf_Value_string_value_tag,
        sts__pb_google_protobuf_Value_list_value_tag,
        sts__pb_google_protobuf_Value_struct_value_tag,
    };
    to->which_kind = kinds[value->type];
    if (value->type == STS__JSON_BOOL)
        to->kind.bool_value = value->boolean;
    else if (value->type == STS__JSON_NUMBER)
        to->kind.number_value = value->number;
    else if (value->type == STS__JSON_STRING)
        to->kind.string_value = (sts__pb_field){value->text.data, value->text.size};
    else if (value->type == STS__JSON_ARRAY)
        to->kind.list_value.values = (sts__pb_field){value->items, value->count};
    else if (value->type == STS__JSON_OBJECT)
        to->kind.struct_value.fields = (sts__pb_field){value->items, value->count};
}

static bool encode_json(pb_ostream_t *stream, const pb_field_t *field, const sts__json *value) {
    sts__pb_google_protobuf_Struct_FieldsEntry entry;
    memset(&entry, 0, sizeof entry);
    make_value(&entry.value, value);
    entry.has_value = true;
    entry.key = (sts__pb_field){value->name.data, value->name.size};
    const void *message = is_entries(field) ? (const void *)&entry : (const void *)&entry.value;
    return pb_encode_tag_for_field(stream, field) && pb_encode_submessage(stream, field->submsg_desc, message);
}

static bool encode_list(pb_ostream_t *stream, const pb_field_t *field, const sts__pb_field *list) {
    const sts__proto_type *type = field->submsg_desc ? sts__proto_type_of(field->submsg_desc) : NULL;
    for (size_t i = 0; i < list->size; i++) {
        bool good;
        if (PB_LTYPE(field->type) == PB_LTYPE_STRING)
            good = encode_string(stream, field, ((const sts_bytes *)list->data)[i]);
        else if (type)
            good = pb_encode_tag_for_field(stream, field) &&
                   pb_encode_submessage(stream, type->descriptor, (const char *)list->data + i * type->size);
        else
            good = encode_json(stream, field, (const sts__json *)list->data + i);
        if (!good)
            return false;
    }
    return true;
}

/* A map's entry and a Value always have what they are made of; elsewhere the table says. (nanopb does not tell a field
 * with presence from one without.) */
static bool has_text(const pb_field_t *field) {
    const sts__proto_type *type = sts__proto_type_of(field->descriptor);
    const sts__schema_field *known = type ? sts__schema_by_number(type->schema, field->tag) : NULL;
    return !known || sts__proto_has(type, &type->fields[known - type->schema->fields], field->message);
}

static bool encode_field(pb_ostream_t *stream, const pb_field_t *field) {
    const sts__pb_field *content = field->pData;
    if (is_repeated(field))
        return encode_list(stream, field, content);
    sts_bytes text = {content->data, content->size};
    return !has_text(field) || encode_string(stream, field, text);
}

size_t sts__proto_reference_encode(const sts__proto_type *type, const void *message, uint8_t *buffer, size_t size) {
    pb_ostream_t stream = PB_OSTREAM_SIZING;
    if (buffer)
        stream = pb_ostream_from_buffer(buffer, size);
    return pb_encode(&stream, type->descriptor, message) ? stream.bytes_written : SIZE_MAX;
}

bool sts__pb_code(pb_istream_t *istream, pb_ostream_t *ostream, const pb_field_t *field) {
    return istream ? decode_field(istream, field) : encode_field(ostream, field);
}
