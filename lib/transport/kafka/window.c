/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/kafka/window.h"

enum {
    FIRST_SIZE = 2048,
    INTERVAL_US = 100000, /* an interval lasts as long at least, and as many messages as the window holds */
    REST_US = 5000000,    /* how long a size stays that more did not help */
    GAIN_PARTS = 20       /* more is delivered, if by one part of so many */
};

void sts__kafka_window_init(sts__kafka_window *window, size_t size, size_t max) {
    const size_t first = max < FIRST_SIZE ? max : FIRST_SIZE;
    *window = (sts__kafka_window){.size = size ? size : first, .max = max, .adapts = size == 0};
}

size_t sts__kafka_window_size(const sts__kafka_window *window) {
    return __atomic_load_n(&window->size, __ATOMIC_RELAXED);
}

void sts__kafka_window_is_full(sts__kafka_window *window) {
    if (!__atomic_load_n(&window->was_full, __ATOMIC_RELAXED))
        __atomic_store_n(&window->was_full, true, __ATOMIC_RELAXED);
}

static void set_size(sts__kafka_window *window, size_t size) {
    __atomic_store_n(&window->size, size, __ATOMIC_RELAXED);
}

/* Tries the next size; the rate that it is held against is that of the present one. */
static void try_more(sts__kafka_window *window, uint64_t rate) {
    const size_t size = sts__kafka_window_size(window);
    window->rate = rate;
    window->is_trial = size < window->max;
    set_size(window, size > window->max / 2 ? window->max : 2 * size);
}

static void take_back(sts__kafka_window *window, int64_t now_us) {
    const size_t size = sts__kafka_window_size(window);
    set_size(window, size - size / 2);
    window->is_trial = false;
    window->rests_until_us = now_us + REST_US;
}

/* The interval is over, and the window was full in it: so it is what bounded the rate. */
static void judge(sts__kafka_window *window, uint64_t rate, int64_t now_us) {
    if (!window->is_trial) {
        if (now_us >= window->rests_until_us)
            try_more(window, rate);
    } else if (rate > window->rate + window->rate / GAIN_PARTS) {
        try_more(window, rate);
    } else {
        take_back(window, now_us);
    }
}

void sts__kafka_window_delivered(sts__kafka_window *window, size_t count, int64_t now_us) {
    if (!window->adapts)
        return;
    window->delivered += count;
    const int64_t elapsed_us = now_us - window->began_us;
    if (window->began_us && (elapsed_us < INTERVAL_US || window->delivered < sts__kafka_window_size(window)))
        return;
    const bool was_full = __atomic_exchange_n(&window->was_full, false, __ATOMIC_RELAXED);
    if (window->began_us && was_full)
        judge(window, window->delivered * 1000000 / (uint64_t)elapsed_us, now_us);
    window->began_us = now_us;
    window->delivered = 0;
}
