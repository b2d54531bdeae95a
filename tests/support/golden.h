/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads the golden files (tests/golden/README.md): JSON Lines, one case a line. */
#ifndef TESTS_SUPPORT_GOLDEN_H
#define TESTS_SUPPORT_GOLDEN_H

#include <jansson.h>
#include <stdbool.h>
#include <stskafka/types.h>

/* Calls `check` with each line of the file, which is named from the repository's root, and returns how many there were.
 * Ends the test where the file is missing or a line is not an object. */
size_t golden_each(const char *path, void (*check)(const json_t *row, void *user), void *user);

/* A member of a row: its text (NULL where it is null), its number, its bytes (field name ends in _hex; data NULL where
 * it is null, for the caller to hex_clear). Ends the test where the member is missing or of another type. */
const char *golden_text(const json_t *row, const char *name);
int64_t golden_number(const json_t *row, const char *name);
sts_bytes golden_bytes(const json_t *row, const char *name);

#endif
