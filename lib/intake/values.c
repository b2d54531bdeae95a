/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <string.h>

#include "base/number.h"
#include "intake/bytes.h"
#include "intake/number.h"
#include "intake/reader.h"

bool sts__intake_string_bytes(sts__intake_reader *r, bool raw, sts_bytes *bytes) {
    sts__intake_string string;
    if (!sts__intake_take_string(&r->text, raw, &string))
        return false;
    *bytes = (sts_bytes){string.data, string.size};
    if (!string.escaped)
        return true;
    if (!sts__intake_reader_reserve(r, string.size + STS__INTAKE_HEAD))
        return false;
    uint8_t *scratch = r->out.at + STS__INTAKE_HEAD; /* behind what is written before it, if it is written itself */
    bytes->data = scratch;
    return sts__intake_unescape(&r->text, &string, scratch, &bytes->size);
}

/* A number's text, which may be a string's. */
static bool number_text(sts__intake_reader *r, sts_bytes *bytes, bool *quoted) {
    uint8_t next = sts__intake_peek(&r->text);
    *quoted = next == '"';
    if (*quoted)
        return sts__intake_string_bytes(r, false, bytes);
    if (next != '-' && (next < '0' || next > '9'))
        return sts__intake_wrong(&r->text, r->text.at, "a number was expected");
    return sts__intake_take_number(&r->text, bytes);
}

typedef struct limits {
    uint64_t positive;
    uint64_t negative; /* how far below 0 */
} limits;

static const limits limits_of[] = {
    [STS__SCHEMA_INT64] = {INT64_MAX, UINT64_C(1) << 63},    [STS__SCHEMA_UINT64] = {UINT64_MAX, 0},
    [STS__SCHEMA_INT32] = {INT32_MAX, UINT64_C(1) << 31},    [STS__SCHEMA_UINT32] = {UINT32_MAX, 0},
    [STS__SCHEMA_SINT32] = {INT32_MAX, UINT64_C(1) << 31},   [STS__SCHEMA_FIXED64] = {UINT64_MAX, 0},
    [STS__SCHEMA_SFIXED64] = {INT64_MAX, UINT64_C(1) << 63}, [STS__SCHEMA_FIXED32] = {UINT32_MAX, 0},
    [STS__SCHEMA_ENUM] = {INT32_MAX, UINT64_C(1) << 31},
};

/* As it is on the wire. */
static uint64_t integer_bits(uint8_t kind, bool negative, uint64_t magnitude) {
    if (kind == STS__SCHEMA_SINT32) /* zigzag */
        return negative && magnitude ? 2 * magnitude - 1 : 2 * magnitude;
    return negative ? 0 - magnitude : magnitude;
}

/* What most are: up to 19 digits, which 64 bits hold, in quotes or not. Otherwise false, and nothing was read. */
static inline bool read_short_integer(sts__intake_text *text, uint64_t *value) {
    enum { MOST = 19 };
    const uint8_t *at = text->at;
    const uint8_t *end = text->end;
    const bool quoted = at < end && *at == '"';
    const uint8_t *digits = at + quoted;
    uint64_t sum = 0;
    at = sts__intake_take_digits(digits, end, &sum);
    if (at == digits || at - digits > MOST || at == end)
        return false;
    if (quoted ? *at != '"' : *at == '.' || (*at | 0x20) == 'e' || (*digits == '0' && at - digits > 1))
        return false;
    text->at = at + quoted;
    *value = sum;
    return true;
}

static bool read_integer(sts__intake_reader *r, uint8_t kind, uint64_t *bits) {
    const uint8_t *start = r->text.at;
    const limits *limit = &limits_of[kind];
    sts_bytes text;
    bool quoted;
    bool negative = false;
    const char *wrong = NULL;
    if (read_short_integer(&r->text, bits)) {
        if (*bits <= limit->positive && kind != STS__SCHEMA_SINT32)
            return true;
    } else {
        if (!number_text(r, &text, &quoted))
            return false;
        wrong = sts__intake_whole(text, &negative, bits);
        if (!wrong && !limit->negative && *(const char *)text.data == '+') /* strconv.ParseUint takes no sign */
            wrong = "not a whole number";
    }
    if (!wrong && *bits > (negative ? limit->negative : limit->positive))
        wrong = "a number out of range";
    if (wrong)
        return sts__intake_wrong(&r->text, start, wrong);
    *bits = integer_bits(kind, negative, *bits);
    return true;
}

/* One that is not read at once: in quotes, where Go's syntax counts, or of many digits. */
static bool read_long_double(sts__intake_reader *r, double *number) {
    const uint8_t *start = r->text.at;
    sts_bytes text;
    bool quoted;
    if (!number_text(r, &text, &quoted))
        return false;
    sts__intake_text inside = {.start = text.data, .at = text.data, .end = (const uint8_t *)text.data + text.size};
    if (quoted && sts__intake_take_double(&inside, number) && inside.at == inside.end)
        return true;
    if (!sts__intake_reader_reserve(r, text.size + 1))
        return false;
    memmove(r->out.at, text.data, text.size); /* for a NUL behind it; it may be there already */
    bool good = sts__intake_drop_underscores(r->out.at, &text.size);
    r->out.at[text.size] = '\0';
    if (!good || !sts__double_parse((sts_bytes){r->out.at, text.size}, number))
        return sts__intake_wrong(&r->text, start, quoted ? "no double" : "a number beyond a double");
    if (isnan(*number)) {
        const uint64_t go = UINT64_C(0x7ff8000000000001); /* Go's, so that what is hashed is the same */
        memcpy(number, &go, sizeof go);
    }
    return true;
}

static bool read_double(sts__intake_reader *r, uint64_t *bits) {
    double number;
    if (!sts__intake_take_double(&r->text, &number) && !read_long_double(r, &number))
        return false;
    memcpy(bits, &number, sizeof number);
    return true;
}

static bool read_bool(sts__intake_reader *r, uint64_t *bits) {
    uint8_t next = sts__intake_peek(&r->text);
    *bits = next == 't';
    if (next != 't' && next != 'f')
        return sts__intake_wrong(&r->text, r->text.at, "true or false was expected");
    return sts__intake_take_word(&r->text, *bits ? "true" : "false");
}

/* A name, or a number in any of its forms. */
static bool read_enum(sts__intake_reader *r, const sts__schema_enum *enumeration, uint64_t *bits) {
    const uint8_t *start = r->text.at;
    sts_bytes text;
    int32_t number;
    if (sts__intake_peek(&r->text) != '"')
        return read_integer(r, STS__SCHEMA_ENUM, bits);
    if (!sts__intake_string_bytes(r, false, &text))
        return false;
    if (sts__schema_enum_number(enumeration, text.data, text.size, &number)) {
        *bits = (uint64_t)(int64_t)number;
        return true;
    }
    r->text.at = start;
    return read_integer(r, STS__SCHEMA_ENUM, bits) ||
           (!r->no_memory && sts__intake_wrong(&r->text, start, "neither a name of the enum's nor a number"));
}

static bool read_number(sts__intake_reader *r, const sts__schema_field *field, uint64_t *bits) {
    switch (field->kind) {
    case STS__SCHEMA_DOUBLE:
        return read_double(r, bits);
    case STS__SCHEMA_BOOL:
        return read_bool(r, bits);
    case STS__SCHEMA_ENUM:
        return read_enum(r, field->enumeration, bits);
    default:
        return read_integer(r, field->kind, bits);
    }
}

bool sts__intake_numbers(sts__intake_reader *r, sts__intake_frame *frame, const sts__schema_field *field) {
    sts__intake_text *text = &r->text;
    uint64_t bits;
    if (sts__intake_peek(text) == ']') {
        text->at++;
        return true;
    }
    if (!sts__intake_reader_reserve(r, STS__INTAKE_HEAD))
        return false;
    sts__intake_put_tag(&r->out, field->number, STS__WIRE_LENGTH);
    size_t start = sts__intake_begin(&r->out, 1);
    frame->in_array = true; /* for the path, if something is wrong */
    for (frame->index = 0;; frame->index++) {
        sts__intake_peek(text);
        if (!read_number(r, field, &bits) || !sts__intake_reader_reserve(r, STS__INTAKE_HEAD))
            return false;
        sts__intake_put_number(&r->out, field->type, bits);
        uint8_t next = sts__intake_peek(text);
        if (next == ']')
            break;
        if (next != ',')
            return sts__intake_wrong(text, text->at, "neither a comma nor the array's end");
        text->at++;
    }
    text->at++;
    frame->in_array = false;
    if (!sts__intake_reader_reserve(r, STS__INTAKE_LONG_LENGTH))
        return false;
    sts__intake_end(&r->out, start, 1);
    return true;
}

/* A value of no bytes is the same as none, but where there was another before, or where it is told from none. */
static bool is_default(const sts__schema_field *field, bool before) {
    return !before && !field->optional && !field->repeated;
}

static bool put_text(sts__intake_reader *r, const sts__schema_field *field, sts_bytes bytes, bool before) {
    if (bytes.size == 0 && is_default(field, before))
        return true;
    const uint8_t *from = bytes.data;
    bool is_scratch = from < r->text.start || from >= r->text.end; /* and may reach to where it is written */
    if (!sts__intake_reader_reserve(r, bytes.size + STS__INTAKE_HEAD + STS__INTAKE_SLACK))
        return false;
    sts__intake_put_tag(&r->out, field->number, STS__WIRE_LENGTH);
    if (!is_scratch) {
        sts__intake_put_bytes(&r->out, from, bytes.size, (size_t)(r->text.end - from));
        return true;
    }
    sts__intake_put_varint(&r->out, bytes.size);
    memmove(r->out.at, from, bytes.size);
    r->out.at += bytes.size;
    return true;
}

static bool read_text(sts__intake_reader *r, const sts__schema_field *field, bool before) {
    sts_bytes bytes;
    if (sts__intake_peek(&r->text) != '"')
        return sts__intake_wrong(&r->text, r->text.at, "a string was expected");
    return sts__intake_string_bytes(r, false, &bytes) && put_text(r, field, bytes, before);
}

static bool is_zero(const uint8_t *id, size_t size) {
    for (size_t i = 0; i < size; i++)
        if (id[i])
            return false;
    return true;
}

/* Hex, or base64 of as many bytes, as protobuf's own JSON writers have it. An id of zeros is none. */
static bool read_id(const sts__schema_field *field, sts_bytes text, uint8_t *out, size_t *size) {
    *size = field->id_size;
    if (text.size == 0 || sts__intake_hex(text, out, *size)) {
        if (text.size == 0 || is_zero(out, *size))
            *size = 0;
        return true;
    }
    if (!sts__intake_base64(text, out, size) || *size != field->id_size)
        return false;
    if (is_zero(out, *size))
        *size = 0;
    return true;
}

static bool read_bytes(sts__intake_reader *r, const sts__schema_field *field, bool before) {
    const uint8_t *start = r->text.at;
    sts_bytes text;
    size_t size;
    if (sts__intake_peek(&r->text) != '"')
        return sts__intake_wrong(&r->text, start, "a string was expected");
    if (!sts__intake_string_bytes(r, true, &text) || !sts__intake_reader_reserve(r, 2 * text.size + STS__INTAKE_HEAD))
        return false;
    uint8_t *scratch = r->out.at + STS__INTAKE_HEAD + text.size; /* behind an escaped text */
    if (field->kind == STS__SCHEMA_ID ? !read_id(field, text, scratch, &size)
                                      : !sts__intake_base64(text, scratch, &size))
        return sts__intake_wrong(&r->text, start,
                                 field->kind == STS__SCHEMA_ID ? "an id is hex of its size" : "not base64");
    if (size == 0 && is_default(field, before))
        return true;
    sts__intake_put_tag(&r->out, field->number, STS__WIRE_LENGTH);
    sts__intake_put_varint(&r->out, size);
    memmove(r->out.at, scratch, size);
    r->out.at += size;
    return true;
}

static bool put_number(sts__intake_reader *r, const sts__schema_field *field, uint64_t bits, bool before) {
    if (bits == 0 && is_default(field, before))
        return true;
    if (!sts__intake_reader_reserve(r, STS__INTAKE_HEAD))
        return false;
    sts__intake_put_tag(&r->out, field->number, field->type);
    sts__intake_put_number(&r->out, field->type, bits);
    return true;
}

/* Null is a field that is not set. Of a oneof that is nothing, but for a text, which pdata sets; of others it undoes
 * what was there before. An element that is a text is an empty one. */
static bool read_null(sts__intake_reader *r, sts__intake_frame *frame, const sts__schema_field *field) {
    static const sts_bytes none = {"", 0};
    if (!sts__intake_take_word(&r->text, "null"))
        return false;
    if (field->kind == STS__SCHEMA_STRING)
        return put_text(r, field, none, sts__intake_note(frame, field));
    if (field->optional || !(frame->seen & field->rivals))
        return true;
    sts__intake_note(frame, field);
    return field->type == STS__WIRE_LENGTH ? put_text(r, field, none, true) : put_number(r, field, 0, true);
}

bool sts__intake_value(sts__intake_reader *r, sts__intake_frame *frame, const sts__schema_field *field) {
    uint64_t bits;
    if (sts__intake_peek(&r->text) == 'n')
        return read_null(r, frame, field);
    bool before = sts__intake_note(frame, field);
    switch (field->kind) {
    case STS__SCHEMA_STRING:
        return read_text(r, field, before);
    case STS__SCHEMA_BYTES:
    case STS__SCHEMA_ID:
        return read_bytes(r, field, before);
    default:
        return read_number(r, field, &bits) && put_number(r, field, bits, before);
    }
}
