/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/kafka/errors.h"

/* Of a good record whose batch had two bad ones or more; since 2.4.0 (KIP-467), and not in older headers. */
#define INVALID_DIFFERENT_RECORD (-138)

/* KIP-890; in no header before 2.6. */
#define TRANSACTION_ABORTABLE 120

sts_status sts__kafka_status(rd_kafka_resp_err_t error) {
    switch (error) {
    case RD_KAFKA_RESP_ERR_NO_ERROR:
        return STS_OK;
    case RD_KAFKA_RESP_ERR__QUEUE_FULL:
        return STS_ERR_QUEUE_FULL;
    case RD_KAFKA_RESP_ERR__FATAL:
        return STS_ERR_PRODUCER_FATAL;
    case RD_KAFKA_RESP_ERR__TRANSPORT:
    case RD_KAFKA_RESP_ERR__TIMED_OUT:
    case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
    case RD_KAFKA_RESP_ERR__RESOLVE:
    case RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE:
        return STS_ERR_NO_BROKER;
    case RD_KAFKA_RESP_ERR__CRIT_SYS_RESOURCE:
        return STS_ERR_SYSTEM;
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
        return STS_ERR_PARTITION;
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
        return STS_ERR_TOPIC_MISSING;
    case RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION:
        return STS_ERR_TOPIC_INVALID;
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED:
        return STS_ERR_NOT_AUTHORIZED;
    case RD_KAFKA_RESP_ERR__AUTHENTICATION:
    case RD_KAFKA_RESP_ERR__SSL:
    case RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED:
        return STS_ERR_NOT_AUTHENTICATED;
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
        return STS_ERR_RECORD_SIZE;
    case RD_KAFKA_RESP_ERR__MSG_TIMED_OUT:
        return STS_ERR_GAVE_UP;
    case RD_KAFKA_RESP_ERR__PURGE_QUEUE:
        return STS_ERR_PURGED;
    case RD_KAFKA_RESP_ERR__PURGE_INFLIGHT:
        return STS_ERR_NOT_ACKNOWLEDGED;
    default:
        return STS_ERR_DELIVERY;
    }
}

/* What passes, and is tried again as long as the host allows: a record that fails with it was given up. The list is
 * librdkafka's own (rd_kafka_handle_Produce_error). */
static bool passes(rd_kafka_resp_err_t error) {
    switch (error) {
    case RD_KAFKA_RESP_ERR__TRANSPORT:
    case RD_KAFKA_RESP_ERR__TIMED_OUT:
    case RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE:
    case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
    case RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE:
    case RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION:
    case RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT:
    case RD_KAFKA_RESP_ERR_BROKER_NOT_AVAILABLE:
    case RD_KAFKA_RESP_ERR_REPLICA_NOT_AVAILABLE:
    case RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION:
    case RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS:
    case RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND:
    case RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR:
    case RD_KAFKA_RESP_ERR_FENCED_LEADER_EPOCH:
    case RD_KAFKA_RESP_ERR_UNKNOWN_LEADER_EPOCH:
        return true;
    default:
        return false;
    }
}

sts_status sts__kafka_record_status(rd_kafka_resp_err_t error) {
    return passes(error) ? STS_ERR_GAVE_UP : sts__kafka_status(error);
}

bool sts__kafka_error_is_of_producer(rd_kafka_resp_err_t error) {
    switch (error) {
    case RD_KAFKA_RESP_ERR__PURGE_QUEUE:
    case RD_KAFKA_RESP_ERR__PURGE_INFLIGHT:
    case RD_KAFKA_RESP_ERR__FATAL:
    case RD_KAFKA_RESP_ERR__FENCED:
    case RD_KAFKA_RESP_ERR__INCONSISTENT:
    case RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER:
    case RD_KAFKA_RESP_ERR_DUPLICATE_SEQUENCE_NUMBER:
    case RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH:
    case RD_KAFKA_RESP_ERR_INVALID_PRODUCER_ID_MAPPING:
    case RD_KAFKA_RESP_ERR_PRODUCER_FENCED:
    case RD_KAFKA_RESP_ERR_UNKNOWN_PRODUCER_ID:
        return true;
    default:
        return false;
    }
}

bool sts__kafka_error_is_refusal(rd_kafka_resp_err_t error) {
    if (error == RD_KAFKA_RESP_ERR__DESTROY) /* it is librdkafka's, which may have sent the record before */
        return false;
    switch (sts__kafka_record_status(error)) {
    case STS_ERR_RECORD_SIZE:
    case STS_ERR_TOPIC_INVALID:
    case STS_ERR_TOPIC_MISSING:
    case STS_ERR_PARTITION:
    case STS_ERR_NOT_AUTHORIZED:
    case STS_ERR_DELIVERY:
        return !sts__kafka_error_is_of_producer(error);
    default:
        return false;
    }
}

/* What librdkafka makes up by itself before anything was sent is below 0; a broker's codes are above. */
bool sts__kafka_error_begins_epoch(rd_kafka_resp_err_t error) {
    if (sts__kafka_error_is_of_producer(error))
        return false;
    return error > 0 || error == RD_KAFKA_RESP_ERR__MSG_TIMED_OUT || (int)error == INVALID_DIFFERENT_RECORD;
}

bool sts__kafka_error_is_of_record(rd_kafka_resp_err_t error) {
    switch ((int)error) {
    case RD_KAFKA_RESP_ERR_INVALID_MSG:
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_INVALID_MSG_SIZE:
    case RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP:
    case RD_KAFKA_RESP_ERR_POLICY_VIOLATION:
    case RD_KAFKA_RESP_ERR_INVALID_RECORD:
    case INVALID_DIFFERENT_RECORD:
        return true;
    default:
        return false;
    }
}

bool sts__kafka_error_is_of_transaction(rd_kafka_resp_err_t error) {
    switch ((int)error) {
    case RD_KAFKA_RESP_ERR_INVALID_TXN_STATE:
    case RD_KAFKA_RESP_ERR_CONCURRENT_TRANSACTIONS:
    case RD_KAFKA_RESP_ERR_TRANSACTION_COORDINATOR_FENCED:
    case RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED:
    case TRANSACTION_ABORTABLE:
        return true;
    default:
        return false;
    }
}

/* _DESTROY has what was in the queue of a partition that was removed, in 2.0.2, by the moment. */
bool sts__kafka_error_is_of_missing_topic(rd_kafka_resp_err_t error) {
    return error == RD_KAFKA_RESP_ERR__DESTROY || error == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC ||
           error == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION || error == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
}
