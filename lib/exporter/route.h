/* SPDX-License-Identifier: Apache-2.0
 *
 * From a log record to the message that goes to Kafka: key, topic, value, limits. Exports and explanations both go this
 * way, so they cannot disagree. Pure, but for the table of topics. */
#ifndef STS_EXPORTER_ROUTE_H
#define STS_EXPORTER_ROUTE_H

#include <stdbool.h>

#include <stskafka/transport.h>

#include "base/error.h"
#include "exporter/topics.h"
#include "key/attribute_key.h"
#include "key/topic.h"
#include "otlp/logs.h"
#include "topology/plan.h"

/* How all records of an exporter are routed. */
typedef struct sts__route {
    sts__topics *topics;
    const char *default_topic; /* number 0 in the table */
    sts__empty_key empty_key;
    size_t max_message_bytes;
    const char *metadata_topic; /* of topology streams */
    uint32_t shard_count;
    size_t topology_budget; /* bytes of elements that share a message */
} sts__route;

/* A message, with what it points at; it must not be moved. */
typedef struct sts__routed {
    uint64_t index;      /* in the request, from 0 */
    sts_message message; /* topic NULL where the record has none (yet) */
    sts__key key;
    const char *key_from; /* "" where there is no key */
} sts__routed;

/* Fills `routed` as far as it gets. STS_OK, or why the record is rejected. A new topic goes into the route's table, or,
 * where `apart` is not NULL, into that one, which has as much room as the other: who only asks must not fill the
 * exporter's. */
sts_status sts__route_log(const sts__route *route, const sts__log_record *record, sts__topics *apart,
                          sts__routed *routed, sts__fault *fault);

/* The same for a message of topology. */
sts_status sts__route_planned(const sts__route *route, const sts__planned *planned, sts__topics *apart,
                              sts__routed *routed, sts__fault *fault);

#endif
