/* SPDX-License-Identifier: Apache-2.0
 *
 * From the fields of a collector's exporter to the options here: the collector's kafkaexporter (v0.15x to v0.165), and
 * StackVista's sts_kafka_exporter. examples/kafkaexporter.md has the same field by field. */
#ifndef COLLECTOR_MOVE_H
#define COLLECTOR_MOVE_H

#include <stdbool.h>
#include <stddef.h>

#include "yaml_block.h"
#include "yaml_fields.h"

enum collector_exporter { COLLECTOR_NONE, COLLECTOR_KAFKA, COLLECTOR_STS };

/* Versions of the collector are v0.MINOR. */
enum {
    COLLECTOR_NEWEST = 165,
    COLLECTOR_NEW_HASH = 163, /* since then the hash of a resource is another one: contrib PR 51108 */
};

struct move_choice {
    enum collector_exporter from;
    int minor;
    bool is_own;    /* the block is for our own options, though StackVista's fields are taken (COLLECTOR_STS) */
    bool takes_own; /* options of our own may stand among the fields, and values are checked later */
};

struct moved_option {
    char *name;
    char *value;   /* NULL where it is not known, because a variable is not set */
    char *written; /* for YAML, where that has more to say than the value: references; else NULL */
    char *remark;  /* what to know about it; or NULL */
    size_t line;   /* 0: it follows from the exporter's defaults */
};

/* A field that has no equivalent, and why. */
struct moved_note {
    char *path;
    char *text;
    size_t line;
};

struct moved {
    struct moved_option *options;
    size_t option_count;
    struct moved_note *notes;
    size_t note_count;
    const char *hash; /* the spec of the resource's hash, where one is asked for */
};

/* The exporter's name, for messages. */
const char *collector_name(const struct move_choice *choice);

/* False: said why not. moved_free in any case. */
bool collector_move(struct yaml_tree *tree, struct yaml_fields *fields, const struct move_choice *choice,
                    struct moved *moved);
void moved_free(struct moved *moved);

/* Whose fields they are, by the block's name and theirs; COLLECTOR_NONE where all may be options here. */
enum collector_exporter collector_guess(const struct yaml_block *block, const struct yaml_fields *fields);

/* Whether one of them is StackVista's, or ours, and kafkaexporter has none of that name. */
bool collector_is_sts(const struct yaml_fields *fields);

/* Whether one of them is an option here that neither exporter has. */
bool collector_has_own(const struct yaml_fields *fields);

#endif
