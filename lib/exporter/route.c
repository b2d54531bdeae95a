/* SPDX-License-Identifier: Apache-2.0 */
#include "exporter/route.h"

#include <string.h>

#include "base/clock.h"
#include "transport/message_size.h"

sts_status sts__routing_begin(sts__routing *routing, const sts__route *route, const sts__signal *signal,
                              const sts__memory *memory, const sts__metadata *metadata, sts__fault *fault) {
    routing->route = route;
    routing->rules = &route->rules[signal->place];
    routing->gathers = route->gather != STS__GATHER_NONE && !signal->is_whole;
    routing->batches = routing->gathers && route->batches;
    routing->explained_topics = NULL;
    routing->keys = NULL;
    routing->settled = NULL;
    routing->settled_scope = 0;
    if (routing->rules->fault.code != STS_OK) {
        *fault = routing->rules->fault;
        return fault->code;
    }
    if (sts__ottl_state_begin(&routing->state, memory, &routing->rules->set, metadata) != STS_OK)
        return sts__fault_no_memory(fault);
    routing->encoder = (sts__encoder){.encoding = routing->rules->encoding,
                                      .signal = signal,
                                      .resource_arena = &routing->state.arenas[STS__OTTL_RESOURCE],
                                      .scope_arena = &routing->state.arenas[STS__OTTL_SCOPE],
                                      .item_arena = &routing->state.arenas[STS__OTTL_RECORD]};
    if (routing->batches) /* what is kept of resources and scopes is wanted until the records of some are submitted */
        routing->encoder.resource_arena = routing->encoder.scope_arena = &routing->state.arenas[STS__OTTL_REQUEST];
    routing->identity = sts__item_identity_fields_of(signal);
    sts_status status = sts__headers_begin(&routing->headers, routing->rules, &routing->state, fault);
    if (status != STS_OK)
        sts__routing_end(routing);
    return status;
}

void sts__routing_end(sts__routing *routing) {
    sts__ottl_state_end(&routing->state);
}

static sts_status route_key(sts__routing *routing, sts__routed *routed, sts__fault *fault) {
    const sts__given_key *given = routing->keys ? &routing->keys[routed->place.index] : NULL;
    sts_status status;
    if (given && given->is_given)
        status = sts__key_take(&routing->rules->key, given->bytes, "sts_logs_set_key", &routed->key, fault);
    else
        status = sts__key_derive(&routing->rules->key, &routing->state, &routed->key, fault);
    if (status != STS_OK)
        return status;
    routed->message.key = routed->key.bytes;
    routed->key_from = routed->key.from;
    return STS_OK;
}

static sts_status use_topic(const sts__routing *routing, sts_bytes name, sts__routed *routed, sts__fault *fault) {
    int32_t number;
    sts__topics *topics = routing->route->topics;
    sts_status status = sts__topics_find(topics, name, !routing->explained_topics, &number);
    if (status == STS_OK && number < 0) {
        topics = routing->explained_topics;
        status = sts__topics_find(topics, name, true, &number);
    }
    if (status == STS_ERR_TOPIC_LIMIT)
        return sts__fault_set(fault, status, "this would be one topic more than topics.max (%u)",
                              (unsigned)routing->route->topics->max);
    if (status != STS_OK)
        return sts__fault_no_memory(fault);
    routed->message.topic_index = number;
    routed->message.topic = sts__topics_name(topics, number);
    return STS_OK;
}

/* Without a name, the signal's own topic. */
static sts_status name_topic(sts__routing *routing, sts_bytes name, sts__routed *routed, sts__fault *fault) {
    if (name.size)
        return use_topic(routing, name, routed, fault);
    sts__signal_place signal = routing->rules->signal->place;
    routed->message.topic = routing->route->signal_topics[signal];
    routed->message.topic_index = routing->route->signal_topic_indices[signal];
    return STS_OK;
}

static sts_status route_topic(sts__routing *routing, sts__routed *routed, sts__fault *fault) {
    sts_bytes name;
    sts_status status = sts__rules_topic(routing->rules, &routing->state, &name, fault);
    if (status != STS_OK)
        return status;
    return name_topic(routing, name, routed, fault);
}

/* The length in front of the value, and the one around all of it, take up to 5 bytes each: 4 more than with none. */
size_t sts__route_value_most(const sts__route *route, const sts_message *message) {
    sts_message empty = *message;
    empty.value = (sts_bytes){"", 0};
    const size_t lengths = 8;
    size_t around = sts__message_batch_size(&empty) + lengths;
    return route->max_message_bytes > around ? route->max_message_bytes - around : 0;
}

static sts_status check_size(const sts__route *route, const sts__routed *routed, sts__fault *fault) {
    if (sts__message_fits(&routed->message, route->max_message_bytes))
        return STS_OK;
    return sts__fault_set(fault, STS_ERR_RECORD_SIZE, "the record takes %zu bytes; max_message_bytes is %zu",
                          sts__message_batch_size(&routed->message), route->max_message_bytes);
}

/* Keeps what a message is made of later. A record that is near the largest size is measured to the byte. */
static sts_status keep(sts__routing *routing, const sts__item *item, sts__routed *routed, sts__fault *fault) {
    sts__encoder *encoder = &routing->encoder;
    sts__kept *kept = &routed->kept;
    sts_status status = encoder->encoding->keeping->keep(encoder, item, kept, fault);
    if (status != STS_OK)
        return status;
    if (kept->alone > sts__route_value_most(routing->route, &routed->message)) {
        status = sts__encode(encoder, item, &routed->message.value, fault);
        if (status == STS_OK)
            status = check_size(routing->route, routed, fault);
    }
    routed->place.resource_group.bytes = kept->resource;
    routed->place.scope_group.bytes = kept->scope;
    routed->message.value = kept->bytes;
    return status;
}

static int64_t milliseconds(uint64_t unix_nano) {
    return unix_nano ? (int64_t)(unix_nano / 1000000) : -1;
}

/* The record's time where it has one, else when it was observed; -1 where there is neither. */
static int64_t timestamp_of(const sts__rules *rules, const sts__item_identity *identity) {
    switch (rules->timestamp) {
    case STS__TIMESTAMP_EVENT:
        return milliseconds(identity->time ? identity->time : identity->observed_time);
    case STS__TIMESTAMP_OBSERVED:
        return milliseconds(identity->observed_time ? identity->observed_time : identity->time);
    case STS__TIMESTAMP_NOW:
        return sts__clock_wall_ms();
    default:
        return -1;
    }
}

int64_t sts__route_timestamp(const sts__rules *rules, sts_bytes item) {
    const sts__item_identity_fields fields = sts__item_identity_fields_of(rules->signal);
    const sts__item_identity identity = sts__item_identity_of(&fields, item);
    return timestamp_of(rules, &identity);
}

static sts_status route_headers(sts__routing *routing, const sts__item *item, sts__routed *routed, sts__fault *fault) {
    const sts__rules *rules = routing->rules;
    sts__item_identity identity = {.flags = 0};
    if (sts__rules_need_identity(rules))
        identity = sts__item_identity_of(&routing->identity, item->bytes);
    routed->message.timestamp_ms = timestamp_of(rules, &identity);
    if (routing->headers.are_computed)
        return sts__headers_compute(&routing->headers, &routing->state, &identity, item->bytes, &routed->message,
                                    fault);
    sts__headers_same(&routing->headers, &routed->message);
    return STS_OK;
}

static void begin(sts__routed *routed) {
    routed->message =
        (sts_message){.struct_size = sizeof routed->message, .timestamp_ms = -1, .partition = -1, .record_count = 1};
    routed->key_from = "";
    routed->key.missing = false;
    routed->key.is_given = false;
}

/* What goes alone has a value of its own, and of what stays open something is kept, record by record. */
static bool settles_scopes(const sts__routing *routing) {
    return routing->rules->is_by_scope && routing->gathers && !routing->batches && !routing->keys;
}

bool sts__route_goes_on(const sts__routing *routing, const sts__item *item, sts__routed *routed) {
    if (routing->settled != routed || routing->settled_scope != item->scope_group.number)
        return false;
    routed->place = sts__item_place_of(item);
    return true;
}

sts_status sts__route_item(sts__routing *routing, const sts__item *item, sts__routed *routed, sts__fault *fault) {
    const sts__route *route = routing->route;
    begin(routed);
    routing->settled = NULL;
    routed->place = sts__item_place_of(item);
    routed->headers_last = !routing->headers.are_computed;
    sts__ottl_state_set_item(&routing->state, item);
    bool alone = !routing->gathers;
    sts_status status = route_key(routing, routed, fault);
    if (status == STS_OK && alone)
        status = sts__encode(&routing->encoder, item, &routed->message.value, fault);
    if (status == STS_OK)
        status = sts__rules_partition(routing->rules, &routing->state, &routed->message, fault);
    if (status == STS_OK)
        status = route_headers(routing, item, routed, fault);
    if (status == STS_OK && alone)
        status = check_size(route, routed, fault);
    if (status == STS_OK && routing->batches)
        status = keep(routing, item, routed, fault);
    if (status == STS_OK) /* last: a record that is rejected must not take a topic's place */
        status = route_topic(routing, routed, fault);
    if (status == STS_OK && settles_scopes(routing)) {
        routing->settled = routed;
        routing->settled_scope = item->scope_group.number;
    }
    return status;
}

/* Names the element that does not fit. */
static sts_status check_planned_size(const sts__route *route, const sts__planned *planned, const sts__routed *routed,
                                     sts__fault *fault) {
    size_t size = sts__message_batch_size(&routed->message);
    char name[300] = "the message";
    if (size <= route->max_message_bytes)
        return STS_OK;
    if (planned->only)
        sts__element_name(planned->only, name, sizeof name);
    return sts__fault_set(fault, STS_ERR_RECORD_SIZE, "%s takes %zu bytes; max_message_bytes is %zu", name, size,
                          route->max_message_bytes);
}

sts_status sts__route_planned(sts__routing *routing, const sts__planned *planned, sts__routed *routed,
                              sts__fault *fault) {
    const sts__route *route = routing->route;
    begin(routed);
    routed->message.key = planned->key;
    routed->message.value = planned->value;
    routed->message.topic = route->default_topic;
    sts__headers_fixed(&routing->headers, &routed->message);
    routed->key_from = planned->is_metadata ? "topology metadata key" : "topology key";
    sts_status status = STS_OK;
    if (planned->is_metadata) {
        sts_bytes topic = {route->metadata_topic, strlen(route->metadata_topic)};
        status = use_topic(routing, topic, routed, fault);
    }
    return status == STS_OK ? check_planned_size(route, planned, routed, fault) : status;
}

/* The headers that all records get, then its own. */
static sts_status ready_headers(sts__routing *routing, const sts__ready *ready, sts_message *message,
                                sts__fault *fault) {
    sts__headers_fixed(&routing->headers, message);
    if (!ready->header_count)
        return STS_OK;
    return sts__headers_add(&routing->state.arenas[STS__OTTL_REQUEST], ready->headers, ready->header_count, message,
                            fault);
}

sts_status sts__route_ready(sts__routing *routing, const sts__ready *ready, sts__routed *routed, sts__fault *fault) {
    const sts__item_identity nothing = {.flags = 0};
    begin(routed);
    routed->message.value = ready->value;
    routed->message.timestamp_ms = timestamp_of(routing->rules, &nothing);
    sts_status status = sts__key_take(&routing->rules->key, ready->key, "sts_export_record", &routed->key, fault);
    if (status == STS_OK) {
        routed->message.key = routed->key.bytes;
        routed->key_from = routed->key.from;
        status = ready_headers(routing, ready, &routed->message, fault);
    }
    if (status == STS_OK)
        status = check_size(routing->route, routed, fault);
    if (status == STS_OK && ready->topic.data)
        status = sts__rules_check_topic(routing->rules, "sts_export_record", ready->topic, fault);
    if (status == STS_OK) /* last, as a record that is rejected must not take a topic's place */
        status = name_topic(routing, ready->topic, routed, fault);
    return status;
}
