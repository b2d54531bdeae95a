/* SPDX-License-Identifier: Apache-2.0
 *
 * For transports: what carries the records. Most programs need none of this; the option `transport` picks a built-in
 * one.
 *
 * A transport is a table of methods and a context. It takes messages (send), and reports what became of each one
 * exactly once (sts_transport_complete), from inside poll, report, purge or close, never from inside send. */
#ifndef STSKAFKA_TRANSPORT_H
#define STSKAFKA_TRANSPORT_H

#include <stskafka/error.h>
#include <stskafka/export.h>
#include <stskafka/options.h>
#include <stskafka/statistics.h>
#include <stskafka/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The exporter, as its transport sees it. */
typedef struct sts_transport_sink sts_transport_sink;

/* A message to send. The view, and all it points at, is valid until send returns. */
typedef struct sts_message {
    size_t struct_size;       /* sizeof(sts_message) of the library; later versions append */
    uint64_t id;              /* for the completion */
    int64_t timestamp_ms;     /* since 1970; -1: none, the transport or the broker gives one */
    const char *topic;        /* not NULL */
    sts_bytes key;            /* data NULL: a null key */
    sts_bytes value;          /* data NULL: a null value (tombstone) */
    const sts_bytes *headers; /* names and values by turns; a value with data NULL is null; names end in a NUL */
    size_t header_count;      /* how many pairs */
    int32_t partition;        /* -1: by the profile */
    int32_t topic_index;      /* the topic's number in this exporter, from 0 up and below topics.max */
    void *taken;              /* for the library's own transports; NULL in a host's own, which copies what it keeps */
    size_t record_count;      /* how many of the exporter's records it holds: 1, or more where they are gathered. One
                               * with several that fails with STS_ERR_RECORD_SIZE, in send or in its completion (which
                               * must have the message then), goes again in parts, behind what was sent meanwhile */
    uint64_t sequence;        /* in the queue on disk (sending_queue.storage), where it is from: rises from message to
                               * message, and is the same when it goes again after a restart; 0: it is from no store */
} sts_message;

/* What became of a message. */
typedef struct sts_completion {
    size_t struct_size;         /* sizeof(sts_completion) of the transport */
    uint64_t id;                /* of the message */
    int64_t offset;             /* -1: not known */
    const char *text;           /* why it was not delivered, or NULL; copied where it is needed longer */
    int32_t partition;          /* -1: not known */
    int32_t kind;               /* STS_OUTCOME_DELIVERED, _FAILED, _UNCERTAIN or _PURGED (types.h) */
    sts_status code;            /* STS_OK when delivered, else one of STS_ERR_* */
    int32_t transport_code;     /* the transport's own number, or 0 */
    int32_t may_be_duplicate;   /* 1: if the message is in the topic, it may be there twice */
    const sts_message *message; /* where it failed and the transport still has it, until the call returns: for dead
                                 * letters; else NULL */
} sts_completion;

/* The table. It is copied. A transport made for an older library has a smaller struct_size, and what it lacks is NULL;
 * one made for a newer library is accepted if the part that this library does not know is zero.
 *
 * The exporter calls open first (but for describe) and close last, once each; send, send_many, wake, fd and threads
 * from any thread, also several at once; poll, report, flush and purge from one thread at a time, while others send.
 * When close is called no other method runs, and none comes after it. A completion may call send from inside (a dead
 * letter), so a lock that send takes must not be held meanwhile. Where a method fails, it puts its own number into
 * *transport_code (0 before) and why into `text` (NUL-terminated, at most text_size bytes; empty before).
 */
typedef struct sts_transport {
    size_t struct_size; /* sizeof(sts_transport) */
    const char *name;   /* not NULL; a static string */

    /* Starts. `sink` is for sts_transport_complete and sts_transport_log, until close returns. May block up to
     * timeout_ms. On failure returns the code that sts_exporter_new then returns, and close is not called. Not NULL. */
    sts_status (*open)(void *context, sts_transport_sink *sink, int32_t timeout_ms, int32_t *transport_code, char *text,
                       size_t text_size);

    /* Takes a message: STS_OK, and there will be one completion. STS_ERR_QUEUE_FULL: no room just now. Anything else
     * rejects the record with that code; STS_ERR_PRODUCER_FATAL ends all exports. Never blocks. Not NULL.
     *
     * Until its completion the exporter counts for it in sending_queue.max_bytes what a copy of it takes: the bytes of
     * key, value and headers once, 256, and 64 a header. What a transport of the host's own needs beyond that is the
     * host's to bound. */
    sts_status (*send)(void *context, const sts_message *message, int32_t *transport_code, char *text,
                       size_t text_size);

    /* Waits up to timeout_ms for something to do, then does it: completions, log lines. Not NULL. */
    void (*poll)(void *context, int32_t timeout_ms);

    /* Sends what lingers, and comes back after at most timeout_ms; need not wait for completions. Called when somebody
     * begins to wait for outcomes, and every few milliseconds for as long as that lasts. NULL: nothing lingers. */
    void (*flush)(void *context, int32_t timeout_ms);

    /* Gives up everything that has no outcome; the completions may come in later polls. Called again where an export
     * that was under way has sent more since. Never blocks. NULL: the exporter itself counts what is left at close as
     * uncertain. */
    void (*purge)(void *context);

    /* Ends and frees the context's resources, after at most timeout_ms. No completions after it. Not NULL. */
    void (*close)(void *context, int32_t timeout_ms);

    /* Makes a poll in another thread come back soon. NULL: poll is never called for longer than 100 ms. */
    void (*wake)(void *context);

    /* A descriptor that is readable when poll has something to do; -1 if there is none. NULL: there is none. */
    int32_t (*fd)(void *context);

    /* One line on what it is connected to, for people. NULL: only the name is told. */
    void (*describe)(void *context, char *text, size_t text_size);

    /* How many threads it has of its own just now. Never blocks. NULL: none, or it does not know. */
    int32_t (*threads)(void *context);

    /* Takes `count` messages (1 or more), in their order: STS_OK, and there will be a completion for each. Otherwise
     * `*taken` (0 before) is how many it took, and the rest is as for send and the message behind those: the ones after
     * that were not looked at, and come again. Never blocks. NULL: they are sent one by one. */
    sts_status (*send_many)(void *context, const sts_message *const *messages, size_t count, size_t *taken,
                            int32_t *transport_code, char *text, size_t text_size);

    /* Waits up to timeout_ms for completions of delivered messages, and reports those that are there, by calls of
     * sts_transport_complete_many and nothing else: it logs nothing and starts nothing. Returns 1; 0 where anything
     * else is to be done, which is left to poll. It takes turns with poll, and is called by threads that export (where
     * no callback waits for outcomes), which saves changes of threads. NULL: poll reports all. */
    int32_t (*report)(void *context, int32_t timeout_ms);
} sts_transport;

/* Exports through a transport of the host's own, in place of the option `transport`.
 *
 *   transport  not NULL; copied
 *   context    handed on to the methods; it must live until sts_exporter_free (where that returns STS_ERR_CALLBACK,
 *              until `close` was called), and serves one exporter
 *
 * Returns  STS_OK; STS_ERR_INVALID_ARGUMENT when a method is missing, or the table is larger than known and not zero
 *          there.
 * Threads  as sts_options_set.
 * Since    1.0.0 */
STS_API sts_status sts_options_set_transport(sts_options *options, const sts_transport *transport, void *context);

/* For transports: reports what became of messages, each once. A second report of one message is ignored.
 *
 *   completion   not NULL; copied, with its text, but its message is only looked at
 *   completions  not NULL; an array of `count`, 1 or more, all with the same struct_size
 *
 * Returns  STS_OK; STS_ERR_INVALID_ARGUMENT for a message that is not under way, or a kind that is none (others count).
 * Threads  from inside poll, report, purge or close.
 * Since    1.0.0 */
STS_API sts_status sts_transport_complete(sts_transport_sink *sink, const sts_completion *completion);
STS_API sts_status sts_transport_complete_many(sts_transport_sink *sink, const sts_completion *completions,
                                               size_t count);

/* For transports: a line for the host's log (options.h).
 *
 *   level  one of STS_LOG_*
 *   text   UTF-8, no line end; NULL says nothing
 *
 * Threads  from inside open, poll, purge or close.
 * Since    1.0.0 */
STS_API void sts_transport_log(sts_transport_sink *sink, int32_t level, const char *text);

/* For transports: a topic was seen to have another number of partitions than before, which moves most keys: more, or
 * fewer where it was made again. It is counted (STS_COUNT_PARTITION_CHANGES) and logged.
 *
 *   topic   not NULL
 *   before  how many partitions there were; where that is `now`, nothing happens
 *
 * Threads  from inside poll.
 * Since    1.0.0 */
STS_API void sts_transport_notify_partition_change(sts_transport_sink *sink, const char *topic, int32_t before,
                                                   int32_t now);

/* For transports: what carried the messages came to its end (a fatal error of the producer, new credentials) and was
 * replaced. It is counted (STS_COUNT_PRODUCER_REBUILDS) and logged.
 *
 *   replayed  how many messages without an outcome were given to the new one
 *
 * Threads  from inside poll.
 * Since    1.0.0 */
STS_API void sts_transport_notify_producer_rebuild(sts_transport_sink *sink, uint64_t replayed);

/* For transports: the cluster that carries the messages was found to be another one than before, or a topic in it to
 * have been made anew; what was delivered before may be gone. It is counted (STS_COUNT_CLUSTER_CHANGES) and logged.
 *
 *   text  not NULL; what was found, in UTF-8, no line end
 *
 * Threads  from inside open, poll, purge or close.
 * Since    1.0.0 */
STS_API void sts_transport_notify_cluster_change(sts_transport_sink *sink, const char *text);

/* For transports: numbers on its traffic, as they are now; they replace what it told before, and the host gets them
 * with sts_exporter_transport_statistics.
 *
 *   values  not NULL; an array of `count`, with the indices STS_TRANSPORT_* (statistics.h); below 0 is not known. Sums
 *           start at 0 in open and never fall. Where STS_TRANSPORT_RETRIES is not known, the exporter puts in how many
 *           there were at least
 *
 * Threads  from inside open, poll, purge or close.
 * Since    1.0.0 */
STS_API void sts_transport_notify_statistics(sts_transport_sink *sink, const int64_t *values, size_t count);

/* The context of a transport into memory. */
typedef struct sts_memory_transport sts_memory_transport;

/* A transport into memory, for the tests of programs that embed this library: it keeps what it gets, and delivers or
 * fails by a script.
 *
 * The script is a list of steps with commas between; each step says what happens to the next message, or with *N to the
 * next N: deliver, fail, uncertain, full (send returns STS_ERR_QUEUE_FULL once), refuse (send rejects it), fatal (send
 * returns STS_ERR_PRODUCER_FATAL), hold (no outcome until it is closed). After the last step, all are delivered. For
 * example "deliver*10,fail,hold". Messages are delivered to partition and offset as a topic of `partitions` partitions
 * would.
 *
 *   transport   not NULL; gets the object, for the caller to free with sts_memory_transport_free after the exporter;
 *               NULL on failure
 *   script      may be NULL or ""; copied
 *   capacity    how many messages to keep; the ones beyond are counted and forgotten
 *   partitions  how many partitions each topic has, 1 to 100000
 *   error       NULL, or where to put the error object
 *
 * Returns  STS_OK; STS_ERR_INVALID_ARGUMENT with the step that is wrong, STS_ERR_SYSTEM, STS_ERR_NO_MEMORY.
 * Threads  any; also from a callback. It is freed after sts_exporter_free of the exporter that has it.
 * Since    1.0.0 */
STS_API sts_status sts_memory_transport_new(sts_memory_transport **transport, const char *script, size_t capacity,
                                            int32_t partitions, sts_error **error);
STS_API void sts_memory_transport_free(sts_memory_transport *transport);

/* The same, with its memory from an allocator (allocator.h); NULL is malloc.
 *
 *   the rest  as sts_memory_transport_new
 *
 * Returns  as sts_memory_transport_new.
 * Threads  as sts_memory_transport_new.
 * Since    1.0.0 */
STS_API sts_status sts_memory_transport_new_with(const sts_allocator *allocator, sts_memory_transport **transport,
                                                 const char *script, size_t capacity, int32_t partitions,
                                                 sts_error **error);

/* The table for sts_options_set_transport, with the object as its context.
 *
 * Returns  a static table, never NULL.
 * Threads  any; also from a callback.
 * Since    1.0.0 */
STS_API const sts_transport *sts_memory_transport_table(void);

/* How many messages were taken in all, and the kept one at `index`, from 0, in the order of sending.
 *
 * Returns  the number; the message, which lives as long as the object, or NULL beyond the last one kept. 0 and NULL for
 *          NULL.
 * Threads  any; also from a callback.
 * Since    1.0.0 */
STS_API uint64_t sts_memory_transport_count(const sts_memory_transport *transport);
STS_API const sts_message *sts_memory_transport_message(const sts_memory_transport *transport, size_t index);

#ifdef __cplusplus
}
#endif
#endif
