/* SPDX-License-Identifier: Apache-2.0
 *
 * What a key was made of: each path, attribute and piece of metadata that its spec read, with what it found. For
 * explanations alone. */
#ifndef STS_KEY_PARTS_H
#define STS_KEY_PARTS_H

#include "key/rule.h"

typedef struct sts__key_part {
    sts_bytes source; /* in the spec */
    sts_bytes text;   /* as it would be as a key; of lists and maps pdata's text. data NULL: nothing was there */
} sts__key_part;

typedef struct sts__key_parts {
    sts__key_part *items; /* until the state goes on to the next record */
    size_t count;
} sts__key_parts;

/* Of the present record, by evaluating the spec once more. STS_OK or STS_ERR_NO_MEMORY; a spec that fails has the parts
 * that it read before. */
sts_status sts__key_parts_find(const sts__key_rule *rule, sts__ottl_state *state, sts__key_parts *parts);

#endif
