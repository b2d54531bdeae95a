/* SPDX-License-Identifier: Apache-2.0 */
#include "exporter/statistics_table.h"

#include <stskafka/statistics.h>

enum { MS_PER_S = 1000, US_PER_S = 1000000 };

static const sts__statistic counts[] = {
    {STS_COUNT_RECORDS, 1, "records", "records_total", "Records that were looked at."},
    {STS_COUNT_ACCEPTED, 1, "accepted", "records_accepted_total", "Records that were taken to be sent."},
    {STS_COUNT_REJECTED, 1, "rejected", "records_rejected_total", "Records that were refused one by one."},
    {STS_COUNT_DELIVERED, 1, "delivered", "records_delivered_total", "Records acknowledged as required_acks asks."},
    {STS_COUNT_FAILED, 1, "failed", "records_failed_total", "Accepted records given up that are not in the topic."},
    {STS_COUNT_UNCERTAIN, 1, "uncertain", "records_uncertain_total",
     "Accepted records given up, or sent unacknowledged, that may be in the topic."},
    {STS_COUNT_PURGED, 1, "purged", "records_purged_total",
     "Accepted records that were not sent before the exporter was closed."},
    {STS_COUNT_PENDING, 1, "pending", "records_pending", "Accepted records that have no outcome yet."},
    {STS_COUNT_BYTES, 1, "bytes", "record_bytes_total", "Bytes of key, value and headers of accepted records."},
    {STS_COUNT_NULL_KEYS, 1, "null_keys", "records_null_key_total", "Records accepted with a null key."},
    {STS_COUNT_EMPTY_KEYS, 1, "empty_keys", "records_empty_key_total",
     "Records accepted with an empty key that is not null."},
    {STS_COUNT_MISSING_KEYS, 1, "missing_keys", "records_missing_key_total",
     "Records without a value for the key, rejected or accepted with a null key."},
    {STS_COUNT_PARTITION_CHANGES, 1, "partition_changes", "partition_changes_total",
     "How often a topic was found to have more or fewer partitions than before."},
    {STS_COUNT_POSSIBLE_DUPLICATES, 1, "possible_duplicates", "records_possible_duplicate_total",
     "Records delivered, or uncertain, that may be in the topic twice."},
    {STS_COUNT_PRODUCER_REBUILDS, 1, "producer_rebuilds", "producer_rebuilds_total",
     "How often another producer took over from one that could not go on."},
    {STS_COUNT_DEAD_LETTERS, 1, "dead_letters", "dead_letters_total",
     "Dead letters that arrived, or were handed to the callback alone."},
    {STS_COUNT_DEAD_LETTERS_LOST, 1, "dead_letters_lost", "dead_letters_lost_total",
     "Dead letters that did not get to their topic."},
    {STS_COUNT_CLUSTER_CHANGES, 1, "cluster_changes", "cluster_changes_total",
     "How often the cluster, or a topic, was found to have been made anew."},
    {STS_COUNT_MESSAGES, 1, "messages", "messages_total",
     "Messages that the transport took, of one record or several."},
    {STS_COUNT_SEALED_BY_SIZE, 1, "sealed_by_size", "messages_sealed_by_size_total",
     "Messages open over exports that were sealed since they had their size."},
    {STS_COUNT_SEALED_BY_TIME, 1, "sealed_by_time", "messages_sealed_by_time_total",
     "Messages open over exports that were sealed after sending_queue.batch.flush_timeout."},
    {STS_COUNT_SEALED_FOR_ROOM, 1, "sealed_for_room", "messages_sealed_for_room_total",
     "Messages open over exports that were sealed since others needed their room in the queue."},
    {STS_COUNT_SEALED_BY_HEADERS, 1, "sealed_by_headers", "messages_sealed_by_headers_total",
     "Messages open over exports that were sealed since a record of their key had other headers."},
    {STS_COUNT_SEALED_BY_FLUSH, 1, "sealed_by_flush", "messages_sealed_by_flush_total",
     "Messages open over exports that were sealed by a flush or the close."},
};

static const sts__statistic queue[] = {
    {STS_QUEUE_RECORDS, 1, "records", "queue_records",
     "Places taken in the queue, by records without an outcome and by outcomes to be taken."},
    {STS_QUEUE_MAX_RECORDS, 1, "max_records", "queue_max_records", "Places in the queue (sending_queue.queue_size)."},
    {STS_QUEUE_BYTES, 1, "bytes", "queue_bytes",
     "Memory that records without an outcome take, and outcomes that wait."},
    {STS_QUEUE_MAX_BYTES, 1, "max_bytes", "queue_max_bytes", "Memory that they may take (sending_queue.max_bytes)."},
    {STS_QUEUE_OUTCOMES, 1, "outcomes", "queue_outcomes", "Places taken by outcomes that wait to be taken."},
    {STS_QUEUE_OPEN_MESSAGES, 1, "open_messages", "queue_open_messages", "Messages that are open for further records."},
    {STS_QUEUE_OPEN_RECORDS, 1, "open_records", "queue_open_records", "Records in messages that are open."},
    {STS_QUEUE_STORED_RECORDS, 1, "stored_records", "store_records",
     "Records in the store on disk (sending_queue.storage)."},
    {STS_QUEUE_STORED_BYTES, 1, "stored_bytes", "store_bytes", "How large the files of the store are."},
    {STS_QUEUE_STORED_MAX_BYTES, 1, "stored_max_bytes", "store_max_bytes",
     "How large they may be (sending_queue.storage.max_bytes)."},
    {STS_QUEUE_STORED_AGE_MS, MS_PER_S, "stored_age_ms", "store_age_seconds",
     "For how long the oldest record of the store has been there."},
    {STS_QUEUE_STORE_SYNCS, 1, "store_syncs", "store_syncs_total", "How often files of the store were synced."},
    {STS_QUEUE_STORE_SYNC_FAILURES, 1, "store_sync_failures", "store_sync_failures_total",
     "How often the system could not sync one."},
    {STS_QUEUE_RECOVERED_RECORDS, 1, "recovered_records", "store_recovered_records",
     "Records that the store had at the start."},
    {STS_QUEUE_RECOVERY_US, US_PER_S, "recovery_us", "store_recovery_seconds",
     "How long it took to read through the store at the start."},
    {STS_QUEUE_STORE_DAMAGE, 1, "store_damage", "store_damage_total",
     "Pieces of the store's files that were torn or damaged, and set aside."},
};

static const sts__statistic transport[] = {
    {STS_TRANSPORT_TRIES, 1, "tries", "transport_tries_total", "Messages put into requests, each time that was done."},
    {STS_TRANSPORT_RETRIES, 1, "retries", "transport_retries_total",
     "Messages put into requests again; for Kafka at least so many."},
    {STS_TRANSPORT_REQUESTS, 1, "requests", "transport_requests_total", "Requests of any kind."},
    {STS_TRANSPORT_REQUEST_RETRIES, 1, "request_retries", "transport_request_retries_total",
     "Requests without messages that were sent again."},
    {STS_TRANSPORT_REQUEST_ERRORS, 1, "request_errors", "transport_request_errors_total",
     "Requests that could not be sent."},
    {STS_TRANSPORT_REQUEST_TIMEOUTS, 1, "request_timeouts", "transport_request_timeouts_total",
     "Requests without an answer in time."},
    {STS_TRANSPORT_BYTES_SENT, 1, "bytes_sent", "transport_sent_bytes_total", "Bytes sent over the network."},
    {STS_TRANSPORT_CONNECTS, 1, "connects", "transport_connects_total", "Connections that were tried."},
    {STS_TRANSPORT_BROKERS, 1, "brokers", "transport_brokers", "Brokers of the cluster that are known."},
    {STS_TRANSPORT_BROKERS_UP, 1, "brokers_up", "transport_brokers_up", "Brokers that are connected to."},
    {STS_TRANSPORT_ROUND_TRIP_US, US_PER_S, "round_trip_us", "transport_round_trip_seconds",
     "From a request to its answer, on average since the time before."},
    {STS_TRANSPORT_ROUND_TRIP_P99_US, US_PER_S, "round_trip_p99_us", "transport_round_trip_p99_seconds",
     "From a request to its answer, the 99th percentile of the slowest broker."},
    {STS_TRANSPORT_THROTTLE_MS, MS_PER_S, "throttle_ms", "transport_throttle_seconds",
     "How long brokers asked us to wait, on average since the time before."},
    {STS_TRANSPORT_THROTTLE_MAX_MS, MS_PER_S, "throttle_max_ms", "transport_throttle_max_seconds",
     "How long a broker asked us to wait at most since the time before."},
};

#define GROUP(name)                                                                                                    \
    { #name, name, sizeof name / sizeof name[0] }

const sts__statistics_group sts__statistics_counts = GROUP(counts);
const sts__statistics_group sts__statistics_queue = GROUP(queue);
const sts__statistics_group sts__statistics_transport = GROUP(transport);
