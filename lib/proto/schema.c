/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/schema.h"

#include <string.h>

const sts__proto_type *sts__proto_type_of(const pb_msgdesc_t *descriptor) {
    const sts__proto_type *const *type = sts__proto_types;
    while (*type && (*type)->descriptor != descriptor)
        type++;
    return *type;
}

const sts__pb_field *sts__proto_struct(const sts__proto_field *field, const void *message) {
    return &((const sts__pb_google_protobuf_Struct *)(const void *)((const char *)message + field->offset))->fields;
}

/* Minus zero is not the default: its bits are not zero. */
static bool has_value(const sts__schema_field *field, const void *place) {
    static const char zeros[8];
    if (field->repeated)
        return ((const sts__pb_field *)place)->size != 0;
    switch ((sts__schema_kind)field->kind) {
    case STS__SCHEMA_INT32:
    case STS__SCHEMA_ENUM:
        return memcmp(place, zeros, 4) != 0;
    case STS__SCHEMA_INT64:
    case STS__SCHEMA_DOUBLE:
        return memcmp(place, zeros, 8) != 0;
    case STS__SCHEMA_BOOL:
        return *(const bool *)place;
    default: /* a text */
        return field->optional ? ((const sts__pb_field *)place)->data != NULL
                               : ((const sts__pb_field *)place)->size != 0;
    }
}

bool sts__proto_has(const sts__proto_type *type, const sts__proto_field *field, const void *message) {
    const char *at = message;
    if (field->schema->in_oneof)
        return *(const pb_size_t *)(const void *)(at + type->which_offset) == field->schema->number;
    if (field->flag_offset != STS__PROTO_NO_FLAG)
        return *(const bool *)(at + field->flag_offset);
    return has_value(field->schema, at + field->offset);
}
