/* SPDX-License-Identifier: Apache-2.0 */
#include "topology/check.h"

#include <string.h>

#include "base/utf8.h"
#include "topology/path.h"

static sts_status fail(sts__fault *fault, const sts__path *at, sts_status status, const char *what) {
    char path[300] = "";
    sts__path_append(path, sizeof path, at);
    return sts__fault_set(fault, status, "%s: %s", path, what);
}

static sts_status check_text(sts__fault *fault, const sts__path *at, sts_bytes text) {
    return sts__utf8_is_valid(text) ? STS_OK : fail(fault, at, STS_ERR_UTF8, "not UTF-8");
}

static sts_status check_depth(sts__fault *fault, const sts__path *at, int depth) {
    if (depth <= STS__TOPOLOGY_MAX_DEPTH)
        return STS_OK;
    return fail(fault, at, STS_ERR_TOO_DEEP, "nested deeper than the 100 protobuf messages that consumers take");
}

static sts_status check_items(sts__fault *fault, const sts__path *at, const sts__json *value, int depth);

/* A Value that stands `depth` deep. */
static sts_status check_value(sts__fault *fault, const sts__path *at, const sts__json *value, int depth) {
    sts_status status = check_depth(fault, at, depth);
    if (status == STS_OK && value->type == STS__JSON_STRING)
        status = check_text(fault, at, value->text);
    if (status == STS_OK && (value->type == STS__JSON_ARRAY || value->type == STS__JSON_OBJECT))
        status = check_items(fault, at, value, depth + 1);
    return status;
}

/* The items of a ListValue, or of a Struct, which stands `depth` deep. A Struct's are map entries, messages that hold
 * the Value. */
static sts_status check_items(sts__fault *fault, const sts__path *at, const sts__json *value, int depth) {
    bool members = value->type == STS__JSON_OBJECT;
    sts_status status = check_depth(fault, at, depth);
    for (size_t i = 0; i < value->count && status == STS_OK; i++) {
        const sts__json *item = &value->items[i];
        sts__path inner = {at, {NULL, 0}, i};
        if (members) {
            inner.name = item->name;
            status = check_text(fault, &inner, item->name);
        }
        if (status == STS_OK)
            status = check_value(fault, &inner, item, depth + (members ? 2 : 1));
    }
    return status;
}

static sts_status check_message(sts__fault *fault, const sts__path *at, const sts__proto_type *type,
                                const void *message, int depth);

static sts_status check_list(sts__fault *fault, const sts__path *at, const sts__proto_field *field,
                             const sts__pb_field *list, int depth) {
    sts_status status = STS_OK;
    for (size_t i = 0; i < list->size && status == STS_OK; i++) {
        sts__path inner = {at, {NULL, 0}, i};
        if (!field->type)
            status = check_text(fault, &inner, ((const sts_bytes *)list->data)[i]);
        else
            status =
                check_message(fault, &inner, field->type, (const char *)list->data + i * field->type->size, depth + 1);
    }
    return status;
}

static sts_status check_field(sts__fault *fault, const sts__path *at, const sts__proto_field *field,
                              const void *message, int depth) {
    const void *place = (const char *)message + field->offset;
    const sts__pb_field *content = place;
    if (field->schema->repeated)
        return check_list(fault, at, field, content, depth);
    if (field->schema->kind == STS__SCHEMA_STRING)
        return check_text(fault, at, (sts_bytes){content->data, content->size});
    if (field->type)
        return check_message(fault, at, field->type, place, depth + 1);
    if (!sts__proto_is_struct(field))
        return STS_OK;
    content = sts__proto_struct(field, message);
    return check_items(
        fault, at,
        &(sts__json){.type = STS__JSON_OBJECT, .items = (sts__json *)(uintptr_t)content->data, .count = content->size},
        depth + 1);
}

static sts_status check_message(sts__fault *fault, const sts__path *at, const sts__proto_type *type,
                                const void *message, int depth) {
    sts_status status = check_depth(fault, at, depth);
    for (size_t i = 0; i < type->schema->field_count && status == STS_OK; i++) {
        const sts__proto_field *field = &type->fields[i];
        sts__path inner = {at, {field->schema->json_name, field->schema->json_size}, 0};
        if (sts__proto_has(type, field, message))
            status = check_field(fault, &inner, field, message, depth);
    }
    return status;
}

sts_status sts__topology_check(const sts__proto_type *type, const void *message, int depth, sts__fault *fault) {
    return check_message(fault, NULL, type, message, depth);
}

sts_status sts__topology_check_object(const char *name, const sts__json *object, int depth, sts__fault *fault) {
    sts__path at = {NULL, {name, strlen(name)}, 0};
    return check_items(fault, &at, object, depth);
}
