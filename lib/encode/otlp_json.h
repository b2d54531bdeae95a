/* SPDX-License-Identifier: Apache-2.0
 *
 * Protobuf to OTLP JSON (OTLP specification, "JSON Protobuf Encoding"), by the schema's table: the way back of
 * intake/json.h. As the collector writes it: names in lowerCamelCase, ids in hex, bytes in base64, integers of 64 bits
 * as strings, enums as numbers, defaults and ids of zeros left out. Beyond it, the text is always UTF-8: the
 * collector's is not where the request's was not. */
#ifndef STS_ENCODE_OTLP_JSON_H
#define STS_ENCODE_OTLP_JSON_H

#include "base/error.h"
#include "ottl/text.h"
#include "schema/schema.h"

/* Adds a message whose bytes were checked (schema/check.h). What stands in it several times is what protobuf makes of
 * it: of numbers and texts the last, messages merged, and of a oneof the last member. STS_OK; STS_ERR_MALFORMED, an id
 * with a size that no reader of JSON takes; STS_ERR_NO_MEMORY. */
sts_status sts__otlp_json_add(sts__ottl_text *text, const sts__schema_message *message, sts_bytes bytes,
                              sts__fault *fault);

#endif
