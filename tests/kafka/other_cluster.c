/* SPDX-License-Identifier: Apache-2.0
 *
 * A cluster that is wiped and started anew at its address, while an exporter lives on whose producer id another
 * producer gets: what is delivered from then on is in the new cluster's log. */
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include <stskafka/stskafka.h>

#include "support/hex.h"
#include "support/kafka/admin.h"
#include "support/kafka/own_cluster.h"
#include "support/log_lines.h"
#include "support/outcome_log.h"
#include "support/rig.h"
#include "support/topic_reader.h"

/* A broker knows the last five batches of a producer again: ours goes on with the first of those of the other one. */
enum { BATCH = 5, EARLIER_BATCHES = 20, FIRST_BATCHES = 4, OTHER_BATCHES = 9, LATER_BATCHES = 5 };

struct scene {
    struct own_cluster cluster;
    struct rig rig;
    struct log_lines lines;
    struct outcome_log log;
    const char *topic;
};

static void open_exporter(struct scene *scene, struct rig *rig) {
    *rig = (struct rig){.options =
                            rig_options(RIG_OPTIONS("brokers", scene->cluster.brokers, "topic", scene->topic,
                                                    "outcomes", "all", "retry_on_failure.max_elapsed_time", "60s"))};
    if (rig == &scene->rig)
        sts_options_set_log_callback(rig->options, log_lines_callback, &scene->lines);
    rig_start(rig);
}

/* Each flushed by itself, so that each is a batch. */
static void deliver_batches(struct rig *rig, unsigned batches) {
    uint64_t counts[STS_COUNTS];
    for (unsigned i = 0; i < batches; i++) {
        cr_assert_eq(rig_export_numbered(rig, BATCH, NULL), STS_OK);
        rig_flush(rig, counts);
    }
    cr_assert_eq(counts[STS_COUNT_DELIVERED], counts[STS_COUNT_ACCEPTED]);
}

/* Another producer comes, writes, and goes. */
static void let_another_write(struct scene *scene, unsigned batches) {
    struct rig other;
    open_exporter(scene, &other);
    deliver_batches(&other, batches);
    rig_close(&other);
}

/* With another producer before ours, or not. */
static void open_scene(struct scene *scene, const char *topic, bool is_second) {
    *scene = (struct scene){.topic = topic};
    log_lines_init(&scene->lines);
    outcome_log_init(&scene->log);
    own_cluster_start(&scene->cluster, topic, "");
    admin_create_topic(scene->cluster.brokers, topic, 1, NULL);
    if (is_second)
        let_another_write(scene, EARLIER_BATCHES);
    open_exporter(scene, &scene->rig);
    deliver_batches(&scene->rig, FIRST_BATCHES);
    outcome_log_take(&scene->log, scene->rig.exporter, FIRST_BATCHES * BATCH);
}

static void close_scene(struct scene *scene) {
    outcome_log_clear(&scene->log);
    rig_close(&scene->rig);
    log_lines_clear(&scene->lines);
    own_cluster_stop(&scene->cluster);
}

/* Each cluster gives its producers the same ids, in the order in which they ask. Returns how many records the others
 * have written. */
static size_t renew(struct scene *scene, const char *how, bool is_second) {
    own_cluster_do(&scene->cluster, how);
    admin_create_topic(scene->cluster.brokers, scene->topic, 1, NULL);
    if (is_second)
        let_another_write(scene, 1);
    let_another_write(scene, OTHER_BATCHES);
    return (size_t)(OTHER_BATCHES + is_second) * BATCH;
}

static size_t count_read(struct scene *scene) {
    size_t count;
    struct read_record *records = topic_read(scene->cluster.brokers, scene->topic, 1, &count);
    read_records_free(records, count);
    return count;
}

/* Of what was delivered, each is at the place where it is said to be. */
static void check_delivered(struct scene *scene, size_t from_other) {
    size_t outcomes = (size_t)LATER_BATCHES * BATCH;
    uint64_t counts[STS_COUNTS];
    size_t delivered = 0;
    int64_t last = -1;
    outcome_log_take(&scene->log, scene->rig.exporter, outcomes);
    for (size_t i = scene->log.count - outcomes; i < scene->log.count; i++) {
        const struct outcome_copy *outcome = &scene->log.items[i];
        cr_assert_eq(outcome->kind, STS_OUTCOME_DELIVERED, "%d: %s", outcome->kind, outcome->text);
        cr_assert_gt(outcome->offset, last, "each has a place of its own");
        last = outcome->offset;
        delivered++;
    }
    cr_assert_eq(sts_exporter_counts(scene->rig.exporter, counts, STS_COUNTS), STS_OK);
    size_t flagged = (size_t)counts[STS_COUNT_POSSIBLE_DUPLICATES];
    size_t read = count_read(scene);
    cr_assert_geq(read, from_other + delivered, "%zu are in the topic, %zu of the other one, %zu delivered", read,
                  from_other, delivered);
    cr_assert_leq(read, from_other + delivered + flagged, "what is twice is flagged");
    cr_assert_gt(flagged, 0u);
}

/* Returns how often it was noticed. */
static uint64_t live_through(struct scene *scene, const char *topic, const char *how, bool is_second) {
    uint64_t counts[STS_COUNTS];
    open_scene(scene, topic, is_second);
    size_t from_other = renew(scene, how, is_second);
    deliver_batches(&scene->rig, LATER_BATCHES);
    check_delivered(scene, from_other);
    cr_assert_eq(sts_exporter_counts(scene->rig.exporter, counts, STS_COUNTS), STS_OK);
    cr_assert_gt(counts[STS_COUNT_PRODUCER_REBUILDS], 0u);
    return counts[STS_COUNT_CLUSTER_CHANGES];
}

Test(other_cluster, is_noticed_by_its_id) {
    struct scene scene;
    cr_assert_eq(live_through(&scene, "other-id", "renew", false), 1u);
    cr_assert_eq(log_lines_count(&scene.lines, "are another cluster now"), 1u, "%s", scene.lines.text);
    close_scene(&scene);
}

/* Our offsets were higher than what the new log has. */
Test(other_cluster, with_the_same_id_is_noticed_by_an_offset) {
    struct scene scene;
    cr_assert_eq(live_through(&scene, "same-id", "renew --same-id", true), 1u);
    cr_assert_eq(log_lines_count(&scene.lines, "topic same-id, partition 0: an offset of"), 1u, "%s", scene.lines.text);
    close_scene(&scene);
}
