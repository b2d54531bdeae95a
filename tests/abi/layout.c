/* SPDX-License-Identifier: Apache-2.0
 *
 * The layout of the public structs where pointers and size_t have 64 bits. A row is never changed and never taken away;
 * a new member is appended to its struct, and gets a row (lib/ABI.md). sts_bytes has no size of its own, and never
 * grows. */
#include <criterion/criterion.h>
#include <stddef.h>

#include <stskafka/stskafka.h>
#include <stskafka/transport.h>

struct member {
    const char *name;
    size_t wanted, offset, size;
};

#define MEMBER(type, name, wanted)                                                                                     \
    { #type "." #name, wanted, offsetof(type, name), sizeof(((type *)0)->name) }

/* Each member is where it was, and no bytes are left over that might be one without a row. */
static void check(const struct member *members, size_t count, size_t struct_size) {
    size_t end = 0;
    for (size_t i = 0; i < count; i++) {
        const struct member *m = &members[i];
        cr_expect_eq(m->offset, m->wanted, "%s is at %zu, not %zu", m->name, m->offset, m->wanted);
        cr_expect_lt(m->offset - end, sizeof(void *), "before %s is a member without a row", m->name);
        end = m->offset + m->size;
    }
    cr_expect_lt(struct_size - end, sizeof(void *), "behind %s is a member without a row", members[count - 1].name);
}

#define CHECK(type, members) check(members, sizeof(members) / sizeof *(members), sizeof(type))

Test(layout, pointers_have_64_bits) {
    cr_assert_eq(sizeof(void *), 8u, "the tables below are for LP64");
    cr_assert_eq(sizeof(size_t), 8u, "the tables below are for LP64");
}

Test(layout, bytes) {
    const struct member members[] = {MEMBER(sts_bytes, data, 0), MEMBER(sts_bytes, size, 8)};
    CHECK(sts_bytes, members);
    cr_assert_eq(sizeof(sts_bytes), 16u, "it never grows: arrays of it are handed over");
}

Test(layout, message) {
    const struct member members[] = {
        MEMBER(sts_message, struct_size, 0),   MEMBER(sts_message, id, 8),
        MEMBER(sts_message, timestamp_ms, 16), MEMBER(sts_message, topic, 24),
        MEMBER(sts_message, key, 32),          MEMBER(sts_message, value, 48),
        MEMBER(sts_message, headers, 64),      MEMBER(sts_message, header_count, 72),
        MEMBER(sts_message, partition, 80),    MEMBER(sts_message, topic_index, 84),
        MEMBER(sts_message, taken, 88),        MEMBER(sts_message, record_count, 96),
        MEMBER(sts_message, sequence, 104),
    };
    CHECK(sts_message, members);
}

Test(layout, completion) {
    const struct member members[] = {
        MEMBER(sts_completion, struct_size, 0),
        MEMBER(sts_completion, id, 8),
        MEMBER(sts_completion, offset, 16),
        MEMBER(sts_completion, text, 24),
        MEMBER(sts_completion, partition, 32),
        MEMBER(sts_completion, kind, 36),
        MEMBER(sts_completion, code, 40),
        MEMBER(sts_completion, transport_code, 44),
        MEMBER(sts_completion, may_be_duplicate, 48),
        MEMBER(sts_completion, message, 56),
    };
    CHECK(sts_completion, members);
}

Test(layout, transport) {
    const struct member members[] = {
        MEMBER(sts_transport, struct_size, 0), MEMBER(sts_transport, name, 8),      MEMBER(sts_transport, open, 16),
        MEMBER(sts_transport, send, 24),       MEMBER(sts_transport, poll, 32),     MEMBER(sts_transport, flush, 40),
        MEMBER(sts_transport, purge, 48),      MEMBER(sts_transport, close, 56),    MEMBER(sts_transport, wake, 64),
        MEMBER(sts_transport, fd, 72),         MEMBER(sts_transport, describe, 80), MEMBER(sts_transport, threads, 88),
        MEMBER(sts_transport, send_many, 96),  MEMBER(sts_transport, report, 104),
    };
    CHECK(sts_transport, members);
}
