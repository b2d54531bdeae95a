/* SPDX-License-Identifier: Apache-2.0 */
#include "support/gate.h"

#include <criterion/criterion.h>

#include "base/clock.h"

enum { DEADLINE_MS = 20000 };

void gate_init(struct gate *gate, unsigned sticks_at) {
    *gate = (struct gate){.sticks_at = sticks_at};
    cr_assert_eq(pthread_mutex_init(&gate->lock, NULL), 0);
    cr_assert_eq(sts__condition_init(&gate->changed), 0);
}

void gate_clear(struct gate *gate) {
    pthread_cond_destroy(&gate->changed);
    pthread_mutex_destroy(&gate->lock);
}

static void change(struct gate *gate, bool *what) {
    pthread_mutex_lock(&gate->lock);
    *what = true;
    pthread_cond_broadcast(&gate->changed);
    pthread_mutex_unlock(&gate->lock);
}

void gate_end(struct gate *gate) {
    change(gate, &gate->is_over);
}

void gate_open(struct gate *gate) {
    change(gate, &gate->is_open);
}

/* With the lock; tests may have a clock of their own, so it is by a count of short waits. */
static bool wait_for(struct gate *gate, const bool *one, const bool *other) {
    enum { LOOK_MS = 100 };
    struct timespec until;
    for (int i = 0; i < DEADLINE_MS / LOOK_MS && !*one && !*other; i++) {
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_nsec += LOOK_MS * 1000000L;
        until.tv_sec += until.tv_nsec / 1000000000;
        until.tv_nsec %= 1000000000;
        pthread_cond_timedwait(&gate->changed, &gate->lock, &until);
    }
    return *one || *other;
}

void gate_pass(struct gate *gate) {
    pthread_mutex_lock(&gate->lock);
    if (gate->count++ == gate->sticks_at) {
        gate->stuck = true;
        pthread_cond_broadcast(&gate->changed);
        gate->gave_up = !wait_for(gate, &gate->is_open, &gate->is_open);
    }
    pthread_mutex_unlock(&gate->lock);
}

bool gate_await(struct gate *gate) {
    pthread_mutex_lock(&gate->lock);
    cr_assert(wait_for(gate, &gate->stuck, &gate->is_over));
    bool stuck = gate->stuck;
    pthread_mutex_unlock(&gate->lock);
    return stuck;
}
