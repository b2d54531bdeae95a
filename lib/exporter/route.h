/* SPDX-License-Identifier: Apache-2.0
 *
 * From a log record to the message that goes to Kafka: key, topic, value, limits. Exports and explanations both go this way,
 * so they cannot disagree. Pure, but for the table of topics. */
#ifndef STS_EXPORTER_ROUTE_H
#define STS_EXPORTER_ROUTE_H

#include <stdbool.h>

#include <stskafka/transport.h>

#include "base/error.h"
#include "exporter/topics.h"
#include "key/attribute_key.h"
#include "key/topic.h"
#include "otlp/logs.h"

/* How all records of an exporter are routed. */
typedef struct sts__route {
    sts__topics *topics;
    const char *default_topic; /* number 0 in the table */
    sts__empty_key empty_key;
    size_t max_message_bytes;
} sts__route;

/* A message, with what it points at; it must not be moved. */
typedef struct sts__routed {
    sts_message message; /* topic NULL where the record has none (yet) */
    sts__key key;
    const char *key_from;            /* "" where there is no key */
    char topic[STS__TOPIC_NAME + 1]; /* of a topic that is not in the table */
} sts__routed;

/* Fills `routed` as far as it gets. STS_OK, or why the record is rejected. `add_topic`: a new topic is added to the table. */
sts_status sts__route_log(const sts__route *route, const sts__log_record *record, bool add_topic, sts__routed *routed,
                          sts__fault *fault);

#endif
