/* SPDX-License-Identifier: Apache-2.0
 *
 * From the fields of a collector's exporter to options. */
#include "collector_move.h"

#include <stdlib.h>
#include <string.h>

#include "collector_run.h"
#include "memory.h"

const char *collector_name(const struct move_choice *choice) {
    if (choice->is_own)
        return "libstskafka";
    return choice->from == COLLECTOR_STS ? "sts_kafka_exporter" : "kafkaexporter";
}

static void refuse_unknown(struct moving *run, const struct yaml_field *field) {
    const char *near = collector_near(run->choice->from, field->path);
    yaml_field_fault(run->tree, field, "%s has no field %s%s%s%s", collector_name(run->choice), field->path,
                     near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
}

/* What says nothing: a map without members, a value that is null. */
static bool says_nothing(struct moving *run, const struct move_rule *rule, const struct yaml_field *field) {
    if (field->kind != YAML_FIELD_NOTHING && field->kind != YAML_FIELD_EMPTY_MAP)
        return false;
    if (!rule)
        return collector_is_map(run->choice->from, field->path);
    /* Those that are something by being there. */
    if (rule->action == move_tls || rule->action == move_partitioner || rule->action == move_hasher)
        return false;
    if (strcmp(rule->path, "sending_queue.batch") == 0)
        return false;
    if (field->has_unset && run->fields->keeps_unset && !move_unset(run, rule, field))
        yaml_field_warn_unset(run->tree, field);
    return true;
}

static void move_field(struct moving *run, struct yaml_field *field) {
    const struct move_rule *rule = collector_rule(run->choice->from, field->path);
    if (says_nothing(run, rule, field))
        return;
    if (rule)
        rule->action(run, rule, field);
    else if (run->choice->takes_own || (run->choice->from == COLLECTOR_STS && collector_has_option(field->path)))
        move_own(run, field);
    else
        refuse_unknown(run, field);
}

bool collector_move(struct yaml_tree *tree, struct yaml_fields *fields, const struct move_choice *choice,
                    struct moved *moved) {
    struct moving run = {.tree = tree, .fields = fields, .choice = choice, .moved = moved};
    memset(moved, 0, sizeof *moved);
    if (!choice->takes_own)
        run.trial = need(sts_options_new());
    for (size_t i = 0; i < fields->count; i++)
        move_field(&run, &fields->at[i]);
    if (choice->from == COLLECTOR_KAFKA && !tree->failed)
        move_defaults(&run);
    else if (!choice->is_own && !choice->takes_own && !tree->failed)
        move_sts_defaults(&run);
    sts_options_free(run.trial);
    return !tree->failed;
}

void moved_free(struct moved *moved) {
    for (size_t i = 0; i < moved->option_count; i++) {
        free(moved->options[i].name);
        free(moved->options[i].value);
        free(moved->options[i].written);
        free(moved->options[i].remark);
    }
    for (size_t i = 0; i < moved->note_count; i++) {
        free(moved->notes[i].path);
        free(moved->notes[i].text);
    }
    free(moved->options);
    free(moved->notes);
    memset(moved, 0, sizeof *moved);
}

/* --- whose fields they are --- */

static bool begins_with(const char *path, const char *prefix) {
    return strncmp(path, prefix, strlen(prefix)) == 0;
}

/* Fields that kafkaexporter has, and neither StackVista's exporter nor we. */
static bool is_only_kafkas(const char *path) {
    static const char *const begins[] = {"producer",
                                         "protocol_version",
                                         "metadata.",
                                         "partition_logs_by",
                                         "partition_metrics_by",
                                         "partition_traces_by",
                                         "record_partitioner",
                                         "rack_id",
                                         "conn_idle_timeout",
                                         "dial_timeout",
                                         "resolve_canonical_",
                                         "use_leader_epoch",
                                         "auth.kerberos",
                                         "auth.plain_text",
                                         "auth.tls"};
    static const char key[] = ".message_key_from_metadata_key";
    size_t size = strlen(path);
    for (size_t i = 0; i < sizeof begins / sizeof *begins; i++) {
        if (begins_with(path, begins[i]) && !collector_has_option(path))
            return true;
    }
    return size > sizeof key && strcmp(path + size + 1 - sizeof key, key) == 0;
}

/* What StackVista's exporter takes and our options do not. */
static bool is_only_sts(const struct yaml_field *field) {
    if (strcmp(field->path, "required_acks") == 0)
        return strcmp(field->text, "none") != 0 && strcmp(field->text, "leader") != 0 &&
               strcmp(field->text, "all") != 0;
    return collector_rule(COLLECTOR_STS, field->path) && !collector_has_option(field->path);
}

enum collector_exporter collector_guess(const struct yaml_block *block, const struct yaml_fields *fields) {
    enum collector_exporter guess = COLLECTOR_NONE;
    if (block->kind == YAML_BLOCK_KAFKAEXPORTER)
        return COLLECTOR_KAFKA;
    if (block->kind == YAML_BLOCK_STS)
        return COLLECTOR_STS;
    for (size_t i = 0; i < fields->count; i++) {
        if (is_only_kafkas(fields->at[i].path))
            return COLLECTOR_KAFKA;
        if (is_only_sts(&fields->at[i]))
            guess = COLLECTOR_STS;
    }
    return guess;
}

bool collector_is_sts(const struct yaml_fields *fields) {
    for (size_t i = 0; i < fields->count; i++) {
        const char *path = fields->at[i].path;
        bool is_theirs = collector_rule(COLLECTOR_STS, path) || collector_has_option(path);
        if (is_theirs && !collector_rule(COLLECTOR_KAFKA, path))
            return true;
    }
    return false;
}

bool collector_has_own(const struct yaml_fields *fields) {
    for (size_t i = 0; i < fields->count; i++) {
        const char *path = fields->at[i].path;
        if (collector_has_option(path) && !collector_rule(COLLECTOR_STS, path) &&
            !collector_rule(COLLECTOR_KAFKA, path))
            return true;
    }
    return false;
}
