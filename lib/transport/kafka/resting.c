/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/kafka/resting.h"

#include "base/clock.h"
#include "transport/kafka/internal.h"

enum {
    LOOK_US = 5000,         /* between looks where partitions wait for long, */
    IDLE_LOOK_US = 20000,   /* and else; */
    SAMPLE = 1024,          /* each at so many of the oldest records */
    OLD_US = 20000,         /* beyond linger: such a record waits for long */
    FEW = 16,               /* of fewer, librdkafka has several batches under way */
    SLOW_US = 15000,        /* between reports */
    WAIT_US = 5000,         /* until a partition rests that is slow, */
    FIRST_WAIT_US = 20000,  /* another one, */
    NEXT_WAIT_US = 100000,  /* and one that has rested */
    REST_US = 1000000,      /* how long it rests at a time */
    FORGOTTEN_US = 1000000, /* a partition that nothing waits for any more */
};

void sts__kafka_resting_init(sts__kafka_resting *resting, bool needed, int64_t linger_us) {
    resting->needed = needed;
    resting->linger_us = linger_us;
}

static sts__kafka_waiting_partition *find(sts__kafka_resting *resting, int32_t topic_index, int32_t partition) {
    for (size_t i = 0; i < resting->count; i++)
        if (resting->items[i].topic_index == topic_index && resting->items[i].partition == partition)
            return &resting->items[i];
    return NULL;
}

void sts__kafka_resting_hear(sts__kafka_resting *resting, const rd_kafka_message_t *message) {
    const sts__kafka_record *record = message->_private;
    if (resting->count == 0)
        return;
    sts__kafka_waiting_partition *waiting = find(resting, record->message.topic_index, message->partition);
    if (!waiting)
        return;
    waiting->is_reported = true;
    resting->is_due = resting->is_due || waiting->until_us;
}

/* --- what waits --- */

/* A record that librdkafka has had for long. */
static void note(const sts__kafka_record *record, void *user) {
    sts__kafka_resting *resting = user;
    const int32_t partition = __atomic_load_n(&record->partition, __ATOMIC_RELAXED);
    if (partition < 0)
        return;
    sts__kafka_waiting_partition *waiting = find(resting, record->message.topic_index, partition);
    if (!waiting && resting->count < STS__RESTING_MOST) {
        waiting = &resting->items[resting->count++];
        *waiting = (sts__kafka_waiting_partition){.topic_index = record->message.topic_index, .partition = partition};
    }
    if (waiting)
        waiting->old++;
}

static void look(sts__kafka *kafka, int64_t now_us) {
    sts__kafka_resting *resting = &kafka->resting;
    for (size_t i = 0; i < resting->count; i++)
        resting->items[i].old = 0;
    sts__kafka_records_each_old(&kafka->records, now_us - resting->linger_us - OLD_US, SAMPLE, note, resting);
    for (size_t i = 0; i < resting->count; i++) {
        sts__kafka_waiting_partition *waiting = &resting->items[i];
        if (waiting->old)
            waiting->old_us = now_us;
        if (waiting->since_us == 0)
            waiting->since_us = waiting->reported_us = now_us;
    }
}

/* --- rests --- */

static void add_to(rd_kafka_topic_partition_list_t *list, const sts__kafka *kafka,
                   const sts__kafka_waiting_partition *waiting) {
    rd_kafka_topic_partition_list_add(list, kafka->topics.items[waiting->topic_index].name, waiting->partition);
}

static int count_resting(const sts__kafka_resting *resting) {
    int count = 0;
    for (size_t i = 0; i < resting->count; i++)
        count += resting->items[i].until_us != 0;
    return count;
}

/* Whether a request has come back that is not reported: a report may just come. */
static bool are_too_many(sts__kafka_resting *resting, int in_flight) {
    const bool was_short = resting->is_short;
    resting->is_short = count_resting(resting) > in_flight;
    return was_short && resting->is_short;
}

/* Takes notice of a report, and ends the rest where that is due; whether there was one. */
static bool end_rest(sts__kafka_waiting_partition *waiting, bool all, int64_t now_us) {
    const bool is_reported = waiting->is_reported;
    const bool ends = waiting->until_us && (all || is_reported || now_us >= waiting->until_us);
    if (is_reported) {
        waiting->is_slow = now_us - waiting->reported_us > SLOW_US;
        waiting->reported_us = now_us;
        waiting->is_reported = waiting->was_resumed = false;
    } else if (ends) {
        waiting->was_resumed = true;
    }
    if (is_reported || ends)
        waiting->since_us = now_us;
    if (ends)
        waiting->until_us = 0;
    return ends;
}

/* A flush wakes the brokers' threads, which resuming does not. */
static void end_rests(sts__kafka *kafka, bool all, int64_t now_us) {
    sts__kafka_resting *resting = &kafka->resting;
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    size_t kept = 0;
    for (size_t i = 0; i < resting->count; i++) {
        sts__kafka_waiting_partition waiting = resting->items[i];
        if (end_rest(&waiting, all, now_us))
            add_to(list, kafka, &waiting);
        if (waiting.until_us || now_us - waiting.old_us < FORGOTTEN_US)
            resting->items[kept++] = waiting;
    }
    resting->count = kept;
    resting->is_due = false;
    if (list->cnt) {
        rd_kafka_resume_partitions(kafka->producer.handle, list);
        rd_kafka_flush(kafka->producer.handle, 0);
    }
    rd_kafka_topic_partition_list_destroy(list);
}

static bool is_to_rest(const sts__kafka_waiting_partition *waiting, int64_t now_us) {
    const int64_t wait_us = waiting->was_resumed ? NEXT_WAIT_US : waiting->is_slow ? WAIT_US : FIRST_WAIT_US;
    return !waiting->until_us && waiting->old >= FEW && now_us - waiting->since_us >= wait_us;
}

static void begin_rests(sts__kafka *kafka, int in_flight, int64_t now_us) {
    sts__kafka_resting *resting = &kafka->resting;
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    const int most = in_flight - count_resting(resting);
    for (size_t i = 0; i < resting->count && list->cnt < most; i++) {
        if (!is_to_rest(&resting->items[i], now_us))
            continue;
        add_to(list, kafka, &resting->items[i]);
        resting->items[i].until_us = now_us + REST_US;
    }
    if (list->cnt)
        rd_kafka_pause_partitions(kafka->producer.handle, list);
    rd_kafka_topic_partition_list_destroy(list);
}

bool sts__kafka_rest_is_due(const sts__kafka_resting *resting) {
    return resting->is_due || (resting->count && sts__clock_us() >= resting->look_at_us);
}

void sts__kafka_rest(sts__kafka *kafka) {
    sts__kafka_resting *resting = &kafka->resting;
    const int64_t now_us = sts__clock_us();
    const bool runs = kafka->succession.phase == STS__KAFKA_RUNNING && !kafka->purged;
    if (!resting->needed || !kafka->producer.handle || (runs && !resting->is_due && now_us < resting->look_at_us))
        return;
    const int in_flight = sts__kafka_observer_in_flight(kafka->producer.observer);
    if (resting->count)
        end_rests(kafka, !runs || are_too_many(resting, in_flight), now_us);
    if (!runs)
        return;
    look(kafka, now_us);
    if (resting->count)
        begin_rests(kafka, in_flight, now_us);
    resting->look_at_us = now_us + (resting->count ? LOOK_US : IDLE_LOOK_US);
}

int32_t sts__kafka_resting_pause_ms(sts__kafka *kafka) {
    const sts__kafka_resting *resting = &kafka->resting;
    if (!resting->needed || sts__kafka_records_produced(&kafka->records) == 0)
        return INT32_MAX;
    return (resting->count ? LOOK_US : IDLE_LOOK_US) / 1000;
}

void sts__kafka_resting_forget(sts__kafka_resting *resting) {
    resting->count = 0;
    resting->is_due = false;
}
