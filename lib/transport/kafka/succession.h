/* SPDX-License-Identifier: Apache-2.0
 *
 * From one producer to the next. A fatal error ends a producer of librdkafka for good (its documentation, "Fatal
 * errors"), but not the transport: the gate is closed, the old producer gets time to report what it has, the rest is
 * taken from it, and all records without an outcome are given to a new one, in their order. Those that the old one may
 * have written are known from then on as ones that may be there twice. So it goes too for a new configuration, and
 * where records were refused together (isolation.h).
 *
 * It goes in steps, one at each poll, so that no poll takes longer than it may. Any thread hands records over, and may
 * note that the producer has failed; all else is the serving thread's. */
#ifndef STS_TRANSPORT_KAFKA_SUCCESSION_H
#define STS_TRANSPORT_KAFKA_SUCCESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

struct sts__kafka;

/* How far the change from one producer to the next has come. */
typedef enum sts__kafka_phase {
    STS__KAFKA_RUNNING,   /* there is no change */
    STS__KAFKA_DRAINING,  /* the old producer gets time to report what it has */
    STS__KAFKA_GIVING_UP, /* it was told to let go of the rest, and reports that */
    STS__KAFKA_WAITING    /* it is gone; the new one is made when `phase_end_us` has come */
} sts__kafka_phase;

typedef struct sts__kafka_succession {
    struct sts__kafka *next; /* what the next producer is to be made from, where that changes; atomic */
    int failed;              /* the producer met a fatal error; atomic */
    sts__kafka_phase phase;
    int64_t phase_end_us;      /* when it ends at the latest */
    int64_t drain_ms;          /* how long a producer that is replaced may take to report what it has */
    uint64_t delivered_since;  /* how many reports of success the present producer has brought */
    uint64_t replayed;         /* records given to the present producer that an earlier one had */
    int32_t failed_in_a_row;   /* how many producers ended one after the other and delivered nothing */
    bool has_predecessor;      /* the host was not told of the change to the present producer yet */
    uint64_t inherited_before; /* records with a lower number waited for the present producer */
    sts__fault refusal;        /* what those fail with for good; code STS_OK: they are tried again */
} sts__kafka_succession;

/* One step of a change of producers, if there is to be one. */
void sts__kafka_succeed(struct sts__kafka *kafka);

/* Begins one: nothing that the present producer reports from now on counts. */
void sts__kafka_change_producer(struct sts__kafka *kafka, const char *why);

/* Gives the present producer a fatal error, for tests; `context` is the transport's. */
void sts__kafka_force_fatal(void *context);

#endif
