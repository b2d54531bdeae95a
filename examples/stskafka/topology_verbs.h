/* SPDX-License-Identifier: Apache-2.0
 *
 * The verbs below topology; as those in verbs.h, with "stskafka topology VERB" as argv[0]. */
#ifndef TOPOLOGY_VERBS_H
#define TOPOLOGY_VERBS_H

#include <argp.h>

int topology_encode(int argc, char **argv);
int topology_decode(int argc, char **argv);
int topology_shard(int argc, char **argv);

extern const struct argp topology_encode_argp, topology_decode_argp, topology_shard_argp;

#endif
