/* SPDX-License-Identifier: Apache-2.0
 *
 * The exporter: made from options, fed by sts_export_logs (logs.h), flushed, asked, closed, freed.
 *
 * Threads. Any thread may export to one exporter at once. Every other function may be called from any thread too, but
 * nothing may run on an exporter while sts_exporter_free does. Two exporters share nothing.
 *
 * Order. The records of one request are sent in its order, and requests in the order of their exports; between threads
 * there is no order except the one that the host enforces.
 *
 * Memory. Records without an outcome are in the memory of this process alone, and are lost when it crashes or is
 * killed: close the exporter before the process ends. sending_queue.max_bytes bounds them, together with the outcomes
 * that nobody has taken. While records are on their way, librdkafka needs more for its requests (lib/queue/README.md).
 *
 * Fork. In a child process every call on an exporter that the parent made returns STS_ERR_FORKED and changes nothing,
 * and sts_exporter_free does nothing. New exporters may be made in the child. */
#ifndef STSKAFKA_EXPORTER_H
#define STSKAFKA_EXPORTER_H

#include <stskafka/error.h>
#include <stskafka/export.h>
#include <stskafka/options.h>
#include <stskafka/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Makes an exporter: checks all options together, starts its transport, and looks (option `topic_check`) whether the
 * topic exists, without creating it.
 *
 *   exporter  not NULL; gets the exporter, for the caller to free with sts_exporter_free; NULL on failure
 *   options   not NULL; copied, so the caller may change or free it at once
 *   error     NULL, or where to put the error object
 *
 * Returns  STS_OK; STS_ERR_CONFIG with all faults in the text; within `read_timeout` and a second more
 *          STS_ERR_NO_BROKER, STS_ERR_TOPIC_MISSING, STS_ERR_TOPIC_INVALID, STS_ERR_NOT_AUTHORIZED,
 *          STS_ERR_NOT_AUTHENTICATED or STS_ERR_TIMED_OUT; STS_ERR_UNSUPPORTED, STS_ERR_SYSTEM, STS_ERR_NO_MEMORY,
 *          STS_ERR_INVALID_ARGUMENT; what the host's own transport returned from its open method.
 * Threads  any; from a callback of another exporter too.
 * Since    1.0.0 */
STS_API sts_status sts_exporter_new(sts_exporter **exporter, const sts_options *options, sts_error **error);

/* Changes how a running exporter reaches Kafka, without losing a record: addresses, certificates, credentials, pacing.
 * The new options are tried first (the topic is checked, as at the start); if that fails, nothing changes. Otherwise
 * the present producer gets up to 5 seconds to report its outcomes; then a new one takes over and gets, in order, the
 * records that still have none. Exports go on meanwhile; their records wait. What the old producer may have written all
 * the same is flagged (sts_outcome_may_be_duplicate).
 *
 *   options  not NULL; all options of the exporter, not only those that change; copied. Options that decide about
 *            keys, topics, limits and promises must be as they were: only those that OPTIONS.md calls live may differ.
 *            The callbacks for outcomes and log lines remain those that the exporter was made with
 *   error    NULL, or where to put the error object
 *
 * Returns  STS_OK, and the change happens in the exporter's own thread, or in the next calls of sts_poll;
 *          STS_ERR_CONFIG with all faults in the text, or with the option that cannot change; what sts_exporter_new
 *          returns where Kafka does not answer as it should; STS_ERR_UNSUPPORTED unless transport=kafka;
 *          STS_ERR_SYSTEM;
 *          STS_ERR_REENTRANT, STS_ERR_FORKED, STS_ERR_CLOSED, STS_ERR_INVALID_ARGUMENT, STS_ERR_NO_MEMORY.
 * Threads  any; not from a callback. It may take `read_timeout` and a second more. The callbacks for log lines,
 *          passwords and tokens are called from inside it too, perhaps at the same time as from another thread.
 * Since    1.0.0 */
STS_API sts_status sts_exporter_reconfigure(sts_exporter *exporter, const sts_options *options, sts_error **error);

/* Waits until everything that was accepted before this call has its outcome; what lingers is sent at once. Records that
 * other threads export meanwhile do not delay it.
 *
 *   timeout_ms  0 or more; 0 only looks, and does not wait
 *   counts      the exporter's counters as they are at the end (types.h), or NULL
 *   error       NULL, or where to put the error object
 *
 * Returns  STS_OK when all of them have an outcome, whichever; STS_ERR_TIMED_OUT, and then the rest stays under way;
 *          STS_ERR_NO_MEMORY when messages that were open (sending_queue.batch.*) could not be made for lack of memory:
 *          they stay under way too; STS_ERR_REENTRANT, STS_ERR_FORKED, STS_ERR_CLOSED, STS_ERR_INVALID_ARGUMENT.
 * Threads  any; not from a callback.
 * Since    1.0.0 */
STS_API sts_status sts_flush(sts_exporter *exporter, int32_t timeout_ms, uint64_t *counts, size_t counts_size,
                             sts_error **error);

/* The exporter's counters since it was made (types.h).
 *
 *   counts  not NULL; counts_size elements
 *
 * Returns  STS_OK, STS_ERR_FORKED, STS_ERR_INVALID_ARGUMENT.
 * Threads  any; also from a callback.
 * Since    1.0.0 */
STS_API sts_status sts_exporter_counts(const sts_exporter *exporter, uint64_t *counts, size_t counts_size);

/* How many records were rejected with `code` since the exporter was made.
 *
 * Returns  the number; 0 for NULL, and in a child process after fork().
 * Threads  any; also from a callback.
 * Since    1.0.0 */
STS_API uint64_t sts_exporter_rejected(const sts_exporter *exporter, sts_status code);

/* How many accepted records were not delivered, for the reason `code`: their outcome is STS_OUTCOME_FAILED, _UNCERTAIN
 * or _PURGED. Added up over all codes, that is the sum of these three counters.
 *
 * Returns  the number; 0 for NULL, and in a child process after fork().
 * Threads  any; also from a callback.
 * Since    1.0.0 */
STS_API uint64_t sts_exporter_not_delivered(const sts_exporter *exporter, sts_status code);

/* One line on what the exporter does: transport, brokers, topic and key (and those that single signals have in their
 * place), partition profile, acknowledgements.
 *
 * Returns  a string that lives as long as the exporter; "" for NULL.
 * Threads  any; also from a callback.
 * Since    1.0.0 */
STS_API const char *sts_exporter_describe(const sts_exporter *exporter);

/* The fingerprint of what decides about keys and partitions: the version of the rules, the profile, and a hash of the
 * option `key` (spaces do not count), `partition_from`, `missing_key` and `empty_key`. The same for the same rule on
 * every machine; the option `fingerprint_header` puts it on every record. For instance "1-java-0b7c1f9e".
 *
 * Returns  a string that lives as long as the exporter; "" for NULL.
 * Threads  any; also from a callback.
 * Since    1.0.0 */
STS_API const char *sts_exporter_fingerprint(const sts_exporter *exporter);

/* Serves the transport in the calling thread, if `service_thread` is false: outcomes become known, callbacks are
 * called.
 *
 *   timeout_ms  how long to wait for something to do, of which 100 ms at most are waited at a time; 0 does not wait
 *
 * Returns  STS_OK, also when there was nothing to do; STS_ERR_UNSUPPORTED where the exporter has its own thread;
 *          STS_ERR_REENTRANT, STS_ERR_FORKED, STS_ERR_INVALID_ARGUMENT.
 * Threads  any, one at a time is served and the others wait; not from a callback.
 * Since    1.0.0 */
STS_API sts_status sts_poll(sts_exporter *exporter, int32_t timeout_ms);

/* A descriptor that is readable when sts_poll has something to do, for poll(2) and its like. It belongs to the
 * exporter; the host neither reads nor closes it. sts_poll makes it unreadable again.
 *
 * Returns  the descriptor; -1 where the exporter has its own thread, or the transport has none, after fork(), and for
 *          NULL.
 * Threads  any; also from a callback.
 * Since    1.0.0 */
STS_API int32_t sts_exporter_fd(sts_exporter *exporter);

/* Ends an exporter: nothing is accepted from now on, what is under way gets up to `timeout_ms` to be delivered, and
 * what is left then becomes STS_OUTCOME_PURGED (never sent) or STS_OUTCOME_UNCERTAIN (sent, not acknowledged). After it
 * every record has its final outcome; outcomes that wait to be taken stay. Exports in other threads that wait for their
 * result (sending_queue.wait_for_result) have got it.
 *
 * A callback that does not return cannot delay it (unless this very call has called it, if `service_thread` is false):
 * no further callback is called, the outcomes still to come are counted but not reported, and what is under way becomes
 * UNCERTAIN. When that callback does return, the exporter's own thread, or without one sts_exporter_free, ends the
 * transport.
 *
 *   timeout_ms  0 or more; the call returns by then, plus at most a second
 *   counts      the exporter's counters as they are at the end (types.h), or NULL
 *   error       NULL, or where to put the error object
 *
 * Returns  STS_OK when every record had got its outcome by itself, whatever it was (the counts tell); STS_ERR_TIMED_OUT
 *          when something was purged or made uncertain by this call; STS_ERR_CALLBACK when a callback, a method of the
 *          host's transport, or the disk under `sending_queue.storage`, has not returned; STS_ERR_CLOSED when it was
 *          closed before; STS_ERR_REENTRANT, STS_ERR_FORKED, STS_ERR_INVALID_ARGUMENT.
 * Threads  any; not from a callback.
 * Since    1.0.0 */
STS_API sts_status sts_exporter_close(sts_exporter *exporter, int32_t timeout_ms, uint64_t *counts, size_t counts_size,
                                      sts_error **error);

/* Closes the exporter, unless that was done before, and frees it; NULL is allowed. It never hangs: it returns by
 * `timeout_ms` plus at most a second, whatever the network and the host's callbacks do.
 *
 * If a callback has not returned by then (STS_ERR_CALLBACK), the exporter's own thread frees the exporter when it does;
 * without a thread of its own, it is never freed. What the options were given (the `user` of callbacks, an allocator, a
 * transport) must live until then.
 *
 *   timeout_ms  as in sts_exporter_close; below 0 is 0
 *
 * Returns  STS_OK, also for NULL; STS_ERR_TIMED_OUT when something was purged or left uncertain (the exporter is freed
 *          all the same); STS_ERR_CALLBACK when a callback, a method of the host's transport, or the disk under
 *          `sending_queue.storage`, has not returned, and it is freed later; STS_ERR_REENTRANT from inside a callback
 *          of this exporter, and then it is not freed; STS_ERR_FORKED in a child process, where the parent's exporter
 *          cannot be freed.
 * Threads  any, when no other call on the exporter runs; not from a callback.
 * Since    1.0.0 */
STS_API sts_status sts_exporter_free(sts_exporter *exporter, int32_t timeout_ms);

/* The parts of an outcome.
 *
 *   kind            one of STS_OUTCOME_* (types.h)
 *   token           the host's number of the request (sts_export_context_set_token), 0 where it gave none
 *   index           the record's place in the request, from 0
 *   code            STS_OK when delivered, else why not
 *   text            why not, in UTF-8; "" when delivered
 *   transport_code  the transport's own number, 0 if there is none
 *   topic           the topic's name; NULL where a rejected record has none
 *   partition       where the record is, -1 where that is not known
 *   offset          where the record is, -1 where that is not known
 *   may_be_duplicate
 *                   1 if the record, where it is in the topic, may be there twice: a producer that came to its end may
 *                   have written it before the next one did, or a record's time ran out, which makes librdkafka begin
 *                   a new epoch. (With required_acks=all; in the other modes any retry may write twice, untold.)
 *   latency_us      from the record's acceptance to its outcome, in microseconds; 0 when rejected
 *
 * `outcome` must not be NULL.
 *
 * Returns  strings that live as long as the outcome.
 * Threads  any that may use the outcome: the one that its callback is called in, or the one that has its list.
 * Since    1.0.0 */
STS_API int32_t sts_outcome_kind(const sts_outcome *outcome);
STS_API uint64_t sts_outcome_token(const sts_outcome *outcome);
STS_API uint64_t sts_outcome_index(const sts_outcome *outcome);
STS_API sts_status sts_outcome_code(const sts_outcome *outcome);
STS_API const char *sts_outcome_text(const sts_outcome *outcome);
STS_API int32_t sts_outcome_transport_code(const sts_outcome *outcome);
STS_API const char *sts_outcome_topic(const sts_outcome *outcome);
STS_API int32_t sts_outcome_partition(const sts_outcome *outcome);
STS_API int64_t sts_outcome_offset(const sts_outcome *outcome);
STS_API int32_t sts_outcome_may_be_duplicate(const sts_outcome *outcome);
STS_API uint64_t sts_outcome_latency_us(const sts_outcome *outcome);

/* A list to take outcomes with, where no callback is set; it is reused from call to call. Freed with its outcomes.
 *
 *   capacity  how many outcomes it holds at most, 1 or more
 *
 * Returns  the list, for the caller to free with sts_outcomes_free; NULL when out of memory, or `capacity` is 0 or more
 *          than there is memory for.
 * Threads  any; one list belongs to one thread at a time, and must not outlive the exporter it was filled by; also from
 *          a callback.
 * Since    1.0.0 */
STS_API sts_outcomes *sts_outcomes_new(size_t capacity);
STS_API void sts_outcomes_free(sts_outcomes *outcomes);

/* The same, with its memory from an allocator (allocator.h); NULL is malloc. (The texts of outcomes come from the
 * exporter's.)
 *
 *   the rest  as sts_outcomes_new
 *
 * Returns  as sts_outcomes_new.
 * Threads  as sts_outcomes_new.
 * Since    1.0.0 */
STS_API sts_outcomes *sts_outcomes_new_with(const sts_allocator *allocator, size_t capacity);

/* Takes outcomes from the exporter, in the order in which they became known, into a list whose old content is dropped.
 * Needs the option `outcomes` to be something else than `counts`, and no outcome callback. Outcomes that nobody takes
 * keep their place in the queue and count towards sending_queue.max_bytes: exports then get STS_ERR_QUEUE_FULL, and
 * memory stays bounded.
 *
 *   outcomes    not NULL
 *   timeout_ms  how long to wait for the first one, 0 or more; 0 does not wait
 *
 * Returns  STS_OK, also when there is none; STS_ERR_UNSUPPORTED where outcomes are not kept; STS_ERR_REENTRANT,
 *          STS_ERR_FORKED, STS_ERR_INVALID_ARGUMENT.
 * Threads  any; not from a callback.
 * Since    1.0.0 */
STS_API sts_status sts_exporter_take_outcomes(sts_exporter *exporter, sts_outcomes *outcomes, int32_t timeout_ms);

/* How many outcomes the list holds, and the one at `index`, from 0.
 *
 * Returns  the number; the outcome, which lives until the list is filled again or freed, or NULL beyond the last.
 * Threads  as sts_outcomes_new.
 * Since    1.0.0 */
STS_API size_t sts_outcomes_count(const sts_outcomes *outcomes);
STS_API const sts_outcome *sts_outcomes_at(const sts_outcomes *outcomes, size_t index);

#ifdef __cplusplus
}
#endif
#endif
