/* SPDX-License-Identifier: Apache-2.0
 *
 * The id that an idempotent producer needs before its first record can go. librdkafka asks for it when metadata come in
 * while a broker is connected to, and otherwise half a second later (rd_kafka_idemp_pid_fsm, rd_kafka_idemp_start).
 * From 2.10.0 on the first metadata no longer do: they drop the bootstrap address, which was the only connection
 * (f7c4273, "Purge brokers no longer reported in metadata"). So metadata are asked for once more, while the start-up
 * check waits anyway, and the first record finds the id there or on its way. */
#include "transport/kafka/internal.h"

#include "base/clock.h"

enum {
    ANSWER_MS = 500, /* how long an answer is waited for: as long as librdkafka would do nothing */
    ASKS_AT_MOST = 3 /* the last one may find the first one's request for the id still on its way out */
};

void sts__kafka_hasten_id(sts__kafka *kafka, int64_t deadline) {
    for (int i = 0; kafka->idempotent && !kafka->transaction.is_on && i < ASKS_AT_MOST; i++) {
        int32_t left_ms = sts__deadline_left_ms(deadline);
        if (sts__kafka_observer_asked_id(kafka->producer.observer) || left_ms == 0)
            return;
        if (!sts__kafka_cluster_ask(kafka, left_ms < ANSWER_MS ? left_ms : ANSWER_MS))
            return;
    }
}
