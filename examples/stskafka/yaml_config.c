/* SPDX-License-Identifier: Apache-2.0
 *
 * Exporter options from YAML. */
#include "yaml_config.h"

#include <ctype.h>
#include <string.h>

#include <stskafka/options.h>

#include "collector_move.h"
#include "console.h"
#include "yaml_block.h"
#include "yaml_fields.h"
#include "yaml_tree.h"

struct reading {
    struct yaml_tree *tree;
    yaml_config_callback callback;
    void *user;
};

/* The library's table has it; "" for a name with a part of the user's own (kafka.*). */
static const char *type_of(const char *name) {
    for (size_t i = 0; i < sts_option_count(); i++) {
        if (strcmp(sts_option_name(i), name) == 0)
            return sts_option_type(i);
    }
    return "";
}

static bool is_octal(const char *text) {
    text += text[0] == '+' || text[0] == '-';
    return text[0] == '0' && isdigit((unsigned char)text[1]);
}

static void read_text(const struct reading *reading, struct yaml_field *field, const char *type) {
    if (strcmp(type, "list") == 0 && !yaml_field_open_list(reading->tree, field))
        return;
    if (strcmp(type, "integer") == 0 && is_octal(field->text))
        yaml_field_fault(reading->tree, field,
                         "%s: a whole number that begins with 0 is octal in YAML: leave the 0 out", field->path);
    else
        reading->callback(field->path, field->text, field->line, reading->user);
}

/* A field of our own block: its path is an option's name. */
static void read_own(const struct reading *reading, struct yaml_field *field) {
    const char *type = type_of(field->path);
    bool is_list = field->kind == YAML_FIELD_LIST;
    if (strstr(field->path, ".["))
        yaml_field_fault(reading->tree, field, "%.*s: a list can only hold plain values, not maps",
                         (int)(strstr(field->path, ".[") - field->path), field->path);
    else if (field->kind == YAML_FIELD_EMPTY_MAP || field->kind == YAML_FIELD_NOTHING) {
        /* In the collector a block tls turns TLS on by being there, also with nothing in it. */
        if (strcmp(field->path, "tls") == 0)
            reading->callback("tls.enabled", "true", field->line, reading->user);
    } else if (is_list && type[0] && strcmp(type, "list") != 0)
        yaml_field_fault(reading->tree, field, "%s takes one value, not a list", field->path);
    else if (is_list)
        reading->callback(field->path, field->text, field->line, reading->user);
    else
        read_text(reading, field, type);
}

/* The collector's fields become options; what has no equivalent is told, and the rest goes. */
static void read_moved(const struct reading *reading, struct yaml_fields *fields, enum collector_exporter from) {
    struct moved moved;
    const struct move_choice choice = {.from = from, .minor = COLLECTOR_NEWEST, .takes_own = true};
    if (!fields->count)
        say("%s: the block is empty: %s's defaults are taken", reading->tree->file, collector_name(&choice));
    if (collector_move(reading->tree, fields, &choice, &moved)) {
        for (size_t i = 0; i < moved.note_count; i++)
            say("warning: %s:%zu: %s: %s", reading->tree->file, moved.notes[i].line, moved.notes[i].path,
                moved.notes[i].text);
        for (size_t i = 0; i < moved.option_count; i++)
            reading->callback(moved.options[i].name, moved.options[i].value, moved.options[i].line, reading->user);
    }
    moved_free(&moved);
}

bool yaml_config_read(const char *file, yaml_config_callback callback, void *user) {
    static const struct yaml_block_choice choice = {NULL, true};
    struct yaml_tree tree;
    struct yaml_block block;
    struct yaml_fields fields = {NULL, 0, false};
    if (!yaml_tree_load(&tree, file))
        return false;
    struct reading reading = {&tree, callback, user};
    if (yaml_block_find(&tree, &choice, &block)) {
        yaml_fields_read(&tree, &block.members, &fields);
        enum collector_exporter from = collector_guess(&block, &fields);
        if (from != COLLECTOR_NONE)
            read_moved(&reading, &fields, from);
        else
            for (size_t i = 0; i < fields.count; i++)
                read_own(&reading, &fields.at[i]);
        yaml_block_free(&block);
    }
    yaml_fields_free(&fields);
    bool good = !tree.failed;
    yaml_tree_free(&tree);
    return good;
}
