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

static sts_status use_topic(const sts__route *route, sts_bytes name, bool add, sts__routed *routed, sts__fault *fault) {
    int32_t number;
    switch (sts__topics_find(route->topics, name, add, &number)) {
    case STS_OK:
        break;
    case STS_ERR_TOPIC_LIMIT:
        return sts__fault_set(fault, STS_ERR_TOPIC_LIMIT, "the topic is one more than topics.max (%u)",
                              (unsigned)route->topics->max);
    default:
        return sts__fault_set(fault, STS_ERR_NO_MEMORY, "out of memory");
    }
    routed->message.topic_index = number;
    routed->message.topic = number >= 0 ? sts__topics_name(route->topics, number) : routed->topic;
    if (number < 0) {
        memcpy(routed->topic, name.data, name.size);
        routed->topic[name.size] = '\0';
    }
    return STS_OK;
}

static sts_status route_topic(const sts__route *route, const sts__log_record *record, bool add, sts__routed *routed,
                              sts__fault *fault) {
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
    return use_topic(route, value.as.bytes, add, routed, fault);
}

static sts_status check_size(const sts__route *route, const sts__routed *routed, sts__fault *fault) {
    size_t size = sts__record_batch_size(&routed->message);
    if (size <= route->max_message_bytes)
        return STS_OK;
    return sts__fault_set(fault, STS_ERR_RECORD_SIZE, "the record takes %zu bytes; max_message_bytes is %zu", size,
                          route->max_message_bytes);
}

sts_status sts__route_log(const sts__route *route, const sts__log_record *record, bool add_topic, sts__routed *routed,
                          sts__fault *fault) {
    routed->message = (sts_message){.struct_size = sizeof routed->message, .timestamp_ms = -1, .partition = -1};
    routed->key_from = "";
    sts_status status = route_key(route, record, routed, fault);
    if (status == STS_OK)
        status = route_value(record, routed, fault);
    if (status == STS_OK)
        status = route_topic(route, record, add_topic, routed, fault);
    if (status == STS_OK)
        status = check_size(route, routed, fault);
    return status;
}
