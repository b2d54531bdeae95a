/* SPDX-License-Identifier: Apache-2.0
 *
 * A log record as one flat object, in the words of OpenTelemetry's log data model: README.md has it member by member.
 */
#include "encode/encodings.h"
#include "encode/log_fields.h"

static void add_record(sts__ottl_text *text, const sts__log_fields *fields) {
    sts__member_time(text, ",\"timestamp\":", fields->time_unix_nano);
    sts__member_time(text, ",\"observed_timestamp\":", fields->observed_time_unix_nano);
    sts__member_number(text, ",\"severity_number\":", fields->severity_number);
    sts__member_string(text, ",\"severity_text\":", fields->severity_text);
    if (!sts__ottl_is_nil(&fields->body)) {
        sts__ottl_text_add_string(text, ",\"body\":");
        sts__json_add_value(text, &fields->body, STS__JSON_NATURAL);
    }
    sts__member_string(text, ",\"event_name\":", fields->event_name);
    sts__member_hex(text, ",\"trace_id\":", fields->trace_id);
    sts__member_hex(text, ",\"span_id\":", fields->span_id);
    sts__member_number(text, ",\"flags\":", fields->flags);
    sts__member_attributes(text, ",\"attributes\":", &fields->attributes, STS__JSON_NATURAL);
}

static void add_resource(sts__ottl_text *text, const sts__around_fields *fields) {
    sts__member_attributes(text, ",\"resource_attributes\":", &fields->attributes, STS__JSON_NATURAL);
    sts__member_string(text, ",\"resource_schema_url\":", fields->schema_url);
}

static void add_scope(sts__ottl_text *text, const sts__around_fields *fields) {
    sts__member_string(text, ",\"scope_name\":", fields->name);
    sts__member_string(text, ",\"scope_version\":", fields->version);
    sts__member_attributes(text, ",\"scope_attributes\":", &fields->attributes, STS__JSON_NATURAL);
}

sts_status sts__encode_json_record(sts__encoder *encoder, const sts__item *item, sts_bytes *value, sts__fault *fault) {
    static const sts__log_shape shape = {add_resource, add_scope, add_record};
    return sts__log_object(encoder, item, &shape, value, fault);
}
