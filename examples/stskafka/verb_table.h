/* SPDX-License-Identifier: Apache-2.0
 *
 * Verbs by name: the tool's own, and those below one. */
#ifndef VERB_TABLE_H
#define VERB_TABLE_H

struct argp;

struct verb {
    const char *name; /* NULL ends a table */
    int (*run)(int argc, char **argv);
    const char *text;
    const struct argp *argp;  /* what it takes; NULL: verbs are below it */
    const struct verb *below; /* or NULL */
};

/* Runs the verb that argv[1] names, with "PROGRAM VERB" as its argv[0]; argv[0] of this call is PROGRAM. Without a
 * name, or with --help, lists the verbs. Returns the exit status. */
int verb_table_run(const struct verb *verbs, int argc, char **argv);

#endif
