/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/number.h"

#include <float.h>
#include <stddef.h>
#include <string.h>

#include "intake/bytes.h"

enum { MOST_EXPONENT = 100000 };

/* A number's parts in its text. */
typedef struct parts {
    const uint8_t *digits; /* from its first digit, */
    const uint8_t *end;    /* to behind its last, with the point between them */
    const uint8_t *point;  /* NULL: none */
    int32_t exponent;      /* up to MOST_EXPONENT and down to its negative */
    bool negative;
} parts;

static const uint8_t *skip_digits(const uint8_t *at, const uint8_t *end) {
    while (at < end && *at >= '0' && *at <= '9')
        at++;
    return at;
}

/* What follows an e; false where that is no number. */
static bool read_exponent(const uint8_t *at, const uint8_t *end, int32_t *exponent) {
    bool negative = at < end && *at == '-';
    at += at < end && (*at == '-' || *at == '+');
    if (at == end)
        return false;
    for (; at < end && *at >= '0' && *at <= '9'; at++)
        *exponent = *exponent < MOST_EXPONENT / 10 ? *exponent * 10 + (*at - '0') : MOST_EXPONENT;
    *exponent = negative ? -*exponent : *exponent;
    return at == end;
}

static bool read_parts(sts_bytes text, parts *p) {
    const uint8_t *at = text.data;
    const uint8_t *end = at + text.size;
    *p = (parts){.negative = at < end && *at == '-'};
    at += at < end && (*at == '-' || *at == '+');
    p->digits = at;
    at = skip_digits(at, end);
    if (at == p->digits)
        return false;
    if (at < end && *at == '.') {
        p->point = at;
        at = skip_digits(at + 1, end);
        if (at == p->point + 1)
            return false;
    }
    p->end = at;
    return at == end || ((*at | 0x20) == 'e' && read_exponent(at + 1, end, &p->exponent));
}

/* By how many powers of ten the digits have to be multiplied when they are read as a whole number. */
static int64_t scale_of(const parts *p) {
    return p->exponent - (p->point ? p->end - p->point - 1 : 0);
}

const char *sts__intake_whole(sts_bytes text, bool *negative, uint64_t *magnitude) {
    parts p;
    if (!text.size || !read_parts(text, &p))
        return "not a whole number";
    *negative = p.negative;
    *magnitude = 0;
    int64_t scale = scale_of(&p);
    int64_t zeros = 0; /* behind the last digit that is none */
    for (const uint8_t *at = p.digits; at < p.end; at++) {
        if (at == p.point)
            continue;
        zeros++;
        for (; *at != '0' && zeros; zeros--)
            if (__builtin_mul_overflow(*magnitude, UINT64_C(10), magnitude))
                return "beyond 64 bits";
        if (__builtin_add_overflow(*magnitude, (uint64_t)(*at - '0'), magnitude))
            return "beyond 64 bits";
    }
    if (!*magnitude)
        return NULL;
    for (scale += zeros; scale > 0; scale--)
        if (__builtin_mul_overflow(*magnitude, UINT64_C(10), magnitude))
            return "beyond 64 bits";
    return scale < 0 ? "not a whole number" : NULL;
}

bool sts__intake_exact_double(sts_bytes text, double *number) {
#if defined(FLT_EVAL_METHOD) && FLT_EVAL_METHOD == 0
    enum { MOST_DIGITS = 19, LARGEST_POWER = 22 };
    static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    parts p;
    if (!read_parts(text, &p) || p.end - p.digits > MOST_DIGITS)
        return false;
    uint64_t digits = 0;
    for (const uint8_t *at = p.digits; at < p.end; at++)
        if (at != p.point)
            digits = digits * 10 + (uint8_t)(*at - '0');
    int64_t scale = scale_of(&p);
    if (digits > UINT64_C(1) << 53 || scale > LARGEST_POWER || scale < -LARGEST_POWER)
        return false;
    double value = scale < 0 ? (double)digits / powers[-scale] : (double)digits * powers[scale];
    *number = p.negative ? -value : value;
    return true;
#else
    (void)text, (void)number; /* a register with more digits would round twice */
    return false;
#endif
}

bool sts__intake_drop_underscores(uint8_t *text, size_t *size) {
    if (!memchr(text, '_', *size))
        return true;
    size_t at = *text == '+' || *text == '-';
    bool hexadecimal = *size - at > 2 && text[at] == '0' && (text[at + 1] | 0x20) == 'x';
    bool digit = hexadecimal; /* the last one was a digit: the prefix counts as one */
    at += hexadecimal ? 2 : 0;
    size_t to = at;
    for (; at < *size; at++) {
        bool underscore = text[at] == '_';
        bool next = at + 1 < *size && (hexadecimal ? sts__intake_hex_digit(text[at + 1]) >= 0
                                                   : text[at + 1] >= '0' && text[at + 1] <= '9');
        if (underscore && (!digit || !next))
            return false;
        digit = hexadecimal ? sts__intake_hex_digit(text[at]) >= 0 : text[at] >= '0' && text[at] <= '9';
        if (!underscore)
            text[to++] = text[at];
    }
    *size = to;
    return true;
}
