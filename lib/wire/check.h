/* SPDX-License-Identifier: Apache-2.0
 *
 * Holds protobuf bytes against a schema, whole, before anything of them is used: lengths, wire types of known fields,
 * matching groups, depth. Unknown fields and groups pass; text is not looked at. */
#ifndef STS_WIRE_CHECK_H
#define STS_WIRE_CHECK_H

#include <stdint.h>

#include "base/error.h"

/* Messages and groups inside the outermost one. Google's runtimes for Java, C++ and Python take as many. */
enum { STS__WIRE_MAX_DEPTH = 100 };

typedef struct sts__wire_message sts__wire_message;

typedef struct sts__wire_rule {
    const char *name;                 /* of the field; NULL: no such field */
    uint32_t type;                    /* STS__WIRE_* */
    const sts__wire_message *message; /* what is in the bytes, if that is a message */
} sts__wire_rule;

struct sts__wire_message {
    const char *name;
    const sts__wire_rule *rules; /* by field number, from 0 */
    uint32_t rule_count;
    uint32_t far_number; /* one field with a number beyond those, or 0 */
    sts__wire_rule far_rule;
};

/* STS_OK; STS_ERR_MALFORMED or STS_ERR_TOO_DEEP with the byte offset; STS_ERR_REQUEST_SIZE. */
sts_status sts__wire_check(sts_bytes bytes, const sts__wire_message *message, sts__fault *fault);

#endif
