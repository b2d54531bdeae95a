/* SPDX-License-Identifier: Apache-2.0
 *
 * Dead letters: records that were rejected, or that Kafka refused for good, with the reason. They go to a topic (option
 * `dead_letter.topic`), to a callback, or to both. A record that was given up because its time ran out is not a dead
 * letter: it may be tried again as it is.
 *
 * In the topic a dead letter has its record's key, if the record got as far as having one, and these headers, followed
 * by the record's own:
 *
 *   stskafka.dead_letter.code   the name of the code, for instance STS_ERR_BODY_TYPE
 *   stskafka.dead_letter.text   why, in words
 *   stskafka.dead_letter.topic  where the record was to go, if that was known
 *   stskafka.dead_letter.form   what the value is: `otlp`, an OTLP request with that record alone, in protobuf, which
 *                               can be exported again; `message`, the value of the Kafka message as it was to be sent;
 *                               `left_out`, a null value, for it would be larger than max_message_bytes or than the
 *                               topic of dead letters takes
 *   stskafka.dead_letter.signal of the form otlp: logs, traces, metrics or profiles
 *
 * Rejected log records, spans, metrics and profiles have the form otlp; what a broker refused, topology, and profiles
 * in JSON, the form message. */
#ifndef STSKAFKA_DEAD_LETTER_H
#define STSKAFKA_DEAD_LETTER_H

#include <stskafka/error.h>
#include <stskafka/export.h>
#include <stskafka/options.h>
#include <stskafka/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A dead letter, as a callback sees it. */
typedef struct sts_dead_letter sts_dead_letter;

/* Called with each dead letter: for a rejected record from inside the export that rejects it, so perhaps from several
 * threads at once; for one that Kafka refused, from the threads that outcomes come from (options.h). `letter` is valid
 * until it returns. It must return soon. It may export, but not flush, poll, close or free: those return
 * STS_ERR_REENTRANT. */
typedef void (*sts_dead_letter_callback)(const sts_dead_letter *letter, void *user);

/* Sets the callback for dead letters.
 *
 *   callback  NULL removes it
 *   user      handed on to the callback; must live as long as the exporters made from these options
 *
 * Returns  STS_OK, STS_ERR_INVALID_ARGUMENT.
 * Threads  as sts_options_set.
 * Since    1.0.0 */
STS_API sts_status sts_options_set_dead_letter_callback(sts_options *options, sts_dead_letter_callback callback,
                                                        void *user);

/* The parts of a dead letter.
 *
 *   kind            STS_OUTCOME_REJECTED or STS_OUTCOME_FAILED (types.h)
 *   code, text      why
 *   transport_code  the transport's own number, 0 if there is none
 *   token, index    of the request, and the record's place in it, from 0; a message of several records that Kafka
 *                   refused (option `gather`) is one letter, with the place of its first record
 *   topic           where the record was to go; NULL where that was not known yet
 *   key             a view; `data` NULL where the record has none, or was rejected before it had one
 *   value           a view of the bytes; `data` NULL is a tombstone
 *   signal          STS_SIGNAL_* (otlp.h) when the value is an OTLP request of that signal with the record alone, which
 *                   can be exported again; 0 when it is the value of the Kafka message
 *   header_count, header_name, header_value
 *                   the record's own headers, `index` from 0; name NULL beyond the last; a value with `data` NULL is
 *                   null
 *
 * `letter`, and the place of a view (`key`, `value`), must not be NULL.
 *
 * Returns  strings and views that live as long as the letter.
 * Threads  the one that the callback is called in.
 * Since    1.0.0 */
STS_API int32_t sts_dead_letter_kind(const sts_dead_letter *letter);
STS_API sts_status sts_dead_letter_code(const sts_dead_letter *letter);
STS_API const char *sts_dead_letter_text(const sts_dead_letter *letter);
STS_API int32_t sts_dead_letter_transport_code(const sts_dead_letter *letter);
STS_API uint64_t sts_dead_letter_token(const sts_dead_letter *letter);
STS_API uint64_t sts_dead_letter_index(const sts_dead_letter *letter);
STS_API const char *sts_dead_letter_topic(const sts_dead_letter *letter);
STS_API void sts_dead_letter_key(const sts_dead_letter *letter, sts_bytes *key);
STS_API void sts_dead_letter_value(const sts_dead_letter *letter, sts_bytes *value);
STS_API int32_t sts_dead_letter_signal(const sts_dead_letter *letter);
STS_API size_t sts_dead_letter_header_count(const sts_dead_letter *letter);
STS_API const char *sts_dead_letter_header_name(const sts_dead_letter *letter, size_t index);
STS_API void sts_dead_letter_header_value(const sts_dead_letter *letter, size_t index, sts_bytes *value);

#ifdef __cplusplus
}
#endif
#endif
