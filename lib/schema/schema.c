/* SPDX-License-Identifier: Apache-2.0 */
#include "schema/schema.h"

bool sts__schema_enum_number(const sts__schema_enum *enumeration, const uint8_t *name, size_t size, int32_t *number) {
    for (uint32_t i = 0; i < enumeration->count; i++) {
        const sts__schema_name *value = &enumeration->values[i];
        if (value->size == size && memcmp(value->text, name, size) == 0) {
            *number = value->number;
            return true;
        }
    }
    return false;
}

const sts__schema_name *sts__schema_enum_name(const sts__schema_enum *enumeration, int64_t number) {
    for (uint32_t i = 0; i < enumeration->count; i++)
        if (enumeration->values[i].number == number)
            return &enumeration->values[i];
    return NULL;
}
