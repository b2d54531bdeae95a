/* SPDX-License-Identifier: Apache-2.0
 *
 * What the end of a connection is worth. A broker closes connections that are idle (connections.max.idle.ms, ten
 * minutes), and all of them when it restarts; librdkafka connects again when there is something to send, and tells if
 * it cannot. So once brokers have answered, a connection that was closed is news, and no warning, and neither is it
 * that now none is left ("1/1 brokers are down"): a warning is something to act on. And what librdkafka guesses from a
 * connection that did not last (that the port may want TLS, or SASL) is wrong then: it was the right port before. If it
 * goes on so, without an answer in between, the guesses are told after all.
 *
 * No lock: for who opens the transport, or serves it. */
#ifndef STS_TRANSPORT_KAFKA_CONNECTION_H
#define STS_TRANSPORT_KAFKA_CONNECTION_H

#include <librdkafka/rdkafka.h>

#include "base/error.h"
#include "transport/kafka/observer.h"

/* How it is with the brokers, as far as librdkafka has told. */
typedef struct sts__kafka_connection {
    const sts__kafka_observer *observer;
    sts__fault last_error; /* what librdkafka last reported, code STS_OK if nothing, */
    int last_weight;       /* and how much that says (explain.h) */
    bool has_answered;     /* a broker, to this configuration */
    bool is_unreachable;   /* since the last answer there was more than the end of a connection */
    int guesses;           /* of librdkafka's since then, which were kept from the host */
} sts__kafka_connection;

/* A broker has answered. */
void sts__kafka_has_answered(sts__kafka_connection *connection);

/* At which level the host is told of an error, or of a log line, that comes with `level`. May cut from the text what is
 * wrong. */
int32_t sts__kafka_judge_error(sts__kafka_connection *connection, rd_kafka_resp_err_t error, char *text, int32_t level);
int32_t sts__kafka_judge_line(sts__kafka_connection *connection, const char *facility, char *text, int32_t level);

#endif
