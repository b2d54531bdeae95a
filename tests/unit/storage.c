/* SPDX-License-Identifier: Apache-2.0
 *
 * An exporter whose queue is on disk, while it is open: what it takes, in which order that goes, and that nobody else
 * has its folder. */
#include <criterion/criterion.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/disk.h"
#include "support/otlp.h"
#include "support/stored.h"

static unsigned writes;

/* By the linker's --wrap. NOLINTBEGIN(bugprone-reserved-identifier) */
int __wrap_sts__disk_write(const sts__disk *disk, int file, const void *bytes, size_t size, uint64_t at);
int __real_sts__disk_write(const sts__disk *disk, int file, const void *bytes, size_t size, uint64_t at);

int __wrap_sts__disk_write(const sts__disk *disk, int file, const void *bytes, size_t size, uint64_t at) {
    __atomic_add_fetch(&writes, 1, __ATOMIC_RELAXED);
    return __real_sts__disk_write(disk, file, bytes, size, at);
}
/* NOLINTEND(bugprone-reserved-identifier) */

Test(storage, records_go_through_it_and_leave_it_by_their_outcomes) {
    static const char *const ways[][2] = {{"commit", "true"},    {"commit", "false"}, {"interval", "true"},
                                          {"interval", "false"}, {"none", "true"},    {"none", "false"}};
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        struct store_folder folder;
        struct rig rig;
        uint64_t counts[STS_COUNTS];
        store_folder_make(&folder);
        stored_open(&rig, &folder, "",
                    RIG_OPTIONS("sending_queue.storage.sync", ways[i][0], "service_thread", ways[i][1]));
        cr_assert_eq(rig_export_numbered(&rig, 500, counts), STS_OK);
        cr_assert_eq(counts[STS_COUNT_ACCEPTED], 500u);
        rig_flush(&rig, counts);
        rig_check_sums(counts);
        cr_assert_eq(counts[STS_COUNT_DELIVERED], 500u);
        cr_assert_eq(counts[STS_COUNT_POSSIBLE_DUPLICATES], 0u);
        rig_check_numbered(&rig, 500);
        cr_assert_eq(rig_queue(&rig, STS_QUEUE_STORED_RECORDS), 0u);
        cr_assert_gt(rig_queue(&rig, STS_QUEUE_STORED_BYTES), 0u);
        if (strcmp(ways[i][0], "commit") == 0)
            cr_assert_gt(rig_queue(&rig, STS_QUEUE_STORE_SYNCS), 0u);
        stored_close(&rig, 0);
        stored_open(&rig, &folder, "", NULL);
        rig_flush(&rig, counts);
        cr_assert_eq(counts[STS_COUNT_RECORDS], 0u, "nothing comes again");
        stored_close(&rig, 0);
        store_folder_remove(&folder);
    }
}

Test(storage, an_export_is_written_at_once) {
    struct store_folder folder;
    struct rig rig;
    store_folder_make(&folder);
    stored_open(&rig, &folder, "hold*1000", RIG_OPTIONS("service_thread", "false")); /* nothing is done, and noted */
    cr_assert_eq(rig_export_numbered(&rig, 1, NULL), STS_OK);
    writes = 0;
    cr_assert_eq(rig_export_numbered(&rig, 200, NULL), STS_OK);
    cr_assert_eq(writes, 1u);
    stored_close(&rig, 201);
    store_folder_remove(&folder);
}

Test(storage, memory_holds_a_window_of_it) {
    struct store_folder folder;
    struct rig rig;
    uint64_t counts[STS_COUNTS];
    store_folder_make(&folder);
    stored_open(&rig, &folder, "hold*1000", RIG_OPTIONS("sending_queue.queue_size", "10"));
    cr_assert_eq(rig_export_numbered(&rig, 500, counts), STS_OK, "it is stored, whatever has room in memory");
    cr_assert_eq(counts[STS_COUNT_ACCEPTED], 500u);
    cr_assert_eq(sts_exporter_counts(rig.exporter, counts, STS_COUNTS), STS_OK);
    cr_assert_eq(counts[STS_COUNT_PENDING], 500u);
    cr_assert_eq(counts[STS_COUNT_ACCEPTED], 500u);
    cr_assert_leq(rig_queue(&rig, STS_QUEUE_RECORDS), 10u);
    cr_assert_eq(rig_queue(&rig, STS_QUEUE_STORED_RECORDS), 500u);
    cr_assert_eq(sts_flush(rig.exporter, 50, NULL, 0, NULL), STS_ERR_TIMED_OUT);
    stored_close(&rig, 500);
    for (int i = 0; i < 3; i++) { /* again and again */
        stored_open(&rig, &folder, "hold*1000", RIG_OPTIONS("sending_queue.queue_size", "10"));
        cr_assert_eq(rig_queue(&rig, STS_QUEUE_STORED_RECORDS), 500u);
        stored_close(&rig, 500);
    }
    stored_open(&rig, &folder, "", RIG_OPTIONS("sending_queue.queue_size", "10", "outcomes", "counts"));
    rig_flush(&rig, counts);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], 500u);
    rig_check_numbered(&rig, 500);
    stored_close(&rig, 0);
    store_folder_remove(&folder);
}

Test(storage, a_transport_without_room_gets_all_in_order) {
    struct store_folder folder;
    struct rig rig;
    uint64_t counts[STS_COUNTS];
    store_folder_make(&folder);
    stored_open(&rig, &folder, "full,deliver*3,full,full,deliver*40,full,deliver*1,full", NULL);
    cr_assert_eq(rig_export_numbered(&rig, 200, counts), STS_OK);
    rig_flush(&rig, counts);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], 200u);
    rig_check_numbered(&rig, 200);
    stored_close(&rig, 0);
    store_folder_remove(&folder);
}

/* A store of 2 MiB, and records of 10,000 bytes. */
static void fill(struct rig *rig, struct pb *request) {
    static char body[10001];
    struct otlp otlp = {0};
    memset(body, 'x', sizeof body - 1);
    for (int i = 0; i < 300; i++) {
        char key[32];
        snprintf(key, sizeof key, "key-%d", i);
        otlp_add_record(&otlp, key, body);
    }
    otlp_finish(request, &otlp);
    rig_set(rig->options, RIG_OPTIONS("sending_queue.storage.max_bytes", "2MiB", "max_message_bytes", "100000"));
}

Test(storage, a_full_store_refuses_and_is_resumed_where_it_stopped) {
    struct store_folder folder;
    struct rig rig;
    struct pb request = {0};
    uint64_t counts[STS_COUNTS];
    uint64_t first;
    store_folder_make(&folder);
    rig_prepare(&rig, "hold*1000", RIG_OPTIONS("sending_queue.storage", folder.path, "service_thread", "false"));
    fill(&rig, &request);
    rig_start(&rig);
    cr_assert_eq(rig_export_as(&rig, &request, 1, counts), STS_ERR_QUEUE_FULL);
    first = counts[STS_COUNT_ACCEPTED];
    cr_assert(first > 150 && first < 215, "%d", (int)first);
    cr_assert_leq(rig_queue(&rig, STS_QUEUE_STORED_BYTES), 2u << 20);
    sts_export_context *last = sts_export_context_new();
    sts_export_context_set_first_record(last, 299); /* so little that it is written at the end of the export */
    cr_assert_eq(sts_export_logs(rig.exporter, request.data, request.size, last, counts, STS_COUNTS, NULL),
                 STS_ERR_QUEUE_FULL);
    cr_assert_eq(counts[STS_COUNT_ACCEPTED], 0u);
    sts_export_context_free(last);
    stored_close(&rig, first);
    rig_prepare(&rig, "", RIG_OPTIONS("sending_queue.storage", folder.path));
    struct pb unused = {0};
    fill(&rig, &unused);
    rig_start(&rig);
    sts_export_context *context = sts_export_context_new();
    sts_export_context_set_first_record(context, first); /* waits for room, which comes as records are delivered */
    cr_assert_eq(sts_export_logs(rig.exporter, request.data, request.size, context, counts, STS_COUNTS, NULL), STS_OK);
    cr_assert_eq(counts[STS_COUNT_ACCEPTED], 300 - first);
    rig_flush(&rig, NULL);
    rig_check_numbered(&rig, 300);
    sts_export_context_free(context);
    stored_close(&rig, 0);
    pb_clear(&unused);
    pb_clear(&request);
    store_folder_remove(&folder);
}

struct exporting {
    struct rig *rig;
    struct pb *request;
    sts_status status;
};

static void *export_in_thread(void *argument) {
    struct exporting *exporting = argument;
    exporting->status = rig_export_as(exporting->rig, exporting->request, 1, NULL);
    return NULL;
}

Test(storage, who_waits_for_room_is_sent_away_by_the_end) {
    struct store_folder folder;
    struct rig rig;
    struct pb request = {0};
    struct exporting exporting = {&rig, &request, STS_OK};
    pthread_t thread;
    int64_t deadline = rig_now_ms() + RIG_DEADLINE_MS;
    store_folder_make(&folder);
    rig_prepare(&rig, "hold*1000", RIG_OPTIONS("sending_queue.storage", folder.path, "produce_timeout", "1h"));
    fill(&rig, &request);
    rig_start(&rig);
    cr_assert_eq(pthread_create(&thread, NULL, export_in_thread, &exporting), 0);
    while (rig_queue(&rig, STS_QUEUE_STORED_BYTES) < (2u << 20) - 25000) {
        cr_assert_lt(rig_now_ms(), deadline, "the store is not full");
        sched_yield();
    }
    cr_assert_eq(sts_exporter_close(rig.exporter, 0, NULL, 0, NULL), STS_OK);
    pthread_join(thread, NULL);
    cr_assert_eq(exporting.status, STS_ERR_CLOSED);
    rig_close(&rig);
    pb_clear(&request);
    store_folder_remove(&folder);
}

/* What the transport refuses for good fails, and its letter is stored before it has gone. */
Test(storage, what_is_refused_fails_and_its_dead_letter_arrives) {
    struct store_folder folder;
    struct rig rig;
    uint64_t counts[STS_COUNTS];
    store_folder_make(&folder);
    stored_open(&rig, &folder, "deliver,refuse,deliver,fail,deliver",
                RIG_OPTIONS("dead_letter.topic", "dead-letters", "outcomes", "counts"));
    cr_assert_eq(rig_export_numbered(&rig, 5, counts), STS_OK);
    rig_flush(&rig, counts);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], 3u);
    cr_assert_eq(counts[STS_COUNT_FAILED], 2u);
    cr_assert_geq(counts[STS_COUNT_DEAD_LETTERS], 1u);
    cr_assert_eq(counts[STS_COUNT_DEAD_LETTERS_LOST], 0u);
    cr_assert_eq(rig_queue(&rig, STS_QUEUE_STORED_RECORDS), 0u);
    stored_close(&rig, 0);
    store_folder_remove(&folder);
}

Test(storage, one_exporter_has_a_folder_at_a_time) {
    struct store_folder folder;
    struct rig rig;
    store_folder_make(&folder);
    stored_open(&rig, &folder, "", NULL);
    rig_refused(rig.options, STS_ERR_STORAGE_BUSY, RIG_OPTIONS(folder.path, "in use by another exporter"), NULL);
    pid_t child = fork();
    if (child == 0) {
        sts_exporter *exporter = NULL;
        sts_options *options = sts_options_new();
        sts_options_set(options, "transport", "memory", NULL);
        sts_options_set(options, "sending_queue.storage", folder.path, NULL);
        _exit(sts_exporter_new(&exporter, options, NULL) == STS_ERR_STORAGE_BUSY &&
                      sts_exporter_free(rig.exporter, 0) == STS_ERR_FORKED
                  ? 0
                  : 1);
    }
    int status;
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_assert_eq(status, 0);
    cr_assert_eq(rig_export_numbered(&rig, 5, NULL), STS_OK, "the parent goes on");
    rig_flush(&rig, NULL);
    rig_check_numbered(&rig, 5);
    stored_close(&rig, 0);
    store_folder_remove(&folder);
}
