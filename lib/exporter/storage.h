/* SPDX-License-Identifier: Apache-2.0
 *
 * The queue on disk (sending_queue.storage) between exports and the transport.
 *
 * An export appends its messages to the store (storing.c) and returns; then whoever is there feeds the ledger and the
 * transport from the store, in its order, as far as there is room (feeding.c), so that memory holds a window of the
 * store. What has its outcome in the ledger is done in the store; what the end of the exporter cuts off is taken out of
 * the ledger again, has no outcome, and stays. */
#ifndef STS_EXPORTER_STORAGE_H
#define STS_EXPORTER_STORAGE_H

#include <pthread.h>
#include <stdbool.h>

#include "base/table.h"
#include "exporter/config.h"
#include "exporter/dead_letter.h"
#include "exporter/submit.h"
#include "queue/ledger.h"
#include "store/store.h"

/* storage.c */

/* Opens the store that the options name, if they do. STS_OK; as sts__store_open. */
sts_status sts__storage_open(sts_exporter *exporter, const sts__config *config, sts__fault *fault);

/* Tells the transport, which is not open yet, which store it is, where it has to know. STS_OK, STS_ERR_NO_MEMORY. */
sts_status sts__storage_identify(const sts_exporter *exporter);

/* Has the store keep what has no outcome, and lets go of its folder. */
void sts__storage_close(sts_exporter *exporter);
void sts__storage_clear(sts__storage *storage, const sts__memory *memory);

/* Adds what is stored and not in the ledger to what the ledger counts, and tells the store's numbers. Between the two
 * calls the ledger's numbers are to be taken. */
void sts__storage_begin_count(sts_exporter *exporter, sts__store_numbers *numbers);
void sts__storage_end_count(sts_exporter *exporter, const sts__store_numbers *numbers, uint64_t *counts,
                            size_t counts_size);

/* storing.c: for exports */

/* What is staged is written down for the store, and goes there once it is much. STS_OK; else the export ends. */
sts_status sts__storage_submit(sts__export_run *run);

/* What the run has written goes into the store, and is there for sure, or was not accepted. */
sts_status sts__storage_commit(sts__export_run *run);

/* Stores a dead letter; where an export waits for it (`now`), for sure. */
bool sts__storage_add_letter(sts_exporter *exporter, const sts_message *message, bool now);

/* feeding.c: from the store to the transport */

/* Gives the transport what is stored, as far as there is room for a while; `serves`: as who serves, and looks again
 * though there was none. True where there is more for who serves at once. */
bool sts__storage_feed(sts_exporter *exporter, bool serves);

/* Why a message that the transport has is too old to be sent; NULL: it is not. */
const char *sts__storage_why_stale(sts_exporter *exporter, uint64_t id);

/* What feeding needs, made and freed. */
bool sts__storage_begin_feeding(sts_exporter *exporter);
void sts__storage_end_feeding(sts__storage *storage, const sts__memory *memory);

/* stored_outcomes.c */

/* Takes a message out of the ledger that the transport does not have: its records, or the letter that it is. */
void sts__storage_take_back(sts_exporter *exporter, const sts__ledger_record *records, size_t count);

/* The outcomes of messages: as sts__ledger_complete. */
sts_status sts__storage_complete(sts_exporter *exporter, const sts_completion *completions, size_t count);

/* Takes all out of the ledger that has no outcome: it stays stored. */
void sts__storage_retreat(sts_exporter *exporter);

/* feeding.c: what a flush waits for: that all which was stored before is in the ledger, or done. */
uint64_t sts__storage_mark(sts_exporter *exporter);
bool sts__storage_is_fed(sts_exporter *exporter, uint64_t mark);
bool sts__storage_wait_fed(sts_exporter *exporter, uint64_t mark, int64_t deadline_us);

/* Behind the last dead letter that was stored. */
uint64_t sts__storage_letter_mark(sts_exporter *exporter);

#endif
