/* SPDX-License-Identifier: Apache-2.0
 *
 * Values that are handed over with their messages: which are, and how long they live. */
#include "exporter/made_values.h"

#include <criterion/criterion.h>
#include <string.h>

#include "support/counted_memory.h"

enum { LARGE = 5000, SMALL = 100 };

static struct memory_count count;

static sts__made_values new_values(void) {
    static sts__memory memory;
    sts__made_values values;
    memory = counted_memory(&count);
    sts__made_values_init(&values, &memory);
    return values;
}

/* A message whose value is the end of a place of so many bytes, as encodings write it. */
static sts_message make(sts__made_values *values, size_t size) {
    char *place = values->room.take(&values->room, size);
    cr_assert_not_null(place);
    memset(place, 'v', size);
    sts_message message = {.value = {place + 10, size - 10}};
    sts__made_values_hand_over(values, &message);
    return message;
}

Test(made_values, a_value_lives_as_long_as_its_message) {
    sts__made_values values = new_values();
    sts_message first = make(&values, LARGE), second = make(&values, LARGE);
    cr_assert_not_null(first.taken);
    cr_assert_neq(first.taken, second.taken);
    cr_expect_not(sts__taken_is_shared(first.taken), "it counts as the message's own");
    sts__taken_keep(first.taken, 1); /* it was sent; the other one was not */
    sts__made_values_drop(&values);
    cr_assert_eq(count.out, 1u);
    const char *bytes = first.value.data;
    cr_expect(bytes[0] == 'v' && bytes[first.value.size - 1] == 'v');
    sts__taken_drop(first.taken, 1);
    cr_assert_eq(count.out, 0u);
    sts__made_values_drop(&values);
}

Test(made_values, a_small_value_is_not_handed_over) {
    sts__made_values values = new_values();
    cr_expect_null(values.room.take(&values.room, SMALL));
    cr_expect_eq(count.out, 0u);
}

/* Of its memory nobody counts more than the value. */
Test(made_values, a_value_that_came_out_much_smaller_is_not_handed_over) {
    sts__made_values values = new_values();
    sts_message message = make(&values, LARGE);
    message.value.size -= LARGE / 5;
    sts__made_values_hand_over(&values, &message);
    cr_expect_null(message.taken);
    sts__made_values_drop(&values);
    cr_expect_eq(count.out, 0u);
}

/* A part of a message that had its value handed over has another one. */
Test(made_values, a_value_from_elsewhere_is_not_handed_over) {
    static const char elsewhere[SMALL];
    sts__made_values values = new_values();
    sts_message message = make(&values, LARGE);
    message.value = (sts_bytes){elsewhere, sizeof elsewhere};
    sts__made_values_hand_over(&values, &message);
    cr_expect_null(message.taken);
    sts__made_values_drop(&values);
    cr_expect_eq(count.out, 0u);
}
