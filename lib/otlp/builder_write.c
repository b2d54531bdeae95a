/* SPDX-License-Identifier: Apache-2.0
 *
 * Writes a batch as a request in canonical bytes: fields ascending, defaults left out. All goes backwards. */
#include "otlp/builder.h"
#include "otlp/fields.h"

static void put_text(sts__wire_writer *writer, uint32_t field, sts_bytes text) {
    if (text.size)
        sts__wire_put_bytes(writer, field, text);
}

static void put_varint(sts__wire_writer *writer, uint32_t field, uint64_t number) {
    sts__wire_put_varint(writer, number);
    sts__wire_put_tag(writer, field, STS__WIRE_VARINT);
}

/* A count that is left out where it is 0. */
static void put_count(sts__wire_writer *writer, uint32_t field, uint32_t count) {
    if (count)
        put_varint(writer, field, count);
}

static void put_time(sts__wire_writer *writer, uint32_t field, uint64_t time) {
    if (!time)
        return;
    sts__wire_put_fixed(writer, 8, time);
    sts__wire_put_tag(writer, field, STS__WIRE_FIXED64);
}

static void put_list(sts__wire_writer *writer, uint32_t field, const sts__built_value *last);

/* The member of an AnyValue that is set; it is there also where it is 0 or empty. Lists are no deeper than a request
 * may be (builder_values.c). */
static void put_member(sts__wire_writer *writer, const sts__built_value *built) {
    const sts__value *value = &built->value;
    size_t before = sts__wire_written(writer);
    switch (value->type) {
    case STS__VALUE_STRING:
        sts__wire_put_bytes(writer, STS__ANY_STRING, value->as.bytes);
        break;
    case STS__VALUE_BOOL:
        put_varint(writer, STS__ANY_BOOL, value->as.boolean);
        break;
    case STS__VALUE_INT:
        put_varint(writer, STS__ANY_INT, (uint64_t)value->as.integer);
        break;
    case STS__VALUE_DOUBLE:
        sts__wire_put_double(writer, STS__ANY_DOUBLE, value->as.number);
        break;
    case STS__VALUE_ARRAY:
    case STS__VALUE_MAP:
        put_list(writer, STS__LIST_VALUES, built->last);
        sts__wire_put_head(writer, value->type == STS__VALUE_ARRAY ? STS__ANY_ARRAY : STS__ANY_KVLIST, before);
        break;
    case STS__VALUE_BYTES:
        sts__wire_put_bytes(writer, STS__ANY_BYTES, value->as.bytes);
        break;
    case STS__VALUE_EMPTY:
        break;
    }
}

static void put_any_value(sts__wire_writer *writer, uint32_t field, const sts__built_value *built) {
    size_t before = sts__wire_written(writer);
    put_member(writer, built);
    sts__wire_put_head(writer, field, before);
}

/* A list of AnyValues, or of KeyValues where they have names. */
static void put_list(sts__wire_writer *writer, uint32_t field, const sts__built_value *last) {
    for (const sts__built_value *built = last; built; built = built->before) {
        size_t before = sts__wire_written(writer);
        if (!built->name.data) {
            put_any_value(writer, field, built);
            continue;
        }
        put_any_value(writer, STS__KEY_VALUE_VALUE, built);
        put_text(writer, STS__KEY_VALUE_KEY, built->name);
        sts__wire_put_head(writer, field, before);
    }
}

static void put_record(sts__wire_writer *writer, const sts__built_record *record) {
    size_t before = sts__wire_written(writer);
    put_text(writer, STS__RECORD_EVENT_NAME, record->event_name);
    put_time(writer, STS__RECORD_OBSERVED_TIME_UNIX_NANO, record->observed_time_unix_nano);
    put_text(writer, STS__RECORD_SPAN_ID, record->span_id);
    put_text(writer, STS__RECORD_TRACE_ID, record->trace_id);
    if (record->flags) {
        sts__wire_put_fixed(writer, 4, record->flags);
        sts__wire_put_tag(writer, STS__RECORD_FLAGS, STS__WIRE_FIXED32);
    }
    put_count(writer, STS__RECORD_DROPPED_ATTRIBUTES, record->owner.dropped_attributes_count);
    put_list(writer, STS__RECORD_ATTRIBUTES, record->owner.attributes);
    if (record->body)
        put_any_value(writer, STS__RECORD_BODY, record->body);
    put_text(writer, STS__RECORD_SEVERITY_TEXT, record->severity_text);
    put_count(writer, STS__RECORD_SEVERITY_NUMBER, (uint32_t)record->severity_number);
    put_time(writer, STS__RECORD_TIME_UNIX_NANO, record->time_unix_nano);
    sts__wire_put_head(writer, STS__SCOPE_GROUP_ITEMS, before);
}

/* What was not added and has nothing inside is not there: it is left when its only record was removed. */
static void put_scope_logs(sts__wire_writer *writer, const sts__built_scope *scope) {
    size_t before = sts__wire_written(writer);
    put_text(writer, STS__SCHEMA_URL, scope->owner.schema_url);
    for (const sts__built_record *record = scope->records; record; record = record->before)
        put_record(writer, record);
    if (scope->was_added) {
        size_t before_scope = sts__wire_written(writer);
        put_count(writer, STS__SCOPE_DROPPED_ATTRIBUTES, scope->owner.dropped_attributes_count);
        put_list(writer, STS__SCOPE_ATTRIBUTES, scope->owner.attributes);
        put_text(writer, STS__SCOPE_VERSION, scope->version);
        put_text(writer, STS__SCOPE_NAME, scope->name);
        sts__wire_put_head(writer, STS__SCOPE_GROUP_SCOPE, before_scope);
    }
    if (sts__wire_written(writer) != before)
        sts__wire_put_head(writer, STS__RESOURCE_GROUP_SCOPE_GROUPS, before);
}

static void put_resource_logs(sts__wire_writer *writer, const sts__built_resource *resource) {
    size_t before = sts__wire_written(writer);
    put_text(writer, STS__SCHEMA_URL, resource->owner.schema_url);
    for (const sts__built_scope *scope = resource->scopes; scope; scope = scope->before)
        put_scope_logs(writer, scope);
    if (resource->was_added) {
        size_t before_resource = sts__wire_written(writer);
        put_count(writer, STS__RESOURCE_DROPPED_ATTRIBUTES, resource->owner.dropped_attributes_count);
        put_list(writer, STS__RESOURCE_ATTRIBUTES, resource->owner.attributes);
        sts__wire_put_head(writer, STS__RESOURCE_GROUP_RESOURCE, before_resource);
    }
    if (sts__wire_written(writer) != before)
        sts__wire_put_head(writer, STS__REQUEST_RESOURCE_GROUPS, before);
}

/* Copies what a record was given, as the batch may be reset while an export reads it. False: out of memory. */
static bool keep_key(sts_logs *logs, const sts__given_key *given, size_t index) {
    sts__given_key *kept = &logs->keys[index];
    *kept = *given;
    if (given->is_given && given->bytes.data)
        kept->bytes = sts__arena_copy(&logs->keys_arena, given->bytes);
    return kept->bytes.data || !given->bytes.data;
}

static bool keep_keys(sts_logs *logs) {
    size_t index = logs->count;
    sts__arena_reset(&logs->keys_arena);
    logs->keys = NULL;
    if (!logs->has_keys || !logs->count)
        return true;
    logs->keys = sts__arena_array(&logs->keys_arena, logs->count, sizeof *logs->keys);
    bool good = logs->keys != NULL;
    for (const sts__built_resource *resource = logs->resources; resource; resource = resource->before)
        for (const sts__built_scope *scope = resource->scopes; scope; scope = scope->before)
            for (const sts__built_record *record = scope->records; good && record; record = record->before)
                good = keep_key(logs, &record->key, --index);
    return good;
}

sts_status sts__logs_write(sts_logs *logs, sts__fault *fault) {
    enum { LONGEST_VARINT = 10 }; /* what the writer asks for before each */
    sts_status status = sts__logs_check_complete(logs, fault);
    if (status != STS_OK || logs->is_written)
        return status;
    if (logs->in_use)
        return sts__fault_set(fault, STS_ERR_REENTRANT,
                              "the batch was changed while it was being exported or explained");
    sts__wire_writer *writer = &logs->writer;
    sts__wire_writer_reset(writer);
    sts__wire_reserve(writer, logs->size + LONGEST_VARINT); /* all at once; and an empty request has data too */
    for (const sts__built_resource *resource = logs->resources; resource; resource = resource->before)
        put_resource_logs(writer, resource);
    if (!keep_keys(logs) || writer->failed)
        return sts__fault_no_memory(fault);
    logs->is_written = true;
    return STS_OK;
}
