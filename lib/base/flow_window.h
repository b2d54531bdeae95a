/* SPDX-License-Identifier: Apache-2.0
 *
 * How many of something may be under way at a time, found out: it begins small, is doubled for as long as more is
 * delivered by that, and taken back where it was not. Every now and then the other direction is tried, for brokers and
 * networks change, and what is larger than need be costs: a hundred thousand records are in no cache.
 *
 * Pure: the clock is passed in. Any thread asks for the size; all else is for one thread at a time. */
#ifndef STS_BASE_FLOW_WINDOW_H
#define STS_BASE_FLOW_WINDOW_H

#include <stddef.h>
#include <stdint.h>

typedef struct sts__flow_window {
    size_t size; /* atomic */
    size_t least;
    size_t max;
    int trial;              /* what the size was changed by in front of this interval: +1 doubled, -1 halved, 0 not */
    int next;               /* the trial to come */
    int64_t began_us;       /* the interval; 0: there was none yet */
    uint64_t delivered;     /* in it */
    uint64_t rate;          /* a second, in front of the trial; 0: not known */
    int64_t rests_until_us; /* no trial before */
} sts__flow_window;

/* Begins with `least`, or with `max` where that is less; finds out what is between them. */
void sts__flow_window_init(sts__flow_window *window, size_t least, size_t max);

size_t sts__flow_window_size(const sts__flow_window *window);

/* The window is full, and so many were delivered since the last call. */
void sts__flow_window_delivered(sts__flow_window *window, size_t count, int64_t now_us);

/* Nothing was told for a while, as it was not full: what comes now is a new beginning. */
void sts__flow_window_restart(sts__flow_window *window, int64_t now_us);

#endif
