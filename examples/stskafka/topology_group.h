/* SPDX-License-Identifier: Apache-2.0
 *
 * Whole messages of the topology stream, joined as the StackVista collector's exporter joins them: messages of repeated
 * elements with equal key and collection time become one, as long as their single sizes add up to no more than a
 * budget. Messages of another kind stay where they are, and do not keep others apart. The library groups by other rules
 * (lib/topology/plan.c), so this is only here, to compare with that exporter. */
#ifndef TOPOLOGY_GROUP_H
#define TOPOLOGY_GROUP_H

#include <stdbool.h>
#include <stdint.h>

#include <stskafka/topology.h>

/* Called with each message that comes out, in order; the views live until it returns. */
typedef void topology_take(bool is_metadata, sts_bytes key, sts_bytes value, void *user);

void topology_group(const sts_topology_messages *messages, uint64_t max_bytes, topology_take *take, void *user);

#endif
