/* SPDX-License-Identifier: Apache-2.0
 *
 * Records of one export on their way into messages that they share (gather/). They are gathered over a window: the
 * whole request, or as much of it as the queue can take at once, since all of a window is accepted or nothing. */
#ifndef STS_EXPORTER_GATHERING_H
#define STS_EXPORTER_GATHERING_H

#include "exporter/staging.h"

/* Whether the window can take no more records. */
bool sts__gathering_is_full(const sts__staging *staging, const sts__route *route);

/* Adds a record that was routed. False without memory. */
bool sts__gathering_add(sts__staging *staging, const sts__route *route, const sts__routed *routed);

/* A record of the window that cannot be written. */
typedef struct sts__bad_record {
    size_t number;
    const sts_message *message; /* that it would have been in */
    sts__fault why;
} sts__bad_record;

/* Stages the messages of the window's records from `from` on. STS_OK; STS_ERR_NO_MEMORY; or why a record is bad, and
 * then the messages are those of the records in front of it. */
sts_status sts__gathering_stage(sts__staging *staging, const sts__routing *routing, size_t from, sts__bad_record *bad);

/* Stages the halves of a message of several records, which is too large for its topic, elsewhere. STS_OK; why one of
 * them cannot be made, which is STS_ERR_NO_MEMORY. */
sts_status sts__gathering_halve(const sts__staging *staging, const sts__staged *message, const sts__routing *routing,
                                sts__staging *halves, sts__fault *fault);

/* Begins the next window. */
void sts__gathering_reset(sts__staging *staging);

#endif
