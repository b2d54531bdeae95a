/* SPDX-License-Identifier: Apache-2.0
 *
 * The canonical bytes of the topology stream's messages: fields ascending, defaults left out, maps sorted by key. Equal
 * to Go's deterministic marshal, and to nanopb's encoding of the same struct (proto/schema.h), but written from the end
 * in one pass. */
#ifndef STS_TOPOLOGY_ENCODE_H
#define STS_TOPOLOGY_ENCODE_H

#include "proto/schema.h"
#include "wire/writer.h"

/* Writes a message in front of what the writer holds; the writer remembers whether it ran out of memory. */
void sts__topology_encode(sts__wire_writer *writer, const sts__proto_type *type, const void *message);

#endif
