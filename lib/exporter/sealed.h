/* SPDX-License-Identifier: Apache-2.0
 *
 * From sealed messages (batching.h) to the transport: in the order of the line, made of what was kept of their records,
 * in parts where they are too large as a whole or were refused. Their records are accepted: what cannot be sent fails,
 * and exactly the records that it holds for. */
#ifndef STS_EXPORTER_SEALED_H
#define STS_EXPORTER_SEALED_H

#include "exporter/exporter.h"

/* Sends what is in line, unless another thread does just now, until the line is empty or the transport has no room. */
void sts__sealed_send(sts_exporter *exporter);

/* Makes a message of `count` of the records of one that was sealed, from those on that were not sent: STS_OK,
 * STS_ERR_NO_MEMORY, or what the encoding says. Its value, and what is needed for it, come from the arena; the value
 * may come from `room` if that is not NULL. */
sts_status sts__sealed_join(const sts_exporter *exporter, const sts__open_message *sealed, size_t count,
                            sts__arena *arena, sts__value_room *room, sts_message *message, sts__fault *fault);

/* Hands the halves of a message (parts_most) over in place of it; false where they were not taken. */
bool sts__sealed_divide(sts_exporter *exporter, sts__open_message *message, sts__sink_take take, void *user);

#endif
