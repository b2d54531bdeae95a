/* SPDX-License-Identifier: Apache-2.0
 *
 * The words of a JSON text (RFC 8259), one after the other, as the collector's reader takes them (json.h): where a
 * string ends, what it says, what a value is that nobody wants.
 *
 * What is wrong is told by `wrong`, a constant text, and `at` is where it is; nothing is read on then. */
#ifndef STS_INTAKE_TEXT_H
#define STS_INTAKE_TEXT_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <stskafka/types.h>

/* Eight bytes as a number whose lowest bits are the first. */
static inline uint64_t sts__intake_eight(const uint8_t *at) {
    uint64_t eight;
    memcpy(&eight, at, sizeof eight);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    eight = __builtin_bswap64(eight);
#endif
    return eight;
}

typedef struct sts__intake_text {
    const uint8_t *start;
    const uint8_t *at;
    const uint8_t *end;
    const char *wrong; /* NULL while all is well */
    bool too_deep;     /* that is what is wrong */
} sts__intake_text;

/* What is between a string's quotes. */
typedef struct sts__intake_string {
    const uint8_t *data;
    size_t size;
    bool escaped; /* there is a backslash in it */
} sts__intake_string;

static inline bool sts__intake_wrong(sts__intake_text *text, const uint8_t *at, const char *wrong) {
    text->at = at;
    text->wrong = wrong;
    return false;
}

/* Goes past white space (text.c). */
void sts__intake_skip_space(sts__intake_text *text);

/* The next byte that is no white space; 0 at the end, where no byte 0 is anything either. */
static inline uint8_t sts__intake_peek(sts__intake_text *text) {
    if (text->at<text->end && * text->at> ' ')
        return *text->at;
    if (text->end - text->at >= 2 && text->at[0] == ' ' && text->at[1] > ' ') /* as behind a colon */
        return *++text->at;
    sts__intake_skip_space(text);
    return text->at < text->end ? *text->at : 0;
}

/* A quote, a backslash or a control character: where a string ends or is not as it seems. */
static inline bool sts__intake_is_special(uint8_t byte) {
    return byte == '"' || byte == '\\' || byte < 0x20;
}

#ifdef __SSE2__ /* every x86-64 has it */
enum { STS__INTAKE_STEP = 16 };

/* The lowest bit that is set tells which of the bytes is the first special one. */
static inline uint64_t sts__intake_special_of(const uint8_t *at) {
    __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)at);
    __m128i controls = _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1f)), bytes);
    __m128i others =
        _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
    return (uint64_t)_mm_movemask_epi8(_mm_or_si128(controls, others));
}

/* The same of bytes that are no white space. */
static inline uint64_t sts__intake_not_space_of(const uint8_t *at) {
    __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)at);
    __m128i blanks =
        _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(' ')), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\t')));
    __m128i ends = _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\n')), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\r')));
    return (uint64_t)_mm_movemask_epi8(_mm_or_si128(blanks, ends)) ^ 0xffff;
}

static inline int sts__intake_first_of(uint64_t found) {
    return __builtin_ctzll(found);
}
#else
#define STS__INTAKE_EACH(byte) (UINT64_C(0x0101010101010101) * (byte))
enum { STS__INTAKE_STEP = 8 };

/* Not 0 where one of eight bytes is sts__intake_below n, which is at most 128; the lowest bit that is set tells the
 * first of them. */
static inline uint64_t sts__intake_below(uint64_t eight, uint8_t n) {
    return (eight - STS__INTAKE_EACH(n)) & ~eight & STS__INTAKE_EACH(0x80);
}

static inline uint64_t sts__intake_special_of(const uint8_t *at) {
    uint64_t eight = sts__intake_eight(at);
    return sts__intake_below(eight ^ STS__INTAKE_EACH('"'), 1) | sts__intake_below(eight ^ STS__INTAKE_EACH('\\'), 1) |
           sts__intake_below(eight, 0x20);
}

/* The highest bit of each of eight bytes that is this one. */
static inline uint64_t sts__intake_equal(uint64_t eight, uint8_t byte) {
    uint64_t other = eight ^ STS__INTAKE_EACH(byte);
    return ~(((other & STS__INTAKE_EACH(0x7f)) + STS__INTAKE_EACH(0x7f)) | other) & STS__INTAKE_EACH(0x80);
}

static inline uint64_t sts__intake_not_space_of(const uint8_t *at) {
    uint64_t eight = sts__intake_eight(at);
    return (sts__intake_equal(eight, ' ') | sts__intake_equal(eight, '\t') | sts__intake_equal(eight, '\n') |
            sts__intake_equal(eight, '\r')) ^
           STS__INTAKE_EACH(0x80);
}

static inline int sts__intake_first_of(uint64_t found) {
    return __builtin_ctzll(found) / 8;
}
#endif

/* As sts__intake_take_string, of any length (text.c). */
bool sts__intake_take_long_string(sts__intake_text *text, bool raw, sts__intake_string *string);

/* Goes past a string that begins here. With `raw`, control characters may stand in it anywhere: as the collector reads
 * ids and base64; else only behind an escape. */
static inline bool sts__intake_take_string(sts__intake_text *text, bool raw, sts__intake_string *string) {
    const uint8_t *start = text->at + 1; /* most are short */
    if (text->end - start >= STS__INTAKE_STEP) {
        uint64_t found = sts__intake_special_of(start);
        const uint8_t *end = start + (found ? sts__intake_first_of(found) : 0);
        if (found && *end == '"') {
            *string = (sts__intake_string){start, (size_t)(end - start), false};
            text->at = end + 1;
            return true;
        }
    }
    return sts__intake_take_long_string(text, raw, string);
}

/* Writes what a string with escapes says to `out`, which has room for as many bytes as it has in the text and is at
 * `*size` behind what was written. */
bool sts__intake_unescape(sts__intake_text *text, const sts__intake_string *string, uint8_t *out, size_t *size);

/* Goes past null, true or false, all of it. */
bool sts__intake_take_word(sts__intake_text *text, const char *word);

/* Goes past a number that begins here. */
bool sts__intake_take_number(sts__intake_text *text, sts_bytes *number);

/* Goes past any value. */
bool sts__intake_skip(sts__intake_text *text);

#endif
