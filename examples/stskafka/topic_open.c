/* SPDX-License-Identifier: Apache-2.0
 *
 * The beginning of a walk: the topic, its partitions, and where they begin and end. */
#include "topic_walk.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "console.h"
#include "consumer_conf.h"
#include "exit_status.h"
#include "memory.h"
#include "topic_wait.h"

static void keep_error(rd_kafka_t *handle, int code, const char *reason, void *user) {
    struct topic_walk *walk = user;
    (void)handle;
    snprintf(walk->error, sizeof walk->error, "%s: %s", rd_kafka_err2name((rd_kafka_resp_err_t)code), reason);
}

static bool configure(struct topic_walk *walk, rd_kafka_conf_t *conf, const sts_options *options,
                      const struct setting_list *connection) {
    consumer_conf_quiet(conf);
    rd_kafka_conf_set_error_cb(conf, keep_error);
    rd_kafka_conf_set_opaque(conf, walk);
    /* All that is on disk counts, and a transaction that never ends must not hide what is behind it. What librdkafka
     * holds ready is bounded by its defaults (queued.min.messages, queued.max.messages.kbytes), for all partitions
     * together: a partition whose records go to a common queue counts what is in that (rd_kafka_q_len, 2.0.2). An
     * answer brings up to fetch.message.max.bytes of each partition, and a whole record where that is larger (KIP-74);
     * its default of 1 MiB makes of twelve partitions more than stays in a processor's cache, for twice the CPU. */
    return consumer_conf_set(conf, "isolation.level", "read_uncommitted") &&
           consumer_conf_set(conf, "enable.partition.eof", "true") &&
           consumer_conf_set(conf, "enable.auto.commit", "false") &&
           consumer_conf_set(conf, "enable.auto.offset.store", "false") &&
           consumer_conf_set(conf, "auto.offset.reset", "error") &&
           consumer_conf_set(conf, "fetch.wait.max.ms", "100") &&
           consumer_conf_set(conf, "fetch.message.max.bytes", "262144") &&
           consumer_conf_set(conf, "fetch.error.backoff.ms", "10") && /* also where enough is waiting */
           consumer_conf_connect(conf, options, connection);
}

bool walk_fail(struct topic_walk *walk, const char *what, const char *why) {
    say("%s: %s: %s", walk->topic, what, why);
    walk->faults |= FAULT_BROKER;
    return false;
}

/* What the cluster says of a topic, with what to do. */
static bool fail_topic(struct topic_walk *walk, const char *what, rd_kafka_resp_err_t error) {
    char why[200];
    const char *advice = "";
    if (error == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART || error == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC)
        advice = "; create the topic, or name another with --topic";
    else if (error == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED)
        advice = "; this client needs the rights to describe and to read it";
    snprintf(why, sizeof why, "%s%s", rd_kafka_err2str(error), advice);
    return walk_fail(walk, what, why);
}

/* What a broker says while it has not learned yet of a topic, or of a partition's leader; how long to ask again. */
static int64_t patience_for(const struct topic_walk *walk, rd_kafka_resp_err_t error) {
    switch (error) {
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
        return topic_wait_unknown_ms(walk->patience_ms);
    case RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE:
    case RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION:
    case RD_KAFKA_RESP_ERR_REPLICA_NOT_AVAILABLE:
    case RD_KAFKA_RESP_ERR_FENCED_LEADER_EPOCH:
    case RD_KAFKA_RESP_ERR_UNKNOWN_LEADER_EPOCH:
    case RD_KAFKA_RESP_ERR_OFFSET_NOT_AVAILABLE:
        return walk->patience_ms;
    default:
        return 0;
    }
}

static bool asks_again(const struct topic_walk *walk, rd_kafka_resp_err_t error) {
    return error && topic_wait(walk->topic, rd_kafka_err2str(error), walk->opened_ms, patience_for(walk, error));
}

/* False: no broker answers. */
static bool ask_count(struct topic_walk *walk, int32_t *count, rd_kafka_resp_err_t *error) {
    const struct rd_kafka_metadata *metadata;
    *error = rd_kafka_metadata(walk->handle, 0, walk->handle_of_topic, &metadata, WALK_ANSWER_MS);
    rd_kafka_poll(walk->handle, 0);
    if (*error)
        return false;
    *error = metadata->topics[0].err;
    *count = *error ? 0 : metadata->topics[0].partition_cnt;
    if (!*error && !*count)
        *error = RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
    rd_kafka_metadata_destroy(metadata);
    return true;
}

/* How many partitions the topic has; 0: said why not. */
static int32_t count_partitions(struct topic_walk *walk) {
    rd_kafka_resp_err_t error;
    int32_t count = 0;
    bool is_answered;
    walk->handle_of_topic = rd_kafka_topic_new(walk->handle, walk->topic, NULL);
    if (!walk->handle_of_topic) {
        walk_fail(walk, "a topic cannot have this name", rd_kafka_err2str(rd_kafka_last_error()));
        return 0;
    }
    do
        is_answered = ask_count(walk, &count, &error);
    while (is_answered && asks_again(walk, error));
    if (!is_answered) {
        char why[sizeof walk->error + 40];
        snprintf(why, sizeof why, "%s; check brokers, tls.* and auth.*",
                 walk->error[0] ? walk->error : rd_kafka_err2str(error));
        walk_fail(walk, "no broker answers", why);
    }
    if (is_answered && error)
        fail_topic(walk, "the topic cannot be read", error);
    return count;
}

/* Where a partition begins that has records: the first one of any time. */
static rd_kafka_resp_err_t ask_begin(struct topic_walk *walk, int32_t partition) {
    struct walk_partition *one = &walk->partitions[partition];
    rd_kafka_topic_partition_list_t *times = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_t *asked = rd_kafka_topic_partition_list_add(times, walk->topic, partition);
    asked->offset = 0;
    rd_kafka_resp_err_t error = rd_kafka_offsets_for_times(walk->handle, times, WALK_ANSWER_MS);
    error = error ? error : asked->err;
    if (!error && asked->offset >= 0 && asked->offset < one->end)
        one->first = asked->offset;
    rd_kafka_topic_partition_list_destroy(times);
    return error;
}

/* Where a broker says the end, and does not lead the partition any more, or not yet, when it is asked for the begin,
 * librdkafka (2.0.2, 2.15) tells that as a partition without records: so that is asked for in another way. */
static rd_kafka_resp_err_t ask_ends(struct topic_walk *walk, int32_t partition) {
    struct walk_partition *one = &walk->partitions[partition];
    rd_kafka_resp_err_t error =
        rd_kafka_query_watermark_offsets(walk->handle, walk->topic, partition, &one->first, &one->end, WALK_ANSWER_MS);
    return error || one->first < one->end || one->end <= 0 ? error : ask_begin(walk, partition);
}

static bool find_ends(struct topic_walk *walk) {
    for (int32_t i = 0; i < walk->partition_count; i++) {
        rd_kafka_resp_err_t error;
        do
            error = ask_ends(walk, i);
        while (asks_again(walk, error));
        if (error) {
            char what[60];
            snprintf(what, sizeof what, "cannot learn where partition %" PRId32 " begins and ends", i);
            return fail_topic(walk, what, error);
        }
    }
    return true;
}

static rd_kafka_resp_err_t ask_times(struct topic_walk *walk, int64_t from_ms) {
    rd_kafka_topic_partition_list_t *times = rd_kafka_topic_partition_list_new(walk->partition_count);
    for (int32_t i = 0; i < walk->partition_count; i++)
        rd_kafka_topic_partition_list_add(times, walk->topic, i)->offset = from_ms;
    rd_kafka_resp_err_t error = rd_kafka_offsets_for_times(walk->handle, times, WALK_ANSWER_MS);
    for (int i = 0; i < times->cnt && !error; i++)
        error = times->elems[i].err;
    for (int i = 0; i < times->cnt && !error; i++) {
        struct walk_partition *one = &walk->partitions[times->elems[i].partition];
        int64_t found = times->elems[i].offset;
        one->first = found < 0 || found > one->end ? one->end : found > one->first ? found : one->first;
    }
    rd_kafka_topic_partition_list_destroy(times);
    return error;
}

/* From a time on: the first record that is not older; where there is none, nothing. */
static bool find_time(struct topic_walk *walk, int64_t from_ms) {
    rd_kafka_resp_err_t error;
    do
        error = ask_times(walk, from_ms);
    while (asks_again(walk, error));
    return !error || fail_topic(walk, "cannot learn which records are of that time", error);
}

bool walk_open(struct topic_walk *walk, const sts_options *options, const struct setting_list *connection,
               int64_t from_ms, int64_t patience_ms) {
    *walk = (struct topic_walk){
        .topic = sts_options_get(options, "topic"), .patience_ms = patience_ms, .opened_ms = clock_ms()};
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    walk->handle = consumer_new(conf, configure(walk, conf, options, connection), "records cannot be read");
    walk->faults |= walk->handle ? 0 : FAULT_USAGE;
    int32_t count = walk->handle ? count_partitions(walk) : 0;
    if (!count)
        return false;
    walk->queue = rd_kafka_queue_new(walk->handle);
    walk->partition_count = count;
    walk->partitions = need_realloc(NULL, (size_t)count * sizeof *walk->partitions);
    memset(walk->partitions, 0, (size_t)count * sizeof *walk->partitions);
    return find_ends(walk) && (from_ms < 0 || find_time(walk, from_ms));
}
