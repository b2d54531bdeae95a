/* SPDX-License-Identifier: Apache-2.0
 *
 * OTLP JSON to protobuf (lib/intake), where the vectors (golden.otlp_json) do not reach: what an error says, depth,
 * lengths of every size, numbers to the last bit, and that the short way for attributes leads to the same as the long
 * one. */
#include <criterion/criterion.h>
#include <float.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "intake/json.h"
#include "intake/number.h"
#include "intake/out.h"
#include "schema/check.h"
#include "signal/item.h"
#include "support/protobuf.h"

#define LOG(content) "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{" content "}]}]}]}"

struct reading {
    sts__arena arena;
    sts__fault fault;
    sts_status status;
    sts_bytes protobuf;
};

/* From a copy of exactly that size, so that a sanitizer sees a read beyond it. */
static void read_json(struct reading *reading, const void *text, size_t size) {
    void *copy = malloc(size ? size : 1);
    memcpy(copy, text, size);
    sts__arena_init(&reading->arena, sts__memory_default());
    reading->fault = (sts__fault){.offset = -1};
    reading->status = sts__intake_json(&sts__schema_logs_request, (sts_bytes){copy, size}, &reading->arena,
                                       &reading->protobuf, &reading->fault);
    free(copy);
}

static void check_fault(const char *text, sts_status status, int64_t offset, const char *expected) {
    struct reading reading;
    read_json(&reading, text, strlen(text));
    cr_assert_eq(reading.status, status, "%s: %d", text, (int)reading.status);
    cr_assert_eq(reading.fault.offset, offset, "%s: at %d", text, (int)reading.fault.offset);
    cr_assert_str_eq(reading.fault.text, expected, "%s", text);
    sts__arena_clear(&reading.arena);
}

Test(intake, an_error_tells_line_and_column_and_path) {
    check_fault("", STS_ERR_JSON, 0, "line 1, column 1: an object was expected");
    check_fault("{\n  \"resourceLogs\": [{}, {\"scopeLogs\": [\n    {\"logRecords\": [{}, {\"flags\": -1}]}\n]}]}",
                STS_ERR_JSON, 75,
                "line 3, column 35, resourceLogs[1].scopeLogs[0].logRecords[1].flags: a number out of range");
    check_fault("{\"resourceLogs\":[{\"resource\":{\"entityRefs\":[{\"idKeys\":[\"a\",5]}]}}]}", STS_ERR_JSON, 59,
                "line 1, column 60, resourceLogs[0].resource.entityRefs[0].idKeys[1]: a string was expected");
    check_fault(LOG("\"unknown\":[1,{\"a\":tru}]"), STS_ERR_JSON, 65,
                "line 1, column 66, resourceLogs[0].scopeLogs[0].logRecords[0]: neither null, true nor false");
    check_fault("{\"resourceLogs\":[{}]", STS_ERR_JSON, 20, "line 1, column 21: neither a comma nor the object's end");
}

/* `count` times `text`. */
static void append(sts__text *to, const char *text, size_t count) {
    while (count--)
        sts__text_append(to, text, strlen(text));
}

/* A body of so many lists in one another, with `inner` in the innermost. */
static void write_lists(sts__text *text, size_t count, const char *inner) {
    sts__text_init(text, sts__memory_default());
    append(text, "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"body\":", 1);
    append(text, "{\"arrayValue\":{\"values\":[", count);
    append(text, inner, 1);
    append(text, "]}}", count);
    append(text, "}]}]}]}", 1);
}

Test(intake, the_middle_of_a_long_path_is_left_out) {
    sts__text text;
    write_lists(&text, 9, "{\"intValue\":x}");
    append(&text, "", 1);
    struct reading reading;
    read_json(&reading, text.data, text.size);
    cr_assert_eq(reading.status, STS_ERR_JSON);
    cr_assert_str_eq(strchr(reading.fault.text, 'r'),
                     "resourceLogs[0].scopeLogs[0].logRecords[0].body.arrayValue.values[0]..."
                     "arrayValue.values[0].intValue: a number was expected");
    sts__arena_clear(&reading.arena);
    sts__text_clear(&text);
}

/* What becomes of `inner` in so many lists; that what is taken, the check takes too. `at` is where it was too deep,
 * from the beginning of `inner`. */
static sts_status read_in_lists(size_t count, const char *inner, int64_t *at) {
    sts__text text;
    struct reading reading;
    write_lists(&text, count, inner);
    read_json(&reading, text.data, text.size);
    if (reading.status == STS_OK)
        cr_assert_eq(sts__schema_check(reading.protobuf, &sts__schema_logs_request, &reading.fault), STS_OK);
    else
        cr_assert(strstr(reading.fault.text, "line 1, column ") &&
                      strstr(reading.fault.text, ".arrayValue.values[0]") &&
                      strstr(reading.fault.text, ": nested more than 100 levels deep"),
                  "%s", reading.fault.text);
    sts__text_append(&text, "", 1);
    *at = reading.fault.offset - (strstr(text.data, inner) - text.data);
    sts__arena_clear(&reading.arena);
    sts__text_clear(&text);
    return reading.status;
}

/* Resource, scope, record and body are four messages, each list is two more: 48 of them make 100, as many as protobuf
 * may have (wire/reader.h). Null in a oneof, and an attribute that is read in one go, are messages too. */
Test(intake, depth_ends_where_that_of_protobuf_does) {
    int64_t at;
    cr_assert_eq(read_in_lists(48, "{\"intValue\":\"7\"}", &at), STS_OK);
    cr_assert_eq(read_in_lists(48, "null", &at), STS_OK);
    cr_assert_eq(read_in_lists(48, "{\"arrayValue\":{}}", &at), STS_ERR_TOO_DEEP);
    cr_assert_eq(at, 14);
    cr_assert_eq(read_in_lists(48, "{\"arrayValue\":null}", &at), STS_ERR_TOO_DEEP);
    cr_assert_eq(at, 14);
    cr_assert_eq(read_in_lists(47, "{\"kvlistValue\":{\"values\":[{\"key\":\"k\"}]}}", &at), STS_OK);
    cr_assert_eq(
        read_in_lists(47, "{\"kvlistValue\":{\"values\":[{\"key\":\"k\",\"value\":{\"stringValue\":\"v\"}}]}}", &at),
        STS_ERR_TOO_DEEP);
    cr_assert_eq(at, 45);
    cr_assert_eq(
        read_in_lists(46, "{\"kvlistValue\":{\"values\":[{\"key\":\"k\",\"value\":{\"stringValue\":\"v\"}}]}}", &at),
        STS_OK);
}

/* A log with a body of so many letters, as protobuf's writers have it: no length is longer than it has to be. */
static void expect_body(struct pb *out, const char *letters, size_t size) {
    struct pb value = {0}, record = {0}, scope_logs = {0}, resource_logs = {0};
    pb_bytes(&value, 1, letters, size);
    pb_message(&record, STS__RECORD_BODY, &value);
    pb_message(&scope_logs, STS__SCOPE_GROUP_ITEMS, &record);
    pb_message(&resource_logs, STS__RESOURCE_GROUP_SCOPE_GROUPS, &scope_logs);
    pb_message(out, STS__REQUEST_RESOURCE_GROUPS, &resource_logs);
}

static void check_body(size_t size, const char *escape) {
    char *letters = malloc(size + 1);
    memset(letters, 'x', size);
    letters[size] = '\0';
    sts__text text;
    struct reading reading;
    struct pb expected = {0};
    sts__text_init(&text, sts__memory_default());
    append(&text, "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"body\":{\"stringValue\":\"", 1);
    sts__text_append(&text, letters, *escape && size ? size - 1 : size);
    append(&text, size ? escape : "", 1);
    append(&text, "\"}}]}]}]}", 1);
    read_json(&reading, text.data, text.size);
    expect_body(&expected, letters, size);
    cr_assert_eq(reading.status, STS_OK, "%zu: %s", size, reading.fault.text);
    cr_assert_eq(reading.protobuf.size, expected.size, "%zu", size);
    cr_assert_arr_eq(reading.protobuf.data, expected.data, expected.size, "%zu", size);
    pb_clear(&expected);
    sts__arena_clear(&reading.arena);
    sts__text_clear(&text);
    free(letters);
}

Test(intake, lengths_of_every_size) {
    static const size_t powers[] = {1 << 7, 1 << 14, 1 << 21};
    for (size_t size = 0; size < 40; size++)
        check_body(size, "");
    for (size_t i = 0; i < sizeof powers / sizeof powers[0]; i++)
        for (size_t less = 0; less < 20; less++)
            check_body(powers[i] + 2 - less, less % 2 ? "\\u0078" : "");
}

/* Attributes in a text without spaces are taken in one go, others member by member. */
static void check_ways(const char *key, const char *value) {
    static const char *const forms[] = {"{\"key\":\"%s\",\"value\":{\"stringValue\":\"%s\"}}",
                                        "{\"key\": \"%s\",\"value\":{\"stringValue\":\"%s\"}}"};
    struct reading readings[2];
    for (int i = 0; i < 2; i++) {
        char attribute[512], text[1024];
        snprintf(attribute, sizeof attribute, forms[i], key, value);
        /* Three, so that there is enough behind the first for it to be looked at at once. */
        int size = snprintf(text, sizeof text, "{\"resourceLogs\":[{\"resource\":{\"attributes\":[%s,%s,%s]}}]}",
                            attribute, attribute, attribute);
        read_json(&readings[i], text, (size_t)size);
    }
    cr_assert_eq(readings[0].status, readings[1].status, "%s, %s: %s", key, value, readings[0].fault.text);
    if (readings[0].status == STS_OK) {
        cr_assert_eq(readings[0].protobuf.size, readings[1].protobuf.size, "%s, %s", key, value);
        cr_assert_arr_eq(readings[0].protobuf.data, readings[1].protobuf.data, readings[0].protobuf.size, "%s, %s", key,
                         value);
    }
    sts__arena_clear(&readings[0].arena);
    sts__arena_clear(&readings[1].arena);
}

Test(intake, short_attributes_are_the_same_either_way) {
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrst";
    static const char *const ends[] = {"",   "\\n",  "\\u00e9", "\\\"", "\xc3\xa9", "\xff",
                                       "\t", "\x7f", "\\q",     "{",    "}}"};
    char key[128], value[128];
    for (int key_size = 0; key_size < 52; key_size += key_size < 5 || key_size > 44 ? 1 : 7)
        for (int size = 0; size < 70; size++) {
            snprintf(key, sizeof key, "%.*s", key_size, letters);
            snprintf(value, sizeof value, "%.*s", size, letters);
            check_ways(key, value);
        }
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
        for (int size = 0; size < 50; size += 3) {
            snprintf(key, sizeof key, "%.*s%s%.*s", size % 13, letters, ends[i], size / 2, letters);
            snprintf(value, sizeof value, "%.*s%s%.*s", size / 2, letters, ends[i], size % 11, letters);
            check_ways(key, "v");
            check_ways("k", value);
        }
}

/* Every text that begins like a request is read to its end and no further. */
Test(intake, every_beginning_of_a_text) {
    static const char text[] =
        LOG("\"body\":{\"stringValue\":\"a\\u00e9\"},\"traceId\":\"5b8efff798038103d269b633813fc60c\","
            "\"flags\":1.0,\"attributes\":[{\"key\":\"k\",\"value\":{\"doubleValue\":0.1e-7}},"
            "{\"key\":\"b\",\"value\":{\"bytesValue\":\"AP8=\",\"x\":[null,true,{\"y\":\"\\n\"}]}}]");
    struct reading reading;
    for (size_t size = 0; size < sizeof text - 1; size++) {
        read_json(&reading, text, size);
        cr_assert_eq(reading.status, STS_ERR_JSON, "%zu bytes: %d", size, (int)reading.status);
        cr_assert_leq(reading.fault.offset, (int64_t)size, "%zu bytes: at %d", size, (int)reading.fault.offset);
        sts__arena_clear(&reading.arena);
    }
    read_json(&reading, text, sizeof text - 1);
    cr_assert_eq(reading.status, STS_OK, "%s", reading.fault.text);
    sts__arena_clear(&reading.arena);
}

static uint64_t random_bits(uint64_t *state) { /* splitmix64 */
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

/* Whether it was read; strtod rounds as it should. */
static bool is_read(const char *form, ...) {
    char text[64];
    double number, expected;
    va_list arguments;
    va_start(arguments, form);
    int size = vsnprintf(text, sizeof text, form, arguments);
    va_end(arguments);
    char *copy = malloc((size_t)size); /* of exactly that size, so that a sanitizer sees a read beyond it */
    memcpy(copy, text, (size_t)size);
    const uint8_t *start = (const uint8_t *)copy;
    sts__intake_text reader = {.start = start, .at = start, .end = start + size};
    expected = strtod(text, NULL);
    bool read = sts__intake_take_double(&reader, &number);
    cr_assert(reader.at == (read ? reader.end : start), "%s", text);
    cr_assert(!read || memcmp(&number, &expected, sizeof number) == 0, "%s: %.17g", text, number);
    free(copy);
    return read;
}

Test(intake, doubles_to_the_last_bit) {
    uint64_t state = 1;
    unsigned exponents = 0, shortest = 0, longest = 0, halves = 0;
    for (int i = 0; i < 200000; i++) {
        uint64_t bits = random_bits(&state);
        const char *sign = bits & 1 ? "-" : "";
        exponents += is_read("%s%llu.%0*llue%d", sign, (unsigned long long)(bits >> 8) % (i % 2 ? 100000 : 10000000000),
                             1 + i % 9, (unsigned long long)(bits >> 40) % 10, (int)(bits >> 1) % 30);
        shortest += is_read("%.*g", 15 + i % 3, (double)(bits >> 11) / (double)(UINT64_C(1) << (20 + i % 40)));
        /* As many digits as are read at once: what is left of the division decides for some of them. */
        longest += is_read("%u.%018llu", (unsigned)(bits >> 60) % 10, (unsigned long long)bits % 1000000000000000000);
        /* In the middle between two doubles, and beside it. */
        uint64_t whole = (bits >> 12) | UINT64_C(1) << 52;
        halves += is_read("%s%llu.%s", sign, (unsigned long long)whole, i % 3 ? i % 3 == 1 ? "501" : "499" : "5");
        halves +=
            is_read("%s%llu.%s", sign, (unsigned long long)whole >> 2, i % 3 ? i % 3 == 1 ? "126" : "124" : "125");
    }
#if defined(__x86_64__) || defined(__aarch64__)
    cr_assert_gt(exponents, 50000u);
    cr_assert_gt(shortest, 190000u);
    cr_assert_eq(longest, 200000u);
    cr_assert_eq(halves, 400000u);
#endif
}

Test(intake, doubles_that_are_not_read_at_once) {
    static const char *const texts[] = {"",
                                        "-",
                                        ".5",
                                        "+1",
                                        "01",
                                        "1.",
                                        "1e",
                                        "1e+",
                                        "1.e5",
                                        "-.5",
                                        "NaN",
                                        "inf",

                                        "00.5",
                                        "1e12345",
                                        "12345678901234567890",
                                        "1.2345678901234567890"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        cr_assert(!is_read("%s", texts[i]), "%s", texts[i]);
    const bool rounds_once = FLT_EVAL_METHOD == 0; /* else no double is read at once, where there is no wider integer */
    cr_assert_eq(is_read("0"), rounds_once);
    cr_assert_eq(is_read("-0"), rounds_once);
    cr_assert_eq(is_read("0.000"), rounds_once);
    cr_assert_eq(is_read("-0.0e5"), rounds_once);
}

/* Behind any number of blanks of each kind, at any distance from the end. */
Test(intake, white_space_of_any_length) {
    static const char blanks[] = " \t\n\r";
    for (size_t count = 0; count < 70; count++)
        for (size_t kind = 0; kind < 5; kind++) {
            char text[300];
            struct reading reading;
            size_t size = 0;
            text[size++] = '{';
            for (size_t i = 0; i < count; i++)
                text[size++] = blanks[kind < 4 ? kind : i * 7 % 4];
            size += (size_t)sprintf(text + size, "\"resourceLogs\" :%*s[ ] }", (int)count, "");
            read_json(&reading, text, size);
            cr_assert_eq(reading.status, STS_OK, "%s", reading.fault.text);
            sts__arena_clear(&reading.arena);
            text[size - 1] = (char)(kind < 4 ? "\v\f\b\x0b"[kind] : 0);
            read_json(&reading, text, size);
            cr_assert_eq(reading.status, STS_ERR_JSON);
            cr_assert_eq(reading.fault.offset, (int64_t)size - 1);
            sts__arena_clear(&reading.arena);
        }
}

Test(intake, whole_numbers_in_any_form) {
    static const struct {
        const char *text;
        uint64_t number;
    } whole[] = {{"0", 0},
                 {"1e3", 1000},
                 {"1.0", 1},
                 {"12.50e1", 125},
                 {"0.001e3", 1},
                 {"100e-2", 1},
                 {"0e999999999999", 0},
                 {"0.000e-999999999999", 0},
                 {"18446744073709551615", UINT64_MAX},
                 {"18446744073709551615.000", UINT64_MAX},
                 {"1844674407370955161.5e1", UINT64_MAX},
                 {"184467440737095516150e-1", UINT64_MAX},
                 {"0000000000000000000000000000001", 1},
                 {"1000000000000000000000000e-24", 1}};
    static const char *const none[] = {"",     "-",    "1.5",           "1e-1", "0.1", "1.",
                                       ".5",   "1e",   "1e+",           "0x10", " 5",  "5 ",
                                       "1 2",  "--1",  "1e1.0",         "1e5x", "abc", "18446744073709551616",
                                       "1e20", "2e19", "1e999999999999"};
    bool negative;
    uint64_t number;
    for (size_t i = 0; i < sizeof whole / sizeof whole[0]; i++) {
        const char *wrong = sts__intake_whole((sts_bytes){whole[i].text, strlen(whole[i].text)}, &negative, &number);
        cr_assert_null(wrong, "%s: %s", whole[i].text, wrong);
        cr_assert_eq(number, whole[i].number, "%s", whole[i].text);
    }
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        cr_assert_not_null(sts__intake_whole((sts_bytes){none[i], strlen(none[i])}, &negative, &number), "%s", none[i]);
}

/* An array of short numbers becomes more bytes than it has. */
Test(intake, what_grows_has_room) {
    sts__text text;
    sts__arena arena;
    sts__fault fault;
    sts_bytes protobuf;
    enum { COUNT = 100000 };
    sts__text_init(&text, sts__memory_default());
    sts__arena_init(&arena, sts__memory_default());
    append(
        &text,
        "{\"resourceMetrics\":[{\"scopeMetrics\":[{\"metrics\":[{\"histogram\":{\"dataPoints\":[{\"bucketCounts\":[0",
        1);
    append(&text, ",1", COUNT - 1);
    append(&text, "]}]}}]}]}]}", 1);
    sts_status status =
        sts__intake_json(&sts__schema_metrics_request, (sts_bytes){text.data, text.size}, &arena, &protobuf, &fault);
    cr_assert_eq(status, STS_OK, "%s", fault.text);
    cr_assert_gt(protobuf.size, 8u * COUNT);
    cr_assert_lt(protobuf.size, 8u * COUNT + 64);
    cr_assert_eq(sts__schema_check(protobuf, &sts__schema_metrics_request, &fault), STS_OK, "%s", fault.text);
    sts__arena_clear(&arena);
    sts__text_clear(&text);
}
