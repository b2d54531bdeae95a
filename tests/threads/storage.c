/* SPDX-License-Identifier: Apache-2.0
 *
 * One store and several exporters one after the other: each is closed while threads export, flush, read numbers and
 * change its configuration, and leaves what it has not sent to the next. A plain main, for the preset tsan: over the
 * memory transport, or over Kafka where an argument names brokers; others are options, NAME=VALUE. In the end each
 * record that was taken has had its outcome once. */
#include <dirent.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <stskafka/stskafka.h>

#include "../support/must.h"
#include "requests.h"

enum { EXPORTERS = 6, LIVES = 4, A_LIFE = 8000, DEADLINE_MS = 60000 };

static char folder[] = "/tmp/stskafka-threads-XXXXXX";
static sts_options *options;
static bool has_brokers;
static sts_exporter *exporter;
static unsigned long long accepted; /* atomic: records, over all lives */
static int ending;                  /* atomic: the present one is about to be closed */

static void add(unsigned long long *number, uint64_t more) {
    __atomic_add_fetch(number, more, __ATOMIC_RELAXED);
}

static bool is_over(sts_status status) {
    MUST(status == STS_OK || status == STS_ERR_CLOSED);
    return status == STS_ERR_CLOSED;
}

static void *export_on(void *user) {
    unsigned thread = (unsigned)(size_t)user;
    unsigned char otlp[REQUEST_ROOM];
    uint64_t counts[STS_COUNTS];
    sts_status status;
    unsigned i = 0;
    do {
        size_t size = request_make(otlp, thread, i++);
        status = sts_export_logs(exporter, otlp, size, NULL, counts, STS_COUNTS, NULL);
        add(&accepted, counts[STS_COUNT_ACCEPTED]);
    } while (!is_over(status));
    return NULL;
}

static void *flush_on(void *user) {
    sts_status status;
    (void)user;
    do
        status = sts_flush(exporter, 1, NULL, 0, NULL);
    while (!__atomic_load_n(&ending, __ATOMIC_ACQUIRE) && (status == STS_ERR_TIMED_OUT || !is_over(status)));
    return NULL;
}

static void *read_on(void *user) {
    (void)user;
    while (!__atomic_load_n(&ending, __ATOMIC_ACQUIRE)) {
        uint64_t counts[STS_COUNTS];
        uint64_t queue[STS_QUEUE_VALUES];
        MUST(sts_exporter_counts(exporter, counts, STS_COUNTS) == STS_OK);
        MUST(counts[STS_COUNT_ACCEPTED] == counts[STS_COUNT_DELIVERED] + counts[STS_COUNT_PENDING]);
        MUST(sts_exporter_queue(exporter, queue, STS_QUEUE_VALUES) == STS_OK);
    }
    return NULL;
}

/* What the old producer has not told of goes again, by another one. */
static void *reconfigure_on(void *user) {
    (void)user;
    while (has_brokers && !is_over(sts_exporter_reconfigure(exporter, options, NULL)))
        usleep(100000);
    return NULL;
}

/* Closes it in the midst of all; how much of what was stored has had its outcome. */
static uint64_t live(bool last) {
    static void *(*const others[])(void *) = {flush_on, read_on, reconfigure_on};
    enum { OTHERS = sizeof others / sizeof *others };
    pthread_t threads[EXPORTERS + OTHERS];
    uint64_t counts[STS_COUNTS];
    unsigned long long before = accepted;
    MUST(sts_exporter_new(&exporter, options, NULL) == STS_OK);
    ending = false;
    for (size_t i = 0; i < EXPORTERS + OTHERS && !last; i++)
        MUST(pthread_create(&threads[i], NULL, i < EXPORTERS ? export_on : others[i - EXPORTERS], (void *)i) == 0);
    while (!last && __atomic_load_n(&accepted, __ATOMIC_RELAXED) < before + A_LIFE)
        usleep(1000);
    __atomic_store_n(&ending, 1, __ATOMIC_RELEASE);
    MUST(sts_exporter_close(exporter, last ? DEADLINE_MS : 0, counts, STS_COUNTS, NULL) == STS_OK);
    for (size_t i = 0; i < EXPORTERS + OTHERS && !last; i++)
        pthread_join(threads[i], NULL);
    MUST(counts[STS_COUNT_ACCEPTED] == counts[STS_COUNT_DELIVERED] + counts[STS_COUNT_PENDING]);
    MUST(!last || counts[STS_COUNT_PENDING] == 0);
    sts_exporter_free(exporter, 0);
    return counts[STS_COUNT_DELIVERED];
}

static void set(const char *name, const char *value) {
    MUST(sts_options_set(options, name, value, NULL) == STS_OK);
}

/* NAME=VALUE, or brokers. */
static void set_argument(char *argument) {
    char *value = strchr(argument, '=');
    if (value)
        *value++ = '\0';
    set(value ? argument : "brokers", value ? value : argument);
    has_brokers = has_brokers || !value;
}

static void remove_folder(void) {
    char path[512];
    DIR *open = opendir(folder);
    MUST(open);
    for (const struct dirent *entry; (entry = readdir(open));) {
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        MUST(entry->d_name[0] == '.' || unlink(path) == 0);
    }
    closedir(open);
    MUST(rmdir(folder) == 0);
}

int main(int argc, char **argv) {
    uint64_t delivered = 0;
    MUST(mkdtemp(folder));
    options = sts_options_new();
    set("topic", "threads");
    set("missing_key", "null");
    set("produce_timeout", "1h");
    set("sending_queue.queue_size", "1000");
    set("sending_queue.storage", folder);
    set("sending_queue.storage.max_bytes", "8388608");
    for (int i = 1; i < argc; i++)
        set_argument(argv[i]);
    if (!has_brokers)
        set("transport", "memory");
    for (int i = 0; i < LIVES; i++)
        delivered += live(i == LIVES - 1);
    MUST(delivered == accepted);
    remove_folder();
    sts_options_free(options);
    printf("%llu records by %d exporters: each has had its outcome once\n", accepted, LIVES);
    return 0;
}
