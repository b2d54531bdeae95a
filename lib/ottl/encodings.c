/* SPDX-License-Identifier: Apache-2.0 */
#include "ottl/encodings.h"

#include <string.h>
#include <utf8proc.h>

#include "base/utf8.h"

enum { REPLACEMENT = 0xfffd, MOST_OF_A_BYTE = 3 };

/* Writes the text behind `out`, which has MOST_OF_A_BYTE of room for each byte; returns the end. */
typedef uint8_t *(*decoder)(sts_bytes text, uint8_t *out);

struct sts__encoding {
    const char *names; /* in small letters, with a space behind each; the empty one is a name too */
    decoder decode;    /* NULL: the bytes stay what they are */
};

static uint8_t *put(uint8_t *out, int32_t character) {
    return out + utf8proc_encode_char(character, out);
}

/* How many bytes are replaced together where the text is not UTF-8: as many as a character could begin with (Unicode,
 * section 3.9, "maximal subpart"). */
static size_t wrong_size(const uint8_t *at, size_t left) {
    uint8_t first = at[0];
    if (left < 2 || first < 0xc2 || first > 0xf4)
        return 1;
    uint8_t least = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    uint8_t most = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    if (first < 0xe0 || at[1] < least || at[1] > most)
        return 1;
    return first >= 0xf0 && left > 2 && (at[2] & 0xc0) == 0x80 ? 3 : 2;
}

static uint8_t *of_utf8(sts_bytes text, uint8_t *out) {
    while (text.size) {
        size_t size = sts__utf8_valid_size(text);
        const uint8_t *at = text.data;
        memcpy(out, at, size);
        out += size;
        if (size < text.size) {
            out = put(out, REPLACEMENT);
            size += wrong_size(at + size, text.size - size);
        }
        text = (sts_bytes){at + size, text.size - size};
    }
    return out;
}

static uint8_t *of_ascii(sts_bytes text, uint8_t *out) {
    const uint8_t *data = text.data;
    for (size_t i = 0; i < text.size; i++)
        out = put(out, data[i] < 0x80 ? data[i] : REPLACEMENT);
    return out;
}

static uint8_t *of_latin1(sts_bytes text, uint8_t *out) {
    const uint8_t *data = text.data;
    for (size_t i = 0; i < text.size; i++)
        out = put(out, data[i]);
    return out;
}

static uint8_t *of_utf16(sts_bytes text, uint8_t *out, bool big) {
    const uint8_t *data = text.data;
    size_t high = big ? 0 : 1; /* which byte of a unit that is */
    for (size_t i = 0; i + 1 < text.size; i += 2) {
        int32_t unit = data[i + high] << 8 | data[i + 1 - high];
        int32_t next = i + 3 < text.size ? data[i + 2 + high] << 8 | data[i + 3 - high] : 0;
        bool surrogate = unit >= 0xd800 && unit < 0xe000;
        if (surrogate && next >= 0xdc00 && next < 0xe000) { /* taken with it, also where the first is a second half */
            unit = unit < 0xdc00 ? 0x10000 + ((unit - 0xd800) << 10) + (next - 0xdc00) : REPLACEMENT;
            i += 2;
        } else if (surrogate) {
            unit = REPLACEMENT;
        }
        out = put(out, unit);
    }
    return text.size % 2 ? put(out, REPLACEMENT) : out;
}

static uint8_t *of_utf16_big(sts_bytes text, uint8_t *out) {
    return of_utf16(text, out, true);
}

static uint8_t *of_utf16_little(sts_bytes text, uint8_t *out) {
    return of_utf16(text, out, false);
}

/* The collector's own names come first there: "ascii" is its UTF-8, and "utf-16" little-endian whatever mark the text
 * begins with (internal/coreinternal/textutils). The rest are IANA's. */
static const sts__encoding encodings[] = {
    {" utf-8 utf8 csutf8 ascii us-ascii ", of_utf8},
    {"utf-8-raw utf8-raw nop ", NULL},
    {"utf-16 utf16 utf-16le csutf16le ", of_utf16_little},
    {"utf-16be csutf16be ", of_utf16_big},
    {"ansi_x3.4-1968 ansi_x3.4-1986 iso_646.irv:1991 iso-ir-6 iso646-us ibm367 cp367 csascii us ", of_ascii},
    {"iso-8859-1 iso_8859-1 iso_8859-1:1987 iso-ir-100 latin1 l1 ibm819 cp819 csisolatin1 ", of_latin1},
};

static bool is_named(const char *names, sts_bytes name) {
    const char *wanted = name.data;
    size_t length;
    for (; *names; names += length + 1) {
        size_t i = 0;
        length = strcspn(names, " ");
        while (length == name.size && i < length &&
               (wanted[i] == names[i] || (wanted[i] >= 'A' && wanted[i] <= 'Z' && wanted[i] + ('a' - 'A') == names[i])))
            i++;
        if (length == name.size && i == length)
            return true;
    }
    return false;
}

const sts__encoding *sts__encoding_named(sts_bytes name) {
    for (size_t i = 0; i < sizeof encodings / sizeof *encodings; i++)
        if (is_named(encodings[i].names, name))
            return &encodings[i];
    return NULL;
}

bool sts__encoding_decode(const sts__encoding *encoding, sts__arena *arena, sts_bytes text, sts_bytes *decoded) {
    *decoded = text;
    if (!encoding->decode)
        return true;
    uint8_t *buffer = sts__arena_array(arena, text.size + 1, MOST_OF_A_BYTE);
    if (!buffer)
        return false;
    *decoded = (sts_bytes){buffer, (size_t)(encoding->decode(text, buffer) - buffer)};
    return true;
}
