/* SPDX-License-Identifier: Apache-2.0
 *
 * Where in a YAML file the exporter's block is: yaml_config.h says which shapes there are. */
#ifndef YAML_BLOCK_H
#define YAML_BLOCK_H

#include "yaml_tree.h"

/* Whose block it is, by its name; one without a name may be anybody's. */
enum yaml_block_kind { YAML_BLOCK_BARE, YAML_BLOCK_OWN, YAML_BLOCK_STS, YAML_BLOCK_KAFKAEXPORTER };

struct yaml_block {
    struct yaml_pairs members; /* none where it is empty */
    enum yaml_block_kind kind;
    const char *name; /* "" where it has none */
};

/* Which of several blocks: the one with this name; or, where that is NULL, the only one, ours before kafkaexporter's if
 * `prefers_own`. */
struct yaml_block_choice {
    const char *name;
    bool prefers_own;
};

/* The block, for yaml_block_free; false: said why not, and nothing to free. */
bool yaml_block_find(struct yaml_tree *tree, const struct yaml_block_choice *choice, struct yaml_block *block);
void yaml_block_free(struct yaml_block *block);

/* The folder that a storage extension of the same file is given; NULL where it says none. */
const char *yaml_block_storage(struct yaml_tree *tree, const char *extension);

#endif
