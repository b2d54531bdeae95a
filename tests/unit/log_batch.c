/* SPDX-License-Identifier: Apache-2.0
 *
 * Batches of log records through the public API: their bytes, and what is refused. (The bytes read by Google's
 * protobuf: bindings/python/tests/test_log_batch.py; exports: log_batch_export.c.) */
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include <stskafka/stskafka.h>

#include "otlp/builder.h"
#include "support/log_batch.h"
#include "support/otlp.h"

static const unsigned char trace_id[16] = "0123456789abcdef";
static const unsigned char span_id[8] = "01234567";

/* Clears what is expected. */
static void expect_bytes(sts_logs *logs, struct pb *expected) {
    sts_bytes bytes = log_batch_bytes(logs);
    cr_assert_eq(bytes.size, expected->size, "%zu bytes, not %zu", bytes.size, expected->size);
    cr_assert(bytes.size == 0 || memcmp(bytes.data, expected->data, bytes.size) == 0);
    pb_clear(expected);
}

static void key_value(struct pb *out, uint32_t field, const char *name, struct pb value) {
    otlp_key_value(out, field, name, &value, PB_ASCENDING);
}

/* Attributes of all types, in this order. */
static void put_all_types(sts_logs *logs) {
    EXPECT_OK(sts_logs_put_empty(logs, "empty", NULL));
    EXPECT_OK(sts_logs_put_string(logs, "string", "t\0\xc3\xbc", 4, NULL));
    EXPECT_OK(sts_logs_put_string(logs, "no string", NULL, 0, NULL));
    EXPECT_OK(sts_logs_put_bool(logs, "true", 7, NULL));
    EXPECT_OK(sts_logs_put_bool(logs, "false", 0, NULL));
    EXPECT_OK(sts_logs_put_int(logs, "least", INT64_MIN, NULL));
    EXPECT_OK(sts_logs_put_int(logs, "zero", 0, NULL));
    EXPECT_OK(sts_logs_put_double(logs, "double", -0.5, NULL));
    EXPECT_OK(sts_logs_put_bytes(logs, "bytes", "\0\xff", 2, NULL));
    EXPECT_OK(sts_logs_begin_array(logs, "array", NULL));
    EXPECT_OK(sts_logs_put_int(logs, NULL, 1, NULL));
    EXPECT_OK(sts_logs_begin_kvlist(logs, NULL, NULL));
    EXPECT_OK(sts_logs_put_int(logs, "a", 2, NULL));
    EXPECT_OK(sts_logs_end(logs, NULL));
    EXPECT_OK(sts_logs_put_empty(logs, NULL, NULL));
    EXPECT_OK(sts_logs_end(logs, NULL));
    EXPECT_OK(sts_logs_begin_array(logs, "no elements", NULL));
    EXPECT_OK(sts_logs_end(logs, NULL));
}

static void expect_all_types(struct pb *out, uint32_t field) {
    struct pb text = {0};
    struct pb map = {0};
    struct pb map_value = {0};
    struct pb elements = {0};
    struct pb array = {0};
    struct pb no_elements = {0};
    struct pb number = otlp_int(1);
    struct pb nothing = {0};
    pb_bytes(&text, 1, "t\0\xc3\xbc", 4);
    key_value(out, field, "empty", (struct pb){0});
    key_value(out, field, "string", text);
    key_value(out, field, "no string", otlp_text(""));
    key_value(out, field, "true", otlp_bool(true));
    key_value(out, field, "false", otlp_bool(false));
    key_value(out, field, "least", otlp_int(INT64_MIN));
    key_value(out, field, "zero", otlp_int(0));
    key_value(out, field, "double", otlp_double(-0.5));
    key_value(out, field, "bytes", otlp_bytes("\0\xff", 2));
    pb_message(&elements, 1, &number);
    key_value(&map, 1, "a", otlp_int(2));
    pb_message(&map_value, 6, &map);
    pb_message(&elements, 1, &map_value);
    pb_message(&elements, 1, &nothing);
    pb_message(&array, 5, &elements);
    key_value(out, field, "array", array);
    pb_message(&no_elements, 5, &nothing);
    key_value(out, field, "no elements", no_elements);
}

static void fill_with_everything(sts_logs *logs) {
    EXPECT_OK(sts_logs_add_resource(logs, NULL));
    put_all_types(logs);
    EXPECT_OK(sts_logs_set_schema_url(logs, "urn:resource", NULL));
    EXPECT_OK(sts_logs_set_dropped_attributes_count(logs, 300, NULL));
    EXPECT_OK(sts_logs_add_scope(logs, "scope", "1.0", NULL));
    put_all_types(logs);
    EXPECT_OK(sts_logs_set_schema_url(logs, "urn:scope", NULL));
    EXPECT_OK(sts_logs_set_dropped_attributes_count(logs, 2, NULL));
    EXPECT_OK(sts_logs_add_record(logs, 1700000000123456789, NULL));
    EXPECT_OK(sts_logs_set_observed_time(logs, UINT64_MAX, NULL));
    EXPECT_OK(sts_logs_set_severity(logs, 24, "FATAL4", NULL));
    EXPECT_OK(sts_logs_set_event_name(logs, "event", NULL));
    EXPECT_OK(sts_logs_set_trace_context(logs, trace_id, 16, span_id, 8, 0x101, NULL));
    EXPECT_OK(sts_logs_set_dropped_attributes_count(logs, 3, NULL));
    put_all_types(logs);
    EXPECT_OK(sts_logs_begin_body(logs, NULL));
    EXPECT_OK(sts_logs_begin_array(logs, NULL, NULL));
    EXPECT_OK(sts_logs_put_bool(logs, NULL, 1, NULL));
    EXPECT_OK(sts_logs_end(logs, NULL));
}

static void expect_everything(struct pb *out) {
    struct pb message = {0};
    struct pb record = {0};
    struct pb scope_logs = {0};
    struct pb resource_logs = {0};
    struct pb yes = otlp_bool(true);
    struct pb elements = {0};
    struct pb body = {0};
    pb_message(&elements, 1, &yes);
    pb_message(&body, 5, &elements);
    pb_fixed64(&record, 1, 1700000000123456789);
    pb_varint(&record, 2, 24);
    pb_text(&record, 3, "FATAL4");
    pb_message(&record, 5, &body);
    expect_all_types(&record, 6);
    pb_varint(&record, 7, 3);
    pb_fixed32(&record, 8, 0x101);
    pb_bytes(&record, 9, trace_id, 16);
    pb_bytes(&record, 10, span_id, 8);
    pb_fixed64(&record, 11, UINT64_MAX);
    pb_text(&record, 12, "event");
    pb_text(&message, 1, "scope");
    pb_text(&message, 2, "1.0");
    expect_all_types(&message, 3);
    pb_varint(&message, 4, 2);
    pb_message(&scope_logs, 1, &message);
    pb_message(&scope_logs, 2, &record);
    pb_text(&scope_logs, 3, "urn:scope");
    expect_all_types(&message, 1);
    pb_varint(&message, 2, 300);
    pb_message(&resource_logs, 1, &message);
    pb_message(&resource_logs, 2, &scope_logs);
    pb_text(&resource_logs, 3, "urn:resource");
    pb_message(out, 1, &resource_logs);
}

Test(log_batch, is_an_otlp_request_in_canonical_bytes) {
    sts_logs *logs = sts_logs_new();
    struct pb expected = {0};
    fill_with_everything(logs);
    expect_everything(&expected);
    expect_bytes(logs, &expected);
    sts_logs_reset(logs);
    cr_assert_eq(sts_logs_count(logs), 0);
    cr_assert_eq(log_batch_bytes(logs).size, 0);
    fill_with_everything(logs);
    expect_everything(&expected);
    expect_bytes(logs, &expected);
    sts_logs_free(logs);
}

/* A request of one ResourceLogs with these ScopeLogs. */
static void in_one_resource(struct pb *out, struct pb *resource_logs) {
    pb_message(out, 1, resource_logs);
}

static void empty_records(struct pb *resource_logs, unsigned count) {
    struct pb scope_logs = {0};
    struct pb nothing = {0};
    for (unsigned i = 0; i < count; i++)
        pb_message(&scope_logs, 2, &nothing);
    pb_message(resource_logs, 2, &scope_logs);
}

Test(log_batch, needs_neither_resource_nor_scope) {
    sts_logs *logs = sts_logs_new();
    struct pb expected = {0};
    struct pb resource_logs = {0};
    struct pb nothing = {0};
    EXPECT_OK(sts_logs_add_record(logs, 0, NULL));
    EXPECT_OK(sts_logs_add_record(logs, 0, NULL));
    empty_records(&resource_logs, 2);
    in_one_resource(&expected, &resource_logs);
    EXPECT_OK(sts_logs_add_resource(logs, NULL));
    EXPECT_OK(sts_logs_add_record(logs, 0, NULL));
    pb_message(&resource_logs, 1, &nothing);
    empty_records(&resource_logs, 1);
    in_one_resource(&expected, &resource_logs);
    cr_assert_eq(sts_logs_count(logs), 3);
    expect_bytes(logs, &expected);
    sts_logs_free(logs);
}

Test(log_batch, takes_the_last_that_is_set) {
    sts_logs *once = sts_logs_new();
    sts_logs *twice = sts_logs_new();
    EXPECT_OK(sts_logs_add_record(once, 0, NULL));
    EXPECT_OK(sts_logs_set_severity(once, 0, "", NULL));
    EXPECT_OK(sts_logs_set_body_bytes(once, "", 0, NULL));
    EXPECT_OK(sts_logs_add_record(twice, 0, NULL));
    EXPECT_OK(sts_logs_set_severity(twice, 9, "INFO", NULL));
    EXPECT_OK(sts_logs_set_severity(twice, 0, "", NULL));
    EXPECT_OK(sts_logs_set_trace_context(twice, trace_id, 16, span_id, 8, 1, NULL));
    EXPECT_OK(sts_logs_set_trace_context(twice, NULL, 0, NULL, 0, 0, NULL));
    EXPECT_OK(sts_logs_begin_body(twice, NULL));
    EXPECT_OK(sts_logs_put_int(twice, NULL, 1, NULL));
    EXPECT_OK(sts_logs_set_body_bytes(twice, NULL, 0, NULL));
    struct pb expected = log_batch_copy(once);
    expect_bytes(twice, &expected);
    sts_logs_free(once);
    sts_logs_free(twice);
}

/* The call fails with that code and a text, and changes nothing. */
#define REFUSED(logs, expected, call)                                                                                  \
    do {                                                                                                               \
        struct pb refused_before = log_batch_copy(logs);                                                               \
        sts_error *error = NULL;                                                                                       \
        cr_assert_eq(call, expected, "%s", #call);                                                                     \
        cr_assert_eq(sts_error_code(error), expected);                                                                 \
        cr_assert_neq(sts_error_text(error)[0], '\0');                                                                 \
        sts_error_free(error);                                                                                         \
        expect_bytes(logs, &refused_before);                                                                           \
    } while (0)

Test(log_batch, refuses_what_has_no_place) {
    sts_logs *logs = sts_logs_new();
    REFUSED(logs, STS_ERR_ELEMENT, sts_logs_put_int(logs, "a", 1, &error));
    REFUSED(logs, STS_ERR_ELEMENT, sts_logs_set_schema_url(logs, "a", &error));
    REFUSED(logs, STS_ERR_ELEMENT, sts_logs_set_dropped_attributes_count(logs, 1, &error));
    REFUSED(logs, STS_ERR_ELEMENT, sts_logs_remove_last(logs, &error));
    EXPECT_OK(sts_logs_add_resource(logs, NULL));
    REFUSED(logs, STS_ERR_ELEMENT, sts_logs_set_event_name(logs, "a", &error));
    REFUSED(logs, STS_ERR_ELEMENT, sts_logs_set_observed_time(logs, 1, &error));
    REFUSED(logs, STS_ERR_ELEMENT, sts_logs_set_severity(logs, 1, "a", &error));
    REFUSED(logs, STS_ERR_ELEMENT, sts_logs_set_trace_context(logs, trace_id, 16, NULL, 0, 0, &error));
    REFUSED(logs, STS_ERR_ELEMENT, sts_logs_begin_body(logs, &error));
    REFUSED(logs, STS_ERR_ELEMENT, sts_logs_set_body_bytes(logs, "a", 1, &error));
    EXPECT_OK(sts_logs_add_record(logs, 0, NULL));
    REFUSED(logs, STS_ERR_ELEMENT, sts_logs_set_schema_url(logs, "a", &error));
    REFUSED(logs, STS_ERR_ELEMENT, sts_logs_put_int(logs, NULL, 1, &error));
    REFUSED(logs, STS_ERR_ELEMENT, sts_logs_end(logs, &error));
    sts_logs_free(logs);
}

Test(log_batch, refuses_what_no_request_may_have) {
    sts_logs *logs = sts_logs_new();
    EXPECT_OK(sts_logs_add_resource(logs, NULL));
    REFUSED(logs, STS_ERR_UTF8, sts_logs_set_schema_url(logs, "\xff", &error));
    REFUSED(logs, STS_ERR_UTF8, sts_logs_add_scope(logs, "\xff", NULL, &error));
    REFUSED(logs, STS_ERR_UTF8, sts_logs_add_scope(logs, NULL, "\xed\xa0\x80", &error));
    EXPECT_OK(sts_logs_add_record(logs, 0, NULL));
    REFUSED(logs, STS_ERR_UTF8, sts_logs_put_int(logs, "\xc0\x80", 1, &error));
    REFUSED(logs, STS_ERR_UTF8, sts_logs_put_string(logs, "a", "ab\xc3", 3, &error));
    REFUSED(logs, STS_ERR_UTF8, sts_logs_set_severity(logs, 1, "\xff", &error));
    REFUSED(logs, STS_ERR_UTF8, sts_logs_set_event_name(logs, "\xff", &error));
    REFUSED(logs, STS_ERR_INVALID_ARGUMENT, sts_logs_set_severity(logs, 25, "", &error));
    REFUSED(logs, STS_ERR_INVALID_ARGUMENT, sts_logs_set_severity(logs, -1, "", &error));
    REFUSED(logs, STS_ERR_INVALID_ARGUMENT, sts_logs_set_trace_context(logs, trace_id, 15, NULL, 0, 0, &error));
    REFUSED(logs, STS_ERR_INVALID_ARGUMENT, sts_logs_set_trace_context(logs, NULL, 0, span_id, 1, 0, &error));
    REFUSED(logs, STS_ERR_INVALID_ARGUMENT, sts_logs_set_trace_context(logs, NULL, 16, NULL, 0, 0, &error));
    REFUSED(logs, STS_ERR_INVALID_ARGUMENT, sts_logs_put_string(logs, "a", NULL, 1, &error));
    REFUSED(logs, STS_ERR_INVALID_ARGUMENT, sts_logs_put_bytes(logs, "a", NULL, 1, &error));
    REFUSED(logs, STS_ERR_INVALID_ARGUMENT, sts_logs_set_body_bytes(logs, NULL, 1, &error));
    REFUSED(logs, STS_ERR_INVALID_ARGUMENT, sts_logs_set_event_name(logs, NULL, &error));
    REFUSED(logs, STS_ERR_INVALID_ARGUMENT, sts_logs_bytes(logs, NULL, &error));
    cr_assert_eq(sts_logs_add_record(NULL, 0, NULL), STS_ERR_INVALID_ARGUMENT);
    cr_assert_eq(sts_logs_end(NULL, NULL), STS_ERR_INVALID_ARGUMENT);
    cr_assert_eq(sts_logs_put_empty(NULL, "a", NULL), STS_ERR_INVALID_ARGUMENT);
    cr_assert_eq(sts_logs_count(NULL) + sts_logs_size(NULL), 0);
    sts_logs_reset(NULL);
    sts_logs_free(NULL);
    sts_logs_free(logs);
}

Test(log_batch, refuses_to_grow_larger_than_a_request) {
    sts_logs *logs = sts_logs_new();
    size_t too_large = (size_t)INT32_MAX + 1; /* refused before they are read */
    log_batch_add(logs, "key", "body");
    REFUSED(logs, STS_ERR_REQUEST_SIZE, sts_logs_put_string(logs, "a", "", too_large, &error));
    REFUSED(logs, STS_ERR_REQUEST_SIZE, sts_logs_put_bytes(logs, "a", "", SIZE_MAX, &error));
    REFUSED(logs, STS_ERR_REQUEST_SIZE, sts_logs_set_body_bytes(logs, "", too_large, &error));
    log_batch_bytes(logs);
    size_t size = logs->size;
    logs->size = INT32_MAX - 5; /* as if there were so much in it */
    sts_error *error = NULL;
    cr_assert_eq(sts_logs_add_resource(logs, NULL), STS_ERR_REQUEST_SIZE);
    cr_assert_eq(sts_logs_add_scope(logs, NULL, NULL, NULL), STS_ERR_REQUEST_SIZE);
    cr_assert_eq(sts_logs_add_record(logs, 0, NULL), STS_ERR_REQUEST_SIZE);
    cr_assert_eq(sts_logs_set_body_bytes(logs, "body", 4, NULL), STS_ERR_REQUEST_SIZE);
    cr_assert_eq(sts_logs_begin_array(logs, "a", NULL), STS_ERR_REQUEST_SIZE);
    cr_assert_eq(sts_logs_set_event_name(logs, "event", NULL), STS_ERR_REQUEST_SIZE);
    cr_assert_eq(sts_logs_set_severity(logs, 1, "INFO", NULL), STS_ERR_REQUEST_SIZE);
    cr_assert_eq(sts_logs_set_observed_time(logs, 1, &error), STS_ERR_REQUEST_SIZE);
    cr_assert_not_null(strstr(sts_error_text(error), "2147483647"));
    sts_error_free(error);
    EXPECT_OK(sts_logs_set_event_name(logs, "e", NULL)); /* three bytes */
    logs->size = size + 3;
    log_batch_bytes(logs);
    sts_logs_free(logs);
}

Test(log_batch, is_not_exported_half_built) {
    sts_logs *logs = sts_logs_new();
    sts_bytes bytes;
    log_batch_add(logs, "key", "body");
    EXPECT_OK(sts_logs_begin_array(logs, "array", NULL));
    cr_assert_eq(sts_logs_bytes(logs, &bytes, NULL), STS_ERR_ELEMENT);
    cr_assert_eq(sts_logs_add_record(logs, 0, NULL), STS_ERR_ELEMENT);
    cr_assert_eq(sts_logs_add_scope(logs, NULL, NULL, NULL), STS_ERR_ELEMENT);
    cr_assert_eq(sts_logs_add_resource(logs, NULL), STS_ERR_ELEMENT);
    cr_assert_eq(sts_logs_set_body_bytes(logs, "", 0, NULL), STS_ERR_ELEMENT);
    cr_assert_eq(sts_logs_put_int(logs, "name", 1, NULL), STS_ERR_ELEMENT, "an element of an array has no name");
    EXPECT_OK(sts_logs_begin_kvlist(logs, NULL, NULL));
    cr_assert_eq(sts_logs_put_int(logs, NULL, 1, NULL), STS_ERR_ELEMENT, "an element of a map has one");
    EXPECT_OK(sts_logs_end(logs, NULL));
    EXPECT_OK(sts_logs_end(logs, NULL));
    EXPECT_OK(sts_logs_begin_body(logs, NULL));
    cr_assert_eq(sts_logs_bytes(logs, &bytes, NULL), STS_ERR_ELEMENT);
    cr_assert_eq(sts_logs_set_body_bytes(logs, "", 0, NULL), STS_ERR_ELEMENT);
    cr_assert_eq(sts_logs_put_int(logs, "name", 1, NULL), STS_ERR_ELEMENT, "a body has no name");
    EXPECT_OK(sts_logs_put_int(logs, NULL, 1, NULL));
    log_batch_bytes(logs);
    sts_logs_free(logs);
}

Test(log_batch, takes_back_what_was_added_last) {
    sts_logs *logs = sts_logs_new();
    EXPECT_OK(sts_logs_add_record(logs, 0, NULL));
    EXPECT_OK(sts_logs_remove_last(logs, NULL));
    cr_assert_eq(log_batch_bytes(logs).size, 0, "nothing is left around it");
    sts_logs_reset(logs);
    EXPECT_OK(sts_logs_add_resource(logs, NULL));
    EXPECT_OK(sts_logs_add_scope(logs, "a", NULL, NULL));
    log_batch_add(logs, "key", "body");
    struct pb before = log_batch_copy(logs);
    EXPECT_OK(sts_logs_add_record(logs, 1, NULL));
    EXPECT_OK(sts_logs_begin_array(logs, "array", NULL));
    EXPECT_OK(sts_logs_put_int(logs, NULL, 1, NULL));
    EXPECT_OK(sts_logs_remove_last(logs, NULL));
    cr_assert_eq(sts_logs_count(logs), 1);
    REFUSED(logs, STS_ERR_ELEMENT, sts_logs_remove_last(logs, &error));
    REFUSED(logs, STS_ERR_ELEMENT, sts_logs_put_int(logs, "a", 1, &error));
    EXPECT_OK(sts_logs_add_record(logs, 1, NULL));
    EXPECT_OK(sts_logs_begin_body(logs, NULL));
    EXPECT_OK(sts_logs_remove_last(logs, NULL));
    EXPECT_OK(sts_logs_add_scope(logs, "b", NULL, NULL));
    EXPECT_OK(sts_logs_remove_last(logs, NULL));
    EXPECT_OK(sts_logs_add_resource(logs, NULL));
    EXPECT_OK(sts_logs_remove_last(logs, NULL));
    expect_bytes(logs, &before);
    log_batch_add(logs, "key", "goes on in the scope before");
    cr_assert_null(logs->resources->before);
    cr_assert_null(logs->resources->scopes->before);
    sts_logs_free(logs);
}

/* The call succeeds, and the bytes are others than before it. */
#define CHANGES(logs, call)                                                                                            \
    do {                                                                                                               \
        struct pb changes_before = log_batch_copy(logs);                                                               \
        EXPECT_OK(call);                                                                                               \
        sts_bytes after = log_batch_bytes(logs);                                                                       \
        cr_assert(after.size != changes_before.size || memcmp(after.data, changes_before.data, after.size) != 0);      \
        pb_clear(&changes_before);                                                                                     \
    } while (0)

Test(log_batch, is_written_again_after_each_change) {
    sts_logs *logs = sts_logs_new();
    CHANGES(logs, sts_logs_add_resource(logs, NULL));
    CHANGES(logs, sts_logs_put_int(logs, "a", 1, NULL));
    CHANGES(logs, sts_logs_set_schema_url(logs, "urn:a", NULL));
    CHANGES(logs, sts_logs_add_scope(logs, NULL, NULL, NULL));
    CHANGES(logs, sts_logs_set_dropped_attributes_count(logs, 1, NULL));
    CHANGES(logs, sts_logs_add_record(logs, 0, NULL));
    CHANGES(logs, sts_logs_set_observed_time(logs, 1, NULL));
    CHANGES(logs, sts_logs_set_severity(logs, 1, "", NULL));
    CHANGES(logs, sts_logs_set_event_name(logs, "a", NULL));
    CHANGES(logs, sts_logs_set_trace_context(logs, NULL, 0, NULL, 0, 1, NULL));
    CHANGES(logs, sts_logs_set_body_bytes(logs, NULL, 0, NULL));
    CHANGES(logs, sts_logs_remove_last(logs, NULL));
    sts_logs_free(logs);
}

/* Memory that there is until `*user` turns false. */
static void *allocate(size_t size, void *user) {
    return *(bool *)user ? malloc(size) : NULL;
}

static void *resize(void *block, size_t size, void *user) {
    return *(bool *)user ? realloc(block, size) : NULL;
}

static void release(void *block, void *user) {
    (void)user;
    free(block);
}

Test(log_batch, stays_as_it_was_when_out_of_memory) {
    bool there_is = true;
    sts_allocator *allocator = sts_allocator_new(allocate, resize, release, &there_is);
    static const char large[10000];
    sts_logs *logs = sts_logs_new_with(allocator);
    sts_bytes bytes;
    there_is = false;
    cr_assert_eq(sts_logs_add_record(logs, 0, NULL), STS_ERR_NO_MEMORY);
    cr_assert_eq(sts_logs_count(logs), 0);
    there_is = true;
    log_batch_add(logs, "key", "body");
    there_is = false;
    cr_assert_eq(sts_logs_bytes(logs, &bytes, NULL), STS_ERR_NO_MEMORY);
    there_is = true;
    struct pb before = log_batch_copy(logs);
    there_is = false;
    cr_assert_eq(sts_logs_set_body_bytes(logs, large, sizeof large, NULL), STS_ERR_NO_MEMORY);
    cr_assert_eq(sts_logs_put_bytes(logs, "a", large, sizeof large, NULL), STS_ERR_NO_MEMORY);
    there_is = true;
    expect_bytes(logs, &before);
    sts_logs_free(logs);
    sts_allocator_free(allocator);
}
