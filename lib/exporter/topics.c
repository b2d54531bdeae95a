/* SPDX-License-Identifier: Apache-2.0 */
#include "exporter/topics.h"

#include <string.h>

sts_status sts__topics_init(sts__topics *topics, const sts__memory *memory, uint32_t max) {
    memset(topics, 0, sizeof *topics);
    topics->memory = memory;
    topics->max = max;
    sts__table_init(&topics->numbers, memory, sizeof(int32_t));
    topics->names = sts__memory_new(memory, max * sizeof *topics->names);
    if (!topics->names)
        return STS_ERR_NO_MEMORY;
    if (pthread_rwlock_init(&topics->lock, NULL) == 0)
        return STS_OK;
    sts__memory_free(memory, topics->names);
    return STS_ERR_SYSTEM;
}

void sts__topics_clear(sts__topics *topics) {
    for (size_t i = 0; i < topics->numbers.count; i++)
        sts__memory_free(topics->memory, topics->names[i]);
    sts__memory_free(topics->memory, topics->names);
    sts__table_clear(&topics->numbers);
    pthread_rwlock_destroy(&topics->lock);
}

static bool has_name(const void *entry, const void *wanted, const void *user) {
    const sts__topics *topics = user;
    const sts_bytes *name = wanted;
    const char *there = topics->names[*(const int32_t *)entry];
    return strlen(there) == name->size && memcmp(there, name->data, name->size) == 0;
}

/* The number of a topic, or -1. */
static int32_t number_of(const sts__topics *topics, uint64_t hash, const sts_bytes *name) {
    const int32_t *number = sts__table_find(&topics->numbers, hash, has_name, name, topics);
    return number ? *number : -1;
}

static bool is_full(const sts__topics *topics) {
    return topics->numbers.count == topics->max;
}

static sts_status add_topic(sts__topics *topics, uint64_t hash, sts_bytes name, int32_t *number) {
    *number = number_of(topics, hash, &name);
    if (*number >= 0) /* another thread was quicker */
        return STS_OK;
    if (is_full(topics))
        return STS_ERR_TOPIC_LIMIT;
    size_t next = topics->numbers.count;
    char *copy = sts__memory_copy_text(topics->memory, name.data, name.size);
    int32_t *added = copy ? sts__table_add(&topics->numbers, hash) : NULL;
    if (!added) {
        sts__memory_free(topics->memory, copy);
        return STS_ERR_NO_MEMORY;
    }
    topics->names[next] = copy;
    *added = *number = (int32_t)next;
    return STS_OK;
}

sts_status sts__topics_find(sts__topics *topics, sts_bytes name, bool add, int32_t *number) {
    uint64_t hash = sts__table_hash(&topics->numbers, name);
    pthread_rwlock_rdlock(&topics->lock);
    *number = number_of(topics, hash, &name);
    bool full = is_full(topics);
    pthread_rwlock_unlock(&topics->lock);
    if (*number >= 0)
        return STS_OK;
    if (full)
        return STS_ERR_TOPIC_LIMIT;
    if (!add)
        return STS_OK;
    pthread_rwlock_wrlock(&topics->lock);
    sts_status status = add_topic(topics, hash, name, number);
    pthread_rwlock_unlock(&topics->lock);
    return status;
}

uint32_t sts__topics_left(sts__topics *topics) {
    pthread_rwlock_rdlock(&topics->lock);
    uint32_t room = topics->max - (uint32_t)topics->numbers.count;
    pthread_rwlock_unlock(&topics->lock);
    return room;
}

const char *sts__topics_name(sts__topics *topics, int32_t number) {
    pthread_rwlock_rdlock(&topics->lock);
    const char *name = topics->names[number];
    pthread_rwlock_unlock(&topics->lock);
    return name;
}
