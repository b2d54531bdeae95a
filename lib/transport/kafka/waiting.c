/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/kafka/waiting.h"

#include "base/clock.h"
#include "transport/kafka/internal.h"

/* What is refused for what it is was refused before as well, unless the topic has changed. */
static bool may_be_there(const sts__kafka_record *record, rd_kafka_resp_err_t error) {
    return sts__kafka_error_is_of_record(error) ? record->was_lost : record->may_be_there;
}

/* Gives a record that no producer has its outcome. */
static void complete_waiting(sts__kafka *kafka, sts__kafka_record *record, int32_t kind, sts_status code,
                             rd_kafka_resp_err_t error, const char *text) {
    sts_completion completion = {.struct_size = sizeof completion,
                                 .id = record->message.id,
                                 .offset = -1,
                                 .partition = -1,
                                 .kind = may_be_there(record, error) ? STS_OUTCOME_UNCERTAIN : kind,
                                 .code = code,
                                 .transport_code = error,
                                 .text = text,
                                 .message = &record->message,
                                 .may_be_duplicate = record->may_be_there || record->may_be_twice};
    sts__sink_complete(kafka->sink, &completion, 1);
    sts__kafka_records_finish(&kafka->records, &record, 1);
}

void sts__kafka_give_up_waiting(sts__kafka *kafka) {
    sts__kafka_record *record;
    sts__kafka_transaction_give_up(kafka);
    while ((record = sts__kafka_records_next_waiting(&kafka->records, NULL, false)))
        complete_waiting(kafka, record, STS_OUTCOME_PURGED,
                         record->may_be_there ? STS_ERR_NOT_ACKNOWLEDGED : STS_ERR_PURGED,
                         RD_KAFKA_RESP_ERR__PURGE_QUEUE, NULL);
    while ((record = sts__kafka_records_next_parked(&kafka->records, NULL)))
        complete_waiting(kafka, record, STS_OUTCOME_PURGED,
                         record->may_be_there ? STS_ERR_NOT_ACKNOWLEDGED : STS_ERR_PURGED,
                         RD_KAFKA_RESP_ERR__PURGE_QUEUE, NULL);
}

void sts__kafka_fail_waiting(sts__kafka *kafka, sts__kafka_record *record, rd_kafka_resp_err_t error) {
    complete_waiting(kafka, record, STS_OUTCOME_FAILED, sts__kafka_record_status(error), error,
                     rd_kafka_err2str(error));
}

static void time_out(sts__kafka *kafka, sts__kafka_record *record) {
    sts__kafka_topic *topic = &kafka->topics.items[record->message.topic_index];
    if (sts__kafka_topic_is_missing(topic))
        complete_waiting(kafka, record, STS_OUTCOME_FAILED, STS_ERR_TOPIC_MISSING, RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC,
                         sts__kafka_missing_text(kafka->memory, topic));
    else
        complete_waiting(kafka, record, STS_OUTCOME_FAILED, STS_ERR_GAVE_UP, RD_KAFKA_RESP_ERR__MSG_TIMED_OUT, NULL);
}

/* As the producer before this one was, unless there is another configuration to begin with. */
static bool is_refused(const sts__kafka *kafka, const sts__kafka_record *record) {
    const sts__kafka_succession *succession = &kafka->succession;
    return succession->refusal.code != STS_OK && record->number < succession->inherited_before &&
           !__atomic_load_n(&succession->next, __ATOMIC_ACQUIRE);
}

bool sts__kafka_is_too_old(const sts__kafka_patience *patience, const sts__kafka_record *record, int64_t now_us) {
    return patience->max_elapsed_ms && now_us - record->taken_us > patience->max_elapsed_ms * 1000;
}

bool sts__kafka_is_over(sts__kafka *kafka, sts__kafka_record *record) {
    const sts__kafka_topic *topic = &kafka->topics.items[record->message.topic_index];
    const char *why_stale;
    sts__fault fault;
    if (!sts__kafka_transaction_knows(kafka, record))
        return false;
    if (sts__kafka_transaction_has(kafka, record))
        complete_waiting(kafka, record, STS_OUTCOME_DELIVERED, STS_OK, RD_KAFKA_RESP_ERR_NO_ERROR, NULL);
    else if (sts__kafka_transaction_denies(kafka, record))
        sts__kafka_fail_waiting(kafka, record, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
    else if ((why_stale = sts__kafka_transaction_why_stale(kafka, record)))
        complete_waiting(kafka, record, STS_OUTCOME_FAILED, STS_ERR_GAVE_UP, RD_KAFKA_RESP_ERR_NO_ERROR, why_stale);
    else if (is_refused(kafka, record))
        complete_waiting(kafka, record, STS_OUTCOME_FAILED, kafka->succession.refusal.code,
                         kafka->succession.refusal.transport_code, kafka->succession.refusal.text);
    else if (sts__kafka_is_too_old(&kafka->patience, record, sts__clock_us()))
        time_out(kafka, record);
    else if (sts__kafka_settings_are_known(topic) &&
             sts__kafka_would_refuse(&kafka->times, &topic->settings, &record->message, &fault)) {
        if (!sts__kafka_divide(kafka, record))
            complete_waiting(kafka, record, STS_OUTCOME_FAILED, fault.code, fault.transport_code, fault.text);
    } else
        return false;
    return true;
}

bool sts__kafka_waits_for_settings(sts__kafka *kafka, const sts__kafka_record *record) {
    const sts_message *message = &record->message;
    sts__kafka_topic *topic = &kafka->topics.items[message->topic_index];
    sts__fault fault;
    if (sts__kafka_settings_are_known(topic) &&
        !(sts__kafka_would_refuse(&kafka->times, &topic->settings, message, &fault) &&
          sts__kafka_doubt_old_settings(topic)))
        return false;
    sts__kafka_want_settings(kafka, message->topic_index, message->topic);
    return true;
}

/* Once a second, as librdkafka looks at what it has. */
void sts__kafka_expire_waiting(sts__kafka *kafka) {
    sts__kafka_record *before = NULL;
    sts__kafka_record *record;
    if (sts__clock_us() < kafka->patience.look_at_us)
        return;
    kafka->patience.look_at_us = sts__deadline_after(1000);
    while ((record = sts__kafka_records_next_waiting(&kafka->records, before, false)))
        if (!sts__kafka_is_over(kafka, record))
            before = record;
    before = NULL;
    while ((record = sts__kafka_records_next_parked(&kafka->records, before)))
        if (!sts__kafka_is_over(kafka, record))
            before = record;
}
