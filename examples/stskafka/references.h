/* SPDX-License-Identifier: Apache-2.0
 *
 * What stands for something else in a value of the collector's configuration: ${env:NAME}, ${env:NAME:-default},
 * ${NAME}, and $$ for a dollar sign. The rules are those of the collector's confmap (1.71: expand.go, resolver.go and
 * its env provider), to the letter; tests/cli/test_config.py has what that gives. */
#ifndef REFERENCES_H
#define REFERENCES_H

#include <stdbool.h>

/* Is called with each environment variable that is named and not set, and has no default. */
typedef void (*references_unset)(const char *name, void *user);

struct resolved {
    char *text;      /* for the caller to free; NULL where there is a fault */
    bool is_null;    /* the whole value was one reference, to what is empty or not set: as if nothing were there */
    bool is_whole;   /* the whole value was one reference, which may give something else than text */
    char fault[300]; /* holds no value of a variable */
};

void references_resolve(const char *written, references_unset unset, void *user, struct resolved *resolved);

#endif
