/* SPDX-License-Identifier: Apache-2.0
 *
 * The way to a value inside a message, for error texts: components[0].resourceDefinition.spec.ports[2]. */
#ifndef STS_TOPOLOGY_PATH_H
#define STS_TOPOLOGY_PATH_H

#include <stskafka/types.h>

/* One step; each is on the stack of who made it. */
typedef struct sts__path {
    const struct sts__path *up; /* the step before; NULL: it is the first */
    sts_bytes name;             /* data NULL: an element of a list */
    size_t index;
} sts__path;

/* Appends the path to a text of `size` bytes; a name that is not UTF-8 is shown as a question mark. */
void sts__path_append(char *text, size_t size, const sts__path *at);

#endif
