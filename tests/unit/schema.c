/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of OTLP's messages (lib/schema): what is found in it, and what the check makes of bytes by it. That it says
 * the same as opentelemetry-proto is golden.schema_google's. */
#include <criterion/criterion.h>
#include <string.h>

#include "schema/check.h"
#include "support/protobuf.h"
#include "wire/reader.h"

static const sts__schema_field *field_of(const sts__schema_message *message, const char *name) {
    const sts__schema_field *field = sts__schema_by_name(message, (const uint8_t *)name, strlen(name));
    cr_assert_not_null(field, "%s.%s", message->name, name);
    return field;
}

static void check_names(const sts__schema_message *message) {
    for (uint32_t i = 0; i < message->field_count; i++) {
        const sts__schema_field *field = &message->fields[i];
        cr_assert_eq(sts__schema_by_number(message, field->number), field, "%s.%s", message->name, field->name);
        cr_assert_eq(field_of(message, field->name), field, "%s.%s", message->name, field->name);
        cr_assert_eq(field_of(message, field->json_name), field, "%s.%s", message->name, field->json_name);
        cr_assert_eq(field->message != NULL, field->kind == STS__SCHEMA_MESSAGE, "%s.%s", message->name, field->name);
        cr_assert_eq(field->enumeration != NULL, field->kind == STS__SCHEMA_ENUM, "%s.%s", message->name, field->name);
    }
}

/* Every message, once: `seen` are those on the way and before. */
static void check_all(const sts__schema_message *message, const sts__schema_message **seen, size_t *count) {
    for (size_t i = 0; i < *count; i++)
        if (seen[i] == message)
            return;
    seen[(*count)++] = message;
    check_names(message);
    for (uint32_t i = 0; i < message->field_count; i++)
        if (message->fields[i].message)
            check_all(message->fields[i].message, seen, count);
}

Test(schema, every_field_is_found_by_its_number_and_by_both_of_its_names) {
    const sts__schema_message *seen[64];
    size_t count = 0;
    check_all(&sts__schema_logs_request, seen, &count);
    check_all(&sts__schema_traces_request, seen, &count);
    check_all(&sts__schema_metrics_request, seen, &count);
    cr_assert_eq(count, 34u, "%zu messages", count);
}

Test(schema, what_is_no_field_is_not_found) {
    static const char *const names[] = {"", "x", "resourceLog", "resource_Logs", "RESOURCELOGS", "resourceSpans"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        cr_assert_null(sts__schema_by_name(&sts__schema_logs_request, (const uint8_t *)names[i], strlen(names[i])),
                       "%s", names[i]);
    const sts__schema_message *resource_logs = sts__schema_logs_request.fields[0].message;
    static const uint64_t numbers[] = {0, 4, 999, 1001, UINT64_C(0x1fffffff)};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        cr_assert_null(sts__schema_by_number(resource_logs, numbers[i]), "%d", (int)numbers[i]);
    cr_assert_str_eq(sts__schema_by_number(resource_logs, 1000)->name, "deprecated_scope_logs");
}

Test(schema, the_numbers_of_an_enum) {
    const sts__schema_message *scope =
        field_of(field_of(&sts__schema_traces_request, "resourceSpans")->message, "scopeSpans")->message;
    const sts__schema_enum *kind = field_of(field_of(scope, "spans")->message, "kind")->enumeration;
    int32_t number = -1;
    cr_assert(sts__schema_enum_number(kind, (const uint8_t *)"SPAN_KIND_CONSUMER", 18, &number));
    cr_assert_eq(number, 5);
    cr_assert_not(sts__schema_enum_number(kind, (const uint8_t *)"SPAN_KIND_CONSUME", 17, &number));
    cr_assert_not(sts__schema_enum_number(kind, (const uint8_t *)"", 0, &number));
}

/* `content` as what the path of field numbers leads to, from the request on; it is cleared. */
static struct pb request_of(struct pb content, const uint32_t *path, size_t steps) {
    while (steps--) {
        struct pb outer = {0};
        pb_message(&outer, path[steps], &content);
        content = outer;
    }
    return content;
}

static void check_point(const sts__schema_message *request, struct pb content, const uint32_t *path, size_t steps,
                        sts_status expected, int64_t offset_in_content, const char *what) {
    sts__fault fault = {.offset = -1};
    size_t size = content.size;
    struct pb bytes = request_of(content, path, steps);
    sts_status status = sts__schema_check((sts_bytes){bytes.data, bytes.size}, request, &fault);
    cr_assert_eq(status, expected, "%s: %d, %s", what, (int)status, fault.text);
    if (status != STS_OK)
        cr_assert_eq(fault.offset, (int64_t)(bytes.size - size) + offset_in_content, "%s: at %d", what,
                     (int)fault.offset);
    pb_clear(&bytes);
}

/* resource_metrics, scope_metrics, metrics, histogram, data_points. */
static const uint32_t histogram_point[] = {1, 2, 2, 9, 1};
/* resource_metrics, scope_metrics, metrics, exponential_histogram, data_points, positive. */
static const uint32_t buckets[] = {1, 2, 2, 10, 1, 8};

#define CHECK(path, bytes, expected, offset)                                                                           \
    check_point(&sts__schema_metrics_request, bytes, path, sizeof(path) / sizeof((path)[0]), expected, offset, #bytes)

static struct pb packed(uint32_t field, const char *bytes, size_t size) {
    struct pb pb = {0};
    pb_bytes(&pb, field, bytes, size);
    return pb;
}

static struct pb numbers(uint32_t field, size_t count) {
    struct pb pb = {0};
    for (size_t i = 0; i < count; i++)
        pb_fixed64(&pb, field, i);
    return pb;
}

Test(schema, numbers_of_a_repeated_field_may_be_packed_or_not) {
    CHECK(histogram_point, packed(6, "12345678abcdefgh", 16), STS_OK, 0);
    CHECK(histogram_point, packed(6, "", 0), STS_OK, 0);
    CHECK(histogram_point, numbers(6, 3), STS_OK, 0);
    CHECK(buckets, packed(2, "\x01\xff\x7f", 3), STS_OK, 0);
    CHECK(histogram_point, packed(6, "12345678abcdefg", 15), STS_ERR_MALFORMED, 2 + 8);
    CHECK(buckets, packed(2, "\x01\x02\xff", 3), STS_ERR_MALFORMED, 2 + 2);
    /* A single number is never packed. */
    CHECK(histogram_point, packed(4, "12345678", 8), STS_ERR_MALFORMED, 0);
}

static struct pb varint(uint32_t field) {
    struct pb pb = {0};
    pb_varint(&pb, field, 1);
    return pb;
}

/* Fields that logs have no use for, and yet are part of the schema: the collector refuses them too. */
Test(schema, wrong_wire_types_of_fields_that_only_profiles_use_and_of_entities) {
    static const uint32_t attribute[] = {1, 1, 1}, value[] = {1, 1, 1, 2}, resource[] = {1, 1};
    const sts__schema_message *request = &sts__schema_logs_request;
    check_point(request, varint(3), attribute, 3, STS_OK, 0, "key_strindex");
    check_point(request, packed(3, "a", 1), attribute, 3, STS_ERR_MALFORMED, 0, "key_strindex as bytes");
    check_point(request, varint(8), value, 4, STS_OK, 0, "string_value_strindex");
    check_point(request, packed(8, "a", 1), value, 4, STS_ERR_MALFORMED, 0, "string_value_strindex as bytes");
    check_point(request, packed(3, "\x0a\x01u", 3), resource, 2, STS_OK, 0, "entity_refs");
    check_point(request, varint(3), resource, 2, STS_ERR_MALFORMED, 0, "entity_refs as a number");
}
