/* SPDX-License-Identifier: Apache-2.0
 *
 * Messages of several records: one that was refused for what is in it, and alone, is divided where it stands, so that
 * its parts go before what was behind it. For the serving thread; no state of its own. */
#ifndef STS_TRANSPORT_KAFKA_PARTS_H
#define STS_TRANSPORT_KAFKA_PARTS_H

#include "transport/kafka/records.h"

struct sts__kafka;

/* Divides such a message; the parts wait in its place, and it is gone. False where that cannot be. */
bool sts__kafka_divide(struct sts__kafka *kafka, sts__kafka_record *record);

#endif
