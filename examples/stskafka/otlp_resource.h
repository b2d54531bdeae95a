/* SPDX-License-Identifier: Apache-2.0
 *
 * The resource of a request in OTLP protobuf. */
#ifndef OTLP_RESOURCE_H
#define OTLP_RESOURCE_H

#include <stdbool.h>

#include <stskafka/types.h>

/* The bytes of the resource, where the request has one alone. False: it has another number of them, or is no protobuf
 * as far as that was looked at. */
bool otlp_resource_find(sts_bytes request, sts_bytes *resource);

#endif
