/* SPDX-License-Identifier: Apache-2.0
 *
 * The verb topology: the table of the verbs below it. */
#include <stddef.h>

#include "topology_verbs.h"
#include "verb_table.h"
#include "verbs.h"

const struct verb topology_verbs[] = {
    {"encode", topology_encode, "turn elements, or whole messages, into the keys and values of Kafka messages",
     &topology_encode_argp, NULL},
    {"decode", topology_decode, "turn keys and values back into what encode --message reads", &topology_decode_argp,
     NULL},
    {"shard", topology_shard, "show the shard of each external id", &topology_shard_argp, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

int verb_topology(int argc, char **argv) {
    return verb_table_run(topology_verbs, argc, argv);
}
