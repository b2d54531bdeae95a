/* SPDX-License-Identifier: Apache-2.0
 *
 * From a record to its key: a spec (ottl/), and what becomes of a key that is missing, empty, too large, or of a type
 * that is no key. A pure function of rule, record and request metadata: README.md in this folder. */
#ifndef STS_KEY_RULE_H
#define STS_KEY_RULE_H

#include "ottl/evaluate.h"

typedef enum sts__missing_key {
    STS__MISSING_KEY_REJECT,
    STS__MISSING_KEY_NULL /* a null key */
} sts__missing_key;

typedef enum sts__empty_key {
    STS__EMPTY_KEY_SEND, /* as an empty key, which is not null and has one partition */
    STS__EMPTY_KEY_NULL, /* as a null key */
    STS__EMPTY_KEY_REJECT
} sts__empty_key;

typedef struct sts__key_rule {
    sts__ottl_program program;
    sts__missing_key missing;
    sts__empty_key empty;
    size_t max_bytes;
} sts__key_rule;

/* The text of what is no text yet: numbers, booleans, ids, times. */
enum { STS__KEY_TEXT = 64 };

typedef struct sts__key {
    sts_bytes bytes;  /* data NULL: a null key. Points into the record, the state, the rule, or at `text` */
    const char *from; /* the alternative that gave it; "" where there is no key */
    bool missing;     /* null because no alternative has a value */
    bool is_given;    /* by the host, beside the record: no spec made it */
    char text[STS__KEY_TEXT];
} sts__key;

/* Fills `key`, which must not be moved afterwards, and is valid until the state goes on. STS_OK, or why the record has
 * to be rejected: STS_ERR_KEY_MISSING, _TYPE, _EMPTY, _EVAL, _SIZE; or STS_ERR_NO_MEMORY. */
sts_status sts__key_derive(const sts__key_rule *rule, sts__ottl_state *state, sts__key *key, sts__fault *fault);

/* The same with a key that the host gave, `from` by which call: only the rules for sizes and empty keys hold for it.
 * data NULL is the null key. STS_OK, STS_ERR_KEY_EMPTY, STS_ERR_KEY_SIZE. */
sts_status sts__key_take(const sts__key_rule *rule, sts_bytes given, const char *from, sts__key *key,
                         sts__fault *fault);

/* The one rule by which a value becomes bytes: bytes and strings as they are, numbers and booleans as pdata's text, ids
 * as hex, times as RFC 3339. False for a map, a list, nil or none. `bytes` points at what the value does, or at `text`.
 */
bool sts__key_bytes_of(const sts__ottl_value *value, char text[STS__KEY_TEXT], sts_bytes *bytes);

#endif
