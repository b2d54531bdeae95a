/* SPDX-License-Identifier: Apache-2.0
 *
 * Requests that the host hands over with the export, and gets back by a callback (sts_export_take). */
#ifndef STS_EXPORTER_TAKE_H
#define STS_EXPORTER_TAKE_H

#include <stdbool.h>

#include <stskafka/otlp.h>

#include "transport/taken.h"

/* What is handed over, with one reference, which is the caller's to drop; NULL without memory. The callback is called
 * when the last one is dropped, and counts as one of the exporter's. */
sts__taken *sts__take_new(sts_exporter *exporter, sts_bytes bytes, sts_release_callback release, void *user);

/* Whether messages may refer to it: the transport can, and it leaves room for others in the queue. */
bool sts__take_can_be_shared(const sts_exporter *exporter, const sts__taken *taken);

#endif
