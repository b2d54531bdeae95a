/* SPDX-License-Identifier: Apache-2.0
 *
 * What stands in the generated structs for everything that has no fixed size; included by the generated headers. */
#ifndef STS_PROTO_FIELD_H
#define STS_PROTO_FIELD_H

#include <stddef.h>

/*   a string                          its bytes; where it is optional, data NULL is absent
 *   repeated strings                  an array of sts_bytes, and how many
 *   repeated messages                 an array of the generated structs, and how many
 *   Struct.fields, ListValue.values   an array of sts__json (json/json.h), and how many; fields sorted by name */
typedef struct sts__pb_field {
    const void *data;
    size_t size;
} sts__pb_field;

#endif
