/* SPDX-License-Identifier: Apache-2.0 */
#include "base/utf8.h"

#include <stdint.h>
#include <string.h>

/* How many bytes follow the lead byte, and between what the first of them lies (RFC 3629, section 4). */
static int tail_of(uint8_t lead, uint8_t *low, uint8_t *high) {
    *low = 0x80;
    *high = 0xbf;
    if (lead >= 0xc2 && lead <= 0xdf)
        return 1;
    if (lead >= 0xe0 && lead <= 0xef) {
        *low = lead == 0xe0 ? 0xa0 : 0x80;
        *high = lead == 0xed ? 0x9f : 0xbf;
        return 2;
    }
    if (lead >= 0xf0 && lead <= 0xf4) {
        *low = lead == 0xf0 ? 0x90 : 0x80;
        *high = lead == 0xf4 ? 0x8f : 0xbf;
        return 3;
    }
    return -1;
}

/* Eight bytes at a time, as long as they are ASCII. */
static const uint8_t *skip_ascii(const uint8_t *at, const uint8_t *end) {
    uint64_t eight;
    for (; end - at >= 8; at += 8) {
        memcpy(&eight, at, sizeof eight);
        if (eight & UINT64_C(0x8080808080808080))
            break;
    }
    while (at < end && *at < 0x80)
        at++;
    return at;
}

static size_t character_size(const uint8_t *at, size_t size) {
    uint8_t low;
    uint8_t high;
    if (*at < 0x80)
        return 1;
    int tail = tail_of(*at, &low, &high);
    if (tail < 0 || size <= (size_t)tail || at[1] < low || at[1] > high)
        return 0;
    for (int i = 2; i <= tail; i++)
        if ((at[i] & 0xc0) != 0x80)
            return 0;
    return (size_t)tail + 1;
}

size_t sts__utf8_character_size(sts_bytes text) {
    return character_size(text.data, text.size);
}

size_t sts__utf8_valid_size(sts_bytes text) {
    const uint8_t *start = text.data;
    const uint8_t *at = start;
    const uint8_t *end = text.size ? at + text.size : at;
    while ((at = skip_ascii(at, end)) < end) {
        size_t size = character_size(at, (size_t)(end - at));
        if (size == 0)
            break;
        at += size;
    }
    return text.size ? (size_t)(at - start) : 0;
}

bool sts__utf8_is_valid(sts_bytes text) {
    return sts__utf8_valid_size(text) == text.size;
}
