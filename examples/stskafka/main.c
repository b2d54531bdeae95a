/* SPDX-License-Identifier: Apache-2.0
 *
 * stskafka: what libstskafka does with records, on the command line. This file is the table of verbs. */
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <argp.h>

#include "console.h"
#include "exit_status.h"
#include "verbs.h"

struct verb {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *text;
};

static const struct verb verbs[] = {
    {"send", verb_send, "export records to Kafka and tell what became of them"},
    {"explain", verb_explain, "show what would be sent, without a broker"},
    {"partition", verb_partition, "keys to partitions"},
    {"options", verb_options, "list the exporter's options"},
    {"topology", verb_not_built, "encode, decode and shard topology (not built yet)"},
    {"verify", verb_not_built, "check the keys and partitions of a topic (not built yet)"},
    {"version", verb_version, "print versions"},
    {NULL, NULL, NULL},
};

int verb_not_built(int argc, char **argv) {
    (void)argc, (void)argv;
    say("not built yet");
    return exit_status(FAULT_USAGE);
}

static void list_verbs(FILE *to) {
    fprintf(to, "usage: stskafka VERB [ARGUMENTS]; stskafka VERB --help explains\n");
    for (const struct verb *v = verbs; v->name; v++)
        fprintf(to, "  %-10s %s\n", v->name, v->text);
}

static int run_verb(const struct verb *verb, int argc, char **argv) {
    /* For argp, which calls the program by argv[0]. */
    char name[40];
    snprintf(name, sizeof name, "stskafka %s", verb->name);
    argv[0] = name;
    console_name(name);
    return verb->run(argc, argv);
}

int main(int argc, char **argv) {
    console_start();
    signal(SIGPIPE, SIG_IGN); /* a reader that went away must not end an export half-way */
    setlocale(LC_CTYPE, "");  /* for what a table may show */
    argp_err_exit_status = exit_status(FAULT_USAGE);

    const char *name = argc < 2 ? "--help" : argv[1];
    for (const struct verb *v = verbs; v->name; v++) {
        if (strcmp(name, v->name) == 0)
            return run_verb(v, argc - 1, argv + 1);
    }
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0) {
        list_verbs(stdout);
        return exit_status(console_end());
    }
    if (strcmp(name, "--version") == 0)
        return run_verb(&verbs[sizeof verbs / sizeof *verbs - 2], 1, argv + 1);
    say("there is no verb '%s'", name);
    list_verbs(stderr);
    return exit_status(FAULT_USAGE);
}
