/* SPDX-License-Identifier: Apache-2.0
 *
 * Whole messages in protobuf's JSON mapping (protobuf.dev, "ProtoJSON Format"): read faithfully, and written so that
 * what was written reads back as the same. */
#ifndef STS_TOPOLOGY_MESSAGE_JSON_H
#define STS_TOPOLOGY_MESSAGE_JSON_H

#include "base/text.h"
#include "proto/schema.h"

/* Fills `message`, a zeroed struct of the type, from a JSON object; names in camel case or as in the .proto file. Texts
 * point into the tree, lists come from the arena. STS_OK; STS_ERR_JSON with line, column and path; STS_ERR_NO_MEMORY.
 */
sts_status sts__topology_read_json(const sts__proto_type *type, const sts__json *json, sts__arena *arena, void *message,
                                   sts__fault *fault);

/* Appends the message as JSON, in one line of ASCII. STS_OK; STS_ERR_JSON for what has no JSON (a Struct with NaN, an
 * infinity or a Value without a kind). The text remembers whether it ran out of memory. */
sts_status sts__topology_write_json(const sts__proto_type *type, const void *message, sts__text *text,
                                    sts__fault *fault);

#endif
