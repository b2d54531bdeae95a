/* SPDX-License-Identifier: Apache-2.0 */
#include "verify_places.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <stskafka/key.h>

#include "memory.h"

enum { FIRST_TRIED = 10000, MOST_TRIED = 1000000, FEWEST_TELLING = 10 };

void places_init(struct verify_places *places, const char *profile, int32_t partition_count) {
    *places = (struct verify_places){.profile = profile, .partition_count = partition_count};
    size_t size = (size_t)partition_count * sizeof *places->partitions;
    places->partitions = need_realloc(NULL, size);
    memset(places->partitions, 0, size);
}

void places_free(struct verify_places *places) {
    free(places->partitions);
    places->partitions = NULL;
}

static int32_t place(const char *profile, const rd_kafka_message_t *message, int32_t count) {
    int32_t partition = -1;
    sts_partition(profile, message->key, message->key_len, count, &partition);
    return partition;
}

/* Topics grow, and what was written before sits where it belonged among fewer partitions. */
static void try_counts(struct verify_places *places, const rd_kafka_message_t *message) {
    if (places->tried_counts == FIRST_TRIED)
        return;
    places->tried_counts++;
    for (int32_t count = 1; count < places->partition_count && count < PLACES_COUNTS; count++)
        places->fits_count[count] += place(places->profile, message, count) == message->partition;
}

static void try_profiles(struct verify_places *places, const rd_kafka_message_t *message) {
    places->tried_profiles++;
    for (size_t i = 0; sts_partition_profile_name(i) && i < PLACES_PROFILES; i++)
        places->fits_profile[i] +=
            place(sts_partition_profile_name(i), message, places->partition_count) == message->partition;
}

static void tell_misplaced(struct verify_places *places, const rd_kafka_message_t *message, int32_t belongs,
                           struct verify_faults *faults) {
    char text[80];
    places->partitions[message->partition].misplaced++;
    places->sum.misplaced++;
    try_counts(places, message);
    snprintf(text, sizeof text, "belongs in partition %" PRId32 " under %s", belongs, places->profile);
    verify_fault(faults, FAULT_MISPLACED, message, belongs, text);
}

static void add_keyless(struct verify_places *places, const rd_kafka_message_t *message, bool is_null,
                        struct verify_faults *faults) {
    struct place_counts *one = &places->partitions[message->partition];
    one->null_keys += is_null;
    one->empty_keys += !is_null;
    places->sum.null_keys += is_null;
    places->sum.empty_keys += !is_null;
    if (places->needs_keys)
        verify_fault(faults, FAULT_KEYLESS, message, -1, is_null ? "the key is null" : "the key is empty");
}

void places_add(struct verify_places *places, const rd_kafka_message_t *message, struct verify_faults *faults) {
    struct place_counts *one = &places->partitions[message->partition];
    one->records++;
    one->bytes += message->len + message->key_len;
    places->sum.records++;
    places->sum.bytes += message->len + message->key_len;
    if (!message->key || message->key_len == 0)
        add_keyless(places, message, !message->key, faults);
    if (!message->key)
        return;
    int32_t belongs = place(places->profile, message, places->partition_count);
    if (places->keyed++ < FIRST_TRIED || (belongs != message->partition && places->tried_profiles < MOST_TRIED))
        try_profiles(places, message);
    if (belongs != message->partition)
        tell_misplaced(places, message, belongs, faults);
}

const char *places_other_profile(const struct verify_places *places) {
    for (size_t i = 0; sts_partition_profile_name(i) && i < PLACES_PROFILES; i++) {
        if (places->sum.misplaced && places->keyed >= FEWEST_TELLING &&
            places->fits_profile[i] == places->tried_profiles)
            return sts_partition_profile_name(i);
    }
    return NULL;
}

const char *places_best_profile(const struct verify_places *places, uint64_t *fits) {
    const char *best = NULL;
    *fits = 0;
    for (size_t i = 0; sts_partition_profile_name(i) && i < PLACES_PROFILES; i++) {
        const char *name = sts_partition_profile_name(i);
        uint64_t count = places->fits_profile[i];
        if (!best || count > *fits || (count == *fits && strcmp(name, places->profile) == 0)) {
            best = name;
            *fits = count;
        }
    }
    return best;
}

int32_t places_former_count(const struct verify_places *places) {
    for (int32_t count = PLACES_COUNTS - 1; count > 0 && places->tried_counts >= FEWEST_TELLING; count--) {
        if (places->fits_count[count] == places->tried_counts)
            return count;
    }
    return 0;
}
