/* SPDX-License-Identifier: Apache-2.0
 *
 * A YAML file as a tree, read as the collector's reader (go.yaml.in/yaml v3) reads it: of several documents the first,
 * which that one does without a word. Names that stand twice in a map are refused by both. Maps have what they merge
 * (<<). */
#ifndef YAML_TREE_H
#define YAML_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include <yaml.h>

/* Aliases can nest without end and multiply without measure; no honest configuration comes near. */
enum { YAML_TREE_DEPTH = 16, YAML_TREE_VALUES = 10000 };

struct yaml_tree {
    const char *file; /* for messages */
    yaml_document_t document;
    size_t values; /* that were looked at */
    bool failed;
};

/* A map's members: its own, in their order, then those that it merges and does not have itself. */
struct yaml_pair {
    const yaml_node_t *name;
    const yaml_node_t *value;
};

struct yaml_pairs {
    struct yaml_pair *at;
    size_t count;
};

/* From a file, or from standard input where it is called "-". False: said why not, and there is nothing to free. */
bool yaml_tree_load(struct yaml_tree *tree, const char *file);

/* The same from a text, one document; `file` is for messages. False where it is no YAML; nothing is said. */
bool yaml_tree_parse(struct yaml_tree *tree, const char *file, const char *text);
void yaml_tree_free(struct yaml_tree *tree);

/* Says what is wrong with a node. */
void yaml_tree_fault(struct yaml_tree *tree, const yaml_node_t *node, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

size_t yaml_line(const yaml_node_t *node);

/* The text of a scalar, or NULL for any other node (and for text with a NUL, which no option takes). */
const char *yaml_scalar(const yaml_node_t *node);

/* Whether it stands for nothing. */
bool yaml_is_null(const yaml_node_t *node);

/* The members of a map, for yaml_pairs_free. False: said why not, and there is nothing to free. */
bool yaml_tree_pairs(struct yaml_tree *tree, const yaml_node_t *map, struct yaml_pairs *pairs);
void yaml_pairs_free(struct yaml_pairs *pairs);

#endif
