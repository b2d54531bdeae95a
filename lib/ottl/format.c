/* SPDX-License-Identifier: Apache-2.0 */
#include "ottl/format.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <utf8proc.h>

#include "base/number.h"
#include "ottl/letters.h"
#include "ottl/time.h"

/* Wider and more precise than that nobody needs, and it bounds what a number can take. */
enum { MOST = 1000, NUMBER_ROOM = MOST + 400 };

/* One directive: %[flags][width][.precision]verb */
typedef struct directive {
    bool minus, plus, sharp, space, zero;
    int width;     /* -1: none */
    int precision; /* -1: none */
    int32_t verb;
    sts_bytes verb_text;
} directive;

static const char not_printable[] = "maps, and lists of the record, cannot be formatted; write AsString(...)";

static size_t characters(sts_bytes text) {
    size_t count = 0;
    const uint8_t *data = text.data;
    for (size_t i = 0; i < text.size; i++)
        count += (data[i] & 0xc0) != 0x80;
    return count;
}

static void pad(sts__ottl_text *out, const directive *d, size_t have, char with) {
    for (size_t i = have; d->width > 0 && i < (size_t)d->width; i++)
        sts__ottl_text_add(out, &with, 1);
}

static void padded(sts__ottl_text *out, const directive *d, sts_bytes text) {
    size_t have = characters(text);
    if (!d->minus)
        pad(out, d, have, d->zero ? '0' : ' ');
    sts__ottl_text_add(out, text.data, text.size);
    if (d->minus)
        pad(out, d, have, ' ');
}

static const char *const type_names[] = {
    [STS__OTTL_STRING] = "string",  [STS__OTTL_BYTES] = "[]uint8",
    [STS__OTTL_INT] = "int64",      [STS__OTTL_DOUBLE] = "float64",
    [STS__OTTL_BOOL] = "bool",      [STS__OTTL_TRACE_ID] = "pcommon.TraceID",
    [STS__OTTL_TIME] = "time.Time", [STS__OTTL_SPAN_ID] = "pcommon.SpanID",
};

static const char *put(sts__ottl_text *out, const directive *d, const sts__ottl_value *value);

/* %!d(string=hi) */
static const char *wrong_verb(sts__ottl_text *out, const directive *d, const sts__ottl_value *value) {
    const directive plain = {.width = -1, .precision = -1, .verb = 'v'};
    sts__ottl_text_add_string(out, "%!");
    sts__ottl_text_add(out, d->verb_text.data, d->verb_text.size);
    sts__ottl_text_add_string(out, "(");
    const char *wrong = NULL;
    if (sts__ottl_is_nil(value)) {
        sts__ottl_text_add_string(out, "<nil>");
    } else {
        sts__ottl_text_add_string(out, type_names[value->type]);
        sts__ottl_text_add_string(out, "=");
        wrong = put(out, &plain, value);
    }
    sts__ottl_text_add_string(out, ")");
    return wrong;
}

/* --- integers --- */

static size_t digits_of(uint64_t number, unsigned base, bool capitals, char *end) {
    const char *digits = capitals ? "0123456789ABCDEF" : "0123456789abcdef";
    size_t size = 0;
    do
        *(end - ++size) = digits[number % base];
    while (number /= base);
    return size;
}

/* The number at the end of `room`; returns where it begins. */
static char *write_integer(const directive *d, int64_t integer, unsigned base, char room[NUMBER_ROOM]) {
    bool negative = integer < 0;
    uint64_t magnitude = negative ? 0 - (uint64_t)integer : (uint64_t)integer;
    bool sign = negative || d->plus || d->space;
    int least = d->precision;
    if (least < 0 && d->zero && !d->minus && d->width > 0)
        least = d->width - sign;
    char *end = room + NUMBER_ROOM;
    size_t size = digits_of(magnitude, base, d->verb == 'X', end);
    while (least > 0 && size < (size_t)least)
        *(end - ++size) = '0';
    if (d->sharp || d->verb == 'O') {
        const char *prefix = base == 2        ? "b0"
                             : d->verb == 'O' ? "o0"
                             : base == 16     ? (d->verb == 'X' ? "X0" : "x0")
                                              : "";
        if (d->verb == 'o' && *(end - size) != '0')
            prefix = "0";
        for (; *prefix; prefix++)
            *(end - ++size) = *prefix;
    }
    if (sign)
        *(end - ++size) = negative ? '-' : d->plus ? '+' : ' ';
    return end - size;
}

static const char *put_integer(sts__ottl_text *out, const directive *d, const sts__ottl_value *value) {
    static const char verbs[] = "dvboOxX";
    static const unsigned bases[] = {10, 10, 2, 8, 8, 16, 16};
    char room[NUMBER_ROOM];
    directive spaces = *d;
    spaces.zero = false;
    if (d->verb == 'q' || d->verb == 'U')
        return "%q and %U of an integer are not supported";
    const char *verb = d->verb > 0 && d->verb < 0x80 ? strchr(verbs, (char)d->verb) : NULL;
    if (verb) {
        char *start = write_integer(d, value->as.integer, bases[verb - verbs], room);
        sts_bytes text = {start, (size_t)(room + NUMBER_ROOM - start)};
        if (d->precision == 0 && value->as.integer == 0)
            text.size = 0;
        padded(out, &spaces, text);
        return NULL;
    }
    if (d->verb == 'c') {
        int64_t c = value->as.integer;
        bool good = c >= 0 && c <= 0x10ffff && !(c >= 0xd800 && c < 0xe000);
        sts_bytes text = {room, (size_t)utf8proc_encode_char(good ? (utf8proc_int32_t)c : 0xfffd, (uint8_t *)room)};
        padded(out, d, text);
        return NULL;
    }
    return wrong_verb(out, d, value);
}

/* --- doubles --- */

static size_t write_double(const directive *d, double number, char *room) {
    char verb = d->verb == 'v' ? 'g' : d->verb == 'F' ? 'f' : (char)d->verb;
    if ((verb == 'g' || verb == 'G') && d->precision < 0) {
        size_t size = sts__double_short(fabs(number), room);
        for (size_t i = 0; verb == 'G' && i < size; i++)
            room[i] = room[i] == 'e' ? 'E' : room[i];
        return size;
    }
    return sts__double_print(fabs(number), verb, d->precision < 0 ? 6 : d->precision, room, NUMBER_ROOM - 1);
}

static const char *put_double(sts__ottl_text *out, const directive *d, const sts__ottl_value *value) {
    char room[NUMBER_ROOM];
    char *text = room + 1;
    double number = value->as.number;
    if (d->verb == 'b' || d->verb == 'x' || d->verb == 'X')
        return "%b, %x and %X of a double are not supported";
    if (d->verb >= 0x80 || d->verb == 0 || !strchr("vgGeEfF", (char)d->verb))
        return wrong_verb(out, d, value);
    if (d->sharp)
        return "the flag # is not supported for doubles";
    directive spaces = *d;
    spaces.zero = false;
    bool finite = isfinite(number);
    size_t size = 3;
    if (finite)
        size = write_double(d, number, text);
    else
        memcpy(text, isnan(number) ? "NaN" : "Inf", 3);
    bool sign = signbit(number) && !isnan(number);
    if (sign || d->plus || d->space || isinf(number)) {
        *--text = sign ? '-' : d->space && !d->plus ? ' ' : '+';
        size++;
    }
    if (finite && d->zero && !d->minus && text == room) {
        sts__ottl_text_add(out, text++, 1);
        spaces.width--;
        size--;
    }
    spaces.zero = d->zero && finite && !d->minus;
    padded(out, &spaces, (sts_bytes){text, size});
    return NULL;
}

/* --- texts --- */

static bool is_printable(int32_t c) {
    if (c == ' ')
        return true;
    switch (utf8proc_category(c)) {
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
        return false;
    default:
        return true;
    }
}

static void quote_character(sts__ottl_text *out, sts_bytes character, int32_t c) {
    static const char names[] = "\a\b\f\n\r\t\v\\\"";
    static const char escapes[] = "abfnrtv\\\"";
    char room[16];
    const char *name = c > 0 && c < 0x80 ? strchr(names, (char)c) : NULL;
    if (name)
        snprintf(room, sizeof room, "\\%c", escapes[name - names]);
    else if (c == 0xfffd && character.size == 1)
        snprintf(room, sizeof room, "\\x%02x", *(const uint8_t *)character.data);
    else if (is_printable(c)) {
        sts__ottl_text_add(out, character.data, character.size);
        return;
    } else if (c < ' ' || c == 0x7f)
        snprintf(room, sizeof room, "\\x%02x", (unsigned)c);
    else
        snprintf(room, sizeof room, c < 0x10000 ? "\\u%04x" : "\\U%08x", (unsigned)c);
    sts__ottl_text_add_string(out, room);
}

/* Go's strconv.Quote. */
static void quote(sts__ottl_text *out, sts_bytes text) {
    sts__ottl_text_add(out, "\"", 1);
    while (text.size) {
        int32_t c;
        size_t width = sts__letters_first(text, &c);
        quote_character(out, (sts_bytes){text.data, width}, c);
        text = (sts_bytes){(const char *)text.data + width, text.size - width};
    }
    sts__ottl_text_add(out, "\"", 1);
}

static void hexadecimal(sts__ottl_text *out, const directive *d, sts_bytes text) {
    const uint8_t *data = text.data;
    char two[8];
    for (size_t i = 0; i < text.size; i++) {
        const char *before = d->sharp && (i == 0 || d->space) ? (d->verb == 'X' ? "0X" : "0x") : "";
        snprintf(two, sizeof two, d->verb == 'X' ? "%s%s%02X" : "%s%s%02x", d->space && i ? " " : "", before, data[i]);
        sts__ottl_text_add_string(out, two);
    }
}

static sts_bytes cut_to_precision(const directive *d, sts_bytes text) {
    sts_bytes rest = text;
    int32_t c;
    for (int i = 0; d->precision >= 0 && i < d->precision && rest.size; i++) {
        size_t width = sts__letters_first(rest, &c);
        rest = (sts_bytes){(const char *)rest.data + width, rest.size - width};
    }
    if (d->precision >= 0)
        text.size -= rest.size;
    return text;
}

/* What a text is with verbs s, v, q, x and X; false for others. */
static bool put_text(sts__ottl_text *out, const directive *d, sts_bytes text) {
    sts__ottl_text made = {.arena = out->arena};
    switch (d->verb) {
    case 's':
    case 'v':
        padded(out, d, cut_to_precision(d, text));
        return true;
    case 'q':
        quote(&made, cut_to_precision(d, text));
        break;
    case 'x':
    case 'X':
        if (d->precision >= 0 && (size_t)d->precision < text.size)
            text.size = (size_t)d->precision;
        hexadecimal(&made, d, text);
        break;
    default:
        return false;
    }
    out->failed = out->failed || made.failed;
    padded(out, d, sts__ottl_text_bytes(&made));
    return true;
}

/* [1 2 3]: each item by itself. */
static const char *put_list(sts__ottl_text *out, const directive *d, const sts__ottl_value *list) {
    if (list->field)
        return not_printable;
    sts__ottl_text_add(out, "[", 1);
    for (size_t i = 0; i < list->as.built.count; i++) {
        if (i)
            sts__ottl_text_add(out, " ", 1);
        const char *wrong = put(out, d, &list->as.built.items[i]);
        if (wrong)
            return wrong;
    }
    sts__ottl_text_add(out, "]", 1);
    return NULL;
}

/* Bytes are a text, but a list of numbers with v and d. */
static const char *put_bytes(sts__ottl_text *out, const directive *d, const sts__ottl_value *value) {
    const uint8_t *data = value->as.bytes.data;
    if (d->verb != 'v' && d->verb != 'd')
        return put_text(out, d, value->as.bytes) ? NULL : "bytes take %s, %x, %X, %q, %v and %d";
    sts__ottl_text_add(out, "[", 1);
    for (size_t i = 0; i < value->as.bytes.size; i++) {
        sts__ottl_value byte = sts__ottl_integer(data[i]);
        if (i)
            sts__ottl_text_add(out, " ", 1);
        put_integer(out, d, &byte);
    }
    sts__ottl_text_add(out, "]", 1);
    return NULL;
}

/* 2025-11-23 06:40:00.123456789 +0000 UTC */
static const char *put_time(sts__ottl_text *out, const directive *d, const sts__ottl_value *value) {
    char text[STS__OTTL_TIME_TEXT + 16];
    size_t size = sts__ottl_time_text(value->as.integer, text);
    *strchr(text, 'T') = ' ';
    /* its size goes with it: NOLINTNEXTLINE(bugprone-not-null-terminated-result) */
    memcpy(text + size - 1, " +0000 UTC", 10);
    return put_text(out, d, (sts_bytes){text, size + 9}) ? NULL : "a time takes %s, %v, %q, %x and %X";
}

static const char *put(sts__ottl_text *out, const directive *d, const sts__ottl_value *value) {
    char id[32];
    directive no_zero = *d;
    no_zero.zero = d->zero && !d->minus;
    switch (value->type) {
    case STS__OTTL_STRING:
        return put_text(out, &no_zero, value->as.bytes) ? NULL : wrong_verb(out, d, value);
    case STS__OTTL_BYTES:
        return put_bytes(out, &no_zero, value);
    case STS__OTTL_INT:
        return put_integer(out, d, value);
    case STS__OTTL_DOUBLE:
        return put_double(out, d, value);
    case STS__OTTL_BOOL:
        if (d->verb != 't' && d->verb != 'v')
            return wrong_verb(out, d, value);
        padded(out, &no_zero, value->as.boolean ? (sts_bytes){"true", 4} : (sts_bytes){"false", 5});
        return NULL;
    case STS__OTTL_LIST:
        return put_list(out, d, value);
    case STS__OTTL_TRACE_ID:
    case STS__OTTL_SPAN_ID:
        sts__ottl_hex(value->as.bytes, id);
        return put_text(out, d, (sts_bytes){id, sts__ottl_id_is_empty(value) ? 0 : 2 * value->as.bytes.size})
                   ? NULL
                   : "an id takes %s, %v, %q, %x and %X";
    case STS__OTTL_TIME:
        return put_time(out, d, value);
    case STS__OTTL_NIL:
    case STS__OTTL_EMPTY:
        if (d->verb != 'v')
            return wrong_verb(out, d, value);
        padded(out, d, (sts_bytes){"<nil>", 5});
        return NULL;
    default:
        return not_printable;
    }
}

/* --- the format --- */

static const char *read_number(const char **at, const char *end, int *number) {
    *number = 0;
    while (*at < end && **at >= '0' && **at <= '9') {
        *number = 10 * *number + (*(*at)++ - '0');
        if (*number > MOST)
            return "a width or a precision above 1000";
    }
    return NULL;
}

/* Behind the %. */
static const char *read_directive(const char **at, const char *end, directive *d) {
    const char *wrong = NULL;
    *d = (directive){.width = -1, .precision = -1};
    for (; *at < end && **at && strchr("-+# 0", **at); ++*at) {
        d->minus = d->minus || **at == '-';
        d->plus = d->plus || **at == '+';
        d->sharp = d->sharp || **at == '#';
        d->space = d->space || **at == ' ';
        d->zero = d->zero || **at == '0';
    }
    if (*at < end && **at >= '0' && **at <= '9')
        wrong = read_number(at, end, &d->width);
    if (!wrong && *at < end && **at == '.') {
        ++*at;
        wrong = read_number(at, end, &d->precision);
    }
    if (!wrong && *at < end && (**at == '*' || **at == '['))
        return "* and [n] are not supported";
    if (wrong || *at == end)
        return wrong;
    sts_bytes rest = {*at, (size_t)(end - *at)};
    d->verb_text = (sts_bytes){*at, sts__letters_first(rest, &d->verb)};
    *at += d->verb_text.size;
    if (d->verb == 'T' || d->verb == 'p')
        return "%T and %p are not supported";
    if ((d->verb == 'v' && d->sharp) || (d->verb == 'q' && (d->sharp || d->plus)))
        return "%#v, %#q and %+q are not supported";
    if (d->verb == 'v') /* it asks for the names of fields, which nothing here has */
        d->plus = false;
    return NULL;
}

/* %!(EXTRA int64=1, string=x) */
static const char *put_extra(sts__ottl_text *out, const sts__ottl_value *values, size_t count) {
    const directive plain = {.width = -1, .precision = -1, .verb = 'v'};
    const char *before = "%!(EXTRA ";
    const char *wrong = NULL;
    for (size_t i = 0; i < count && !wrong; i++) {
        sts__ottl_text_add_string(out, before);
        before = ", ";
        if (!sts__ottl_is_nil(&values[i])) {
            if (values[i].type == STS__OTTL_LIST || values[i].type == STS__OTTL_MAP)
                return not_printable;
            sts__ottl_text_add_string(out, type_names[values[i].type]);
            sts__ottl_text_add_string(out, "=");
        }
        wrong = put(out, &plain, &values[i]);
    }
    sts__ottl_text_add_string(out, ")");
    return wrong;
}

const char *sts__ottl_format(sts__ottl_text *text, sts_bytes format, const sts__ottl_value *values, size_t count) {
    const char *at = format.data;
    const char *end = at + format.size;
    size_t used = 0;
    const char *wrong = NULL;
    while (at < end && !wrong) {
        const char *percent = memchr(at, '%', (size_t)(end - at));
        sts__ottl_text_add(text, at, (size_t)((percent ? percent : end) - at));
        if (!percent)
            break;
        directive d;
        at = percent + 1;
        if ((wrong = read_directive(&at, end, &d)))
            break;
        if (d.verb_text.size == 0) {
            sts__ottl_text_add_string(text, "%!(NOVERB)");
        } else if (d.verb == '%') {
            sts__ottl_text_add_string(text, "%");
        } else if (used == count) {
            sts__ottl_text_add_string(text, "%!");
            sts__ottl_text_add(text, d.verb_text.data, d.verb_text.size);
            sts__ottl_text_add_string(text, "(MISSING)");
        } else {
            wrong = put(text, &d, &values[used++]);
        }
    }
    return !wrong && used < count ? put_extra(text, values + used, count - used) : wrong;
}
