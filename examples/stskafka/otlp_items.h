/* SPDX-License-Identifier: Apache-2.0
 *
 * How many items (log records, spans, metrics) an OTLP request holds: for progress, before the library looks at it. */
#ifndef OTLP_ITEMS_H
#define OTLP_ITEMS_H

#include <stddef.h>
#include <stdint.h>

/* Of protobuf and of JSON, as far as it is readable: what is wrong with a request the library tells. */
uint64_t otlp_items_count(const unsigned char *data, size_t size);
uint64_t otlp_items_count_json(const unsigned char *data, size_t size);

#endif
