/* SPDX-License-Identifier: Apache-2.0
 *
 * JSON of single values, as the encodings share it. Text that is not UTF-8 has U+FFFD for each byte that is none. */
#ifndef STS_ENCODE_JSON_VALUES_H
#define STS_ENCODE_JSON_VALUES_H

#include "ottl/text.h"

void sts__json_add_string(sts__ottl_text *text, sts_bytes string);

/* In quotes: base64, hex. */
void sts__json_add_base64(sts__ottl_text *text, sts_bytes bytes);
void sts__json_add_hex(sts__ottl_text *text, sts_bytes bytes);

/* Numbers; a double that is none (NaN, Infinity, -Infinity) is a string, as in protobuf's JSON mapping. */
void sts__json_add_integer(sts__ottl_text *text, int64_t number);
void sts__json_add_unsigned(sts__ottl_text *text, uint64_t number);
void sts__json_add_double(sts__ottl_text *text, double number);

/* UTC, with nine digits behind the second: 2026-11-29T03:04:05.000000006Z, or with the two characters given for the T
 * and the Z; no character for 0. In quotes. */
void sts__json_add_time(sts__ottl_text *text, uint64_t unix_nano, char between, char behind);

/* How values of any type become JSON: lists and maps as they are, integers exactly, no value as null. */
typedef enum sts__json_style {
    STS__JSON_NATURAL, /* bytes in base64 */
    STS__JSON_ELASTIC, /* bytes in hex, and a whole double with a point (1.0), which tells Elasticsearch what it is */
    STS__JSON_TEXT     /* strings alone: pdata's text of each value */
} sts__json_style;

void sts__json_add_value(sts__ottl_text *text, const sts__ottl_value *value, sts__json_style style);

/* A map as an object. Of members with one name the last stays. */
void sts__json_add_object(sts__ottl_text *text, const sts__ottl_value *map, sts__json_style style);

#endif
