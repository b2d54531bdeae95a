/* SPDX-License-Identifier: Apache-2.0
 *
 * Requests that are not what they should be: those that must be refused as a whole, telling where, and those that are
 * unusual and right. Each goes through explain and export, which must agree (support/probe.h). */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/otlp.h"
#include "support/otlp_place.h"
#include "support/probe.h"

/* Bytes that have no NUL-terminated text's size. */
#define BYTES(text) (text), sizeof(text) - 1

static void check_malformed(const void *data, size_t size, const char *name, size_t low, size_t high) {
    struct probe probe;
    probe_open(&probe);
    /* A copy of exactly this size, so that a sanitizer sees a read beyond it. */
    void *copy = malloc(size ? size : 1);
    memcpy(copy, data, size);
    struct probed probed = probe_bytes(&probe, copy, size, name);
    cr_assert_eq(probed.status, STS_ERR_MALFORMED, "%s: %s", name, sts_status_name(probed.status));
    cr_assert_geq(probed.offset, (int64_t)low, "%s: at %d", name, (int)probed.offset);
    cr_assert_leq(probed.offset, (int64_t)high, "%s: at %d", name, (int)probed.offset);
    cr_assert_eq(probe.sent, 0u, "%s", name);
    free(copy);
    probe_close(&probe);
}

static void check_well_formed(const struct pb *request, const char *name) {
    struct probe probe;
    probe_open(&probe);
    struct probed probed = probe_bytes(&probe, request->data, request->size, name);
    cr_assert(probed.status == STS_OK || probed.status == STS_ERR_REJECTED, "%s: %s at %d", name,
              sts_status_name(probed.status), (int)probed.offset);
    probe_close(&probe);
}

static void make_request(struct pb *out, enum pb_order order) {
    struct otlp otlp = {.order = order};
    struct pb key = otlp_text("a key"), topic = otlp_text("a-topic"), body = otlp_nested(3);
    otlp_add_numbered(&otlp, 0, 2);
    otlp_add(&otlp, &key, &topic, &body);
    otlp_add_record(&otlp, NULL, "");
    otlp_finish(out, &otlp);
}

static void check_truncated(enum pb_order order) {
    struct pb request = {0};
    make_request(&request, order);
    for (size_t size = 1; size < request.size; size++) {
        char name[64];
        snprintf(name, sizeof name, "the first %zu bytes", size);
        check_malformed(request.data, size, name, 0, size);
    }
    check_well_formed(&request, "all of it");
    pb_clear(&request);
}

Test(malformed, cut_off_anywhere) {
    check_truncated(PB_ASCENDING);
}

Test(malformed, cut_off_anywhere_with_descending_fields) {
    check_truncated(PB_DESCENDING);
}

/* Puts these bytes, after a field that is fine, into every message of a request. */
static void check_everywhere(const void *data, size_t size, const char *what) {
    for (const struct otlp_place *place = otlp_places; place->name; place++) {
        char name[128];
        struct pb content = {0}, request = {0};
        pb_varint(&content, 99, 1);
        size_t fine = content.size;
        pb_put(&content, data, size);
        size_t start = otlp_put_at(&request, place, &content);
        snprintf(name, sizeof name, "%s in %s", what, place->name);
        check_malformed(request.data, request.size, name, start + fine, start + content.size);
        pb_clear(&content);
        pb_clear(&request);
    }
}

Test(malformed, no_field_number) {
    check_everywhere(BYTES("\0"), "field 0, a number");
    check_everywhere(BYTES("\0\1"), "field 0, a number");
    check_everywhere(BYTES("\2\0"), "field 0, bytes");
    check_everywhere(BYTES("\200\200\200\200\20\1"), "a field number of 30 bits");
}

Test(malformed, no_wire_type) {
    check_everywhere(BYTES("\236\6"), "wire type 6");
    check_everywhere(BYTES("\237\6\1"), "wire type 7");
}

Test(malformed, numbers_without_end) {
    check_everywhere(BYTES("\230"), "a tag that is cut off");
    check_everywhere(BYTES("\230\200\200\200\200\200\200\200\200\200\1\1"), "a tag of 11 bytes");
    check_everywhere(BYTES("\230\6\377\377\377\377\377\377\377\377\377\377\1"), "a number of 11 bytes");
    check_everywhere(BYTES("\230\6\377"), "a number that is cut off");
    check_everywhere(BYTES("\231\6\1\2\3\4\5\6\7"), "8 bytes less one");
    check_everywhere(BYTES("\235\6\1\2\3"), "4 bytes less one");
}

Test(malformed, lengths_beyond_the_end) {
    check_everywhere(BYTES("\232\6\1"), "one byte that is not there");
    check_everywhere(BYTES("\232\6\5abcd"), "5 bytes of which there are 4");
    check_everywhere(BYTES("\232\6\377\377\377\377\17x"), "4 GiB");
    check_everywhere(BYTES("\232\6\377\377\377\377\377\377\377\377\177x"), "2^63 - 1 bytes");
    check_everywhere(BYTES("\232\6\377\377\377\377\377\377\377\377\377\1x"), "2^64 - 1 bytes");
}

Test(malformed, groups_that_do_not_match) {
    check_everywhere(BYTES("\234\6"), "an end without a group");
    check_everywhere(BYTES("\233\6"), "a group without an end");
    check_everywhere(BYTES("\233\6\244\6"), "a group that another one ends");
    check_everywhere(BYTES("\233\6\243\6\234\6\244\6"), "groups that end crosswise");
    check_everywhere(BYTES("\233\6\0\234\6"), "field 0 in a group");
    check_everywhere(BYTES("\233\6\232\6\11x\234\6"), "a length beyond the end in a group");
}

/* Writes a field of this wire type, right in itself, and empty where that can be. */
static void put_field(struct pb *out, uint32_t number, unsigned wire_type) {
    pb_put_tag(out, number, wire_type);
    if (wire_type == PB_VARINT || wire_type == PB_LENGTH)
        pb_put(out, "\0", 1);
    else if (wire_type == PB_FIXED64)
        pb_put(out, "\0\0\0\0\0\0\0\0", 8);
    else if (wire_type == PB_FIXED32)
        pb_put(out, "\0\0\0\0", 4);
    else if (wire_type == PB_GROUP)
        pb_put_tag(out, number, PB_GROUP_END);
}

static void check_wire_types(const struct otlp_place *place, const struct otlp_field *field) {
    for (unsigned wire_type = PB_VARINT; wire_type <= PB_FIXED32; wire_type++) {
        char name[128];
        struct pb content = {0}, request = {0};
        put_field(&content, field->number, wire_type);
        size_t start = otlp_put_at(&request, place, &content);
        snprintf(name, sizeof name, "field %u of %s with wire type %u", field->number, place->name, wire_type);
        if (wire_type == field->wire_type)
            check_well_formed(&request, name);
        else
            check_malformed(request.data, request.size, name, start, start + content.size);
        pb_clear(&content);
        pb_clear(&request);
    }
}

Test(malformed, wrong_wire_types) {
    for (const struct otlp_place *place = otlp_places; place->name; place++)
        for (const struct otlp_field *field = place->fields; field->number; field++)
            check_wire_types(place, field);
}

/* Unusual, and right: fields of a later version, and groups, which nobody uses any more. */
Test(malformed, unknown_fields_are_skipped) {
    const char group[] = "\233\6\230\6\1\243\6\232\6\3abc\244\6\235\6\1\2\3\4\234\6"; /* one in another, with fields */
    for (const struct otlp_place *place = otlp_places; place->name; place++) {
        struct pb content = {0}, request = {0};
        for (unsigned wire_type = PB_VARINT; wire_type <= PB_FIXED32; wire_type++)
            if (wire_type != PB_GROUP_END)
                put_field(&content, 9999 + wire_type, wire_type);
        put_field(&content, (1u << 29) - 1, PB_VARINT);
        pb_put(&content, group, sizeof group - 1);
        otlp_put_at(&request, place, &content);
        check_well_formed(&request, place->name);
        pb_clear(&content);
        pb_clear(&request);
    }
}

/* Nothing goes where the last byte of a long request is wrong. */
Test(malformed, a_late_fault_exports_nothing) {
    struct pb request = {0};
    otlp_numbered(&request, 500);
    pb_put(&request, "\n", 1);
    check_malformed(request.data, request.size, "500 records and a tag", request.size - 1, request.size);
    pb_clear(&request);
}

Test(malformed, requests_that_are_joined_are_one) {
    struct probe probe;
    struct pb request = {0};
    otlp_numbered(&request, 2);
    otlp_numbered(&request, 3);
    probe_open(&probe);
    struct probed probed = probe_bytes(&probe, request.data, request.size, "two requests");
    cr_assert_eq(probed.status, STS_OK);
    cr_assert_eq(probed.records, 5u);
    probe_close(&probe);
    pb_clear(&request);
}

/* Field 1000 of ResourceLogs is what scope_logs was before OTLP 0.15: pdata takes its records where there are no
 * scope_logs. They are not dropped in silence. */
Test(malformed, records_in_the_deprecated_field) {
    struct probe probe;
    struct otlp otlp = {0};
    struct pb scope_logs = {0}, resource_logs = {0}, request = {0};
    otlp_add_numbered(&otlp, 0, 2);
    pb_put(&scope_logs, otlp.records.data, otlp.records.size);
    pb_message(&resource_logs, 1000, &scope_logs);
    pb_message(&request, 1, &resource_logs);
    probe_open(&probe);
    struct probed probed = probe_bytes(&probe, request.data, request.size, "the deprecated field");
    cr_assert_eq(probed.status, STS_OK, "%s", sts_status_name(probed.status));
    cr_assert_eq(probed.records, 2u);
    probe_close(&probe);
    pb_clear(&otlp.records);
    pb_clear(&request);
}

/* splitmix64: the same flips on every machine. */
static uint64_t next_random(uint64_t *state) {
    uint64_t mixed = (*state += 0x9e3779b97f4a7c15u);
    mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9u;
    mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111ebu;
    return mixed ^ mixed >> 31;
}

static void check_flips(enum pb_order order, uint64_t seed) {
    struct probe probe;
    struct pb request = {0};
    size_t faulty = 0, rounds = 10000;
    make_request(&request, order);
    unsigned char *flipped = malloc(request.size);
    probe_open(&probe);
    for (size_t round = 0; round < rounds; round++) {
        char name[64];
        snprintf(name, sizeof name, "round %zu", round);
        memcpy(flipped, request.data, request.size);
        for (uint64_t flips = next_random(&seed) % 4 + 1; flips > 0; flips--)
            flipped[next_random(&seed) % request.size] ^= (unsigned char)(1u << next_random(&seed) % 8);
        faulty += probe_bytes(&probe, flipped, request.size, name).offset >= 0;
    }
    cr_assert_gt(faulty, rounds / 10, "flips that change nothing prove nothing");
    cr_assert_lt(faulty, rounds, "and some requests must stay right");
    probe_close(&probe);
    free(flipped);
    pb_clear(&request);
}

Test(malformed, flipped_bits) {
    check_flips(PB_ASCENDING, 1);
}

Test(malformed, flipped_bits_with_descending_fields) {
    check_flips(PB_DESCENDING, 2);
}
