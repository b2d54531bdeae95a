/* SPDX-License-Identifier: Apache-2.0 */
#include "encode/item_identity.h"

#include <string.h>

#include "wire/reader.h"

static uint32_t number_of(const sts__schema_message *message, const char *name) {
    const sts__schema_field *field = sts__schema_by_name(message, (const uint8_t *)name, strlen(name));
    return field ? field->number : 0;
}

sts__item_identity_fields sts__item_identity_fields_of(const sts__signal *signal) {
    const sts__schema_message *item = sts__signal_item_message(signal);
    if (!item)
        return (sts__item_identity_fields){.trace_id = 0};
    uint32_t time = number_of(item, "time_unix_nano");
    return (sts__item_identity_fields){.trace_id = number_of(item, "trace_id"),
                                       .span_id = number_of(item, "span_id"),
                                       .trace_state = number_of(item, "trace_state"),
                                       .flags = number_of(item, "flags"),
                                       .time = time ? time : number_of(item, "start_time_unix_nano"),
                                       .observed_time = number_of(item, "observed_time_unix_nano")};
}

sts_bytes sts__id_unless_zero(sts_bytes id) {
    const uint8_t *at = id.data;
    for (size_t i = 0; i < id.size; i++)
        if (at[i])
            return id;
    return (sts_bytes){NULL, 0};
}

sts__item_identity sts__item_identity_of(const sts__item_identity_fields *fields, sts_bytes item) {
    sts__item_identity identity = {.flags = 0};
    sts__wire_reader reader = sts__wire_read(item);
    sts__wire_field field;
    while (sts__wire_next_value(&reader, &field)) {
        if (field.number == fields->trace_id)
            identity.trace_id = sts__id_unless_zero(field.bytes);
        else if (field.number == fields->span_id)
            identity.span_id = sts__id_unless_zero(field.bytes);
        else if (field.number == fields->trace_state)
            identity.trace_state = field.bytes;
        else if (field.number == fields->flags)
            identity.flags = (uint32_t)field.value;
        else if (field.number == fields->time)
            identity.time = field.value;
        else if (field.number == fields->observed_time)
            identity.observed_time = field.value;
    }
    return identity;
}
