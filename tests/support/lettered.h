/* SPDX-License-Identifier: Apache-2.0
 *
 * Log records that a test tells apart by letters, which it finds again in messages of several. */
#ifndef TESTS_SUPPORT_LETTERED_H
#define TESTS_SUPPORT_LETTERED_H

#include "support/rig.h"

/* Makes a request of records with these letters (a to h) as keys, and those as texts; a capital one is a record with a
 * text of about LETTERED_LARGE bytes. A space for a key is none. */
enum { LETTERED_LARGE = 5000 };
void lettered_request(struct pb *request, const char *keys, const char *letters);

/* Exports such a request, with the token of its first letter. */
sts_status lettered_export(sts_exporter *exporter, const char *keys, const char *letters, uint64_t *counts);

/* Appends the letters of a message's records, and a comma. */
void lettered_note(const sts_bytes *value, char *found);

/* Checks what the messages hold that the memory transport has got, in their order: "ab,c,". */
void lettered_check(const struct rig *rig, const char *expected);

/* For explanations: appends the indices of the records in each, and a comma, or a ! where it is rejected. */
void lettered_note_explained(const sts_explanation *explanation, void *found);

#endif
