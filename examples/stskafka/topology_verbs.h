/* SPDX-License-Identifier: Apache-2.0
 *
 * The verbs below topology; as those in verbs.h, with "stskafka topology VERB" as argv[0]. */
#ifndef TOPOLOGY_VERBS_H
#define TOPOLOGY_VERBS_H

int topology_encode(int argc, char **argv);
int topology_decode(int argc, char **argv);
int topology_shard(int argc, char **argv);

#endif
