/* SPDX-License-Identifier: Apache-2.0 */
#include "otlp_items.h"

#include <stdbool.h>

/* What is left of a message. */
struct message {
    const unsigned char *at;
    const unsigned char *end;
};

static bool read_varint(struct message *message, uint64_t *number) {
    *number = 0;
    for (unsigned shift = 0; message->at < message->end && shift < 64; shift += 7) {
        unsigned char byte = *message->at++;
        *number |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80))
            return true;
    }
    return false;
}

static bool skip(struct message *message, uint64_t size) {
    if (size > (uint64_t)(message->end - message->at))
        return false;
    message->at += size;
    return true;
}

/* The next field that is a message, of this number; false at the end, or where it cannot be read on. */
static bool next_message(struct message *message, uint64_t number, struct message *inner) {
    uint64_t tag, size;
    while (message->at < message->end && read_varint(message, &tag)) {
        bool is_good;
        switch (tag & 7) {
        case 0:
            is_good = read_varint(message, &size);
            break;
        case 1:
            is_good = skip(message, 8);
            break;
        case 2:
            is_good = read_varint(message, &size);
            inner->at = message->at;
            is_good = is_good && skip(message, size);
            inner->end = message->at;
            if (is_good && tag >> 3 == number)
                return true;
            break;
        case 5:
            is_good = skip(message, 4);
            break;
        default:
            is_good = false;
        }
        if (!is_good)
            return false;
    }
    return false;
}

/* The numbers are the same for all signals: groups by resource (1), in them groups by scope (2), in them items (2). */
uint64_t otlp_items_count(const unsigned char *data, size_t size) {
    struct message request = {data, data + size}, resource, scope, item;
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
            fits += fits == depth && depth < wanted && form[depth] == c;
            count += ++depth == wanted && fits == wanted;
        } else if ((c == '}' || c == ']') && depth) {
            depth--;
            fits = fits < depth ? fits : depth;
        }
    }
    return count;
}
