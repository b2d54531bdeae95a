/* SPDX-License-Identifier: Apache-2.0
 *
 * The verb topology: the table of the verbs below it. */
#include <stddef.h>

#include "topology_verbs.h"
#include "verb_table.h"
#include "verbs.h"

static const struct verb verbs[] = {
    {"encode", topology_encode, "elements, or whole messages, to the keys and values of Kafka messages"},
    {"decode", topology_decode, "keys and values to what encode --message reads"},
    {"shard", topology_shard, "external ids to shards"},
    {NULL, NULL, NULL},
};

int verb_topology(int argc, char **argv) {
    return verb_table_run(verbs, argc, argv);
}
