/* SPDX-License-Identifier: Apache-2.0
 *
 * Verbs by name. */
#include "verb_table.h"

#include <stdio.h>
#include <string.h>

#include "console.h"
#include "exit_status.h"
#include "suggest.h"

static void list_verbs(FILE *to, const char *program, const struct verb *verbs) {
    /* help2man, which makes the manual page, knows verbs by two spaces before what they do. */
    fprintf(to, "Usage: %s VERB [ARGUMENTS]\n", program);
    for (const struct verb *v = verbs; v->name; v++)
        fprintf(to, "  %-10s  %s\n", v->name, v->text);
    fprintf(to, "%s VERB --help explains a verb.\n", program);
}

static int run_verb(const struct verb *verb, const char *program, int argc, char **argv) {
    /* For argp, which calls the program by argv[0]. */
    char name[40];
    snprintf(name, sizeof name, "%s %s", program, verb->name);
    argv[0] = name;
    console_name(name);
    return verb->run(argc, argv);
}

int verb_table_run(const struct verb *verbs, int argc, char **argv) {
    const char *program = argv[0];
    const char *name = argc < 2 ? "--help" : argv[1];
    for (const struct verb *v = verbs; v->name; v++) {
        if (strcmp(name, v->name) == 0)
            return run_verb(v, program, argc - 1, argv + 1);
    }
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "-?") == 0 ||
        strcmp(name, "help") == 0) {
        list_verbs(stdout, program, verbs);
        return exit_status(console_end());
    }
    struct suggestion near = {name, NULL, 0};
    for (const struct verb *v = verbs; v->name; v++)
        suggest_offer(&near, v->name);
    if (near.best)
        say("there is no verb '%s'; did you mean %s %s?", name, program, near.best);
    else
        say("there is no verb '%s'", name);
    list_verbs(stderr, program, verbs);
    return exit_status(FAULT_USAGE);
}
