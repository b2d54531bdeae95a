/* SPDX-License-Identifier: Apache-2.0
 *
 * What is decided for each record of a signal: its key, its topic, its partition, its headers, by specs; its encoding.
 * Compiled once; never changes. */
#ifndef STS_EXPORTER_RULES_H
#define STS_EXPORTER_RULES_H

#include <stskafka/transport.h>

#include "encode/encode.h"
#include "exporter/config.h"
#include "key/rule.h"

/* Where a record's topic comes from, in this order; where none gives one, it is the static one. */
typedef struct sts__topic_rule {
    const char *metadata_key;      /* the first value of that request metadata; "": none */
    sts__ottl_program from;        /* count 0: none */
    sts__ottl_program attribute;   /* a text that is not empty of the resource; count 0: none */
    sts_bytes *allowed;            /* names; a * at the end stands for any rest */
    size_t allowed_count;          /* 0: all are */
    const char *always_allowed[3]; /* the static ones */
} sts__topic_rule;

/* A header that is computed for each record. */
typedef struct sts__header_rule {
    const char *name;
    sts__ottl_program value;
} sts__header_rule;

typedef struct sts__header_rules {
    sts_bytes *fixed; /* names and values by turns: record_headers, and otelcol.signal */
    size_t fixed_count;
    sts_bytes *metadata; /* names of the metadata that is copied */
    size_t metadata_count;
    sts__header_rule *computed;
    size_t computed_count;
    const char *fingerprint; /* the name of the header that tells it; "": none */
    bool content_type;       /* those of record_headers.h */
    bool trace_context;
    bool cloudevents;
    const char *event_type; /* a CloudEvent's */
} sts__header_rules;

enum { STS__FINGERPRINT = 48 };

typedef struct sts__rules {
    const sts__signal *signal;
    sts__fault fault; /* code STS_OK, or why nothing of this signal can be exported */
    const sts__encoding *encoding;
    const char *value_type; /* a media type */
    sts__record_timestamp timestamp;
    sts__ottl_set set;
    sts__key_rule key;
    sts__topic_rule topic;
    sts__ottl_program partition; /* count 0: by the profile */
    sts__header_rules headers;
    bool is_by_scope; /* whatever a record's value has no part in is the same for all records of a scope */
    char fingerprint[STS__FINGERPRINT]; /* of what decides about key and partition */
} sts__rules;

/* STS_OK or STS_ERR_NO_MEMORY, and then there is nothing to clear. A spec that has no meaning for the signal (body,
 * where there are spans) is a fault of the rules: who exports other signals alone must not mind. That options have
 * right specs at all was checked when they were set (exporter/options_table.c). */
sts_status sts__rules_init(sts__rules *rules, const sts__memory *memory, const sts__config *config,
                           const sts__signal *signal, sts__fault *fault);
void sts__rules_clear(sts__rules *rules);

/* The topic for the present record, as a view. STS_OK; STS_ERR_TOPIC_INVALID, STS_ERR_TOPIC_REFUSED, or what the spec
 * failed with. Size 0: the static one. */
sts_status sts__rules_topic(const sts__rules *rules, sts__ottl_state *state, sts_bytes *topic, sts__fault *fault);

/* Whether a record may name that topic; `from` says in the fault where it comes from. STS_OK, STS_ERR_TOPIC_INVALID,
 * STS_ERR_TOPIC_REFUSED. */
sts_status sts__rules_check_topic(const sts__rules *rules, const char *from, sts_bytes name, sts__fault *fault);

/* Whether headers or timestamp are made of the item's ids and times. */
static inline bool sts__rules_need_identity(const sts__rules *rules) {
    return !rules->signal->is_whole &&
           (rules->headers.trace_context || rules->headers.cloudevents || rules->timestamp != STS__TIMESTAMP_NONE);
}

/* Fills in message->partition. STS_OK, STS_ERR_PARTITION, or what the spec failed with. */
sts_status sts__rules_partition(const sts__rules *rules, sts__ottl_state *state, sts_message *message,
                                sts__fault *fault);

#endif
