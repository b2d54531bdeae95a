/* SPDX-License-Identifier: Apache-2.0
 *
 * Numbers that nobody outside can guess, for seeds, and numbers at random for choices. Nothing here is the host's: rand
 * has a state that is, and that not every libc guards against threads. */
#ifndef STS_BASE_RANDOM_H
#define STS_BASE_RANDOM_H

#include <stdint.h>

/* From the system; where it has no randomness yet, from the clock and an address. */
uint64_t sts__random_seed(void);

/* 0 to count - 1, each as often as the others to within a share of count in 2^64. `state` begins as a seed; any thread
 * may use it at any time. */
uint32_t sts__random_below(uint64_t *state, uint32_t count);

#endif
