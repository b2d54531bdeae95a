/* SPDX-License-Identifier: Apache-2.0
 *
 * What the files of collector_move.h share: a move under way, and the rules that it goes by. */
#ifndef COLLECTOR_RUN_H
#define COLLECTOR_RUN_H

#include <stskafka/options.h>

#include "collector_move.h"

enum { COLLECTOR_SIGNALS = 4 };
extern const char *const collector_signals[COLLECTOR_SIGNALS + 1];

struct moving {
    struct yaml_tree *tree;
    struct yaml_fields *fields;
    const struct move_choice *choice;
    struct moved *moved;
    sts_options *trial; /* what the library takes is tried on it; NULL: not here */
    /* what more than one field decides about */
    const struct yaml_field *partitioner;
    const struct yaml_field *keys[COLLECTOR_SIGNALS];
    bool by_resource; /* messages are made by resource */
    bool may_miss;    /* a key may have no value */
    bool raw;         /* a message a record, whatever the signal */
};

struct move_rule;
typedef void (*move_action)(struct moving *run, const struct move_rule *rule, struct yaml_field *field);

/* What a field becomes. In the table of signals the path is that behind "logs." and so on. */
struct move_rule {
    const char *path;
    move_action action;
    const char *option; /* NULL: the field's path */
    const char *text;   /* the reason, where there is no option; or a remark on it */
};

/* The rule for a field; NULL: the exporter has no such field. */
const struct move_rule *collector_rule(enum collector_exporter from, const char *path);

/* Whether fields stand below this path, which has no rule of its own. */
bool collector_is_map(enum collector_exporter from, const char *path);

/* The field that may have been meant; NULL: none is near. */
const char *collector_near(enum collector_exporter from, const char *path);

/* Whether the library has an option of this name. */
bool collector_has_option(const char *name);

/* --- what rules are made of (collector_actions.c) --- */

void move_add(struct moving *run, const struct yaml_field *field, const char *option, const char *value,
              const char *remark);
void move_tell(struct moving *run, const struct yaml_field *field, const char *text);
const struct moved_option *move_find(const struct moving *run, const char *option);

void move_copy(struct moving *run, const struct move_rule *rule, struct yaml_field *field);
void move_boolean(struct moving *run, const struct move_rule *rule, struct yaml_field *field);
void move_integer(struct moving *run, const struct move_rule *rule, struct yaml_field *field);
void move_integer_as(struct moving *run, struct yaml_field *field, const char *option, const char *remark);
void move_duration(struct moving *run, const struct move_rule *rule, struct yaml_field *field);
void move_milliseconds(struct moving *run, const struct move_rule *rule, struct yaml_field *field);
void move_list(struct moving *run, const struct move_rule *rule, struct yaml_field *field);
void move_own(struct moving *run, struct yaml_field *field);

/* No equivalent: always; where it is true; where it is not a number that is what is done here anyway (`option`); where
 * the library has no option of the same name. */
void move_note(struct moving *run, const struct move_rule *rule, struct yaml_field *field);
void move_note_true(struct moving *run, const struct move_rule *rule, struct yaml_field *field);
void move_note_unless(struct moving *run, const struct move_rule *rule, struct yaml_field *field);
void move_if_known(struct moving *run, const struct move_rule *rule, struct yaml_field *field);

bool move_read_boolean(struct moving *run, const struct yaml_field *field, bool *value);

/* Keeps the reference of a field whose variable is not set; false: its value is needed. */
bool move_unset(struct moving *run, const struct move_rule *rule, const struct yaml_field *field);

/* --- what single fields need (collector_fields.c) --- */

void move_acks(struct moving *run, const struct move_rule *rule, struct yaml_field *field);
void move_compression(struct moving *run, const struct move_rule *rule, struct yaml_field *field);
void move_ciphers(struct moving *run, const struct move_rule *rule, struct yaml_field *field);
void move_curves(struct moving *run, const struct move_rule *rule, struct yaml_field *field);
void move_dns(struct moving *run, const struct move_rule *rule, struct yaml_field *field);
void move_headers(struct moving *run, const struct move_rule *rule, struct yaml_field *field);
void move_mechanism(struct moving *run, const struct move_rule *rule, struct yaml_field *field);
void move_plain_text(struct moving *run, const struct move_rule *rule, struct yaml_field *field);
void move_queue_enabled(struct moving *run, const struct move_rule *rule, struct yaml_field *field);
void move_queue_size(struct moving *run, const struct move_rule *rule, struct yaml_field *field);
void move_sizer(struct moving *run, const struct move_rule *rule, struct yaml_field *field);
void move_storage(struct moving *run, const struct move_rule *rule, struct yaml_field *field);
void move_tls(struct moving *run, const struct move_rule *rule, struct yaml_field *field);

/* --- topics, keys, partitions (collector_keys.c) --- */

void move_key_by_resource(struct moving *run, const struct move_rule *rule, struct yaml_field *field);
void move_key_by_trace(struct moving *run, const struct move_rule *rule, struct yaml_field *field);
void move_key_by_metadata(struct moving *run, const struct move_rule *rule, struct yaml_field *field);
void move_encoding(struct moving *run, const struct move_rule *rule, struct yaml_field *field);
void move_topic_attribute(struct moving *run, const struct move_rule *rule, struct yaml_field *field);
void move_hasher(struct moving *run, const struct move_rule *rule, struct yaml_field *field);
void move_partitioner(struct moving *run, const struct move_rule *rule, struct yaml_field *field);

/* What follows from kafkaexporter's defaults: where they decide about topic, key, value or partition, and, in what will
 * be a file of options, whether there is a start without a broker. */
void move_defaults(struct moving *run);

/* The same of StackVista's exporter: what it promises less than we do. */
void move_sts_defaults(struct moving *run);

#endif
