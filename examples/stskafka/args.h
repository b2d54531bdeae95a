/* SPDX-License-Identifier: Apache-2.0
 *
 * Arguments that several verbs share, as argp children: --json, the input, the exporter's options. */
#ifndef ARGS_H
#define ARGS_H

#include <argp.h>
#include <stdbool.h>
#include <stdint.h>

#include "files.h"
#include "input.h"
#include "library_log.h"

/* The argp child for --json; its input is a bool. */
extern const struct argp json_argp;

/* For a verb with nothing but --json, whose input is its bool: the parser, and the children. */
error_t parse_json_alone(int key, char *value, struct argp_state *state);
extern const struct argp_child json_alone_argp[];

/* The argp child for --json where the output is JSON Lines without it too; it has no input. */
extern const struct argp json_always_argp;

/* The argp child for FILE...; its input is a file_list. */
extern const struct argp files_argp;

/* The children of a verb that reads lines: json_argp and files_argp, in this order. */
extern const struct argp_child json_and_files_argp[];

/* The argp child for --signal, --format and --framing; its input is a struct input_format. */
extern const struct argp framing_argp;

/* NAME=VALUE, in the order given; copies. */
struct setting {
    char *name;
    char *value;
};

struct setting_list {
    struct setting *at;
    size_t count;
};

void settings_add(struct setting_list *settings, const char *name, size_t name_size, const char *value);
void settings_clear(struct setting_list *settings);

/* What the exporter is made from. */
struct exporter_args {
    const char *config_file; /* or NULL */
    struct setting_list options;
    struct setting_list metadata;
    bool key_value; /* the input holds keys and values: they are sent as they are */
    struct library_log log;
};

/* The argp child for -o, --config, --metadata and --verbose; its input is an exporter_args. */
extern const struct argp exporter_argp;

/* Reads a whole number of lowest..highest, which are not below 0, in decimal; false where it is none. */
bool read_number(const char *text, int64_t lowest, int64_t highest, int64_t *number);

#endif
