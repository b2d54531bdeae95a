/* SPDX-License-Identifier: Apache-2.0
 *
 * Topics, keys, values and partitions: what decides where a record goes, and what the exporter's defaults say about it.
 */
#include <stdio.h>
#include <string.h>

#include "collector_run.h"

static size_t signal_of(const char *name) {
    size_t place = 0;
    while (place < COLLECTOR_SIGNALS - 1 &&
           strncmp(collector_signals[place], name, strlen(collector_signals[place])) != 0)
        place++;
    return place;
}

/* --- keys --- */

/* One way to a key for each signal, as the collector has it; an option key of ours would be silently without effect.
 * False: said which two there are. */
static bool claim_key(struct moving *run, const struct yaml_field *field, size_t signal, const char *spec) {
    const struct yaml_field *first = run->keys[signal];
    const struct yaml_field *own = run->choice->takes_own ? yaml_fields_find(run->fields, "key") : NULL;
    if (first)
        yaml_field_fault(run->tree, field,
                         "%s and %s (line %zu) exclude each other, in the collector too: leave one out", field->path,
                         first->path, first->line);
    else if (own && strcmp(own->text, spec) != 0)
        yaml_field_fault(run->tree, field, "%s and %s (line %zu) both set the key of %s: leave one out", field->path,
                         own->path, own->line, collector_signals[signal]);
    run->keys[signal] = field;
    return !run->tree->failed;
}

static void add_key(struct moving *run, const struct yaml_field *field, size_t signal, const char *spec,
                    const char *remark) {
    char option[40];
    snprintf(option, sizeof option, "%s.key", collector_signals[signal]);
    run->may_miss |= !run->moved->hash || strcmp(spec, run->moved->hash) != 0;
    if (claim_key(run, field, signal, spec))
        move_add(run, field, option, spec, remark);
}

void move_key_by_resource(struct moving *run, const struct move_rule *rule, struct yaml_field *field) {
    bool value;
    char remark[120];
    if (!move_read_boolean(run, field, &value) || !value)
        return;
    bool is_new = run->choice->minor >= COLLECTOR_NEW_HASH;
    snprintf(remark, sizeof remark,
             "the hash of a collector v0.%d: that of v0.162 and before it is %s, since v0.163 %s", run->choice->minor,
             "resource_hash", "resource_hash_v0163");
    run->moved->hash = is_new ? "resource_hash_v0163" : "resource_hash";
    run->by_resource = true;
    add_key(run, field, signal_of(rule->option), run->moved->hash, remark);
}

void move_key_by_trace(struct moving *run, const struct move_rule *rule, struct yaml_field *field) {
    bool value;
    if (move_read_boolean(run, field, &value) && value)
        add_key(run, field, signal_of(rule->option), "trace_id", rule->text);
}

void move_key_by_metadata(struct moving *run, const struct move_rule *rule, struct yaml_field *field) {
    (void)rule;
    char spec[300];
    if (!field->text[0])
        return;
    if (strpbrk(field->text, "\"\\\n") || strlen(field->text) > 250) {
        yaml_field_fault(run->tree, field, "%s is the name of metadata, and '%s' cannot be one", field->path,
                         field->text);
        return;
    }
    snprintf(spec, sizeof spec, "metadata(\"%s\")", field->text);
    add_key(run, field, signal_of(field->path), spec, NULL);
    move_add(run, NULL, "empty_key", "null", "what the collector makes of metadata that is empty");
}

/* --- values --- */

void move_encoding(struct moving *run, const struct move_rule *rule, struct yaml_field *field) {
    (void)rule;
    bool for_logs = strncmp(field->path, "logs.", 5) == 0 || strcmp(field->path, "encoding") == 0;
    bool is_raw = strcmp(field->text, "raw") == 0 && for_logs;
    run->raw |= is_raw;
    if (is_raw || strcmp(field->text, "otlp_proto") == 0 || strcmp(field->text, "otlp_json") == 0)
        move_add(run, field, field->path, field->text,
                 is_raw ? "a message for each record, and none for an empty body there" : NULL);
    else
        move_tell(run, field,
                  "values are otlp_proto, otlp_json or, of logs, raw: other systems' formats and the collector's "
                  "extensions are not written");
}

void move_topic_attribute(struct moving *run, const struct move_rule *rule, struct yaml_field *field) {
    run->by_resource |= field->text[0] != '\0';
    move_copy(run, rule, field);
}

/* --- partitions --- */

/* One strategy at most, as the collector has it. */
static bool claim_partitioner(struct moving *run, const struct yaml_field *field) {
    const struct yaml_field *first = run->partitioner;
    if (first)
        yaml_field_fault(run->tree, field,
                         "%s and %s (line %zu) exclude each other, in the collector too: leave one out", field->path,
                         first->path, first->line);
    run->partitioner = field;
    return !first;
}

void move_hasher(struct moving *run, const struct move_rule *rule, struct yaml_field *field) {
    if (!claim_partitioner(run, field))
        return;
    if (rule->option || !field->text[0] || strcmp(field->text, "sarama_compat") == 0)
        move_add(run, field, "partitioner", "sarama", NULL);
    else if (strcmp(field->text, "murmur2") == 0)
        move_add(run, field, "partitioner", "java", NULL);
    else
        yaml_field_fault(run->tree, field, "%s is sarama_compat or murmur2", field->path);
}

void move_partitioner(struct moving *run, const struct move_rule *rule, struct yaml_field *field) {
    if (!claim_partitioner(run, field))
        return;
    if (rule->option)
        move_add(run, field, "partitioner", rule->option, NULL);
    else
        move_tell(run, field, rule->text);
}

/* --- defaults --- */

static const char default_remark[] = "kafkaexporter's default";

static void set_default(struct moving *run, const char *option, const char *value, const char *remark) {
    if (!move_find(run, option) && !(run->choice->takes_own && yaml_fields_find(run->fields, option)))
        move_add(run, NULL, option, value, remark);
}

/* Each signal has a topic of its own; ours for all, at which the look at the start is, becomes one that is named. */
static void default_topics(struct moving *run) {
    static const char *const topics[] = {"otlp_logs", "otlp_spans", "otlp_metrics", "otlp_profiles"};
    const char *start = topics[0];
    char option[40], first[250];
    if (move_find(run, "topic"))
        return;
    for (size_t i = COLLECTOR_SIGNALS; i-- > 0;) {
        snprintf(option, sizeof option, "%s.topic", collector_signals[i]);
        const struct moved_option *given = move_find(run, option);
        if (given && given->value)
            start = given->value;
    }
    snprintf(first, sizeof first, "%s", start);
    for (size_t i = 0; i < COLLECTOR_SIGNALS; i++) {
        snprintf(option, sizeof option, "%s.topic", collector_signals[i]);
        set_default(run, option, topics[i], default_remark);
    }
    set_default(run, "topic", first, "the topic that is checked at the start");
}

void move_defaults(struct moving *run) {
    default_topics(run);
    set_default(run, "encoding", "otlp_proto", default_remark);
    if (run->raw)
        set_default(run, "gather", "none", "for raw; spans and metrics have a message each too");
    else
        set_default(run, "gather", run->by_resource ? "resource" : "request", "what shares a message there");
    set_default(run, "key", "none", default_remark);
    if (run->may_miss)
        set_default(run, "missing_key", "null", default_remark);
    set_default(run, "partitioner", "sarama", default_remark);
    set_default(run, "client_id", "otel-collector", default_remark);
    if (!run->choice->takes_own)
        set_default(run, "topic_check", "warn",
                    "kafkaexporter starts without a broker; fail makes the start look for the topic");
}

void move_sts_defaults(struct moving *run) {
    set_default(run, "required_acks", "leader",
                "sts_kafka_exporter's default; with all, no acknowledged record is lost");
}
