/* SPDX-License-Identifier: Apache-2.0 */
#include "otlp_items.h"

#include <stdbool.h>

#include "wire.h"

/* The next field that is a message, of this number; false at the end, or where it cannot be read on. */
static bool next_message(struct wire *message, uint64_t number, struct wire *inner) {
    struct wire_field field;
    while (wire_next(message, &field)) {
        if (field.number != number || field.type != WIRE_BYTES)
            continue;
        *inner = wire_of(field.bytes);
        return true;
    }
    return false;
}

/* The numbers are the same for all signals: groups by resource (1), in them groups by scope (2), in them items (2). */
uint64_t otlp_items_count(const unsigned char *data, size_t size) {
    struct wire request = wire_of((sts_bytes){data, size}), resource, scope, item;
    uint64_t count = 0;
    while (next_message(&request, 1, &resource))
        while (next_message(&resource, 2, &scope))
            while (next_message(&scope, 2, &item))
                count++;
    return count;
}

/* Behind the quotation mark that ends a text. */
static const unsigned char *skip_text(const unsigned char *at, const unsigned char *end) {
    while (at < end && *at != '"')
        at += *at == '\\' && end - at > 1 ? 2 : 1;
    return at < end ? at + 1 : end;
}

/* By brackets alone: an object in a list of an object in a list of an object in a list of the request is an item.
 * Attributes lie in an object (resource, scope) of their own, so that nothing else is of that form. */
uint64_t otlp_items_count_json(const unsigned char *data, size_t size) {
    static const char form[] = "{[{[{[{";
    const size_t wanted = sizeof form - 1;
    size_t depth = 0, fits = 0; /* how many of the brackets that are open, from the outermost, are as in the form */
    uint64_t count = 0;
    for (const unsigned char *at = data, *end = data + size; at < end;) {
        unsigned char c = *at++;
        if (c == '"') {
            at = skip_text(at, end);
        } else if (c == '{' || c == '[') {
            fits += fits == depth && depth < wanted && form[depth] == (char)c;
            count += ++depth == wanted && fits == wanted;
        } else if ((c == '}' || c == ']') && depth) {
            depth--;
            fits = fits < depth ? fits : depth;
        }
    }
    return count;
}
