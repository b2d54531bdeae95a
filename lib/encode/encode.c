/* SPDX-License-Identifier: Apache-2.0 */
#include "encode/encodings.h"

static const char json[] = "application/json";
static const char bytes[] = "application/octet-stream";
static const char text[] = "text/plain";
static const char json_lines[] = "application/x-ndjson";
static const char protobuf[] = "application/x-protobuf";

static const sts__encoding encodings[STS__ENCODINGS] = {
    [STS__ENCODE_BODY] = {"body", true, bytes, sts__encode_body, NULL, NULL},
    [STS__ENCODE_RAW] = {"raw", true, bytes, sts__encode_raw, NULL, NULL},
    [STS__ENCODE_RAW_TEXT] = {"raw_text", true, text, sts__encode_raw_text, NULL, NULL},
    [STS__ENCODE_OTLP_PROTO] = {"otlp_proto", false, protobuf, sts__encode_otlp_proto, sts__join_otlp_proto, protobuf},
    [STS__ENCODE_OTLP_JSON] = {"otlp_json", false, json, sts__encode_otlp_json, sts__join_otlp_json, json},
    [STS__ENCODE_JSON_RECORD] = {"json_record", true, json, sts__encode_json_record, sts__join_lines, json_lines},
    [STS__ENCODE_CLICKHOUSE] = {"clickhouse", true, json, sts__encode_clickhouse, sts__join_lines, json_lines},
    [STS__ENCODE_ELASTIC_OTEL] = {"elastic_otel", true, json, sts__encode_elastic_otel, sts__join_lines, json_lines},
};

const sts__encoding *sts__encoding_at(int place, sts__encode_place default_place) {
    return &encodings[place == STS__ENCODE_DEFAULT ? (int)default_place : place];
}
