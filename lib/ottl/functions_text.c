/* SPDX-License-Identifier: Apache-2.0
 *
 * Functions from text to text. */
#include "ottl/functions.h"

#include <nettle/base64.h>
#include <string.h>

#include "ottl/characters.h"
#include "ottl/encodings.h"
#include "ottl/format.h"

static bool concat(sts__ottl_call *call, sts__ottl_value *result) {
    static const sts_bytes nil = {"<nil>", 5};
    const sts__ottl_value *items = call->arguments[0].as.built.items;
    size_t count = call->arguments[0].as.built.count;
    sts_bytes delimiter = call->arguments[1].as.bytes;
    size_t size = count ? (count - 1) * delimiter.size : 0;
    for (size_t i = 0; i < count; i++)
        size += sts__ottl_is_nil(&items[i]) ? nil.size : items[i].as.bytes.size;
    char *buffer = sts__ottl_call_alloc(call, size);
    if (!buffer)
        return false;
    char *at = buffer;
    for (size_t i = 0; i < count; i++) {
        sts_bytes part = sts__ottl_is_nil(&items[i]) ? nil : items[i].as.bytes;
        if (i && delimiter.size)
            memcpy(at, delimiter.data, delimiter.size);
        at += i ? delimiter.size : 0;
        if (part.size)
            memcpy(at, part.data, part.size);
        at += part.size;
    }
    *result = sts__ottl_string((sts_bytes){buffer, size});
    return true;
}

typedef bool (*letter_case)(sts__arena *arena, sts_bytes text, sts_bytes *changed);

static const struct {
    const char *name;
    letter_case change;
} cases[] = {
    {"lower", sts__characters_lower},
    {"upper", sts__characters_upper},
    {"camel", sts__characters_camel},
    {"snake", sts__characters_snake},
};
enum { CASES = sizeof cases / sizeof *cases };

static size_t case_named(sts_bytes name) {
    size_t i = 0;
    while (i < CASES && !sts__ottl_same_bytes(name, (sts_bytes){cases[i].name, strlen(cases[i].name)}))
        i++;
    return i;
}

static bool change_case(sts__ottl_call *call, letter_case change, sts__ottl_value *result) {
    sts_bytes changed;
    if (!change(call->state->arena, call->arguments[0].as.bytes, &changed))
        return sts__ottl_no_memory(call->state);
    *result = sts__ottl_string(changed);
    return true;
}

/* The row's detail is the case. */
static bool to_case(sts__ottl_call *call, sts__ottl_value *result) {
    const char *name = call->function->detail;
    return change_case(call, cases[case_named((sts_bytes){name, strlen(name)})].change, result);
}

static bool convert_case(sts__ottl_call *call, sts__ottl_value *result) {
    return change_case(call, cases[case_named(call->arguments[1].as.bytes)].change, result);
}

static const char *check_case(const sts__ottl_node *call) {
    return case_named(call->children[1]->literal.as.bytes) < CASES ? NULL : "the case is lower, upper, snake or camel";
}

static bool is_inside_character(sts_bytes text, size_t at) {
    return at < text.size && (((const uint8_t *)text.data)[at] & 0xc0) == 0x80;
}

static bool substring(sts__ottl_call *call, sts__ottl_value *result) {
    sts_bytes text = call->arguments[0].as.bytes;
    int64_t start = call->arguments[1].as.integer;
    int64_t length = call->arguments[2].as.integer;
    bool utf8_safe = call->arguments[3].type == STS__OTTL_BOOL && call->arguments[3].as.boolean;
    if (start < 0)
        return sts__ottl_call_fail(call, "the start is below 0");
    if (length <= 0)
        return sts__ottl_call_fail(call, "the length is not above 0");
    if (start > (int64_t)text.size || length > (int64_t)text.size - start)
        return sts__ottl_call_fail(call, "the text is shorter than start and length together");
    size_t from = (size_t)start;
    size_t to = (size_t)(start + length);
    if (utf8_safe) {
        while (is_inside_character(text, from))
            from++;
        while (from < to && is_inside_character(text, to))
            to--;
        if (to < from)
            to = from;
    }
    *result = sts__ottl_string((sts_bytes){(const char *)text.data + from, to - from});
    return true;
}

static bool trim(sts__ottl_call *call, sts__ottl_value *result) {
    sts_bytes cut = {" ", 1};
    if (call->arguments[1].type == STS__OTTL_STRING)
        cut = call->arguments[1].as.bytes;
    *result = sts__ottl_string(sts__characters_trim(call->arguments[0].as.bytes, cut));
    return true;
}

static bool begins_with(sts_bytes text, sts_bytes prefix) {
    return text.size >= prefix.size && (prefix.size == 0 || memcmp(text.data, prefix.data, prefix.size) == 0);
}

static bool ends_with(sts_bytes text, sts_bytes suffix) {
    if (text.size < suffix.size)
        return false;
    sts_bytes end = {(const char *)text.data + (text.size - suffix.size), suffix.size};
    return begins_with(end, suffix);
}

static bool trim_prefix(sts__ottl_call *call, sts__ottl_value *result) {
    sts_bytes text = call->arguments[0].as.bytes;
    sts_bytes prefix = call->arguments[1].as.bytes;
    if (begins_with(text, prefix))
        text = (sts_bytes){(const char *)text.data + prefix.size, text.size - prefix.size};
    *result = sts__ottl_string(text);
    return true;
}

static bool trim_suffix(sts__ottl_call *call, sts__ottl_value *result) {
    sts_bytes text = call->arguments[0].as.bytes;
    sts_bytes suffix = call->arguments[1].as.bytes;
    if (ends_with(text, suffix))
        text.size -= suffix.size;
    *result = sts__ottl_string(text);
    return true;
}

static bool has_prefix(sts__ottl_call *call, sts__ottl_value *result) {
    *result = sts__ottl_boolean(begins_with(call->arguments[0].as.bytes, call->arguments[1].as.bytes));
    return true;
}

static bool has_suffix(sts__ottl_call *call, sts__ottl_value *result) {
    *result = sts__ottl_boolean(ends_with(call->arguments[0].as.bytes, call->arguments[1].as.bytes));
    return true;
}

static bool format(sts__ottl_call *call, sts__ottl_value *result) {
    sts__ottl_text text = {.arena = call->state->arena};
    const sts__ottl_value *values = &call->arguments[1];
    const char *wrong =
        sts__ottl_format(&text, call->arguments[0].as.bytes, values->as.built.items, values->as.built.count);
    return wrong ? sts__ottl_call_fail(call, "%s", wrong) : sts__ottl_call_text(call, &text, result);
}

static bool hex(sts__ottl_call *call, sts__ottl_value *result) {
    sts_bytes bytes = {NULL, 0}; /* of nil */
    if (call->arguments[0].type == STS__OTTL_BYTES)
        bytes = call->arguments[0].as.bytes;
    char *buffer = sts__ottl_call_alloc(call, 2 * bytes.size);
    if (!buffer)
        return false;
    sts__ottl_hex(bytes, buffer);
    *result = sts__ottl_string((sts_bytes){buffer, 2 * bytes.size});
    return true;
}

/* The four kinds of base64 (RFC 4648, sections 4 and 5). */
typedef struct base64_variant {
    const char *name;
    bool url;
    bool padded;
} base64_variant;

static const base64_variant *variant_named(sts_bytes name) {
    static const base64_variant variants[] = {{"base64", false, true},
                                              {"base64-raw", false, false},
                                              {"base64-url", true, true},
                                              {"base64-raw-url", true, false}};
    for (size_t i = 0; i < sizeof variants / sizeof *variants; i++)
        if (sts__ottl_same_bytes(name, (sts_bytes){variants[i].name, strlen(variants[i].name)}))
            return &variants[i];
    return NULL;
}

static bool base64_encode(sts__ottl_call *call, sts__ottl_value *result) {
    sts_bytes text = call->arguments[0].as.bytes;
    sts_bytes name = {"base64", 6};
    if (call->arguments[1].type == STS__OTTL_STRING)
        name = call->arguments[1].as.bytes;
    const base64_variant *variant = variant_named(name);
    if (!variant)
        return sts__ottl_call_fail(call, "no such variant; there are base64, base64-raw, base64-url, base64-raw-url");
    size_t size = BASE64_ENCODE_RAW_LENGTH(text.size);
    char *buffer = sts__ottl_call_alloc(call, size);
    if (!buffer)
        return false;
    base64_encode_raw(buffer, text.size, text.data);
    for (size_t i = 0; variant->url && i < size; i++)
        buffer[i] = buffer[i] == '+' ? '-' : buffer[i] == '/' ? '_' : buffer[i];
    while (!variant->padded && size && buffer[size - 1] == '=')
        size--;
    *result = sts__ottl_string((sts_bytes){buffer, size});
    return true;
}

static int base64_digit(char c, bool url) {
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    if (c == (url ? '-' : '+'))
        return 62;
    return c == (url ? '_' : '/') ? 63 : -1;
}

/* As Go's encoding/base64 reads it: line ends are skipped, padding must be whole or must not be, the last bits may be
 * anything. Returns the size, or SIZE_MAX where it is wrong. (nettle's decoder skips all white space and wants those
 * bits to be zero.) */
static size_t base64_decode(sts_bytes text, const base64_variant *variant, uint8_t *out) {
    const char *data = text.data;
    uint32_t bits = 0;
    size_t digits = 0;
    size_t padding = 0;
    size_t size = 0;
    for (size_t i = 0; i < text.size; i++) {
        if (data[i] == '\n' || data[i] == '\r')
            continue;
        int digit = base64_digit(data[i], variant->url);
        if (digit < 0 && data[i] == '=' && variant->padded && digits % 4 >= 2)
            padding++;
        else if (digit < 0 || padding)
            return SIZE_MAX;
        if (digit < 0)
            continue;
        bits = bits << 6 | (uint32_t)digit;
        if (++digits % 4 != 1)
            out[size++] = (uint8_t)(bits >> (6 - 2 * ((digits + 3) % 4)));
    }
    bool whole = variant->padded ? padding == (4 - digits % 4) % 4 : digits % 4 != 1;
    return whole ? size : SIZE_MAX;
}

static bool decode_base64(sts__ottl_call *call, const base64_variant *variant, sts__ottl_value *result) {
    sts_bytes text = call->arguments[0].as.bytes;
    uint8_t *buffer = sts__ottl_call_alloc(call, text.size);
    if (!buffer)
        return false;
    size_t size = base64_decode(text, variant, buffer);
    if (size == SIZE_MAX)
        return sts__ottl_call_fail(call, "the text is not base64");
    *result = sts__ottl_string((sts_bytes){buffer, size});
    return true;
}

static bool base64_decode_call(sts__ottl_call *call, sts__ottl_value *result) {
    return decode_base64(call, variant_named((sts_bytes){"base64", 6}), result);
}

static const char unknown_encoding[] =
    "no such encoding; there are base64, base64-raw, base64-url, base64-raw-url, utf-8, "
    "utf-16, utf-16le, utf-16be, us-ascii, iso-8859-1 and nop";

static bool decode(sts__ottl_call *call, sts__ottl_value *result) {
    if (call->arguments[0].type != STS__OTTL_STRING && call->arguments[0].type != STS__OTTL_BYTES)
        return sts__ottl_call_fail(call, "only a string or bytes can be decoded, not %s",
                                   sts__ottl_type_name(call->arguments[0].type));
    const base64_variant *variant = variant_named(call->arguments[1].as.bytes);
    if (variant)
        return decode_base64(call, variant, result);
    const sts__encoding *encoding = sts__encoding_named(call->arguments[1].as.bytes);
    sts_bytes decoded;
    if (!encoding)
        return sts__ottl_call_fail(call, "%s", unknown_encoding);
    if (!sts__encoding_decode(encoding, call->state->arena, call->arguments[0].as.bytes, &decoded))
        return sts__ottl_no_memory(call->state);
    *result = sts__ottl_string(decoded);
    return true;
}

static const char *check_encoding(const sts__ottl_node *call) {
    const sts__ottl_node *encoding = call->children[1];
    if (!encoding->is_literal || variant_named(encoding->literal.as.bytes) ||
        sts__encoding_named(encoding->literal.as.bytes))
        return NULL;
    return unknown_encoding;
}

#define TARGET                                                                                                         \
    { "target", STS__OTTL_A_STRING, false }

const sts__ottl_function sts__ottl_text_functions[] = {
    {.name = "Concat",
     .call = concat,
     .parameters = {{"vals", STS__OTTL_LIST_OF | STS__OTTL_LIST_VALUE | STS__OTTL_STRING_LIKE, false},
                    {"delimiter", STS__OTTL_A_STRING, false}}},
    {.name = "Format",
     .call = format,
     .parameters = {{"format", STS__OTTL_LITERAL_STRING, false}, {"vals", STS__OTTL_LIST_OF | STS__OTTL_ANY, false}}},
    {.name = "ToLowerCase", .call = to_case, .parameters = {TARGET}, .detail = "lower"},
    {.name = "ToUpperCase", .call = to_case, .parameters = {TARGET}, .detail = "upper"},
    {.name = "ToCamelCase", .call = to_case, .parameters = {TARGET}, .detail = "camel"},
    {.name = "ToSnakeCase", .call = to_case, .parameters = {TARGET}, .detail = "snake"},
    {.name = "ConvertCase",
     .call = convert_case,
     .parameters = {TARGET, {"to_case", STS__OTTL_LITERAL_STRING, false}},
     .check = check_case},
    {.name = "Substring",
     .call = substring,
     .parameters = {TARGET,
                    {"start", STS__OTTL_AN_INT, false},
                    {"length", STS__OTTL_AN_INT, false},
                    {"utf8_safe", STS__OTTL_LITERAL_BOOL, true}}},
    {.name = "Trim", .call = trim, .parameters = {TARGET, {"replacement", STS__OTTL_LITERAL_STRING, true}}},
    {.name = "TrimPrefix", .call = trim_prefix, .parameters = {TARGET, {"prefix", STS__OTTL_A_STRING, false}}},
    {.name = "TrimSuffix", .call = trim_suffix, .parameters = {TARGET, {"suffix", STS__OTTL_A_STRING, false}}},
    {.name = "HasPrefix", .call = has_prefix, .parameters = {TARGET, {"prefix", STS__OTTL_A_STRING, false}}},
    {.name = "HasSuffix", .call = has_suffix, .parameters = {TARGET, {"suffix", STS__OTTL_A_STRING, false}}},
    {.name = "Hex", .call = hex, .parameters = {{"target", STS__OTTL_BYTES_LIKE, false}}},
    {.name = "Base64Encode", .call = base64_encode, .parameters = {TARGET, {"variant", STS__OTTL_A_STRING, true}}},
    {.name = "Base64Decode", .call = base64_decode_call, .parameters = {TARGET}},
    {.name = "Decode",
     .call = decode,
     .parameters = {{"target", STS__OTTL_ANY, false}, {"encoding", STS__OTTL_A_STRING, false}},
     .check = check_encoding},
    {0},
};
