/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/kafka/check.h"

#include "base/clock.h"
#include "transport/kafka/internal.h"

/* A question that has to wait for a connection is asked again, each time with twice the patience, and the queue is
 * served in between: the host may be wanted there (for a token), without whom there is no connection. */
enum { ASK_AGAIN_MS = 100, FIRST_PATIENCE_MS = 100, SERVES_AT_MOST = 100 };

/* What is in the queue, though more may come as quickly as it is served. */
static void serve_all(sts__kafka *kafka) {
    for (int i = 0; i < SERVES_AT_MOST && !sts__kafka_serve(kafka, 0); i++)
        ;
}

static void serve_until(sts__kafka *kafka, int64_t deadline) {
    while (sts__clock_us() < deadline)
        sts__kafka_serve(kafka, sts__deadline_left_ms(deadline));
    serve_all(kafka);
}

#define START_WITHOUT_BROKER "; to start all the same, set topic_check=warn"

/* What is found here is then the error of sts_exporter_new, and no warning. */
static bool ends_start(const sts__kafka *kafka) {
    return kafka->check.choice == STS__TOPIC_CHECK_FAIL;
}

/* Why no broker answered is in the errors that came meanwhile. */
static sts_status no_answer(sts__kafka *kafka, rd_kafka_resp_err_t error, int32_t timeout_ms, sts__fault *fault) {
    const sts__fault *last = &kafka->connection.last_error;
    bool final = last->code == STS_ERR_NOT_AUTHENTICATED || last->code == STS_ERR_SYSTEM;
    sts_status status = final ? last->code : sts__kafka_status(error);
    const char *why = last->text;
    if (last->code == STS_OK)
        why = rd_kafka_err2str(error);
    else if (kafka->connection.last_weight == 0)
        why = "connections end without a word, as they do at a port that wants something else (tls.*, auth.sasl.*)";
    if (final)
        sts__fault_set(fault, status, "brokers \"%s\": %s", kafka->producer.brokers, why);
    else
        sts__fault_set(fault, status, "no broker of \"%s\" answered within %d ms (%s): %s%s", kafka->producer.brokers,
                       (int)timeout_ms, kafka->credentials.kind, why, ends_start(kafka) ? START_WITHOUT_BROKER : "");
    fault->transport_code = last->code != STS_OK ? last->transport_code : error;
    return status;
}

/* `option` is what names the topic. */
static sts_status bad_topic(const sts__kafka *kafka, const char *name, const char *option, rd_kafka_resp_err_t error,
                            sts__fault *fault) {
    sts_status status = sts__kafka_status(error);
    char advice[128] = "";
    if (status == STS_ERR_TOPIC_MISSING && ends_start(kafka))
        snprintf(advice, sizeof advice, ": create it, name another by %s, or start without it by topic_check=warn",
                 option);
    else if (status == STS_ERR_TOPIC_MISSING)
        snprintf(advice, sizeof advice, ": create it, or name another by %s", option);
    else if (status == STS_ERR_NOT_AUTHORIZED)
        snprintf(advice, sizeof advice, ": this client may not see it");
    sts__fault_set(fault, status, "topic \"%s\" on \"%s\": %s%s", name, kafka->producer.brokers,
                   rd_kafka_err2str(error), advice);
    fault->transport_code = error;
    return status;
}

static void note_replicas(sts__kafka_topic *topic, const struct rd_kafka_metadata *metadata) {
    for (int i = 0; metadata->topic_cnt == 1 && i < metadata->topics[0].partition_cnt; i++) {
        int32_t replicas = metadata->topics[0].partitions[i].replica_cnt;
        if (!topic->settings.replicas || replicas < topic->settings.replicas)
            topic->settings.replicas = replicas;
    }
}

/* Asks for the topic. The call itself succeeds for a missing topic too; what counts is the error of the topic.
 * allow.auto.create.topics is false, or the question would create it. */
static rd_kafka_resp_err_t ask(sts__kafka *kafka, rd_kafka_topic_t *topic, int32_t timeout_ms,
                               rd_kafka_resp_err_t *topic_error) {
    const struct rd_kafka_metadata *metadata;
    int connections = sts__kafka_observer_connections(kafka->producer.observer);
    rd_kafka_resp_err_t error = rd_kafka_metadata(kafka->producer.handle, 0, topic, &metadata, timeout_ms);
    if (error)
        return error;
    *topic_error = metadata->topic_cnt == 1 ? metadata->topics[0].err : RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
    if (!*topic_error && metadata->topics[0].partition_cnt == 0)
        *topic_error = RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
    note_replicas(rd_kafka_topic_opaque(topic), metadata);
    kafka->limits.ask_broker = metadata->orig_broker_id;
    rd_kafka_metadata_destroy(metadata);
    sts__kafka_has_answered(&kafka->connection);
    sts__kafka_cluster_look(kafka);
    kafka->cluster.confirmed = connections;
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

sts_status sts__kafka_check_topic(sts__kafka *kafka, int32_t index, const char *name, int32_t timeout_ms,
                                  sts__fault *fault) {
    int64_t deadline = sts__deadline_after(timeout_ms);
    rd_kafka_resp_err_t topic_error = RD_KAFKA_RESP_ERR_NO_ERROR;
    rd_kafka_topic_t *topic = sts__kafka_topic_handle(kafka, index, name);
    if (!topic)
        return sts__fault_set(fault, STS_ERR_TOPIC_INVALID, "topic \"%s\": librdkafka does not accept this name", name);
    for (int32_t patience_ms = FIRST_PATIENCE_MS;; patience_ms *= 2) {
        int32_t left_ms = sts__deadline_left_ms(deadline);
        bool last = left_ms <= patience_ms;
        int64_t turn = last ? deadline : sts__deadline_after(patience_ms);
        serve_all(kafka);
        rd_kafka_resp_err_t error = ask(kafka, topic, sts__deadline_left_ms(turn), &topic_error);
        if (error) {
            serve_until(kafka, turn);
            if (last)
                return no_answer(kafka, error, timeout_ms, fault);
            continue;
        }
        if (topic_error != RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE || sts__deadline_left_ms(deadline) <= ASK_AGAIN_MS)
            break; /* else an election is under way, which passes */
        sts__kafka_serve(kafka, ASK_AGAIN_MS);
    }
    return topic_error ? bad_topic(kafka, name, index ? "dead_letter.topic" : "topic", topic_error, fault) : STS_OK;
}
