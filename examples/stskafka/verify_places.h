/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether records sit where their keys belong, partition by partition and under each profile. */
#ifndef VERIFY_PLACES_H
#define VERIFY_PLACES_H

#include <stdbool.h>
#include <stdint.h>

#include "verify_faults.h"

enum { PLACES_PROFILES = 8, PLACES_COUNTS = 128 };

struct place_counts {
    uint64_t records;
    uint64_t bytes; /* of keys and values */
    uint64_t null_keys;
    uint64_t empty_keys;
    uint64_t misplaced;
};

struct verify_places {
    const char *profile;
    int32_t partition_count;
    bool needs_keys; /* a record without a key, or with an empty one, is wrong too */
    struct place_counts *partitions;
    struct place_counts sum;
    uint64_t keyed; /* records with a key */
    /* Other ways of placing them are tried of the first of these, and of misplaced ones. */
    uint64_t tried_profiles;
    uint64_t fits_profile[PLACES_PROFILES]; /* how many would sit right under each profile */
    uint64_t tried_counts;
    uint64_t fits_count[PLACES_COUNTS]; /* how many of the misplaced ones would, among so many partitions */
};

void places_init(struct verify_places *places, const char *profile, int32_t partition_count);
void places_free(struct verify_places *places);
void places_add(struct verify_places *places, const rd_kafka_message_t *message, struct verify_faults *faults);

/* The profile under which all that were tried sit right, where it is not the one that was asked for; or NULL. */
const char *places_other_profile(const struct verify_places *places);

/* The profile under which most of those that were tried sit right, and how many; of equals the one that was asked for.
 */
const char *places_best_profile(const struct verify_places *places, uint64_t *fits);

/* The number of partitions among which all that are misplaced would sit right, 0: there is none, or too few say so. */
int32_t places_former_count(const struct verify_places *places);

#endif
