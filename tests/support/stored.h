/* SPDX-License-Identifier: Apache-2.0
 *
 * An exporter over a memory transport whose queue is on disk: opened on a folder, closed, and opened on it again.
 * Everything here ends the test when it fails. */
#ifndef TESTS_SUPPORT_STORED_H
#define TESTS_SUPPORT_STORED_H

#include "support/rig.h"
#include "support/store_folder.h"

/* An exporter over the folder, whose outcomes can be taken; `pairs` may be NULL. */
void stored_open(struct rig *rig, const struct store_folder *folder, const char *script, const char *const *pairs);

/* Closes it, which must leave so many records in the folder. */
void stored_close(struct rig *rig, uint64_t left);

#endif
