/* SPDX-License-Identifier: Apache-2.0
 *
 * One measured run of ./dev bench: requests of log records that go to Kafka (produce.c says how it is called). */
#ifndef TESTS_BENCH_PRODUCE_H
#define TESTS_BENCH_PRODUCE_H

#include <stdbool.h>
#include <stddef.h>

#include "bench/program.h"
#include "support/requests.h"

typedef struct arguments {
    const char *brokers;
    const char *topic;
    size_t requests; /* how many to send; the file's, again and again */
    long window;     /* bare: how many records may be without an acknowledgement; 0: what librdkafka's queue takes */
    bool copy;       /* bare: whether librdkafka copies the values, */
    bool whole;      /* and whether a message is a whole request, as it stands */
    const char *compression;    /* bare: the codec */
    int threads;                /* ours: that export */
    const char *const *options; /* ours: NAME=VALUE, NULL at the end */
} arguments;

measure run_bare(const arguments *how, const requests *all);

#endif
