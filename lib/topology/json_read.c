/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "topology/message_json.h"
#include "topology/path.h"

typedef struct reading {
    sts__arena *arena;
    sts__fault *fault;
    const sts__path *at; /* what is being read */
} reading;

static sts_status misfit(const reading *r, const sts__json *json, const char *wanted) {
    char path[300] = "";
    sts__path_append(path, sizeof path, r->at);
    return sts__fault_set(r->fault, STS_ERR_JSON, "line %u, column %u: %s is %s; it must be %s", (unsigned)json->line,
                          (unsigned)json->column, path[0] ? path : "it", sts__json_type_name(json->type), wanted);
}

/* The same, one step further. */
static reading inside(const reading *r, const sts__path *at) {
    reading inner = {r->arena, r->fault, at};
    return inner;
}

static sts_status read_message(const reading *r, const sts__proto_type *type, const sts__json *json, void *message);

/* A whole number from its text; a fraction or an exponent is fine as long as the number is whole (1e3, 5.0). */
static bool read_integer(const sts__json *json, int64_t *number) {
    if (json->type != STS__JSON_NUMBER && json->type != STS__JSON_STRING)
        return false;
    char text[64];
    char *end;
    if (json->text.size == 0 || json->text.size >= sizeof text)
        return false;
    memcpy(text, json->text.data, json->text.size);
    text[json->text.size] = '\0';
    if (!strchr("-0123456789", text[0]) || strlen(text) != json->text.size)
        return false;
    errno = 0;
    *number = strtoll(text, &end, 10);
    if (!*end)
        return errno == 0;
    if (json->type == STS__JSON_STRING || json->number != trunc(json->number) ||
        fabs(json->number) > 9007199254740992.0)
        return false;
    *number = (int64_t)json->number;
    return true;
}

static sts_status read_number(const reading *r, const sts__proto_field *field, const sts__json *json, void *place) {
    int64_t number;
    bool small = field->schema->kind == STS__SCHEMA_INT32;
    if (!read_integer(json, &number) || (small && (number < INT32_MIN || number > INT32_MAX)))
        return misfit(r, json, small ? "a whole number of 32 bits" : "a whole number of 64 bits");
    int32_t as_small = (int32_t)number;
    memcpy(place, small ? (void *)&as_small : (void *)&number, small ? sizeof as_small : sizeof number);
    return STS_OK;
}

static bool is_text(const sts__json *json, const char *text) {
    size_t size = strlen(text);
    return json->text.size == size && memcmp(json->text.data, text, size) == 0;
}

/* The full name, or an owner's without its prefix. */
static bool find_enum(const sts__schema_enum *names, sts_bytes name, int32_t *number) {
    uint8_t owner[64] = STS__PROTO_OWNER_PREFIX;
    const size_t prefix = sizeof STS__PROTO_OWNER_PREFIX - 1;
    if (sts__schema_enum_number(names, name.data, name.size, number))
        return true;
    if (name.size == 0 || name.size > sizeof owner - prefix)
        return false;
    memcpy(owner + prefix, name.data, name.size);
    return sts__schema_enum_number(names, owner, prefix + name.size, number);
}

static sts_status read_enum(const reading *r, const sts__proto_field *field, const sts__json *json, void *place) {
    int64_t number;
    if (json->type == STS__JSON_STRING && find_enum(field->schema->enumeration, json->text, place))
        return STS_OK;
    if (json->type != STS__JSON_NUMBER || !read_integer(json, &number) || number < INT32_MIN || number > INT32_MAX)
        return misfit(r, json, "the name or the number of one of its values");
    *(int32_t *)place = (int32_t)number;
    return STS_OK;
}

/* The NaN of Go's math.NaN, which its protobuf runtime writes. */
static double go_nan(void) {
    const uint64_t bits = UINT64_C(0x7ff8000000000001);
    double number;
    memcpy(&number, &bits, sizeof number);
    return number;
}

static sts_status read_double(const reading *r, const sts__json *json, void *place) {
    double number = json->number;
    if (json->type == STS__JSON_STRING && is_text(json, "NaN"))
        number = go_nan();
    else if (json->type == STS__JSON_STRING && is_text(json, "Infinity"))
        number = INFINITY;
    else if (json->type == STS__JSON_STRING && is_text(json, "-Infinity"))
        number = -INFINITY;
    else if (json->type != STS__JSON_NUMBER)
        return misfit(r, json, "a number");
    memcpy(place, &number, sizeof number);
    return STS_OK;
}

static sts_status read_strings(const reading *r, const sts__json *json, sts__pb_field *list) {
    sts_bytes *texts = sts__arena_list(r->arena, json->count, sizeof *texts);
    if (!texts)
        return sts__fault_no_memory(r->fault);
    for (size_t i = 0; i < json->count; i++) {
        const sts__path at = {r->at, {NULL, 0}, i};
        const reading inner = inside(r, &at);
        if (json->items[i].type != STS__JSON_STRING)
            return misfit(&inner, &json->items[i], "a string");
        texts[i] = json->items[i].text;
    }
    *list = (sts__pb_field){texts, json->count};
    return STS_OK;
}

static sts_status read_item(const reading *r, const sts__proto_field *field, const sts__json *list, size_t index,
                            void *message) {
    const sts__path at = {r->at, {NULL, 0}, index};
    reading inner = inside(r, &at);
    return read_message(&inner, field->type, &list->items[index], message);
}

static sts_status read_messages(const reading *r, const sts__proto_field *field, const sts__json *json,
                                sts__pb_field *list) {
    size_t size = field->type->size;
    char *elements = sts__arena_list(r->arena, json->count, size);
    sts_status status = elements ? STS_OK : sts__fault_no_memory(r->fault);
    for (size_t i = 0; i < json->count && status == STS_OK; i++)
        status = read_item(r, field, json, i, elements + i * size);
    *list = (sts__pb_field){elements, json->count};
    return status;
}

static sts_status read_list(const reading *r, const sts__proto_field *field, const sts__json *json, void *place) {
    if (json->type != STS__JSON_ARRAY)
        return misfit(r, json, "an array");
    return field->type ? read_messages(r, field, json, place) : read_strings(r, json, place);
}

static sts_status read_struct(const reading *r, const sts__proto_field *field, const sts__json *json, void *message) {
    if (json->type != STS__JSON_OBJECT)
        return misfit(r, json, "an object");
    *(sts__pb_field *)(uintptr_t)sts__proto_struct(field, message) = (sts__pb_field){json->items, json->count};
    return STS_OK;
}

static sts_status read_payload(const reading *r, const sts__proto_type *type, const sts__proto_field *field,
                               const sts__json *json, void *message) {
    pb_size_t *which = (pb_size_t *)(void *)((char *)message + type->which_offset);
    if (*which)
        return sts__fault_set(r->fault, STS_ERR_JSON, "line %u, column %u: %s is one payload too many",
                              (unsigned)json->line, (unsigned)json->column, field->schema->json_name);
    *which = (pb_size_t)field->schema->number;
    return read_message(r, field->type, json, (char *)message + field->offset);
}

static sts_status read_field(const reading *r, const sts__proto_type *type, const sts__proto_field *field,
                             const sts__json *json, void *message) {
    void *place = (char *)message + field->offset;
    if (field->schema->repeated)
        return read_list(r, field, json, place);
    switch ((sts__schema_kind)field->schema->kind) {
    case STS__SCHEMA_INT32:
    case STS__SCHEMA_INT64:
        return read_number(r, field, json, place);
    case STS__SCHEMA_ENUM:
        return read_enum(r, field, json, place);
    case STS__SCHEMA_DOUBLE:
        return read_double(r, json, place);
    case STS__SCHEMA_BOOL:
        if (json->type != STS__JSON_BOOL)
            return misfit(r, json, "true or false");
        *(bool *)place = json->boolean;
        return STS_OK;
    case STS__SCHEMA_STRING:
        if (json->type != STS__JSON_STRING)
            return misfit(r, json, "a string");
        *(sts__pb_field *)place = (sts__pb_field){json->text.data, json->text.size};
        return STS_OK;
    default:
        return field->type ? read_payload(r, type, field, json, message) : read_struct(r, field, json, message);
    }
}

static const sts__proto_field *find_field(const sts__proto_type *type, sts_bytes name) {
    const sts__schema_field *known = sts__schema_by_name(type->schema, name.data, name.size);
    return known ? &type->fields[known - type->schema->fields] : NULL;
}

static sts_status bad_name(const reading *r, const sts__proto_type *type, const sts__json *member, const char *what) {
    return sts__fault_set(r->fault, STS_ERR_JSON, "line %u, column %u: %s %s \"%.*s\"", (unsigned)member->line,
                          (unsigned)member->column, type->schema->name, what,
                          (int)(member->name.size < 100 ? member->name.size : 100), (const char *)member->name.data);
}

static sts_status read_message(const reading *r, const sts__proto_type *type, const sts__json *json, void *message) {
    if (json->type != STS__JSON_OBJECT)
        return misfit(r, json, "an object");
    uint64_t seen = 0; /* by the field's place: both of its names may stand there */
    for (size_t i = 0; i < json->count; i++) {
        const sts__json *member = &json->items[i];
        const sts__proto_field *field = find_field(type, member->name);
        uint64_t bit = field ? UINT64_C(1) << (field - type->fields) : 0;
        if (!field || (seen & bit))
            return bad_name(r, type, member, field ? "has twice" : "has no field");
        seen |= bit;
        if (member->type == STS__JSON_NULL)
            continue; /* as if it were not there */
        if (field->flag_offset != STS__PROTO_NO_FLAG)
            /* lists are NULL where they are empty alone: NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
            *(bool *)((char *)message + field->flag_offset) = true;
        const sts__path at = {r->at, {field->schema->json_name, field->schema->json_size}, 0};
        reading inner = inside(r, &at);
        sts_status status = read_field(&inner, type, field, member, message);
        if (status != STS_OK)
            return status;
    }
    return STS_OK;
}

sts_status sts__topology_read_json(const sts__proto_type *type, const sts__json *json, sts__arena *arena, void *message,
                                   sts__fault *fault) {
    const reading r = {arena, fault, NULL};
    return read_message(&r, type, json, message);
}
