/* SPDX-License-Identifier: Apache-2.0
 *
 * The default key: a record attribute. A pure function of the record and the rule. */
#ifndef STS_KEY_ATTRIBUTE_KEY_H
#define STS_KEY_ATTRIBUTE_KEY_H

#include <stdbool.h>

#include "base/error.h"
#include "key/text.h"
#include "otlp/logs.h"

typedef enum sts__empty_key {
    STS__EMPTY_KEY_SEND, /* as an empty key, which is not null and has one partition */
    STS__EMPTY_KEY_NULL, /* as a null key */
    STS__EMPTY_KEY_REJECT
} sts__empty_key;

typedef struct sts__key {
    sts_bytes bytes;             /* data NULL: a null key. Points into the record, or at `text` */
    char text[STS__NUMBER_TEXT]; /* of a number or a boolean */
} sts__key;

/* The name of the attribute, and how explain names the source. */
#define STS__KEY_ATTRIBUTE "stskafka.key"
#define STS__KEY_FROM "attributes[\"" STS__KEY_ATTRIBUTE "\"]"

/* Fills `key` (which must not be moved afterwards): bytes and strings verbatim, numbers and booleans as their text.
 * STS_ERR_KEY_MISSING, STS_ERR_KEY_TYPE or STS_ERR_KEY_EMPTY where the record has to be rejected. */
sts_status sts__attribute_key(const sts__log_record *record, sts__empty_key empty, sts__key *key, sts__fault *fault);

#endif
