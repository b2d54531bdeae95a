/* SPDX-License-Identifier: Apache-2.0
 *
 * Where nanopb's structs have what the schema's table knows of the topology stream (lib/proto): nanopb's own
 * descriptors say the same of every field. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include <pb_common.h>

#include "proto/schema.h"

static void check_field(const sts__proto_type *type, const sts__proto_field *field, char *message) {
    const sts__schema_field *known = field->schema;
    pb_field_iter_t found;
    cr_assert(pb_field_iter_begin(&found, type->descriptor, message));
    cr_assert(pb_field_iter_find(&found, known->number), "%s.%s", type->schema->name, known->name);
    cr_assert_eq((const char *)found.pField - message, (ptrdiff_t)field->offset, "%s.%s", type->schema->name,
                 known->name);
    cr_assert_eq(PB_HTYPE(found.type) == PB_HTYPE_REPEATED, known->repeated, "%s.%s", type->schema->name, known->name);
    cr_assert_eq(PB_HTYPE(found.type) == PB_HTYPE_ONEOF, known->in_oneof, "%s.%s", type->schema->name, known->name);
    if (field->flag_offset != STS__PROTO_NO_FLAG)
        cr_assert_eq((const char *)found.pSize - message, (ptrdiff_t)field->flag_offset, "%s.%s", type->schema->name,
                     known->name);
    if (known->in_oneof)
        cr_assert_eq((const char *)found.pSize - message, (ptrdiff_t)type->which_offset);
    cr_assert_eq(found.submsg_desc != NULL, known->kind == STS__SCHEMA_MESSAGE, "%s.%s", type->schema->name,
                 known->name);
    cr_assert_eq(found.submsg_desc ? sts__proto_type_of(found.submsg_desc) : NULL, field->type, "%s.%s",
                 type->schema->name, known->name);
    cr_assert(!field->type || field->type->schema == known->message, "%s.%s", type->schema->name, known->name);
}

static void check_names(const sts__schema_message *message, const sts__schema_field *field) {
    const char *names[] = {field->name, field->json_name};
    cr_assert_eq(sts__schema_by_number(message, field->number), field, "%s.%s", message->name, field->name);
    for (size_t i = 0; i < 2; i++)
        cr_assert_eq(sts__schema_by_name(message, (const uint8_t *)names[i], strlen(names[i])), field, "%s.%s",
                     message->name, names[i]);
}

Test(proto, every_field_is_where_nanopb_has_it) {
    size_t types = 0, fields = 0;
    for (; sts__proto_types[types]; types++) {
        const sts__proto_type *type = sts__proto_types[types];
        char *message = calloc(1, type->size);
        cr_assert_not_null(message);
        cr_assert_eq(type->descriptor->field_count, type->schema->field_count, "%s", type->schema->name);
        for (uint32_t i = 0; i < type->schema->field_count; i++, fields++) {
            cr_assert_eq(type->fields[i].schema, &type->schema->fields[i]);
            check_names(type->schema, type->fields[i].schema);
            check_field(type, &type->fields[i], message);
        }
        free(message);
    }
    cr_assert_eq(types, 10u);
    cr_assert_eq(fields, 46u, "%zu", fields);
    cr_assert_str_eq(sts__proto_component.schema->name, "TopologyStreamComponent");
}
