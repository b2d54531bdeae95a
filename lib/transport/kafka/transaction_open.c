/* SPDX-License-Identifier: Apache-2.0
 *
 * What the open transaction holds: whether it takes more, and when it may end. */
#include "base/clock.h"
#include "transport/kafka/cost.h"
#include "transport/kafka/internal.h"
#include "transport/message_size.h"

void sts__kafka_transaction_forget_open(sts__kafka *kafka) {
    kafka->transaction.open = (sts__open_transaction){.began_us = 0};
    for (int32_t i = 0; i < kafka->topics.max; i++)
        kafka->topics.items[i].transaction.progress.end = 0;
}

static void begin(sts__kafka *kafka) {
    sts__kafka_transaction *transaction = &kafka->transaction;
    rd_kafka_error_t *error = rd_kafka_begin_transaction(kafka->producer.handle);
    if (error) { /* a fatal one, which comes as an event too */
        rd_kafka_error_destroy(error);
        return;
    }
    sts__kafka_transaction_forget_open(kafka);
    transaction->open.began_us = sts__clock_us();
    transaction->open.began_wall_ms = sts__clock_wall_ms();
    transaction->phase = STS__TRANSACTION_OPEN;
}

static bool has_room(const sts__kafka *kafka, const sts__kafka_record *record) {
    const sts__kafka_transaction *transaction = &kafka->transaction;
    const sts__open_transaction *open = &transaction->open;
    const sts__topic_progress *topic = &kafka->topics.items[record->message.topic_index].transaction.progress;
    bool is_behind = transaction->sends_alone && open->records && record->message.sequence > transaction->suspect_to;
    bool one_topic = open->topics && !topic->end && transaction->one_topic_until_us > sts__clock_us();
    return !open->is_closing && !one_topic && !is_behind && open->bytes < transaction->max_bytes &&
           open->records < transaction->max_records;
}

bool sts__kafka_transaction_knows(sts__kafka *kafka, const sts__kafka_record *record) {
    sts__kafka_transaction *transaction = &kafka->transaction;
    sts__kafka_topic *topic = &kafka->topics.items[record->message.topic_index];
    if (!transaction->is_on || sts__kafka_progress_is_known(&transaction->progress, &topic->transaction.progress))
        return true;
    sts__kafka_name_topic(topic, record->message.topic);
    topic->transaction.progress.is_wanted = true;
    transaction->open.is_closing = transaction->phase == STS__TRANSACTION_OPEN;
    if (transaction->phase == STS__TRANSACTION_READY)
        transaction->phase = STS__TRANSACTION_READING;
    return false;
}

bool sts__kafka_transaction_takes(sts__kafka *kafka, const sts__kafka_record *record) {
    sts__kafka_transaction *transaction = &kafka->transaction;
    sts__open_transaction *open = &transaction->open;
    if (!transaction->is_on)
        return true;
    if (!sts__kafka_transaction_knows(kafka, record))
        return false;
    if (sts__kafka_transaction_has(kafka, record) ||
        sts__kafka_transaction_why_stale(kafka, record)) /* it is not sent */
        return true;
    if (transaction->phase == STS__TRANSACTION_READY && sts__clock_us() >= transaction->next_us)
        begin(kafka);
    if (transaction->phase != STS__TRANSACTION_OPEN || open->has_failed)
        return false;
    if (record->message.sequence <= open->last || has_room(kafka, record))
        return true;
    open->is_closing = true;
    return false;
}

void sts__kafka_transaction_add(sts__kafka *kafka, const sts__kafka_record *first, size_t count) {
    sts__open_transaction *open = &kafka->transaction.open;
    if (!kafka->transaction.is_on)
        return;
    for (const sts__kafka_record *record = first; count; record = record->next, count--) {
        const sts_message *message = &record->message;
        sts__topic_progress *topic = &kafka->topics.items[message->topic_index].transaction.progress;
        open->topics += !topic->end;
        open->records += message->record_count;
        open->bytes += sts__kafka_cost(message, sts__message_payload(message));
        if (topic->end <= message->sequence)
            topic->end = message->sequence + 1;
        if (open->last < message->sequence)
            open->last = message->sequence;
    }
}

void sts__kafka_transaction_fail(sts__kafka *kafka) {
    kafka->transaction.open.has_failed = true;
}

/* Without memory it cannot be known later: so it is as if it had not been written. */
void sts__kafka_transaction_note(sts__kafka *kafka, const rd_kafka_message_t *message) {
    sts__kafka_record *record = message->_private;
    if (sts__kafka_written_add(&kafka->transaction.written, kafka->memory, record, message->partition, message->offset))
        return;
    sts__kafka_records_set_produced(&kafka->records, record, false);
    sts__kafka_transaction_fail(kafka);
}

void sts__kafka_transaction_take_out(sts__kafka *kafka) {
    sts__kafka_written_take_out(&kafka->transaction.written, &kafka->records);
}

void sts__kafka_transaction_suspects(sts__kafka *kafka, const sts__kafka_record *record) {
    if (kafka->transaction.suspect_to < record->message.sequence)
        kafka->transaction.suspect_to = record->message.sequence;
}

bool sts__kafka_transaction_has(sts__kafka *kafka, const sts__kafka_record *record) {
    const sts_message *message = &record->message;
    sts__kafka_topic *topic = &kafka->topics.items[message->topic_index];
    return kafka->transaction.is_on &&
           sts__kafka_progress_has(&kafka->transaction.progress, &topic->transaction.progress, message->sequence);
}

const char *sts__kafka_transaction_why_stale(const sts__kafka *kafka, const sts__kafka_record *record) {
    const sts__kafka_transaction *transaction = &kafka->transaction;
    bool is_recovered = transaction->is_on && record->message.sequence < transaction->progress.run_begins;
    return is_recovered ? sts__sink_why_stale(kafka->sink, record->message.id) : NULL;
}

bool sts__kafka_transaction_denies(const sts__kafka *kafka, const sts__kafka_record *record) {
    return kafka->transaction.is_on &&
           sts__clock_us() < kafka->topics.items[record->message.topic_index].transaction.denied_until_us;
}

static bool is_of_open(const sts__kafka_record *record, const void *user) {
    const sts__kafka *kafka = user;
    const sts__topic_progress *topic = &kafka->topics.items[record->message.topic_index].transaction.progress;
    return record->message.sequence < topic->end;
}

bool sts__kafka_transaction_is_whole(sts__kafka *kafka) {
    return !sts__kafka_records_lacks(&kafka->records, kafka->transaction.open.last, is_of_open, kafka);
}

bool sts__kafka_transaction_is_due(sts__kafka *kafka) {
    const sts__kafka_transaction *transaction = &kafka->transaction;
    const sts__open_transaction *open = &transaction->open;
    return open->is_closing || open->bytes >= transaction->max_bytes || open->records >= transaction->max_records ||
           sts__clock_us() - open->began_us >= transaction->interval_us ||
           (transaction->hurries && !sts__kafka_records_next_waiting(&kafka->records, NULL, false));
}
