/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/reader.h"

/* At most ten bytes. Of the tenth only the lowest bit has room: the others are dropped, as pdata's reader and Google's
 * drop them. */
bool sts__wire_long_varint(sts__wire_reader *reader, uint64_t *value) {
    uint64_t result = 0;
    const uint8_t *at = reader->at;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        if (at == reader->end)
            return sts__wire_fail(reader, "ends inside a varint");
        uint8_t byte = *at++;
        result |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80) {
            reader->at = at;
            *value = result;
            return true;
        }
    }
    return sts__wire_fail(reader, "a varint of more than ten bytes");
}

bool sts__wire_next_long(sts__wire_reader *reader, sts__wire_field *field) {
    const sts_bytes none = {NULL, 0};
    field->start = reader->at;
    field->bytes = none;
    field->value = 0;
    uint64_t tag;
    if (!sts__wire_varint(reader, &tag))
        return false;
    field->number = tag >> 3;
    field->type = (uint32_t)(tag & 7);
    if (field->number == 0 || field->number > 0x1fffffff) {
        reader->at = field->start;
        return sts__wire_fail(reader, "a field number that is not between 1 and 536870911");
    }
    switch (field->type) {
    case STS__WIRE_LENGTH:
        if (!sts__wire_varint(reader, &field->value))
            return false;
        if (field->value > (uint64_t)(reader->end - reader->at))
            return sts__wire_fail(reader, "a length beyond the end");
        field->bytes.data = reader->at;
        field->bytes.size = (size_t)field->value;
        reader->at += field->value;
        return true;
    case STS__WIRE_VARINT:
        return sts__wire_varint(reader, &field->value);
    case STS__WIRE_FIXED64:
        return sts__wire_fixed(reader, 8, &field->value);
    case STS__WIRE_FIXED32:
        return sts__wire_fixed(reader, 4, &field->value);
    case STS__WIRE_GROUP:
    case STS__WIRE_GROUP_END:
        return true;
    default:
        reader->at = field->start;
        return sts__wire_fail(reader, "a wire type that does not exist");
    }
}

bool sts__wire_next_long_value(sts__wire_reader *reader, sts__wire_field *field) {
    unsigned group = 0;
    while (sts__wire_next(reader, field)) {
        if (field->type == STS__WIRE_GROUP)
            group++;
        else if (field->type == STS__WIRE_GROUP_END)
            group--;
        else if (!group)
            return true;
    }
    return false;
}

bool sts__wire_find_on(sts__wire_reader *reader, uint64_t number, sts_bytes *bytes) {
    sts__wire_field field;
    while (sts__wire_next_value(reader, &field)) {
        if (field.number == number && field.type == STS__WIRE_LENGTH) {
            *bytes = field.bytes;
            return true;
        }
    }
    return false;
}
