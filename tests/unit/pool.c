/* SPDX-License-Identifier: Apache-2.0
 *
 * The pool of blocks: what comes back is used again, waste and what is kept are bounded. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/pool.h"
#include "support/counted_memory.h"

Test(pool, holds_what_is_asked_for_and_wastes_an_eighth_at_most) {
    struct memory_count books;
    sts__memory memory = counted_memory(&books);
    sts__pool pool;
    sts__pool_init(&pool, &memory, 0);
    for (size_t size = 1; size <= STS__POOL_LARGEST + 10; size += 1 + size / 50) {
        char *block = sts__pool_take(&pool, size);
        size_t room = books.last_size - 2 * sizeof(void *);
        cr_assert_geq(room, size);
        cr_assert(size < 64 || room <= size + size / 8 + 1, "%zu for %zu", room, size);
        memset(block, 0xff, size);
        sts__pool_give(&pool, block);
    }
    cr_assert_eq(books.out, 0u, "nothing is to be kept");
    sts__pool_clear(&pool);
}

Test(pool, uses_again_what_comes_back) {
    enum { BLOCKS = 100 };
    struct memory_count books;
    sts__memory memory = counted_memory(&books);
    sts__pool pool;
    void *blocks[BLOCKS];
    sts__pool_init(&pool, &memory, 1000000);
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < BLOCKS; i++)
            blocks[i] = sts__pool_take(&pool, 300 + i % 3 * 400);
        for (size_t i = 0; i < BLOCKS; i++)
            sts__pool_give(&pool, blocks[i]);
    }
    cr_assert_eq(books.calls, (size_t)BLOCKS, "only the first round allocates");
    sts__pool_clear(&pool);
    cr_assert_eq(books.out, 0u);
}

Test(pool, keeps_no_more_than_it_may) {
    enum { BLOCKS = 100, ROUNDED = 1024, KEPT = 10 };
    struct memory_count books;
    sts__memory memory = counted_memory(&books);
    sts__pool pool;
    void *blocks[BLOCKS];
    sts__pool_init(&pool, &memory, KEPT * ROUNDED);
    for (size_t i = 0; i < BLOCKS; i++)
        blocks[i] = sts__pool_take(&pool, ROUNDED);
    for (size_t i = 0; i < BLOCKS; i++)
        sts__pool_give(&pool, blocks[i]);
    cr_assert_eq(books.out, (size_t)KEPT);
    void *large = sts__pool_take(&pool, STS__POOL_LARGEST + 1);
    sts__pool_give(&pool, large);
    cr_assert_eq(books.out, (size_t)KEPT, "large ones are not kept");
    sts__pool_clear(&pool);
    cr_assert_eq(books.out, 0u);
}
