/* SPDX-License-Identifier: Apache-2.0
 *
 * Records that no producer has: they wait behind the closed gate, or behind the window (sending.h), or, parked, for
 * their topic (missing.h). Here is what becomes of those that are not to be sent: their time runs out, their topic is
 * known not to take them, the next producer would be refused as well, everything was given up.
 *
 * All of it is for the serving thread. */
#ifndef STS_TRANSPORT_KAFKA_WAITING_H
#define STS_TRANSPORT_KAFKA_WAITING_H

#include <stdbool.h>
#include <stdint.h>

#include <stskafka/types.h>

#include "transport/kafka/records.h"

#include <librdkafka/rdkafka.h>

struct sts__kafka;

typedef struct sts__kafka_patience {
    int64_t max_elapsed_ms; /* how long a record is tried; 0: for ever */
    int64_t look_at_us;     /* when waiting records are looked at next, for those whose time has run out */
} sts__kafka_patience;

/* Whether a waiting record has to wait until its topic's settings are known, which are asked for then. */
bool sts__kafka_waits_for_settings(struct sts__kafka *kafka, const sts__kafka_record *record);

/* Whether its time has run out by `now_us`. */
bool sts__kafka_is_too_old(const sts__kafka_patience *patience, const sts__kafka_record *record, int64_t now_us);

/* Whether it is not to be tried again; it has its outcome then, or waits in parts. */
bool sts__kafka_is_over(struct sts__kafka *kafka, sts__kafka_record *record);

/* It has failed with librdkafka's error. */
void sts__kafka_fail_waiting(struct sts__kafka *kafka, sts__kafka_record *record, rd_kafka_resp_err_t error);

/* All whose time has run out, once a second. */
void sts__kafka_expire_waiting(struct sts__kafka *kafka);

/* All, after purge. */
void sts__kafka_give_up_waiting(struct sts__kafka *kafka);

#endif
