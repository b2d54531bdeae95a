/* SPDX-License-Identifier: Apache-2.0
 *
 * An exporter's numbers beyond its counters (sts_exporter_counts, _rejected and _not_delivered in exporter.h): how long
 * deliveries took, how full the queue is, how many threads there are, what the transport reports about its traffic; and
 * all of it as one text, for Prometheus or as JSON.
 *
 * Values come as an array with the indices below: a function fills the first elements, as many as there is room for,
 * and those it does not know with 0. New values are appended, and numbers never change. */
#ifndef STSKAFKA_STATISTICS_H
#define STSKAFKA_STATISTICS_H

#include <stskafka/error.h>
#include <stskafka/export.h>
#include <stskafka/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The queue: accepted records, until they have an outcome and the host has taken it. */
enum {
    STS_QUEUE_RECORDS = 0,     /* places taken: by records without an outcome, and by outcomes that wait to be taken */
    STS_QUEUE_MAX_RECORDS = 1, /* the option sending_queue.queue_size */
    STS_QUEUE_BYTES = 2,       /* memory that records without an outcome take, and outcomes */
    STS_QUEUE_MAX_BYTES = 3,   /* the option sending_queue.max_bytes */
    STS_QUEUE_OUTCOMES = 4,    /* how many of the places are taken by outcomes */
    STS_QUEUE_OPEN_MESSAGES = 5, /* messages that are open for further records (sending_queue.batch.flush_timeout) */
    STS_QUEUE_OPEN_RECORDS = 6,  /* and records in them, which are among those without an outcome */
    /* Of the queue on disk (sending_queue.storage); 0 where there is none. */
    STS_QUEUE_STORED_RECORDS = 7,   /* records in it that have no outcome */
    STS_QUEUE_STORED_BYTES = 8,     /* how large its files are, which are deleted when all in them has its outcome */
    STS_QUEUE_STORED_MAX_BYTES = 9, /* the option sending_queue.storage.max_bytes */
    STS_QUEUE_STORED_AGE_MS = 10,   /* for how long the oldest record has been there, by the wall clock; too long by
                                     * the time in which some thousand records were stored, at most */
    STS_QUEUE_STORE_SYNCS = 11,     /* how often files were synced, */
    STS_QUEUE_STORE_SYNC_FAILURES = 12, /* and how often the system could not */
    STS_QUEUE_RECOVERED_RECORDS = 13,   /* records that were there at the start; they count as accepted again */
    STS_QUEUE_RECOVERY_US = 14,         /* how long it took to read through all of it then */
    STS_QUEUE_STORE_DAMAGE = 15,        /* pieces of files that were torn or damaged; they are set aside (.damaged) */
    STS_QUEUE_VALUES = 16               /* how many values this header knows */
};

/* How full the queue is.
 *
 *   values  not NULL; values_size elements
 *
 * Returns  STS_OK, STS_ERR_FORKED, STS_ERR_INVALID_ARGUMENT.
 * Threads  any; also from a callback.
 * Since    1.0.0 */
STS_API sts_status sts_exporter_queue(const sts_exporter *exporter, uint64_t *values, size_t values_size);

/* The histogram of latencies: of the records that were delivered, how long they took from their acceptance to the
 * acknowledgement. Its buckets are the same in every exporter, and stay: their upper bounds are 1, 2, 5, 10, 20, 50,
 * 100, 200 and 500 milliseconds, the same as seconds, 10 to 500 seconds, and none for the last one.
 *
 *   count     how many buckets there are
 *   bound_us  the upper bound of one (`index` from 0), in microseconds, which still belongs to it; UINT64_MAX for the
 *             last and beyond
 *
 * Threads  any; also from a callback.
 * Since    1.0.0 */
STS_API size_t sts_latency_bucket_count(void);
STS_API uint64_t sts_latency_bucket_bound_us(size_t index);

/* The histogram since the exporter was made.
 *
 *   buckets  how many records fell into each bucket and no other: not cumulative; all buckets together are
 *            STS_COUNT_DELIVERED. buckets_size elements; NULL and 0 where they are not wanted
 *   sum_us   the sum of all latencies in microseconds, or NULL
 *
 * Returns  STS_OK, STS_ERR_FORKED, STS_ERR_INVALID_ARGUMENT.
 * Threads  any; also from a callback.
 * Since    1.0.0 */
STS_API sts_status sts_exporter_latency(const sts_exporter *exporter, uint64_t *buckets, size_t buckets_size,
                                        uint64_t *sum_us);

/* How many threads the exporter has at the moment: its own (option service_thread), and its transport's. Kafka's are
 * librdkafka's: two, one for each address in `brokers`, and one for each broker of the cluster at a further address; a
 * broker that leaves the cluster keeps its thread with librdkafka before 2.10. A host's own transport tells its number
 * or counts as none. A thread that sts_exporter_close had to leave behind in a name look-up is not counted.
 *
 * Returns  the number; 0 when the exporter was closed, in a child process after fork(), and for NULL.
 * Threads  any; also from a callback.
 * Since    1.0.0 */
STS_API int32_t sts_exporter_threads(const sts_exporter *exporter);

/* What a transport reports about its traffic: first sums since it was opened, then values of this moment. Kafka's come
 * from librdkafka, as often as the option statistics_interval says, and of all brokers together. */
enum {
    STS_TRANSPORT_TRIES = 0,            /* messages put into requests, each as often as that was done */
    STS_TRANSPORT_RETRIES = 1,          /* tries that were not the first one; for Kafka: at least so many, see below */
    STS_TRANSPORT_REQUESTS = 2,         /* requests of any kind */
    STS_TRANSPORT_REQUEST_RETRIES = 3,  /* requests without messages that were sent again */
    STS_TRANSPORT_REQUEST_ERRORS = 4,   /* requests that could not be sent */
    STS_TRANSPORT_REQUEST_TIMEOUTS = 5, /* requests without an answer in time */
    STS_TRANSPORT_BYTES_SENT = 6,       /* over the network, that is, compressed */
    STS_TRANSPORT_CONNECTS = 7,         /* connections that were tried, with or without success */
    STS_TRANSPORT_BROKERS = 8,          /* brokers of the cluster that are known */
    STS_TRANSPORT_BROKERS_UP = 9,       /* of these, the connected ones; only those with work to do are connected to */
    STS_TRANSPORT_ROUND_TRIP_US = 10,   /* from a request to its answer, on average since the time before */
    STS_TRANSPORT_ROUND_TRIP_P99_US = 11, /* the same, the 99th percentile of the slowest broker */
    STS_TRANSPORT_THROTTLE_MS = 12, /* how long brokers asked us to wait (quotas), on average since the time before */
    STS_TRANSPORT_THROTTLE_MAX_MS = 13, /* the same, the longest */
    STS_TRANSPORT_VALUES = 14           /* how many values this header knows */
};

/* The transport's numbers, as it reported them last.
 *
 * librdkafka does not count retries of messages, so that these are the tries beyond one for each accepted record that
 * was not purged: exact when nothing waits and no record's time ran out before its first try, else fewer than there
 * were. (Its txretries are the STS_TRANSPORT_REQUEST_RETRIES.)
 *
 *   values  not NULL; values_size elements; -1 is not known: nothing was told yet, or not this
 *
 * Returns  STS_OK, STS_ERR_FORKED, STS_ERR_INVALID_ARGUMENT.
 * Threads  any; also from a callback.
 * Since    1.0.0 */
STS_API sts_status sts_exporter_transport_statistics(const sts_exporter *exporter, int64_t *values, size_t values_size);

/* All numbers of the exporter for Prometheus, in its text format, version 0.0.4 (content type "text/plain;
 * version=0.0.4"): metrics named stskafka_*, in seconds and bytes; the latencies are a histogram. What is not known is
 * left out, as are reasons that did not occur.
 *
 *   name   NULL or "", or the value of a label `exporter` on every sample, in UTF-8. A page of metrics names each
 *          metric once: the texts of two exporters are two pages
 *   text   not NULL; gets the text, NUL-terminated, for the caller to free with sts_text_free; NULL on failure
 *   error  NULL, or where to put the error object
 *
 * Returns  STS_OK; STS_ERR_UTF8 for the name; STS_ERR_NO_MEMORY, STS_ERR_FORKED, STS_ERR_INVALID_ARGUMENT.
 * Threads  any; also from a callback.
 * Since    1.0.0 */
STS_API sts_status sts_exporter_statistics_prometheus(const sts_exporter *exporter, const char *name, char **text,
                                                      sts_error **error);

/* All numbers of the exporter as one JSON object in one line, ASCII only:
 *
 *   {"counts":{"records":n,"accepted":n,"rejected":n,"delivered":n,"failed":n,"uncertain":n,"purged":n,"pending":n,
 *    "bytes":n,"null_keys":n,"empty_keys":n,"missing_keys":n,"partition_changes":n,
 *    "possible_duplicates":n,"producer_rebuilds":n,"dead_letters":n,"dead_letters_lost":n,
 *    "cluster_changes":n,"messages":n,"sealed_by_size":n,"sealed_by_time":n,"sealed_for_room":n,"sealed_by_headers":n,
 *    "sealed_by_flush":n},
 *    "rejected_by_code":{"STS_ERR_KEY_MISSING":n, ...},"not_delivered_by_code":{"STS_ERR_GAVE_UP":n, ...},
 *    "delivery_latency":{"sum_us":n,"buckets":[{"up_to_us":1000,"count":n}, ... ,{"up_to_us":null,"count":n}]},
 *    "queue":{"records":n,"max_records":n,"bytes":n,"max_bytes":n,"outcomes":n,"open_messages":n,
 *    "open_records":n,"stored_records":n,"stored_bytes":n,"stored_max_bytes":n,"stored_age_ms":n,"store_syncs":n,
 *    "store_sync_failures":n,"recovered_records":n,"recovery_us":n,"store_damage":n},"threads":n,
 *    "transport":{"tries":n,"retries":n,"requests":n,"request_retries":n,"request_errors":n,"request_timeouts":n,
 *    "bytes_sent":n,"connects":n,"brokers":n,"brokers_up":n,"round_trip_us":n,"round_trip_p99_us":n,"throttle_ms":n,
 *    "throttle_max_ms":n}}
 *
 * Buckets are not cumulative. What is not known is null; reasons that did not occur are left out. Members are added in
 * later versions, and never renamed or taken away.
 *
 *   json   not NULL; gets the text, NUL-terminated, for the caller to free with sts_text_free; NULL on failure
 *   error  NULL, or where to put the error object
 *
 * Returns  STS_OK, STS_ERR_NO_MEMORY, STS_ERR_FORKED, STS_ERR_INVALID_ARGUMENT.
 * Threads  any; also from a callback.
 * Since    1.0.0 */
STS_API sts_status sts_exporter_statistics_json(const sts_exporter *exporter, char **json, sts_error **error);

#ifdef __cplusplus
}
#endif
#endif
