/* SPDX-License-Identifier: Apache-2.0 */
#include "schema/check.h"

#include <inttypes.h>

#include "base/prefetch.h"
#include "wire/reader.h"

typedef struct check {
    const uint8_t *start; /* of the request: offsets count from here */
    const uint8_t *end;
    const uint8_t *fetched; /* up to here the request was asked for */
    sts__fault *fault;
} check;

/* Asks for what is looked at soon. Most of a request is in no cache yet, and so much of it is gone past that processors
 * do not see where this goes. */
static inline void fetch_ahead(check *c, const uint8_t *at) {
    enum { AHEAD = 2048 };
    while (c->fetched - at < AHEAD && c->end - c->fetched > STS__PREFETCH_LINE) {
        c->fetched += STS__PREFETCH_LINE;
        sts__prefetch_to_read(c->fetched);
    }
}

static sts_status malformed(const check *c, const uint8_t *at, const char *what, const char *where) {
    return sts__fault_set_at(c->fault, STS_ERR_MALFORMED, at - c->start, "%s in %s, at byte %td of the request", what,
                             where, at - c->start);
}

static sts_status too_deep(const check *c, const uint8_t *at) {
    return sts__fault_set_at(c->fault, STS_ERR_TOO_DEEP, at - c->start,
                             "nested more than %d levels deep, at byte %td of the request", STS__WIRE_MAX_DEPTH,
                             at - c->start);
}

/* Skips a group whose start was read, with the groups inside it; ends match starts by their number. */
static sts_status skip_group(const check *c, sts__wire_reader *reader, const sts__wire_field *start, int depth) {
    uint64_t open[STS__WIRE_MAX_DEPTH + 1];
    int count = 0;
    open[count++] = start->number;
    sts__wire_field field;
    while (count && sts__wire_next(reader, &field)) {
        if (field.type == STS__WIRE_GROUP) {
            if (depth + count >= STS__WIRE_MAX_DEPTH)
                return too_deep(c, field.start);
            open[count++] = field.number;
        } else if (field.type == STS__WIRE_GROUP_END && field.number != open[--count]) {
            return malformed(c, field.start, "the end of another group", "a group");
        }
    }
    if (reader->fault)
        return malformed(c, reader->at, reader->fault, "a group");
    return count ? malformed(c, reader->end, "no end", "a group") : STS_OK;
}

/* Numbers that stand one behind the other without tags. */
static sts_status check_packed(const check *c, sts_bytes bytes, const sts__schema_field *known, const char *where) {
    sts__wire_reader reader = sts__wire_read(bytes);
    const unsigned width = known->type == STS__WIRE_FIXED64 ? 8 : 4;
    uint64_t value;
    if (known->type != STS__WIRE_VARINT)
        reader.at = reader.end - bytes.size % width; /* where one may be that is not whole */
    while (reader.at < reader.end) {
        const uint8_t *start = reader.at;
        if (known->type == STS__WIRE_VARINT ? !sts__wire_varint(&reader, &value)
                                            : !sts__wire_fixed(&reader, width, &value))
            return malformed(c, start, reader.fault, where);
    }
    return STS_OK;
}

static bool is_packed(const sts__schema_field *known, const sts__wire_field *field) {
    return known->repeated && field->type == STS__WIRE_LENGTH && known->type != STS__WIRE_LENGTH;
}

static sts_status wrong_type(const check *c, const sts__schema_message *message, const sts__schema_field *known,
                             const sts__wire_field *field) {
    return sts__fault_set_at(c->fault, STS_ERR_MALFORMED, field->start - c->start,
                             "wire type %" PRIu32 " for %s.%s, which has type %u, at byte %td of the request",
                             field->type, message->name, known->name, known->type, field->start - c->start);
}

/* Takes the field with that tag, if it stands there and is not very long. */
STS__WIRE_INLINE bool take(const uint8_t **at, const uint8_t *end, uint8_t tag, sts_bytes *bytes) {
    if (*at == end || **at != tag || !sts__wire_short_length(*at + 1, end, bytes))
        return false;
    *at = (const uint8_t *)bytes->data + bytes->size;
    return true;
}

/* An AnyValue of one member that has nothing in it, as nearly all are (schema/common.proto). What is not is not wrong:
 * it is gone through field by field. */
STS__WIRE_INLINE bool is_simple_value(sts_bytes value) {
    enum { STRING = 1 << 3 | 2, BOOLEAN = 2 << 3, INTEGER = 3 << 3, DOUBLE = 4 << 3 | 1, BYTES = 7 << 3 | 2 };
    sts__wire_reader reader = sts__wire_read(value);
    sts_bytes text;
    uint64_t number;
    if (value.size == 0)
        return false;
    switch (*reader.at) {
    case STRING:
    case BYTES:
        return take(&reader.at, reader.end, *reader.at, &text) && reader.at == reader.end;
    case BOOLEAN:
    case INTEGER:
        reader.at++;
        return sts__wire_varint(&reader, &number) && reader.at == reader.end;
    case DOUBLE:
        return value.size == 1 + 8;
    default:
        return false;
    }
}

/* A KeyValue of one key and one such value, in either order. */
static inline bool is_simple_attribute(sts_bytes attribute) {
    enum { KEY = 1 << 3 | 2, VALUE = 2 << 3 | 2 };
    const uint8_t *at = attribute.data;
    const uint8_t *end = at + attribute.size;
    sts_bytes key;
    sts_bytes value;
    bool complete = attribute.size && *at == KEY ? take(&at, end, KEY, &key) && take(&at, end, VALUE, &value)
                                                 : take(&at, end, VALUE, &value) && take(&at, end, KEY, &key);
    return complete && at == end && is_simple_value(value);
}

/* The same where both have lengths of one byte, as nearly all have: found at once, as both stand where they must. */
static inline bool is_short_attribute(sts_bytes attribute) {
    enum { KEY = 1 << 3 | 2, VALUE = 2 << 3 | 2, LONG = 0x80 };
    const uint8_t *at = attribute.data;
    if (attribute.size < 4 || (at[0] != KEY && at[0] != VALUE))
        return false;
    const size_t first = at[1];
    if (first + 4 > attribute.size || at[2 + first] != (at[0] ^ KEY ^ VALUE))
        return false;
    const size_t second = at[3 + first];
    if ((first | second) & LONG || first + second + 4 != attribute.size)
        return false;
    return is_simple_value(at[0] == VALUE ? (sts_bytes){at + 2, first} : (sts_bytes){at + 4 + first, second});
}

/* Whether nothing can be wrong with a message of this depth, by a short look. */
static inline bool is_simple(const sts__schema_message *message, sts_bytes bytes, int depth) {
    if (message == &sts__schema_key_value)
        return depth < STS__WIRE_MAX_DEPTH && (is_short_attribute(bytes) || is_simple_attribute(bytes));
    return message == &sts__schema_any_value && is_simple_value(bytes);
}

static sts_status check_message(check *c, sts_bytes bytes, const sts__schema_message *message, int depth);

/* A field that is a message, which begins at `start`. */
static inline sts_status check_inner(check *c, const uint8_t *start, sts_bytes bytes,
                                     const sts__schema_message *message, int depth) {
    if (depth > STS__WIRE_MAX_DEPTH)
        return too_deep(c, start);
    fetch_ahead(c, start);
    return is_simple(message, bytes, depth) ? STS_OK : check_message(c, bytes, message, depth);
}

/* A field of any kind; groups are read on. */
static sts_status check_field(check *c, sts__wire_reader *reader, const sts__wire_field *field,
                              const sts__schema_message *message, int depth) {
    const sts__schema_field *known = sts__schema_by_number(message, field->number);
    if (known && known->type != field->type)
        return is_packed(known, field) ? check_packed(c, field->bytes, known, message->name)
                                       : wrong_type(c, message, known, field);
    if (field->type == STS__WIRE_GROUP_END)
        return malformed(c, field->start, "the end of a group that was not begun", message->name);
    if (known)
        return known->message ? check_inner(c, field->start, field->bytes, known->message, depth + 1) : STS_OK;
    if (field->type != STS__WIRE_GROUP)
        return STS_OK;
    return depth < STS__WIRE_MAX_DEPTH ? skip_group(c, reader, field, depth + 1) : too_deep(c, field->start);
}

/* Goes past fields as they usually are (schema.h), up to one that is a message: what that is to be is returned, where
 * it begins, and what is inside. NULL at the end, and in front of a field that is not as usual. */
STS__WIRE_INLINE const sts__schema_message *next_inner(const sts__schema_message *message, sts__wire_reader *reader,
                                                       const uint8_t **start, sts_bytes *inside) {
    while (reader->at < reader->end) {
        const uint8_t usual = *reader->at < 0x80 ? message->usual[*reader->at] : 0;
        const uint8_t *behind = usual ? sts__wire_behind(reader->at, reader->end, inside) : NULL;
        if (!behind)
            return NULL;
        *start = reader->at;
        reader->at = behind;
        if (usual != STS__SCHEMA_PLAIN)
            return message->fields[usual - 1].message;
    }
    return NULL;
}

static sts_status check_message(check *c, sts_bytes bytes, const sts__schema_message *message, int depth) {
    sts__wire_reader reader = sts__wire_read(bytes);
    sts__wire_field field;
    sts_status status = STS_OK;
    while (status == STS_OK) {
        const uint8_t *start;
        sts_bytes inside = {NULL, 0};
        const sts__schema_message *inner = next_inner(message, &reader, &start, &inside);
        if (inner) {
            status = check_inner(c, start, inside, inner, depth + 1);
            continue;
        }
        if (!sts__wire_next(&reader, &field))
            break;
        sts__wire_reader on = reader; /* copies, so that the ones above can stay in registers */
        const sts__wire_field unusual = field;
        status = check_field(c, &on, &unusual, message, depth);
        reader = on;
    }
    if (status == STS_OK && reader.fault)
        return malformed(c, reader.at, reader.fault, message->name);
    return status;
}

sts_status sts__schema_check(sts_bytes bytes, const sts__schema_message *message, sts__fault *fault) {
    if (bytes.size > INT32_MAX) /* no protobuf message may be larger (protobuf.dev, "Size Limits") */
        return sts__fault_set(fault, STS_ERR_REQUEST_SIZE, "the request has %zu bytes; at most 2147483647 are taken",
                              bytes.size);
    const uint8_t *start = bytes.data;
    check c = {start, bytes.size ? start + bytes.size : start, start, fault};
    return check_message(&c, bytes, message, 0);
}
