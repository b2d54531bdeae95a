/* SPDX-License-Identifier: Apache-2.0 */
#include "support/kafka/admin.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <librdkafka/rdkafka.h>

enum { PATIENCE_MS = 20000 };

static void fail(const char *what, const char *why) {
    fprintf(stderr, "%s: %s\n", what, why);
    abort();
}

static int64_t now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Between two questions for what will be so in a moment: a broker that is busy gets the time to make it so. Fails when
 * it was not so for long; zero starts. */
static void wait_for(int64_t *until, const char *what, const char *why) {
    const struct timespec moment = {.tv_nsec = 2000000};
    if (!*until)
        *until = now_ms() + PATIENCE_MS;
    if (now_ms() > *until)
        fail(what, why);
    nanosleep(&moment, NULL);
}

static rd_kafka_t *new_client(const char *brokers) {
    char text[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "bootstrap.servers", brokers, NULL, 0);
    rd_kafka_conf_set(conf, "allow.auto.create.topics", "false", NULL, 0);
    rd_kafka_t *client = rd_kafka_new(RD_KAFKA_PRODUCER, conf, text, sizeof text);
    if (!client)
        fail("admin client", text);
    return client;
}

/* Splits "name=value"; returns the value. */
static const char *split(const char *config, char *name, size_t name_size) {
    const char *equals = strchr(config, '=');
    snprintf(name, name_size, "%.*s", (int)(equals - config), config);
    return equals + 1;
}

static void set_config(rd_kafka_NewTopic_t *topic, const char *config) {
    char name[128];
    const char *value = split(config, name, sizeof name);
    if (rd_kafka_NewTopic_set_config(topic, name, value))
        fail("topic configuration", config);
}

/* Whether the topic is in the list of all topics, with a partition that has a leader. */
static bool is_known(rd_kafka_t *client, const char *name) {
    const struct rd_kafka_metadata *metadata;
    if (rd_kafka_metadata(client, 1, NULL, &metadata, PATIENCE_MS))
        fail(name, "no metadata");
    bool found = false;
    for (int i = 0; i < metadata->topic_cnt; i++) {
        const rd_kafka_metadata_topic_t *topic = &metadata->topics[i];
        found = found || (strcmp(topic->topic, name) == 0 && !topic->err && topic->partition_cnt > 0 &&
                          topic->partitions[0].leader >= 0);
    }
    rd_kafka_metadata_destroy(metadata);
    return found;
}

/* The topics of an answer, of whichever kind. */
static const rd_kafka_topic_result_t **topics_of(rd_kafka_event_t *event, size_t *count) {
    const rd_kafka_CreateTopics_result_t *created = event ? rd_kafka_event_CreateTopics_result(event) : NULL;
    const rd_kafka_DeleteTopics_result_t *deleted = event ? rd_kafka_event_DeleteTopics_result(event) : NULL;
    const rd_kafka_CreatePartitions_result_t *grown = event ? rd_kafka_event_CreatePartitions_result(event) : NULL;
    if (created)
        return rd_kafka_CreateTopics_result_topics(created, count);
    if (deleted)
        return rd_kafka_DeleteTopics_result_topics(deleted, count);
    return grown ? rd_kafka_CreatePartitions_result_topics(grown, count) : NULL;
}

/* Takes the answer, which must tell success, or `other`; returns which. */
static rd_kafka_resp_err_t take_result(rd_kafka_queue_t *queue, const char *name, rd_kafka_resp_err_t other) {
    size_t count = 0;
    rd_kafka_event_t *event = rd_kafka_queue_poll(queue, PATIENCE_MS);
    const rd_kafka_topic_result_t **topics = topics_of(event, &count);
    if (!topics || count != 1)
        fail(name, "no answer");
    rd_kafka_resp_err_t error = rd_kafka_topic_result_error(topics[0]);
    if (error && error != other)
        fail(name, rd_kafka_topic_result_error_string(topics[0]));
    rd_kafka_event_destroy(event);
    return error;
}

/* The controller has made the topic, or deleted it; the broker that is asked knows it a moment later. */
static void wait_for_topic(rd_kafka_t *client, const char *name, bool wanted) {
    int64_t until = 0;
    while (is_known(client, name) != wanted)
        wait_for(&until, name, wanted ? "not visible" : "still visible");
}

static rd_kafka_resp_err_t create(rd_kafka_t *client, rd_kafka_queue_t *queue, const char *name, int partitions,
                                  const char *config) {
    char text[256];
    rd_kafka_NewTopic_t *topic = rd_kafka_NewTopic_new(name, partitions, 1, text, sizeof text);
    if (!topic)
        fail(name, text);
    if (config)
        set_config(topic, config);
    rd_kafka_CreateTopics(client, &topic, 1, NULL, queue);
    rd_kafka_NewTopic_destroy(topic);
    return take_result(queue, name, RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS);
}

static void remove_topic(rd_kafka_t *client, rd_kafka_queue_t *queue, const char *name) {
    rd_kafka_DeleteTopic_t *topic = rd_kafka_DeleteTopic_new(name);
    rd_kafka_DeleteTopics(client, &topic, 1, NULL, queue);
    rd_kafka_DeleteTopic_destroy(topic);
    take_result(queue, name, RD_KAFKA_RESP_ERR_NO_ERROR);
    wait_for_topic(client, name, false);
}

void admin_create_topic(const char *brokers, const char *name, int partitions, const char *config) {
    rd_kafka_t *client = new_client(brokers);
    rd_kafka_queue_t *queue = rd_kafka_queue_new(client);
    while (create(client, queue, name, partitions, config))
        remove_topic(client, queue, name);
    wait_for_topic(client, name, true);
    rd_kafka_queue_destroy(queue);
    rd_kafka_destroy(client);
}

void admin_delete_topic(const char *brokers, const char *name) {
    rd_kafka_t *client = new_client(brokers);
    rd_kafka_queue_t *queue = rd_kafka_queue_new(client);
    remove_topic(client, queue, name);
    rd_kafka_queue_destroy(queue);
    rd_kafka_destroy(client);
}

void admin_add_partitions(const char *brokers, const char *name, int partitions) {
    char text[256];
    rd_kafka_t *client = new_client(brokers);
    rd_kafka_queue_t *queue = rd_kafka_queue_new(client);
    rd_kafka_NewPartitions_t *wanted = rd_kafka_NewPartitions_new(name, (size_t)partitions, text, sizeof text);
    if (!wanted)
        fail(name, text);
    rd_kafka_CreatePartitions(client, &wanted, 1, NULL, queue);
    take_result(queue, name, RD_KAFKA_RESP_ERR_NO_ERROR);
    rd_kafka_NewPartitions_destroy(wanted);
    rd_kafka_queue_destroy(queue);
    rd_kafka_destroy(client);
}

/* Gives the topic these configurations and no others; `second` may be NULL. */
static void alter_config(rd_kafka_t *client, rd_kafka_queue_t *queue, const char *topic, const char *config,
                         const char *second) {
    char name[128];
    const char *value = split(config, name, sizeof name);
    rd_kafka_ConfigResource_t *resource = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic);
    rd_kafka_ConfigResource_set_config(resource, name, value);
    if (second) {
        value = split(second, name, sizeof name);
        rd_kafka_ConfigResource_set_config(resource, name, value);
    }
    rd_kafka_AlterConfigs(client, &resource, 1, NULL, queue);
    rd_kafka_event_t *event = rd_kafka_queue_poll(queue, PATIENCE_MS);
    if (!event || rd_kafka_event_error(event))
        fail(topic, event ? rd_kafka_event_error_string(event) : "no answer");
    rd_kafka_event_destroy(event);
    rd_kafka_ConfigResource_destroy(resource);
}

static bool has_config(rd_kafka_t *client, rd_kafka_queue_t *queue, const char *topic, const char *config) {
    char name[128];
    const char *value = split(config, name, sizeof name);
    size_t count = 0;
    bool found = false;
    rd_kafka_ConfigResource_t *resource = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic);
    rd_kafka_DescribeConfigs(client, &resource, 1, NULL, queue);
    rd_kafka_event_t *event = rd_kafka_queue_poll(queue, PATIENCE_MS);
    if (!event || rd_kafka_event_error(event))
        fail(topic, "its configuration is not told");
    const rd_kafka_ConfigResource_t **told =
        rd_kafka_DescribeConfigs_result_resources(rd_kafka_event_DescribeConfigs_result(event), &count);
    const rd_kafka_ConfigEntry_t **entries = rd_kafka_ConfigResource_configs(told[0], &count);
    for (size_t i = 0; i < count; i++)
        found = found || (strcmp(rd_kafka_ConfigEntry_name(entries[i]), name) == 0 &&
                          strcmp(rd_kafka_ConfigEntry_value(entries[i]), value) == 0);
    rd_kafka_event_destroy(event);
    rd_kafka_ConfigResource_destroy(resource);
    return found;
}

static void wait_for_config(rd_kafka_t *client, rd_kafka_queue_t *queue, const char *topic, const char *config) {
    int64_t until = 0;
    while (!has_config(client, queue, topic, config))
        wait_for(&until, topic, config);
}

/* Between what a broker tells and what its logs heed there is a moment, for a busy broker a long one: it publishes a
 * change to what it tells from first, and only then to its logs (BrokerMetadataPublisher; Kafka 4.3.1). Changes are
 * published one after the other, so the first one is heeded when a second one is told: here that of a property which
 * matters to none of the tests. */
void admin_configure_topic(const char *brokers, const char *name, const char *config) {
    rd_kafka_t *client = new_client(brokers);
    rd_kafka_queue_t *queue = rd_kafka_queue_new(client);
    alter_config(client, queue, name, config, "file.delete.delay.ms=60001");
    wait_for_config(client, queue, name, config);
    alter_config(client, queue, name, config, NULL);
    wait_for_config(client, queue, name, "file.delete.delay.ms=60000");
    rd_kafka_queue_destroy(queue);
    rd_kafka_destroy(client);
}

/* What a user may do with a topic; any operation with RD_KAFKA_ACL_OPERATION_ANY. For the caller to destroy. */
static rd_kafka_AclBindingFilter_t *rights(const char *user, const char *topic, rd_kafka_AclOperation_t operation) {
    char text[256];
    char principal[128];
    snprintf(principal, sizeof principal, "User:%s", user);
    rd_kafka_AclBindingFilter_t *filter =
        rd_kafka_AclBindingFilter_new(RD_KAFKA_RESOURCE_TOPIC, topic, RD_KAFKA_RESOURCE_PATTERN_LITERAL, principal,
                                      NULL, operation, RD_KAFKA_ACL_PERMISSION_TYPE_ANY, text, sizeof text);
    if (!filter)
        fail(principal, text);
    return filter;
}

static bool has_rights(rd_kafka_t *client, rd_kafka_queue_t *queue, rd_kafka_AclBindingFilter_t *filter) {
    size_t count = 0;
    rd_kafka_DescribeAcls(client, filter, NULL, queue);
    rd_kafka_event_t *event = rd_kafka_queue_poll(queue, PATIENCE_MS);
    if (!event || rd_kafka_event_error(event))
        fail("rights", event ? rd_kafka_event_error_string(event) : "no answer");
    rd_kafka_DescribeAcls_result_acls(rd_kafka_event_DescribeAcls_result(event), &count);
    rd_kafka_event_destroy(event);
    return count > 0;
}

/* The controller has what was changed; the broker that is asked heeds it a moment later. */
static void wait_for_rights(rd_kafka_t *client, rd_kafka_queue_t *queue, rd_kafka_AclBindingFilter_t *filter,
                            bool given) {
    int64_t until = 0;
    while (has_rights(client, queue, filter) != given)
        wait_for(&until, "rights", given ? "not given" : "not taken away");
}

void admin_allow(const char *brokers, const char *user, const char *topic, enum admin_right right) {
    char text[256];
    char principal[128];
    size_t count = 0;
    rd_kafka_AclOperation_t operation =
        right == ADMIN_MAY_WRITE ? RD_KAFKA_ACL_OPERATION_WRITE : RD_KAFKA_ACL_OPERATION_DESCRIBE;
    rd_kafka_t *client = new_client(brokers);
    rd_kafka_queue_t *queue = rd_kafka_queue_new(client);
    snprintf(principal, sizeof principal, "User:%s", user);
    rd_kafka_AclBinding_t *acl =
        rd_kafka_AclBinding_new(RD_KAFKA_RESOURCE_TOPIC, topic, RD_KAFKA_RESOURCE_PATTERN_LITERAL, principal, "*",
                                operation, RD_KAFKA_ACL_PERMISSION_TYPE_ALLOW, text, sizeof text);
    if (!acl)
        fail(principal, text);
    rd_kafka_CreateAcls(client, &acl, 1, NULL, queue);
    rd_kafka_event_t *event = rd_kafka_queue_poll(queue, PATIENCE_MS);
    const rd_kafka_CreateAcls_result_t *result = event ? rd_kafka_event_CreateAcls_result(event) : NULL;
    const rd_kafka_acl_result_t **acls = result ? rd_kafka_CreateAcls_result_acls(result, &count) : NULL;
    if (count != 1 || rd_kafka_acl_result_error(acls[0]))
        fail(principal, count == 1 ? rd_kafka_error_string(rd_kafka_acl_result_error(acls[0])) : "no answer");
    rd_kafka_event_destroy(event);
    rd_kafka_AclBindingFilter_t *filter = rights(user, topic, operation);
    wait_for_rights(client, queue, filter, true);
    rd_kafka_AclBinding_destroy(filter);
    rd_kafka_AclBinding_destroy(acl);
    rd_kafka_queue_destroy(queue);
    rd_kafka_destroy(client);
}

void admin_disallow(const char *brokers, const char *user, const char *topic) {
    rd_kafka_t *client = new_client(brokers);
    rd_kafka_queue_t *queue = rd_kafka_queue_new(client);
    rd_kafka_AclBindingFilter_t *filter = rights(user, topic, RD_KAFKA_ACL_OPERATION_ANY);
    rd_kafka_DeleteAcls(client, &filter, 1, NULL, queue);
    rd_kafka_event_t *event = rd_kafka_queue_poll(queue, PATIENCE_MS);
    if (!event || rd_kafka_event_error(event))
        fail(user, event ? rd_kafka_event_error_string(event) : "no answer");
    rd_kafka_event_destroy(event);
    wait_for_rights(client, queue, filter, false);
    rd_kafka_AclBinding_destroy(filter);
    rd_kafka_queue_destroy(queue);
    rd_kafka_destroy(client);
}

bool admin_topic_exists(const char *brokers, const char *name) {
    rd_kafka_t *client = new_client(brokers);
    bool found = is_known(client, name);
    rd_kafka_destroy(client);
    return found;
}
