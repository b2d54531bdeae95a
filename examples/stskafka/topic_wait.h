/* SPDX-License-Identifier: Apache-2.0
 *
 * Asking again for a topic. The controller answers that a topic is made before all brokers have learned of it, and a
 * partition is without a leader while one is elected: what a broker says then holds for a moment. */
#ifndef TOPIC_WAIT_H
#define TOPIC_WAIT_H

#include <stdbool.h>
#include <stdint.h>

/* How long to ask for a topic that is not there, of the patience that there is. */
int64_t topic_wait_unknown_ms(int64_t patience_ms);

/* Waits a moment; false: since `since_ms` (clock_ms) the limit has passed. `why` is what the broker said. */
bool topic_wait(const char *topic, const char *why, int64_t since_ms, int64_t limit_ms);

#endif
