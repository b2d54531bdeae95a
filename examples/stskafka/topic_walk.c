/* SPDX-License-Identifier: Apache-2.0
 *
 * A walk through a topic. */
#include "topic_walk.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "console.h"
#include "consumer_conf.h"
#include "exit_status.h"
#include "interrupt.h"
#include "memory.h"

enum {
    START_MS = 10000,
    POLL_MS = 100,
    /* What librdkafka may hold ready, of all partitions together. */
    QUEUED_KBYTES = 128 * 1024,
    QUEUED_MESSAGES = 600000,
};

/* --- the beginning --- */

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
    /* All that is on disk counts, and a transaction that never ends must not hide what is behind it. */
    return consumer_conf_set(conf, "isolation.level", "read_uncommitted") &&
           consumer_conf_set(conf, "enable.partition.eof", "true") &&
           consumer_conf_set(conf, "enable.auto.commit", "false") &&
           consumer_conf_set(conf, "enable.auto.offset.store", "false") &&
           consumer_conf_set(conf, "auto.offset.reset", "error") &&
           consumer_conf_set(conf, "fetch.wait.max.ms", "100") &&
           consumer_conf_set(conf, "fetch.error.backoff.ms", "10") && /* also where enough is waiting */
           consumer_conf_connect(conf, options, connection);
}

static bool set_number(rd_kafka_conf_t *conf, const char *name, int64_t number) {
    char text[24];
    snprintf(text, sizeof text, "%" PRId64, number);
    return consumer_conf_set(conf, name, text);
}

/* What may wait is bounded for each partition by librdkafka, so that many partitions share what may wait in all. */
static rd_kafka_t *new_handle(struct topic_walk *walk, const sts_options *options,
                              const struct setting_list *connection, int32_t partitions) {
    char text[300];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_t *handle = NULL;
    int64_t kbytes = QUEUED_KBYTES / partitions, messages = QUEUED_MESSAGES / partitions;
    if (set_number(conf, "queued.max.messages.kbytes", kbytes > 1024 ? kbytes : 1024) &&
        set_number(conf, "queued.min.messages", messages > 1000 ? messages : 1000) &&
        configure(walk, conf, options, connection)) {
        handle = rd_kafka_new(RD_KAFKA_CONSUMER, conf, text, sizeof text);
        if (!handle)
            say("%s", text);
    }
    if (!handle) {
        rd_kafka_conf_destroy(conf);
        walk->faults |= FAULT_USAGE;
    }
    return handle;
}

static bool fail(struct topic_walk *walk, const char *what, const char *why) {
    say("%s: %s: %s", walk->topic, what, why);
    walk->faults |= FAULT_BROKER;
    return false;
}

/* How many partitions the topic has; 0: said why not. */
static int32_t count_partitions(struct topic_walk *walk, rd_kafka_t *handle) {
    const struct rd_kafka_metadata *metadata;
    rd_kafka_topic_t *topic = rd_kafka_topic_new(handle, walk->topic, NULL);
    int32_t count = 0;
    if (!topic) {
        fail(walk, "this is no topic's name", rd_kafka_err2str(rd_kafka_last_error()));
        return 0;
    }
    rd_kafka_resp_err_t error = rd_kafka_metadata(handle, 0, topic, &metadata, START_MS);
    rd_kafka_poll(handle, 0);
    if (error) {
        fail(walk, "no broker answers; check brokers, tls.* and auth.*",
             walk->error[0] ? walk->error : rd_kafka_err2str(error));
    } else {
        error = metadata->topics[0].err;
        count = error ? 0 : metadata->topics[0].partition_cnt;
        if (count == 0)
            fail(walk, "the topic cannot be read", rd_kafka_err2str(error));
        rd_kafka_metadata_destroy(metadata);
    }
    rd_kafka_topic_destroy(topic);
    return count;
}

static bool find_ends(struct topic_walk *walk) {
    for (int32_t i = 0; i < walk->partition_count; i++) {
        struct walk_partition *one = &walk->partitions[i];
        rd_kafka_resp_err_t error =
            rd_kafka_query_watermark_offsets(walk->handle, walk->topic, i, &one->first, &one->end, START_MS);
        if (error) {
            char what[60];
            snprintf(what, sizeof what, "where partition %" PRId32 " begins and ends is not told", i);
            return fail(walk, what, rd_kafka_err2str(error));
        }
    }
    return true;
}

/* From a time on: the first record that is not older; where there is none, nothing. */
static bool find_time(struct topic_walk *walk, int64_t from_ms) {
    rd_kafka_topic_partition_list_t *times = rd_kafka_topic_partition_list_new(walk->partition_count);
    for (int32_t i = 0; i < walk->partition_count; i++)
        rd_kafka_topic_partition_list_add(times, walk->topic, i)->offset = from_ms;
    rd_kafka_resp_err_t error = rd_kafka_offsets_for_times(walk->handle, times, START_MS);
    for (int i = 0; i < times->cnt && !error; i++) {
        struct walk_partition *one = &walk->partitions[times->elems[i].partition];
        int64_t found = times->elems[i].offset;
        error = times->elems[i].err;
        one->first = found < 0 || found > one->end ? one->end : found > one->first ? found : one->first;
    }
    rd_kafka_topic_partition_list_destroy(times);
    return !error || fail(walk, "which records are of that time is not told", rd_kafka_err2str(error));
}

bool walk_open(struct topic_walk *walk, const sts_options *options, const struct setting_list *connection,
               int64_t from_ms, int64_t patience_ms) {
    *walk = (struct topic_walk){.topic = sts_options_get(options, "topic"), .patience_ms = patience_ms};
    rd_kafka_t *first = new_handle(walk, options, connection, 1);
    int32_t count = first ? count_partitions(walk, first) : 0;
    if (first)
        rd_kafka_destroy(first);
    walk->handle = count ? new_handle(walk, options, connection, count) : NULL;
    if (!walk->handle)
        return false;
    walk->queue = rd_kafka_queue_new(walk->handle);
    walk->handle_of_topic = rd_kafka_topic_new(walk->handle, walk->topic, NULL);
    walk->partition_count = count;
    walk->partitions = need_realloc(NULL, (size_t)count * sizeof *walk->partitions);
    memset(walk->partitions, 0, (size_t)count * sizeof *walk->partitions);
    return find_ends(walk) && (from_ms < 0 || find_time(walk, from_ms));
}

/* --- the records --- */

static void finish(struct topic_walk *walk, struct walk_partition *one) {
    if (!one->is_done)
        walk->open--;
    one->is_done = true;
}

/* A partition's end, or what is wrong with it. */
static void take_event(struct topic_walk *walk, const rd_kafka_message_t *message) {
    struct walk_partition *one = message->partition >= 0 && message->partition < walk->partition_count
                                     ? &walk->partitions[message->partition]
                                     : NULL;
    if (one && !one->is_done && message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        one->is_short = message->offset < one->end;
        one->next = message->offset > one->next ? message->offset : one->next;
        finish(walk, one);
    } else if (one && !one->is_done && message->err == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET) {
        one->is_out = true;
    } else if (message->err != RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        snprintf(walk->error, sizeof walk->error, "partition %" PRId32 ": %s", message->partition,
                 rd_kafka_message_errstr(message));
    }
}

static void take(rd_kafka_message_t *message, void *user) {
    struct topic_walk *walk = user;
    if (message->err) {
        take_event(walk, message);
        return;
    }
    struct walk_partition *one = &walk->partitions[message->partition];
    if (one->is_done || message->offset < one->next)
        return;
    if (message->offset >= one->end) {
        finish(walk, one);
        return;
    }
    one->next = message->offset + 1;
    one->records++;
    walk->records++;
    walk->take(message, walk->user);
    if (one->next == one->end)
        finish(walk, one);
}

static bool start(struct topic_walk *walk, int32_t partition, int64_t offset) {
    struct walk_partition *one = &walk->partitions[partition];
    one->is_started = rd_kafka_consume_start_queue(walk->handle_of_topic, partition, offset, walk->queue) == 0;
    return one->is_started || fail(walk, "reading cannot begin", rd_kafka_err2str(rd_kafka_last_error()));
}

static void stop(struct topic_walk *walk, int32_t partition) {
    if (walk->partitions[partition].is_started)
        rd_kafka_consume_stop(walk->handle_of_topic, partition);
    walk->partitions[partition].is_started = false;
}

/* Records were deleted before they could be read: it goes on behind them. Or there are fewer than there were. */
static bool restart(struct topic_walk *walk, int32_t partition) {
    struct walk_partition *one = &walk->partitions[partition];
    int64_t low, high;
    stop(walk, partition);
    one->is_out = false;
    rd_kafka_resp_err_t error =
        rd_kafka_query_watermark_offsets(walk->handle, walk->topic, partition, &low, &high, START_MS);
    if (error)
        return fail(walk, "where a partition begins is not told any more", rd_kafka_err2str(error));
    if (low <= one->next) { /* what is behind the end is out of range too */
        one->is_short = true;
        finish(walk, one);
        return true;
    }
    int64_t behind = low < one->end ? low : one->end;
    one->deleted += (uint64_t)(behind - one->next);
    one->next = behind;
    if (behind < one->end)
        return start(walk, partition, behind);
    finish(walk, one);
    return true;
}

static bool tend(struct topic_walk *walk) {
    for (int32_t i = 0; i < walk->partition_count; i++) {
        struct walk_partition *one = &walk->partitions[i];
        if (one->is_out && !restart(walk, i))
            return false;
        if (one->is_done)
            stop(walk, i);
    }
    return true;
}

static void show_progress(const struct topic_walk *walk, uint64_t all) {
    uint64_t passed = 0;
    int64_t ms = clock_ms() - walk->started_ms;
    for (int32_t i = 0; i < walk->partition_count; i++)
        passed += (uint64_t)(walk->partitions[i].next - walk->partitions[i].first);
    if (ms < 500 || passed == 0)
        return;
    double rate = (double)walk->records / (double)ms * 1000;
    double left = (double)(all - passed) / ((double)passed / (double)ms * 1000);
    progress("%" PRIu64 " records, %.1f %% of the offsets, %.0f records/s, %.0f s left", walk->records,
             100 * (double)passed / (double)all, rate, left);
}

/* What stands still: which partitions, and what was told last. */
static void tell_standstill(struct topic_walk *walk) {
    for (int32_t i = 0; i < walk->partition_count; i++) {
        const struct walk_partition *one = &walk->partitions[i];
        if (!one->is_done)
            say("partition %" PRId32 ": nothing came for %" PRId64 " s, at offset %" PRId64 " of %" PRId64 "; %s", i,
                walk->patience_ms / 1000, one->next, one->end,
                walk->error[0] ? walk->error : "see whether its leader is up");
    }
    walk->faults |= FAULT_BROKER;
}

static void tell_losses(struct topic_walk *walk) {
    for (int32_t i = 0; i < walk->partition_count; i++) {
        const struct walk_partition *one = &walk->partitions[i];
        if (one->deleted)
            say("partition %" PRId32 ": %" PRIu64 " offsets were deleted while it was read (retention, or a request "
                "for it), and are not checked; run it again, or with --from",
                i, one->deleted);
        if (one->is_short)
            say("partition %" PRId32 ": it ended at offset %" PRId64 ", and at %" PRId64 " when this began: the topic "
                "was truncated or made again; run it again",
                i, one->next, one->end);
        if (one->deleted || one->is_short)
            walk->faults |= FAULT_RECORDS;
    }
}

static uint64_t begin(struct topic_walk *walk) {
    uint64_t all = 0;
    for (int32_t i = 0; i < walk->partition_count; i++) {
        struct walk_partition *one = &walk->partitions[i];
        all += (uint64_t)(one->end - one->first);
        one->next = one->first;
        one->is_done = one->first == one->end;
        walk->open += !one->is_done;
        if (!one->is_done && !start(walk, i, one->first))
            return 0;
    }
    return all;
}

void walk_read(struct topic_walk *walk, void (*callback)(const rd_kafka_message_t *message, void *user), void *user) {
    walk->take = callback;
    walk->user = user;
    walk->started_ms = clock_ms();
    uint64_t all = begin(walk);
    int64_t last_ms = walk->started_ms;
    while (walk->open > 0 && !walk->faults) {
        uint64_t before = walk->records;
        int32_t open = walk->open;
        rd_kafka_consume_callback_queue(walk->queue, POLL_MS, take, walk);
        rd_kafka_poll(walk->handle, 0);
        if (!tend(walk) || (walk->is_interrupted = interrupt_signal() != 0))
            break;
        if (walk->records != before || walk->open != open)
            last_ms = clock_ms();
        else if (clock_ms() - last_ms > walk->patience_ms)
            tell_standstill(walk);
        show_progress(walk, all);
    }
    progress_end();
    if (walk->is_interrupted)
        say("%s: not all of it was read", interrupt_name());
    tell_losses(walk);
}

void walk_close(struct topic_walk *walk) {
    for (int32_t i = 0; i < walk->partition_count; i++)
        stop(walk, i);
    if (walk->handle_of_topic)
        rd_kafka_topic_destroy(walk->handle_of_topic);
    if (walk->queue)
        rd_kafka_queue_destroy(walk->queue);
    if (walk->handle)
        rd_kafka_destroy(walk->handle);
    free(walk->partitions);
    walk->partitions = NULL;
}

uint64_t walk_gaps(const struct walk_partition *partition) {
    return (uint64_t)(partition->next - partition->first) - partition->records - partition->deleted;
}
