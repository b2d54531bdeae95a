/* SPDX-License-Identifier: Apache-2.0
 *
 * Elements of topology, a line of JSON each, into a batch. */
#ifndef ELEMENTS_H
#define ELEMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <stskafka/topology.h>

struct element_fault {
    sts_error *error; /* the caller's to free */
    uint64_t line;    /* from 1 */
    size_t offset;    /* in the text: of the fault, or of its line where that is all that is known */
};

/* Adds all lines. False: one was refused, `fault` has the first, and the batch some of the others. */
bool elements_read(sts_topology *batch, const char *text, size_t size, struct element_fault *fault);

/* Adds a line. False: it was refused, and `error` is the caller's to free. */
bool elements_add(sts_topology *batch, const char *line, size_t size, sts_error **error);

#endif
