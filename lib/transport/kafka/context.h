/* SPDX-License-Identifier: Apache-2.0
 *
 * The life of the transport's context: made of settings, and of other ones while it lives, which are tried by a context
 * of their own first; freed. (The methods of the transport are in kafka.c.) */
#ifndef STS_TRANSPORT_KAFKA_CONTEXT_H
#define STS_TRANSPORT_KAFKA_CONTEXT_H

#include "transport/kind.h"

struct sts__kafka;

/* As the rows of kind.h: make, discard, try, replace. What a producer refers to that was left behind, and has not
 * ended since, is not freed. */
sts_status sts__kafka_context_make(const sts__memory *memory, const sts__transport_settings *settings, void **context,
                                   sts__fault *fault);
void sts__kafka_context_free(void *context);
sts_status sts__kafka_try(const sts__memory *memory, const sts__transport_settings *settings, sts_transport_sink *sink,
                          int32_t timeout_ms, void **tried, sts__fault *fault);
void sts__kafka_replace(void *context, void *tried);

/* Takes over what was left for the next producer, if something was. For the serving thread, between producers. */
void sts__kafka_adopt(struct sts__kafka *kafka);

/* kafka.c: the method open. */
sts_status sts__kafka_open(void *context, sts_transport_sink *sink, int32_t timeout_ms, int32_t *transport_code,
                           char *text, size_t text_size);

#endif
