/* SPDX-License-Identifier: Apache-2.0
 *
 * A start for which there are not enough threads: each that librdkafka or the library makes fails in turn. */
#include <criterion/criterion.h>
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <threads.h>

#include "support/mock_cluster.h"
#include "support/rig.h"

#define TOPIC "a-topic"

static int left = -1; /* how many threads may still be made, before one fails; below 0: any number; atomic */

static bool fails_now(void) {
    return __atomic_load_n(&left, __ATOMIC_ACQUIRE) >= 0 && __atomic_fetch_sub(&left, 1, __ATOMIC_ACQ_REL) == 0;
}

/* In place of the C library's: for us and the newest librdkafka, */
int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *argument) {
    int (*real)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
    *(void **)&real = dlsym(RTLD_NEXT, "pthread_create");
    return fails_now() ? EAGAIN : real(thread, attributes, start, argument);
}

/* and for Debian's, which uses C11's threads. */
int thrd_create(thrd_t *thread, thrd_start_t start, void *argument) {
    int (*real)(thrd_t *, thrd_start_t, void *);
    *(void **)&real = dlsym(RTLD_NEXT, "thrd_create");
    return fails_now() ? thrd_error : real(thread, start, argument);
}

/* Whether the start failed for want of the thread; it must not fail for another reason. */
static bool fails(const struct mock_cluster *mock, int number) {
    sts_options *options = rig_options(RIG_OPTIONS("brokers", mock->brokers, "topic", TOPIC, "read_timeout", "2s"));
    sts_exporter *exporter;
    sts_error *error = NULL;
    __atomic_store_n(&left, number, __ATOMIC_RELEASE);
    sts_status status = sts_exporter_new(&exporter, options, &error);
    __atomic_store_n(&left, -1, __ATOMIC_RELEASE);
    cr_assert(status == STS_OK || status == STS_ERR_SYSTEM, "thread %d: %s: %s", number, sts_status_name(status),
              sts_error_text(error));
    sts_error_free(error);
    sts_exporter_free(exporter, RIG_DEADLINE_MS);
    sts_options_free(options);
    return status == STS_ERR_SYSTEM;
}

/* The first one is librdkafka's main thread, among the next is that of the bootstrap address; not all are needed for a
 * start. */
Test(no_threads, is_a_fault_of_the_system) {
    struct mock_cluster mock;
    int failed = 0;
    mock_cluster_open(&mock, TOPIC, 1);
    for (int i = 0; i < 8; i++)
        failed += fails(&mock, i);
    cr_assert_geq(failed, 2);
    mock_cluster_close(&mock);
}
