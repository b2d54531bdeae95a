/* SPDX-License-Identifier: Apache-2.0
 *
 * Makes OTLP log requests for tests (opentelemetry-proto, logs/v1 and common/v1): the records go one after the other
 * into one scope of one resource. */
#ifndef TESTS_SUPPORT_OTLP_H
#define TESTS_SUPPORT_OTLP_H

#include <stdbool.h>

#include "support/protobuf.h"

/* A request that is being made; all zero is empty, in ascending order. */
struct otlp {
    struct pb records; /* LogRecord fields of ScopeLogs */
    enum pb_order order;
};

/* AnyValue messages; the caller, or what takes them, clears them. A value that is all zero is empty. */
struct pb otlp_text(const char *text);
struct pb otlp_bytes(const void *data, size_t size);
struct pb otlp_int(int64_t value);
struct pb otlp_double(double value);
struct pb otlp_bool(bool value);

/* `levels` arrays around an empty value. */
struct pb otlp_nested(unsigned levels);

/* Writes a KeyValue message as a field. Clears the value. */
void otlp_key_value(struct pb *out, uint32_t field, const char *key, struct pb *value, enum pb_order order);

/* Adds a record. `key` (attribute stskafka.key), `topic` (stskafka.topic) and `body` are AnyValues, or NULL where the
 * record has none; they are cleared. */
void otlp_add(struct otlp *otlp, struct pb *key, struct pb *topic, struct pb *body);

/* Adds a record with a text key (NULL: without one) and a body of these bytes ("": a tombstone). */
void otlp_add_record(struct otlp *otlp, const char *key, const char *body);

/* Adds records number `first` up to `first` + `count` - 1: keys key-<n>, bodies body-<n>. */
void otlp_add_numbered(struct otlp *otlp, unsigned first, unsigned count);

/* Appends the request and clears `otlp`. */
void otlp_finish(struct pb *out, struct otlp *otlp);

/* Appends a request of `count` numbered records, from 0. */
void otlp_numbered(struct pb *out, unsigned count);

#endif
