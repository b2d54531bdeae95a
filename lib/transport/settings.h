/* SPDX-License-Identifier: Apache-2.0
 *
 * What every transport of the library's is told of the exporter that it is for. Texts are only used by the call that
 * gets them. */
#ifndef STS_TRANSPORT_SETTINGS_H
#define STS_TRANSPORT_SETTINGS_H

#include <stdint.h>

typedef struct sts__transport_settings {
    const char *topic;             /* the default one; always number 0 */
    const char *dead_letter_topic; /* "", or always number 1 */
    int64_t topics_max;            /* numbers of topics are below that */
    int64_t max_message_bytes;
    int64_t queue_size; /* how many records there can be without an outcome */
    int64_t kept_bytes; /* how much memory of messages that are done may be kept for the next */
    int partitioner;    /* sts__profile */
    const struct sts__kafka_settings *kafka;
} sts__transport_settings;

/* Which store the exporter's messages are from, for a transport that keeps account of how far it has come. */
typedef struct sts__transport_store {
    const char *name;       /* no other store has it, */
    const char *run;        /* nor another run of it */
    const char *run_before; /* "": there was none */
    uint64_t run_number;    /* from 1 up */
    uint64_t run_begins;    /* the sequences of the present run's messages are not below that */
} sts__transport_store;

#endif
