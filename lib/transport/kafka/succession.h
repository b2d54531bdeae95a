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

#include "base/error.h"
#include "transport/kafka/records.h"

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
    int64_t phase_end_us;     /* when it ends at the latest */
    int64_t drain_ms;         /* how long a producer that is replaced may take to report what it has */
    int64_t max_elapsed_ms;   /* how long a record is tried; 0: for ever */
    int64_t look_at_us;       /* when waiting records are looked at next, for those whose time has run out */
    uint64_t delivered_since; /* how many reports of success the present producer has brought */
    uint64_t replayed;        /* records given to the present producer that an earlier one had */
    int32_t failed_in_a_row;  /* how many producers ended one after the other and delivered nothing */
    bool has_predecessor;     /* the host was not told of the change to the present producer yet */
    sts__fault refusal;       /* what waiting records fail with for good; code STS_OK: they are tried again */
} sts__kafka_succession;

/* Gives new records to the producer, or lets them wait for the next one, up to the first that it does not take: STS_OK,
 * and they are the list's; otherwise as the method send_many of transport.h. Those that were not taken are freed. From
 * any thread. */
sts_status sts__kafka_take(struct sts__kafka *kafka, sts__kafka_chain *chain, size_t *taken, sts__fault *fault);

/* One step of a change of producers, if there is to be one. */
void sts__kafka_succeed(struct sts__kafka *kafka);

/* Whether a waiting record has to wait until its topic's settings are known, which are asked for then. */
bool sts__kafka_waits_for_settings(struct sts__kafka *kafka, const sts__kafka_record *record);

/* Whether a waiting record is not to be tried again; it has its outcome then. */
bool sts__kafka_is_over(struct sts__kafka *kafka, sts__kafka_record *record);

/* Gives a waiting record to the producer, or it has its outcome (`*produced` tells); false if the producer has met a
 * fatal error, or was stopped. */
bool sts__kafka_replay(struct sts__kafka *kafka, sts__kafka_record *record, bool *produced);

/* Completes the records that no producer has, after purge. */
void sts__kafka_give_up_waiting(struct sts__kafka *kafka);

/* Gives the present producer a fatal error, for tests; `context` is the transport's. */
void sts__kafka_force_fatal(void *context);

#endif
