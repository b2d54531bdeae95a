/* SPDX-License-Identifier: Apache-2.0
 *
 * What the topics take, as the cluster tells it: max.message.bytes, cleanup.policy, message.timestamp.*,
 * min.insync.replicas. A broker refuses a whole batch for one record, so it is better to know beforehand (refusal.h).
 * The settings are asked for before the first record goes to a topic, and until the answer has come records wait. They
 * are asked for again at an interval, for a new configuration, after a refusal, and before a record is refused for
 * settings that are older than some seconds.
 *
 * A user who may not read them (DESCRIBE_CONFIGS) is warned once; what there is to know is learnt from refusals then,
 * and forgotten at the interval.
 *
 * Any thread reads what is atomic, and wants settings or doubts them by their state. All else is the serving thread's.
 */
#ifndef STS_TRANSPORT_KAFKA_TOPIC_SETTINGS_H
#define STS_TRANSPORT_KAFKA_TOPIC_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include <librdkafka/rdkafka.h>

struct sts__kafka;
struct sts__kafka_topic;
struct sts__kafka_topics;

/* What is known of a topic's settings. */
typedef enum sts__settings_state {
    STS__SETTINGS_UNKNOWN,
    STS__SETTINGS_WANTED, /* to be asked for */
    STS__SETTINGS_ASKED,
    STS__SETTINGS_KNOWN /* or the cluster does not tell */
} sts__settings_state;

/* One topic's, as the cluster tells them, or, where it does not, as they were learnt from refusals. */
typedef struct sts__topic_settings {
    int state;              /* sts__settings_state; atomic, like what follows up to read_us */
    int untold;             /* they are known not to be told */
    int compacted;          /* the topic takes no null keys */
    int64_t limit;          /* max.message.bytes, 0: not told */
    int64_t gathered_limit; /* a larger message of several records was refused for its size; 0: none was */
    int64_t before_ms;      /* how far a record's time may be before the broker's, and after it; 0: no bound is known */
    int64_t after_ms;
    int64_t read_us;     /* when they were read last */
    int64_t doubted_us;  /* when they were last doubted for a refusal; from here on for the serving thread alone */
    int64_t batch_bytes; /* the largest batch that was not refused when larger ones were; 0: none was */
    int64_t min_insync;  /* min.insync.replicas; 0: not told */
    uint64_t version;    /* counts how often they were told to be others */
    int32_t replicas;    /* of the partition that has the fewest; 0: nobody has looked */
    bool asked_again;    /* a question is under way though they are known */
    bool has_warned;     /* that they are not told */
} sts__topic_settings;

/* What all of them come to for the producers, and the questions about them. */
typedef struct sts__kafka_limits {
    int wanted;               /* the settings of a topic are not known; atomic */
    int64_t interval_ms;      /* how often they are asked for again; 0: never */
    int64_t refresh_at_us;    /* when next */
    int32_t ask_broker;       /* the id of one that has answered; -1: whoever the controller is */
    int64_t most_batch_bytes; /* the largest batch as it is configured, */
    int64_t batch_bytes;      /* and of the present producer: no topic takes less */
    bool one_at_a_time;       /* producers are to have one request under way to a broker */
    bool is_unfit;            /* the present producer makes batches that a topic does not take, or too many at once */
} sts__kafka_limits;

/* Whether the settings of a topic are known; and that they are to be asked for. From any thread. */
bool sts__kafka_settings_are_known(const struct sts__kafka_topic *topic);
void sts__kafka_want_settings(struct sts__kafka *kafka, int32_t index, const char *name);

/* Makes them unknown, so that they are asked for again: if they are older than some seconds and may be told, and only
 * then true is returned (from any thread); for a refusal; or all of them, wanted at once. */
bool sts__kafka_doubt_old_settings(struct sts__kafka_topic *topic);
void sts__kafka_doubt_refused_settings(struct sts__kafka_topic *topic);
void sts__kafka_doubt_all_settings(sts__kafka_limits *limits, struct sts__kafka_topics *topics);

/* The topic may be another one of that name. */
void sts__kafka_forget_settings(struct sts__kafka_topic *topic);

/* Asks for all settings that are wanted; true when none are. */
bool sts__kafka_has_settings(struct sts__kafka *kafka);
void sts__kafka_refresh_settings(struct sts__kafka *kafka);                       /* when it is time */
void sts__kafka_take_settings(struct sts__kafka *kafka, rd_kafka_event_t *event); /* the answer */
void sts__kafka_forget_questions(struct sts__kafka *kafka);                       /* who was asked is gone */

/* The largest batch that all topics take. */
int64_t sts__kafka_fitting_batch(const sts__kafka_limits *limits, const struct sts__kafka_topics *topics);

/* Warns the host of acknowledgements that are worth less than they seem. */
void sts__kafka_warn_of_replicas(const struct sts__kafka *kafka, int32_t index);

#endif
