/* SPDX-License-Identifier: Apache-2.0 */
#include "ottl/format.h"

#include <string.h>

#include "ottl/characters.h"
#include "ottl/format_parts.h"
#include "ottl/time.h"

typedef sts__format_directive directive;

static const char not_printable[] = "maps, and lists of the record, cannot be formatted; write AsString(...)";

static const char *type_name(const sts__ottl_value *value) {
    static const char *const names[] = {
        [STS__OTTL_NIL] = "<nil>",       [STS__OTTL_EMPTY] = "<nil>",
        [STS__OTTL_STRING] = "string",   [STS__OTTL_BYTES] = "[]uint8",
        [STS__OTTL_INT] = "int64",       [STS__OTTL_DOUBLE] = "float64",
        [STS__OTTL_BOOL] = "bool",       [STS__OTTL_LIST] = "pcommon.Slice",
        [STS__OTTL_MAP] = "pcommon.Map", [STS__OTTL_TRACE_ID] = "pcommon.TraceID",
        [STS__OTTL_TIME] = "time.Time",  [STS__OTTL_SPAN_ID] = "pcommon.SpanID",
    };
    if (value->type == STS__OTTL_LIST && !sts__ottl_is_slice(value))
        return value->go_type == STS__OTTL_GO_STRINGS ? "[]string" : "[]interface {}";
    return names[value->type];
}

static void begin_wrong(sts__ottl_text *out, const directive *d, const char *type) {
    sts__ottl_text_add_string(out, "%!");
    sts__ottl_text_add(out, d->verb_text.data, d->verb_text.size);
    sts__ottl_text_add_string(out, "(");
    sts__ottl_text_add_string(out, type);
}

/* Numbers, as Go shows arrays of bytes: those of bytes and ids. */
static void put_numbers(sts__ottl_text *out, const directive *d, sts_bytes bytes) {
    const uint8_t *data = bytes.data;
    directive plain = *d;
    plain.verb = 'v';
    sts__ottl_text_add(out, "[", 1);
    for (size_t i = 0; i < bytes.size; i++) {
        if (i)
            sts__ottl_text_add(out, " ", 1);
        if (sts__format_integer(out, d, data[i]))
            continue;
        begin_wrong(out, d, "uint8=");
        sts__format_integer(out, &plain, data[i]);
        sts__ottl_text_add(out, ")", 1);
    }
    sts__ottl_text_add(out, "]", 1);
}

/* False, and nothing is written, where a value that is neither nil, a list nor a map does not take the verb. */
static bool put_scalar(sts__ottl_text *out, const directive *d, const sts__ottl_value *value) {
    switch (value->type) {
    case STS__OTTL_STRING:
        return sts__format_text(out, d, value->as.bytes);
    case STS__OTTL_INT:
        return sts__format_integer(out, d, value->as.integer);
    case STS__OTTL_DOUBLE:
        return sts__format_double(out, d, value->as.number);
    case STS__OTTL_BOOL:
        if (d->verb != 't' && d->verb != 'v')
            return false;
        sts__format_padded(out, d, value->as.boolean ? (sts_bytes){"true", 4} : (sts_bytes){"false", 5});
        return true;
    default: /* bytes and ids; of bytes the commonest verb shows numbers */
        if (d->verb == 'v' || !sts__format_text(out, d, value->as.bytes))
            put_numbers(out, d, value->as.bytes);
        return true;
    }
}

static void put_type(sts__ottl_text *out, const directive *d, const char *name) {
    directive text = *d;
    text.verb = 's';
    sts__format_text(out, &text, (sts_bytes){name, strlen(name)});
}

static bool takes_text(const directive *d) {
    return d->verb > 0 && d->verb < 0x80 && strchr("vsqxX", (char)d->verb);
}

/* An id has a text, which the verbs for texts show. */
static void put_id(sts__ottl_text *out, const directive *d, const sts__ottl_value *id) {
    char hex[32];
    if (!takes_text(d)) {
        put_scalar(out, d, id);
        return;
    }
    sts__ottl_hex(id->as.bytes, hex);
    sts__format_text(out, d, (sts_bytes){hex, sts__ottl_id_is_empty(id) ? 0 : 2 * id->as.bytes.size});
}

/* 2025-11-23 06:40:00.123456789 +0000 UTC */
static const char *put_time(sts__ottl_text *out, const directive *d, const sts__ottl_value *value) {
    char text[STS__OTTL_TIME_TEXT + 16];
    if (!takes_text(d))
        return "a time takes %s, %v, %q, %x and %X";
    size_t size = sts__ottl_time_text(value->as.integer, text);
    *strchr(text, 'T') = ' ';
    /* its size goes with it: NOLINTNEXTLINE(bugprone-not-null-terminated-result) */
    memcpy(text + size - 1, " +0000 UTC", 10);
    sts__format_text(out, d, (sts_bytes){text, size + 9});
    return NULL;
}

static const char *put(sts__ottl_text *out, const directive *d, const sts__ottl_value *value, bool in_list);

/* %!d(string=hi): the flags, the width and the precision still count for what is inside; ids are numbers there. */
static const char *put_wrong(sts__ottl_text *out, const directive *d, const sts__ottl_value *value) {
    const char *wrong = NULL;
    directive plain = *d;
    plain.verb = 'v';
    begin_wrong(out, d, type_name(value));
    if (!sts__ottl_is_nil(value)) {
        sts__ottl_text_add(out, "=", 1);
        if (value->type == STS__OTTL_LIST)
            wrong = put(out, &plain, value, false);
        else
            put_scalar(out, &plain, value);
    }
    sts__ottl_text_add(out, ")", 1);
    return wrong;
}

/* [1 2 3]: each item by itself. */
static const char *put_list(sts__ottl_text *out, const directive *d, const sts__ottl_value *list) {
    if (sts__ottl_is_slice(list))
        return not_printable;
    if (d->verb == 'w')
        return put_wrong(out, d, list);
    const char *wrong = NULL;
    sts__ottl_text_add(out, "[", 1);
    for (size_t i = 0; i < list->as.built.count && !wrong; i++) {
        if (i)
            sts__ottl_text_add(out, " ", 1);
        wrong = put(out, d, &list->as.built.items[i], true);
    }
    sts__ottl_text_add(out, "]", 1);
    return wrong;
}

static void put_nil(sts__ottl_text *out, const directive *d, bool in_list) {
    if (in_list)
        sts__ottl_text_add_string(out, "<nil>");
    else if (d->verb == 'v' || d->verb == 'T')
        sts__format_padded(out, d, (sts_bytes){"<nil>", 5});
    else
        put_wrong(out, d, &(sts__ottl_value){.type = STS__OTTL_NIL});
}

static const char *put(sts__ottl_text *out, const directive *d, const sts__ottl_value *value, bool in_list) {
    if (d->verb == 'T' && !in_list && !sts__ottl_is_nil(value)) {
        put_type(out, d, type_name(value));
        return NULL;
    }
    bool whole = d->verb == 'w'; /* for errors alone: Go does not look inside what is none */
    switch (value->type) {
    case STS__OTTL_NIL:
    case STS__OTTL_EMPTY:
        put_nil(out, d, in_list);
        return NULL;
    case STS__OTTL_LIST:
        return put_list(out, d, value);
    case STS__OTTL_TIME:
        return put_time(out, d, value);
    case STS__OTTL_TRACE_ID:
    case STS__OTTL_SPAN_ID:
        if (whole)
            return put_wrong(out, d, value);
        put_id(out, d, value);
        return NULL;
    case STS__OTTL_MAP:
    case STS__OTTL_NONE:
        return not_printable;
    case STS__OTTL_BYTES:
        whole = whole && in_list;
        break;
    default:
        break;
    }
    return whole || !put_scalar(out, d, value) ? put_wrong(out, d, value) : NULL;
}

/* --- the format --- */

static const char *read_number(const char **at, const char *end, int *number) {
    *number = 0;
    while (*at < end && **at >= '0' && **at <= '9') {
        *number = 10 * *number + (*(*at)++ - '0');
        if (*number > STS__FORMAT_MOST)
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
    if (!wrong && end - *at > 1 && **at == '.') {
        ++*at;
        wrong = read_number(at, end, &d->precision);
    }
    if (!wrong && *at < end && (**at == '*' || **at == '['))
        return "* and [n] are not supported";
    if (wrong || *at == end)
        return wrong;
    sts_bytes rest = {*at, (size_t)(end - *at)};
    d->verb_text = (sts_bytes){*at, sts__characters_first(rest, &d->verb)};
    *at += d->verb_text.size;
    if (d->verb == 'p')
        return "%p is not supported";
    bool whole = d->verb == 'v' || d->verb == 'w';
    if (whole && d->sharp)
        return "%#v is not supported";
    if (whole) /* it asks for the names of fields, which nothing here has */
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
            sts__ottl_text_add_string(out, type_name(&values[i]));
            sts__ottl_text_add_string(out, "=");
        }
        wrong = put(out, &plain, &values[i], false);
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
            wrong = put(text, &d, &values[used++], false);
        }
    }
    return !wrong && used < count ? put_extra(text, values + used, count - used) : wrong;
}
