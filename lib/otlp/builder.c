/* SPDX-License-Identifier: Apache-2.0 */
#include "otlp/builder.h"

#include <inttypes.h>

#include "base/utf8.h"

/* What is refused is larger than any protobuf message may be (schema/check.c refuses that too). */
enum { MAX_SIZE = INT32_MAX };

/* What fields without a text take at most: a fixed number, a varint of 32 bits, the ids. */
enum { FIXED64_SIZE = 9, VARINT32_SIZE = 6, TRACE_CONTEXT_SIZE = 18 + 10 + 5, TRACE_ID_SIZE = 16, SPAN_ID_SIZE = 8 };

sts_logs *sts__logs_new(const sts__memory *memory) {
    sts_logs *logs = sts__memory_new(memory, sizeof *logs);
    if (!logs)
        return NULL;
    logs->memory = memory;
    sts__arena_init(&logs->arena, memory);
    sts__arena_init(&logs->keys_arena, memory);
    sts__wire_writer_init(&logs->writer, memory);
    return logs;
}

void sts__logs_free(sts_logs *logs) {
    if (!logs)
        return;
    sts__wire_writer_clear(&logs->writer);
    sts__arena_clear(&logs->keys_arena);
    sts__arena_clear(&logs->arena);
    sts__memory_free(logs->memory, logs);
}

/* What the writer has stays, as an export may be reading it. */
void sts__logs_reset(sts_logs *logs) {
    sts__arena_reset(&logs->arena);
    logs->resources = NULL;
    logs->added = STS__BUILT_NONE;
    logs->in_body = false;
    logs->open = NULL;
    logs->has_keys = false;
    logs->count = 0;
    logs->size = 0;
    logs->is_written = false;
}

sts_status sts__logs_check_complete(const sts_logs *logs, sts__fault *fault) {
    if (logs->open)
        return sts__fault_set(fault, STS_ERR_ELEMENT, "%s was begun and not ended",
                              sts__value_type_name(logs->open->value.type));
    return logs->in_body ? sts__fault_set(fault, STS_ERR_ELEMENT, "a body was begun and no value put") : STS_OK;
}

uint64_t sts__logs_field_size(uint64_t content) {
    return 1 + sts__wire_varint_size(content) + content;
}

sts_status sts__logs_check_size(const sts_logs *logs, uint64_t more, sts__fault *fault) {
    if (more > MAX_SIZE - logs->size)
        return sts__fault_set(fault, STS_ERR_REQUEST_SIZE,
                              "the batch has %zu bytes and would get %" PRIu64 " more; a request has at most %d",
                              logs->size, more, MAX_SIZE);
    return STS_OK;
}

sts_status sts__logs_check_text(sts_bytes text, const char *what, sts__fault *fault) {
    if (text.size > MAX_SIZE)
        return sts__fault_set(fault, STS_ERR_REQUEST_SIZE, "the %s has %zu bytes; a request has at most %d", what,
                              text.size, MAX_SIZE);
    size_t valid = sts__utf8_valid_size(text);
    return valid == text.size ? STS_OK
                              : sts__fault_set(fault, STS_ERR_UTF8, "the %s is not UTF-8, at byte %zu", what, valid);
}

/* The batch has changed, and may have grown. */
static void grown(sts_logs *logs, uint64_t more) {
    logs->size += (size_t)more;
    logs->is_written = false;
}

/* The resource or the scope that goes on, or one that was not added; NULL when out of memory. */
static sts__built_resource *present_resource(sts_logs *logs) {
    return logs->resources ? logs->resources : sts__arena_new(&logs->arena, sizeof(sts__built_resource));
}

static sts__built_scope *present_scope(sts_logs *logs, const sts__built_resource *resource) {
    return resource && resource->scopes ? resource->scopes : sts__arena_new(&logs->arena, sizeof(sts__built_scope));
}

sts_status sts__logs_add_resource(sts_logs *logs, sts__fault *fault) {
    enum { SIZE = 2 * STS__BUILT_HEAD };
    sts_status status = sts__logs_check_complete(logs, fault);
    if (status == STS_OK)
        status = sts__logs_check_size(logs, SIZE, fault);
    if (status != STS_OK)
        return status;
    sts__built_resource *resource = sts__arena_new(&logs->arena, sizeof *resource);
    if (!resource)
        return sts__fault_no_memory(fault);
    resource->was_added = true;
    resource->before = logs->resources;
    logs->resources = resource;
    logs->added = STS__BUILT_RESOURCE;
    grown(logs, SIZE);
    return STS_OK;
}

sts_status sts__logs_add_scope(sts_logs *logs, sts_bytes name, sts_bytes version, sts__fault *fault) {
    /* With the resource around it, if that was not added. */
    uint64_t size =
        UINT64_C(3) * STS__BUILT_HEAD + sts__logs_field_size(name.size) + sts__logs_field_size(version.size);
    sts_status status = sts__logs_check_complete(logs, fault);
    if (status == STS_OK)
        status = sts__logs_check_text(name, "name", fault);
    if (status == STS_OK)
        status = sts__logs_check_text(version, "version", fault);
    if (status == STS_OK)
        status = sts__logs_check_size(logs, size, fault);
    if (status != STS_OK)
        return status;
    sts__built_resource *resource = present_resource(logs);
    sts__built_scope *scope = sts__arena_new(&logs->arena, sizeof *scope);
    name = sts__arena_copy(&logs->arena, name);
    version = sts__arena_copy(&logs->arena, version);
    if (!resource || !scope || !name.data || !version.data)
        return sts__fault_no_memory(fault);
    *scope = (sts__built_scope){.before = resource->scopes, .was_added = true, .name = name, .version = version};
    resource->scopes = scope;
    logs->resources = resource;
    logs->added = STS__BUILT_SCOPE;
    grown(logs, size);
    return STS_OK;
}

sts_status sts__logs_add_record(sts_logs *logs, uint64_t time_unix_nano, sts__fault *fault) {
    bool alone = !logs->resources || !logs->resources->scopes; /* what is around it is not there yet */
    uint64_t size = STS__BUILT_HEAD + FIXED64_SIZE + (alone ? 2 * STS__BUILT_HEAD : 0);
    sts_status status = sts__logs_check_complete(logs, fault);
    if (status == STS_OK)
        status = sts__logs_check_size(logs, size, fault);
    if (status != STS_OK)
        return status;
    sts__built_resource *resource = present_resource(logs);
    sts__built_scope *scope = present_scope(logs, resource);
    sts__built_record *record = sts__arena_new(&logs->arena, sizeof *record);
    if (!resource || !scope || !record)
        return sts__fault_no_memory(fault);
    record->time_unix_nano = time_unix_nano;
    record->before = scope->records;
    scope->records = record;
    resource->scopes = scope;
    logs->resources = resource;
    logs->added = STS__BUILT_RECORD;
    logs->count++;
    grown(logs, size);
    return STS_OK;
}

sts__built_record *sts__logs_record(const sts_logs *logs) {
    return logs->resources->scopes->records;
}

sts__built_owner *sts__logs_owner(const sts_logs *logs) {
    switch (logs->added) {
    case STS__BUILT_RESOURCE:
        return &logs->resources->owner;
    case STS__BUILT_SCOPE:
        return &logs->resources->scopes->owner;
    case STS__BUILT_RECORD:
        return &sts__logs_record(logs)->owner;
    default:
        return NULL;
    }
}

sts_status sts__logs_remove_last(sts_logs *logs, sts__fault *fault) {
    sts__built_scope *scope;
    switch (logs->added) {
    case STS__BUILT_RESOURCE:
        logs->resources = logs->resources->before;
        break;
    case STS__BUILT_SCOPE:
        logs->resources->scopes = logs->resources->scopes->before;
        break;
    case STS__BUILT_RECORD:
        scope = logs->resources->scopes;
        scope->records = scope->records->before;
        logs->count--;
        break;
    default:
        return sts__fault_set(fault, STS_ERR_ELEMENT, "nothing was added since the last removal");
    }
    logs->added = STS__BUILT_NONE;
    logs->in_body = false;
    logs->open = NULL;
    grown(logs, 0);
    return STS_OK;
}

/* What the calls that set ask first: that what was begun is complete, that what was added last has such a field, that
 * there is room. */
static sts_status check_set(const sts_logs *logs, bool has_field, uint64_t size, sts__fault *fault) {
    sts_status status = sts__logs_check_complete(logs, fault);
    if (status == STS_OK && !has_field)
        return sts__fault_set(fault, STS_ERR_ELEMENT, "what was added last has no such field");
    return status == STS_OK ? sts__logs_check_size(logs, size, fault) : status;
}

/* The same for a text, which is copied. */
static sts_status check_set_text(sts_logs *logs, bool has_field, sts_bytes text, const char *what, sts_bytes *copy,
                                 sts__fault *fault) {
    sts_status status = check_set(logs, has_field, 0, fault);
    if (status == STS_OK)
        status = sts__logs_check_text(text, what, fault);
    if (status == STS_OK)
        status = sts__logs_check_size(logs, sts__logs_field_size(text.size), fault);
    if (status != STS_OK)
        return status;
    *copy = sts__arena_copy(&logs->arena, text);
    return copy->data ? STS_OK : sts__fault_no_memory(fault);
}

sts_status sts__logs_set_schema_url(sts_logs *logs, sts_bytes schema_url, sts__fault *fault) {
    bool has_field = logs->added == STS__BUILT_RESOURCE || logs->added == STS__BUILT_SCOPE;
    sts_bytes copy;
    sts_status status = check_set_text(logs, has_field, schema_url, "schema_url", &copy, fault);
    if (status != STS_OK)
        return status;
    sts__logs_owner(logs)->schema_url = copy;
    grown(logs, sts__logs_field_size(copy.size));
    return STS_OK;
}

sts_status sts__logs_set_dropped_attributes_count(sts_logs *logs, uint32_t count, sts__fault *fault) {
    sts_status status = check_set(logs, logs->added != STS__BUILT_NONE, VARINT32_SIZE, fault);
    if (status != STS_OK)
        return status;
    sts__logs_owner(logs)->dropped_attributes_count = count;
    grown(logs, VARINT32_SIZE);
    return STS_OK;
}

sts_status sts__logs_set_observed_time(sts_logs *logs, uint64_t observed_time_unix_nano, sts__fault *fault) {
    sts_status status = check_set(logs, logs->added == STS__BUILT_RECORD, FIXED64_SIZE, fault);
    if (status != STS_OK)
        return status;
    sts__logs_record(logs)->observed_time_unix_nano = observed_time_unix_nano;
    grown(logs, FIXED64_SIZE);
    return STS_OK;
}

sts_status sts__logs_set_severity(sts_logs *logs, int32_t number, sts_bytes text, sts__fault *fault) {
    enum { NUMBER_SIZE = 2, FATAL4 = 24 };
    sts_bytes copy;
    if (number < 0 || number > FATAL4)
        return sts__fault_set(fault, STS_ERR_INVALID_ARGUMENT, "severity_number: %" PRId32 " is not from 0 to %d",
                              number, FATAL4);
    sts_status status =
        check_set(logs, logs->added == STS__BUILT_RECORD, NUMBER_SIZE + sts__logs_field_size(text.size), fault);
    if (status == STS_OK)
        status = check_set_text(logs, true, text, "severity_text", &copy, fault);
    if (status != STS_OK)
        return status;
    sts__built_record *record = sts__logs_record(logs);
    record->severity_number = number;
    record->severity_text = copy;
    grown(logs, NUMBER_SIZE + sts__logs_field_size(copy.size));
    return STS_OK;
}

sts_status sts__logs_set_event_name(sts_logs *logs, sts_bytes event_name, sts__fault *fault) {
    sts_bytes copy;
    sts_status status = check_set_text(logs, logs->added == STS__BUILT_RECORD, event_name, "event_name", &copy, fault);
    if (status != STS_OK)
        return status;
    sts__logs_record(logs)->event_name = copy;
    grown(logs, sts__logs_field_size(copy.size));
    return STS_OK;
}

static bool is_id(sts_bytes id, size_t size) {
    return id.size == 0 || id.size == size;
}

sts_status sts__logs_set_trace_context(sts_logs *logs, sts_bytes trace_id, sts_bytes span_id, uint32_t flags,
                                       sts__fault *fault) {
    if (!is_id(trace_id, TRACE_ID_SIZE) || !is_id(span_id, SPAN_ID_SIZE))
        return sts__fault_set(fault, STS_ERR_INVALID_ARGUMENT,
                              "a trace_id has 16 bytes and a span_id 8, or none; they have %zu and %zu", trace_id.size,
                              span_id.size);
    sts_status status = check_set(logs, logs->added == STS__BUILT_RECORD, TRACE_CONTEXT_SIZE, fault);
    if (status != STS_OK)
        return status;
    trace_id = sts__arena_copy(&logs->arena, trace_id);
    span_id = sts__arena_copy(&logs->arena, span_id);
    if (!trace_id.data || !span_id.data)
        return sts__fault_no_memory(fault);
    sts__built_record *record = sts__logs_record(logs);
    record->trace_id = trace_id;
    record->span_id = span_id;
    record->flags = flags;
    grown(logs, TRACE_CONTEXT_SIZE);
    return STS_OK;
}

/* It is no part of the request, and takes nothing of its size. */
sts_status sts__logs_set_key(sts_logs *logs, sts_bytes key, sts__fault *fault) {
    sts_status status = check_set(logs, logs->added == STS__BUILT_RECORD, 0, fault);
    if (status != STS_OK)
        return status;
    sts_bytes copy = key.data ? sts__arena_copy(&logs->arena, key) : key;
    if (key.data && !copy.data)
        return sts__fault_no_memory(fault);
    sts__logs_record(logs)->key = (sts__given_key){true, copy};
    logs->has_keys = true;
    grown(logs, 0);
    return STS_OK;
}

sts_status sts__logs_begin_body(sts_logs *logs, sts__fault *fault) {
    sts_status status = check_set(logs, logs->added == STS__BUILT_RECORD, 0, fault);
    if (status == STS_OK)
        logs->in_body = true;
    return status;
}
