/* SPDX-License-Identifier: Apache-2.0
 *
 * A machine whose clock is wrong: the reason of a failure says so, and by how much at least. */
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <criterion/criterion.h>
#include <librdkafka/rdkafka.h>

#include "support/kafka/admin.h"
#include "support/kafka/bootstrap.h"
#include "support/otlp.h"
#include "support/outcome_log.h"
#include "support/rig.h"
#include "transport/kafka/internal.h"

static long wrong_by_s;
static __thread bool is_producing;

/* In place of the C library's: what librdkafka gives records their time by. The newest also takes its deadlines from
 * there, so it is wrong only for who hands records over. */
int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    struct timespec time;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &time);
    *now = (struct timeval){time.tv_sec + (is_producing ? wrong_by_s : 0), time.tv_nsec / 1000};
    return 0;
}

/* Ours; by the linker's --wrap.
 * NOLINTBEGIN(bugprone-reserved-identifier) */
int64_t __wrap_sts__clock_wall_ms(void);
int64_t __real_sts__clock_wall_ms(void);
rd_kafka_resp_err_t __wrap_sts__kafka_produce_run(sts__kafka *kafka, sts__kafka_record **first, size_t *left);
rd_kafka_resp_err_t __real_sts__kafka_produce_run(sts__kafka *kafka, sts__kafka_record **first, size_t *left);

int64_t __wrap_sts__clock_wall_ms(void) {
    return __real_sts__clock_wall_ms() + wrong_by_s * 1000;
}

rd_kafka_resp_err_t __wrap_sts__kafka_produce_run(sts__kafka *kafka, sts__kafka_record **first, size_t *left) {
    is_producing = true;
    rd_kafka_resp_err_t error = __real_sts__kafka_produce_run(kafka, first, left);
    is_producing = false;
    return error;
}
/* NOLINTEND(bugprone-reserved-identifier) */

static void check(const char *name, const char *config, long by_s, const char *text) {
    struct rig rig;
    struct outcome_log outcomes;
    char topic[64];
    snprintf(topic, sizeof topic, "wrong-clock-%s-%d", name, (int)getpid());
    admin_create_topic(kafka_bootstrap(), topic, 1, config);
    rig_open_kafka(&rig, kafka_bootstrap(), topic, NULL);
    wrong_by_s = by_s;
    cr_assert_eq(rig_export_numbered(&rig, 3, NULL), STS_OK);
    rig_flush(&rig, NULL);
    wrong_by_s = 0;
    outcome_log_init(&outcomes);
    outcome_log_take(&outcomes, rig.exporter, 3);
    for (size_t i = 0; i < outcomes.count; i++) {
        cr_assert_eq(outcomes.items[i].kind, STS_OUTCOME_FAILED);
        cr_assert_not_null(strstr(outcomes.items[i].text, text), "%s", outcomes.items[i].text);
    }
    outcome_log_clear(&outcomes);
    rig_close(&rig);
}

/* By default a topic takes times of an hour after its broker's, and any before. */
Test(wrong_clock, two_hours_ahead) {
    check("ahead", NULL, 7200, "this machine's clock is ahead of the broker's by more than 3600 s");
}

Test(wrong_clock, ahead_or_behind) {
    check("behind", "message.timestamp.before.max.ms=3600000", -7200, "or behind it by more than 3");
}
