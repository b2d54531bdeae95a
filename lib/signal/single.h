/* SPDX-License-Identifier: Apache-2.0
 *
 * One item of a request as a request of its own, with its resource and its scope: what becomes the value of a
 * message, and what a reader of dead letters can export again. */
#ifndef STS_SIGNAL_SINGLE_H
#define STS_SIGNAL_SINGLE_H

#include "signal/item.h"
#include "wire/writer.h"

/* Writes a request of the same signal; unknown fields stay, groups do not. `writer->failed` where there is no memory.
 */
void sts__item_write_single(const sts__item *item, sts__wire_writer *writer);

#endif
