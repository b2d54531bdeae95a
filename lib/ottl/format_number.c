/* SPDX-License-Identifier: Apache-2.0 */
#include "ottl/format_parts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <utf8proc.h>

#include "base/number.h"

typedef sts__format_directive directive;

/* --- integers --- */

static size_t digits_of(uint64_t number, unsigned base, bool capitals, char *end) {
    const char *digits = capitals ? "0123456789ABCDEF" : "0123456789abcdef";
    size_t size = 0;
    do
        *(end - ++size) = digits[number % base];
    while (number /= base);
    return size;
}

static const char *prefix_of(const directive *d, unsigned base, char first_digit) {
    if (d->verb == 'O')
        return d->sharp && first_digit != '0' ? "0o0" : "0o";
    if (!d->sharp)
        return "";
    switch (base) {
    case 2:
        return "0b";
    case 8:
        return first_digit == '0' ? "" : "0";
    case 16:
        return d->verb == 'X' ? "0X" : "0x";
    default:
        return "";
    }
}

/* The number at the end of `buffer`; returns where it begins. */
static char *write_integer(const directive *d, int64_t integer, unsigned base, char buffer[STS__FORMAT_NUMBER]) {
    bool negative = integer < 0;
    uint64_t magnitude = negative ? 0 - (uint64_t)integer : (uint64_t)integer;
    bool sign = negative || d->plus || d->space;
    int least = d->precision;
    if (least < 0 && d->zero && !d->minus && d->width > 0)
        least = d->width - sign;
    char *end = buffer + STS__FORMAT_NUMBER;
    size_t size = digits_of(magnitude, base, d->verb == 'X', end);
    while (least > 0 && size < (size_t)least)
        *(end - ++size) = '0';
    const char *prefix = prefix_of(d, base, *(end - size));
    size += strlen(prefix);
    /* before what is there: NOLINTNEXTLINE(bugprone-not-null-terminated-result) */
    memcpy(end - size, prefix, strlen(prefix));
    if (sign)
        *(end - ++size) = negative ? '-' : d->plus ? '+' : ' ';
    return end - size;
}

/* U+0041, and with # the character itself between quotes. */
static void put_code_point(sts__ottl_text *out, const directive *d, int64_t integer) {
    char buffer[STS__FORMAT_NUMBER];
    char *end = buffer + sizeof buffer;
    char quoted[STS__FORMAT_RUNE];
    size_t size = digits_of((uint64_t)integer, 16, true, end);
    size_t least = d->precision > 4 ? (size_t)d->precision : 4;
    sts__ottl_text made = {.arena = out->arena};
    while (size < least)
        *(end - ++size) = '0';
    sts__ottl_text_add_string(&made, "U+");
    sts__ottl_text_add(&made, end - size, size);
    if (d->sharp && integer >= 0 && integer <= 0x10ffff && sts__format_is_printable((int32_t)integer)) {
        size = (size_t)utf8proc_encode_char((utf8proc_int32_t)integer, (uint8_t *)quoted);
        sts__ottl_text_add_string(&made, " '");
        sts__ottl_text_add(&made, quoted, size);
        sts__ottl_text_add_string(&made, "'");
    }
    out->failed = out->failed || made.failed;
    sts__format_padded_with_spaces(out, d, sts__ottl_text_bytes(&made));
}

static void put_character(sts__ottl_text *out, const directive *d, int64_t c) {
    char buffer[STS__FORMAT_RUNE];
    bool good = c >= 0 && c <= 0x10ffff && !(c >= 0xd800 && c < 0xe000);
    size_t size = (size_t)utf8proc_encode_char(good ? (utf8proc_int32_t)c : 0xfffd, (uint8_t *)buffer);
    sts__format_padded(out, d, (sts_bytes){buffer, size});
}

bool sts__format_integer(sts__ottl_text *out, const directive *d, int64_t integer) {
    static const char verbs[] = "dvboOxX";
    static const unsigned bases[] = {10, 10, 2, 8, 8, 16, 16};
    char buffer[STS__FORMAT_NUMBER];
    const char *verb = d->verb > 0 && d->verb < 0x80 ? strchr(verbs, (char)d->verb) : NULL;
    if (verb) {
        char *start = write_integer(d, integer, bases[verb - verbs], buffer);
        sts_bytes text = {start, (size_t)(buffer + STS__FORMAT_NUMBER - start)};
        if (d->precision == 0 && integer == 0)
            text.size = 0;
        sts__format_padded_with_spaces(out, d, text);
        return true;
    }
    switch (d->verb) {
    case 'c':
        put_character(out, d, integer);
        return true;
    case 'q':
        sts__format_padded(out, d, (sts_bytes){buffer, sts__format_quoted_rune(integer, d->plus, buffer)});
        return true;
    case 'U':
        put_code_point(out, d, integer);
        return true;
    default:
        return false;
    }
}

/* --- doubles --- */

enum { MANTISSA_BITS = 52, EXPONENT_MASK = 0x7ff, EXPONENT_BIAS = 1023 };

/* The parts of a finite double that is not negative: mantissa * 2^(exponent - MANTISSA_BITS). */
static uint64_t take_apart(double number, int *exponent) {
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    uint64_t mantissa = bits & (((uint64_t)1 << MANTISSA_BITS) - 1);
    int stored = (int)(bits >> MANTISSA_BITS & EXPONENT_MASK);
    *exponent = (stored ? stored : 1) - EXPONENT_BIAS;
    return stored ? mantissa | (uint64_t)1 << MANTISSA_BITS : mantissa;
}

/* 4503599627370496p-52, Go's strconv.FormatFloat with 'b'. */
static size_t write_binary(double number, char *buffer) {
    int exponent;
    uint64_t mantissa = take_apart(number, &exponent);
    char digits[24];
    size_t size = digits_of(mantissa, 10, false, digits + sizeof digits);
    memcpy(buffer, digits + sizeof digits - size, size);
    return size + (size_t)sprintf(buffer + size, "p%+d", exponent - MANTISSA_BITS);
}

/* 0x1.8p+00, Go's strconv.FormatFloat with 'x' or 'X'. */
static size_t write_hexadecimal(double number, bool capitals, int precision, char *buffer) {
    const uint64_t one = (uint64_t)1 << 60; /* where the leading digit is shifted to */
    int exponent;
    uint64_t mantissa = take_apart(number, &exponent) << (60 - MANTISSA_BITS);
    if (mantissa == 0)
        exponent = 0;
    for (; mantissa && !(mantissa & one); exponent--)
        mantissa <<= 1;
    if (precision >= 0 && precision < 15) { /* to the nearest, halves to the even one */
        int shift = 4 * precision;
        uint64_t beyond = (mantissa << shift) & (one - 1);
        mantissa >>= 60 - shift;
        mantissa += (beyond | (mantissa & 1)) > one >> 1;
        mantissa <<= 60 - shift;
        if (mantissa & one << 1) {
            mantissa >>= 1;
            exponent++;
        }
    }
    size_t size = (size_t)sprintf(buffer, capitals ? "0X%d" : "0x%d", (int)(mantissa >> 60 & 1));
    mantissa <<= 4;
    if (precision < 0 ? mantissa != 0 : precision > 0)
        buffer[size++] = '.';
    for (int i = 0; precision < 0 ? mantissa != 0 : i < precision; i++, mantissa <<= 4)
        buffer[size++] = (capitals ? "0123456789ABCDEF" : "0123456789abcdef")[mantissa >> 60];
    return size + (size_t)sprintf(buffer + size, "%c%+03d", capitals ? 'P' : 'p', exponent);
}

static size_t write_double(char verb, int precision, double number, char *buffer) {
    if (verb == 'b')
        return write_binary(number, buffer);
    if (verb == 'x' || verb == 'X')
        return write_hexadecimal(number, verb == 'X', precision, buffer);
    if ((verb == 'g' || verb == 'G') && precision < 0) {
        size_t size = sts__double_short(number, buffer);
        for (size_t i = 0; verb == 'G' && i < size; i++)
            buffer[i] = buffer[i] == 'e' ? 'E' : buffer[i];
        return size;
    }
    return sts__double_print(number, verb, precision < 0 ? 6 : precision, buffer, STS__FORMAT_NUMBER - 1);
}

/* The flag #: a point in any case, and the zeros at the end that %g leaves out. By Go's fmt.fmtFloat, its ways with %x
 * included. */
static size_t make_sharp(char verb, int precision, char *number, size_t size) {
    char tail[16];
    bool hexadecimal = verb == 'x' || verb == 'X';
    int digits = verb == 'g' || verb == 'G' || verb == 'x' ? precision < 0 ? 6 : precision : 0;
    bool point = false;
    bool nonzero = false;
    size_t i = 0;
    for (; i < size && !strchr(hexadecimal ? "pP" : "eEpP", number[i]); i++) {
        point = point || number[i] == '.';
        nonzero = nonzero || (number[i] != '0' && number[i] != '.');
        digits -= nonzero && number[i] != '.';
    }
    size_t tail_size = size - i;
    memcpy(tail, number + i, tail_size);
    if (!point) {
        digits -= i == 1 && number[0] == '0'; /* a leading zero counts once */
        number[i++] = '.';
    }
    for (; digits > 0; digits--)
        number[i++] = '0';
    memcpy(number + i, tail, tail_size);
    return i + tail_size;
}

static void put_not_finite(sts__ottl_text *out, const directive *d, double number) {
    char text[] = {signbit(number) && !isnan(number) ? '-' : d->space && !d->plus ? ' ' : '+', 0, 0, 0};
    /* its size goes with it: NOLINTNEXTLINE(bugprone-not-null-terminated-result) */
    memcpy(text + 1, isnan(number) ? "NaN" : "Inf", 3);
    bool sign = isinf(number) || d->plus || d->space;
    sts__format_padded_with_spaces(out, d, (sts_bytes){text + !sign, sign ? 4 : 3});
}

bool sts__format_double(sts__ottl_text *out, const directive *d, double number) {
    char buffer[STS__FORMAT_NUMBER];
    if (d->verb <= 0 || d->verb >= 0x80 || !strchr("vgGeEfFxXb", (char)d->verb))
        return false;
    if (!isfinite(number)) {
        put_not_finite(out, d, number);
        return true;
    }
    char verb = d->verb == 'v' ? 'g' : d->verb == 'F' ? 'f' : (char)d->verb;
    size_t size = write_double(verb, d->precision, fabs(number), buffer + 1);
    if (d->sharp && verb != 'b')
        size = make_sharp(verb, d->precision, buffer + 1, size);
    sts_bytes text = {buffer + 1, size};
    if (signbit(number) || d->plus || d->space) {
        buffer[0] = signbit(number) ? '-' : d->plus ? '+' : ' ';
        text = (sts_bytes){buffer, size + 1};
    }
    directive rest = *d;
    if (text.data == buffer && d->zero && !d->minus && d->width > (int)text.size) { /* the sign before the zeros */
        sts__ottl_text_add(out, buffer, 1);
        text = (sts_bytes){buffer + 1, size};
        rest.width--;
    }
    sts__format_padded(out, &rest, text);
    return true;
}
