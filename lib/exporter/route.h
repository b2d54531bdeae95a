/* SPDX-License-Identifier: Apache-2.0
 *
 * From an item of a signal to the message that goes to Kafka: key, topic, value, limits. Exports and explanations both
 * go this way, so they cannot disagree. Pure, but for the table of topics. */
#ifndef STS_EXPORTER_ROUTE_H
#define STS_EXPORTER_ROUTE_H

#include <stdbool.h>

#include <stskafka/transport.h>

#include "base/error.h"
#include "encode/encode.h"
#include "encode/kept.h"
#include "exporter/headers.h"
#include "exporter/rules.h"
#include "exporter/topics.h"
#include "otlp/builder.h"
#include "signal/item.h"
#include "topology/plan.h"

/* A record that the host has ready (stskafka/record.h); views, with data NULL where there is none: no topic of its own,
 * a null key, a null value. */
typedef struct sts__ready {
    sts_bytes topic;
    sts_bytes key;
    sts_bytes value;
    const sts_bytes *headers; /* names and values by turns */
    size_t header_count;
} sts__ready;

/* How all records of an exporter are routed. */
typedef struct sts__route {
    sts__topics *topics;
    const char *default_topic;               /* number 0 in the table */
    const char *signal_topics[STS__SIGNALS]; /* where items go that name no topic, and their numbers in the table */
    int32_t signal_topic_indices[STS__SIGNALS];
    const sts__rules *rules; /* by signal */
    size_t max_message_bytes;
    sts__gather_option gather;
    bool batches;               /* records may come into messages that stay open over exports (batching.h) */
    size_t window_records;      /* how much of a request is gathered at a time: so many records, */
    size_t window_bytes;        /* and so many bytes of them */
    const char *metadata_topic; /* of topology streams */
    uint32_t shard_count;
    size_t topology_budget; /* bytes of elements that share a message */
} sts__route;

/* A message, with what it points at; it must not be moved. */
typedef struct sts__routed {
    sts__item_place place; /* of topology only the index */
    sts_message message;   /* topic NULL where the record has none (yet) */
    sts__kept kept;        /* where its message is made later; its place has these groups then */
    sts__key key;
    const char *key_from; /* "" where there is no key */
    bool headers_last;    /* they are the same for the whole request, and live as long */
} sts__routed;

/* What routing needs for one request: where specs are evaluated, and its headers. */
typedef struct sts__routing {
    const sts__route *route;
    const sts__rules *rules;    /* of the signal */
    const sts__given_key *keys; /* of the request's records, where they were given some; or NULL */
    bool gathers;               /* records may share messages, */
    bool batches;               /* also with those of other exports */
    const sts__routed *settled; /* what all items of a scope are routed to, */
    uint64_t settled_scope;     /* and the number of its group; 0: nothing is */
    sts__topics *
        explained_topics; /* where new topics go; NULL: into the route's table. Who only asks must not fill that one. */
    sts__headers headers;
    sts__encoder encoder;
    sts__item_identity_fields identity;
    sts__ottl_state state;
} sts__routing;

/* For a request of that signal with this metadata (may be NULL), which lives as long as the routing, which must not be
 * moved. STS_OK; STS_ERR_CONFIG where the rules cannot be used for the signal, STS_ERR_NO_MEMORY; and then there is
 * nothing to end. */
sts_status sts__routing_begin(sts__routing *routing, const sts__route *route, const sts__signal *signal,
                              const sts__memory *memory, const sts__metadata *metadata, sts__fault *fault);
void sts__routing_end(sts__routing *routing);

/* Fills `routed` as far as it gets; it is good until the next record. What is to be gathered gets no value; over
 * exports, what is kept of it, which is good but for that as long as the routing. STS_OK, or why the record is
 * rejected. */
sts_status sts__route_item(sts__routing *routing, const sts__item *item, sts__routed *routed, sts__fault *fault);

/* Whether the item goes where the one before it went, into the same `routed`, because both are of one scope and nothing
 * is decided by what is theirs alone; it is filled then, and the item's fields are not needed. */
bool sts__route_goes_on(const sts__routing *routing, const sts__item *item, sts__routed *routed);

/* The same for a message of topology. */
sts_status sts__route_planned(sts__routing *routing, const sts__planned *planned, sts__routed *routed,
                              sts__fault *fault);

/* The same for a record that the host has ready. */
sts_status sts__route_ready(sts__routing *routing, const sts__ready *ready, sts__routed *routed, sts__fault *fault);

/* The time of a message with that item alone (option record_timestamp). */
int64_t sts__route_timestamp(const sts__rules *rules, sts_bytes item);

/* How large the value of a message with these key and headers may be, or a few bytes less. */
size_t sts__route_value_most(const sts__route *route, const sts_message *message);

#endif
