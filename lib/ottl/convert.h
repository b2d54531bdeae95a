/* SPDX-License-Identifier: Apache-2.0
 *
 * What the parameters of functions take, and how a value becomes that: OTTL's "getters". Some demand a type; those
 * named "like" convert. */
#ifndef STS_OTTL_CONVERT_H
#define STS_OTTL_CONVERT_H

#include "ottl/evaluate.h"

typedef enum sts__ottl_kind {
    STS__OTTL_ANY,
    STS__OTTL_A_STRING,
    STS__OTTL_AN_INT,
    STS__OTTL_A_DOUBLE,
    STS__OTTL_A_BOOL,
    STS__OTTL_A_MAP,
    STS__OTTL_A_LIST,
    STS__OTTL_A_TIME,
    STS__OTTL_STRING_LIKE,
    STS__OTTL_INT_LIKE,
    STS__OTTL_DOUBLE_LIKE,
    STS__OTTL_BOOL_LIKE,
    STS__OTTL_BYTES_LIKE,
    STS__OTTL_LITERAL_STRING, /* written down in the spec */
    STS__OTTL_LITERAL_BOOL,
    STS__OTTL_LIST_OF = 32,   /* or-ed with one of the above: a list that is written down, of such items */
    STS__OTTL_LIST_VALUE = 64 /* or-ed with that: or any value that is a list */
} sts__ottl_kind;

/* Whether the value is, without conversion, of the kind's type. */
bool sts__ottl_is_kind(const sts__ottl_value *value, sts__ottl_kind kind);

/* Makes the value what the kind takes; nil stays nil where the kind is "like". Memory comes from the state's arena.
 * `who` is for the text of a failure. */
bool sts__ottl_convert(sts__ottl_state *state, const sts__ottl_node *argument, sts__ottl_kind kind, const char *who,
                       sts__ottl_value *value);

/* Makes a value that stands for a list of texts (OTTL's SliceGetter of StringLikeGetters) a list of texts and nils, in
 * the state's arena: the items of pdata's lists as pdata writes them, those of Go's as convert does it; bytes are a
 * list of numbers, and nil is an empty list. */
bool sts__ottl_convert_to_texts(sts__ottl_state *state, const sts__ottl_node *argument, const char *who,
                                sts__ottl_value *value);

/* Go's strconv.ParseInt for 64 bits, with its bases 0 and 2 to 36. NULL, or what is wrong. */
const char *sts__ottl_parse_int(sts_bytes text, int base, int64_t *number);

#endif
