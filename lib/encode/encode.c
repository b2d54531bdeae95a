/* SPDX-License-Identifier: Apache-2.0 */
#include "encode/encodings.h"

#include <stskafka/otlp.h>

static const char json[] = "application/json";
static const char bytes[] = "application/octet-stream";
static const char text[] = "text/plain";
static const char json_lines[] = "application/x-ndjson";
static const char protobuf[] = "application/x-protobuf";

static const sts__encoding encodings[STS__ENCODINGS] = {
    [STS__ENCODE_BODY] = {"body", true, bytes, 0, sts__encode_body, NULL, NULL, NULL},
    [STS__ENCODE_RAW] = {"raw", true, bytes, 0, sts__encode_raw, NULL, NULL, NULL},
    [STS__ENCODE_RAW_TEXT] = {"raw_text", true, text, 0, sts__encode_raw_text, NULL, NULL, NULL},
    [STS__ENCODE_OTLP_PROTO] = {"otlp_proto", false, protobuf, 0, sts__encode_otlp_proto, sts__join_otlp_proto,
                                protobuf, &sts__keeping_otlp_proto},
    [STS__ENCODE_OTLP_JSON] = {"otlp_json", false, json, 0, sts__encode_otlp_json, sts__join_otlp_json, json,
                               &sts__keeping_otlp_json},
    [STS__ENCODE_JSON_RECORD] = {"json_record", true, json, 0, sts__encode_json_record, sts__join_lines, json_lines,
                                 &sts__keeping_lines},
    [STS__ENCODE_CLICKHOUSE] = {"clickhouse", true, json, 0, sts__encode_clickhouse, sts__join_lines, json_lines,
                                &sts__keeping_lines},
    [STS__ENCODE_ELASTIC_OTEL] = {"elastic_otel", true, json, 0, sts__encode_elastic_otel, sts__join_lines, json_lines,
                                  &sts__keeping_lines},
};

/* Of a signal that passes through whole; the others are for log records. */
static const sts__encoding whole[] = {
    [STS__ENCODE_OTLP_PROTO] = {"otlp_proto", false, protobuf, STS_FORMAT_OTLP_PROTO, sts__encode_whole, NULL, NULL,
                                NULL},
    [STS__ENCODE_OTLP_JSON] = {"otlp_json", false, json, STS_FORMAT_OTLP_JSON, sts__encode_whole, NULL, NULL, NULL},
};

const sts__encoding *sts__encoding_at(int place, const sts__signal *signal) {
    if (place == STS__ENCODE_DEFAULT)
        place = signal->body ? STS__ENCODE_BODY : STS__ENCODE_OTLP_PROTO;
    return signal->is_whole && !encodings[place].is_for_logs_alone ? &whole[place] : &encodings[place];
}
