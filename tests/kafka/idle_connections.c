/* SPDX-License-Identifier: Apache-2.0
 *
 * A broker that closes idle connections, and one that is restarted: no warning comes of it, and no guess about the
 * port, as long as brokers answered before; a broker that is gone is one. */
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>
#include <pthread.h>

#include <stskafka/stskafka.h>

#include "support/kafka/admin.h"
#include "support/kafka/own_cluster.h"
#include "support/log_lines.h"
#include "support/rig.h"

#define TOPIC "idle"

struct log {
    struct log_lines all;
    struct log_lines warnings; /* and worse, since the exporter was started */
};

static void keep(int32_t level, const char *text, void *user) {
    struct log *log = user;
    log_lines_callback(level, text, &log->all);
    if (level <= STS_LOG_WARNING)
        log_lines_callback(level, text, &log->warnings);
}

static void open_rig(struct rig *rig, const struct own_cluster *cluster, struct log *log) {
    log_lines_init(&log->all);
    log_lines_init(&log->warnings);
    *rig = (struct rig){.options = rig_options(RIG_OPTIONS("brokers", cluster->brokers, "topic", TOPIC))};
    sts_options_set_log_callback(rig->options, keep, log);
    rig_start(rig);
    /* That the topic has one replica is worth a warning, but is not what this is about. */
    pthread_mutex_lock(&log->warnings.mutex);
    log->warnings.size = 0;
    pthread_mutex_unlock(&log->warnings.mutex);
}

static void deliver(struct rig *rig) {
    uint64_t counts[STS_COUNTS];
    cr_assert_eq(rig_export_numbered(rig, 10, NULL), STS_OK);
    rig_flush(rig, counts);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], counts[STS_COUNT_RECORDS]);
}

static void wait_for(struct log_lines *lines, const char *text, size_t times) {
    cr_assert(log_lines_await(lines, text, times, RIG_DEADLINE_MS), "'%s' was not logged %zu times:\n%s", text, times,
              lines->text);
}

static void check_no_warning(struct log *log) {
    pthread_mutex_lock(&log->warnings.mutex);
    cr_assert_eq(log->warnings.size, 0, "%s", log->warnings.text);
    pthread_mutex_unlock(&log->warnings.mutex);
    cr_assert_eq(log_lines_count(&log->all, "SASL"), 0, "%s", log->all.text);
    cr_assert_eq(log_lines_count(&log->all, "security.protocol"), 0, "%s", log->all.text);
}

static void close_rig(struct rig *rig, struct log *log) {
    rig_close(rig);
    log_lines_clear(&log->all);
    log_lines_clear(&log->warnings);
}

Test(idle_connections, are_closed_without_a_warning) {
    struct own_cluster cluster;
    struct rig rig;
    struct log log;
    own_cluster_start(&cluster, "idle_connections", "--set connections.max.idle.ms=2000");
    admin_create_topic(cluster.brokers, TOPIC, 3, NULL);
    open_rig(&rig, &cluster, &log);
    for (size_t i = 1; i <= 3; i++) {
        deliver(&rig);
        wait_for(&log.all, "brokers are down", i);
    }
    deliver(&rig);
    check_no_warning(&log);
    close_rig(&rig, &log);
    own_cluster_stop(&cluster);
}

/* The connection is new when the broker closes it, which makes librdkafka guess. */
Test(idle_connections, a_restart_brings_no_guesses_and_a_broker_that_is_gone_is_told) {
    struct own_cluster cluster;
    struct rig rig;
    struct log log;
    own_cluster_start(&cluster, "restarted_broker", "");
    admin_create_topic(cluster.brokers, TOPIC, 3, NULL);
    open_rig(&rig, &cluster, &log);
    deliver(&rig);
    own_cluster_do(&cluster, "kill 0");
    wait_for(&log.all, "brokers are down", 1);
    cr_assert_eq(log_lines_count(&log.all, "might require SASL"), 0, "%s", log.all.text);
    cr_assert_eq(log_lines_count(&log.all, "want SASL"), 0, "%s", log.all.text);
    wait_for(&log.warnings, "Connection refused", 1);
    own_cluster_do(&cluster, "restart 0");
    deliver(&rig);
    close_rig(&rig, &log);
    own_cluster_stop(&cluster);
}
