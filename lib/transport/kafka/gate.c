/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/kafka/gate.h"

#include <sched.h>

bool sts__kafka_gate_enter(sts__kafka_gate *gate) {
    __atomic_add_fetch(&gate->passing, 1, __ATOMIC_SEQ_CST);
    if (!sts__kafka_gate_is_closed(gate))
        return true;
    sts__kafka_gate_leave(gate);
    return false;
}

void sts__kafka_gate_enter_closed(sts__kafka_gate *gate) {
    __atomic_add_fetch(&gate->passing, 1, __ATOMIC_SEQ_CST);
}

void sts__kafka_gate_leave(sts__kafka_gate *gate) {
    __atomic_sub_fetch(&gate->passing, 1, __ATOMIC_SEQ_CST);
}

void sts__kafka_gate_shut(sts__kafka_gate *gate) {
    __atomic_store_n(&gate->closed, 1, __ATOMIC_SEQ_CST);
}

/* Who is inside only puts some records into librdkafka's queue, so this does not take long; or has just opened the gate
 * again. */
void sts__kafka_gate_close(sts__kafka_gate *gate) {
    do {
        sts__kafka_gate_shut(gate);
        while (__atomic_load_n(&gate->passing, __ATOMIC_SEQ_CST))
            sched_yield();
    } while (!sts__kafka_gate_is_closed(gate));
}
