/* SPDX-License-Identifier: Apache-2.0
 *
 * What a consumer is told about the brokers: the same that an exporter with the same options is told. */
#ifndef CONSUMER_CONF_H
#define CONSUMER_CONF_H

#include <stdbool.h>

#include <librdkafka/rdkafka.h>
#include <stskafka/options.h>

#include "args.h"

/* Sets one of librdkafka's properties; false: said that it does not take the value. */
bool consumer_conf_set(rd_kafka_conf_t *conf, const char *name, const char *value);

/* What librdkafka logs is not shown. */
void consumer_conf_quiet(rd_kafka_conf_t *conf);

/* The brokers of `options`, with what was set of kafka.*, tls.* and auth.*; topics are not created. False: said why
 * not. */
bool consumer_conf_connect(rd_kafka_conf_t *conf, const sts_options *options, const struct setting_list *connection);

/* A consumer of `conf`, which is its own from then on, as far as it is all `set`; NULL: `conf` is destroyed, and said
 * why, behind `what` that cannot be done then. */
rd_kafka_t *consumer_new(rd_kafka_conf_t *conf, bool is_set, const char *what);

#endif
