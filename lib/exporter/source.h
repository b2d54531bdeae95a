/* SPDX-License-Identifier: Apache-2.0
 *
 * Where the records of an export come from: each source routes its records one by one (route.h), and exports and
 * explanations take them from it without knowing what they were. */
#ifndef STS_EXPORTER_SOURCE_H
#define STS_EXPORTER_SOURCE_H

#include "exporter/route.h"
#include "otlp/builder.h"
#include "signal/single.h"
#include "topology/plan.h"
#include "transport/taken.h"

typedef struct sts__source sts__source;

struct sts__source {
    /* Routes the next record; false at the end. *status is STS_OK, or why the record is rejected, with the text in the
     * fault. */
    bool (*next)(sts__source *source, sts__routed *routed, sts_status *status, sts__fault *fault);
    bool has_records;      /* items of OTLP, whose keys the specs make, and which can be written as requests again */
    bool value_is_request; /* a message's value is the request in protobuf, as it came */
    sts__arena request;    /* what its bytes became, where they were not protobuf */
    sts__taken *taken;     /* the host has handed over: messages may refer to it for longer; or NULL */
    sts_bytes bytes;       /* what lives as long as the source; data NULL: all that its messages point at */
    sts__routing routing;
};

/* Whether its records may share messages; with those of other exports. */
bool sts__source_gathers(const sts__source *source);
bool sts__source_batches(const sts__source *source);

/* Frees what a source that was made holds. */
void sts__source_end(sts__source *source);

/* An OTLP request as the host has it (stskafka/otlp.h). */
typedef struct sts__otlp {
    int32_t signal;
    int32_t format;
    sts_bytes bytes;
    sts__taken *taken;          /* where messages may refer to the bytes after the export; or NULL */
    const sts__given_key *keys; /* beside its records, one for each; or NULL */
} sts__otlp;

/* The items of an OTLP request. */
typedef struct sts__otlp_source {
    sts__source source;
    sts__item_cursor cursor;
    sts__item item; /* the present one, which an explanation looks at again */
} sts__otlp_source;

/* STS_OK, or what is wrong with the request, or with the rules for its signal; then there is nothing to end. Its bytes
 * live as long as the source, which must not be moved; `metadata` may be NULL. */
sts_status sts__otlp_source_init(sts__otlp_source *source, const sts__route *route, const sts__memory *memory,
                                 const sts__metadata *metadata, const sts__otlp *otlp, sts__fault *fault);

/* The Kafka messages of a batch of topology. */
typedef struct sts__topology_source {
    sts__source source;
    sts__plan plan;
    size_t next;
} sts__topology_source;

/* STS_OK, STS_ERR_ELEMENT, STS_ERR_NO_MEMORY. The batch's own memory is used for its messages. */
sts_status sts__topology_source_init(sts__topology_source *source, const sts__route *route, const sts__memory *memory,
                                     const sts__metadata *metadata, const sts_topology *batch, sts__fault *fault);

/* A record that the host has ready. */
typedef struct sts__ready_source {
    sts__source source;
    const sts__ready *ready;
    bool is_taken;
} sts__ready_source;

/* STS_OK, STS_ERR_CONFIG, STS_ERR_NO_MEMORY. What `ready` points at lives as long as the source. */
sts_status sts__ready_source_init(sts__ready_source *source, const sts__route *route, const sts__memory *memory,
                                  const sts__metadata *metadata, const sts__ready *ready, sts__fault *fault);

#endif
