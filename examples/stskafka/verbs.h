/* SPDX-License-Identifier: Apache-2.0
 *
 * The verbs. Each parses its own arguments (argv[0] is "stskafka VERB") and returns the exit status. */
#ifndef VERBS_H
#define VERBS_H

#include <argp.h>

#include "verb_table.h"

int verb_send(int argc, char **argv);
int verb_explain(int argc, char **argv);
int verb_partition(int argc, char **argv);
int verb_config(int argc, char **argv);
int verb_functions(int argc, char **argv);
int verb_options(int argc, char **argv);
int verb_store(int argc, char **argv);
int verb_topology(int argc, char **argv);
int verb_version(int argc, char **argv);
int verb_completion(int argc, char **argv);

/* What they take. */
extern const struct argp send_argp, explain_argp, partition_argp, config_argp, functions_argp, options_argp, store_argp,
    verify_argp, version_argp, completion_argp;

/* All of them, and those below topology. */
extern const struct verb tool_verbs[], topology_verbs[];
int verb_verify(int argc, char **argv);

#endif
