/* SPDX-License-Identifier: Apache-2.0 */
#include "exporter/source.h"

#include <stskafka/otlp.h>

#include "intake/json.h"

/* A value that lies in what was handed over stays there. */
static void share_value(const sts__source *source, sts_message *message) {
    bool stays = !source->routing.batches; /* else it is copied into a message that stays open */
    if (source->taken && stays && message->value.size && sts__memory_lies_in(message->value, source->taken->bytes))
        message->taken = source->taken;
}

static bool next_item(sts__source *source, sts__routed *routed, sts_status *status, sts__fault *fault) {
    sts__otlp_source *otlp = (sts__otlp_source *)source;
    if (!sts__items_step(&otlp->cursor, &otlp->item))
        return false;
    *status = STS_OK;
    if (sts__route_goes_on(&source->routing, &otlp->item, routed))
        return true;
    sts__item_read_fields(otlp->cursor.signal, &otlp->item);
    *status = sts__route_item(&source->routing, &otlp->item, routed, fault);
    share_value(source, &routed->message);
    return true;
}

/* Of what passes through whole, the message's value has been the request from the beginning: a dead letter has it. */
static bool next_whole(sts__source *source, sts__routed *routed, sts_status *status, sts__fault *fault) {
    if (!next_item(source, routed, status, fault))
        return false;
    routed->message.value = ((sts__otlp_source *)source)->item.bytes;
    share_value(source, &routed->message);
    return true;
}

bool sts__source_gathers(const sts__source *source) {
    return source->has_records && source->routing.gathers;
}

bool sts__source_batches(const sts__source *source) {
    return source->has_records && source->routing.batches;
}

void sts__source_end(sts__source *source) {
    sts__routing_end(&source->routing);
    sts__arena_clear(&source->request);
}

/* The request in protobuf, which is all that is known of it from here on. */
static sts_status take_in(sts__arena *arena, const sts__signal *signal, const sts__otlp *otlp, sts_bytes *protobuf,
                          sts__fault *fault) {
    if (otlp->format == STS_FORMAT_OTLP_JSON)
        return sts__intake_json(signal->request, otlp->bytes, arena, protobuf, fault);
    *protobuf = otlp->bytes;
    return STS_OK;
}

static const char *format_name(int32_t format) {
    return format == STS_FORMAT_OTLP_JSON ? "JSON" : "protobuf";
}

/* What passes through whole is held to its form alone, and has to have that of its encoding. */
static sts_status begin_whole(sts__otlp_source *source, const sts__rules *rules, const sts__otlp *otlp,
                              sts__fault *fault) {
    const sts__signal *signal = rules->signal;
    const sts__encoding *encoding = rules->encoding;
    sts_status status = STS_OK;
    if (rules->fault.code == STS_OK && encoding->whole_format != otlp->format)
        return sts__fault_set(
            fault, STS_ERR_CONFIG,
            "%s in %s cannot be exported with the encoding %s, which is %s: they are sent just as they came "
            "(option %s.encoding)",
            signal->name, format_name(otlp->format), encoding->name, format_name(encoding->whole_format), signal->name);
    if (otlp->format == STS_FORMAT_OTLP_JSON)
        status = sts__intake_check_object(otlp->bytes, fault);
    else
        status = sts__items_check(signal, otlp->bytes, fault);
    sts__items_begin(&source->cursor, signal, otlp->bytes);
    source->source.next = next_whole;
    source->source.bytes = otlp->bytes.data ? otlp->bytes : (sts_bytes){"", 0};
    source->source.value_is_request = otlp->format == STS_FORMAT_OTLP_PROTO;
    return status;
}

/* Begins with the first item of a request that is whole. */
static sts_status begin_items(sts__otlp_source *source, const sts__signal *signal, const sts__otlp *otlp,
                              sts__fault *fault) {
    sts_bytes protobuf = {NULL, 0};
    sts_status status = take_in(&source->source.request, signal, otlp, &protobuf, fault);
    if (status == STS_OK)
        status = sts__items_check(signal, protobuf, fault);
    if (status == STS_OK)
        sts__items_begin(&source->cursor, signal, protobuf);
    source->source.bytes = protobuf.data ? protobuf : (sts_bytes){"", 0};
    return status;
}

/* Whether the host's numbers stand for anything. */
static sts_status check_numbers(const sts__signal *signal, const sts__otlp *otlp, sts__fault *fault) {
    if (!signal)
        return sts__fault_set(fault, STS_ERR_UNSUPPORTED,
                              "signal %d is not known here: logs, traces, metrics and profiles are (STS_SIGNAL_LOGS, "
                              "STS_SIGNAL_TRACES, STS_SIGNAL_METRICS, STS_SIGNAL_PROFILES)",
                              (int)otlp->signal);
    if (otlp->format == STS_FORMAT_OTLP_PROTO || otlp->format == STS_FORMAT_OTLP_JSON)
        return STS_OK;
    return sts__fault_set(fault, STS_ERR_UNSUPPORTED,
                          "format %d is not known here: protobuf and JSON are (STS_FORMAT_OTLP_PROTO, "
                          "STS_FORMAT_OTLP_JSON)",
                          (int)otlp->format);
}

sts_status sts__otlp_source_init(sts__otlp_source *source, const sts__route *route, const sts__memory *memory,
                                 const sts__metadata *metadata, const sts__otlp *otlp, sts__fault *fault) {
    const sts__signal *signal = sts__signal_find(otlp->signal);
    sts_status status = check_numbers(signal, otlp, fault);
    if (status != STS_OK)
        return status;
    source->source.next = next_item;
    source->source.has_records = true;
    source->source.value_is_request = false;
    source->source.taken = otlp->taken;
    sts__arena_init(&source->source.request, memory);
    status = signal->is_whole ? begin_whole(source, &route->rules[signal->place], otlp, fault)
                              : begin_items(source, signal, otlp, fault);
    if (status == STS_OK)
        status = sts__routing_begin(&source->source.routing, route, signal, memory, metadata, fault);
    if (status == STS_OK)
        source->source.routing.keys = otlp->keys;
    else
        sts__arena_clear(&source->source.request);
    return status;
}

/* Of a source whose records are messages as they stand. */
static void begin_messages(sts__source *source, const sts__memory *memory) {
    source->has_records = false;
    source->bytes = (sts_bytes){NULL, 0};
    source->value_is_request = false;
    source->taken = NULL;
    sts__arena_init(&source->request, memory);
}

static bool next_planned(sts__source *source, sts__routed *routed, sts_status *status, sts__fault *fault) {
    sts__topology_source *topology = (sts__topology_source *)source;
    if (topology->next == topology->plan.count)
        return false;
    *status = sts__route_planned(&source->routing, &topology->plan.messages[topology->next], routed, fault);
    routed->place.index = topology->next++;
    routed->headers_last = true;
    return true;
}

/* The budget, or less where the key and what is around the value leave no room for it. */
static size_t max_value(const sts__route *route) {
    const size_t margin = 2048; /* the key, and the batch around the record */
    size_t room =
        route->max_message_bytes > 2 * margin ? route->max_message_bytes - margin : route->max_message_bytes / 2;
    return route->topology_budget < room ? route->topology_budget : room;
}

sts_status sts__topology_source_init(sts__topology_source *source, const sts__route *route, const sts__memory *memory,
                                     const sts__metadata *metadata, const sts_topology *batch, sts__fault *fault) {
    const sts__plan_rules rules = {route->shard_count, max_value(route)};
    begin_messages(&source->source, memory);
    source->source.next = next_planned;
    source->next = 0;
    /* The batch says the same as before; its room for planning changes. */
    sts_status status = sts__topology_plan((sts_topology *)batch, &rules, &source->plan, fault);
    if (status != STS_OK)
        return status;
    /* The stream's elements are the collector's log records, whose fixed headers they get. */
    return sts__routing_begin(&source->source.routing, route, &sts__signals[STS__LOGS], memory, metadata, fault);
}

static bool next_ready(sts__source *source, sts__routed *routed, sts_status *status, sts__fault *fault) {
    sts__ready_source *ready = (sts__ready_source *)source;
    if (ready->is_taken)
        return false;
    ready->is_taken = true;
    *status = sts__route_ready(&source->routing, ready->ready, routed, fault);
    routed->place.index = 0;
    routed->headers_last = true;
    return true;
}

sts_status sts__ready_source_init(sts__ready_source *source, const sts__route *route, const sts__memory *memory,
                                  const sts__metadata *metadata, const sts__ready *ready, sts__fault *fault) {
    begin_messages(&source->source, memory);
    source->source.next = next_ready;
    source->ready = ready;
    source->is_taken = false;
    return sts__routing_begin(&source->source.routing, route, &sts__signals[STS__LOGS], memory, metadata, fault);
}
