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

#endif
