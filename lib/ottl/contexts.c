/* SPDX-License-Identifier: Apache-2.0
 *
 * After the packages ottllog, ottlspan and ottlmetric of opentelemetry-collector-contrib's pkg/ottl/contexts, v0.160.0.
 * What they have beside has no value that a key or a header could be made of: whole resources and scopes, cache,
 * status, events, links, data_points. */
#include "ottl/contexts.h"

#include <string.h>

#define ITEM STS__OTTL_OF_ITEM
#define NO_KEYS STS__OTTL_NO_KEYS
#define KEYS STS__OTTL_KEYS
#define ONE_KEY STS__OTTL_ONE_KEY

static const sts__ottl_path log_paths[] = {
    {"attributes", ITEM, "attributes", NULL, KEYS},
    {"body", ITEM, "body", sts__ottl_evaluate_body, KEYS},
    {"body.string", ITEM, "body", sts__ottl_evaluate_body_text, NO_KEYS},
    {"trace_id", ITEM, "trace_id", NULL, NO_KEYS},
    {"trace_id.string", ITEM, "trace_id", sts__ottl_evaluate_id_text, NO_KEYS},
    {"span_id", ITEM, "span_id", NULL, NO_KEYS},
    {"span_id.string", ITEM, "span_id", sts__ottl_evaluate_id_text, NO_KEYS},
    {"severity_number", ITEM, "severity_number", NULL, NO_KEYS},
    {"severity_text", ITEM, "severity_text", NULL, NO_KEYS},
    {"event_name", ITEM, "event_name", NULL, NO_KEYS},
    {"flags", ITEM, "flags", NULL, NO_KEYS},
    {"time", ITEM, "time_unix_nano", sts__ottl_evaluate_time, NO_KEYS},
    {"time_unix_nano", ITEM, "time_unix_nano", NULL, NO_KEYS},
    {"observed_time", ITEM, "observed_time_unix_nano", sts__ottl_evaluate_time, NO_KEYS},
    {"observed_time_unix_nano", ITEM, "observed_time_unix_nano", NULL, NO_KEYS},
    {"dropped_attributes_count", ITEM, "dropped_attributes_count", NULL, NO_KEYS},
    {0},
};

static const sts__ottl_path span_paths[] = {
    {"attributes", ITEM, "attributes", NULL, KEYS},
    {"name", ITEM, "name", NULL, NO_KEYS},
    {"kind", ITEM, "kind", NULL, NO_KEYS},
    {"kind.string", ITEM, "kind", sts__ottl_evaluate_kind_text, NO_KEYS},
    {"kind.deprecated_string", ITEM, "kind", sts__ottl_evaluate_enum_name, NO_KEYS},
    {"trace_id", ITEM, "trace_id", NULL, NO_KEYS},
    {"trace_id.string", ITEM, "trace_id", sts__ottl_evaluate_id_text, NO_KEYS},
    {"span_id", ITEM, "span_id", NULL, NO_KEYS},
    {"span_id.string", ITEM, "span_id", sts__ottl_evaluate_id_text, NO_KEYS},
    {"parent_span_id", ITEM, "parent_span_id", NULL, NO_KEYS},
    {"parent_span_id.string", ITEM, "parent_span_id", sts__ottl_evaluate_id_text, NO_KEYS},
    {"trace_state", ITEM, "trace_state", sts__ottl_evaluate_trace_state, ONE_KEY},
    {"status.code", ITEM, "status.code", NULL, NO_KEYS},
    {"status.message", ITEM, "status.message", NULL, NO_KEYS},
    {"start_time", ITEM, "start_time_unix_nano", sts__ottl_evaluate_time, NO_KEYS},
    {"start_time_unix_nano", ITEM, "start_time_unix_nano", NULL, NO_KEYS},
    {"end_time", ITEM, "end_time_unix_nano", sts__ottl_evaluate_time, NO_KEYS},
    {"end_time_unix_nano", ITEM, "end_time_unix_nano", NULL, NO_KEYS},
    {"dropped_attributes_count", ITEM, "dropped_attributes_count", NULL, NO_KEYS},
    {"dropped_events_count", ITEM, "dropped_events_count", NULL, NO_KEYS},
    {"dropped_links_count", ITEM, "dropped_links_count", NULL, NO_KEYS},
    {"flags", ITEM, "flags", NULL, NO_KEYS},
    {0},
};

static const sts__ottl_path metric_paths[] = {
    {"name", ITEM, "name", NULL, NO_KEYS},
    {"description", ITEM, "description", NULL, NO_KEYS},
    {"unit", ITEM, "unit", NULL, NO_KEYS},
    {"type", ITEM, NULL, sts__ottl_evaluate_metric_type, NO_KEYS},
    {"aggregation_temporality", ITEM, NULL, sts__ottl_evaluate_temporality, NO_KEYS},
    {"is_monotonic", ITEM, NULL, sts__ottl_evaluate_is_monotonic, NO_KEYS},
    {"metadata", ITEM, "metadata", NULL, KEYS},
    /* Not OTTL's: what one spec for all signals finds in a metric, which has no other attributes of its own. */
    {"attributes", ITEM, "metadata", NULL, KEYS},
    {0},
};

#define SCOPE_PATHS(scope)                                                                                             \
    {scope ".name", STS__OTTL_OF_SCOPE, "name", NULL, NO_KEYS},                                                        \
        {scope ".version", STS__OTTL_OF_SCOPE, "version", NULL, NO_KEYS},                                              \
        {scope ".attributes", STS__OTTL_OF_SCOPE, "attributes", NULL, KEYS},                                           \
        {scope ".dropped_attributes_count", STS__OTTL_OF_SCOPE, "dropped_attributes_count", NULL, NO_KEYS}, {          \
        scope ".schema_url", STS__OTTL_OF_SCOPE_GROUP, "schema_url", NULL, NO_KEYS                                     \
    }

static const sts__ottl_path shared_paths[] = {
    {"resource.attributes", STS__OTTL_OF_RESOURCE, "attributes", NULL, KEYS},
    {"resource.dropped_attributes_count", STS__OTTL_OF_RESOURCE, "dropped_attributes_count", NULL, NO_KEYS},
    {"resource.schema_url", STS__OTTL_OF_RESOURCE_GROUP, "schema_url", NULL, NO_KEYS},
    SCOPE_PATHS("scope"),
    SCOPE_PATHS("instrumentation_scope"),
    {0},
};

/* pdata's numbers, which no message has. */
static const sts__schema_name metric_types[] = {
    {"METRIC_DATA_TYPE_NONE", 21, 0, 0},
    {"METRIC_DATA_TYPE_GAUGE", 22, 0, 1},
    {"METRIC_DATA_TYPE_SUM", 20, 0, 2},
    {"METRIC_DATA_TYPE_HISTOGRAM", 26, 0, 3},
    {"METRIC_DATA_TYPE_EXPONENTIAL_HISTOGRAM", 38, 0, 4},
    {"METRIC_DATA_TYPE_SUMMARY", 24, 0, 5},
};
static const sts__schema_enum metric_type = {"MetricDataType", metric_types, 6};

static const struct context {
    const char *prefix;
    const sts__ottl_path *paths;  /* beside the shared ones */
    const sts__schema_enum *more; /* an enum beside those of the item's fields; NULL: none */
} contexts[STS__SIGNALS] = {
    [STS__LOGS] = {"log.", log_paths, NULL},
    [STS__TRACES] = {"span.", span_paths, NULL},
    [STS__METRICS] = {"metric.", metric_paths, &metric_type},
};

/* Whose paths are taken: those of log records, where a signal passes through whole, so that a spec for all signals has
 * a meaning there. It gives no value then (sts__ottl_drop_readers). */
static const sts__signal *read_as(const sts__signal *signal) {
    return signal->is_whole ? &sts__signals[STS__LOGS] : signal;
}

const sts__ottl_path *sts__ottl_path_at(const sts__signal *signal, size_t index) {
    const sts__ottl_path *path = contexts[read_as(signal)->place].paths;
    for (; path->name && index; path++)
        index--;
    if (!path->name)
        path = &shared_paths[index < sizeof shared_paths / sizeof *shared_paths
                                 ? index
                                 : sizeof shared_paths / sizeof *shared_paths - 1];
    return path->name ? path : NULL;
}

const sts__ottl_path *sts__ottl_path_find(const sts__signal *signal, const char *name) {
    const char *prefix = contexts[read_as(signal)->place].prefix;
    const sts__ottl_path *path;
    if (strncmp(name, prefix, strlen(prefix)) == 0)
        name += strlen(prefix);
    for (size_t i = 0; (path = sts__ottl_path_at(signal, i)); i++)
        if (strcmp(path->name, name) == 0)
            return path;
    return NULL;
}

static const sts__schema_message *message_at(const sts__signal *signal, sts__ottl_place place) {
    const sts__schema_message *group = sts__schema_by_number(signal->request, STS__REQUEST_RESOURCE_GROUPS)->message;
    if (place == STS__OTTL_OF_RESOURCE)
        return sts__schema_by_number(group, STS__RESOURCE_GROUP_RESOURCE)->message;
    if (place == STS__OTTL_OF_RESOURCE_GROUP)
        return group;
    group = sts__schema_by_number(group, STS__RESOURCE_GROUP_SCOPE_GROUPS)->message;
    if (place == STS__OTTL_OF_SCOPE)
        return sts__schema_by_number(group, STS__SCOPE_GROUP_SCOPE)->message;
    return place == STS__OTTL_OF_SCOPE_GROUP ? group : sts__signal_item_message(signal);
}

void sts__ottl_path_bind(const sts__signal *signal, const sts__ottl_path *path, sts__ottl_node *node) {
    static const sts__ottl_level levels[] = {[STS__OTTL_OF_ITEM] = STS__OTTL_RECORD,
                                             [STS__OTTL_OF_RESOURCE] = STS__OTTL_RESOURCE,
                                             [STS__OTTL_OF_RESOURCE_GROUP] = STS__OTTL_RESOURCE,
                                             [STS__OTTL_OF_SCOPE] = STS__OTTL_SCOPE,
                                             [STS__OTTL_OF_SCOPE_GROUP] = STS__OTTL_SCOPE};
    const sts__schema_message *message = message_at(read_as(signal), path->place);
    const char *name = path->field;
    node->row = path;
    node->level = levels[path->place];
    node->read = path->evaluate;
    if (!name)
        return;
    size_t size = strcspn(name, ".");
    node->field = sts__schema_by_name(message, (const uint8_t *)name, size);
    if (name[size]) {
        node->around = node->field;
        name += size + 1;
        node->field = sts__schema_by_name(node->around->message, (const uint8_t *)name, strlen(name));
    }
    if (!node->read)
        node->read = sts__ottl_reader_of(node->field);
}

static bool find_in(const sts__schema_enum *names, sts_bytes name, int64_t *number) {
    int32_t found;
    if (!names || !sts__schema_enum_number(names, name.data, name.size, &found))
        return false;
    *number = found;
    return true;
}

/* Enums of the message's fields, and of the messages in it. */
static bool find_enum(const sts__schema_message *message, sts_bytes name, int levels, int64_t *number) {
    for (uint32_t i = 0; i < message->field_count; i++) {
        const sts__schema_field *field = &message->fields[i];
        if (find_in(field->enumeration, name, number))
            return true;
        if (field->message && levels && find_enum(field->message, name, levels - 1, number))
            return true;
    }
    return false;
}

bool sts__ottl_enum(const sts__signal *signal, sts_bytes name, int64_t *number) {
    signal = read_as(signal);
    return find_enum(sts__signal_item_message(signal), name, 1, number) ||
           find_in(contexts[signal->place].more, name, number);
}
