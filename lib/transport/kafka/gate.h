/* SPDX-License-Identifier: Apache-2.0
 *
 * The gate that senders go through to hand their records to the producer at once. While it is closed, they leave them
 * in the list (records.h), behind what waits there already: so nothing overtakes that.
 *
 * Two atomics, and no lock, for it is on every record's path. Any thread goes through it and shuts it. It is opened
 * under the list's lock: who finds it closed while holding that may put records there, which are not forgotten. */
#ifndef STS_TRANSPORT_KAFKA_GATE_H
#define STS_TRANSPORT_KAFKA_GATE_H

#include <stdbool.h>

typedef struct sts__kafka_gate {
    int closed;  /* atomic */
    int passing; /* how many threads are inside; atomic */
} sts__kafka_gate;

/* Goes through the gate, until leave; false if it is closed. */
bool sts__kafka_gate_enter(sts__kafka_gate *gate);
/* Goes in though it is closed, as the serving thread does that replays; whoever closes it waits all the same. */
void sts__kafka_gate_enter_closed(sts__kafka_gate *gate);
void sts__kafka_gate_leave(sts__kafka_gate *gate);

static inline bool sts__kafka_gate_is_closed(const sts__kafka_gate *gate) {
    return __atomic_load_n(&gate->closed, __ATOMIC_SEQ_CST);
}

/* Closes the gate; and waits until nobody is inside, which is for the serving thread. */
void sts__kafka_gate_shut(sts__kafka_gate *gate);
void sts__kafka_gate_close(sts__kafka_gate *gate);

/* Under the list's lock. */
static inline void sts__kafka_gate_open(sts__kafka_gate *gate) {
    __atomic_store_n(&gate->closed, 0, __ATOMIC_SEQ_CST);
}

#endif
