/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/number.h"
#include "topology/message_json.h"

static void put(sts__text *text, const char *data) {
    sts__text_append(text, data, strlen(data));
}

/* The code point at `at`, which is UTF-8; moves on. */
static uint32_t take_code_point(const uint8_t **at) {
    const uint8_t *p = *at;
    int tail = p[0] < 0x80 ? 0 : p[0] < 0xe0 ? 1 : p[0] < 0xf0 ? 2 : 3;
    uint32_t code = tail ? p[0] & (0x3fU >> tail) : p[0];
    for (int i = 1; i <= tail; i++)
        code = code << 6 | (p[i] & 0x3f);
    *at += tail + 1;
    return code;
}

static void put_escape(sts__text *text, uint32_t code) {
    if (code == '"' || code == '\\')
        sts__text_printf(text, "\\%c", (int)code);
    else if (code < 0x10000)
        sts__text_printf(text, "\\u%04x", (unsigned)code);
    else /* a surrogate pair: RFC 8259, section 7 */
        sts__text_printf(text, "\\u%04x\\u%04x", (unsigned)(0xd7c0 + (code >> 10)),
                         (unsigned)(0xdc00 + (code & 0x3ff)));
}

static bool is_plain(uint8_t c) {
    return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

static void put_string(sts__text *text, sts_bytes string) {
    const uint8_t *at = string.data;
    const uint8_t *end = string.size ? at + string.size : at;
    put(text, "\"");
    while (at < end) {
        const uint8_t *plain = at;
        while (at < end && is_plain(*at))
            at++;
        sts__text_append(text, (const char *)plain, (size_t)(at - plain));
        if (at < end)
            put_escape(text, take_code_point(&at));
    }
    put(text, "\"");
}

/* NaN and the infinities are strings in the mapping. */
static void put_double(sts__text *text, double number) {
    char digits[STS__DOUBLE_TEXT];
    const char *quote = isfinite(number) ? "" : "\"";
    put(text, quote);
    sts__text_append(text, digits, sts__double_text(number, digits));
    put(text, quote);
}

static sts_status put_value(sts__text *text, const sts__json *value, sts__fault *fault);

static sts_status put_items(sts__text *text, const sts__json *items, size_t count, bool members, sts__fault *fault) {
    sts_status status = STS_OK;
    put(text, members ? "{" : "[");
    for (size_t i = 0; i < count && status == STS_OK; i++) {
        if (i)
            put(text, ",");
        if (members) {
            put_string(text, items[i].name);
            put(text, ":");
        }
        status = put_value(text, &items[i], fault);
    }
    put(text, members ? "}" : "]");
    return status;
}

static sts_status put_value(sts__text *text, const sts__json *value, sts__fault *fault) {
    switch (value->type) {
    case STS__JSON_NULL:
        put(text, "null");
        return STS_OK;
    case STS__JSON_BOOL:
        put(text, value->boolean ? "true" : "false");
        return STS_OK;
    case STS__JSON_NUMBER:
        if (!isfinite(value->number))
            return sts__fault_set(fault, STS_ERR_JSON, "a Struct holds NaN or an infinity, which JSON cannot express");
        put_double(text, value->number);
        return STS_OK;
    case STS__JSON_STRING:
        put_string(text, value->text);
        return STS_OK;
    case STS__JSON_ARRAY:
    case STS__JSON_OBJECT:
        return put_items(text, value->items, value->count, value->type == STS__JSON_OBJECT, fault);
    default:
        return sts__fault_set(fault, STS_ERR_JSON, "a Struct holds a Value without a kind, which JSON cannot express");
    }
}

static void put_enum(sts__text *text, const sts__schema_enum *names, int32_t number) {
    const sts__schema_name *name = sts__schema_enum_name(names, number);
    if (name)
        sts__text_printf(text, "\"%s\"", name->text);
    else
        sts__text_printf(text, "%" PRId32, number);
}

static sts_status put_list(sts__text *text, const sts__proto_field *field, const sts__pb_field *list,
                           sts__fault *fault) {
    sts_status status = STS_OK;
    put(text, "[");
    for (size_t i = 0; i < list->size && status == STS_OK; i++) {
        if (i)
            put(text, ",");
        if (!field->type)
            put_string(text, ((const sts_bytes *)list->data)[i]);
        else
            status =
                sts__topology_write_json(field->type, (const char *)list->data + i * field->type->size, text, fault);
    }
    put(text, "]");
    return status;
}

static sts_status put_field(sts__text *text, const sts__proto_field *field, const void *message, sts__fault *fault) {
    const void *place = (const char *)message + field->offset;
    const sts__pb_field *content = place;
    if (field->schema->repeated)
        return put_list(text, field, content, fault);
    switch ((sts__schema_kind)field->schema->kind) {
    case STS__SCHEMA_INT32:
        sts__text_printf(text, "%" PRId32, *(const int32_t *)place);
        return STS_OK;
    case STS__SCHEMA_INT64: /* a string: JSON's readers may have nothing but doubles */
        sts__text_printf(text, "\"%" PRId64 "\"", *(const int64_t *)place);
        return STS_OK;
    case STS__SCHEMA_ENUM:
        put_enum(text, field->schema->enumeration, *(const int32_t *)place);
        return STS_OK;
    case STS__SCHEMA_BOOL:
        put(text, *(const bool *)place ? "true" : "false");
        return STS_OK;
    case STS__SCHEMA_DOUBLE:
        put_double(text, *(const double *)place);
        return STS_OK;
    case STS__SCHEMA_STRING:
        put_string(text, (sts_bytes){content->data, content->size});
        return STS_OK;
    default:
        break;
    }
    if (field->type)
        return sts__topology_write_json(field->type, place, text, fault);
    content = sts__proto_struct(field, message);
    return put_items(text, content->data, content->size, true, fault);
}

sts_status sts__topology_write_json(const sts__proto_type *type, const void *message, sts__text *text,
                                    sts__fault *fault) {
    sts_status status = STS_OK;
    const char *comma = "";
    put(text, "{");
    for (size_t i = 0; i < type->schema->field_count && status == STS_OK; i++) {
        const sts__proto_field *field = &type->fields[i];
        if (!sts__proto_has(type, field, message))
            continue;
        sts__text_printf(text, "%s\"%s\":", comma, field->schema->json_name);
        status = put_field(text, field, message, fault);
        comma = ",";
    }
    put(text, "}");
    return status;
}
