/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/bytes.h"

const int8_t sts__intake_hex_digits[256] = {
    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 0,  1,  2,  3,  4,  5,  6,  7,  8,  9,
    -1, -1, -1, -1, -1, -1, -1, 10, 11, 12, 13, 14, 15, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 10, 11, 12, 13, 14, 15, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1};

static int base64_digit(uint8_t c) {
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    if (c == '+' || c == '-')
        return 62;
    return c == '/' || c == '_' ? 63 : -1;
}

/* Whether as much padding is left as `digits` need, or none, and nothing else. */
static bool is_padding(const uint8_t *at, const uint8_t *end, size_t digits) {
    size_t padding = 0;
    for (; at < end; at++) {
        if (*at == '=')
            padding++;
        else if (*at != '\n' && *at != '\r')
            return false;
    }
    size_t open = digits % 4;
    return padding == 0 ? open != 1 : open > 1 && open + padding == 4;
}

bool sts__intake_base64(sts_bytes text, uint8_t *out, size_t *size) {
    const uint8_t *at = text.data;
    const uint8_t *end = text.size ? at + text.size : at;
    uint8_t *const start = out;
    uint32_t bits = 0;
    size_t digits = 0;
    for (; at < end && *at != '='; at++) {
        int digit = base64_digit(*at);
        if (digit < 0) {
            if (*at != '\n' && *at != '\r')
                return false;
            continue;
        }
        bits = bits << 6 | (uint32_t)digit;
        if (++digits % 4 == 0) {
            *out++ = (uint8_t)(bits >> 16);
            *out++ = (uint8_t)(bits >> 8);
            *out++ = (uint8_t)bits;
        }
    }
    if (!is_padding(at, end, digits))
        return false;
    if (digits % 4 > 1)
        *out++ = (uint8_t)(bits >> (digits % 4 == 2 ? 4 : 10));
    if (digits % 4 > 2)
        *out++ = (uint8_t)(bits >> 2);
    *size = (size_t)(out - start);
    return true;
}

bool sts__intake_hex(sts_bytes text, uint8_t *out, size_t size) {
    const uint8_t *digits = text.data;
    if (text.size != 2 * size)
        return false;
    int wrong = 0;
    for (size_t i = 0; i < size; i++) {
        int high = sts__intake_hex_digit(digits[2 * i]);
        int low = sts__intake_hex_digit(digits[2 * i + 1]);
        wrong |= high | low;
        out[i] = (uint8_t)((unsigned)high << 4 | (unsigned)low);
    }
    return wrong >= 0;
}
