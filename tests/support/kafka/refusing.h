/* SPDX-License-Identifier: Apache-2.0
 *
 * Topics that come to refuse records when an exporter has read their settings. */
#ifndef TESTS_SUPPORT_KAFKA_REFUSING_H
#define TESTS_SUPPORT_KAFKA_REFUSING_H

#include <stdbool.h>

#include <stskafka/exporter.h>

/* A broker heeds a topic's new configuration a moment after it tells it. One that is to take no record without a key
 * (`has_key` false), or none of 1500 bytes, is asked until it does; what it took before that stays in the topic, as
 * records whose values begin with a p. */
void refusing_await(const char *topic, int partitions, bool has_key);

/* Keeps an exporter from reading its first topic's settings again, which would tell it all: as if the reason were
 * another one. */
void refusing_blind(sts_exporter *exporter);

#endif
