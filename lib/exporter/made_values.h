/* SPDX-License-Identifier: Apache-2.0
 *
 * Values of messages that are made of several records, where they are large: each in memory of its own, which is handed
 * over with the message (transport/taken.h) and not copied again. Whoever makes them has a reference to each until the
 * messages have been sent, or were not. */
#ifndef STS_EXPORTER_MADE_VALUES_H
#define STS_EXPORTER_MADE_VALUES_H

#include "base/memory.h"
#include "encode/encode.h"
#include "transport/taken.h"

typedef struct sts__made_value sts__made_value;

typedef struct sts__made_values {
    sts__value_room room; /* for the encoder that makes them */
    const sts__memory *memory;
    sts__made_value *last; /* those of which there is a reference here, the last one that was made in front */
} sts__made_values;

void sts__made_values_init(sts__made_values *values, const sts__memory *memory);

/* Says of a message whose value was just made whether that is handed over with it. */
void sts__made_values_hand_over(const sts__made_values *values, sts_message *message);

/* Gives up the references. */
void sts__made_values_drop(sts__made_values *values);

#endif
