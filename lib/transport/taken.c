/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/taken.h"

void sts__taken_keep(sts__taken *taken, size_t count) {
    if (taken)
        __atomic_add_fetch(&taken->references, count, __ATOMIC_RELAXED);
}

void sts__taken_drop(sts__taken *taken, size_t count) {
    if (taken && __atomic_sub_fetch(&taken->references, count, __ATOMIC_ACQ_REL) == 0)
        taken->end(taken);
}
