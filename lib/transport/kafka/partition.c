/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/kafka/partition.h"

#include "base/clock.h"
#include "base/random.h"
#include "transport/kafka/records.h"
#include "transport/kafka/topic.h"

/* The count that keys are placed among. librdkafka learns of new partitions by its own refresh of metadata. */
static int32_t count_for_keys(sts__kafka_topic *topic, int32_t count) {
    int32_t known = __atomic_load_n(&topic->placement.last_count, __ATOMIC_RELAXED);
    if (known != count) {
        int32_t none = 0;
        if (__atomic_compare_exchange_n(&topic->placement.first_count, &none, count, false, __ATOMIC_RELAXED,
                                        __ATOMIC_RELAXED))
            __atomic_store_n(&topic->placement.told_count, count, __ATOMIC_RELAXED);
        __atomic_store_n(&topic->placement.last_count, count, __ATOMIC_RELAXED);
        __atomic_store_n(&topic->placed_by->has_grown, 1, __ATOMIC_RELEASE);
    }
    int32_t first = __atomic_load_n(&topic->placement.first_count, __ATOMIC_RELAXED);
    return topic->placed_by->growth == STS__PARTITION_GROWTH_HOLD && first < count ? first : count;
}

/* One of those that have a leader just now, and not `but`, if there is a choice. */
static int32_t choose(sts__kafka_placement *all, const rd_kafka_topic_t *handle, int32_t count, int32_t but) {
    int32_t chosen = -1;
    uint32_t seen = 0;
    for (int32_t i = 0; i < count; i++)
        if (i != but && rd_kafka_topic_partition_available(handle, i) && sts__random_below(&all->random, ++seen) == 0)
            chosen = i;
    if (chosen >= 0)
        return chosen;
    if (but >= 0 && but < count && rd_kafka_topic_partition_available(handle, but))
        return but;
    return (int32_t)sts__random_below(&all->random, (uint32_t)count);
}

/* As Kafka's Java client does (KIP-480, KIP-794): null keys stay on one partition for as long as it takes to fill or
 * send a batch, and go to another one then. Of several threads one makes the change; the others, for a record or two,
 * go where it was. */
static int32_t place_null_key(sts__kafka_topic *topic, const rd_kafka_topic_t *handle, int32_t count, size_t size) {
    sts__kafka_placement *all = topic->placed_by;
    int64_t now = sts__clock_us();
    int64_t end = __atomic_load_n(&topic->placement.sticky_end_us, __ATOMIC_ACQUIRE);
    int32_t sticky = __atomic_load_n(&topic->placement.sticky, __ATOMIC_ACQUIRE);
    uint64_t bytes = __atomic_add_fetch(&topic->placement.sticky_bytes, size, __ATOMIC_RELAXED);
    bool usable = end != 0 && sticky < count && rd_kafka_topic_partition_available(handle, sticky);
    if (usable && now < end && bytes <= all->sticky_bytes)
        return sticky;
    bool mine = __atomic_compare_exchange_n(&topic->placement.sticky_end_us, &end, now + all->sticky_us, false,
                                            __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
    if (!mine && usable)
        return sticky;
    sticky = choose(all, handle, count, end != 0 ? sticky : -1);
    __atomic_store_n(&topic->placement.sticky_bytes, size, __ATOMIC_RELAXED);
    __atomic_store_n(&topic->placement.sticky, sticky, __ATOMIC_RELEASE);
    return sticky;
}

/* Whether it is a topic with fewer partitions than before: one that was made again. What librdkafka had for partitions
 * that are gone comes back to us, and nothing may overtake that: so the topic is taken for missing, until all that came
 * back can go in its order (missing.c). */
static bool is_another(sts__kafka_topic *topic, int32_t count) {
    if (!topic->missed_by->retries)
        return false;
    if (count < __atomic_load_n(&topic->placement.last_count, __ATOMIC_RELAXED))
        sts__kafka_miss_topic(topic->missed_by, topic);
    return sts__kafka_topic_is_missing(topic);
}

static int32_t place(sts__kafka_topic *topic, const rd_kafka_topic_t *handle, const sts__kafka_record *record,
                     int32_t count) {
    const sts_message *message = &record->message;
    int32_t among = count_for_keys(topic, count);
    if (message->partition >= 0 && (message->partition < count || !record->has_turn))
        return message->partition; /* librdkafka looks whether it is there */
    if (topic->placed_by->profile == STS__PROFILE_ROUND_ROBIN)
        return (int32_t)(__atomic_fetch_add(&topic->placement.turn, 1, __ATOMIC_RELAXED) % (uint32_t)count);
    if (!message->key.data)
        return place_null_key(topic, handle, count, message->value.size);
    return sts__partition(topic->placed_by->profile, message->key, among);
}

/* A record that is held is placed again when it goes: it keeps its turn, and counts once. */
static void keep_place(sts__kafka_topic *topic, sts__kafka_record *record, int32_t partition) {
    sts_message *message = &record->message;
    if (message->partition >= 0)
        return;
    if (topic->placed_by->profile == STS__PROFILE_ROUND_ROBIN) {
        message->partition = partition;
        record->has_turn = true;
    } else if (!message->key.data) {
        __atomic_sub_fetch(&topic->placement.sticky_bytes, message->value.size, __ATOMIC_RELAXED);
    }
}

int32_t sts__kafka_place(const rd_kafka_topic_t *handle, const void *key, size_t key_size, int32_t count,
                         void *topic_opaque, void *message_opaque) {
    sts__kafka_topic *topic = topic_opaque;
    sts__kafka_record *record = message_opaque;
    (void)key, (void)key_size; /* the record's */
    if (is_another(topic, count))
        return count;
    int32_t partition = place(topic, handle, record, count);
    bool left_behind = __atomic_load_n(&topic->handle, __ATOMIC_ACQUIRE) != handle;
    if (!left_behind && partition < count &&
        sts__kafka_opening_holds(topic->opened_by, &topic->opening, partition, record)) {
        keep_place(topic, record, partition);
        return count;
    }
    record->placed = true;
    return partition;
}

void sts__kafka_take_fewer_partitions(sts__kafka_topic *topic, int32_t count) {
    if (count >= __atomic_load_n(&topic->placement.last_count, __ATOMIC_RELAXED))
        return;
    __atomic_store_n(&topic->placement.last_count, count, __ATOMIC_RELAXED);
    __atomic_store_n(&topic->placed_by->has_grown, 1, __ATOMIC_RELEASE);
}

void sts__kafka_tell_growth(sts__kafka_placement *placement, sts__kafka_topics *topics,
                            const sts_transport_sink *sink) {
    if (!__atomic_exchange_n(&placement->has_grown, 0, __ATOMIC_ACQUIRE))
        return;
    for (int32_t i = 0; i < topics->max; i++) {
        sts__kafka_topic *topic = &topics->items[i];
        int32_t told = __atomic_load_n(&topic->placement.told_count, __ATOMIC_RELAXED);
        int32_t now = __atomic_load_n(&topic->placement.last_count, __ATOMIC_RELAXED);
        if (now == told)
            continue;
        __atomic_store_n(&topic->placement.told_count, now, __ATOMIC_RELAXED);
        sts__sink_partitions(sink, topic->name, told, now);
    }
}
