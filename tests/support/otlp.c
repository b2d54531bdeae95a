/* SPDX-License-Identifier: Apache-2.0 */
#include "support/otlp.h"

#include <stdio.h>
#include <string.h>

/* Field numbers of opentelemetry-proto. */
enum { VALUE_TEXT = 1, VALUE_BOOL = 2, VALUE_INT = 3, VALUE_DOUBLE = 4, VALUE_ARRAY = 5, VALUE_BYTES = 7 };
enum { ARRAY_VALUES = 1 };
enum { PAIR_KEY = 1, PAIR_VALUE = 2 };
enum { RECORD_TIME = 1, RECORD_BODY = 5, RECORD_ATTRIBUTES = 6 };
enum { SCOPE_LOGS_SCOPE = 1, SCOPE_LOGS_RECORDS = 2 };
enum { RESOURCE_LOGS_RESOURCE = 1, RESOURCE_LOGS_SCOPE_LOGS = 2 };
enum { SCOPE_NAME = 1, RESOURCE_ATTRIBUTES = 1, REQUEST_RESOURCE_LOGS = 1 };

struct pb otlp_text(const char *text) {
    struct pb value = {0};
    pb_text(&value, VALUE_TEXT, text);
    return value;
}

struct pb otlp_bytes(const void *data, size_t size) {
    struct pb value = {0};
    pb_bytes(&value, VALUE_BYTES, data, size);
    return value;
}

struct pb otlp_int(int64_t number) {
    struct pb value = {0};
    pb_varint(&value, VALUE_INT, (uint64_t)number);
    return value;
}

struct pb otlp_double(double number) {
    struct pb value = {0};
    pb_double(&value, VALUE_DOUBLE, number);
    return value;
}

struct pb otlp_bool(bool truth) {
    struct pb value = {0};
    pb_varint(&value, VALUE_BOOL, truth);
    return value;
}

struct pb otlp_nested(unsigned levels) {
    struct pb value = {0};
    for (unsigned i = 0; i < levels; i++) {
        struct pb array = {0}, outer = {0};
        pb_message(&array, ARRAY_VALUES, &value);
        pb_message(&outer, VALUE_ARRAY, &array);
        value = outer;
    }
    return value;
}

void otlp_key_value(struct pb *out, uint32_t field, const char *key, struct pb *value, enum pb_order order) {
    struct pb_parts parts = {0};
    struct pb pair = {0};
    pb_text(pb_part(&parts), PAIR_KEY, key);
    pb_message(pb_part(&parts), PAIR_VALUE, value);
    pb_join(&pair, &parts, order);
    pb_message(out, field, &pair);
}

void otlp_add(struct otlp *otlp, struct pb *key, struct pb *topic, struct pb *body) {
    struct pb_parts parts = {0};
    struct pb record = {0}, *attributes;
    pb_fixed64(pb_part(&parts), RECORD_TIME, 1767225600000000000u);
    if (body)
        pb_message(pb_part(&parts), RECORD_BODY, body);
    attributes = pb_part(&parts);
    if (key)
        otlp_key_value(attributes, RECORD_ATTRIBUTES, "stskafka.key", key, otlp->order);
    if (topic)
        otlp_key_value(attributes, RECORD_ATTRIBUTES, "stskafka.topic", topic, otlp->order);
    pb_join(&record, &parts, otlp->order);
    pb_message(&otlp->records, SCOPE_LOGS_RECORDS, &record);
}

void otlp_add_record(struct otlp *otlp, const char *key, const char *body) {
    struct pb key_value = {0}, body_value = otlp_bytes(body, strlen(body));
    if (key)
        key_value = otlp_text(key);
    otlp_add(otlp, key ? &key_value : NULL, NULL, &body_value);
}

void otlp_add_numbered(struct otlp *otlp, unsigned first, unsigned count) {
    for (unsigned i = first; i < first + count; i++) {
        char key[32], body[32];
        snprintf(key, sizeof key, "key-%u", i);
        snprintf(body, sizeof body, "body-%u", i);
        otlp_add_record(otlp, key, body);
    }
}

void otlp_finish(struct pb *out, struct otlp *otlp) {
    struct pb_parts scope_logs_parts = {0}, resource_logs_parts = {0};
    struct pb scope = {0}, scope_logs = {0}, resource = {0}, resource_logs = {0}, *records;
    struct pb service = otlp_text("a service");

    pb_text(&scope, SCOPE_NAME, "a scope");
    pb_message(pb_part(&scope_logs_parts), SCOPE_LOGS_SCOPE, &scope);
    records = pb_part(&scope_logs_parts);
    pb_put(records, otlp->records.data, otlp->records.size);
    pb_join(&scope_logs, &scope_logs_parts, otlp->order);

    otlp_key_value(&resource, RESOURCE_ATTRIBUTES, "service.name", &service, otlp->order);
    pb_message(pb_part(&resource_logs_parts), RESOURCE_LOGS_RESOURCE, &resource);
    pb_message(pb_part(&resource_logs_parts), RESOURCE_LOGS_SCOPE_LOGS, &scope_logs);
    pb_join(&resource_logs, &resource_logs_parts, otlp->order);

    pb_message(out, REQUEST_RESOURCE_LOGS, &resource_logs);
    pb_clear(&otlp->records);
}

void otlp_numbered(struct pb *out, unsigned count) {
    struct otlp otlp = {0};
    otlp_add_numbered(&otlp, 0, count);
    otlp_finish(out, &otlp);
}
