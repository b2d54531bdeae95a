/* SPDX-License-Identifier: Apache-2.0 */
#include "base/number.h"

#include <float.h>
#include <inttypes.h>
#include <locale.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/double.h"

/* A finite number other than zero as 0.DIGITS * 10^point. */
typedef struct decimal {
    char digits[20];
    int count;
    int point;
} decimal;

/* Reads "d.ddde[+-]dd" apart. */
static void parse(const char *text, decimal *result) {
    result->count = 0;
    const char *at = text;
    for (; *at != 'e'; at++)
        if (*at >= '0' && *at <= '9')
            result->digits[result->count++] = *at;
    result->point = (int)strtol(at + 1, NULL, 10) + 1;
    while (result->count > 1 && result->digits[result->count - 1] == '0')
        result->count--;
}

/* The fewest digits that read back as the same number. printf gives the nearest decimal of each length; at a power of
 * two the numbers lie closer together below than above, so that the decimal above may do where the nearest one does
 * not.
 *
 * What a normal number is read from with up to DBL_DIG (15) digits is also the nearest of 15 digits (C99, 5.2.4.2.2),
 * but for zeros at the end, which parse() drops: so that is where to begin. Others have all lengths to try. */
static void shortest(double number, decimal *result) {
    char text[48];
    for (int digits = number >= DBL_MIN ? DBL_DIG : 1; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*e", digits - 1, number);
        if (sts__double_of(strtod(text, NULL)) == number)
            break;
        size_t last = digits == 1 ? 0 : (size_t)digits;
        if (text[last] < '9') {
            text[last]++;
            if (sts__double_of(strtod(text, NULL)) == number)
                break;
        }
    }
    parse(text, result);
}

#ifdef __SIZEOF_INT128__
__extension__ typedef unsigned __int128 wide;

enum { MOST_DIGITS = 17 };

static const uint64_t powers[] = {UINT64_C(1),
                                  UINT64_C(10),
                                  UINT64_C(100),
                                  UINT64_C(1000),
                                  UINT64_C(10000),
                                  UINT64_C(100000),
                                  UINT64_C(1000000),
                                  UINT64_C(10000000),
                                  UINT64_C(100000000),
                                  UINT64_C(1000000000),
                                  UINT64_C(10000000000),
                                  UINT64_C(100000000000),
                                  UINT64_C(1000000000000),
                                  UINT64_C(10000000000000),
                                  UINT64_C(100000000000000),
                                  UINT64_C(1000000000000000),
                                  UINT64_C(10000000000000000),
                                  UINT64_C(100000000000000000),
                                  UINT64_C(1000000000000000000),
                                  UINT64_C(10000000000000000000)};

/* mantissa * 2^-shift, times 10^scale: as a fraction over 2^shift, exactly. */
typedef struct scaled {
    wide number;
    uint64_t mantissa;
    uint64_t power; /* 10^scale, which is the distance of two doubles here */
    int shift;
} scaled;

/* Whether so many units are read as the double: they are nearer to it than to its neighbours, or as near, and it is
 * even. Below a power of two the neighbour is at half the distance. */
static bool reads_back(const scaled *s, uint64_t units) {
    wide there = (wide)units << s->shift;
    bool below = there < s->number;
    wide distance = below ? s->number - there : there - s->number;
    wide parts = distance * (below && s->mantissa == UINT64_C(1) << 52 ? 4 : 2);
    return parts < s->power || (parts == s->power && s->mantissa % 2 == 0);
}

/* The number of that many digits that is nearest, of two as near the even one, or else the one above it. */
static bool try_digits(const scaled *s, int digits, uint64_t *units) {
    uint64_t step = powers[MOST_DIGITS - digits];
    uint64_t low = (uint64_t)(s->number >> s->shift) / step * step;
    wide below = s->number - ((wide)low << s->shift);
    wide above = ((wide)(low + step) << s->shift) - s->number;
    bool up = above < below || (above == below && low / step % 2);
    *units = up ? low + step : low;
    if (reads_back(s, *units))
        return true;
    *units = low + step;
    return !up && reads_back(s, *units);
}

static void split_digits(uint64_t units, int point, decimal *result) {
    char text[24];
    int size = 0;
    for (; units; units /= 10)
        text[size++] = (char)('0' + units % 10);
    result->point = point + size - MOST_DIGITS; /* one more where all digits were nines */
    result->count = 0;
    while (size-- > 0)
        result->digits[result->count++] = text[size];
    while (result->count > 1 && result->digits[result->count - 1] == '0')
        result->count--;
}

/* The same for numbers from 0.001 to 10^15, which most are, in whole numbers of 128 bits; false for others. */
static bool shortest_of_ordinary(double number, decimal *result) {
    scaled s;
    uint64_t bits;
    int point = -2; /* of 0.DIGITS * 10^point */
    if (number < 0.001 || number >= 1e15)
        return false;
    double power = 0.01;
    while (point < 0 && number >= power) {
        power *= 10;
        point++;
    }
    memcpy(&bits, &number, sizeof bits);
    while (point >= 0 && point < 15 && number >= (double)powers[point])
        point++;
    s.mantissa = (bits & ((UINT64_C(1) << 52) - 1)) | UINT64_C(1) << 52;
    s.shift = 1075 - (int)(bits >> 52);
    s.power = powers[MOST_DIGITS - point];
    s.number = (wide)s.mantissa * s.power;
    uint64_t units;
    for (int digits = DBL_DIG; digits <= MOST_DIGITS; digits++) {
        if (!try_digits(&s, digits, &units))
            continue;
        split_digits(units, point, result);
        return true;
    }
    return false;
}
#else
static bool shortest_of_ordinary(double number, decimal *result) {
    (void)number;
    (void)result;
    return false;
}
#endif

static size_t write_exponent(const decimal *number, char *text) {
    size_t size = 0;
    text[size++] = number->digits[0];
    if (number->count > 1) {
        text[size++] = '.';
        memcpy(text + size, number->digits + 1, (size_t)number->count - 1);
        size += (size_t)number->count - 1;
    }
    return size + (size_t)sprintf(text + size, "e%+d", number->point - 1);
}

static size_t write_plain(const decimal *number, char *text) {
    size_t size = 0;
    if (number->point <= 0) {
        text[size++] = '0';
        text[size++] = '.';
        for (int i = number->point; i < 0; i++)
            text[size++] = '0';
    }
    for (int i = 0; i < number->count || i < number->point; i++) {
        if (i == number->point && i > 0)
            text[size++] = '.';
        text[size++] = i < number->count ? number->digits[i] : '0';
    }
    return size;
}

/* An exponent below 1e-6 and from 1e21 on. */
static size_t double_text(double number, char *text) {
    size_t sign = 0;
    if (isnan(number))
        return (size_t)sprintf(text, "NaN");
    if (signbit(number)) {
        text[sign++] = '-';
        number = -number;
    }
    if (isinf(number))
        return sign + (size_t)sprintf(text + sign, "Infinity");
    if (number == 0) {
        text[sign] = '0';
        return sign + 1;
    }
    decimal digits;
    if (!shortest_of_ordinary(number, &digits))
        shortest(number, &digits);
    bool exponent = number < sts__double_of(1e-6) || number >= sts__double_of(1e21);
    return sign + (exponent ? write_exponent : write_plain)(&digits, text + sign);
}

/* The host's locale may have a decimal comma; the C locale is set for this thread, for as long as it takes. */
static locale_t enter_c_locale(locale_t *c) {
    *c = newlocale(LC_ALL_MASK, "C", (locale_t)0); /* glibc hands out a static one */
    return uselocale(*c);
}

static void leave_c_locale(locale_t before, locale_t c) {
    uselocale(before);
    freelocale(c);
}

size_t sts__double_text(double number, char text[STS__DOUBLE_TEXT]) {
    locale_t c;
    locale_t before = enter_c_locale(&c);
    size_t size = double_text(number, text);
    leave_c_locale(before, c);
    return size;
}

size_t sts__integer_text(int64_t number, char text[STS__DOUBLE_TEXT]) {
    return (size_t)sprintf(text, "%" PRId64, number);
}

size_t sts__double_print(double number, char verb, int precision, char *text, size_t size) {
    const char format[] = {'%', '.', '*', verb, '\0'};
    locale_t c;
    locale_t before = enter_c_locale(&c);
    int written = snprintf(text, size, format, precision, number);
    leave_c_locale(before, c);
    return (size_t)written;
}

size_t sts__double_short(double number, char text[STS__DOUBLE_TEXT]) {
    size_t sign = 0;
    if (signbit(number)) {
        text[sign++] = '-';
        number = -number;
    }
    if (number == 0) {
        text[sign] = '0';
        return sign + 1;
    }
    decimal digits = {.count = 0};
    locale_t c;
    locale_t before = enter_c_locale(&c);
    shortest(number, &digits);
    leave_c_locale(before, c);
    if (digits.point > -4 && digits.point <= 6)
        return sign + write_plain(&digits, text + sign);
    size_t size = sign + write_exponent(&digits, text + sign);
    if (text[size - 2] == '+' || text[size - 2] == '-') {
        text[size] = text[size - 1];
        text[size - 1] = '0';
        size++;
    }
    return size;
}

static char small(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_word(const char *at, size_t size, const char *word) {
    size_t i = 0;
    while (i < size && word[i] && small(at[i]) == word[i])
        i++;
    return i == size && !word[i];
}

static size_t count_digits(const char **at, const char *end, bool hexadecimal) {
    const char *start = *at;
    while (*at < end && ((**at >= '0' && **at <= '9') || (hexadecimal && small(**at) >= 'a' && small(**at) <= 'f')))
        ++*at;
    return (size_t)(*at - start);
}

/* A number behind its sign; hexadecimal ones need an exponent (Go's language specification, "Floating-point literals").
 */
static bool is_number(const char *at, const char *end) {
    bool hexadecimal = end - at > 2 && at[0] == '0' && small(at[1]) == 'x';
    at += hexadecimal ? 2 : 0;
    size_t digits = count_digits(&at, end, hexadecimal);
    if (at < end && *at == '.') {
        at++;
        digits += count_digits(&at, end, hexadecimal);
    }
    if (digits == 0)
        return false;
    if (at == end)
        return !hexadecimal;
    if (small(*at++) != (hexadecimal ? 'p' : 'e'))
        return false;
    if (at < end && (*at == '+' || *at == '-'))
        at++;
    return count_digits(&at, end, false) > 0 && at == end;
}

bool sts__double_parse(sts_bytes text, double *number) {
    const char *at = text.data;
    const char *end = at + text.size;
    bool signs = text.size && (*at == '+' || *at == '-');
    const char *behind = at + signs;
    size_t left = (size_t)(end - behind);
    bool word =
        is_word(behind, left, "inf") || is_word(behind, left, "infinity") || (is_word(behind, left, "nan") && !signs);
    if (!word && !is_number(behind, end))
        return false;
    locale_t c;
    locale_t before = enter_c_locale(&c);
    *number = sts__double_of(strtod(at, NULL));
    leave_c_locale(before, c);
    return word || !isinf(*number);
}
