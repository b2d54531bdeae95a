/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "base/arena.h"

static size_t allocations;

static void *allocate(size_t size, void *user) {
    (void)user;
    allocations++;
    return malloc(size);
}

static void *resize(void *block, size_t size, void *user) {
    (void)user;
    return realloc(block, size);
}

static void release(void *block, void *user) {
    (void)user;
    free(block);
}

static const sts__memory counting = {allocate, resize, release, NULL};

/* Of all sizes; each piece keeps what is written to it, to its last byte. */
static void fill(sts__arena *arena) {
    enum { PIECES = 300 };
    unsigned char *pieces[PIECES];
    size_t sizes[PIECES];
    for (size_t i = 0; i < PIECES; i++) {
        sizes[i] = i % 50 == 49 ? i * 100 : i % 41;
        pieces[i] = sts__arena_alloc(arena, sizes[i]);
        cr_assert_not_null(pieces[i]);
        cr_assert_eq((uintptr_t)pieces[i] % STS__ARENA_ALIGNMENT, 0u);
        memset(pieces[i], (int)(i & 0xff), sizes[i]);
    }
    for (size_t i = 0; i < PIECES; i++) {
        cr_assert(i == 0 || pieces[i] != pieces[i - 1], "two pieces at one place");
        for (size_t j = 0; j < sizes[i]; j++)
            cr_assert_eq(pieces[i][j], i & 0xff);
    }
}

Test(arena, what_is_done_again_allocates_nothing) {
    sts__arena arena;
    sts__arena_init(&arena, &counting);
    allocations = 0;
    fill(&arena);
    size_t first = allocations;
    cr_assert_gt(first, 1u);
    for (int i = 0; i < 5; i++) {
        sts__arena_reset(&arena);
        fill(&arena);
    }
    cr_assert_eq(allocations, first);
    sts__arena_clear(&arena);
}

Test(arena, begins_in_the_callers_memory) {
    union {
        long double alignment;
        unsigned char bytes[512];
    } room;
    sts__arena arena;
    allocations = 0;
    sts__arena_init_in(&arena, &counting, &room, sizeof room);
    for (int i = 0; i < 3; i++) {
        unsigned char *piece = sts__arena_alloc(&arena, 400);
        cr_assert(piece > room.bytes && piece + 400 <= room.bytes + sizeof room.bytes);
        sts__arena_reset(&arena);
    }
    cr_assert_eq(allocations, 0u);
    fill(&arena);
    cr_assert_gt(allocations, 0u);
    sts__arena_clear(&arena);
}

Test(arena, all_of_a_block_can_be_had_at_once) {
    sts__arena arena;
    sts__arena_init(&arena, &counting);
    allocations = 0;
    cr_assert_not_null(sts__arena_alloc(&arena, 100000));
    sts__arena_reset(&arena);
    cr_assert_not_null(sts__arena_alloc(&arena, 99985));
    cr_assert_eq(allocations, 1u);
    sts__arena_clear(&arena);
}

Test(arena, more_than_there_can_be) {
    sts__arena arena;
    sts__arena_init(&arena, sts__memory_default());
    cr_assert_null(sts__arena_alloc(&arena, SIZE_MAX));
    cr_assert_null(sts__arena_alloc(&arena, SIZE_MAX - 40));
    cr_assert_null(sts__arena_array(&arena, SIZE_MAX / 2, 4));
    cr_assert_not_null(sts__arena_alloc(&arena, 1));
    sts__arena_clear(&arena);
}
