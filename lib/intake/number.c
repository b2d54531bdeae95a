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

#if defined(FLT_EVAL_METHOD) && FLT_EVAL_METHOD == 0
#define STS__INTAKE_ROUNDS_ONCE 1 /* where a register has more digits, a number is rounded twice */
#else
#define STS__INTAKE_ROUNDS_ONCE 0
#endif

#if STS__INTAKE_ROUNDS_ONCE || defined(__SIZEOF_INT128__)
/* Of ten, as far as doubles have them exactly. */
static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
#endif

/* digits * 10^scale where that is exact without rounding: up to 2^53, times or over up to 10^22 (Clinger, "How to Read
 * Floating Point Numbers Accurately"). */
static bool scale_exactly(uint64_t digits, int scale, double *number) {
#if STS__INTAKE_ROUNDS_ONCE
    enum { LARGEST_POWER = sizeof powers / sizeof *powers - 1 };
    if (digits > UINT64_C(1) << 53 || scale > LARGEST_POWER || scale < -LARGEST_POWER)
        return false;
    *number = scale < 0 ? (double)digits / powers[-scale] : (double)digits * powers[scale];
    return true;
#else
    (void)digits, (void)scale, (void)number;
    return false;
#endif
}

#ifdef __SIZEOF_INT128__
/* The same for more digits, over up to 10^19: by division of whole numbers, with more bits than a double has, and what
 * is left of it tells to which side to round. */
static bool scale_down(uint64_t digits, int scale, double *number) {
    __extension__ typedef unsigned __int128 wide;
    enum { LARGEST_POWER = 19 /* of 64 bits */, DOUBLE_BITS = 53, BIAS = 1023 };
    if (digits == 0 || scale > 0 || scale < -LARGEST_POWER)
        return false;
    const uint64_t power = (uint64_t)powers[-scale];
    int exponent = -__builtin_clzll(digits) - 63;
    const wide above = (wide)digits << -exponent;
    wide quotient = above / power;
    bool inexact = quotient * power != above;
    const uint64_t high = (uint64_t)(quotient >> 64);
    const int bits = high ? 128 - __builtin_clzll(high) : 64 - __builtin_clzll((uint64_t)quotient);
    const int dropped = bits - DOUBLE_BITS; /* 9 at least */
    const wide rest = quotient & (((wide)1 << dropped) - 1);
    const wide half = (wide)1 << (dropped - 1);
    uint64_t mantissa = (uint64_t)(quotient >> dropped);
    if (rest > half || (rest == half && (inexact || mantissa & 1)))
        mantissa++;
    exponent += dropped;
    const uint64_t power_of_two = (uint64_t)(BIAS + exponent) << (DOUBLE_BITS - 1);
    double factor;
    memcpy(&factor, &power_of_two, sizeof factor);
    *number = (double)mantissa * factor; /* exact: 2^53 at most, and no exponent is near the ends of a double's */
    return true;
}
#else
static bool scale_down(uint64_t digits, int scale, double *number) {
    (void)digits, (void)scale, (void)number;
    return false;
}
#endif

/* The digits behind a number's point, if it has one; how many they are. False where none are. */
static bool take_fraction(const uint8_t **at, const uint8_t *end, uint64_t *digits, int *count) {
    *count = 0;
    if (*at == end || **at != '.')
        return true;
    const uint8_t *behind = sts__intake_take_digits(*at + 1, end, digits);
    *count = (int)(behind - *at - 1 < 100 ? behind - *at - 1 : 100); /* too many, or as many as they are */
    *at = behind;
    return *count > 0;
}

static bool take_exponent(const uint8_t **at, const uint8_t *end, int *exponent) {
    enum { MOST_DIGITS = 4 };
    uint64_t number = 0;
    *exponent = 0;
    if (*at == end || (**at | 0x20) != 'e')
        return true;
    const uint8_t *digits = *at + 1;
    const bool negative = digits < end && *digits == '-';
    digits += digits < end && (*digits == '-' || *digits == '+');
    *at = sts__intake_take_digits(digits, end, &number);
    if (*at == digits || *at - digits > MOST_DIGITS)
        return false;
    *exponent = negative ? -(int)number : (int)number;
    return true;
}

bool sts__intake_take_double(sts__intake_text *text, double *number) {
    enum { MOST_DIGITS = 19 };
    const uint8_t *end = text->end;
    const bool negative = text->at < end && *text->at == '-';
    const uint8_t *start = text->at + negative;
    uint64_t digits = 0;
    int behind_point, exponent;
    const uint8_t *at = sts__intake_take_digits(start, end, &digits);
    const ptrdiff_t whole = at - start;
    if (whole == 0 || (whole > 1 && *start == '0') || !take_fraction(&at, end, &digits, &behind_point) ||
        whole + behind_point > MOST_DIGITS || !take_exponent(&at, end, &exponent))
        return false;
    double value;
    if (!scale_exactly(digits, exponent - behind_point, &value) && !scale_down(digits, exponent - behind_point, &value))
        return false;
    *number = negative ? -value : value;
    text->at = at;
    return true;
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
