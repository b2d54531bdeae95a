/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/memory.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "transport/memory_script.h"
#include "transport/message_size.h"
#include "transport/sink.h"

enum { MAX_PARTITIONS = 100000 };

/* Messages that wait for their outcome to be reported, in the order of sending. */
typedef struct outcome_list {
    sts_completion *items;
    size_t size;
    size_t capacity;
} outcome_list;

struct sts_memory_transport {
    const sts__memory *memory;
    int64_t *offsets; /* the next one, by topic and partition */
    size_t topic_count;
    char *script_text;
    sts__memory_script script;
    int32_t partitions;
    sts_transport_sink *sink;

    pthread_mutex_t lock;
    pthread_cond_t changed;
    sts_message *kept; /* each with its bytes in one block, which begins with the headers */
    size_t capacity;
    size_t kept_count;
    uint64_t count;
    outcome_list ready;
    outcome_list reporting; /* what a poll has taken out of `ready`; the two change places */
    outcome_list held;
    bool woken;
};

sts_status sts__memory_transport_new(const sts__memory *memory, const char *script, size_t capacity, int32_t partitions,
                                     sts_memory_transport **made, sts__fault *fault) {
    if (partitions < 1 || partitions > MAX_PARTITIONS)
        return sts__fault_set(fault, STS_ERR_INVALID_ARGUMENT, "partitions: must be 1 to %d", MAX_PARTITIONS);
    sts_memory_transport *m = sts__memory_new(memory, sizeof *m);
    if (!m)
        return sts__fault_no_memory(fault);
    m->memory = memory;
    m->partitions = partitions;
    m->capacity = capacity;
    m->script_text = sts__memory_copy_text(memory, script ? script : "", script ? strlen(script) : 0);
    sts_status status =
        m->script_text ? sts__memory_script_begin(&m->script, m->script_text, fault) : sts__fault_no_memory(fault);
    if (status == STS_OK && pthread_mutex_init(&m->lock, NULL) == 0) {
        if (sts__condition_init(&m->changed) == 0) {
            *made = m;
            return STS_OK;
        }
        pthread_mutex_destroy(&m->lock);
    }
    sts__memory_free(memory, m->script_text);
    sts__memory_free(memory, m);
    return status != STS_OK ? status : sts__fault_set(fault, STS_ERR_SYSTEM, "no lock to be had");
}

void sts__memory_transport_free(sts_memory_transport *m) {
    if (!m)
        return;
    for (size_t i = 0; i < m->kept_count; i++)
        sts__memory_free(m->memory, (sts_bytes *)m->kept[i].headers);
    sts__memory_free(m->memory, m->kept);
    sts__memory_free(m->memory, m->offsets);
    sts__memory_free(m->memory, m->ready.items);
    sts__memory_free(m->memory, m->reporting.items);
    sts__memory_free(m->memory, m->held.items);
    sts__memory_free(m->memory, m->script_text);
    pthread_cond_destroy(&m->changed);
    pthread_mutex_destroy(&m->lock);
    sts__memory_free(m->memory, m);
}

uint64_t sts__memory_transport_count(const sts_memory_transport *memory) {
    sts_memory_transport *m = (sts_memory_transport *)memory; /* the lock changes, what it guards does not */
    pthread_mutex_lock(&m->lock);
    uint64_t count = m->count;
    pthread_mutex_unlock(&m->lock);
    return count;
}

const sts_message *sts__memory_transport_message(const sts_memory_transport *memory, size_t index) {
    sts_memory_transport *m = (sts_memory_transport *)memory;
    pthread_mutex_lock(&m->lock);
    const sts_message *message = index < m->kept_count ? &m->kept[index] : NULL;
    pthread_mutex_unlock(&m->lock);
    return message;
}

static size_t block_size(const sts_message *message) {
    size_t size = strlen(message->topic) + message->key.size + message->value.size + 3;
    for (size_t i = 0; i < 2 * message->header_count; i++)
        size += sizeof(sts_bytes) + message->headers[i].size + 1;
    return size;
}

static bool keep(sts_memory_transport *m, const sts_message *message) {
    if (m->kept_count == m->capacity)
        return true;
    if (!m->kept) { /* made at the first message, so that the messages stay where they are; written one by one */
        m->kept = m->capacity > SIZE_MAX / sizeof *m->kept
                      ? NULL
                      : sts__memory_resize(m->memory, NULL, m->capacity * sizeof *m->kept);
        if (!m->kept)
            return false;
    }
    sts_bytes *headers = sts__memory_new(m->memory, block_size(message));
    if (!headers)
        return false;
    char *at = (char *)(headers + 2 * message->header_count);
    sts_bytes topic = {message->topic, strlen(message->topic)};
    sts_message *copy = &m->kept[m->kept_count++];
    *copy = *message;
    copy->topic = sts__memory_put(&at, topic).data;
    copy->key = sts__memory_put(&at, message->key);
    copy->value = sts__memory_put(&at, message->value);
    for (size_t i = 0; i < 2 * message->header_count; i++)
        headers[i] = sts__memory_put(&at, message->headers[i]);
    copy->headers = headers;
    return true;
}

static bool append(const sts_memory_transport *m, outcome_list *list, const sts_completion *completion) {
    if (list->size == list->capacity) {
        size_t capacity = list->capacity ? 2 * list->capacity : 64;
        sts_completion *items = sts__memory_resize(m->memory, list->items, capacity * sizeof *items);
        if (!items)
            return false;
        list->items = items;
        list->capacity = capacity;
    }
    list->items[list->size++] = *completion;
    return true;
}

static int64_t *offset_of(const sts_memory_transport *m, int32_t topic, int32_t partition) {
    return &m->offsets[(size_t)topic * (size_t)m->partitions + (size_t)(partition % m->partitions)];
}

/* Makes counters for topics up to this one. */
static bool know_topic(sts_memory_transport *m, int32_t topic) {
    size_t count = (size_t)topic + 1;
    if (count <= m->topic_count)
        return true;
    int64_t *offsets = sts__memory_resize(m->memory, m->offsets, count * (size_t)m->partitions * sizeof *offsets);
    if (!offsets)
        return false;
    memset(offsets + m->topic_count * (size_t)m->partitions, 0,
           (count - m->topic_count) * (size_t)m->partitions * sizeof *offsets);
    m->offsets = offsets;
    m->topic_count = count;
    return true;
}

static sts_completion outcome_of(const sts_memory_transport *m, const sts_message *message, sts__memory_action action) {
    sts_completion result = {.struct_size = sizeof result, .id = message->id, .offset = -1, .partition = -1};
    switch (action) {
    case STS__MEMORY_FAIL:
        result.kind = STS_OUTCOME_FAILED;
        result.code = STS_ERR_DELIVERY;
        result.text = "failed by the script";
        break;
    case STS__MEMORY_UNCERTAIN:
        result.kind = STS_OUTCOME_UNCERTAIN;
        result.code = STS_ERR_NOT_ACKNOWLEDGED;
        result.text = "left uncertain by the script";
        break;
    default:
        result.kind = STS_OUTCOME_DELIVERED;
        result.partition = message->partition >= 0 ? message->partition
                                                   : sts__partition(m->sink->profile, message->key, m->partitions);
        if (result.partition < 0)
            result.partition = (int32_t)(m->count % (uint64_t)m->partitions);
        result.offset = *offset_of(m, message->topic_index, result.partition);
    }
    return result;
}

static sts_status take(sts_memory_transport *m, const sts_message *message, sts__memory_action action) {
    outcome_list *list = action == STS__MEMORY_HOLD ? &m->held : &m->ready;
    if (!know_topic(m, message->topic_index))
        return STS_ERR_NO_MEMORY;
    sts_completion completion = outcome_of(m, message, action);
    size_t kept_before = m->kept_count;
    if (!append(m, list, &completion))
        return STS_ERR_NO_MEMORY;
    if (!keep(m, message)) {
        list->size--;
        return STS_ERR_NO_MEMORY;
    }
    list->items[list->size - 1].message = m->kept_count > kept_before ? &m->kept[kept_before] : NULL;
    if (completion.offset >= 0)
        ++*offset_of(m, message->topic_index, completion.partition);
    m->count++;
    if (m->ready.size == 1) /* a poll takes all there is */
        pthread_cond_signal(&m->changed);
    return STS_OK;
}

static sts_status memory_open(void *context, sts_transport_sink *sink, int32_t timeout_ms, int32_t *transport_code,
                              char *text, size_t text_size) {
    (void)timeout_ms, (void)transport_code, (void)text, (void)text_size;
    ((sts_memory_transport *)context)->sink = sink;
    return STS_OK;
}

/* Does with one message what the script says; under the lock. */
static sts_status send(sts_memory_transport *m, const sts_message *message, char *text, size_t text_size) {
    sts__memory_script before = m->script;
    sts__memory_action action = sts__memory_script_next(&m->script);
    sts_status status;
    if (message->partition >= m->partitions)
        action = STS__MEMORY_NO_PARTITION;
    switch (action) {
    case STS__MEMORY_NO_PARTITION:
        snprintf(text, text_size, "the topic has %d partitions, from 0", (int)m->partitions);
        return STS_ERR_PARTITION;
    case STS__MEMORY_FULL:
        return STS_ERR_QUEUE_FULL;
    case STS__MEMORY_REFUSE:
        snprintf(text, text_size, "refused by the script");
        return STS_ERR_RECORD_SIZE;
    case STS__MEMORY_FATAL:
        snprintf(text, text_size, "ended by the script");
        return STS_ERR_PRODUCER_FATAL;
    default:
        status = take(m, message, action);
        if (status == STS_ERR_NO_MEMORY)
            m->script = before; /* the message may come again, to the same step */
        return status;
    }
}

static sts_status memory_send_many(void *context, const sts_message *const *messages, size_t count, size_t *taken,
                                   int32_t *transport_code, char *text, size_t text_size) {
    sts_memory_transport *m = context;
    sts_status status = STS_OK;
    (void)transport_code;
    pthread_mutex_lock(&m->lock);
    while (*taken < count && (status = send(m, messages[*taken], text, text_size)) == STS_OK)
        ++*taken;
    pthread_mutex_unlock(&m->lock);
    return status;
}

static sts_status memory_send(void *context, const sts_message *message, int32_t *transport_code, char *text,
                              size_t text_size) {
    size_t taken = 0;
    return memory_send_many(context, &message, 1, &taken, transport_code, text, text_size);
}

/* Reports all that is ready. The lock is not held meanwhile: the exporter takes its own. */
static void memory_poll(void *context, int32_t timeout_ms) {
    sts_memory_transport *m = context;
    int64_t deadline = sts__deadline_after(timeout_ms);
    pthread_mutex_lock(&m->lock);
    while (!m->ready.size && !m->woken && sts__clock_us() < deadline)
        sts__condition_wait(&m->changed, &m->lock, deadline);
    m->woken = false;
    outcome_list taken = m->ready;
    m->ready = m->reporting;
    m->reporting = taken;
    pthread_mutex_unlock(&m->lock);
    if (taken.size)
        sts__sink_complete(m->sink, taken.items, taken.size);
    m->reporting.size = 0;
}

/* There is nothing else to be done. */
static int32_t memory_report(void *context, int32_t timeout_ms) {
    memory_poll(context, timeout_ms);
    return 1;
}

/* What is held was never sent. */
static void memory_purge(void *context) {
    sts_memory_transport *m = context;
    pthread_mutex_lock(&m->lock);
    while (m->held.size) {
        sts_completion *completion = &m->held.items[m->held.size - 1];
        completion->kind = STS_OUTCOME_PURGED;
        completion->code = STS_ERR_PURGED;
        completion->partition = -1;
        completion->offset = -1;
        if (!append(m, &m->ready, completion))
            break; /* without memory, the exporter counts it as uncertain */
        m->held.size--;
    }
    pthread_mutex_unlock(&m->lock);
}

static void memory_wake(void *context) {
    sts_memory_transport *m = context;
    pthread_mutex_lock(&m->lock);
    m->woken = true;
    pthread_cond_signal(&m->changed);
    pthread_mutex_unlock(&m->lock);
}

static void memory_close(void *context, int32_t timeout_ms) {
    (void)context, (void)timeout_ms;
}

const sts_transport sts__memory_transport_table = {
    .struct_size = sizeof sts__memory_transport_table,
    .name = "memory",
    .open = memory_open,
    .send = memory_send,
    .poll = memory_poll,
    .purge = memory_purge,
    .close = memory_close,
    .wake = memory_wake,
    .send_many = memory_send_many,
    .report = memory_report,
};

static sts_status make(const sts__memory *memory, const sts__transport_settings *settings, void **context,
                       sts__fault *fault) {
    sts_memory_transport *made = NULL;
    (void)settings;
    sts_status status = sts__memory_transport_new(memory, NULL, 0, 1, &made, fault);
    if (status == STS_OK)
        *context = made;
    return status;
}

static void clear(void *context) {
    sts__memory_transport_free(context);
}

const sts__transport_kind sts__memory_transport = {
    .table = &sts__memory_transport_table,
    .make = make,
    .clear = clear,
    .cost = sts__message_cost,
};
