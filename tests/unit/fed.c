/* SPDX-License-Identifier: Apache-2.0
 *
 * The records that the ledger has from the store, by their ids. */
#include "exporter/fed.h"

#include <criterion/criterion.h>

#include "queue/ledger.h"

enum { GENERATION = 1 << 24, FAR = 70000 };

static sts__fed_records new_records(void) {
    sts__fed_records fed;
    sts__fed_init(&fed, sts__memory_default());
    return fed;
}

Test(fed, are_found_by_their_whole_ids) {
    sts__fed_records fed = new_records();
    sts__fed *one = sts__fed_add(&fed, GENERATION + 7);
    sts__fed *far = sts__fed_add(&fed, GENERATION + FAR);
    one->sequence = 1;
    far->sequence = 2;
    cr_assert_eq(fed.count, 2u);
    cr_assert_eq(sts__fed_find(&fed, GENERATION + 7)->sequence, 1u);
    cr_assert_eq(sts__fed_find(&fed, GENERATION + FAR)->sequence, 2u);
    cr_assert_null(sts__fed_find(&fed, 2 * GENERATION + 7), "another record's, in the same place");
    cr_assert_null(sts__fed_find(&fed, GENERATION + 8));
    cr_assert_null(sts__fed_find(&fed, GENERATION + 2000), "of a block that was never made");
    cr_assert_null(sts__fed_find(&fed, GENERATION + STS__LEDGER_NONE - 1));
    sts__fed_remove(&fed, one);
    cr_assert_null(sts__fed_find(&fed, GENERATION + 7));
    cr_assert_eq(fed.count, 1u);
    sts__fed_clear(&fed);
}

Test(fed, are_gone_through_by_their_places) {
    sts__fed_records fed = new_records();
    static const uint64_t ids[] = {3 * (uint64_t)GENERATION, GENERATION + 5, GENERATION + FAR};
    size_t place = 0;
    cr_assert_null(sts__fed_next(&fed, &place));
    for (size_t i = sizeof ids / sizeof *ids; i-- > 0;)
        sts__fed_add(&fed, ids[i]);
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        sts__fed *record = sts__fed_next(&fed, &place);
        cr_assert_eq(record->id, ids[i]);
        cr_assert_eq(sts__fed_next(&fed, &place), record, "until it is removed");
        sts__fed_remove(&fed, record);
    }
    cr_assert_null(sts__fed_next(&fed, &place));
    cr_assert_eq(fed.count, 0u);
    sts__fed_clear(&fed);
}
