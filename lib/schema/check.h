/* SPDX-License-Identifier: Apache-2.0
 *
 * Holds protobuf bytes against a schema, whole, before anything of them is used: lengths, wire types of known fields,
 * packed numbers, matching groups, depth. Unknown fields and groups pass; text is not looked at. */
#ifndef STS_SCHEMA_CHECK_H
#define STS_SCHEMA_CHECK_H

#include "base/error.h"
#include "schema/schema.h"

/* STS_OK; STS_ERR_MALFORMED or STS_ERR_TOO_DEEP with the byte offset; STS_ERR_REQUEST_SIZE. */
sts_status sts__schema_check(sts_bytes bytes, const sts__schema_message *message, sts__fault *fault);

#endif
