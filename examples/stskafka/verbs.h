/* SPDX-License-Identifier: Apache-2.0
 *
 * The verbs. Each parses its own arguments (argv[0] is "stskafka VERB") and returns the exit status. */
#ifndef VERBS_H
#define VERBS_H

int verb_send(int argc, char **argv);
int verb_explain(int argc, char **argv);
int verb_partition(int argc, char **argv);
int verb_config(int argc, char **argv);
int verb_functions(int argc, char **argv);
int verb_options(int argc, char **argv);
int verb_topology(int argc, char **argv);
int verb_version(int argc, char **argv);
int verb_verify(int argc, char **argv);

#endif
