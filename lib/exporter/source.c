/* SPDX-License-Identifier: Apache-2.0 */
#include "exporter/source.h"

static bool next_log(sts__source *source, sts__routed *routed, sts_status *status, sts__fault *fault) {
    sts__logs_source *logs = (sts__logs_source *)source;
    if (!sts__logs_next(&logs->cursor, &logs->record))
        return false;
    *status = sts__route_log(&source->routing, &logs->record, routed, fault);
    routed->index = logs->record.index;
    return true;
}

static bool write_single_log(sts__source *source, sts__wire_writer *writer) {
    sts__logs_write_single(&((sts__logs_source *)source)->record, writer);
    return true;
}

void sts__source_end(sts__source *source) {
    sts__routing_end(&source->routing);
}

sts_status sts__logs_source_init(sts__logs_source *source, const sts__route *route, const sts__memory *memory,
                                 const sts__metadata *metadata, sts_bytes otlp, sts__fault *fault) {
    source->source.next = next_log;
    source->source.write_single = write_single_log;
    source->source.has_records = true;
    sts_status status = sts__logs_check(otlp, fault);
    if (status != STS_OK)
        return status;
    sts__logs_begin(&source->cursor, otlp);
    return sts__routing_begin(&source->source.routing, route, memory, metadata, fault);
}

static bool next_planned(sts__source *source, sts__routed *routed, sts_status *status, sts__fault *fault) {
    sts__topology_source *topology = (sts__topology_source *)source;
    if (topology->next == topology->plan.count)
        return false;
    *status = sts__route_planned(&source->routing, &topology->plan.messages[topology->next], routed, fault);
    routed->index = topology->next++;
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
    source->source.next = next_planned;
    source->source.write_single = NULL;
    source->source.has_records = false;
    source->next = 0;
    /* The batch says the same as before; its room for planning changes. */
    sts_status status = sts__topology_plan((sts_topology *)batch, &rules, &source->plan, fault);
    if (status != STS_OK)
        return status;
    return sts__routing_begin(&source->source.routing, route, memory, metadata, fault);
}
