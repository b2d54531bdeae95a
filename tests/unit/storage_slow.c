/* SPDX-License-Identifier: Apache-2.0
 *
 * An exporter whose queue is on a disk that does not answer: exports, numbers and the end do not wait for who reads. */
#include <criterion/criterion.h>

#include "store/disk.h"
#include "support/gate.h"
#include "support/stored.h"

static struct gate gate;
static pthread_t main_thread;

/* By the linker's --wrap: what another thread reads. NOLINTBEGIN(bugprone-reserved-identifier) */
ssize_t __wrap_sts__disk_read(const sts__disk *disk, int file, void *bytes, size_t size, uint64_t at);
ssize_t __real_sts__disk_read(const sts__disk *disk, int file, void *bytes, size_t size, uint64_t at);

ssize_t __wrap_sts__disk_read(const sts__disk *disk, int file, void *bytes, size_t size, uint64_t at) {
    if (!pthread_equal(main_thread, pthread_self()))
        gate_pass(&gate);
    return __real_sts__disk_read(disk, file, bytes, size, at);
}
/* NOLINTEND(bugprone-reserved-identifier) */

/* Has records in a store of an earlier run, which the exporter's own thread is stuck with. */
static void open_stuck(struct rig *rig, struct store_folder *folder) {
    main_thread = pthread_self();
    gate_init(&gate, UINT32_MAX);
    store_folder_make(folder);
    stored_open(rig, folder, "hold*3", NULL);
    cr_assert_eq(rig_export_numbered(rig, 3, NULL), STS_OK);
    stored_close(rig, 3);
    gate_clear(&gate);
    gate_init(&gate, 0);
    stored_open(rig, folder, "", NULL);
    cr_assert(gate_await(&gate));
}

static void let_go(void) {
    gate_open(&gate);
    cr_assert_not(gate.gave_up);
}

Test(storage_slow, exports_and_numbers_do_not_wait) {
    struct store_folder folder;
    struct rig rig;
    uint64_t counts[STS_COUNTS];
    open_stuck(&rig, &folder);
    cr_assert_eq(rig_export_numbered(&rig, 2, counts), STS_OK);
    cr_assert_eq(counts[STS_COUNT_ACCEPTED], 2u);
    sts_exporter_counts(rig.exporter, counts, STS_COUNTS);
    cr_assert_eq(counts[STS_COUNT_PENDING], 5u);
    cr_assert_eq(rig_queue(&rig, STS_QUEUE_STORED_RECORDS), 5u);
    let_go();
    rig_flush(&rig, counts);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], 5u);
    cr_assert_eq(sts_memory_transport_count(rig.memory), 5u);
    rig_close(&rig);
    gate_clear(&gate);
    store_folder_remove(&folder);
}

Test(storage_slow, the_end_comes_by_its_deadline_and_leaves_all_stored) {
    struct store_folder folder;
    struct rig rig;
    uint64_t counts[STS_COUNTS];
    open_stuck(&rig, &folder);
    cr_assert_eq(sts_exporter_close(rig.exporter, 0, counts, STS_COUNTS, NULL), STS_ERR_CALLBACK);
    cr_assert_eq(counts[STS_COUNT_PENDING], 3u);
    let_go();
    cr_assert_eq(sts_exporter_free(rig.exporter, RIG_DEADLINE_MS), STS_OK);
    rig.exporter = NULL;
    rig_close(&rig);
    stored_open(&rig, &folder, "", NULL);
    rig_flush(&rig, counts);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], 3u);
    rig_close(&rig);
    gate_clear(&gate);
    store_folder_remove(&folder);
}
