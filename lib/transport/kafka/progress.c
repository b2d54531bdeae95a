/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/kafka/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { METADATA = 160 };

sts_status sts__kafka_progress_init(sts__kafka_progress *progress, const sts__memory *memory,
                                    const sts__transport_store *store) {
    *progress = (sts__kafka_progress){.run_number = store->run_number, .run_begins = store->run_begins, .producers = 1};
    progress->store = sts__memory_copy_text(memory, store->name, strlen(store->name));
    progress->run = sts__memory_copy_text(memory, store->run, strlen(store->run));
    progress->run_before = sts__memory_copy_text(memory, store->run_before, strlen(store->run_before));
    return progress->store && progress->run && progress->run_before ? STS_OK : STS_ERR_NO_MEMORY;
}

void sts__kafka_progress_clear(sts__kafka_progress *progress, const sts__memory *memory) {
    sts__memory_free(memory, progress->store);
    sts__memory_free(memory, progress->run);
    sts__memory_free(memory, progress->run_before);
}

/* Who has committed an offset. */
typedef struct author {
    char store[40];
    uint64_t run_number;
    char run[24];
} author;

/* False where it was nobody of this library. */
static bool read_author(const rd_kafka_topic_partition_t *partition, author *read) {
    char text[METADATA];
    size_t size = partition->metadata_size;
    if (partition->offset < 0 || !partition->metadata || size >= sizeof text)
        return false;
    memcpy(text, partition->metadata, size);
    text[size] = '\0';
    return sscanf(text, "%39s %" SCNu64 " %23s", read->store, &read->run_number, read->run) == 3;
}

static bool is_ours(const sts__kafka_progress *progress, const rd_kafka_topic_partition_t *partition, author *read) {
    return partition->partition == 0 && read_author(partition, read) && strcmp(read->store, progress->store) == 0;
}

/* Of the runs before the last one no more is known than their numbers. */
static bool is_known(const sts__kafka_progress *progress, const author *read) {
    if (read->run_number == progress->run_number)
        return strcmp(read->run, progress->run) == 0;
    if (read->run_number + 1 == progress->run_number)
        return strcmp(read->run, progress->run_before) == 0;
    return read->run_number < progress->run_number;
}

bool sts__kafka_progress_is_foreign(const sts__kafka_progress *progress,
                                    const rd_kafka_topic_partition_list_t *offsets) {
    author read;
    for (int i = 0; i < offsets->cnt; i++)
        if (is_ours(progress, &offsets->elems[i], &read) && !is_known(progress, &read))
            return true;
    return false;
}

void sts__kafka_progress_forget(sts__kafka_progress *progress) {
    progress->producers++;
}

void sts__kafka_progress_read(const sts__kafka_progress *progress, sts__topic_progress *topic,
                              const rd_kafka_topic_partition_t *offset) {
    author read;
    topic->committed = is_ours(progress, offset, &read) ? (uint64_t)offset->offset : 0;
    topic->producer = progress->producers;
    topic->is_wanted = false;
}

bool sts__kafka_progress_is_known(const sts__kafka_progress *progress, const sts__topic_progress *topic) {
    return topic->producer == progress->producers;
}

bool sts__kafka_progress_has(const sts__kafka_progress *progress, const sts__topic_progress *topic, uint64_t sequence) {
    return sts__kafka_progress_is_known(progress, topic) && sequence < topic->committed;
}

void sts__kafka_progress_commit(sts__topic_progress *topic) {
    topic->committed = topic->end;
}

void sts__kafka_progress_add(const sts__kafka_progress *progress, rd_kafka_t *producer, const char *name,
                             const sts__topic_progress *topic, rd_kafka_topic_partition_list_t *offsets) {
    rd_kafka_topic_partition_t *partition = rd_kafka_topic_partition_list_add(offsets, name, 0);
    char text[METADATA];
    int size = snprintf(text, sizeof text, "%s %" PRIu64 " %s", progress->store, progress->run_number, progress->run);
    partition->offset = (int64_t)topic->end;
    partition->metadata = rd_kafka_mem_malloc(producer, (size_t)size); /* the list's to free */
    partition->metadata_size = (size_t)size;
    memcpy(partition->metadata, text, (size_t)size);
}
