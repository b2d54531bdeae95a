/* SPDX-License-Identifier: Apache-2.0
 *
 * What rules are made of: fields that become one option as they are, and fields that become none. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector_run.h"
#include "durations.h"
#include "memory.h"

/* --- what comes out --- */

bool collector_has_option(const char *name) {
    for (size_t i = 0; i < sts_option_count(); i++) {
        if (strcmp(sts_option_name(i), name) == 0)
            return true;
    }
    return false;
}

static bool is_secret(const char *option) {
    for (size_t i = 0; i < sts_option_count(); i++) {
        if (strcmp(sts_option_name(i), option) == 0)
            return strcmp(sts_option_type(i), "secret") == 0;
    }
    return strstr(option, "password") || strstr(option, "secret");
}

const struct moved_option *move_find(const struct moving *run, const char *option) {
    for (size_t i = 0; i < run->moved->option_count; i++) {
        if (strcmp(run->moved->options[i].name, option) == 0)
            return &run->moved->options[i];
    }
    return NULL;
}

void move_tell(struct moving *run, const struct yaml_field *field, const char *text) {
    struct moved *moved = run->moved;
    moved->notes = need_room(moved->notes, moved->note_count, sizeof *moved->notes);
    moved->notes[moved->note_count++] = (struct moved_note){need_strdup(field->path), need_strdup(text), field->line};
}

/* Whether the library takes the value; what it does not take, though the collector does, is told. */
static bool is_taken(struct moving *run, const struct yaml_field *field, const char *option, const char *value) {
    sts_error *error = NULL;
    bool good = !run->trial || sts_options_set(run->trial, option, value, &error) == STS_OK;
    if (!good && field)
        move_tell(run, field, sts_error_text(error));
    sts_error_free(error);
    return good;
}

/* An option whose value is as the file has it stays a reference where it must: a secret, or what is not known here. */
static bool stays_written(const struct moving *run, const struct yaml_field *field, const char *option,
                          const char *value) {
    return run->fields->keeps_unset && field && field->has_reference && strcmp(value, field->text) == 0 &&
           (field->has_unset || is_secret(option));
}

void move_add(struct moving *run, const struct yaml_field *field, const char *option, const char *value,
              const char *remark) {
    struct moved *moved = run->moved;
    const struct moved_option *first = move_find(run, option);
    bool stays = stays_written(run, field, option, value);
    if (first && field) {
        yaml_field_fault(run->tree, field, "%s: %s is set by line %zu already: leave one of them out", field->path,
                         option, first->line);
        return;
    }
    if (first)
        return;
    if (field && field->has_unset && !stays)
        yaml_field_warn_unset(run->tree, field);
    if (!(stays && field->has_unset) && !is_taken(run, field, option, value))
        return;
    moved->options = need_room(moved->options, moved->option_count, sizeof *moved->options);
    moved->options[moved->option_count++] = (struct moved_option){
        .name = need_strdup(option),
        .value = stays && field->kind == YAML_FIELD_NOTHING ? NULL : need_strdup(value),
        .written = stays ? need_strdup(field->written) : NULL,
        .remark = remark ? need_strdup(remark) : NULL,
        .line = field ? field->line : 0,
    };
}

/* The option's name: the field's own where the library has it. */
static const char *option_for(const struct move_rule *rule, const struct yaml_field *field) {
    const char *path = field->path;
    if (strncmp(path, "auth.tls.", 9) == 0)
        path += 5;
    return !rule->option || collector_has_option(path) ? path : rule->option;
}

static void add_same(struct moving *run, const struct move_rule *rule, const struct yaml_field *field) {
    move_add(run, field, option_for(rule, field), field->text, rule->text);
}

/* --- what values can be --- */

static bool is_text(struct moving *run, const struct yaml_field *field) {
    if (field->kind == YAML_FIELD_TEXT)
        return true;
    yaml_field_fault(run->tree, field, "%s takes one value, not a list or a map", field->path);
    return false;
}

bool move_read_boolean(struct moving *run, const struct yaml_field *field, bool *value) {
    if (!is_text(run, field))
        return false;
    *value = strcasecmp(field->text, "true") == 0;
    if (*value || strcasecmp(field->text, "false") == 0)
        return true;
    yaml_field_fault(run->tree, field, "%s is true or false, not '%s'", field->path, field->text);
    return false;
}

/* Whether it is a whole number. YAML has others: 010 is 8, 0x10 is 16, 1_000 is 1000. */
static bool is_integer(struct moving *run, const struct yaml_field *field) {
    if (!is_text(run, field))
        return false;
    const char *digits = field->text + (field->text[0] == '-');
    bool good = digits[0] && !digits[strspn(digits, "0123456789")] && strlen(digits) < 19;
    if (good && digits[0] == '0' && digits[1])
        yaml_field_fault(run->tree, field, "%s: a whole number that begins with 0 is octal in YAML: leave the 0 out",
                         field->path);
    else if (!good)
        yaml_field_fault(run->tree, field, "%s is a whole number in decimal, not '%s'", field->path, field->text);
    return good && (digits[0] != '0' || !digits[1]);
}

static bool is_duration(struct moving *run, const struct yaml_field *field, double *ms) {
    if (!is_text(run, field))
        return false;
    if (duration_read(field->text, ms))
        return true;
    if (field->text[0] && !field->text[strspn(field->text, "0123456789")])
        yaml_field_fault(run->tree, field,
                         "%s: the collector reads a duration without a unit as nanoseconds: add a unit, as in 5s",
                         field->path);
    else
        yaml_field_fault(run->tree, field, "%s is a duration, such as 5s, 250ms or 1m30s, and not below 0",
                         field->path);
    return false;
}

/* --- fields that become one option --- */

void move_copy(struct moving *run, const struct move_rule *rule, struct yaml_field *field) {
    if (is_text(run, field))
        add_same(run, rule, field);
}

void move_boolean(struct moving *run, const struct move_rule *rule, struct yaml_field *field) {
    bool value;
    if (move_read_boolean(run, field, &value))
        move_add(run, field, option_for(rule, field), value ? "true" : "false", rule->text);
}

void move_integer_as(struct moving *run, struct yaml_field *field, const char *option, const char *remark) {
    if (is_integer(run, field))
        move_add(run, field, option, field->text, remark);
}

void move_integer(struct moving *run, const struct move_rule *rule, struct yaml_field *field) {
    move_integer_as(run, field, option_for(rule, field), rule->text);
}

void move_duration(struct moving *run, const struct move_rule *rule, struct yaml_field *field) {
    double ms;
    if (is_duration(run, field, &ms))
        add_same(run, rule, field);
}

void move_milliseconds(struct moving *run, const struct move_rule *rule, struct yaml_field *field) {
    double ms;
    char text[32];
    if (!is_duration(run, field, &ms))
        return;
    snprintf(text, sizeof text, "%.0f", ms);
    move_add(run, field, rule->option, text, rule->text);
}

void move_list(struct moving *run, const struct move_rule *rule, struct yaml_field *field) {
    if (field->kind == YAML_FIELD_EMPTY_MAP)
        is_text(run, field);
    else if (yaml_field_open_list(run->tree, field))
        add_same(run, rule, field);
}

static const char *type_of(const char *name) {
    for (size_t i = 0; i < sts_option_count(); i++) {
        if (strcmp(sts_option_name(i), name) == 0)
            return sts_option_type(i);
    }
    return "";
}

void move_own(struct moving *run, struct yaml_field *field) {
    static const struct move_rule same = {NULL, NULL, NULL, NULL};
    const char *type = type_of(field->path);
    if (field->kind == YAML_FIELD_NOTHING)
        return;
    if (strcmp(type, "list") == 0 || !type[0])
        move_list(run, &same, field);
    else if (strcmp(type, "integer") == 0)
        move_integer(run, &same, field);
    else
        move_copy(run, &same, field);
}

/* --- fields that become none --- */

void move_note(struct moving *run, const struct move_rule *rule, struct yaml_field *field) {
    move_tell(run, field, rule->text);
}

void move_note_true(struct moving *run, const struct move_rule *rule, struct yaml_field *field) {
    bool value;
    if (move_read_boolean(run, field, &value) && value)
        move_tell(run, field, rule->text);
}

void move_note_unless(struct moving *run, const struct move_rule *rule, struct yaml_field *field) {
    if (is_text(run, field) && strtod(field->text, NULL) != strtod(rule->option, NULL))
        move_tell(run, field, rule->text);
}

void move_if_known(struct moving *run, const struct move_rule *rule, struct yaml_field *field) {
    if (collector_has_option(field->path) && field->kind == YAML_FIELD_TEXT)
        add_same(run, &(struct move_rule){NULL, NULL, NULL, NULL}, field);
    else
        move_tell(run, field, rule->text);
}

bool move_unset(struct moving *run, const struct move_rule *rule, const struct yaml_field *field) {
    bool same = rule->action == move_copy || rule->action == move_boolean || rule->action == move_integer ||
                rule->action == move_duration || rule->action == move_list;
    if (same)
        add_same(run, rule, field);
    return same;
}
