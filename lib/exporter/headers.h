/* SPDX-License-Identifier: Apache-2.0
 *
 * Headers of messages, in the order of the collector's kafkaexporter: those that are fixed, the signal, request
 * metadata; then those that are computed, those of other standards (record_headers.h), and the fingerprint. What is the
 * same for all records of a request is made once. */
#ifndef STS_EXPORTER_HEADERS_H
#define STS_EXPORTER_HEADERS_H

#include "exporter/record_headers.h"

/* The headers of one request: the computed ones, if there are any, change with each record. */
typedef struct sts__headers {
    const sts__rules *rules;
    sts_bytes *pairs;  /* names and values by turns; lives as long as the state's request */
    size_t before;     /* pairs in front of the computed ones */
    size_t count;      /* pairs in all; never more than there is room for */
    bool are_computed; /* records have headers of their own */
} sts__headers;

/* Makes what is the same for all records. STS_OK or STS_ERR_NO_MEMORY. */
sts_status sts__headers_begin(sts__headers *headers, const sts__rules *rules, sts__ottl_state *state,
                              sts__fault *fault);

/* Gives a message without a record (topology) its headers: no computed ones, and not the fingerprint of a rule that did
 * not make its key. */
void sts__headers_fixed(const sts__headers *headers, sts_message *message);

/* Puts headers of a message's own behind those that it has. Their names must be UTF-8, and get a NUL. STS_OK,
 * STS_ERR_HEADER, STS_ERR_NO_MEMORY. */
sts_status sts__headers_add(sts__arena *arena, const sts_bytes *more, size_t count, sts_message *message,
                            sts__fault *fault);

/* Gives the present record's message the headers that all have; where none are computed. */
static inline void sts__headers_same(const sts__headers *headers, sts_message *message) {
    message->headers = headers->pairs;
    message->header_count = headers->count;
}

/* Gives the present record's message, which has its key and value, its headers, which are good until the next record.
 * STS_OK, STS_ERR_HEADER, STS_ERR_NO_MEMORY. */
sts_status sts__headers_compute(sts__headers *headers, sts__ottl_state *state, const sts__item_identity *identity,
                                sts_bytes item, sts_message *message, sts__fault *fault);

#endif
