/* SPDX-License-Identifier: Apache-2.0
 *
 * What key specs give of one record, in a table. Everything here ends the test when it fails. */
#ifndef TESTS_SUPPORT_SPEC_CASES_H
#define TESTS_SUPPORT_SPEC_CASES_H

#include <stskafka/stskafka.h>

#include "support/otlp_tree.h"

/* Fills a tree of one record. */
typedef void (*spec_filler)(struct otlp_tree *tree);

/* Leaves it empty. */
void spec_fill_nothing(struct otlp_tree *tree);

/* Its request, for the caller to clear. */
struct pb spec_request(spec_filler fill, enum pb_order order);

/* What a spec gives: a key (NULL: the null key), or a code. */
struct spec_case {
    const char *spec;
    const char *key;
    sts_status code;
};

#define SPEC_CASES(...) ((const struct spec_case[]){__VA_ARGS__, {NULL, NULL, STS_OK}})

/* Checks each spec on the request in both orders of protobuf's fields. `cases` end with a spec NULL; `options`, names
 * and values by turns, may be NULL. */
void spec_check(spec_filler fill, const struct spec_case *cases, const char *const *options,
                const sts_export_context *metadata);

#endif
