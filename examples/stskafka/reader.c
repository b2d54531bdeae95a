/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads topics back. */
#include "reader.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "console.h"
#include "consumer_conf.h"
#include "memory.h"

enum { PATIENCE_S = 15, POLL_MS = 50 };

struct reader_partition {
    bool is_followed;
    int64_t next;  /* the offset after the last that was read */
    int64_t first; /* the first and the last offset to read, -1 while there is none */
    int64_t last;
};

struct reader_topic {
    char *name;
    rd_kafka_topic_t *handle;
    struct reader_partition *partitions;
    int32_t count;
};

struct reader {
    rd_kafka_t *handle;
    rd_kafka_queue_t *queue;
    pthread_t thread;
    bool runs;
    pthread_mutex_t lock; /* of everything below */
    pthread_cond_t news;
    bool stop;
    struct reader_topic **topics;
    size_t topic_count;
    struct read_record *records;
    size_t count;
    char error[200];
};

static bool configure(rd_kafka_conf_t *conf, const sts_options *options, const struct setting_list *connection,
                      bool embedded) {
    bool good = consumer_conf_set(conf, "fetch.wait.max.ms", "50") &&
                consumer_conf_set(conf, "fetch.error.backoff.ms", "50") &&
                consumer_conf_set(conf, "topic.metadata.refresh.fast.interval.ms", "50") &&
                consumer_conf_set(conf, "auto.offset.reset", "earliest");
    consumer_conf_quiet(conf);
    if (embedded)
        return good && consumer_conf_set(conf, "test.mock.num.brokers", "1");
    return good && consumer_conf_connect(conf, options, connection);
}

static void take(struct reader *reader, const rd_kafka_message_t *message) {
    struct reader_topic *topic = rd_kafka_topic_opaque(message->rkt);
    reader->records = need_room(reader->records, reader->count, sizeof *reader->records);
    struct read_record *record = &reader->records[reader->count++];
    *record = (struct read_record){
        .topic = topic->name,
        .offset = message->offset,
        .partition = message->partition,
        .is_tombstone = message->payload == NULL,
        .key = {NULL, message->key_len},
        .value_size = message->len,
    };
    if (message->key)
        record->key.data = memcpy(need_realloc(NULL, message->key_len), message->key, message->key_len);
    topic->partitions[message->partition].next = message->offset + 1;
}

static void *read_all(void *argument) {
    struct reader *reader = argument;
    for (bool stop = false; !stop;) {
        rd_kafka_message_t *message = rd_kafka_consume_queue(reader->queue, POLL_MS);
        pthread_mutex_lock(&reader->lock);
        if (message && !message->err)
            take(reader, message);
        else if (message && !reader->error[0])
            snprintf(reader->error, sizeof reader->error, "%s", rd_kafka_message_errstr(message));
        stop = reader->stop;
        if (message)
            pthread_cond_signal(&reader->news);
        pthread_mutex_unlock(&reader->lock);
        if (message)
            rd_kafka_message_destroy(message);
    }
    return NULL;
}

struct reader *reader_new(const sts_options *options, const struct setting_list *connection, bool embedded) {
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_t *handle = consumer_new(conf, configure(conf, options, connection, embedded), "cannot read back");
    if (!handle)
        return NULL;
    struct reader *made = need_realloc(NULL, sizeof *made);
    memset(made, 0, sizeof *made);
    made->handle = handle;
    made->queue = rd_kafka_queue_new(handle);
    pthread_mutex_init(&made->lock, NULL);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&made->news, &monotonic);
    pthread_condattr_destroy(&monotonic);
    made->runs = pthread_create(&made->thread, NULL, read_all, made) == 0;
    if (!made->runs) {
        say("cannot read back: no thread could be started; raise the limit of threads (ulimit -u)");
        reader_free(made);
        return NULL;
    }
    return made;
}

static void stop_thread(struct reader *reader) {
    if (!reader->runs)
        return;
    pthread_mutex_lock(&reader->lock);
    reader->stop = true;
    pthread_mutex_unlock(&reader->lock);
    pthread_join(reader->thread, NULL);
    reader->runs = false;
}

static void free_topic(struct reader_topic *topic) {
    for (int32_t i = 0; i < topic->count; i++) {
        if (topic->partitions[i].is_followed)
            rd_kafka_consume_stop(topic->handle, i);
    }
    if (topic->handle)
        rd_kafka_topic_destroy(topic->handle);
    free(topic->name);
    free(topic->partitions);
    free(topic);
}

void reader_free(struct reader *reader) {
    if (!reader)
        return;
    stop_thread(reader);
    for (size_t i = 0; i < reader->topic_count; i++)
        free_topic(reader->topics[i]);
    for (size_t i = 0; i < reader->count; i++)
        free((void *)reader->records[i].key.data);
    free(reader->topics);
    free(reader->records);
    rd_kafka_queue_destroy(reader->queue);
    rd_kafka_destroy(reader->handle);
    pthread_mutex_destroy(&reader->lock);
    pthread_cond_destroy(&reader->news);
    free(reader);
}

rd_kafka_t *reader_handle(const struct reader *reader) {
    return reader->handle;
}

/* Topics are added in the calling thread only; the reading thread meets them through their handles. */
static struct reader_topic *find_topic(const struct reader *reader, const char *name) {
    for (size_t i = 0; i < reader->topic_count; i++) {
        if (strcmp(reader->topics[i]->name, name) == 0)
            return reader->topics[i];
    }
    return NULL;
}

static struct reader_topic *add_topic(struct reader *reader, const char *name) {
    struct reader_topic *topic = need_realloc(NULL, sizeof *topic);
    /* A topic's own configuration would replace what was set on the handle, so it starts from that. */
    rd_kafka_topic_conf_t *conf = rd_kafka_default_topic_conf_dup(reader->handle);
    rd_kafka_topic_conf_set_opaque(conf, topic);
    *topic = (struct reader_topic){need_strdup(name), rd_kafka_topic_new(reader->handle, name, conf), NULL, 0};
    reader->topics = need_room(reader->topics, reader->topic_count, sizeof(struct reader_topic *));
    return reader->topics[reader->topic_count++] = topic;
}

static struct reader_partition *get_partition(struct reader *reader, const char *name, int32_t partition) {
    struct reader_topic *topic = find_topic(reader, name);
    if (!topic)
        topic = add_topic(reader, name);
    if (partition >= topic->count)
        topic->partitions = need_realloc(topic->partitions, ((size_t)partition + 1) * sizeof *topic->partitions);
    for (; topic->count <= partition; topic->count++)
        topic->partitions[topic->count] = (struct reader_partition){false, 0, -1, -1};
    return &topic->partitions[partition];
}

bool reader_follow(struct reader *reader, const char *topic, int32_t partition, int64_t from_offset) {
    pthread_mutex_lock(&reader->lock);
    struct reader_partition *place = get_partition(reader, topic, partition);
    rd_kafka_topic_t *handle = find_topic(reader, topic)->handle;
    place->next = from_offset;
    /* There is no handle for a name that librdkafka does not take. */
    place->is_followed = handle && rd_kafka_consume_start_queue(handle, partition, from_offset, reader->queue) == 0;
    bool is_followed = place->is_followed;
    pthread_mutex_unlock(&reader->lock);
    if (!is_followed)
        say("cannot read back %s: %s", topic, rd_kafka_err2str(rd_kafka_last_error()));
    return is_followed;
}

bool reader_follows(const struct reader *reader, const char *topic) {
    return find_topic(reader, topic) != NULL;
}

static void set_goals(struct reader *reader, const struct outcome_list *outcomes) {
    pthread_mutex_lock(&reader->lock);
    for (size_t i = 0; i < outcomes->count; i++) {
        const struct outcome *one = &outcomes->at[i];
        if (!one->topic || one->partition < 0 || one->offset < 0)
            continue;
        struct reader_partition *place = get_partition(reader, one->topic, one->partition);
        if (place->first < 0 || one->offset < place->first)
            place->first = one->offset;
        if (one->offset > place->last)
            place->last = one->offset;
    }
    pthread_mutex_unlock(&reader->lock);
}

static void follow_goals(struct reader *reader) {
    for (size_t t = 0; t < reader->topic_count; t++) {
        for (int32_t p = 0; p < reader->topics[t]->count; p++) {
            const struct reader_partition *place = &reader->topics[t]->partitions[p];
            if (place->last >= 0 && !place->is_followed)
                reader_follow(reader, reader->topics[t]->name, p, place->first);
        }
    }
}

static bool is_through(const struct reader *reader) {
    for (size_t t = 0; t < reader->topic_count; t++) {
        for (int32_t p = 0; p < reader->topics[t]->count; p++) {
            const struct reader_partition *place = &reader->topics[t]->partitions[p];
            if (place->is_followed && place->next <= place->last)
                return false;
        }
    }
    return true;
}

static int compare(const void *left, const void *right) {
    const struct read_record *a = left, *b = right;
    int order = strcmp(a->topic, b->topic);
    if (order == 0)
        order = a->partition < b->partition ? -1 : a->partition > b->partition;
    if (order == 0)
        order = a->offset < b->offset ? -1 : a->offset > b->offset;
    return order;
}

bool reader_catch_up(struct reader *reader, const struct outcome_list *outcomes) {
    set_goals(reader, outcomes);
    follow_goals(reader);
    pthread_mutex_lock(&reader->lock);
    for (bool waits = true; waits && !is_through(reader);) {
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_sec += PATIENCE_S;
        size_t before = reader->count;
        while (waits && reader->count == before)
            waits = pthread_cond_timedwait(&reader->news, &reader->lock, &until) == 0;
    }
    bool is_up = is_through(reader);
    pthread_mutex_unlock(&reader->lock);
    return is_up;
}

void reader_finish(struct reader *reader, const struct outcome_list *outcomes) {
    bool is_up = reader_catch_up(reader, outcomes);
    stop_thread(reader);
    if (!is_up)
        say("reading back ended early: %s", reader->error[0] ? reader->error : "no more records came");
    if (reader->count)
        qsort(reader->records, reader->count, sizeof *reader->records, compare);
}

const struct read_record *reader_find(const struct reader *reader, const struct outcome *outcome) {
    if (!outcome->topic || outcome->partition < 0 || outcome->offset < 0 || reader->count == 0)
        return NULL;
    struct read_record wanted = {.topic = outcome->topic, .partition = outcome->partition, .offset = outcome->offset};
    return bsearch(&wanted, reader->records, reader->count, sizeof *reader->records, compare);
}
