/* SPDX-License-Identifier: Apache-2.0
 *
 * What librdkafka's errors about connections and credentials mean in terms of our options. It has one code for many
 * causes, and tells them apart in its text alone; the texts were seen with 2.0.2, 2.15 and 2.16. Where none is known,
 * the error goes on as it came. For who opens the transport, or serves it. */
#ifndef STS_TRANSPORT_KAFKA_EXPLAIN_H
#define STS_TRANSPORT_KAFKA_EXPLAIN_H

#include <librdkafka/rdkafka.h>

#include "transport/kafka/security.h"

/* What an error means, before librdkafka's words for it. Returns our code, and in `*weight` how much the error says: 0
 * nothing, 1 as it came, 2 explained. */
sts_status sts__kafka_explain(const sts__kafka_credentials *credentials, rd_kafka_resp_err_t error, const char *what,
                              char *text, size_t text_size, int *weight);

/* The right that a client is told to lack, in a transaction; NULL: it is none. */
const char *sts__kafka_right_for(rd_kafka_resp_err_t error, const char *what);

/* Our option for the property that a fault of librdkafka's names, as " (tls.ca_file)", or "". */
const char *sts__kafka_option_for(const char *what);

/* Takes what a log line says about a broker's certificate. */
void sts__kafka_note_certificate(sts__kafka_credentials *credentials, const char *facility, const char *line);

/* Blots the producer's secrets out of a line. */
void sts__kafka_redact(const rd_kafka_t *producer, char *line, size_t line_size);

#endif
