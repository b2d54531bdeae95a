/* SPDX-License-Identifier: Apache-2.0
 *
 * Random messages of the topology stream, made over the schema's tables: every field, empty, absent or extreme; texts
 * of every length of UTF-8; Structs of every kind of value, some very deep, some very wide. The same seed makes the
 * same message on every machine. */
#ifndef TESTS_SUPPORT_TOPOLOGY_RANDOM_MESSAGE_H
#define TESTS_SUPPORT_TOPOLOGY_RANDOM_MESSAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "proto/schema.h"

/* Nothing is nested deeper; consumers take 100 messages. */
enum { RANDOM_MESSAGE_MAX_DEPTH = 90 };

struct random_traits {
    int depth;     /* nested messages, the outermost counted */
    bool has_json; /* no Struct in it holds NaN, an infinity or a value without a kind */
};

/* A message of the type, in the arena. Ends the process when out of memory. */
void *random_message(const sts__proto_type *type, uint64_t seed, sts__arena *arena, struct random_traits *traits);

#endif
