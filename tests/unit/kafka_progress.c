/* SPDX-License-Identifier: Apache-2.0
 *
 * What offsets of a group say about a store: how far it has come, and whether it was this store that came there. */
#include <criterion/criterion.h>
#include <string.h>

#include "transport/kafka/progress.h"

static void begin(sts__kafka_progress *progress, uint64_t number, const char *run, const char *before) {
    const sts__transport_store store = {.name = "a-store", .run = run, .run_before = before, .run_number = number};
    cr_assert_eq(sts__kafka_progress_init(progress, sts__memory_default(), &store), STS_OK);
}

/* As they come from a cluster. */
static rd_kafka_topic_partition_list_t *committed(const char *topic, int32_t partition, int64_t offset,
                                                  const char *metadata) {
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_t *item = rd_kafka_topic_partition_list_add(list, topic, partition);
    item->offset = offset;
    item->metadata_size = strlen(metadata);
    item->metadata = rd_kafka_mem_malloc(NULL, item->metadata_size + 1);
    memcpy(item->metadata, metadata, item->metadata_size + 1);
    return list;
}

static bool is_foreign(const sts__kafka_progress *progress, const char *metadata) {
    rd_kafka_topic_partition_list_t *list = committed("t", 0, 17, metadata);
    bool foreign = sts__kafka_progress_is_foreign(progress, list);
    rd_kafka_topic_partition_list_destroy(list);
    return foreign;
}

Test(kafka_progress, the_store_s_own_runs_are_known) {
    sts__kafka_progress progress;
    begin(&progress, 7, "seventh", "sixth");
    cr_expect(!is_foreign(&progress, "a-store 7 seventh"), "by the producer before");
    cr_expect(!is_foreign(&progress, "a-store 6 sixth"));
    cr_expect(!is_foreign(&progress, "a-store 5 whatever-it-was"));
    cr_expect(is_foreign(&progress, "a-store 7 another"), "a copy's, which has the same number");
    cr_expect(is_foreign(&progress, "a-store 6 another"), "a copy's, of which this is the original");
    cr_expect(is_foreign(&progress, "a-store 8 eighth"), "of before a backup was put back");
    cr_expect(!is_foreign(&progress, "another-store 9 ninth"), "that says nothing about this one");
    cr_expect(!is_foreign(&progress, ""));
    cr_expect(!is_foreign(&progress, "offsets of a consumer"));
    sts__kafka_progress_clear(&progress, sts__memory_default());
    begin(&progress, 1, "first", "");
    cr_expect(is_foreign(&progress, "a-store 1 another"));
    sts__kafka_progress_clear(&progress, sts__memory_default());
}

static uint64_t first_without_outcome(const sts__kafka_progress *progress, const sts__topic_progress *topic) {
    uint64_t sequence = 0;
    while (sts__kafka_progress_has(progress, topic, sequence))
        sequence++;
    return sequence;
}

static void read_one(const sts__kafka_progress *progress, sts__topic_progress *topic,
                     rd_kafka_topic_partition_list_t *list) {
    sts__kafka_progress_read(progress, topic, &list->elems[0]);
    rd_kafka_topic_partition_list_destroy(list);
}

Test(kafka_progress, a_topic_s_offset_says_what_has_its_outcome) {
    sts__kafka_progress progress;
    sts__topic_progress topic = {.is_wanted = true};
    begin(&progress, 2, "second", "first");
    cr_expect(!sts__kafka_progress_is_known(&progress, &topic));
    cr_expect_eq(first_without_outcome(&progress, &topic), 0u);
    read_one(&progress, &topic, committed("t", 0, 17, "a-store 1 first"));
    cr_expect(sts__kafka_progress_is_known(&progress, &topic) && !topic.is_wanted);
    cr_expect_eq(first_without_outcome(&progress, &topic), 17u);
    topic.end = 30;
    cr_expect_eq(first_without_outcome(&progress, &topic), 17u, "it is not committed");
    sts__kafka_progress_commit(&topic);
    cr_expect_eq(first_without_outcome(&progress, &topic), 30u);
    sts__kafka_progress_forget(&progress);
    cr_expect(!sts__kafka_progress_is_known(&progress, &topic), "by another producer");
    cr_expect_eq(first_without_outcome(&progress, &topic), 0u);
    read_one(&progress, &topic, committed("t", 0, 20, "a-store 2 second"));
    cr_expect_eq(first_without_outcome(&progress, &topic), 20u, "what the cluster says counts");
    read_one(&progress, &topic, committed("t", 0, 99, "another-store 2 second"));
    cr_expect_eq(first_without_outcome(&progress, &topic), 0u);
    read_one(&progress, &topic, committed("t", 0, -1001, "a-store 2 second"));
    cr_expect_eq(first_without_outcome(&progress, &topic), 0u);
    sts__kafka_progress_clear(&progress, sts__memory_default());
}

Test(kafka_progress, what_is_committed_is_known_again) {
    sts__kafka_progress progress;
    sts__topic_progress topic = {.end = UINT64_C(1) << 62};
    rd_kafka_topic_partition_list_t *offsets = rd_kafka_topic_partition_list_new(1);
    begin(&progress, 3, "third", "second");
    sts__kafka_progress_add(&progress, NULL, "t", &topic, offsets);
    cr_expect(!sts__kafka_progress_is_foreign(&progress, offsets));
    read_one(&progress, &topic, offsets);
    cr_expect(sts__kafka_progress_has(&progress, &topic, (UINT64_C(1) << 62) - 1));
    cr_expect(!sts__kafka_progress_has(&progress, &topic, UINT64_C(1) << 62));
    sts__kafka_progress_clear(&progress, sts__memory_default());
    begin(&progress, 4, "fourth", "another");
    cr_expect(is_foreign(&progress, "a-store 3 third"));
    sts__kafka_progress_clear(&progress, sts__memory_default());
}
