/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "intake/reader.h"

/* Field numbers of KeyValue and AnyValue (schema/common.proto). */
enum { KEY = 1, VALUE = 2, STRING_VALUE = 1, HEAD = 2 /* a tag and a length of a byte each */ };

/* The shortest that has as many bytes behind its name as is looked at at once, with those of the words between. */
enum { LEAST = 128, MOST_TEXT = 48 };

/* How long the string is that begins at `at`, where it is short and simple; else -1. */
static int simple_size(const uint8_t *at) {
    for (int size = 0; size < MOST_TEXT; size += STS__INTAKE_STEP) {
        uint64_t found = sts__intake_special_of(at + size);
        if (found) {
            size += sts__intake_first_of(found);
            return at[size] == '"' ? size : -1;
        }
    }
    return -1;
}

static void put_string(sts__intake_out *out, uint32_t field, const uint8_t *bytes, int size) {
    sts__intake_put_tag(out, field, STS__WIRE_LENGTH);
    sts__intake_put_bytes(out, bytes, (size_t)size, LEAST);
}

bool sts__intake_attribute(sts__intake_reader *r, const sts__schema_field *field) {
    static const char before_key[] = "{\"key\":\"";
    static const char before_text[] = "\",\"value\":{\"stringValue\":\"";
    static const char behind[] = "\"}}";
    enum { BEFORE_KEY = sizeof before_key - 1, BEFORE_TEXT = sizeof before_text - 1, BEHIND = sizeof behind - 1 };
    const uint8_t *key = r->text.at + BEFORE_KEY;
    if (!sts__intake_has_levels(r, 2))
        return false;
    if (r->text.end - r->text.at < BEFORE_KEY + LEAST || memcmp(r->text.at, before_key, BEFORE_KEY) != 0)
        return false;
    int key_size = simple_size(key);
    if (key_size <= 0 || memcmp(key + key_size, before_text, BEFORE_TEXT) != 0)
        return false;
    const uint8_t *text = key + key_size + BEFORE_TEXT;
    if (r->text.end - text < LEAST)
        return false;
    int size = simple_size(text);
    if (size < 0 || memcmp(text + size, behind, BEHIND) != 0)
        return false;
    if (!sts__intake_reserve(&r->out, LEAST + 2 * STS__INTAKE_HEAD))
        return false; /* whoever reads it otherwise will find that there is no memory */
    sts__intake_put_tag(&r->out, field->number, STS__WIRE_LENGTH);
    sts__intake_put_varint(&r->out, (uint64_t)(HEAD + key_size + HEAD + HEAD + size));
    put_string(&r->out, KEY, key, key_size);
    sts__intake_put_tag(&r->out, VALUE, STS__WIRE_LENGTH);
    sts__intake_put_varint(&r->out, (uint64_t)(HEAD + size));
    put_string(&r->out, STRING_VALUE, text, size);
    r->text.at = text + size + BEHIND;
    return true;
}
