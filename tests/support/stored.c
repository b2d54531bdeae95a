/* SPDX-License-Identifier: Apache-2.0 */
#include "support/stored.h"

#include <criterion/criterion.h>

void stored_open(struct rig *rig, const struct store_folder *folder, const char *script, const char *const *pairs) {
    rig_prepare(rig, script, RIG_OPTIONS("sending_queue.storage", folder->path, "outcomes", "all"));
    rig_set(rig->options, pairs);
    rig_start(rig);
}

void stored_close(struct rig *rig, uint64_t left) {
    uint64_t counts[STS_COUNTS];
    sts_error *error = NULL;
    sts_status status = sts_exporter_close(rig->exporter, left ? 0 : RIG_DEADLINE_MS, counts, STS_COUNTS, &error);
    cr_assert_eq(status, STS_OK, "%s", sts_error_text(error));
    cr_assert_eq(counts[STS_COUNT_PENDING], left);
    cr_assert_eq(counts[STS_COUNT_ACCEPTED], counts[STS_COUNT_DELIVERED] + counts[STS_COUNT_FAILED] +
                                                 counts[STS_COUNT_UNCERTAIN] + counts[STS_COUNT_PURGED] + left);
    rig_close(rig);
}
