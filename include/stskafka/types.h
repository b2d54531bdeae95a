/* SPDX-License-Identifier: Apache-2.0
 *
 * What the other headers share: the handles, the byte view, the counters, the release of texts. */
#ifndef STSKAFKA_TYPES_H
#define STSKAFKA_TYPES_H

#include <stddef.h>
#include <stdint.h>

#include <stskafka/export.h>

#ifdef __cplusplus
extern "C" {
#endif

/* 0, or one of the negative codes of error.h. */
typedef int32_t sts_status;

/* All handles are opaque. Every *_free accepts NULL, and then does nothing. Any other function returns
 * STS_ERR_INVALID_ARGUMENT for a handle that is NULL; one that returns no sts_status does nothing, or returns 0, "" or
 * NULL. Exceptions are in a function's own description. */
typedef struct sts_allocator sts_allocator;           /* allocator.h: where memory comes from */
typedef struct sts_options sts_options;               /* options.h: the configuration of an exporter */
typedef struct sts_exporter sts_exporter;             /* exporter.h: writes records to Kafka */
typedef struct sts_export_context sts_export_context; /* logs.h: what travels beside one export */
typedef struct sts_outcome sts_outcome;               /* exporter.h: what became of one record */
typedef struct sts_outcomes sts_outcomes;             /* exporter.h: a reusable list of outcomes */
typedef struct sts_explanation sts_explanation;       /* logs.h: what would be sent for one record */
typedef struct sts_error sts_error;                   /* error.h: code and text of a failure */

/* A view of bytes that somebody else owns. `data` NULL is "no value" (null), which is not the same as `size` 0. */
typedef struct sts_bytes {
    const void *data; /* NULL: no value */
    size_t size;      /* in bytes */
} sts_bytes;

/* Counters come as an array of uint64_t with these indices. A function that takes `counts` and `counts_size` fills the
 * first `counts_size` elements (those it does not know with 0); pass NULL and 0 if they are not wanted. New counters
 * are appended, and numbers never change.
 *
 * These sums hold: records = accepted + rejected; accepted = delivered + failed + uncertain + purged + pending. */
enum {
    STS_COUNT_RECORDS = 0,              /* records that were looked at */
    STS_COUNT_ACCEPTED = 1,             /* taken: each has exactly one outcome, sooner or later */
    STS_COUNT_REJECTED = 2,             /* refused one by one: no key, wrong body, too large, ... */
    STS_COUNT_DELIVERED = 3,            /* acknowledged as `required_acks` asks */
    STS_COUNT_FAILED = 4,               /* given up, and not in the topic */
    STS_COUNT_UNCERTAIN = 5,            /* given up, or sent unacknowledged; may be in the topic */
    STS_COUNT_PURGED = 6,               /* never sent: the exporter was closed first */
    STS_COUNT_PENDING = 7,              /* accepted, no outcome yet */
    STS_COUNT_BYTES = 8,                /* bytes of key, value and headers of accepted records */
    STS_COUNT_NULL_KEYS = 9,            /* accepted with a null key */
    STS_COUNT_EMPTY_KEYS = 10,          /* accepted with an empty key that is not null */
    STS_COUNT_MISSING_KEYS = 11,        /* without a value for the key: rejected, or accepted with a null key */
    STS_COUNT_PARTITION_CHANGES = 12,   /* how often a topic was found to have more or fewer partitions */
    STS_COUNT_POSSIBLE_DUPLICATES = 13, /* delivered or uncertain, and perhaps twice in the topic */
    STS_COUNT_PRODUCER_REBUILDS =
        14, /* how often another producer took over: a fatal error, a refusal, another configuration */
    STS_COUNT_DEAD_LETTERS = 15, /* dead letters (dead_letter.h) that arrived, or were handed to the callback alone */
    STS_COUNT_DEAD_LETTERS_LOST = 16, /* dead letters that did not get to their topic */
    STS_COUNT_CLUSTER_CHANGES = 17,   /* how often the cluster, or a topic, was found to have been made anew */
    STS_COUNT_MESSAGES = 18,          /* messages that the transport took: of one record each, or of several (gather) */
    STS_COUNT_SEALED_BY_SIZE = 19, /* of those that were open over exports (sending_queue.batch.*), what sealed them: */
    STS_COUNT_SEALED_BY_TIME = 20, /* flush_timeout */
    STS_COUNT_SEALED_FOR_ROOM = 21,   /* others needed their room in the queue */
    STS_COUNT_SEALED_BY_HEADERS = 22, /* a record of their key came with other headers */
    STS_COUNT_SEALED_BY_FLUSH = 23,   /* a flush, or the close */
    STS_COUNTS = 24                   /* how many counters this header knows */
};

/* What became of a record. */
enum {
    STS_OUTCOME_DELIVERED = 1, /* acknowledged as `required_acks` asks */
    STS_OUTCOME_FAILED = 2,    /* given up, and not in the topic */
    STS_OUTCOME_UNCERTAIN = 3, /* given up, or sent unacknowledged; may be in the topic */
    STS_OUTCOME_PURGED = 4,    /* never sent: the exporter was closed first */
    STS_OUTCOME_REJECTED = 5   /* never accepted */
};

/* Frees a text that the library made (topology.h, statistics.h), whatever its allocator.
 *
 *   text  NULL is allowed
 *
 * Threads  any; also from a callback.
 * Since    1.0.0 */
STS_API void sts_text_free(char *text);

#ifdef __cplusplus
}
#endif
#endif
