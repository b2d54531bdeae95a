/* SPDX-License-Identifier: Apache-2.0 */
#include "exporter/route.h"

#include <string.h>

#include "exporter/record_size.h"

#define TOPIC_ATTRIBUTE "stskafka.topic"

static sts_status route_key(const sts__route *route, const sts__log_record *record, sts__routed *routed,
                            sts__fault *fault) {
    sts_status status = sts__attribute_key(record, route->empty_key, &routed->key, fault);
    if (status != STS_OK)
        return status;
    routed->message.key = routed->key.bytes;
    routed->key_from = STS__KEY_FROM;
    return STS_OK;
}

static sts_status route_value(const sts__log_record *record, sts__routed *routed, sts__fault *fault) {
    if (record->body.type == STS__VALUE_EMPTY)
        return sts__fault_set(fault, STS_ERR_BODY_TYPE, "the record has no body; it must be bytes");
    if (record->body.type != STS__VALUE_BYTES)
        return sts__fault_set(fault, STS_ERR_BODY_TYPE, "the body is %s; it must be bytes",
                              sts__value_type_name(record->body.type));
    if (record->body.as.bytes.size > 0) /* a body of zero bytes is a tombstone: the value stays null */
        routed->message.value = record->body.as.bytes;
    return STS_OK;
}

static sts_status use_topic(const sts__route *route, sts_bytes name, sts__topics *apart, sts__routed *routed,
                            sts__fault *fault) {
    int32_t number;
    sts__topics *topics = route->topics;
    sts_status status = sts__topics_find(topics, name, !apart, &number);
    if (status == STS_OK && number < 0) {
        topics = apart;
        status = sts__topics_find(topics, name, true, &number);
    }
    if (status == STS_ERR_TOPIC_LIMIT)
        return sts__fault_set(fault, status, "the topic is one more than topics.max (%u)",
                              (unsigned)route->topics->max);
    if (status != STS_OK)
        return sts__fault_no_memory(fault);
    routed->message.topic_index = number;
    routed->message.topic = sts__topics_name(topics, number);
    return STS_OK;
}

static sts_status route_topic(const sts__route *route, const sts__log_record *record, sts__topics *apart,
                              sts__routed *routed, sts__fault *fault) {
    sts__value value;
    if (!sts__log_attribute(record, TOPIC_ATTRIBUTE, sizeof TOPIC_ATTRIBUTE - 1, &value)) {
        routed->message.topic = route->default_topic;
        return STS_OK;
    }
    if (value.type != STS__VALUE_STRING)
        return sts__fault_set(fault, STS_ERR_TOPIC_INVALID,
                              "the attribute " TOPIC_ATTRIBUTE " is %s; it must be a string",
                              sts__value_type_name(value.type));
    const char *wrong = sts__topic_fault(value.as.bytes);
    if (wrong)
        return sts__fault_set(fault, STS_ERR_TOPIC_INVALID, "the topic in the attribute " TOPIC_ATTRIBUTE " %s", wrong);
    return use_topic(route, value.as.bytes, apart, routed, fault);
}

static sts_status check_size(const sts__route *route, const sts__routed *routed, sts__fault *fault) {
    size_t size = sts__record_batch_size(&routed->message);
    if (size <= route->max_message_bytes)
        return STS_OK;
    return sts__fault_set(fault, STS_ERR_RECORD_SIZE, "the record takes %zu bytes; max_message_bytes is %zu", size,
                          route->max_message_bytes);
}

static void begin(sts__routed *routed) {
    routed->message = (sts_message){.struct_size = sizeof routed->message, .timestamp_ms = -1, .partition = -1};
    routed->key_from = "";
}

sts_status sts__route_log(const sts__route *route, const sts__log_record *record, sts__topics *apart,
                          sts__routed *routed, sts__fault *fault) {
    begin(routed);
    sts_status status = route_key(route, record, routed, fault);
    if (status == STS_OK)
        status = route_value(record, routed, fault);
    if (status == STS_OK)
        status = check_size(route, routed, fault);
    if (status == STS_OK) /* last: a record that is rejected must not take a topic's place */
        status = route_topic(route, record, apart, routed, fault);
    return status;
}

/* Names the element that does not fit. */
static sts_status check_planned_size(const sts__route *route, const sts__planned *planned, const sts__routed *routed,
                                     sts__fault *fault) {
    size_t size = sts__record_batch_size(&routed->message);
    char name[300] = "the message";
    if (size <= route->max_message_bytes)
        return STS_OK;
    if (planned->only)
        sts__element_name(planned->only, name, sizeof name);
    return sts__fault_set(fault, STS_ERR_RECORD_SIZE, "%s takes %zu bytes; max_message_bytes is %zu", name, size,
                          route->max_message_bytes);
}

sts_status sts__route_planned(const sts__route *route, const sts__planned *planned, sts__topics *apart,
                              sts__routed *routed, sts__fault *fault) {
    begin(routed);
    routed->message.key = planned->key;
    routed->message.value = planned->value;
    routed->message.topic = route->default_topic;
    routed->key_from = planned->is_metadata ? "topology metadata key" : "topology key";
    sts_status status = STS_OK;
    if (planned->is_metadata) {
        sts_bytes topic = {route->metadata_topic, strlen(route->metadata_topic)};
        status = use_topic(route, topic, apart, routed, fault);
    }
    return status == STS_OK ? check_planned_size(route, planned, routed, fault) : status;
}
