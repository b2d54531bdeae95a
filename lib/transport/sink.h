/* SPDX-License-Identifier: Apache-2.0
 *
 * Where a transport reports to: whoever has opened it fills the table, so that what a transport calls does not lie
 * above it. The host's own transports come here through stskafka/transport.h. */
#ifndef STS_TRANSPORT_SINK_H
#define STS_TRANSPORT_SINK_H

#include <stdbool.h>

#include <stskafka/transport.h>

#include "key/partition.h"

/* Takes messages in place of one; false where it cannot, and has none of them. */
typedef bool (*sts__sink_take)(void *user, const sts_message *const *parts, size_t count);

/* As the functions sts_transport_... of the same names, but no argument is NULL, and completions have this version's
 * size. */
typedef struct sts__sink_methods {
    sts_status (*complete)(void *owner, const sts_completion *completions, size_t count);
    void (*log)(void *owner, int32_t level, const char *text);
    void (*partitions)(void *owner, const char *topic, int32_t before, int32_t now);
    void (*replaced)(void *owner, uint64_t replayed);
    void (*cluster_changed)(void *owner, const char *text);
    void (*statistics)(void *owner, const int64_t *values, size_t count);
    void (*ended)(void *owner, const char *why); /* it sends no more: all exports fail from now on */
    /* Why a message of an earlier process is too old to be sent, which the transport knows not to have been sent yet;
     * NULL: it is not. */
    const char *(*why_stale)(void *owner, uint64_t id);
    /* A message of several records (record_count) was refused for what is in it: calls `take` with messages of fewer,
     * which have a completion each, in place of this one. False where it cannot be divided, or they were not taken. */
    bool (*divide)(void *owner, const sts_message *message, sts__sink_take take, void *user);
} sts__sink_methods;

struct sts_transport_sink {
    const sts__sink_methods *methods;
    void *owner;
    sts__profile profile; /* by which messages are placed that name no partition */
};

sts_status sts__sink_complete(const sts_transport_sink *sink, const sts_completion *completions, size_t count);
void sts__sink_log(const sts_transport_sink *sink, int32_t level, const char *text);
void sts__sink_partitions(const sts_transport_sink *sink, const char *topic, int32_t before, int32_t now);
void sts__sink_replaced(const sts_transport_sink *sink, uint64_t replayed);
void sts__sink_cluster_changed(const sts_transport_sink *sink, const char *text);
void sts__sink_statistics(const sts_transport_sink *sink, const int64_t *values, size_t count);
void sts__sink_ended(const sts_transport_sink *sink, const char *why);
const char *sts__sink_why_stale(const sts_transport_sink *sink, uint64_t id);
bool sts__sink_divide(const sts_transport_sink *sink, const sts_message *message, sts__sink_take take, void *user);

#endif
