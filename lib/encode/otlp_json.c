/* SPDX-License-Identifier: Apache-2.0 */
#include "encode/otlp_json.h"

#include <string.h>

#include "encode/encodings.h"
#include "encode/item_identity.h"
#include "encode/json_values.h"
#include "wire/merged.h"
#include "wire/reader.h"

typedef struct writer {
    sts__ottl_text *text;
    const sts__schema_field *bad_id; /* NULL: none was met */
    size_t bad_size;
} writer;

/* A field's number or bytes; of a repeated one, where the first element stands. */
typedef union content {
    uint64_t number;
    sts_bytes bytes;
} content;

/* The fields of a message, which its bytes have in any order. */
typedef struct fields {
    const sts__schema_message *message;
    sts_bytes bytes;
    uint64_t seen;       /* by their places */
    uint64_t seen_again; /* of those that are messages, and stand several times */
    content at[STS__SCHEMA_MOST_FIELDS];
} fields;

static void write_message(writer *w, const sts__schema_message *message, sts_bytes bytes);

/* Of a varint that stands for 32 bits the lower ones count alone. */
static uint64_t number_of(const sts__schema_field *known, uint64_t number) {
    switch ((sts__schema_kind)known->kind) {
    case STS__SCHEMA_INT32:
    case STS__SCHEMA_UINT32:
    case STS__SCHEMA_SINT32:
    case STS__SCHEMA_ENUM:
        return (uint32_t)number;
    default:
        return number;
    }
}

static void take(fields *all, const sts__schema_field *known, const sts__wire_field *field) {
    size_t place = (size_t)(known - all->message->fields);
    uint64_t bit = UINT64_C(1) << place;
    content *at = &all->at[place];
    bool again = (all->seen & bit) != 0;
    if (known->repeated) {
        if (!again)
            at->bytes = (sts_bytes){field->start, 0};
    } else if (known->type != STS__WIRE_LENGTH) {
        at->number = number_of(known, field->value);
    } else {
        at->bytes = field->bytes;
        all->seen_again |= again && known->message && !known->in_oneof ? bit : 0;
    }
    all->seen = (all->seen & ~known->rivals) | bit;
}

static void read_fields(fields *all, const sts__schema_message *message, sts_bytes bytes) {
    sts__wire_reader reader = sts__wire_read(bytes);
    sts__wire_field field;
    all->message = message;
    all->bytes = bytes;
    all->seen = all->seen_again = 0;
    while (sts__wire_next_value(&reader, &field)) {
        const sts__schema_field *known = sts__schema_by_number(message, field.number);
        if (known)
            take(all, known, &field);
    }
}

static double double_of(uint64_t bits) {
    double number;
    memcpy(&number, &bits, sizeof number);
    return number;
}

static void write_number(writer *w, const sts__schema_field *field, uint64_t number) {
    switch ((sts__schema_kind)field->kind) {
    case STS__SCHEMA_DOUBLE:
        sts__json_add_double(w->text, double_of(number));
        return;
    case STS__SCHEMA_BOOL:
        sts__ottl_text_add_string(w->text, number ? "true" : "false");
        return;
    case STS__SCHEMA_INT32:
    case STS__SCHEMA_ENUM:
        sts__json_add_integer(w->text, (int32_t)(uint32_t)number);
        return;
    case STS__SCHEMA_SINT32:
        sts__json_add_integer(w->text, (int32_t)((uint32_t)number >> 1 ^ -((uint32_t)number & 1)));
        return;
    case STS__SCHEMA_UINT32:
    case STS__SCHEMA_FIXED32:
        sts__json_add_unsigned(w->text, (uint32_t)number);
        return;
    default:
        break;
    }
    sts__ottl_text_add(w->text, "\"", 1); /* 64 bits: more than JavaScript's numbers have */
    if (field->kind == STS__SCHEMA_INT64 || field->kind == STS__SCHEMA_SFIXED64)
        sts__json_add_integer(w->text, (int64_t)number);
    else
        sts__json_add_unsigned(w->text, number);
    sts__ottl_text_add(w->text, "\"", 1);
}

static void write_bytes(writer *w, const sts__schema_field *field, sts_bytes bytes) {
    switch ((sts__schema_kind)field->kind) {
    case STS__SCHEMA_MESSAGE:
        write_message(w, field->message, bytes);
        return;
    case STS__SCHEMA_STRING:
        sts__json_add_string(w->text, bytes);
        return;
    case STS__SCHEMA_ID:
        if (bytes.size && bytes.size != field->id_size && !w->bad_id) {
            w->bad_id = field;
            w->bad_size = bytes.size;
        }
        sts__json_add_hex(w->text, bytes);
        return;
    default:
        sts__json_add_base64(w->text, bytes);
    }
}

static void write_packed(writer *w, const sts__schema_field *field, sts_bytes bytes, const char **before) {
    sts__wire_reader reader = sts__wire_read(bytes);
    uint64_t number;
    while (reader.at < reader.end) {
        if (field->type == STS__WIRE_VARINT
                ? !sts__wire_varint(&reader, &number)
                : !sts__wire_fixed(&reader, field->type == STS__WIRE_FIXED64 ? 8 : 4, &number))
            return;
        sts__ottl_text_add(w->text, *before, 1);
        *before = ",";
        write_number(w, field, number);
    }
}

/* From the first element on: they need not stand together. */
static void write_list(writer *w, const fields *all, const sts__schema_field *known, const uint8_t *first) {
    const uint8_t *end = (const uint8_t *)all->bytes.data + all->bytes.size;
    sts__wire_reader reader = sts__wire_read((sts_bytes){first, (size_t)(end - first)});
    sts__wire_field field;
    const char *before = "[";
    while (sts__wire_next_value(&reader, &field)) {
        if (field.number != known->number)
            continue;
        if (known->type != STS__WIRE_LENGTH && field.type == STS__WIRE_LENGTH) {
            write_packed(w, known, field.bytes, &before);
            continue;
        }
        sts__ottl_text_add(w->text, before, 1);
        before = ",";
        if (known->type == STS__WIRE_LENGTH)
            write_bytes(w, known, field.bytes);
        else
            write_number(w, known, field.value);
    }
    sts__ottl_text_add_string(w->text, *before == '[' ? "[]" : "]");
}

/* Whether the field says nothing: what is not optional is left out where it has its default. An id of zeros is none, as
 * pdata has it (OTLP: "an ID with all zeroes is invalid"). */
static bool is_default(const sts__schema_field *known, const content *at) {
    if (known->optional || known->repeated || known->message)
        return false;
    if (known->kind == STS__SCHEMA_ID && at->bytes.size == known->id_size)
        return sts__id_unless_zero(at->bytes).size == 0;
    return known->type == STS__WIRE_LENGTH ? at->bytes.size == 0 : at->number == 0;
}

static void write_field(writer *w, const fields *all, const sts__schema_field *known) {
    size_t place = (size_t)(known - all->message->fields);
    const content *at = &all->at[place];
    sts_bytes bytes = at->bytes;
    if ((all->seen_again >> place & 1) && !sts__wire_merged(all->bytes, known->number, w->text->arena, &bytes))
        w->text->failed = true;
    sts__ottl_text_add(w->text, ",\"", 2);
    sts__ottl_text_add(w->text, known->json_name, known->json_size);
    sts__ottl_text_add(w->text, "\":", 2);
    if (known->repeated)
        write_list(w, all, known, at->bytes.data);
    else if (known->type == STS__WIRE_LENGTH)
        write_bytes(w, known, bytes);
    else
        write_number(w, known, at->number);
}

static void write_message(writer *w, const sts__schema_message *message, sts_bytes bytes) {
    fields all;
    size_t start = w->text->size;
    read_fields(&all, message, bytes);
    for (uint32_t i = 0; i < message->field_count; i++)
        if ((all.seen >> i & 1) && !is_default(&message->fields[i], &all.at[i]))
            write_field(w, &all, &message->fields[i]);
    if (w->text->failed)
        return;
    if (w->text->size == start)
        sts__ottl_text_add(w->text, "{", 1);
    else
        w->text->data[start] = '{';
    sts__ottl_text_add(w->text, "}", 1);
}

sts_status sts__otlp_json_add(sts__ottl_text *text, const sts__schema_message *message, sts_bytes bytes,
                              sts__fault *fault) {
    writer w = {text, NULL, 0};
    write_message(&w, message, bytes);
    if (text->failed)
        return sts__fault_no_memory(fault);
    if (w.bad_id)
        return sts__fault_set(fault, STS_ERR_MALFORMED, "%s has %zu bytes, not %u: no reader of OTLP JSON accepts that",
                              w.bad_id->name, w.bad_size, (unsigned)w.bad_id->id_size);
    return STS_OK;
}

static sts_status in_json(sts__encoder *encoder, sts_bytes request, sts_bytes *value, sts__fault *fault) {
    sts__ottl_text text = {.arena = encoder->item_arena};
    sts_status status = sts__otlp_json_add(&text, encoder->signal->request, request, fault);
    if (status == STS_OK)
        *value = sts__ottl_text_bytes(&text);
    return status;
}

sts_status sts__encode_otlp_json(sts__encoder *encoder, const sts__item *item, sts_bytes *value, sts__fault *fault) {
    sts_bytes request;
    sts_status status = sts__encode_otlp_proto(encoder, item, &request, fault);
    return status == STS_OK ? in_json(encoder, request, value, fault) : status;
}

sts_status sts__join_otlp_json(sts__encoder *encoder, const sts__item_place *places, size_t count, sts_bytes *value,
                               sts__fault *fault) {
    sts_bytes request = {NULL, 0};
    sts__encoder of_request = *encoder;
    of_request.room = NULL; /* it is not the value */
    sts_status status = sts__join_otlp_proto(&of_request, places, count, &request, fault);
    return status == STS_OK ? in_json(encoder, request, value, fault) : status;
}
