/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/json.h"

#include <string.h>

#include "intake/reader.h"
#include "wire/writer.h"

static sts__intake_frame *last_frame(sts__intake_reader *r) {
    return &r->frames[r->depth - 1];
}

/* Whether one message more, which begins at `at`, may be in the last one. */
static bool may_begin(sts__intake_reader *r, const uint8_t *at) {
    if (sts__intake_has_levels(r, 1))
        return true;
    r->text.too_deep = true;
    return sts__intake_wrong(&r->text, at, "nested more than 100 levels deep");
}

/* The first resource and the first scope are likely to hold all there is, in about half as many bytes; of what is in
 * them nothing is known yet. */
static void guess_lengths(sts__intake_reader *r, size_t size) {
    memset(r->guesses, 1, sizeof r->guesses);
    r->guesses[1] = r->guesses[2] = (uint8_t)sts__wire_varint_size(size / 2);
}

/* Begins the message that a field holds, behind its brace. */
static bool begin_message(sts__intake_reader *r, const sts__schema_field *field) {
    if (!may_begin(r, r->text.at - 1) || !sts__intake_reader_reserve(r, STS__INTAKE_HEAD))
        return false;
    /* One that is merged with another before it has to say where it undoes what that one says. */
    bool merged = sts__intake_note(last_frame(r), field);
    uint8_t reserved = r->depth < STS__INTAKE_UNMOVED_DEPTH ? r->guesses[r->depth] : STS__INTAKE_LONG_LENGTH;
    sts__intake_put_tag(&r->out, field->number, STS__WIRE_LENGTH);
    size_t start = sts__intake_begin(&r->out, reserved);
    r->frames[r->depth++] = (sts__intake_frame){.message = field->message,
                                                .next = field->message->fields,
                                                .seen = merged ? UINT64_MAX : 0,
                                                .start = start,
                                                .reserved = reserved};
    return true;
}

/* Null for a message: nothing, but for a member of a oneof, which pdata sets, and for an element. */
static bool null_message(sts__intake_reader *r, sts__intake_frame *frame, const sts__schema_field *field) {
    const uint8_t *start = r->text.at;
    if (!sts__intake_take_word(&r->text, "null"))
        return false;
    if (!field->in_oneof && !field->repeated)
        return true;
    sts__intake_note(frame, field);
    if (!may_begin(r, start) || !sts__intake_reader_reserve(r, STS__INTAKE_HEAD))
        return false;
    sts__intake_put_tag(&r->out, field->number, STS__WIRE_LENGTH);
    sts__intake_put_varint(&r->out, 0);
    return true;
}

static bool read_message(sts__intake_reader *r, sts__intake_frame *frame, const sts__schema_field *field) {
    switch (sts__intake_peek(&r->text)) {
    case '{':
        r->text.at++;
        return begin_message(r, field);
    case 'n':
        return null_message(r, frame, field);
    default:
        return sts__intake_wrong(&r->text, r->text.at, "an object was expected");
    }
}

static bool read_array(sts__intake_reader *r, sts__intake_frame *frame, const sts__schema_field *field) {
    uint8_t next = sts__intake_peek(&r->text);
    if (next == 'n')
        return sts__intake_take_word(&r->text, "null");
    if (next != '[')
        return sts__intake_wrong(&r->text, r->text.at, "an array was expected");
    r->text.at++;
    if (field->type != STS__WIRE_LENGTH)
        return sts__intake_numbers(r, frame, field);
    frame->in_array = true;
    frame->begun = false;
    frame->index = 0;
    return true;
}

static bool read_element(sts__intake_reader *r, sts__intake_frame *frame) {
    const sts__schema_field *field = frame->field;
    uint8_t next = sts__intake_peek(&r->text);
    if (next == ']') {
        r->text.at++;
        frame->in_array = false;
        frame->begun = true; /* a member of the message was read */
        return true;
    }
    if (frame->begun) {
        if (next != ',')
            return sts__intake_wrong(&r->text, r->text.at, "neither a comma nor the array's end");
        r->text.at++;
        frame->index++;
    }
    frame->begun = true;
    if (field->message == &sts__schema_key_value && sts__intake_attribute(r, field))
        return true;
    return field->message ? read_message(r, frame, field) : sts__intake_value(r, frame, field);
}

/* Whether a message is a oneof and nothing else, as an AnyValue is. */
static bool is_oneof(const sts__schema_message *message) {
    return message->field_count < 64 && message->fields[0].in_oneof &&
           message->fields[0].rivals == (UINT64_C(1) << message->field_count) - 1;
}

/* Whether a field replaces what was there before of its kind: a value does so, if it is one; other messages are merged.
 */
static bool replaces(const sts__schema_field *field, size_t size) {
    if (!field->message || field->in_oneof)
        return field->rivals != 0;
    return !field->repeated && is_oneof(field->message) && size != 0;
}

static int group_of(const sts__schema_field *field) {
    return __builtin_ctzll(field->rivals);
}

/* Takes out of a message that ends what something behind it replaces. Protobuf's readers would do so too, but for a
 * message of a oneof, which they merge. */
static void drop_replaced(sts__intake_reader *r, const sts__intake_frame *frame) {
    uint8_t *start = r->out.start + frame->start;
    const sts_bytes bytes = {start, (size_t)(r->out.at - start)};
    const uint8_t *last[64]; /* of each group that there is */
    uint64_t known_groups = 0;
    sts__wire_reader reader = sts__wire_read(bytes);
    sts__wire_field field;
    while (sts__wire_next(&reader, &field)) {
        const sts__schema_field *known = sts__schema_by_number(frame->message, field.number);
        if (replaces(known, field.bytes.size)) {
            last[group_of(known)] = field.start;
            known_groups |= UINT64_C(1) << group_of(known);
        }
    }
    uint8_t *to = start;
    reader = sts__wire_read(bytes);
    while (sts__wire_next(&reader, &field)) {
        const sts__schema_field *known = sts__schema_by_number(frame->message, field.number);
        size_t size = (size_t)(reader.at - field.start);
        if (known->rivals && known_groups >> group_of(known) & 1 && field.start < last[group_of(known)])
            continue;
        memmove(to, field.start, size);
        to += size;
    }
    r->out.at = to;
}

/* Ends the last message. */
static bool end_message(sts__intake_reader *r) {
    const sts__intake_frame *frame = last_frame(r);
    if (frame->twice)
        drop_replaced(r, frame);
    r->depth--;
    if (r->depth == 0)
        return true;
    if (!sts__intake_reader_reserve(r, STS__INTAKE_LONG_LENGTH))
        return false;
    uint8_t length = sts__intake_end(&r->out, frame->start, frame->reserved);
    if (r->depth < STS__INTAKE_UNMOVED_DEPTH)
        r->guesses[r->depth] = length;
    return true;
}

/* Whether the text goes on with the name of the field that is likely to come. */
static bool is_expected(const sts__intake_reader *r, const sts__schema_field *field) {
    const uint8_t *name = r->text.at + 1;
    return (size_t)(r->text.end - name) > field->json_size && name[field->json_size] == '"' &&
           sts__schema_same(field->json_name, name, field->json_size);
}

/* A member's name with its colon: `frame` has the field that it is. */
static bool read_name(sts__intake_reader *r, sts__intake_frame *frame, size_t *size) {
    sts_bytes name;
    if (sts__intake_peek(&r->text) != '"')
        return sts__intake_wrong(&r->text, r->text.at, "no member's name");
    if (is_expected(r, frame->next)) {
        frame->field = frame->next;
        *size = frame->field->json_size;
        r->text.at += *size + 2;
    } else {
        if (!sts__intake_string_bytes(r, false, &name))
            return false;
        frame->field = sts__schema_by_name(frame->message, name.data, name.size);
        *size = name.size;
    }
    const sts__schema_field *next = frame->field ? frame->field + 1 : frame->next;
    frame->next = next < frame->message->fields + frame->message->field_count ? next : frame->message->fields;
    if (sts__intake_peek(&r->text) != ':')
        return sts__intake_wrong(&r->text, r->text.at, "no colon");
    r->text.at++;
    return true;
}

static bool read_member(sts__intake_reader *r, sts__intake_frame *frame) {
    size_t name_size;
    uint8_t next = sts__intake_peek(&r->text);
    frame->field = NULL;
    if (next == '}') {
        r->text.at++;
        return end_message(r);
    }
    if (frame->begun) {
        if (next != ',')
            return sts__intake_wrong(&r->text, r->text.at, "neither a comma nor the object's end");
        r->text.at++;
    }
    frame->begun = true;
    if (!read_name(r, frame, &name_size))
        return false;
    const sts__schema_field *field = frame->field;
    if (!field && name_size == 0 && r->depth == 1)
        return end_message(r); /* pdata takes it for the object's end, and looks no further */
    if (!field)
        return sts__intake_skip(&r->text);
    if (field->repeated)
        return read_array(r, frame, field);
    return field->message ? read_message(r, frame, field) : sts__intake_value(r, frame, field);
}

static bool read_all(sts__intake_reader *r, const sts__schema_message *message) {
    switch (sts__intake_peek(&r->text)) {
    case '{':
        r->text.at++;
        r->frames[r->depth++] = (sts__intake_frame){.message = message, .next = message->fields};
        break;
    case 'n':
        return sts__intake_take_word(&r->text, "null");
    default:
        return sts__intake_wrong(&r->text, r->text.at, "an object was expected");
    }
    while (r->depth) {
        sts__intake_frame *frame = last_frame(r);
        if (frame->in_array ? !read_element(r, frame) : !read_member(r, frame))
            return false;
    }
    return true;
}

/* Set to the text's beginning. */
static void begin_reading(sts__intake_reader *r, sts_bytes json, sts__arena *arena) {
    const uint8_t *start = json.size ? json.data : (const uint8_t *)"";
    r->text = (sts__intake_text){.start = start, .at = start, .end = start + json.size};
    r->out = (sts__intake_out){.arena = arena};
    r->depth = 0;
    r->no_memory = false;
}

static sts_status check_size(sts_bytes json, sts__fault *fault) {
    if (json.size <= INT32_MAX) /* what comes of it has to be a protobuf message (schema/check.c) */
        return STS_OK;
    return sts__fault_set(fault, STS_ERR_REQUEST_SIZE, "the request has %zu bytes; at most 2147483647 are taken",
                          json.size);
}

static bool read_one_object(sts__intake_text *text) {
    if (sts__intake_peek(text) != '{')
        return sts__intake_wrong(text, text->at, "an object was expected");
    if (!sts__intake_skip(text))
        return false;
    sts__intake_skip_space(text);
    return text->at == text->end || sts__intake_wrong(text, text->at, "something stands behind the object");
}

sts_status sts__intake_check_object(sts_bytes json, sts__fault *fault) {
    sts__intake_reader r; /* its frames are set as they are begun */
    sts_status status = check_size(json, fault);
    if (status != STS_OK)
        return status;
    begin_reading(&r, json, NULL);
    return read_one_object(&r.text) ? STS_OK : sts__intake_fault(&r, fault);
}

sts_status sts__intake_json(const sts__schema_message *message, sts_bytes json, sts__arena *arena, sts_bytes *protobuf,
                            sts__fault *fault) {
    sts__intake_reader r; /* its frames are set as they are begun */
    sts_status status = check_size(json, fault);
    if (status != STS_OK)
        return status;
    begin_reading(&r, json, arena);
    guess_lengths(&r, json.size);
    if (!sts__intake_reader_reserve(&r, json.size / 2 + STS__INTAKE_HEAD) || !read_all(&r, message))
        return sts__intake_fault(&r, fault);
    *protobuf = (sts_bytes){r.out.start, sts__intake_written(&r.out)};
    return STS_OK;
}
