/* SPDX-License-Identifier: Apache-2.0
 *
 * How many messages librdkafka has at a time. What is behind them waits in our list, where it costs less: librdkafka
 * goes through all that it has, and a hundred thousand messages are in no cache.
 *
 * Where the host asks for that, the window finds its size: it begins small, is doubled for as long as more is delivered
 * by that, and taken back where it was not; and every now and then that is tried again, for brokers and networks
 * change.
 *
 * Pure: the clock is passed in. Any thread asks for the size; all else is for who serves. */
#ifndef STS_TRANSPORT_KAFKA_WINDOW_H
#define STS_TRANSPORT_KAFKA_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct sts__kafka_window {
    size_t size; /* atomic */
    size_t max;
    bool adapts;
    bool was_full;      /* something had to wait since the interval began; atomic */
    bool is_trial;      /* the size was doubled in front of this interval */
    int64_t began_us;   /* the interval; 0: there was none yet */
    uint64_t delivered; /* in it */
    uint64_t rate;      /* messages a second in the last one that counts; 0: none does */
    int64_t rests_until_us;
} sts__kafka_window;

/* A size of 0: it adapts, up to `max`. */
void sts__kafka_window_init(sts__kafka_window *window, size_t size, size_t max);

size_t sts__kafka_window_size(const sts__kafka_window *window);

/* A message had to wait. From any thread. */
void sts__kafka_window_is_full(sts__kafka_window *window);

/* So many messages were delivered since the last call. */
void sts__kafka_window_delivered(sts__kafka_window *window, size_t count, int64_t now_us);

#endif
