/* SPDX-License-Identifier: Apache-2.0
 *
 * Time that only goes forward, and deadlines on it. */
#ifndef STS_BASE_CLOCK_H
#define STS_BASE_CLOCK_H

#include <pthread.h>
#include <stdint.h>

/* Microseconds on CLOCK_MONOTONIC. */
int64_t sts__clock_us(void);

/* Milliseconds since 1970, as this machine has them: they may be wrong, and go back. */
int64_t sts__clock_wall_ms(void);

/* The point in time `timeout_ms` from now (below 0 counts as 0), and the milliseconds left until such a point, rounded
 * up, never below 0. */
int64_t sts__deadline_after(int64_t timeout_ms);
int32_t sts__deadline_left_ms(int64_t deadline_us);

/* A condition variable that waits on the same clock, so that a change of the wall clock neither shortens nor stretches
 * a wait. Returns 0, or an errno. */
int sts__condition_init(pthread_cond_t *condition);

/* Waits until signalled or the deadline has come (spurious wake-ups happen). */
void sts__condition_wait(pthread_cond_t *condition, pthread_mutex_t *mutex, int64_t deadline_us);

#endif
