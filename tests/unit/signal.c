/* SPDX-License-Identifier: Apache-2.0
 *
 * The rows of the signals against the schema's table, and the cursor over requests of each. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "signal/item.h"
#include "signal/single.h"
#include "support/otlp.h"

static const sts__schema_message *check_field(const sts__schema_message *message, const char *name, uint32_t number) {
    const sts__schema_field *field = sts__schema_by_name(message, (const uint8_t *)name, strlen(name));
    cr_assert_not_null(field, "%s.%s", message->name, name);
    cr_assert_eq(field->number, number, "%s.%s", message->name, name);
    return field->message;
}

static void check_nesting(const sts__signal *signal, const char *resource_groups, const char *scope_groups,
                          const char *old_scope_groups, const char *items, const char *attributes, const char *body) {
    const sts__schema_message *group = check_field(signal->request, resource_groups, STS__REQUEST_RESOURCE_GROUPS);
    const sts__schema_message *resource = check_field(group, "resource", STS__RESOURCE_GROUP_RESOURCE);
    check_field(resource, "attributes", STS__RESOURCE_ATTRIBUTES);
    check_field(resource, "dropped_attributes_count", STS__RESOURCE_DROPPED_ATTRIBUTES);
    check_field(group, "schema_url", STS__SCHEMA_URL);
    check_field(group, old_scope_groups, STS__RESOURCE_GROUP_DEPRECATED_SCOPE_GROUPS);
    group = check_field(group, scope_groups, STS__RESOURCE_GROUP_SCOPE_GROUPS);
    check_field(group, "schema_url", STS__SCHEMA_URL);
    const sts__schema_message *scope = check_field(group, "scope", STS__SCOPE_GROUP_SCOPE);
    check_field(scope, "name", STS__SCOPE_NAME);
    check_field(scope, "version", STS__SCOPE_VERSION);
    check_field(scope, "attributes", STS__SCOPE_ATTRIBUTES);
    check_field(scope, "dropped_attributes_count", STS__SCOPE_DROPPED_ATTRIBUTES);
    const sts__schema_message *item = check_field(group, items, STS__SCOPE_GROUP_ITEMS);
    cr_assert_eq(sts__signal_item_message(signal), item);
    check_field(item, attributes, signal->attributes);
    if (body)
        check_field(item, body, signal->body);
    else
        cr_assert_eq(signal->body, 0u);
}

Test(signal, field_numbers_are_those_of_the_schema) {
    check_nesting(&sts__signals[STS__LOGS], "resource_logs", "scope_logs", "deprecated_scope_logs", "log_records",
                  "attributes", "body");
    check_nesting(&sts__signals[STS__TRACES], "resource_spans", "scope_spans", "deprecated_scope_spans", "spans",
                  "attributes", NULL);
    check_nesting(&sts__signals[STS__METRICS], "resource_metrics", "scope_metrics", "deprecated_scope_metrics",
                  "metrics", "metadata", NULL);
}

Test(signal, a_log_records_fields_are_those_of_the_schema) {
    const sts__schema_message *record = sts__signal_item_message(&sts__signals[STS__LOGS]);
    check_field(record, "time_unix_nano", STS__RECORD_TIME_UNIX_NANO);
    check_field(record, "observed_time_unix_nano", STS__RECORD_OBSERVED_TIME_UNIX_NANO);
    check_field(record, "severity_number", STS__RECORD_SEVERITY_NUMBER);
    check_field(record, "severity_text", STS__RECORD_SEVERITY_TEXT);
    check_field(record, "dropped_attributes_count", STS__RECORD_DROPPED_ATTRIBUTES);
    check_field(record, "flags", STS__RECORD_FLAGS);
    check_field(record, "trace_id", STS__RECORD_TRACE_ID);
    check_field(record, "span_id", STS__RECORD_SPAN_ID);
    check_field(record, "event_name", STS__RECORD_EVENT_NAME);
}

Test(signal, each_is_found_by_its_number_and_stands_in_its_place) {
    for (int i = 0; i < STS__SIGNALS; i++) {
        cr_assert_eq(sts__signals[i].place, (sts__signal_place)i);
        cr_assert_eq(sts__signal_find(sts__signals[i].number), &sts__signals[i]);
    }
    cr_assert_null(sts__signal_find(0));
    cr_assert_null(sts__signal_find(INT32_MAX));
}

/* An item with `count` attributes a0, a1, ... of its signal. */
static void put_item(struct pb *out, const sts__signal *signal, unsigned count) {
    struct pb item = {0};
    for (unsigned i = 0; i < count; i++) {
        char name[16];
        struct pb value = otlp_int(i);
        snprintf(name, sizeof name, "a%u", i);
        otlp_key_value(&item, signal->attributes, name, &value, PB_ASCENDING);
    }
    pb_message(out, STS__SCOPE_GROUP_ITEMS, &item);
}

static void check_attributes(const sts__item *item, unsigned count) {
    for (unsigned i = 0; i < count; i++) {
        char name[16];
        sts__value value;
        snprintf(name, sizeof name, "a%u", i);
        cr_assert(sts__item_attribute(item, name, strlen(name), &value), "%s", name);
        cr_assert_eq(value.as.integer, (int64_t)i);
    }
}

/* Two scopes, the second in the deprecated field of another resource, and more attributes than are remembered. */
static struct pb make_request(const sts__signal *signal) {
    struct pb request = {0}, resource_group = {0}, scope_group = {0};
    put_item(&scope_group, signal, STS__ITEM_ATTRIBUTES + 4);
    put_item(&scope_group, signal, 0);
    pb_message(&resource_group, STS__RESOURCE_GROUP_SCOPE_GROUPS, &scope_group);
    pb_message(&request, STS__REQUEST_RESOURCE_GROUPS, &resource_group);
    put_item(&scope_group, signal, 3);
    pb_message(&resource_group, STS__RESOURCE_GROUP_DEPRECATED_SCOPE_GROUPS, &scope_group);
    pb_message(&request, STS__REQUEST_RESOURCE_GROUPS, &resource_group);
    return request;
}

static void check_single(const sts__signal *signal, const sts__item *item) {
    sts__wire_writer writer;
    sts__item_cursor cursor;
    sts__item alone;
    sts__fault fault;
    sts__wire_writer_init(&writer, sts__memory_default());
    const sts__item_place place = sts__item_place_of(item);
    sts__items_write(&place, 1, &writer);
    cr_assert_eq(sts__items_check(signal, sts__wire_bytes(&writer), &fault), STS_OK);
    sts__items_begin(&cursor, signal, sts__wire_bytes(&writer));
    cr_assert(sts__items_next(&cursor, &alone));
    cr_assert_eq(alone.bytes.size, item->bytes.size);
    cr_assert(item->bytes.size == 0 || memcmp(alone.bytes.data, item->bytes.data, item->bytes.size) == 0);
    cr_assert(!sts__items_next(&cursor, &alone));
    sts__wire_writer_clear(&writer);
}

/* Whatever it is, and the one item then. */
Test(signal, profiles_pass_through_whole) {
    const sts__signal *profiles = &sts__signals[STS__PROFILES];
    static const sts_bytes requests[] = {{"\x0a\x01x", 3}, {NULL, 0}};
    cr_assert_null(sts__signal_item_message(profiles));
    for (size_t i = 0; i < 2; i++) {
        sts__item_cursor cursor;
        sts__item item;
        sts__fault fault;
        cr_assert_eq(sts__items_check(profiles, requests[i], &fault), STS_OK);
        sts__items_begin(&cursor, profiles, requests[i]);
        cr_assert(sts__items_next(&cursor, &item));
        cr_assert_eq(item.index, 0u);
        cr_assert_not_null(item.bytes.data);
        cr_assert_eq(item.bytes.size, requests[i].size);
        cr_assert(!sts__items_next(&cursor, &item));
        cr_assert(!sts__items_next(&cursor, &item));
    }
}

Test(signal, the_items_of_a_request_one_by_one) {
    static const unsigned attributes[] = {STS__ITEM_ATTRIBUTES + 4, 0, 3}, resources[] = {1, 1, 2};
    for (int i = 0; i < STS__PROFILES; i++) {
        const sts__signal *signal = &sts__signals[i];
        struct pb request = make_request(signal);
        sts__item_cursor cursor;
        sts__item item;
        sts__fault fault;
        uint64_t count = 0;
        cr_assert_eq(sts__items_check(signal, (sts_bytes){request.data, request.size}, &fault), STS_OK, "%s",
                     fault.text);
        sts__items_begin(&cursor, signal, (sts_bytes){request.data, request.size});
        for (; sts__items_next(&cursor, &item); count++) {
            cr_assert_lt(count, 3u);
            cr_assert_eq(item.index, count);
            cr_assert_eq(item.resource_group.number, resources[count]);
            cr_assert_eq(item.scope_group.number, resources[count]);
            check_attributes(&item, attributes[count]);
            check_single(signal, &item);
        }
        cr_assert_eq(count, 3u);
        pb_clear(&request);
    }
}

/* --- an item's fields --- */

enum { FAR = 1000, VALUES_OF_RECORD = 3 };

static void first_item(struct pb *scope_group, struct pb *request, sts__item *item) {
    struct pb resource_group = {0};
    sts__item_cursor cursor;
    sts__fault fault;
    pb_message(&resource_group, STS__RESOURCE_GROUP_SCOPE_GROUPS, scope_group);
    pb_message(request, STS__REQUEST_RESOURCE_GROUPS, &resource_group);
    sts_bytes bytes = {request->data, request->size};
    cr_assert_eq(sts__items_check(&sts__signals[STS__LOGS], bytes, &fault), STS_OK, "%s", fault.text);
    sts__items_begin(&cursor, &sts__signals[STS__LOGS], bytes);
    cr_assert(sts__items_next(&cursor, item));
}

static uint64_t number_of(const sts__item *item, uint32_t number) {
    sts__wire_field field;
    cr_assert(sts__item_field(item, number, &field), "no field %u", (unsigned)number);
    cr_assert_eq(field.number, number);
    return field.value;
}

static void check_text(const sts__item *item, uint32_t number, const char *wanted, size_t size) {
    sts_bytes bytes = {NULL, 0};
    cr_assert(sts__item_bytes(item, number, &bytes), "no field %u", (unsigned)number);
    cr_assert_eq(bytes.size, size);
    cr_assert_eq(memcmp(bytes.data, wanted, size), 0);
}

/* Near and far numbers, short and long ones, before and behind others of their number, and in an unknown group. */
Test(signal, of_an_items_fields_the_last_counts) {
    static char text[20000];
    struct pb record = {0}, scope_group = {0}, request = {0};
    sts__item item;
    sts__wire_field field;
    sts_bytes bytes;
    memset(text, 't', sizeof text);
    for (unsigned round = 1; round <= VALUES_OF_RECORD; round++) {
        pb_fixed64(&record, STS__RECORD_TIME_UNIX_NANO, round);
        pb_varint(&record, STS__RECORD_SEVERITY_NUMBER, round << 10);
        pb_bytes(&record, STS__RECORD_SEVERITY_TEXT, text, 200 * round);
        pb_varint(&record, 31, round);
        pb_varint(&record, 32, round + 1);
        pb_bytes(&record, FAR, text, 9000 * round / VALUES_OF_RECORD);
    }
    pb_put_tag(&record, FAR + 1, PB_GROUP);
    pb_varint(&record, 31, 99);
    pb_put_tag(&record, FAR + 1, PB_GROUP_END);
    pb_bytes(&record, STS__RECORD_EVENT_NAME, text, sizeof text);
    pb_message(&scope_group, STS__SCOPE_GROUP_ITEMS, &record);
    first_item(&scope_group, &request, &item);
    cr_assert_eq(number_of(&item, STS__RECORD_TIME_UNIX_NANO), 3u);
    cr_assert_eq(number_of(&item, STS__RECORD_SEVERITY_NUMBER), 3u << 10);
    cr_assert_eq(number_of(&item, 31), 3u);
    cr_assert_eq(number_of(&item, 32), 4u);
    check_text(&item, STS__RECORD_SEVERITY_TEXT, text, 600);
    check_text(&item, STS__RECORD_EVENT_NAME, text, sizeof text);
    check_text(&item, FAR, text, 9000);
    cr_assert(!sts__item_field(&item, STS__RECORD_FLAGS, &field));
    cr_assert(!sts__item_field(&item, FAR + 2, &field));
    cr_assert(!sts__item_bytes(&item, STS__RECORD_TRACE_ID, &bytes));
    pb_clear(&request);
}

/* They are one AnyValue, in which the last member that is set counts. */
Test(signal, of_several_bodies_the_last_that_says_anything_counts) {
    struct pb record = {0}, scope_group = {0}, request = {0}, empty = {0};
    struct pb text = otlp_text("text"), number = otlp_int(7);
    sts__item item;
    pb_message(&record, STS__RECORD_BODY, &number);
    pb_message(&record, STS__RECORD_BODY, &text);
    pb_message(&record, STS__RECORD_BODY, &empty);
    pb_message(&scope_group, STS__SCOPE_GROUP_ITEMS, &record);
    first_item(&scope_group, &request, &item);
    sts__value body = sts__item_body(&item);
    cr_assert_eq(body.type, STS__VALUE_STRING);
    cr_assert_eq(body.as.bytes.size, 4u);
    pb_clear(&request);
    pb_message(&scope_group, STS__SCOPE_GROUP_ITEMS, &record);
    first_item(&scope_group, &request, &item);
    cr_assert_eq(sts__item_body(&item).type, STS__VALUE_EMPTY);
    pb_clear(&request);
}
