/* SPDX-License-Identifier: Apache-2.0
 *
 * The library's own threads. */
#ifndef STS_BASE_THREAD_H
#define STS_BASE_THREAD_H

#include <pthread.h>
#include <stdbool.h>

/* Starts a thread that no signal is delivered to: signals are the host's threads' business. False when the system has
 * none to give. */
bool sts__thread_start(pthread_t *thread, void *(*run)(void *argument), void *argument);

#endif
