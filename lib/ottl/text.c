/* SPDX-License-Identifier: Apache-2.0 */
#include "ottl/text.h"

#include <nettle/base64.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/number.h"
#include "ottl/json_text.h"
#include "ottl/time.h"
#include "json/escape.h"

bool sts__ottl_text_reserve(sts__ottl_text *text, size_t more) {
    if (text->failed)
        return false;
    if (more <= text->capacity - text->size)
        return true;
    size_t capacity = text->capacity ? 2 * text->capacity : 64;
    if (capacity - text->size < more)
        capacity = text->size + more;
    char *data = sts__arena_alloc(text->arena, capacity);
    if (!data) {
        text->failed = true;
        return false;
    }
    if (text->size)
        memcpy(data, text->data, text->size);
    text->data = data;
    text->capacity = capacity;
    return true;
}

void sts__ottl_text_add(sts__ottl_text *text, const void *data, size_t size) {
    if (size == 0 || !sts__ottl_text_reserve(text, size))
        return;
    memcpy(text->data + text->size, data, size);
    text->size += size;
}

void sts__ottl_text_add_string(sts__ottl_text *text, const char *string) {
    sts__ottl_text_add(text, string, strlen(string));
}

void sts__ottl_text_add_json(sts__ottl_text *text, sts_bytes string, unsigned escapes) {
    const char *at = string.data;
    char escape[STS__JSON_ESCAPE];
    size_t plain = sts__json_plain_size(string, escapes);
    if (!sts__ottl_text_reserve(text, string.size + 2))
        return;
    text->data[text->size++] = '"';
    for (size_t left = string.size; left;) {
        sts__ottl_text_add(text, at, plain);
        at += plain;
        left -= plain;
        if (left) {
            size_t size;
            size_t width = sts__json_escape((sts_bytes){at, left}, escapes, escape, &size);
            sts__ottl_text_add(text, escape, size);
            at += width;
            left -= width;
            plain = sts__json_plain_size((sts_bytes){at, left}, escapes);
        }
    }
    sts__ottl_text_add(text, "\"", 1);
}

void sts__ottl_text_add_base64(sts__ottl_text *text, sts_bytes bytes) {
    size_t size = BASE64_ENCODE_RAW_LENGTH(bytes.size);
    if (bytes.size == 0 || !sts__ottl_text_reserve(text, size))
        return;
    base64_encode_raw(text->data + text->size, bytes.size, bytes.data);
    text->size += size;
}

sts_bytes sts__ottl_text_bytes(const sts__ottl_text *text) {
    sts_bytes bytes = {text->size ? text->data : "", text->size};
    return bytes;
}

#ifdef __SSE2__ /* every x86-64 has it */
/* Eight bytes at once, as ids and hashes have them: each is spread to two, one for each half of it. */
static size_t put_digits_of_eights(sts_bytes bytes, char *hex) {
    const uint8_t *data = bytes.data;
    const __m128i half = _mm_set1_epi8(15);
    size_t i = 0;
    for (; bytes.size - i >= 8; i += 8) {
        __m128i eight = _mm_loadl_epi64((const __m128i *)(const void *)(data + i));
        __m128i high = _mm_and_si128(_mm_srli_epi16(eight, 4), half);
        __m128i digits = _mm_unpacklo_epi8(high, _mm_and_si128(eight, half));
        __m128i letters = _mm_and_si128(_mm_cmpgt_epi8(digits, _mm_set1_epi8(9)), _mm_set1_epi8('a' - '0' - 10));
        digits = _mm_add_epi8(_mm_add_epi8(digits, _mm_set1_epi8('0')), letters);
        _mm_storeu_si128((__m128i *)(void *)(hex + 2 * i), digits);
    }
    return i;
}
#else
static size_t put_digits_of_eights(sts_bytes bytes, char *hex) {
    (void)bytes, (void)hex;
    return 0;
}
#endif

void sts__ottl_hex(sts_bytes bytes, char *hex) {
    static const char digits[] = "0123456789abcdef";
    const uint8_t *data = bytes.data;
    for (size_t i = put_digits_of_eights(bytes, hex); i < bytes.size; i++) {
        hex[2 * i] = digits[data[i] >> 4];
        hex[2 * i + 1] = digits[data[i] & 15];
    }
}

static sts__ottl_text_result copied(sts__arena *arena, const char *data, size_t size, sts_bytes *text) {
    sts_bytes bytes = {data, size};
    *text = sts__arena_copy(arena, bytes);
    return text->data ? STS__OTTL_TEXT_OK : STS__OTTL_TEXT_NO_MEMORY;
}

static sts__ottl_text_result hex_text(sts__arena *arena, sts_bytes bytes, sts_bytes *text) {
    char *hex = sts__arena_new(arena, 2 * bytes.size + 1);
    if (!hex)
        return STS__OTTL_TEXT_NO_MEMORY;
    sts__ottl_hex(bytes, hex);
    text->data = hex;
    text->size = 2 * bytes.size;
    return STS__OTTL_TEXT_OK;
}

static sts__ottl_text_result pdata_text(const sts__ottl_value *value, sts__arena *arena, sts_bytes *text) {
    char buffer[STS__OTTL_TIME_TEXT];
    switch (value->type) {
    case STS__OTTL_DOUBLE:
        return copied(arena, buffer, sts__double_text(value->as.number, buffer), text);
    case STS__OTTL_BYTES:
        return sts__ottl_base64_text(arena, value->as.bytes, text);
    case STS__OTTL_TRACE_ID:
    case STS__OTTL_SPAN_ID:
        if (sts__ottl_id_is_empty(value))
            return copied(arena, "", 0, text);
        return hex_text(arena, value->as.bytes, text);
    case STS__OTTL_TIME:
        return copied(arena, buffer, sts__ottl_time_text(value->as.integer, buffer), text);
    case STS__OTTL_LIST:
    case STS__OTTL_MAP:
        if (sts__ottl_json_text(value, STS__OTTL_PDATA, arena, text) == STS__OTTL_TEXT_NOT_FINITE)
            return copied(arena, "", 0, text);
        return text->data ? STS__OTTL_TEXT_OK : STS__OTTL_TEXT_NO_MEMORY;
    default:
        return copied(arena, "", 0, text);
    }
}

sts__ottl_text_result sts__ottl_text_of(const sts__ottl_value *value, sts__ottl_text_form form, sts__arena *arena,
                                        sts_bytes *text) {
    char number[STS__DOUBLE_TEXT];
    switch (value->type) {
    case STS__OTTL_STRING:
        *text = value->as.bytes;
        return STS__OTTL_TEXT_OK;
    case STS__OTTL_BOOL:
        *text = value->as.boolean ? (sts_bytes){"true", 4} : (sts_bytes){"false", 5};
        return STS__OTTL_TEXT_OK;
    case STS__OTTL_INT:
        return copied(arena, number, sts__integer_text(value->as.integer, number), text);
    default:
        break;
    }
    if (form == STS__OTTL_PDATA)
        return pdata_text(value, arena, text);
    if (value->type == STS__OTTL_BYTES)
        return hex_text(arena, value->as.bytes, text);
    return sts__ottl_json_text(value, form, arena, text);
}
