/* SPDX-License-Identifier: Apache-2.0
 *
 * The configuration of an exporter as plain values: what the options say, checked and read. */
#ifndef STS_EXPORTER_CONFIG_H
#define STS_EXPORTER_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/pairs.h"
#include "signal/signal.h"
#include "transport/kafka/kafka.h"
#include "transport/settings.h"

typedef enum sts__transport_choice {
    STS__TRANSPORT_KAFKA,
    STS__TRANSPORT_MEMORY,
    STS__TRANSPORT_NONE
} sts__transport_choice;

typedef enum sts__record_timestamp {
    STS__TIMESTAMP_NONE,
    STS__TIMESTAMP_EVENT,
    STS__TIMESTAMP_OBSERVED,
    STS__TIMESTAMP_NOW
} sts__record_timestamp;

/* Which records share a message. */
typedef enum sts__gather_option {
    STS__GATHER_NONE,
    STS__GATHER_KEY,
    STS__GATHER_RESOURCE,
    STS__GATHER_REQUEST
} sts__gather_option;

/* What sizes of messages that stay open count. */
typedef enum sts__batch_sizer { STS__BATCH_ITEMS, STS__BATCH_BYTES } sts__batch_sizer;

typedef enum sts__delivery_choice { STS__DELIVERY_AT_LEAST_ONCE, STS__DELIVERY_EXACTLY_ONCE } sts__delivery_choice;

typedef enum sts__outcomes_choice {
    STS__OUTCOMES_COUNTS,
    STS__OUTCOMES_FAILURES,
    STS__OUTCOMES_ALL,
    STS__OUTCOMES_TOKENS
} sts__outcomes_choice;

/* The key of a record of which nothing else is said. */
#define STS__DEFAULT_KEY "attributes[\"stskafka.key\"]"

/* What a signal has of its own; an empty text: what the option without the signal's name says. */
typedef struct sts__signal_config {
    const char *key;
    const char *topic;
    const char *topic_from_metadata_key;
    int encoding; /* sts__encode_place; STS__ENCODE_DEFAULT: the same */
} sts__signal_config;

/* The numbers of choices are the places of their words in the options table. */
typedef struct sts__config {
    sts__transport_settings common; /* what every transport is told */
    sts__kafka_settings kafka;
    int transport; /* sts__transport_choice */
    int outcomes;  /* sts__outcomes_choice */
    int encoding;  /* sts__encode_place */
    int gather;    /* sts__gather_option */
    sts__signal_config signals[STS__SIGNALS];
    const char *key; /* specs: ottl/ */
    const char *topic_from;
    const char *partition_from;
    int missing_key; /* sts__missing_key */
    int empty_key;   /* sts__empty_key */
    int64_t max_key_bytes;
    const char *topic_from_metadata_key;
    const char *topic_from_attribute;
    const char *topics_allow;          /* a list */
    const sts__pairs *record_headers;  /* names and texts */
    const sts__pairs *header_from;     /* names and specs */
    const char *include_metadata_keys; /* a list */
    const char *record_header_list;    /* NAME=TEXT, with commas between */
    bool signal_header;
    bool content_type_header;
    bool trace_context_headers;
    bool cloudevents;
    const char *cloudevents_source; /* a spec */
    const char *cloudevents_type;
    int record_timestamp; /* sts__record_timestamp */
    const char *fingerprint_header;
    int64_t read_timeout_ms;
    int64_t produce_timeout_ms;
    const char *metadata_topic;
    int64_t topology_shards;
    int64_t topology_group_bytes;
    int64_t queue_size;
    int64_t queue_bytes;
    int delivery;        /* sts__delivery_choice */
    const char *storage; /* a folder, or empty */
    int64_t storage_bytes;
    int storage_sync; /* sts__store_sync_mode */
    int64_t storage_sync_ms;
    int64_t storage_max_age_ms;
    int64_t batch_timeout_ms; /* 0: no message stays open over exports */
    int64_t batch_min_size;
    int64_t batch_max_size;
    int batch_sizer; /* sts__batch_sizer */
    bool block_on_overflow;
    bool wait_for_result;
    bool service_thread;
} sts__config;

#endif
