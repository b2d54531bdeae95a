/* SPDX-License-Identifier: Apache-2.0 */
#include "json/builder.h"

#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yajl/yajl_parse.h>

#include "base/double.h"
#include "base/utf8.h"

typedef union max_align {
    long long integer;
    long double number;
    void *pointer;
} max_align;

typedef struct parsing {
    sts__arena *arena; /* of the tree */
    sts__json_parser *parser;
    sts_bytes text;
    yajl_handle handle;
    sts_bytes name;   /* of the next member */
    const char *seen; /* lines were counted up to here */
    uint32_t line;
    const char *line_start;
    size_t value_end; /* where the outermost value ends */
    bool at_end;      /* yajl was told that nothing follows: it reads a space then, and counts that alone */
    bool too_deep;
    const char *wrong; /* what stopped the parse; NULL: nothing of ours */
    jmp_buf no_memory;
} parsing;

/* yajl does not look at what its allocator returns. Its memory is the arena's, so that there is nothing to be freed
 * when it has to be left in the middle. */
static void *need(parsing *p, void *piece) {
    if (!piece)
        longjmp(p->no_memory, 1);
    return piece;
}

static void *yajl_allocate(void *context, size_t size) {
    parsing *p = context;
    size_t *piece = need(p, sts__arena_new(&p->parser->scratch, sizeof(max_align) + size));
    *piece = size; /* for yajl_resize */
    return (char *)piece + sizeof(max_align);
}

static void *yajl_resize(void *context, void *old, size_t size) {
    void *piece = yajl_allocate(context, size);
    if (old) {
        size_t old_size = *(size_t *)(void *)((char *)old - sizeof(max_align));
        memcpy(piece, old, old_size < size ? old_size : size);
    }
    return piece;
}

static void yajl_release(void *context, void *piece) {
    (void)context, (void)piece;
}

const char *sts__json_type_name(sts__json_type type) {
    static const char *const names[] = {"nothing",  "null",     "a boolean", "a number",
                                        "a string", "an array", "an object"};
    return names[type];
}

static void count_lines(parsing *p, size_t offset) {
    const char *end = (const char *)p->text.data + offset;
    for (const char *at = p->seen; at < end && (at = memchr(at, '\n', (size_t)(end - at)));) {
        p->line++;
        p->line_start = ++at;
    }
    if (end > p->seen)
        p->seen = end;
}

static int stop(parsing *p, const char *wrong) {
    p->wrong = wrong;
    return 0;
}

static size_t consumed(const parsing *p) {
    return p->at_end ? p->text.size : yajl_get_bytes_consumed(p->handle);
}

/* Fills in where a value begins, which is `size` bytes before what was read, and the name of the member that it is. */
static void place_value(parsing *p, sts__json *value, sts__json_type type, size_t size) {
    count_lines(p, consumed(p) - size);
    memset(value, 0, sizeof *value);
    value->name = p->name.data ? p->name : (sts_bytes){NULL, 0};
    value->type = type;
    value->line = p->line;
    value->column = (uint32_t)(p->seen - p->line_start + 1);
    p->name.data = NULL;
}

/* A value has ended here. */
static void end_value(parsing *p) {
    if (p->parser->builder.depth == 0)
        p->value_end = consumed(p);
}

static sts__json *add(parsing *p, sts__json_type type, size_t size) {
    sts__json *value = need(p, sts__json_builder_add(&p->parser->builder));
    place_value(p, value, type, size);
    end_value(p);
    return value;
}

static sts_bytes need_copy(parsing *p, sts_bytes bytes) {
    sts_bytes copy = sts__arena_copy(p->arena, bytes);
    need(p, (void *)copy.data);
    return copy;
}

/* yajl hands out pieces of the text where it can, and of a buffer of its own where it had to unescape. */
static sts_bytes keep_text(parsing *p, const void *data, size_t size) {
    sts_bytes bytes = {data, size};
    const char *start = p->text.data;
    const char *at = data;
    return at >= start && at < start + p->text.size ? bytes : need_copy(p, bytes);
}

static int on_null(void *context) {
    add(context, STS__JSON_NULL, sizeof "null" - 1);
    return 1;
}

static int on_boolean(void *context, int boolean) {
    add(context, STS__JSON_BOOL, boolean ? sizeof "true" - 1 : sizeof "false" - 1)->boolean = boolean != 0;
    return 1;
}

/* Up to 15 digits are a double without rounding. */
static bool read_small_integer(const char *text, size_t size, double *number) {
    size_t sign = text[0] == '-';
    int64_t value = 0;
    if (size - sign > 15 || (sign && text[1] == '0')) /* minus zero is not an integer */
        return false;
    for (size_t i = sign; i < size; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        value = value * 10 + (text[i] - '0');
    }
    *number = (double)(sign ? -value : value);
    return true;
}

static int on_number(void *context, const char *text, size_t size) {
    parsing *p = context;
    sts__json *value = add(p, STS__JSON_NUMBER, size);
    value->text = keep_text(p, text, size);
    if (!read_small_integer(text, size, &value->number))
        value->number = sts__double_of(strtod(need_copy(p, value->text).data, NULL)); /* the copy ends in a NUL */
    return isinf(value->number) ? stop(p, "a number beyond a double") : 1;
}

static int on_string(void *context, const unsigned char *text, size_t size) {
    /* With its quotes; one with escapes is longer in the text than it is here, and stands a little further on. */
    add(context, STS__JSON_STRING, size + 2)->text = keep_text(context, text, size);
    return 1;
}

static int on_name(void *context, const unsigned char *text, size_t size) {
    parsing *p = context;
    p->name = keep_text(p, text, size);
    return 1;
}

static int begin(parsing *p, sts__json_type type) {
    sts__json value;
    place_value(p, &value, type, 1);
    p->too_deep = !sts__json_builder_begin(&p->parser->builder, &value);
    return p->too_deep ? stop(p, "nested more than 200 levels deep") : 1;
}

static int on_object(void *context) {
    return begin(context, STS__JSON_OBJECT);
}

static int on_array(void *context) {
    return begin(context, STS__JSON_ARRAY);
}

static int on_end(void *context) {
    parsing *p = context;
    switch (sts__json_builder_end(&p->parser->builder)) {
    case STS_OK:
        end_value(p);
        return 1;
    case STS_ERR_JSON:
        return stop(p, "a name that stands twice in the object that ends");
    default:
        longjmp(p->no_memory, 1);
    }
}

int sts__json_compare_names(sts_bytes a, sts_bytes b) {
    size_t shorter = a.size < b.size ? a.size : b.size;
    int order = shorter ? memcmp(a.data, b.data, shorter) : 0;
    return order ? order : (a.size > b.size) - (a.size < b.size);
}

/* By name, and by where they stand: qsort is not stable. */
static int compare_members(const void *a, const void *b) {
    const sts__json *left = a;
    const sts__json *right = b;
    int order = sts__json_compare_names(left->name, right->name);
    if (!order)
        order = (left->line > right->line) - (left->line < right->line);
    return order ? order : (left->column > right->column) - (left->column < right->column);
}

static bool is_sorted(const sts__json *members, size_t count) {
    for (size_t i = 1; i < count; i++)
        if (sts__json_compare_names(members[i - 1].name, members[i].name) >= 0)
            return false;
    return true;
}

size_t sts__json_sort_members(sts__json *members, size_t count) {
    if (is_sorted(members, count))
        return count;
    qsort(members, count, sizeof *members, compare_members);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (i + 1 == count || sts__json_compare_names(members[i].name, members[i + 1].name) != 0)
            members[kept++] = members[i];
    }
    return kept;
}

const sts__json *sts__json_member(const sts__json *object, const char *name) {
    sts_bytes wanted = {name, strlen(name)};
    if (!object || object->type != STS__JSON_OBJECT)
        return NULL;
    for (size_t i = 0; i < object->count; i++)
        if (sts__json_compare_names(object->items[i].name, wanted) == 0)
            return &object->items[i];
    return NULL;
}

/* The escape of half a pair begins here; `digits` are those that its second digit may be. Six characters are there. */
static bool is_surrogate(const char *at, const char *digits) {
    static const char hexadecimal[] = "0123456789abcdefABCDEF";
    /* a NUL is no digit: NOLINTNEXTLINE(bugprone-not-null-terminated-result) */
    return at[0] == '\\' && at[1] == 'u' && (at[2] == 'd' || at[2] == 'D') && memchr(digits, at[3], strlen(digits)) &&
           memchr(hexadecimal, at[4], sizeof hexadecimal - 1) && memchr(hexadecimal, at[5], sizeof hexadecimal - 1);
}

const char *sts__json_lone_surrogate(sts_bytes text) {
    const char *end = (const char *)text.data + text.size;
    const char *at = text.data;
    while ((at = memchr(at, '\\', (size_t)(end - at))) && end - at >= 6) {
        bool paired = end - at >= 12 && is_surrogate(at, "89abAB") && is_surrogate(at + 6, "cdefCDEF");
        if (!paired && is_surrogate(at, "89abcdefABCDEF"))
            return at;
        at += paired ? 12 : 2;
    }
    return NULL;
}

/* yajl takes them for white space, which they are not: the place of the first one; else NULL. */
static const char *odd_space(sts_bytes text) {
    const char *tab = memchr(text.data, '\v', text.size);
    const char *feed = memchr(text.data, '\f', tab ? (size_t)(tab - (const char *)text.data) : text.size);
    return feed ? feed : tab;
}

static sts_status fault_at(parsing *p, sts_status status, size_t offset, const char *what, sts__fault *fault) {
    count_lines(p, offset);
    return sts__fault_set_at(fault, status, (int64_t)offset, "line %u, column %u: %s", (unsigned)p->line,
                             (unsigned)((const char *)p->text.data + offset - p->line_start + 1), what);
}

/* yajl's message, without the piece of the text that it could show: that may be a secret. */
static sts_status yajl_fault(parsing *p, sts__fault *fault) {
    unsigned char *message = yajl_get_error(p->handle, 0, p->text.data, p->text.size);
    char what[128];
    snprintf(what, sizeof what, "%s", (const char *)message);
    what[strcspn(what, "\n")] = '\0';
    return fault_at(p, STS_ERR_JSON, consumed(p), what, fault);
}

/* RFC 8259, section 2. */
static bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* What follows the value: white space alone. yajl does not mind a word or a string there that is not finished. */
static sts_status check_rest(parsing *p, sts__fault *fault) {
    const char *text = p->text.data;
    size_t at = p->value_end;
    if (p->parser->builder.pending_count != 1)
        return fault_at(p, STS_ERR_JSON, p->text.size, "no value", fault);
    while (at < p->text.size && is_space(text[at]))
        at++;
    return at == p->text.size ? STS_OK : fault_at(p, STS_ERR_JSON, at, "parse error: trailing garbage", fault);
}

static sts_status run(parsing *p, sts__fault *fault) {
    static const yajl_callbacks callbacks = {on_null,   on_boolean, NULL,   NULL,     on_number, on_string,
                                             on_object, on_name,    on_end, on_array, on_end};
    yajl_alloc_funcs functions = {yajl_allocate, yajl_resize, yajl_release, p};
    if (setjmp(p->no_memory))
        return sts__fault_no_memory(fault);
    p->handle = yajl_alloc(&callbacks, &functions, p);
    yajl_config(p->handle, yajl_dont_validate_strings, 1); /* the whole text was looked at before */
    yajl_status status = yajl_parse(p->handle, p->text.data, p->text.size);
    p->at_end = status == yajl_status_ok;
    if (p->at_end)
        status = yajl_complete_parse(p->handle);
    if (p->wrong)
        return fault_at(p, p->too_deep ? STS_ERR_TOO_DEEP : STS_ERR_JSON, consumed(p), p->wrong, fault);
    if (status != yajl_status_ok)
        return yajl_fault(p, fault);
    return check_rest(p, fault);
}

void sts__json_parser_init(sts__json_parser *parser, const sts__memory *memory) {
    sts__arena_init(&parser->scratch, memory);
    sts__json_builder_init(&parser->builder, &parser->scratch);
}

void sts__json_parser_clear(sts__json_parser *parser) {
    parser->builder.arena = &parser->scratch;
    sts__json_builder_clear(&parser->builder);
    sts__arena_clear(&parser->scratch);
}

/* Numbers are read with a decimal point, whatever the host's locale has. */
static sts_status run_in_c_locale(parsing *p, sts__fault *fault) {
    locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    locale_t old = uselocale(c);
    sts_status status = run(p, fault);
    uselocale(old);
    freelocale(c);
    return status;
}

sts_status sts__json_parser_run(sts__json_parser *parser, sts__arena *arena, sts_bytes text, const sts__json **value,
                                sts__fault *fault) {
    if (!text.size)
        return sts__fault_set_at(fault, STS_ERR_JSON, 0, "line 1, column 1: no value");
    parsing p = {.arena = arena, .parser = parser, .text = text, .seen = text.data, .line = 1, .line_start = text.data};
    size_t valid = sts__utf8_valid_size(text);
    if (valid < text.size)
        return fault_at(&p, STS_ERR_UTF8, valid, "not UTF-8", fault);
    const char *alone = sts__json_lone_surrogate(text); /* yajl reads it as a question mark */
    if (alone)
        return fault_at(&p, STS_ERR_JSON, (size_t)(alone - (const char *)text.data), "half a surrogate pair", fault);
    const char *odd = odd_space(text);
    if (odd)
        return fault_at(&p, STS_ERR_JSON, (size_t)(odd - (const char *)text.data), "a control character", fault);
    sts__arena_reset(&parser->scratch);
    sts__json_builder_reset(&parser->builder);
    parser->builder.arena = arena;
    sts_status status = run_in_c_locale(&p, fault);
    if (status != STS_OK)
        return status;
    sts__json *root = sts__arena_new(arena, sizeof *root);
    if (!root)
        return sts__fault_no_memory(fault);
    *root = parser->builder.pending[0];
    *value = root;
    return STS_OK;
}

sts_status sts__json_parse(sts__arena *arena, sts_bytes text, const sts__json **value, sts__fault *fault) {
    sts__json_parser parser;
    sts__json_parser_init(&parser, arena->memory);
    sts_status status = sts__json_parser_run(&parser, arena, text, value, fault);
    sts__json_parser_clear(&parser);
    return status;
}
