/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/kafka/parts.h"

#include "transport/kafka/internal.h"

typedef struct place {
    sts__kafka_records *records;
    sts__kafka_record *record;
} place;

static bool take(void *user, const sts_message *const *parts, size_t count) {
    const place *at = user;
    sts__kafka_chain chain;
    if (!sts__kafka_records_new(at->records, parts, count, &chain))
        return false;
    sts__kafka_gate_shut(&at->records->gate); /* a parked record's parts wait as well */
    sts__kafka_records_replace(at->records, at->record, &chain);
    return true;
}

bool sts__kafka_divide(sts__kafka *kafka, sts__kafka_record *record) {
    place at = {&kafka->records, record};
    if (record->message.record_count < 2 || kafka->purged)
        return false;
    return sts__sink_divide(kafka->sink, &record->message, take, &at);
}
