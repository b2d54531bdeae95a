/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include "base/arena.h"
#include "support/counted_memory.h"

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
    struct memory_count count;
    const sts__memory memory = counted_memory(&count);
    sts__arena arena;
    sts__arena_init(&arena, &memory);
    fill(&arena);
    size_t first = count.calls;
    cr_assert_gt(first, 1u);
    for (int i = 0; i < 5; i++) {
        sts__arena_reset(&arena);
        fill(&arena);
    }
    cr_assert_eq(count.calls, first);
    sts__arena_clear(&arena);
}

Test(arena, begins_in_the_callers_memory) {
    struct memory_count count;
    const sts__memory memory = counted_memory(&count);
    union {
        long double alignment;
        unsigned char bytes[512];
    } room;
    sts__arena arena;
    sts__arena_init_in(&arena, &memory, &room, sizeof room);
    for (int i = 0; i < 3; i++) {
        unsigned char *piece = sts__arena_alloc(&arena, 400);
        cr_assert(piece > room.bytes && piece + 400 <= room.bytes + sizeof room.bytes);
        sts__arena_reset(&arena);
    }
    cr_assert_eq(count.calls, 0u);
    fill(&arena);
    cr_assert_gt(count.calls, 0u);
    sts__arena_clear(&arena);
}

Test(arena, all_of_a_block_can_be_had_at_once) {
    struct memory_count count;
    const sts__memory memory = counted_memory(&count);
    sts__arena arena;
    sts__arena_init(&arena, &memory);
    cr_assert_not_null(sts__arena_alloc(&arena, 100000));
    sts__arena_reset(&arena);
    cr_assert_not_null(sts__arena_alloc(&arena, 99985));
    cr_assert_eq(count.calls, 1u);
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
