/* SPDX-License-Identifier: Apache-2.0
 *
 * The verb config: the block of a collector's exporter as options here. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "collector_move.h"
#include "console.h"
#include "exit_status.h"
#include "json_out.h"
#include "memory.h"
#include "verbs.h"
#include "yaml_out.h"

struct configuring {
    /* the arguments */
    struct move_choice choice;
    const char *exporter;
    const char *file;
    const char *version; /* as it was given; NULL: not */
    bool json;
    /* the run */
    struct yaml_tree tree;
    struct yaml_block block;
    struct yaml_fields fields;
    struct moved moved;
    unsigned faults;
};

enum { KEY_FROM = 256, KEY_COLLECTOR, KEY_EXPORTER };

/* v0.162.1, 0.162 or 162; or the number that the collector's stable parts have, 1.68 for v0.162. */
static bool read_version(const char *text, int *minor) {
    enum { STABLE_IS_BEHIND = 94 };
    long major = 0, number = 0;
    char *end;
    text += text[0] == 'v';
    if (text[0] < '0' || text[0] > '9')
        return false;
    number = strtol(text, &end, 10);
    if (end[0] == '.' && end[1] >= '0' && end[1] <= '9') {
        major = number;
        number = strtol(end + 1, &end, 10);
    }
    if (end[strspn(end, ".0123456789")] || major > 1 || number < 1 || number > 9999)
        return false;
    *minor = (int)number + (major == 1 ? STABLE_IS_BEHIND : 0);
    return true;
}

static error_t parse(int key, char *value, struct argp_state *state) {
    struct configuring *run = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &run->json;
        return 0;
    case KEY_FROM:
        if (strcmp(value, "kafkaexporter") == 0)
            run->choice.from = COLLECTOR_KAFKA;
        else if (strcmp(value, "sts") == 0)
            run->choice.from = COLLECTOR_STS;
        else
            argp_error(state, "--from is kafkaexporter or sts, not '%s'", value);
        return 0;
    case KEY_COLLECTOR:
        if (!read_version(value, &run->choice.minor))
            argp_error(state, "--collector is a version of the collector, such as 0.165.1, not '%s'", value);
        run->version = value;
        return 0;
    case KEY_EXPORTER:
        run->exporter = value;
        return 0;
    case ARGP_KEY_ARG:
        if (run->file)
            argp_error(state, "only one FILE can be read, and there are two");
        run->file = value;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option options[] = {
    {"from", KEY_FROM, "kafkaexporter|sts", 0,
     "Which exporter the block is for: the collector's kafkaexporter, or StackVista's "
     "sts_kafka_exporter (default: by its name, else by its fields)",
     0},
    {"collector", KEY_COLLECTOR, "VERSION", 0,
     "The collector's version, such as 0.165.1, which decides whether its keys are the resource hash "
     "up to v0.162, or the one since v0.163 (default)",
     0},
    {"exporter", KEY_EXPORTER, "NAME", 0, "Which exporter of a whole collector file, such as kafka/logs", 0},
    {0},
};

static const struct argp_child children[] = {{&json_argp, 0, NULL, 0}, {0}};

const struct argp config_argp = {
    options,
    parse,
    "[FILE]",
    "Turn the block of a collector's exporter into options, as YAML that --config and "
    "sts_options_load read.\vFILE is a whole collector file, or an exporter's block with or without "
    "its name; none, or -, is standard input. For each setting without an equivalent, a line on "
    "standard error gives the reason. A reference to a variable that is not set, or in a secret, "
    "remains a reference.\nExit "
    "status: 0 everything has an equivalent; 1 something has none; 2 the file cannot be read, or "
    "the collector would refuse it too.",
    children,
    NULL,
    NULL,
};

/* --- what is printed --- */

static void print_notes(const struct configuring *run) {
    for (size_t i = 0; i < run->moved.note_count; i++) {
        const struct moved_note *note = &run->moved.notes[i];
        say("%s:%zu: %s has no equivalent: %s", run->tree.file, note->line, note->path, note->text);
    }
}

static json_t *json_note(const char *name, const char *value, size_t line, const char *text) {
    json_t *note = json_object();
    json_set(note, name, json_text(value));
    json_set(note, "line", line ? json_integer((json_int_t)line) : json_null());
    json_set(note, "text", json_text(text));
    return note;
}

static void append(json_t *list, json_t *value) {
    if (json_array_append_new(list, value) != 0)
        out_of_memory();
}

static void print_json(const struct configuring *run) {
    json_t *made = json_object(), *notes = json_array(), *remarks = json_array(), *line = json_object();
    for (size_t i = 0; i < run->moved.option_count; i++) {
        const struct moved_option *one = &run->moved.options[i];
        if (one->value)
            json_set(made, one->name, json_text(one->value));
        if (one->remark)
            append(remarks, json_note("option", one->name, one->line, one->remark));
    }
    for (size_t i = 0; i < run->moved.note_count; i++)
        append(notes, json_note("path", run->moved.notes[i].path, run->moved.notes[i].line, run->moved.notes[i].text));
    json_set(line, "options", made);
    json_set(line, "notes", notes);
    json_set(line, "remarks", remarks);
    json_set(line, "from",
             json_text(run->choice.is_own                  ? "own"
                       : run->choice.from == COLLECTOR_STS ? "sts"
                                                           : "kafkaexporter"));
    json_set(line, "resource_hash", json_text(run->moved.hash));
    json_line(line);
}

static const char *block_name(const struct configuring *run) {
    if (run->choice.is_own)
        return "options of libstskafka";
    return run->choice.from == COLLECTOR_STS ? "the block of sts_kafka_exporter"
                                             : "the block of the collector's kafkaexporter";
}

static void print_yaml(const struct configuring *run) {
    printf("# from %s, %s\n", run->tree.file, block_name(run));
    for (size_t i = 0; i < run->moved.option_count; i++) {
        const struct moved_option *one = &run->moved.options[i];
        yaml_out(one->name, one->written ? one->written : one->value, one->written != NULL, one->remark);
    }
    if (!run->moved.option_count)
        puts("{}");
}

/* --- the run --- */

/* Where a hash was asked for and no version was given, it is a guess, and the keys hang on it. */
static void warn_of_hash(const struct configuring *run) {
    if (run->moved.hash && !run->version)
        say("warning: %s is the hash of collectors since v0.%d; for one of v0.%d or before give --collector VERSION, "
            "as every key is another",
            run->moved.hash, COLLECTOR_NEW_HASH, COLLECTOR_NEW_HASH - 1);
}

static void warn_of_unset(const struct configuring *run) {
    for (size_t i = 0; i < run->fields.count; i++) {
        if (run->fields.at[i].has_unset)
            yaml_field_warn_unset(&run->tree, &run->fields.at[i]);
    }
}

/* Whose block it is, where the fields have to tell it. */
static void guess(struct configuring *run) {
    run->choice.from = collector_guess(&run->block, &run->fields);
    if (run->choice.from == COLLECTOR_NONE) {
        run->choice.is_own = run->block.kind == YAML_BLOCK_OWN ||
                             (run->block.kind == YAML_BLOCK_BARE && collector_has_own(&run->fields));
        run->choice.from = run->choice.is_own || collector_is_sts(&run->fields) ? COLLECTOR_STS : COLLECTOR_KAFKA;
    }
}

/* What is empty has all defaults, in the collector too. */
static bool check_empty(const struct configuring *run, bool is_guessed) {
    bool is_anybodys = is_guessed && run->block.kind == YAML_BLOCK_BARE;
    if (is_anybodys && run->block.name[0]) {
        say("%s: the block %s is empty, and its name does not tell which exporter it is for: say so with --from",
            run->tree.file, run->block.name);
        return false;
    }
    say("%s: the block is empty: %s's defaults are taken%s", run->tree.file, collector_name(&run->choice),
        is_anybodys ? " (with --from sts, sts_kafka_exporter's)" : "");
    return true;
}

static void move(struct configuring *run) {
    bool is_guessed = run->choice.from == COLLECTOR_NONE;
    if (is_guessed)
        guess(run);
    if ((!run->fields.count && !check_empty(run, is_guessed)) ||
        !collector_move(&run->tree, &run->fields, &run->choice, &run->moved)) {
        run->faults |= FAULT_USAGE;
        return;
    }
    warn_of_hash(run);
    print_notes(run);
    if (run->json) {
        warn_of_unset(run);
        print_json(run);
    } else {
        print_yaml(run);
    }
    if (run->moved.note_count)
        run->faults |= FAULT_RECORDS;
}

int verb_config(int argc, char **argv) {
    struct configuring run;
    memset(&run, 0, sizeof run);
    run.choice.minor = COLLECTOR_NEWEST;
    argp_parse(&config_argp, argc, argv, 0, NULL, &run);

    const struct yaml_block_choice which = {run.exporter, false};
    run.fields.keeps_unset = true;
    if (!yaml_tree_load(&run.tree, run.file ? run.file : "-"))
        return exit_status(FAULT_USAGE);
    if (!yaml_document_get_root_node(&run.tree.document)) {
        say("%s: it is empty; give a collector's file, or the block of one of its exporters", run.tree.file);
        run.faults |= FAULT_USAGE;
    } else if (!yaml_block_find(&run.tree, &which, &run.block)) {
        run.faults |= FAULT_USAGE;
    } else {
        if (yaml_fields_read(&run.tree, &run.block.members, &run.fields))
            move(&run);
        else
            run.faults |= FAULT_USAGE;
        yaml_block_free(&run.block);
    }
    moved_free(&run.moved);
    yaml_fields_free(&run.fields);
    yaml_tree_free(&run.tree);
    return exit_status(run.faults | console_end());
}
