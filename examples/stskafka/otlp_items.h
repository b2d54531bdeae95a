/* SPDX-License-Identifier: Apache-2.0
 *
 * How many items (log records, spans, metrics) an OTLP request in protobuf holds: for progress, before the library
 * looks at it. */
#ifndef OTLP_ITEMS_H
#define OTLP_ITEMS_H

#include <stddef.h>
#include <stdint.h>

/* As far as it is readable: what is wrong with a request the library tells. */
uint64_t otlp_items_count(const unsigned char *data, size_t size);

#endif
