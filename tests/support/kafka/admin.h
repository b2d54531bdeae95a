/* Makes and looks for topics through librdkafka's admin API, quicker than Kafka's own command. */
#ifndef TESTS_SUPPORT_KAFKA_ADMIN_H
#define TESTS_SUPPORT_KAFKA_ADMIN_H

#include <stdbool.h>

/* Makes a topic with that many partitions, in place of one that an earlier run has left; `config` is "name=value" or
 * NULL. Aborts when that fails. */
void admin_create_topic(const char *brokers, const char *name, int partitions, const char *config);

/* Aborts when that fails. */
void admin_delete_topic(const char *brokers, const char *name);

/* Gives a topic more partitions, so that there are that many. Aborts when that fails. */
void admin_add_partitions(const char *brokers, const char *name, int partitions);

/* Gives a topic that configuration ("name=value") and no other, and waits until the broker heeds it. */
void admin_configure_topic(const char *brokers, const char *name, const char *config);

/* What a user may be allowed to do with a topic. */
enum admin_right { ADMIN_MAY_DESCRIBE, ADMIN_MAY_WRITE /* and describe */ };

/* Allows it. Aborts when that fails. */
void admin_allow(const char *brokers, const char *user, const char *topic, enum admin_right right);

/* Takes back all that a user may do with a topic. Aborts when that fails. */
void admin_disallow(const char *brokers, const char *user, const char *topic);

/* Whether a topic of that name is there, from the list of all topics (which creates none). */
bool admin_topic_exists(const char *brokers, const char *name);

#endif
