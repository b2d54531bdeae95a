/* SPDX-License-Identifier: Apache-2.0
 *
 * OTLP JSON (OTLP specification, "JSON Protobuf Encoding") to protobuf: what comes in as JSON is protobuf from here on,
 * and nothing below knows of it. It is read in one pass, by the schema's table, without a tree.
 *
 * What the collector's reader takes (pdata's JSONUnmarshaler v1.71.0 over json-iterator) gives the same value:
 * - Members may come in any order and in either spelling; those that the schema does not know are skipped.
 * - Of a member that stands twice the last counts; lists are joined, and messages merged, but for an AnyValue's.
 * - Strings are not held to be UTF-8. Half a surrogate pair is U+FFFD, and behind an escape any byte may stand.
 * - What follows the outermost value is not looked at, nor what follows a member with an empty name there.
 * More is taken, where it has one meaning: null for anything but an element that is a number (it is not set), enum
 * numbers as text, whole numbers as 1.0 or 1e3, ids in base64, and base64 of either alphabet, padded or not. Everything
 * else is an error: also what only a number that overflows unseen, or a comma that is none, would let pass there.
 *
 * Less is taken in one thing: messages are as deep in one another as in protobuf at most (wire/reader.h), where the
 * collector's reader of JSON has no limit. What is deeper no reader of its protobuf would take. */
#ifndef STS_INTAKE_JSON_H
#define STS_INTAKE_JSON_H

#include "base/arena.h"
#include "base/error.h"
#include "schema/schema.h"

/* Values in one another in a member that the schema does not know: what json-iterator takes. */
enum { STS__INTAKE_MAX_UNKNOWN_DEPTH = 10000 };

/* Reads `json` as that message. The bytes are the arena's; its memory grows with the text, to a few times its size at
 * most. STS_OK; STS_ERR_JSON or STS_ERR_TOO_DEEP with the byte offset, and line, column and path in the text;
 * STS_ERR_REQUEST_SIZE; STS_ERR_NO_MEMORY. */
sts_status sts__intake_json(const sts__schema_message *message, sts_bytes json, sts__arena *arena, sts_bytes *protobuf,
                            sts__fault *fault);

/* Whether the text is one JSON object and nothing else, whatever it holds. Reports as sts__intake_json. */
sts_status sts__intake_check_object(sts_bytes json, sts__fault *fault);

#endif
