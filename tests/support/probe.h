/* SPDX-License-Identifier: Apache-2.0
 *
 * Gives any bytes to an exporter, explained first and then exported, and checks that both tell the same: the same
 * error at the same place, or the same records. */
#ifndef TESTS_SUPPORT_PROBE_H
#define TESTS_SUPPORT_PROBE_H

#include "support/rig.h"

struct probe {
    struct rig rig;
    size_t sent; /* messages in memory up to now */
};

struct probed {
    sts_status status; /* STS_OK, STS_ERR_REJECTED, or the request's fault */
    int64_t offset;    /* of the fault, else -1 */
    size_t records;
};

void probe_open(struct probe *probe);

/* Also checks that the exporter still works. */
void probe_close(struct probe *probe);

/* `name` is for the messages of failed assertions. */
struct probed probe_bytes(struct probe *probe, const void *data, size_t size, const char *name);

#endif
