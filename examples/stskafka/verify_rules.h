/* SPDX-License-Identifier: Apache-2.0
 *
 * Which rule makes the keys that are found: of values in OTLP, the key of each of several rules is made as an exporter
 * would make it, and compared with the key that the record has. That takes some microseconds a record, so that pairs of
 * a key and a resource that were compared are remembered, and of records that are none of them, after the first 5,000
 * and the first 5,000 behind each change of rule, 1 in 256 is looked at; all are where a rule was named. */
#ifndef VERIFY_RULES_H
#define VERIFY_RULES_H

#include <stdbool.h>
#include <stdint.h>

#include <stskafka/stskafka.h>

#include "verify_faults.h"

enum { RULES = 8 };

struct key_rule {
    const char *spec;
    const char *text; /* whose keys these are; "" where there is nothing to say */
    sts_exporter *exporter;
    uint64_t records; /* whose key it makes */
    int64_t first_offset;
    int64_t first_ms; /* the time of the first of them, by Kafka's clock */
    int32_t first_partition;
    bool is_by_resource; /* it looks at nothing else */
};

struct verify_rules {
    struct key_rule rules[RULES];
    size_t count;
    size_t order[RULES]; /* which is tried first: the one that made the last key */
    size_t last;         /* the rule that made the last key */
    struct rule_pair *pairs;
    uint64_t looked;    /* since the last change of rule */
    const char *wanted; /* the rule that all keys must follow; NULL: none was named */
    int32_t format;     /* STS_FORMAT_*; 0: not known yet */
    int32_t signal;     /* STS_SIGNAL_*; 0: not known yet */
    bool is_otlp;       /* the user says so: what is no OTLP is wrong */
    bool is_off;        /* there is nothing to find */
    uint64_t checked;   /* records with a key and a value in OTLP */
    uint64_t unmatched; /* of them: those whose key no rule makes */
    uint64_t not_otlp;
    /* order by an attribute */
    sts_exporter *order_exporter;
    char order_value[256];
    sts_bytes found; /* its value in the record at hand */
    char not_otlp_text[300];
    int64_t not_otlp_offset;
    int32_t not_otlp_partition;
};

/* `wanted` is a spec or NULL, `order_spec` too. False: said what is wrong with one. */
bool rules_init(struct verify_rules *rules, const char *wanted, const char *order_spec);
void rules_free(struct verify_rules *rules);

/* Looks at a record; after it `found` has what order_spec says, data NULL: nothing. */
void rules_add(struct verify_rules *rules, const rd_kafka_message_t *message, struct verify_faults *faults);

/* Whether keys of both resource hashes are there, which splits each resource's records over two keys. */
bool rules_are_mixed(const struct verify_rules *rules);

#endif
