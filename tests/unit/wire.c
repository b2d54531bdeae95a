/* SPDX-License-Identifier: Apache-2.0
 *
 * The wire's reader takes short ways for what nearly all fields are. They read what the long way reads, whatever the
 * bytes, and fail where it fails. */
#include <criterion/criterion.h>

#include "support/protobuf.h"
#include "wire/reader.h"
#include "wire/writer.h"

static void check_same(sts_bytes bytes) {
    sts__wire_reader quick = sts__wire_read(bytes), slow = quick;
    sts__wire_field a, b;
    bool found = true;
    while (found && slow.at != slow.end) {
        found = sts__wire_next_long(&slow, &b);
        cr_assert_eq(sts__wire_next(&quick, &a), found);
        cr_assert_eq(quick.at, slow.at);
        cr_assert_eq(quick.fault, slow.fault);
        if (!found)
            break;
        cr_assert_eq(a.start, b.start);
        cr_assert_eq(a.number, b.number);
        cr_assert_eq(a.type, b.type);
        cr_assert_eq(a.value, b.value);
        cr_assert_eq(a.bytes.data, b.bytes.data);
        cr_assert_eq(a.bytes.size, b.bytes.size);
    }
    cr_assert(!sts__wire_next(&quick, &a), "read on");
}

/* Every start of the bytes, so that each word is cut off everywhere. */
static void check_starts(const struct pb *bytes, size_t behind) {
    for (size_t size = bytes->size - behind; size <= bytes->size; size++)
        check_same((sts_bytes){bytes->data, size});
}

Test(wire, lengths_of_one_byte_two_and_more) {
    static const size_t sizes[] = {0, 1, 127, 128, 129, 16383, 16384, 2097151, 2097152};
    static char content[2097152];
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (uint32_t number = 1; number <= 2048; number *= 2) {
            struct pb bytes = {0};
            pb_bytes(&bytes, number, content, sizes[i]);
            pb_varint(&bytes, 1, 5);
            check_starts(&bytes, 4);
            pb_clear(&bytes);
        }
}

/* 0x80 0x00 is 0 in two bytes, 0x85 0x80 0x00 is 5 in three. */
Test(wire, lengths_that_are_longer_than_they_have_to_be) {
    static const unsigned char forms[][8] = {
        {0x0a, 0x80, 0x00, 0x10, 1}, {0x0a, 0x82, 0x00, 'a', 'b'}, {0x0a, 0x81, 0x80, 0x00, 'a'}, {0x8a, 0x00, 0x00}};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        for (size_t size = 0; size <= sizeof forms[i]; size++)
            check_same((sts_bytes){forms[i], size});
}

Test(wire, any_bytes) {
    static const unsigned char often[] = {0x0a, 0x12, 0x09, 0x15, 0x08, 0x0b, 0x0c,
                                          0x0e, 0x80, 0x01, 0x00, 0x03, 0xff, 0x7f};
    uint64_t state = 1;
    unsigned char bytes[40];
    for (int i = 0; i < 200000; i++) {
        size_t size = 0;
        for (; size < sizeof bytes; size++) {
            state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
            unsigned pick = (unsigned)(state >> 33);
            bytes[size] = pick & 1 ? often[(pick >> 1) % sizeof often] : (unsigned char)(pick >> 8);
        }
        check_same((sts_bytes){bytes, (size_t)(state >> 40) % (sizeof bytes + 1)});
    }
}

static void check_size(uint64_t value) {
    uint8_t room[10];
    size_t size = (size_t)(sts__wire_varint_behind(room, value) - room);
    cr_assert_eq(sts__wire_varint_size(value), size, "%llu", (unsigned long long)value);
}

Test(wire, a_varints_size) {
    check_size(UINT64_MAX);
    for (unsigned bit = 0; bit < 64; bit++) {
        check_size(UINT64_C(1) << bit);
        check_size((UINT64_C(1) << bit) - 1);
    }
}
