/* SPDX-License-Identifier: Apache-2.0
 *
 * A place where the n-th that comes is stuck until a test lets go, and can look at what others do meanwhile. */
#ifndef TESTS_SUPPORT_GATE_H
#define TESTS_SUPPORT_GATE_H

#include <pthread.h>
#include <stdbool.h>

struct gate {
    unsigned sticks_at; /* from 0 on */
    pthread_mutex_t lock;
    pthread_cond_t changed;
    unsigned count;
    bool stuck;
    bool is_open;
    bool is_over;
    bool gave_up; /* nobody has let go in time: whoever was to do it waited too */
};

void gate_init(struct gate *gate, unsigned sticks_at);
void gate_clear(struct gate *gate);

/* For who comes; and when nobody will any more. */
void gate_pass(struct gate *gate);
void gate_end(struct gate *gate);

/* Waits until one is stuck, or it is over: true where one is. Ends the test if neither comes. */
bool gate_await(struct gate *gate);
void gate_open(struct gate *gate);

#endif
