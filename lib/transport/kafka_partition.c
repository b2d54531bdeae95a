/* SPDX-License-Identifier: Apache-2.0
 *
 * Where librdkafka puts a message: by the exporter's profile. It is called while librdkafka holds locks of its own,
 * from any thread. */
#include "transport/kafka_internal.h"

/* The count that keys are placed among. librdkafka learns of new partitions by its own refresh of metadata. */
static int32_t count_for_keys(sts__kafka_topic *topic, int32_t count) {
    int32_t known = __atomic_load_n(&topic->last_count, __ATOMIC_RELAXED);
    if (known != count) {
        int32_t none = 0;
        if (__atomic_compare_exchange_n(&topic->first_count, &none, count, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
            __atomic_store_n(&topic->told_count, count, __ATOMIC_RELAXED);
        __atomic_store_n(&topic->last_count, count, __ATOMIC_RELAXED);
        __atomic_store_n(&topic->kafka->has_grown, 1, __ATOMIC_RELEASE);
    }
    int32_t first = __atomic_load_n(&topic->first_count, __ATOMIC_RELAXED);
    return topic->kafka->partition_growth == STS__PARTITION_GROWTH_HOLD && first < count ? first : count;
}

int32_t sts__kafka_place(const rd_kafka_topic_t *handle, const void *key, size_t key_size, int32_t count,
                         void *topic_opaque, void *message_opaque) {
    sts__kafka_topic *topic = topic_opaque;
    int32_t among = count_for_keys(topic, count);
    if (topic->kafka->profile == STS__PROFILE_ROUND_ROBIN)
        return (int32_t)(__atomic_fetch_add(&topic->turn, 1, __ATOMIC_RELAXED) % (uint32_t)count);
    if (!key)
        return rd_kafka_msg_partitioner_random(handle, key, key_size, count, topic_opaque, message_opaque);
    return sts__partition(topic->kafka->profile, (sts_bytes){key, key_size}, among);
}

void sts__kafka_tell_growth(sts__kafka *kafka) {
    if (!__atomic_exchange_n(&kafka->has_grown, 0, __ATOMIC_ACQUIRE))
        return;
    for (int32_t i = 0; i < kafka->topics_max; i++) {
        sts__kafka_topic *topic = &kafka->topics[i];
        int32_t told = __atomic_load_n(&topic->told_count, __ATOMIC_RELAXED);
        int32_t now = __atomic_load_n(&topic->last_count, __ATOMIC_RELAXED);
        if (now <= told)
            continue;
        __atomic_store_n(&topic->told_count, now, __ATOMIC_RELAXED);
        sts_transport_partitions(kafka->sink, topic->name, told, now);
    }
}
