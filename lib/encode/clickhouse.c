/* SPDX-License-Identifier: Apache-2.0
 *
 * A log record as a row of otel_logs, the table of the collector's clickhouseexporter (v0.165), for ClickHouse's format
 * JSONEachRow. */
#include "encode/encodings.h"
#include "encode/log_fields.h"

static void add_text(sts__ottl_text *text, const char *name, const sts__ottl_value *value) {
    if (sts__ottl_is_nil(value))
        return;
    sts__ottl_text_add_string(text, name);
    sts__json_add_value(text, value, STS__JSON_TEXT);
}

static void add_record(sts__ottl_text *text, const sts__log_fields *fields) {
    uint64_t time = fields->time_unix_nano ? fields->time_unix_nano : fields->observed_time_unix_nano;
    sts__ottl_text_add_string(text, ",\"Timestamp\":");
    sts__json_add_time(text, time, ' ', '\0'); /* what every version of ClickHouse reads by default */
    sts__member_hex(text, ",\"TraceId\":", fields->trace_id);
    sts__member_hex(text, ",\"SpanId\":", fields->span_id);
    sts__member_number(text, ",\"TraceFlags\":", fields->flags & 0xff); /* the column is a UInt8 */
    sts__member_string(text, ",\"SeverityText\":", fields->severity_text);
    sts__member_number(text, ",\"SeverityNumber\":", fields->severity_number);
    add_text(text, ",\"Body\":", &fields->body);
    sts__member_string(text, ",\"EventName\":", fields->event_name);
    sts__member_attributes(text, ",\"LogAttributes\":", &fields->attributes, STS__JSON_TEXT);
}

static void add_resource(sts__ottl_text *text, const sts__around_fields *fields) {
    static const sts_bytes service_name = {"service.name", 12};
    sts__ottl_value service = {.type = STS__OTTL_NIL};
    if (!sts__ottl_is_nil(&fields->attributes))
        service = sts__ottl_member(&fields->attributes, service_name);
    if (service.type == STS__OTTL_STRING)
        sts__member_string(text, ",\"ServiceName\":", service.as.bytes);
    sts__member_string(text, ",\"ResourceSchemaUrl\":", fields->schema_url);
    sts__member_attributes(text, ",\"ResourceAttributes\":", &fields->attributes, STS__JSON_TEXT);
}

static void add_scope(sts__ottl_text *text, const sts__around_fields *fields) {
    sts__member_string(text, ",\"ScopeSchemaUrl\":", fields->schema_url);
    sts__member_string(text, ",\"ScopeName\":", fields->name);
    sts__member_string(text, ",\"ScopeVersion\":", fields->version);
    sts__member_attributes(text, ",\"ScopeAttributes\":", &fields->attributes, STS__JSON_TEXT);
}

sts_status sts__encode_clickhouse(sts__encoder *encoder, const sts__item *item, sts_bytes *value, sts__fault *fault) {
    static const sts__log_shape shape = {add_resource, add_scope, add_record};
    return sts__log_object(encoder, item, &shape, value, fault);
}
