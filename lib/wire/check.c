/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/check.h"

#include <inttypes.h>

#include "wire/reader.h"

typedef struct check {
    const uint8_t *start; /* of the request: offsets count from here */
    sts__fault *fault;
} check;

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

static const sts__wire_rule *find_rule(const sts__wire_message *message, uint64_t number) {
    if (number < message->rule_count)
        return message->rules[number].name ? &message->rules[number] : NULL;
    return number == message->far_number ? &message->far_rule : NULL;
}

static sts_status check_message(const check *c, sts_bytes bytes, const sts__wire_message *message, int depth) {
    sts__wire_reader reader = sts__wire_read(bytes);
    sts__wire_field field;
    sts_status status = STS_OK;
    while (status == STS_OK && sts__wire_next(&reader, &field)) {
        const sts__wire_rule *rule = find_rule(message, field.number);
        if (rule && rule->type != field.type)
            return sts__fault_set_at(c->fault, STS_ERR_MALFORMED, field.start - c->start,
                                     "wire type %" PRIu32 " for %s.%s, which has type %" PRIu32
                                     ", at byte %td of the request",
                                     field.type, message->name, rule->name, rule->type, field.start - c->start);
        if (field.type == STS__WIRE_GROUP_END)
            return malformed(c, field.start, "the end of a group that was not begun", message->name);
        if (rule ? rule->message != NULL : field.type == STS__WIRE_GROUP) {
            if (depth >= STS__WIRE_MAX_DEPTH)
                return too_deep(c, field.start);
            status = rule ? check_message(c, field.bytes, rule->message, depth + 1)
                          : skip_group(c, &reader, &field, depth + 1);
        }
    }
    if (status == STS_OK && reader.fault)
        return malformed(c, reader.at, reader.fault, message->name);
    return status;
}

sts_status sts__wire_check(sts_bytes bytes, const sts__wire_message *message, sts__fault *fault) {
    if (bytes.size > INT32_MAX) /* no protobuf message may be larger (protobuf.dev, "Size Limits") */
        return sts__fault_set(fault, STS_ERR_REQUEST_SIZE, "the request has %zu bytes; at most 2147483647 are taken",
                              bytes.size);
    check c = {bytes.data, fault};
    return check_message(&c, bytes, message, 0);
}
