/* SPDX-License-Identifier: Apache-2.0 */
#include "encode/log_fields.h"

#include <string.h>

#include "encode/item_identity.h"
#include "signal/item.h"
#include "wire/merged.h"

static void take_number(sts__log_fields *fields, const sts__wire_field *field) {
    switch (field->number) {
    case STS__RECORD_TIME_UNIX_NANO:
        fields->time_unix_nano = field->value;
        break;
    case STS__RECORD_OBSERVED_TIME_UNIX_NANO:
        fields->observed_time_unix_nano = field->value;
        break;
    case STS__RECORD_SEVERITY_NUMBER:
        fields->severity_number = (int32_t)(uint32_t)field->value;
        break;
    case STS__RECORD_FLAGS:
        fields->flags = (uint32_t)field->value;
        break;
    case STS__RECORD_DROPPED_ATTRIBUTES:
        fields->dropped_attributes_count = (uint32_t)field->value;
        break;
    default:
        break;
    }
}

static void take_bytes(sts__log_fields *fields, const sts__wire_field *field) {
    switch (field->number) {
    case STS__RECORD_SEVERITY_TEXT:
        fields->severity_text = field->bytes;
        break;
    case STS__RECORD_EVENT_NAME:
        fields->event_name = field->bytes;
        break;
    case STS__RECORD_TRACE_ID:
        fields->trace_id = sts__id_unless_zero(field->bytes);
        break;
    case STS__RECORD_SPAN_ID:
        fields->span_id = sts__id_unless_zero(field->bytes);
        break;
    case STS__RECORD_ATTRIBUTES:
        fields->attributes.type = STS__OTTL_MAP;
        break;
    default:
        break;
    }
}

static sts__log_fields fields_of_record(const sts__item *item) {
    const sts__value body = sts__item_body(item);
    sts__log_fields fields = {.body = sts__ottl_of(&body),
                              .attributes = sts__ottl_attributes(item->bytes, STS__RECORD_ATTRIBUTES)};
    fields.attributes.type = STS__OTTL_NIL; /* until one is met */
    sts__wire_reader reader = sts__wire_read(item->bytes);
    sts__wire_field field;
    while (sts__wire_next_value(&reader, &field))
        if (field.type == STS__WIRE_LENGTH)
            take_bytes(&fields, &field);
        else
            take_number(&fields, &field);
    return fields;
}

static sts_bytes schema_url_of(sts_bytes group) {
    sts__wire_reader reader = sts__wire_read(group);
    sts_bytes url = {NULL, 0};
    while (sts__wire_find(&reader, STS__SCHEMA_URL, &url))
        continue; /* the last one counts */
    return url;
}

/* What is around records, by its numbers: in its group, and of its own fields; 0, which no field has: it has none. */
typedef struct around_numbers {
    uint32_t in_group, attributes, dropped_attributes_count, name, version;
} around_numbers;

static const around_numbers resource_numbers = {STS__RESOURCE_GROUP_RESOURCE, STS__RESOURCE_ATTRIBUTES,
                                                STS__RESOURCE_DROPPED_ATTRIBUTES, 0, 0};
static const around_numbers scope_numbers = {STS__SCOPE_GROUP_SCOPE, STS__SCOPE_ATTRIBUTES,
                                             STS__SCOPE_DROPPED_ATTRIBUTES, STS__SCOPE_NAME, STS__SCOPE_VERSION};

/* Messages that stand several times in a group are merged in the arena; false when it has no memory. */
static bool read_around(sts_bytes group, const around_numbers *numbers, sts__arena *arena, sts__around_fields *fields) {
    sts_bytes message;
    *fields = (sts__around_fields){.schema_url = schema_url_of(group)};
    if (!sts__wire_merged(group, numbers->in_group, arena, &message))
        return false;
    fields->attributes = sts__ottl_attributes(message, numbers->attributes);
    fields->attributes.type = STS__OTTL_NIL; /* until one is met */
    sts__wire_reader reader = sts__wire_read(message);
    sts__wire_field field;
    while (sts__wire_next_value(&reader, &field)) {
        if (field.number == numbers->attributes)
            fields->attributes.type = STS__OTTL_MAP;
        else if (field.number == numbers->name)
            fields->name = field.bytes;
        else if (field.number == numbers->version)
            fields->version = field.bytes;
        else if (field.number == numbers->dropped_attributes_count)
            fields->dropped_attributes_count = (uint32_t)field.value;
    }
    return true;
}

/* --- the object --- */

static bool keep(sts__encode_kept *kept, sts__arena *arena, const sts__item_group *group, const around_numbers *numbers,
                 void (*write)(sts__ottl_text *text, const sts__around_fields *fields)) {
    sts__around_fields fields;
    sts__ottl_text text = {.arena = arena};
    if (kept->number == group->number)
        return true;
    if (!read_around(group->bytes, numbers, arena, &fields))
        return false;
    write(&text, &fields);
    if (text.failed)
        return false;
    *kept = (sts__encode_kept){group->number, sts__ottl_text_bytes(&text)};
    return true;
}

sts_status sts__log_object(sts__encoder *encoder, const sts__item *item, const sts__log_shape *shape, sts_bytes *value,
                           sts__fault *fault) {
    sts__ottl_text text = {.arena = encoder->item_arena};
    if (!keep(&encoder->resource, encoder->resource_arena, &item->resource_group, &resource_numbers, shape->resource) ||
        !keep(&encoder->scope, encoder->scope_arena, &item->scope_group, &scope_numbers, shape->scope))
        return sts__fault_no_memory(fault);
    sts__log_fields fields = fields_of_record(item);
    /* A guess that is right for most: names take about as much as protobuf's lengths save. */
    sts__ottl_text_reserve(&text,
                           2 * item->bytes.size + encoder->resource.bytes.size + encoder->scope.bytes.size + 256);
    shape->record(&text, &fields);
    sts__ottl_text_add(&text, encoder->resource.bytes.data, encoder->resource.bytes.size);
    sts__ottl_text_add(&text, encoder->scope.bytes.data, encoder->scope.bytes.size);
    sts__ottl_text_add_string(&text, text.size ? "}" : "{}");
    if (text.failed)
        return sts__fault_no_memory(fault);
    text.data[0] = '{';
    *value = sts__ottl_text_bytes(&text);
    return STS_OK;
}

void sts__member_string(sts__ottl_text *text, const char *name, sts_bytes string) {
    if (string.size == 0)
        return;
    sts__ottl_text_add_string(text, name);
    sts__json_add_string(text, string);
}

void sts__member_hex(sts__ottl_text *text, const char *name, sts_bytes bytes) {
    if (bytes.size == 0)
        return;
    sts__ottl_text_add_string(text, name);
    sts__json_add_hex(text, bytes);
}

void sts__member_number(sts__ottl_text *text, const char *name, int64_t number) {
    if (number == 0)
        return;
    sts__ottl_text_add_string(text, name);
    sts__json_add_integer(text, number);
}

void sts__member_time(sts__ottl_text *text, const char *name, uint64_t unix_nano) {
    if (unix_nano == 0)
        return;
    sts__ottl_text_add_string(text, name);
    sts__json_add_time(text, unix_nano, 'T', 'Z');
}

void sts__member_attributes(sts__ottl_text *text, const char *name, const sts__ottl_value *attributes,
                            sts__json_style style) {
    if (sts__ottl_is_nil(attributes))
        return;
    sts__ottl_text_add_string(text, name);
    sts__json_add_object(text, attributes, style);
}
