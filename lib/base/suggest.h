/* SPDX-License-Identifier: Apache-2.0
 *
 * "Did you mean": the nearest of the known names, for error texts. */
#ifndef STS_BASE_SUGGEST_H
#define STS_BASE_SUGGEST_H

#include <stddef.h>

/* How many single-character edits (insert, delete, replace, swap neighbours) lead from `a` to `b`: the optimal string
 * alignment distance. Names longer than 63 bytes are far from everything. */
size_t sts__suggest_distance(const char *a, const char *b);

/* The better of two candidates: `candidate` if it is nearer to `name` than `best` (NULL: none yet) and near enough to
 * be meant, else `best`. */
const char *sts__suggest_nearer(const char *name, const char *best, const char *candidate);

#endif
