/* SPDX-License-Identifier: Apache-2.0 */
#include "base/flow_window.h"

#include <stdbool.h>

enum {
    INTERVAL_US = 100000, /* an interval lasts as long at least, and as many deliveries as the window holds */
    REST_US = 5000000,    /* how long a size stays that another one was no better than */
    MORE_PARTS = 10,      /* twice the size is better if this fraction more is delivered, a tenth; */
    LESS_PARTS = 50       /* half of it, unless this fraction less is */
};

void sts__flow_window_init(sts__flow_window *window, size_t least, size_t max) {
    if (least > max)
        least = max;
    *window = (sts__flow_window){.size = least, .least = least, .max = max, .next = 1};
}

size_t sts__flow_window_size(const sts__flow_window *window) {
    return __atomic_load_n(&window->size, __ATOMIC_RELAXED);
}

/* Twice the size, or half of it, as far as there is any. */
static void resize(sts__flow_window *window, int by) {
    const size_t size = window->size;
    const size_t more = size > window->max / 2 ? window->max : 2 * size;
    const size_t less = size - size / 2 < window->least ? window->least : size - size / 2;
    const size_t changed = by > 0 ? more : less;
    window->trial = changed == size ? 0 : by;
    __atomic_store_n(&window->size, changed, __ATOMIC_RELAXED);
}

/* The other direction comes next. */
static void rest(sts__flow_window *window, int64_t now_us) {
    window->next = -window->next;
    window->trial = 0;
    window->rate = 0;
    window->rests_until_us = now_us + REST_US;
}

static bool is_better(const sts__flow_window *window, uint64_t rate) {
    return window->trial > 0 ? rate > window->rate + window->rate / MORE_PARTS
                             : rate + window->rate / LESS_PARTS >= window->rate;
}

/* A trial is held against the better one of two intervals in front of it: of the first of all, a part may have gone by
 * before anything was delivered. */
static void begin_trial(sts__flow_window *window, uint64_t rate, int64_t now_us) {
    const uint64_t before = window->rate;
    window->rate = rate;
    if (before == 0 || now_us < window->rests_until_us)
        return;
    window->rate = rate > before ? rate : before;
    resize(window, window->next);
    if (window->trial == 0)
        rest(window, now_us);
}

/* The interval is over, and the window was full: so it is what bounded the rate. What is made smaller step by
 * step is held against the rate in front of the first step. */
static void judge(sts__flow_window *window, uint64_t rate, int64_t now_us) {
    const int trial = window->trial;
    if (trial == 0) {
        begin_trial(window, rate, now_us);
        return;
    }
    const bool better = is_better(window, rate);
    if (better && trial > 0)
        window->rate = rate;
    resize(window, better ? trial : -trial);
    if (!better || window->trial == 0)
        rest(window, now_us);
}

static void begin_interval(sts__flow_window *window, int64_t now_us) {
    window->began_us = now_us;
    window->delivered = 0;
}

void sts__flow_window_delivered(sts__flow_window *window, size_t count, int64_t now_us) {
    window->delivered += count;
    const int64_t elapsed_us = now_us - window->began_us;
    if (window->began_us && (elapsed_us < INTERVAL_US || window->delivered < window->size))
        return;
    if (window->began_us)
        judge(window, window->delivered * 1000000 / (uint64_t)elapsed_us, now_us);
    begin_interval(window, now_us);
}

void sts__flow_window_restart(sts__flow_window *window, int64_t now_us) {
    if (window->trial == 0)
        window->rate = 0;
    begin_interval(window, now_us);
}
