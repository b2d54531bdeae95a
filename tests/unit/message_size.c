/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether a message fits, at once or by its exact size: the same around each limit. */
#include <criterion/criterion.h>

#include <stdint.h>

#include "transport/message_size.h"

enum { MOST = 3 << 20, AROUND = 200 };

static void check_around(const sts_message *message) {
    const size_t size = sts__message_batch_size(message);
    for (size_t most = size > AROUND ? size - AROUND : 0; most < size + AROUND; most++)
        cr_assert_eq(sts__message_fits(message, most), size <= most, "%zu of %zu", size, most);
    cr_assert(!sts__message_fits(message, 0));
    cr_assert(sts__message_fits(message, SIZE_MAX));
}

Test(message_size, fits_up_to_the_byte) {
    static char bytes[MOST];
    const sts_bytes headers[] = {{"name", 4}, {"value", 5}};
    for (size_t size = 0; size < MOST; size += 1 + size / 3)
        for (size_t key = 0; key < 40000; key = 2 * key + 19) {
            sts_message message = {.key = {key ? bytes : NULL, key}, .value = {size ? bytes : NULL, size}};
            check_around(&message);
            message.headers = headers;
            message.header_count = 1;
            check_around(&message);
        }
}
