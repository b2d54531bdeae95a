/* SPDX-License-Identifier: Apache-2.0
 *
 * Words that follow a count: 1 record, 2 records. */
#ifndef NOUN_H
#define NOUN_H

#include <stdint.h>

static inline const char *noun(uint64_t count, const char *one, const char *many) {
    return count == 1 ? one : many;
}

#endif
