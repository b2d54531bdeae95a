/* SPDX-License-Identifier: Apache-2.0
 *
 * The messages of an OTLP log request, as places to put bytes into: tests of the reader put wrong ones there. */
#ifndef TESTS_SUPPORT_OTLP_PLACE_H
#define TESTS_SUPPORT_OTLP_PLACE_H

#include "support/protobuf.h"

/* A field of opentelemetry-proto (logs/v1, common/v1, resource/v1) and the wire type that it has. */
struct otlp_field {
    uint32_t number; /* 0: the last one */
    unsigned wire_type;
};

/* A message, the fields that lead to it from the request, and its own fields. */
struct otlp_place {
    const char *name; /* NULL: beyond the last one */
    uint32_t path[8]; /* 0: the end */
    struct otlp_field fields[16];
};

extern const struct otlp_place otlp_places[];

/* Appends a request that has `content` as the whole message at this place. Returns the content's offset in it. */
size_t otlp_put_at(struct pb *request, const struct otlp_place *place, const struct pb *content);

#endif
