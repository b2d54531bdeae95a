/* SPDX-License-Identifier: Apache-2.0
 *
 * The values of a batch: attributes, bodies, the elements of arrays and maps. */
#include "otlp/builder.h"

#include "wire/reader.h"

/* How many messages are around the AnyValue: of a body, of an attribute, and how many more of an element. */
enum { BODY_DEPTH = 4, RESOURCE_ATTRIBUTE_DEPTH = 4, ATTRIBUTE_DEPTH = 5, ARRAY_STEP = 2, MAP_STEP = 3 };

static bool is_list(sts__value_type type) {
    return type == STS__VALUE_ARRAY || type == STS__VALUE_MAP;
}

/* Whether a value may come now, and with a name or without. */
static sts_status check_place(const sts_logs *logs, bool has_name, sts__fault *fault) {
    bool in_array = logs->open ? logs->open->value.type == STS__VALUE_ARRAY : logs->in_body;
    if (logs->added == STS__BUILT_NONE)
        return sts__fault_set(fault, STS_ERR_ELEMENT, "no resource, scope or record was added");
    if (has_name && in_array)
        return sts__fault_set(fault, STS_ERR_ELEMENT, "%s has no name", logs->open ? "an array's element" : "a body");
    if (!has_name && !in_array)
        return sts__fault_set(fault, STS_ERR_ELEMENT, "%s has a name", logs->open ? "a map's element" : "an attribute");
    return STS_OK;
}

/* Messages around the value that comes now. */
static uint32_t next_depth(const sts_logs *logs) {
    if (logs->open)
        return logs->open->depth + (logs->open->value.type == STS__VALUE_ARRAY ? ARRAY_STEP : MAP_STEP);
    if (logs->in_body)
        return BODY_DEPTH;
    return logs->added == STS__BUILT_RESOURCE ? RESOURCE_ATTRIBUTE_DEPTH : ATTRIBUTE_DEPTH;
}

static sts_status check_depth(uint32_t depth, sts__value_type type, sts__fault *fault) {
    if (depth + (is_list(type) ? 1 : 0) > STS__WIRE_MAX_DEPTH)
        return sts__fault_set(fault, STS_ERR_TOO_DEEP, "nested more than %d levels deep", STS__WIRE_MAX_DEPTH);
    return STS_OK;
}

/* What a value takes: exactly, but for lists, whose lengths are not known yet. */
static uint64_t value_size(size_t name_size, const sts__value *value) {
    uint64_t any = 0;
    uint64_t name = sts__logs_field_size(name_size);
    switch (value->type) {
    case STS__VALUE_STRING:
    case STS__VALUE_BYTES:
        any = sts__logs_field_size(value->as.bytes.size);
        break;
    case STS__VALUE_BOOL:
        any = 2;
        break;
    case STS__VALUE_INT:
        any = 1 + sts__wire_varint_size((uint64_t)value->as.integer);
        break;
    case STS__VALUE_DOUBLE:
        any = 9;
        break;
    case STS__VALUE_ARRAY:
    case STS__VALUE_MAP:
        return UINT64_C(3) * STS__BUILT_HEAD + name;
    case STS__VALUE_EMPTY:
        break;
    }
    return sts__logs_field_size(name + sts__logs_field_size(any));
}

static sts_status check_content(sts_bytes name, const sts__value *value, sts__fault *fault) {
    sts_status status = sts__logs_check_text(name, "name", fault);
    if (status == STS_OK && value->type == STS__VALUE_STRING)
        return sts__logs_check_text(value->as.bytes, "string", fault);
    if (status == STS_OK && value->type == STS__VALUE_BYTES && value->as.bytes.size > INT32_MAX)
        return sts__fault_set(fault, STS_ERR_REQUEST_SIZE, "the bytes are %zu; a request has at most 2147483647",
                              value->as.bytes.size);
    return status;
}

/* Copies name and content into the batch; NULL when out of memory. */
static sts__built_value *new_value(sts_logs *logs, sts_bytes name, const sts__value *value) {
    sts__built_value *built = sts__arena_new(&logs->arena, sizeof *built);
    if (!built)
        return NULL;
    built->parent = logs->open;
    built->depth = next_depth(logs);
    built->value = *value;
    if (name.data)
        built->name = sts__arena_copy(&logs->arena, name);
    bool copied = value->type == STS__VALUE_STRING || value->type == STS__VALUE_BYTES;
    if (copied)
        built->value.as.bytes = sts__arena_copy(&logs->arena, value->as.bytes);
    bool failed = (name.data && !built->name.data) || (copied && !built->value.as.bytes.data);
    return failed ? NULL : built;
}

sts_status sts__logs_put(sts_logs *logs, sts_bytes name, const sts__value *value, sts__fault *fault) {
    sts_status status = check_place(logs, name.data != NULL, fault);
    if (status == STS_OK)
        status = check_depth(next_depth(logs), value->type, fault);
    if (status == STS_OK)
        status = check_content(name, value, fault);
    uint64_t size = status == STS_OK ? value_size(name.size, value) : 0;
    if (status == STS_OK)
        status = sts__logs_check_size(logs, size, fault);
    if (status != STS_OK)
        return status;
    sts__built_value *built = new_value(logs, name, value);
    if (!built)
        return sts__fault_no_memory(fault);
    if (!logs->open && logs->in_body) {
        sts__logs_record(logs)->body = built;
        logs->in_body = false;
    } else {
        sts__built_value **last = logs->open ? &logs->open->last : &sts__logs_owner(logs)->attributes;
        built->before = *last;
        *last = built;
    }
    if (is_list(value->type))
        logs->open = built;
    logs->size += (size_t)size;
    logs->is_written = false;
    return STS_OK;
}

sts_status sts__logs_end(sts_logs *logs, sts__fault *fault) {
    if (!logs->open)
        return sts__fault_set(fault, STS_ERR_ELEMENT, "no array or map was begun");
    logs->open = logs->open->parent;
    return STS_OK;
}
