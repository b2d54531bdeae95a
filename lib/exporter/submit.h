/* SPDX-License-Identifier: Apache-2.0
 *
 * From what is staged into the ledger and the transport. What was accepted or rejected is always the beginning of the
 * request, so that the host knows where to go on. */
#ifndef STS_EXPORTER_SUBMIT_H
#define STS_EXPORTER_SUBMIT_H

#include "exporter/exporter.h"
#include "exporter/staging.h"

/* One export under way. */
typedef struct sts__export_run {
    sts_exporter *exporter;
    sts__source *source;
    sts__staging *staging;
    bool gathers; /* all that is staged is accepted, or nothing */
    bool batches; /* what is staged comes into messages that stay open (batching.h) */
    sts__ledger_export ledger;
    int64_t deadline_us;      /* for waiting for room; 0: it does not wait */
    sts__store_ticket ticket; /* of what was stored, and is not committed: */
    uint64_t uncommitted_records;
    uint64_t uncommitted_bytes;
    bool pushes; /* what lingers is sent at once, for its sake */
    sts__export_counts *counts;
    sts__fault *fault;
    sts__fault first_rejection;
    uint64_t first_rejected;
} sts__export_run;

/* What is staged goes into the queue; of a run that gathers, what is in its window. STS_OK; else the export ends. */
sts_status sts__submit(sts__export_run *run);

/* Books a rejection, with its dead letter. STS_OK; else why not, which ends the export. */
sts_status sts__submit_rejection(sts__export_run *run, const sts__rejected *rejected);

/* Says how far the export got. */
sts_status sts__submit_queue_full(const sts__export_run *run);

/* Codes after which no further record is tried. */
bool sts__submit_ends(sts_status status);

/* An export that waits for its result does not wait for what lingers, neither here nor, where the queue is full, for
 * room. True when it has not been called before: room is worth asking for again. */
bool sts__submit_push(sts__export_run *run);

#endif
