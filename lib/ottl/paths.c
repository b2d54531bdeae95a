/* SPDX-License-Identifier: Apache-2.0 */
#include "ottl/paths.h"

#include <stdio.h>
#include <string.h>

#include "ottl/text.h"

/* The last field of that number counts (protobuf.dev, "Last One Wins"). */
static bool last_field(sts_bytes message, uint64_t number, sts__wire_field *last) {
    sts__wire_reader reader = sts__wire_read(message);
    sts__wire_field field;
    bool found = false;
    while (sts__wire_next_value(&reader, &field)) {
        if (field.number != number)
            continue;
        *last = field;
        found = true;
    }
    return found;
}

static uint64_t number_in(sts_bytes message, uint64_t number) {
    sts__wire_field field;
    return last_field(message, number, &field) ? field.value : 0;
}

static sts__ottl_value text_in(sts_bytes message, uint64_t number) {
    sts__wire_field field;
    return sts__ottl_string(last_field(message, number, &field) ? field.bytes : (sts_bytes){"", 0});
}

static int64_t as_signed(uint64_t bits) {
    int64_t number;
    memcpy(&number, &bits, sizeof number);
    return number;
}

static int64_t as_signed_32(uint64_t bits) {
    uint32_t low = (uint32_t)bits;
    int32_t number;
    memcpy(&number, &low, sizeof number);
    return number;
}

#define PATH(name) static bool name(sts__ottl_state *state, const sts__ottl_node *node, sts__ottl_value *result)

static bool id_in(sts__ottl_state *state, const sts__ottl_node *node, sts__ottl_type type, sts__ottl_value *result) {
    static const uint8_t zeros[16] = {0};
    bool trace = type == STS__OTTL_TRACE_ID;
    size_t size = trace ? 16 : 8;
    sts__wire_field field;
    result->type = type;
    result->as.bytes = (sts_bytes){zeros, size};
    if (!last_field(state->record->bytes, trace ? STS__RECORD_TRACE_ID : STS__RECORD_SPAN_ID, &field) ||
        field.bytes.size == 0)
        return true;
    if (field.bytes.size != size)
        return sts__ottl_fail(state, node, "the record's %s has %zu bytes, not %zu", trace ? "trace id" : "span id",
                              field.bytes.size, size);
    result->as.bytes = field.bytes;
    return true;
}

PATH(trace_id) {
    return id_in(state, node, STS__OTTL_TRACE_ID, result);
}

PATH(span_id) {
    return id_in(state, node, STS__OTTL_SPAN_ID, result);
}

/* Also of an empty id: zeros. */
static bool id_text(sts__ottl_state *state, sts__ottl_value *value) {
    char *hex = sts__arena_new(state->arena, 2 * value->as.bytes.size);
    if (!hex)
        return sts__ottl_no_memory(state);
    sts__ottl_hex(value->as.bytes, hex);
    *value = sts__ottl_string((sts_bytes){hex, 2 * value->as.bytes.size});
    return true;
}

PATH(trace_id_string) {
    return trace_id(state, node, result) && id_text(state, result);
}

PATH(span_id_string) {
    return span_id(state, node, result) && id_text(state, result);
}

PATH(time_unix_nano) {
    (void)node;
    *result = sts__ottl_integer(as_signed(number_in(state->record->bytes, STS__RECORD_TIME_UNIX_NANO)));
    return true;
}

PATH(observed_time_unix_nano) {
    (void)node;
    *result = sts__ottl_integer(as_signed(number_in(state->record->bytes, STS__RECORD_OBSERVED_TIME_UNIX_NANO)));
    return true;
}

PATH(time) {
    time_unix_nano(state, node, result);
    result->type = STS__OTTL_TIME;
    return true;
}

PATH(observed_time) {
    observed_time_unix_nano(state, node, result);
    result->type = STS__OTTL_TIME;
    return true;
}

PATH(severity_number) {
    (void)node;
    *result = sts__ottl_integer(as_signed_32(number_in(state->record->bytes, STS__RECORD_SEVERITY_NUMBER)));
    return true;
}

PATH(severity_text) {
    (void)node;
    *result = text_in(state->record->bytes, STS__RECORD_SEVERITY_TEXT);
    return true;
}

PATH(event_name) {
    (void)node;
    *result = text_in(state->record->bytes, STS__RECORD_EVENT_NAME);
    return true;
}

PATH(flags) {
    (void)node;
    *result = sts__ottl_integer((int64_t)number_in(state->record->bytes, STS__RECORD_FLAGS));
    return true;
}

PATH(dropped_attributes_count) {
    (void)node;
    *result = sts__ottl_integer((uint32_t)number_in(state->record->bytes, STS__RECORD_DROPPED_ATTRIBUTES));
    return true;
}

PATH(body) {
    (void)node;
    *result = sts__ottl_of(&state->record->body);
    return true;
}

PATH(body_string) {
    sts_bytes text;
    body(state, node, result);
    if (sts__ottl_text_of(result, STS__OTTL_PDATA, state->arena, &text) != STS__OTTL_TEXT_OK)
        return sts__ottl_no_memory(state);
    *result = sts__ottl_string(text);
    return true;
}

PATH(attributes) {
    (void)node;
    *result = sts__ottl_attributes(state->record->bytes, STS__RECORD_ATTRIBUTES);
    return true;
}

PATH(resource_attributes) {
    sts_bytes message;
    (void)node;
    if (!sts__ottl_message(state, STS__OTTL_RESOURCE, &message))
        return false;
    *result = sts__ottl_attributes(message, STS__RESOURCE_ATTRIBUTES);
    return true;
}

PATH(scope_attributes) {
    sts_bytes message;
    (void)node;
    if (!sts__ottl_message(state, STS__OTTL_SCOPE, &message))
        return false;
    *result = sts__ottl_attributes(message, STS__SCOPE_ATTRIBUTES);
    return true;
}

PATH(resource_dropped_attributes_count) {
    sts_bytes message;
    (void)node;
    if (!sts__ottl_message(state, STS__OTTL_RESOURCE, &message))
        return false;
    *result = sts__ottl_integer((uint32_t)number_in(message, STS__RESOURCE_DROPPED_ATTRIBUTES));
    return true;
}

PATH(scope_dropped_attributes_count) {
    sts_bytes message;
    (void)node;
    if (!sts__ottl_message(state, STS__OTTL_SCOPE, &message))
        return false;
    *result = sts__ottl_integer((uint32_t)number_in(message, STS__SCOPE_DROPPED_ATTRIBUTES));
    return true;
}

static bool scope_text(sts__ottl_state *state, uint64_t field, sts__ottl_value *result) {
    sts_bytes message;
    if (!sts__ottl_message(state, STS__OTTL_SCOPE, &message))
        return false;
    *result = text_in(message, field);
    return true;
}

PATH(scope_name) {
    (void)node;
    return scope_text(state, STS__SCOPE_NAME, result);
}

PATH(scope_version) {
    (void)node;
    return scope_text(state, STS__SCOPE_VERSION, result);
}

PATH(resource_schema_url) {
    (void)node;
    *result = text_in(state->record->resource_logs.bytes, STS__SCHEMA_URL);
    return true;
}

PATH(scope_schema_url) {
    (void)node;
    *result = text_in(state->record->scope_logs.bytes, STS__SCHEMA_URL);
    return true;
}

static const sts__ottl_path paths[] = {
    {"attributes", attributes, STS__OTTL_RECORD, true},
    {"body", body, STS__OTTL_RECORD, true},
    {"body.string", body_string, STS__OTTL_RECORD, false},
    {"trace_id", trace_id, STS__OTTL_RECORD, false},
    {"trace_id.string", trace_id_string, STS__OTTL_RECORD, false},
    {"span_id", span_id, STS__OTTL_RECORD, false},
    {"span_id.string", span_id_string, STS__OTTL_RECORD, false},
    {"severity_number", severity_number, STS__OTTL_RECORD, false},
    {"severity_text", severity_text, STS__OTTL_RECORD, false},
    {"event_name", event_name, STS__OTTL_RECORD, false},
    {"flags", flags, STS__OTTL_RECORD, false},
    {"time", time, STS__OTTL_RECORD, false},
    {"time_unix_nano", time_unix_nano, STS__OTTL_RECORD, false},
    {"observed_time", observed_time, STS__OTTL_RECORD, false},
    {"observed_time_unix_nano", observed_time_unix_nano, STS__OTTL_RECORD, false},
    {"dropped_attributes_count", dropped_attributes_count, STS__OTTL_RECORD, false},
    {"resource.attributes", resource_attributes, STS__OTTL_RESOURCE, true},
    {"resource.dropped_attributes_count", resource_dropped_attributes_count, STS__OTTL_RESOURCE, false},
    {"resource.schema_url", resource_schema_url, STS__OTTL_RESOURCE, false},
    {"scope.name", scope_name, STS__OTTL_SCOPE, false},
    {"scope.version", scope_version, STS__OTTL_SCOPE, false},
    {"scope.attributes", scope_attributes, STS__OTTL_SCOPE, true},
    {"scope.dropped_attributes_count", scope_dropped_attributes_count, STS__OTTL_SCOPE, false},
    {"scope.schema_url", scope_schema_url, STS__OTTL_SCOPE, false},
    {"instrumentation_scope.name", scope_name, STS__OTTL_SCOPE, false},
    {"instrumentation_scope.version", scope_version, STS__OTTL_SCOPE, false},
    {"instrumentation_scope.attributes", scope_attributes, STS__OTTL_SCOPE, true},
    {"instrumentation_scope.dropped_attributes_count", scope_dropped_attributes_count, STS__OTTL_SCOPE, false},
    {"instrumentation_scope.schema_url", scope_schema_url, STS__OTTL_SCOPE, false},
};

const sts__ottl_path *sts__ottl_path_at(size_t index) {
    return index < sizeof paths / sizeof *paths ? &paths[index] : NULL;
}

/* --- index keys --- */

/* Which key types a value takes, and what happens where there is no such member. */
typedef enum indexing { OF_PATH, OF_CALL } indexing;

static bool member(sts__ottl_state *state, const sts__ottl_node *key, const sts__ottl_value *name, indexing how,
                   sts__ottl_value *value) {
    if (name->type != STS__OTTL_STRING)
        return sts__ottl_fail(state, key, "a map is indexed by a string, not by %s", sts__ottl_type_name(name->type));
    *value = sts__ottl_member(value, name->as.bytes);
    if (value->type == STS__OTTL_NIL && how == OF_CALL)
        return sts__ottl_fail(state, key, "the map has no such name");
    return true;
}

static bool item(sts__ottl_state *state, const sts__ottl_node *key, const sts__ottl_value *index,
                 sts__ottl_value *value) {
    if (index->type != STS__OTTL_INT)
        return sts__ottl_fail(state, key, "a list is indexed by an integer, not by %s",
                              sts__ottl_type_name(index->type));
    if (index->as.integer >= 0)
        *value = sts__ottl_item(value, (uint64_t)index->as.integer);
    if (index->as.integer < 0 || value->type == STS__OTTL_NIL)
        return sts__ottl_fail(state, key, "the list has no item of that number");
    return true;
}

/* An item of a list is nil only where there is none: one without a value is STS__OTTL_EMPTY. */
static bool index_by(sts__ottl_state *state, sts__ottl_node *const *keys, uint32_t count, indexing how,
                     sts__ottl_value *value) {
    for (uint32_t i = 0; i < count; i++) {
        sts__ottl_value key;
        if (value->type == STS__OTTL_NIL && how == OF_PATH)
            return true;
        if (!sts__ottl_evaluate(state, keys[i], &key))
            return false;
        bool good;
        if (value->type == STS__OTTL_MAP)
            good = member(state, keys[i], &key, how, value);
        else if (value->type == STS__OTTL_LIST)
            good = item(state, keys[i], &key, value);
        else
            good = sts__ottl_fail(state, keys[i], "%s cannot be indexed", sts__ottl_type_name(value->type));
        if (!good)
            return false;
    }
    return true;
}

bool sts__ottl_evaluate_keyed(sts__ottl_state *state, const sts__ottl_node *node, sts__ottl_value *result) {
    const sts__ottl_path *path = node->row;
    if (!path->evaluate(state, node, result))
        return false;
    if (node->child_count && sts__ottl_is_nil(result))
        return sts__ottl_fail(state, node, "a body without a value cannot be indexed");
    return index_by(state, node->children, node->child_count, OF_PATH, result);
}

bool sts__ottl_evaluate_rest(sts__ottl_state *state, const sts__ottl_node *node, sts__ottl_value *result) {
    if (!sts__ottl_evaluate(state, node->children[0], result))
        return false;
    return index_by(state, node->children + 1, node->child_count - 1, OF_PATH, result);
}

bool sts__ottl_evaluate_record_attribute(sts__ottl_state *state, const sts__ottl_node *node, sts__ottl_value *result) {
    sts_bytes name = node->children[0]->literal.as.bytes;
    sts__value value;
    if (sts__log_attribute(state->record, name.data, name.size, &value))
        *result = sts__ottl_of(&value);
    else
        result->type = STS__OTTL_NIL;
    return true;
}

bool sts__ottl_evaluate_indexed(sts__ottl_state *state, const sts__ottl_node *node, sts__ottl_value *result) {
    if (!sts__ottl_evaluate(state, node->children[0], result))
        return false;
    return index_by(state, node->children + 1, node->child_count - 1, OF_CALL, result);
}

/* SEVERITY_NUMBER_TRACE, SEVERITY_NUMBER_TRACE2, ... (opentelemetry-proto, logs/v1). */
bool sts__ottl_enum(sts_bytes name, int64_t *number) {
    static const char *const levels[] = {"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"};
    char known[48];
    *number = 0;
    if (sts__ottl_same_bytes(name, (sts_bytes){"SEVERITY_NUMBER_UNSPECIFIED", 27}))
        return true;
    for (*number = 1; *number <= 24; ++*number) {
        int step = (int)((*number - 1) % 4);
        int size = snprintf(known, sizeof known, "SEVERITY_NUMBER_%s", levels[(*number - 1) / 4]);
        if (step)
            known[size++] = (char)('1' + step);
        if (sts__ottl_same_bytes(name, (sts_bytes){known, (size_t)size}))
            return true;
    }
    return false;
}
