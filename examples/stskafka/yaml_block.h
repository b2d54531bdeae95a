/* SPDX-License-Identifier: Apache-2.0
 *
 * Where in a YAML file the exporter's block is: yaml_config.h says which shapes there are. */
#ifndef YAML_BLOCK_H
#define YAML_BLOCK_H

#include "yaml_tree.h"

/* The members of the block, for yaml_pairs_free; none where it is empty. False: said why not, and nothing to free. */
bool yaml_block_find(struct yaml_tree *tree, struct yaml_pairs *block);

#endif
