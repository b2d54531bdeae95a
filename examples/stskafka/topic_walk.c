/* SPDX-License-Identifier: Apache-2.0
 *
 * A walk through a topic (topic_open.c has its beginning). */
#include "topic_walk.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "console.h"
#include "exit_status.h"
#include "interrupt.h"
#include "meter.h"
#include "noun.h"

enum {
    POLL_MS = 100,
    ASK_MS = 2000, /* after so long without anything the cluster is asked why, and again */
};

static void finish(struct topic_walk *walk, struct walk_partition *one) {
    if (!one->is_done)
        walk->open--;
    one->is_done = true;
}

/* What comes next lies behind the end: all that was left in front of it was compacted away, or were marks of
 * transactions. */
static void finish_at_end(struct topic_walk *walk, struct walk_partition *one) {
    one->next = one->end;
    finish(walk, one);
}

/* A partition's end, or what is wrong with it. */
static void take_event(struct topic_walk *walk, const rd_kafka_message_t *message) {
    struct walk_partition *one = message->partition >= 0 && message->partition < walk->partition_count
                                     ? &walk->partitions[message->partition]
                                     : NULL;
    if (one && !one->is_done && message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        one->is_short = message->offset < one->end;
        if (one->is_short) {
            one->next = message->offset > one->next ? message->offset : one->next;
            finish(walk, one);
        } else {
            finish_at_end(walk, one);
        }
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
        finish_at_end(walk, one);
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
    return one->is_started || walk_fail(walk, "reading cannot begin", rd_kafka_err2str(rd_kafka_last_error()));
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
        rd_kafka_query_watermark_offsets(walk->handle, walk->topic, partition, &low, &high, WALK_ANSWER_MS);
    if (error)
        return walk_fail(walk, "cannot learn any more where a partition begins", rd_kafka_err2str(error));
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
    int64_t now = clock_ms(), ms = now - walk->started_ms;
    char left[30];
    for (int32_t i = 0; i < walk->partition_count; i++)
        passed += (uint64_t)(walk->partitions[i].next - walk->partitions[i].first);
    double share = (double)passed / (double)all;
    if (walk->why[0]) {
        progress("%.1f %%, %" PRIu64 " %s, none for %" PRId64 " s: %s", 100 * share, walk->records,
                 noun(walk->records, "record", "records"), (now - walk->last_ms) / 1000, walk->why);
        return;
    }
    if (ms < 500 || passed == 0)
        return;
    meter_time(left, sizeof left, (double)ms / 1000 * (1 - share) / share);
    progress("%.1f %%, %" PRIu64 " %s, %.0f records/s, %s left", 100 * share, walk->records,
             noun(walk->records, "record", "records"), (double)walk->records / (double)ms * 1000, left);
}

/* What the cluster says of the partitions that are not read to their ends; as a text that says what to do. */
static void explain_partitions(struct topic_walk *walk, const struct rd_kafka_metadata_topic *topic) {
    for (int32_t i = 0; i < walk->partition_count; i++) {
        const struct rd_kafka_metadata_partition *one = NULL;
        for (int at = 0; at < topic->partition_cnt && !one; at++)
            one = topic->partitions[at].id == i ? &topic->partitions[at] : NULL;
        if (walk->partitions[i].is_done)
            continue;
        if (!one)
            snprintf(walk->why, sizeof walk->why,
                     "the topic has %d %s now, and had %" PRId32 " when this began: it was made again; run this again",
                     topic->partition_cnt, noun((uint64_t)topic->partition_cnt, "partition", "partitions"),
                     walk->partition_count);
        else if (one->leader < 0)
            snprintf(walk->why, sizeof walk->why, "partition %" PRId32 " has no leader (%s); see which broker is down",
                     i, rd_kafka_err2str(one->err));
        if (walk->why[0])
            return;
    }
}

/* Asks the cluster why nothing comes. librdkafka goes on looking for a topic that was deleted and tells nobody; a
 * broker that has just started may not know of one that is there, so that it counts once it was said twice. */
static void ask_why(struct topic_walk *walk) {
    const struct rd_kafka_metadata *metadata;
    walk->asked_ms = clock_ms();
    walk->why[0] = '\0';
    rd_kafka_resp_err_t error = rd_kafka_metadata(walk->handle, 0, walk->handle_of_topic, &metadata, ASK_MS);
    if (error) {
        snprintf(walk->why, sizeof walk->why, "no broker answers (%s)",
                 walk->error[0] ? walk->error : rd_kafka_err2str(error));
        return;
    }
    const struct rd_kafka_metadata_topic *topic = &metadata->topics[0];
    bool is_unknown = topic->err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
    walk->unknown = is_unknown ? walk->unknown + 1 : 0;
    if (topic->err)
        snprintf(walk->why, sizeof walk->why, "%s", rd_kafka_err2str(topic->err));
    else
        explain_partitions(walk, topic);
    if (!walk->why[0])
        snprintf(walk->why, sizeof walk->why, "%s",
                 walk->error[0] ? walk->error : "its leader answers no request; see that broker's log");
    rd_kafka_metadata_destroy(metadata);
}

static bool tell_deleted(struct topic_walk *walk) {
    if (walk->unknown < 2)
        return false;
    say("%s: the topic was deleted while it was read, with %" PRIu64 " %s read; the report is of these alone",
        walk->topic, walk->records, noun(walk->records, "record", "records"));
    walk->faults |= FAULT_BROKER;
    return true;
}

/* What stands still: which partitions, and why. */
static void tell_standstill(struct topic_walk *walk) {
    if (!walk->why[0])
        ask_why(walk);
    for (int32_t i = 0; i < walk->partition_count; i++) {
        const struct walk_partition *one = &walk->partitions[i];
        if (!one->is_done)
            say("partition %" PRId32 ": nothing came for %" PRId64 " s, at offset %" PRId64 " of %" PRId64 "; %s", i,
                walk->patience_ms / 1000, one->next, one->end, walk->why);
    }
    walk->faults |= FAULT_BROKER;
}

/* Looks whether anything has come since the last look, and if not, why. */
static void watch(struct topic_walk *walk, bool has_moved) {
    int64_t now = clock_ms();
    if (has_moved) {
        walk->last_ms = now;
        walk->why[0] = '\0';
        walk->unknown = 0;
    } else if (now - walk->last_ms > walk->patience_ms) {
        tell_standstill(walk);
    } else if (now - walk->last_ms >= ASK_MS && now - walk->asked_ms >= ASK_MS) {
        ask_why(walk);
        tell_deleted(walk);
    }
}

static void tell_losses(struct topic_walk *walk) {
    for (int32_t i = 0; i < walk->partition_count; i++) {
        const struct walk_partition *one = &walk->partitions[i];
        if (one->deleted)
            say("partition %" PRId32 ": %" PRIu64 " %s deleted while it was read (retention, or a request for it), and "
                "not checked; run it again, or with --from",
                i, one->deleted, noun(one->deleted, "offset was", "offsets were"));
        if (one->is_short)
            say("partition %" PRId32 ": it ends at offset %" PRId64 " now, and ended at %" PRId64
                " when this began: the topic "
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
    walk->started_ms = walk->last_ms = clock_ms();
    uint64_t all = begin(walk);
    while (walk->open > 0 && !walk->faults) {
        uint64_t before = walk->records;
        int32_t open = walk->open;
        rd_kafka_consume_callback_queue(walk->queue, POLL_MS, take, walk);
        rd_kafka_poll(walk->handle, 0);
        if (!tend(walk) || (walk->is_interrupted = interrupt_signal() != 0))
            break;
        watch(walk, walk->records != before || walk->open != open);
        show_progress(walk, all);
    }
    progress_end();
    if (walk->is_interrupted)
        say("%s: the topic was not read to its end", interrupt_name());
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
