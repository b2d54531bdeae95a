/* SPDX-License-Identifier: Apache-2.0
 *
 * Dead letters (stskafka/dead_letter.h): made of a record that is rejected, or that the transport failed for good, and
 * handed to the host's callback and to a topic.
 *
 * A letter has its place in the ledger before its record's end is booked, so that none is lost for want of room; then
 * it is posted, or dropped where the booking failed. */
#ifndef STS_EXPORTER_DEAD_LETTER_H
#define STS_EXPORTER_DEAD_LETTER_H

#include <stskafka/dead_letter.h>
#include <stskafka/transport.h>

#include "base/error.h"
#include "exporter/source.h"
#include "queue/ledger.h"

/* What the public accessors read. */
struct sts_dead_letter {
    int32_t kind;
    sts_status code;
    int32_t transport_code;
    const char *text;
    const char *topic;
    uint64_t token;
    uint64_t index;
    sts_bytes key;
    sts_bytes value;
    int32_t signal;           /* of the value, where that is a request with the record alone; 0: it is the message's */
    const sts_bytes *headers; /* names and values by turns */
    size_t header_count;
};

/* Where an exporter's dead letters go. */
typedef struct sts__dead_letters {
    sts_dead_letter_callback callback;
    void *user;
    const char *topic; /* interned; NULL: to no topic */
    int32_t topic_index;
} sts__dead_letters;

typedef struct sts__letter {
    sts_dead_letter told;
    sts__wire_writer otlp; /* where the value of a rejected record is written */
    bool has_value;        /* it is small enough for the topic of dead letters, as far as we know */
    bool has_place;
    bool is_stored; /* it needs none: it goes to the store on disk */
    uint64_t place; /* in the ledger, for the topic */
} sts__letter;

bool sts__dead_letters_wanted(const sts_exporter *exporter);

/* A record that is rejected. */
typedef struct sts__rejected {
    const sts__source *source;
    const sts_message *message; /* as far as its route got, or as it was sent */
    const sts__item_place *place;
    const sts__fault *why;
} sts__rejected;

/* Makes its letter. STS_OK; what sts__ledger_accept_letter returns where there is no place for it; STS_ERR_NO_MEMORY.
 * It must be ended in any case. */
sts_status sts__letter_of_rejected(sts__letter *letter, sts_exporter *exporter, sts__ledger_export *export,
                                   const sts__rejected *rejected);

/* Makes the letter of a pending record which failed, if it failed so that it is a dead letter; it must be ended then.
 */
bool sts__letter_of_failed(sts__letter *letter, sts_exporter *exporter, const sts_completion *completion);

/* Posts it, or (`post` false) drops it. */
void sts__letter_end(sts__letter *letter, sts_exporter *exporter, bool post);

#endif
