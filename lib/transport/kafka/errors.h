/* SPDX-License-Identifier: Apache-2.0
 *
 * What librdkafka's error codes mean for a record, and for us. Pure; from any thread. */
#ifndef STS_TRANSPORT_KAFKA_ERRORS_H
#define STS_TRANSPORT_KAFKA_ERRORS_H

#include <stdbool.h>

#include <librdkafka/rdkafka.h>

#include "base/status.h"

/* Our code for librdkafka's; and for one that a record failed with. */
sts_status sts__kafka_status(rd_kafka_resp_err_t error);
sts_status sts__kafka_record_status(rd_kafka_resp_err_t error);

/* Whether a broker has refused a record that failed so, for what it is: then no broker has it. */
bool sts__kafka_error_is_refusal(rd_kafka_resp_err_t error);

/* Whether a record that failed so has made the idempotent producer begin a new epoch. */
bool sts__kafka_error_begins_epoch(rd_kafka_resp_err_t error);

/* Whether a broker has refused a batch for what one of its records is: the others may be good ones. */
bool sts__kafka_error_is_of_record(rd_kafka_resp_err_t error);

/* Whether a record that failed so is to be given to the next producer: the producer is at its end, not the record at
 * fault. */
bool sts__kafka_error_is_of_producer(rd_kafka_resp_err_t error);

/* Whether a record that failed so was refused for its transaction's sake. */
bool sts__kafka_error_is_of_transaction(rd_kafka_resp_err_t error);

/* Whether a record that failed so is for a topic, or a partition, that is not there. */
bool sts__kafka_error_is_of_missing_topic(rd_kafka_resp_err_t error);

#endif
