/* SPDX-License-Identifier: Apache-2.0
 *
 * A host with two librdkafkas: libstskafka's, and another one that some other part of it brought along. Both are
 * loaded as plug-ins are; then libstskafka exports and the other library produces, to one cluster that the other
 * library feigns. Neither is linked in.
 *
 *   consumer_coexistence LIBSTSKAFKA MODE OTHER MODE ORDER < request
 *
 *   MODE   how it is loaded: words of local, global, now, lazy, deepbind with commas between
 *   ORDER  ours or other: which is loaded first
 *
 * Compiled with LINKED, it takes no arguments, and is linked with both.
 *
 * Prints the version of librdkafka that each of them runs with, and how much each delivered. */
#include <dlfcn.h>
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <stskafka/stskafka.h>

#include "../support/must.h"

enum { DEADLINE_MS = 20000, MESSAGES = 5 };
#define TOPIC "coexistence"

#ifdef LINKED
#define FIND(library, name)                                                                                            \
    (void)(library);                                                                                                   \
    __typeof__(name) *name##_ = name
#else
/* A pointer to the function of that name, as POSIX has it: ISO C knows no way from void *. */
#define FIND(library, name)                                                                                            \
    __typeof__(name) *name##_;                                                                                         \
    *(void **)&name##_ = find(library, #name)

static void *find(void *library, const char *name) {
    void *found = dlsym(library, name);
    MUST(found);
    return found;
}

static void *load(const char *path, const char *mode) {
    int flags = strstr(mode, "global") ? RTLD_GLOBAL : RTLD_LOCAL;
    flags |= strstr(mode, "lazy") ? RTLD_LAZY : RTLD_NOW;
    flags |= strstr(mode, "deepbind") ? RTLD_DEEPBIND : 0;
    void *library = dlopen(path, flags);
    if (!library)
        fprintf(stderr, "%s\n", dlerror());
    MUST(library);
    return library;
}
#endif

/* --- the other one: a producer, and the cluster for both ---------------------------------------------------------- */

static unsigned arrived;

static void count_arrival(rd_kafka_t *producer, const rd_kafka_message_t *message, void *opaque) {
    (void)producer;
    (void)opaque;
    arrived += !message->err;
}

static rd_kafka_t *other_producer(void *other, const char *brokers) {
    char text[256];
    FIND(other, rd_kafka_conf_new);
    FIND(other, rd_kafka_conf_set);
    FIND(other, rd_kafka_conf_set_dr_msg_cb);
    FIND(other, rd_kafka_new);
    rd_kafka_conf_t *conf = rd_kafka_conf_new_();
    rd_kafka_conf_set_dr_msg_cb_(conf, count_arrival);
    if (brokers)
        MUST(rd_kafka_conf_set_(conf, "bootstrap.servers", brokers, text, sizeof text) == RD_KAFKA_CONF_OK);
    MUST(rd_kafka_conf_set_(conf, "log_level", "2", text, sizeof text) == RD_KAFKA_CONF_OK);
    rd_kafka_t *producer = rd_kafka_new_(RD_KAFKA_PRODUCER, conf, text, sizeof text);
    MUST(producer);
    return producer;
}

static void produce_with_other(void *other, rd_kafka_t *producer) {
    FIND(other, rd_kafka_topic_new);
    FIND(other, rd_kafka_topic_destroy);
    FIND(other, rd_kafka_produce);
    FIND(other, rd_kafka_flush);
    rd_kafka_topic_t *topic = rd_kafka_topic_new_(producer, TOPIC, NULL);
    for (int i = 0; i < MESSAGES; i++)
        MUST(rd_kafka_produce_(topic, RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_COPY, "v", 1, "k", 1, NULL) == 0);
    MUST(rd_kafka_flush_(producer, DEADLINE_MS) == RD_KAFKA_RESP_ERR_NO_ERROR);
    rd_kafka_topic_destroy_(topic);
}

/* --- ours --------------------------------------------------------------------------------------------------------- */

static sts_exporter *our_exporter(void *ours, const char *brokers) {
    FIND(ours, sts_options_new);
    FIND(ours, sts_options_set);
    FIND(ours, sts_options_free);
    FIND(ours, sts_exporter_new);
    FIND(ours, sts_error_text);
    sts_error *error = NULL;
    sts_exporter *exporter = NULL;
    sts_options *options = sts_options_new_();
    MUST(sts_options_set_(options, "brokers", brokers, NULL) == STS_OK);
    MUST(sts_options_set_(options, "topic", TOPIC, NULL) == STS_OK);
    if (sts_exporter_new_(&exporter, options, &error) != STS_OK)
        fprintf(stderr, "%s\n", sts_error_text_(error));
    MUST(exporter);
    sts_options_free_(options);
    return exporter;
}

static unsigned long long export_with_ours(void *ours, sts_exporter *exporter) {
    static char request[1 << 20];
    static size_t size; /* it is read once and exported twice */
    uint64_t counts[STS_COUNTS];
    FIND(ours, sts_export_logs);
    FIND(ours, sts_flush);
    if (size == 0)
        size = fread(request, 1, sizeof request, stdin);
    MUST(sts_export_logs_(exporter, request, size, NULL, NULL, 0, NULL) == STS_OK);
    MUST(sts_flush_(exporter, DEADLINE_MS, counts, STS_COUNTS, NULL) == STS_OK);
    return counts[STS_COUNT_DELIVERED];
}

static void export_and_produce(void *ours, const char *version, void *other) {
    FIND(other, rd_kafka_version_str);
    FIND(other, rd_kafka_mock_cluster_new);
    FIND(other, rd_kafka_mock_cluster_bootstraps);
    FIND(other, rd_kafka_mock_cluster_destroy);
    FIND(other, rd_kafka_mock_topic_create);
    FIND(other, rd_kafka_destroy);
    FIND(ours, sts_exporter_free);

    rd_kafka_t *owner = other_producer(other, NULL);
    rd_kafka_mock_cluster_t *cluster = rd_kafka_mock_cluster_new_(owner, 1);
    const char *brokers = rd_kafka_mock_cluster_bootstraps_(cluster);
    MUST(rd_kafka_mock_topic_create_(cluster, TOPIC, 3, 1) == RD_KAFKA_RESP_ERR_NO_ERROR);

    /* By turns, so that each works while the other does. */
    rd_kafka_t *producer = other_producer(other, brokers);
    sts_exporter *exporter = our_exporter(ours, brokers);
    produce_with_other(other, producer);
    export_with_ours(ours, exporter);
    produce_with_other(other, producer);
    unsigned long long delivered = export_with_ours(ours, exporter);
    printf("ours %s %llu, other %s %u\n", version, delivered, rd_kafka_version_str_(), arrived);

    MUST(sts_exporter_free_(exporter, DEADLINE_MS) == STS_OK);
    rd_kafka_destroy_(producer);
    rd_kafka_mock_cluster_destroy_(cluster);
    rd_kafka_destroy_(owner);
}

#ifdef LINKED
int main(void) {
    export_and_produce(NULL, sts_librdkafka_version(), NULL);
    return 0;
}
#else
int main(int argc, char **argv) {
    MUST(argc == 6);
    bool other_first = strcmp(argv[5], "other") == 0;
    void *other = other_first ? load(argv[3], argv[4]) : NULL;
    void *ours = load(argv[1], argv[2]);
    FIND(ours, sts_librdkafka_version);
    const char *version = sts_librdkafka_version_(); /* from the librdkafka that is there by now */
    if (!other)
        other = load(argv[3], argv[4]);
    export_and_produce(ours, version, other);
    return 0;
}
#endif
