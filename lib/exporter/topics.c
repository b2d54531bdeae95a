/* SPDX-License-Identifier: Apache-2.0 */
#include "exporter/topics.h"

#include <string.h>

#include "key/partition.h"

sts_status sts__topics_init(sts__topics *topics, const sts__memory *memory, uint32_t max) {
    memset(topics, 0, sizeof *topics);
    topics->memory = memory;
    topics->max = max;
    uint32_t slot_count = 16;
    while (slot_count < 2 * max)
        slot_count *= 2;
    topics->slot_mask = slot_count - 1;
    topics->names = sts__memory_new(memory, max * sizeof *topics->names);
    topics->slots = sts__memory_new(memory, slot_count * sizeof *topics->slots);
    sts_status status = STS_ERR_NO_MEMORY;
    if (topics->names && topics->slots) {
        memset(topics->slots, 0xff, slot_count * sizeof *topics->slots);
        if (pthread_rwlock_init(&topics->lock, NULL) == 0)
            return STS_OK;
        status = STS_ERR_SYSTEM;
    }
    sts__memory_free(memory, topics->names);
    sts__memory_free(memory, topics->slots);
    return status;
}

void sts__topics_clear(sts__topics *topics) {
    for (uint32_t i = 0; i < topics->count; i++)
        sts__memory_free(topics->memory, topics->names[i]);
    sts__memory_free(topics->memory, topics->names);
    sts__memory_free(topics->memory, topics->slots);
    pthread_rwlock_destroy(&topics->lock);
}

/* The slot that holds the name, or the free one where it belongs: the table is at most half full. */
static int32_t *slot_of(const sts__topics *topics, sts_bytes name) {
    for (uint32_t i = sts__fnv1a_32(name);; i++) {
        int32_t *slot = &topics->slots[i & topics->slot_mask];
        if (*slot < 0)
            return slot;
        const char *there = topics->names[*slot];
        if (strlen(there) == name.size && memcmp(there, name.data, name.size) == 0)
            return slot;
    }
}

static sts_status add_topic(sts__topics *topics, sts_bytes name, int32_t *number) {
    int32_t *slot = slot_of(topics, name);
    *number = *slot;
    if (*slot >= 0) /* another thread was quicker */
        return STS_OK;
    if (topics->count == topics->max)
        return STS_ERR_TOPIC_LIMIT;
    char *copy = sts__memory_copy_text(topics->memory, name.data, name.size);
    if (!copy)
        return STS_ERR_NO_MEMORY;
    topics->names[topics->count] = copy;
    *slot = *number = (int32_t)topics->count++;
    return STS_OK;
}

sts_status sts__topics_find(sts__topics *topics, sts_bytes name, bool add, int32_t *number) {
    pthread_rwlock_rdlock(&topics->lock);
    *number = *slot_of(topics, name);
    bool full = topics->count == topics->max;
    pthread_rwlock_unlock(&topics->lock);
    if (*number >= 0)
        return STS_OK;
    if (full)
        return STS_ERR_TOPIC_LIMIT;
    if (!add)
        return STS_OK;
    pthread_rwlock_wrlock(&topics->lock);
    sts_status status = add_topic(topics, name, number);
    pthread_rwlock_unlock(&topics->lock);
    return status;
}

uint32_t sts__topics_room(sts__topics *topics) {
    pthread_rwlock_rdlock(&topics->lock);
    uint32_t room = topics->max - topics->count;
    pthread_rwlock_unlock(&topics->lock);
    return room;
}

const char *sts__topics_name(sts__topics *topics, int32_t number) {
    pthread_rwlock_rdlock(&topics->lock);
    const char *name = topics->names[number];
    pthread_rwlock_unlock(&topics->lock);
    return name;
}
