/* SPDX-License-Identifier: Apache-2.0 */
#include "exporter/take.h"

#include "exporter/exporter.h"

typedef struct take {
    sts__taken taken;
    sts_exporter *exporter;
    sts_release_callback release;
    void *user;
} take;

/* Also where no other callback begins any more: what was handed over goes back in any case. */
static void give_back(sts__taken *taken) {
    take *t = (take *)taken;
    sts__caller me;
    sts__callers_enter(t->exporter, &me);
    t->release(taken->bytes.data, taken->bytes.size, t->user);
    sts__callers_leave(t->exporter, &me);
    sts__memory_free(t->exporter->memory, t);
}

sts__taken *sts__take_new(sts_exporter *exporter, sts_bytes bytes, sts_release_callback release, void *user) {
    take *t = sts__memory_new(exporter->memory, sizeof *t);
    if (!t)
        return NULL;
    *t = (take){{bytes, true, 1, give_back}, exporter, release, user};
    return &t->taken;
}

/* All of it counts in the queue while one message refers to some of it. */
bool sts__take_can_be_shared(const sts_exporter *exporter, const sts__taken *taken) {
    return exporter->transport_kind->shares_values && taken->bytes.size <= exporter->ledger.room.max_bytes / 4;
}
