/* SPDX-License-Identifier: Apache-2.0
 *
 * The resource is field 1 of field 1, in requests of logs, traces and metrics. */
#include "otlp_resource.h"

#include <stddef.h>

#include "wire.h"

/* The bytes of field 1, which must be there once. */
static bool find_only(sts_bytes message, sts_bytes *found) {
    struct wire wire = wire_of(message);
    struct wire_field field;
    size_t count = 0;
    while (wire_next(&wire, &field))
        if (field.number == 1 && field.type == WIRE_BYTES && ++count == 1)
            *found = field.bytes;
    return count == 1 && wire.at == wire.end;
}

bool otlp_resource_find(sts_bytes request, sts_bytes *resource) {
    sts_bytes of_resource;
    return find_only(request, &of_resource) && find_only(of_resource, resource);
}
