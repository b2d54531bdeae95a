/* SPDX-License-Identifier: Apache-2.0
 *
 * Requests that are handed over to an export (sts_export_take): each is a block of its own, which is overwritten and
 * freed when it is released, so that whoever looks at it later sends what it was not, or is seen by AddressSanitizer.
 * Everything here ends the process when it fails. */
#ifndef TESTS_SUPPORT_HANDED_H
#define TESTS_SUPPORT_HANDED_H

#include <stskafka/stskafka.h>

#include "support/protobuf.h"

enum { HANDED_MOST = 4096 };

/* All zero is empty. Any thread may hand over, many at once. */
struct handed {
    unsigned count;                     /* of requests; atomic */
    unsigned released;                  /* of those; under a lock */
    unsigned times[HANDED_MOST];        /* how often each was; atomic */
    sts_exporter *exporter;             /* not NULL: its functions are called from each release */
    void (*inside)(struct handed *all); /* what is called there; NULL: nothing is */
};

/* Hands over a copy of the bytes. */
sts_status handed_export(struct handed *all, sts_exporter *exporter, int32_t signal, int32_t format, const void *bytes,
                         size_t size, const sts_export_context *context, uint64_t *counts, sts_error **error);

/* The same with logs in protobuf. */
sts_status handed_logs(struct handed *all, sts_exporter *exporter, const struct pb *otlp,
                       const sts_export_context *context, uint64_t *counts, sts_error **error);

/* How many were released up to now; and waits until so many were: that may come a moment after the outcomes. */
unsigned handed_released(struct handed *all);
void handed_await(struct handed *all, unsigned count);

/* Checks that each was released, once. */
void handed_check(struct handed *all);

#endif
