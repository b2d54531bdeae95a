/* SPDX-License-Identifier: Apache-2.0
 *
 * A log record as a document of Elasticsearch's OTel-native mapping, as the collector's elasticsearchexporter writes it
 * (mapping mode otel, v0.165), but for what depends on the index: data_stream, and attributes that choose one. */
#include "encode/encodings.h"
#include "encode/log_fields.h"

/* Arrays of anything but objects are wrapped, for the field is a flattened object there. */
static bool holds_maps_alone(const sts__ottl_value *list) {
    sts__ottl_items items = sts__ottl_items_of(list);
    sts__ottl_value value;
    while (sts__ottl_list_next(&items, &value))
        if (value.type != STS__OTTL_MAP)
            return false;
    return true;
}

static void add_body(sts__ottl_text *text, const sts__ottl_value *body) {
    bool wraps = body->type == STS__OTTL_LIST && !holds_maps_alone(body);
    bool structured = body->type == STS__OTTL_LIST || body->type == STS__OTTL_MAP;
    if (sts__ottl_is_nil(body))
        return;
    sts__ottl_text_add_string(text, structured ? ",\"body\":{\"structured\":" : ",\"body\":{\"text\":");
    sts__ottl_text_add_string(text, wraps ? "{\"value\":" : "");
    sts__json_add_value(text, body, STS__JSON_ELASTIC);
    sts__ottl_text_add_string(text, wraps ? "}}" : "}");
}

static void add_record(sts__ottl_text *text, const sts__log_fields *fields) {
    uint64_t time = fields->time_unix_nano ? fields->time_unix_nano : fields->observed_time_unix_nano;
    sts__ottl_text_add_string(text, ",\"@timestamp\":");
    sts__json_add_time(text, time, 'T', 'Z');
    sts__ottl_text_add_string(text, ",\"observed_timestamp\":");
    sts__json_add_time(text, fields->observed_time_unix_nano, 'T', 'Z');
    sts__member_string(text, ",\"severity_text\":", fields->severity_text);
    sts__member_number(text, ",\"severity_number\":", fields->severity_number);
    sts__member_hex(text, ",\"trace_id\":", fields->trace_id);
    sts__member_hex(text, ",\"span_id\":", fields->span_id);
    sts__member_attributes(text, ",\"attributes\":", &fields->attributes, STS__JSON_ELASTIC);
    sts__member_number(text, ",\"dropped_attributes_count\":", fields->dropped_attributes_count);
    sts__member_string(text, ",\"event_name\":", fields->event_name);
    add_body(text, &fields->body);
}

/* What a resource and a scope share, as the inside of an object that has begun with `start`. */
static void add_around(sts__ottl_text *text, const char *start, const sts__around_fields *fields) {
    sts__ottl_text_add_string(text, start);
    size_t inside = text->size;
    sts__member_string(text, ",\"schema_url\":", fields->schema_url);
    sts__member_string(text, ",\"name\":", fields->name);
    sts__member_string(text, ",\"version\":", fields->version);
    sts__member_attributes(text, ",\"attributes\":", &fields->attributes, STS__JSON_ELASTIC);
    sts__member_number(text, ",\"dropped_attributes_count\":", fields->dropped_attributes_count);
    sts__ottl_text_add_string(text, text->size == inside ? "{}" : "}");
    if (!text->failed)
        text->data[inside] = '{';
}

static void add_resource(sts__ottl_text *text, const sts__around_fields *fields) {
    add_around(text, ",\"resource\":", fields);
}

static void add_scope(sts__ottl_text *text, const sts__around_fields *fields) {
    add_around(text, ",\"scope\":", fields);
}

sts_status sts__encode_elastic_otel(sts__encoder *encoder, const sts__item *item, sts_bytes *value, sts__fault *fault) {
    static const sts__log_shape shape = {add_resource, add_scope, add_record};
    return sts__log_object(encoder, item, &shape, value, fault);
}
