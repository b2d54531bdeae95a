/* SPDX-License-Identifier: Apache-2.0 */
#include "exporter/settings.h"

#include <string.h>

#include "base/arena.h"
#include "base/utf8.h"
#include "exporter/options_table.h"
#include "exporter/settings_reference.h"
#include "exporter/settings_scalar.h"

/* No honest file of options comes near. */
enum { MAX_DEPTH = 16, MAX_SETTINGS = 1000 };

/* Names that stand in one column. */
typedef struct level {
    size_t column;
    const char *prefix; /* of its names: "tls.", or "" */
} level;

typedef struct setting {
    const char *name;
    const char *value;
    size_t line;
} setting;

typedef struct reading {
    const char *at;
    const char *end;
    size_t line;
    const sts__memory *memory;
    sts__arena arena; /* all that is found */
    setting *settings;
    size_t count;
    level levels[MAX_DEPTH];
    size_t depth;
    const char *open; /* the name of the line before, that had no value: a map or a list may follow */
    size_t open_line;
    sts__text items; /* of a list that follows it, */
    size_t item_count;
    size_t items_column;
    sts__fault *fault;
} reading;

static sts_status wrong(const reading *r, const char *text) {
    return sts__fault_set(r->fault, STS_ERR_CONFIG, "%s", text);
}

static const char *copied(reading *r, const char *text, size_t size) {
    return sts__arena_copy(&r->arena, (sts_bytes){text, size}).data;
}

static sts_status add(reading *r, const char *name, const char *value, size_t line) {
    if (!name || !value)
        return sts__fault_no_memory(r->fault);
    for (size_t i = 0; i < r->count; i++) {
        if (strcmp(r->settings[i].name, name) == 0)
            return sts__fault_set(r->fault, STS_ERR_CONFIG, "%.*s%s is there twice; the first time in line %zu",
                                  STS__NAME(name), r->settings[i].line);
    }
    setting *settings = sts__arena_list_grown(&r->arena, r->settings, r->count, sizeof *settings);
    if (!settings)
        return sts__fault_no_memory(r->fault);
    if (r->count == MAX_SETTINGS)
        return wrong(r, "there are more options than any exporter has");
    r->settings = settings;
    settings[r->count++] = (setting){name, value, line};
    return STS_OK;
}

/* --- lines --- */

/* The next line, without its end; false at the end of the text. */
static bool next_line(reading *r, sts__line_rest *line) {
    if (r->at == r->end)
        return false;
    const char *feed = memchr(r->at, '\n', (size_t)(r->end - r->at));
    line->at = r->at;
    line->end = feed ? feed : r->end;
    r->at = feed ? feed + 1 : r->end;
    line->end -= line->end > line->at && line->end[-1] == '\r';
    r->line++;
    return true;
}

/* Whether it is empty, or a comment. */
static bool says_nothing(const sts__line_rest *line) {
    sts__line_rest rest = *line;
    sts__line_skip_blanks(&rest);
    return rest.at == rest.end || *rest.at == '#';
}

static bool is_name_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || strchr("_.-/", c);
}

static size_t name_size(const sts__line_rest *rest) {
    size_t size = 0;
    while (rest->at + size < rest->end && rest->at[size] && is_name_character(rest->at[size]))
        size++;
    return size;
}

/* Whether a line is NAME=VALUE; behind the = then. */
static bool take_assignment(sts__line_rest *rest, const char **name, size_t *size) {
    sts__line_skip_blanks(rest);
    *name = rest->at;
    *size = name_size(rest);
    rest->at += *size;
    sts__line_skip_blanks(rest);
    if (!*size || rest->at == rest->end || *rest->at != '=')
        return false;
    rest->at++;
    return true;
}

/* --- NAME=VALUE --- */

static sts_status read_assignment(reading *r, sts__line_rest *line) {
    const char *name;
    size_t size;
    if (!take_assignment(line, &name, &size))
        return wrong(r, "this is not NAME=VALUE, as the lines before it are");
    sts__line_skip_blanks(line);
    while (line->end > line->at && (line->end[-1] == ' ' || line->end[-1] == '\t'))
        line->end--;
    return add(r, copied(r, name, size), copied(r, line->at, (size_t)(line->end - line->at)), r->line);
}

/* --- YAML --- */

static const sts__option_row *row_of(const char *name) {
    size_t index = sts__option_find(name);
    return index == SIZE_MAX ? NULL : sts__option_row_at(index);
}

/* A name without a value, and nothing below it: the default stays. */
static sts_status add_nothing(reading *r, const char *name, size_t line) {
    /* The collector turns TLS on where a block tls is, even an empty one. */
    return strcmp(name, "tls") == 0 ? add(r, "tls.enabled", "true", line) : STS_OK;
}

static sts_status add_list(reading *r, const char *name, const sts__text *items, size_t line) {
    const sts__option_row *row = row_of(name);
    bool is_list = !row || row->type == STS__OPTION_LIST || row->type == STS__OPTION_ADDRESSES;
    if (items->failed)
        return sts__fault_no_memory(r->fault);
    if (!is_list)
        return sts__fault_set(r->fault, STS_ERR_CONFIG, "%.*s%s takes one value, and not a list", STS__NAME(name));
    return add(r, name, copied(r, sts__text_get(items), items->size), line);
}

/* Ends what the name before had been left open for. */
static sts_status close_open(reading *r) {
    const char *name = r->open;
    r->open = NULL;
    if (!name)
        return STS_OK;
    sts_status status = r->item_count ? add_list(r, name, &r->items, r->open_line) : add_nothing(r, name, r->open_line);
    sts__text_clear(&r->items);
    r->item_count = 0;
    return status;
}

/* The next value, with what it refers to. `value` is made here, and to be cleared whatever is returned. */
static sts_status read_scalar(reading *r, sts__line_rest *rest, bool in_brackets, sts__text *value, bool *is_null) {
    sts__scalar scalar;
    *is_null = false;
    sts__text_init(value, r->memory);
    sts_status status = sts__scalar_read(rest, in_brackets, r->memory, &scalar, r->fault);
    if (status == STS_OK)
        status = sts__references_resolve(sts__text_get(&scalar.text), value, is_null, r->fault);
    *is_null = *is_null || (status == STS_OK && scalar.is_null);
    sts__text_clear(&scalar.text);
    return status;
}

/* Adds the next value to a list's text. */
static sts_status read_item(reading *r, sts__line_rest *rest, bool in_brackets, sts__text *items, size_t count) {
    sts__text value;
    bool is_null;
    sts_status status = read_scalar(r, rest, in_brackets, &value, &is_null);
    if (status == STS_OK && (is_null || !value.size || strchr(value.data, ',')))
        status = wrong(r, "an item of a list is empty, or holds a comma, which separates items");
    if (status == STS_OK && count)
        sts__text_append(items, ",", 1);
    if (status == STS_OK)
        sts__text_append(items, value.data, value.size);
    sts__text_clear(&value);
    return status;
}

/* [a, b] on one line, at the bracket. */
static sts_status read_brackets(reading *r, const char *name, sts__line_rest *rest) {
    sts__text items;
    sts_status status = STS_OK;
    size_t count = 0;
    sts__text_init(&items, r->memory);
    rest->at++;
    sts__line_skip_blanks(rest);
    while (status == STS_OK && rest->at < rest->end && *rest->at != ']') {
        status = read_item(r, rest, true, &items, count++);
        sts__line_skip_blanks(rest);
        bool more = status == STS_OK && rest->at < rest->end && *rest->at == ',';
        rest->at += more;
        sts__line_skip_blanks(rest);
        if (status == STS_OK && !more && !(rest->at < rest->end && *rest->at == ']'))
            status = wrong(r, "the list is not closed in this line");
    }
    if (status == STS_OK && rest->at == rest->end)
        status = wrong(r, "the list is not closed in this line");
    rest->at += status == STS_OK;
    if (status == STS_OK && !sts__line_is_over(rest))
        status = wrong(r, "something stands behind the list");
    if (status == STS_OK)
        status = add_list(r, name, &items, r->line);
    sts__text_clear(&items);
    return status;
}

static sts_status read_value(reading *r, const char *name, sts__line_rest *rest) {
    const sts__option_row *row = row_of(name);
    sts__text value;
    bool is_null;
    sts_status status = read_scalar(r, rest, false, &value, &is_null);
    if (status == STS_OK && is_null)
        status = add_nothing(r, name, r->line);
    else if (status == STS_OK)
        status = add(r, row ? row->name : name, copied(r, sts__text_get(&value), value.size), r->line);
    sts__text_clear(&value);
    return status;
}

/* The name that a line begins with, up to its colon. */
static sts_status read_name(reading *r, sts__line_rest *rest, const char **name) {
    const char *prefix = r->levels[r->depth - 1].prefix;
    sts__scalar quoted;
    sts__text whole;
    sts_status status = STS_OK;
    sts__text_init(&whole, r->memory);
    sts__text_append(&whole, prefix, strlen(prefix));
    if (*rest->at == '"' || *rest->at == '\'') {
        status = sts__scalar_read(rest, true, r->memory, &quoted, r->fault);
        sts__text_append(&whole, sts__text_get(&quoted.text), quoted.text.size);
        sts__text_clear(&quoted.text);
    } else {
        size_t size = name_size(rest);
        sts__text_append(&whole, rest->at, size);
        rest->at += size;
    }
    bool has_colon = rest->at < rest->end && *rest->at == ':' &&
                     (rest->at + 1 == rest->end || rest->at[1] == ' ' || rest->at[1] == '\t');
    if (status == STS_OK && (!has_colon || whole.size == strlen(prefix)))
        status = wrong(r, "this is not \"name: value\"; values over several lines are not read here");
    *name = copied(r, sts__text_get(&whole), whole.size);
    if (status == STS_OK && (whole.failed || !*name))
        status = sts__fault_no_memory(r->fault);
    sts__text_clear(&whole);
    rest->at += status == STS_OK;
    return status;
}

/* Goes to the level of a name in that column: a new one below the name before, or one of those around it. */
static sts_status enter_column(reading *r, size_t column) {
    if (r->depth == 0) {
        r->levels[r->depth++] = (level){column, ""};
        return STS_OK;
    }
    bool is_below = column > r->levels[r->depth - 1].column;
    if (is_below && (!r->open || r->item_count))
        return wrong(r, "this is indented further than the line before, which has a value already");
    if (is_below && r->depth == MAX_DEPTH)
        return wrong(r, "names are nested too deep");
    if (is_below) {
        size_t size = strlen(r->open);
        char *prefix = sts__arena_alloc(&r->arena, size + 2);
        if (!prefix)
            return sts__fault_no_memory(r->fault);
        memcpy(prefix, r->open, size);
        memcpy(prefix + size, ".", 2);
        r->levels[r->depth++] = (level){column, prefix};
        r->open = NULL; /* what follows is its content */
        return STS_OK;
    }
    while (r->depth > 1 && r->levels[r->depth - 1].column > column)
        r->depth--;
    if (r->levels[r->depth - 1].column != column)
        return wrong(r, "no name above is indented like this one");
    return close_open(r);
}

/* A line "- value". */
static sts_status read_dash(reading *r, sts__line_rest *rest, size_t column) {
    bool fits = r->open && column >= r->levels[r->depth - 1].column && (!r->item_count || column == r->items_column);
    if (!fits)
        return wrong(r, "there is no list here for this item to be part of");
    rest->at++;
    r->items_column = column;
    return read_item(r, rest, false, &r->items, r->item_count++);
}

static sts_status read_line(reading *r, sts__line_rest *line) {
    sts__line_rest rest = *line;
    const char *name;
    while (rest.at < rest.end && *rest.at == ' ')
        rest.at++;
    size_t column = (size_t)(rest.at - line->at);
    if (*rest.at == '-' && (rest.at + 1 == rest.end || rest.at[1] == ' '))
        return read_dash(r, &rest, column);
    sts_status status = enter_column(r, column);
    if (status == STS_OK)
        status = read_name(r, &rest, &name);
    if (status != STS_OK)
        return status;
    sts__line_rest value = rest;
    sts__line_skip_blanks(&value);
    if (sts__line_is_over(&rest)) {
        r->open = name;
        r->open_line = r->line;
        return STS_OK;
    }
    if (*value.at == '[')
        return read_brackets(r, name, &value);
    return read_value(r, name, &value);
}

/* --- the whole --- */

/* What YAML takes for a line's end, or for nothing at all, and people cannot see. */
static sts_status check_characters(reading *r) {
    const unsigned char *at = (const unsigned char *)r->at, *end = (const unsigned char *)r->end;
    if (!sts__utf8_is_valid((sts_bytes){r->at, (size_t)(r->end - r->at)}))
        return wrong(r, "the file is not UTF-8");
    for (size_t line = 1; at < end; at++) {
        bool is_control = (*at < ' ' && !strchr("\t\n\r", *at)) || *at == 0 || *at == 0x7f;
        bool is_c1 = at + 1 < end && at[0] == 0xc2 && at[1] < 0xa0;
        bool is_separator = at + 2 < end && at[0] == 0xe2 && at[1] == 0x80 && (at[2] == 0xa8 || at[2] == 0xa9);
        bool is_lone_return = *at == '\r' && at + 1 < end && at[1] != '\n';
        r->line = line;
        if (is_control || is_c1 || is_separator || is_lone_return)
            return wrong(r, "there is a control character here; in double quotes it can be written as \\x..");
        line += *at == '\n';
    }
    r->line = 0;
    return STS_OK;
}

/* Whether the first line that says something is NAME=VALUE. */
static bool is_of_assignments(const reading *r) {
    reading ahead = *r;
    sts__line_rest line;
    const char *name;
    size_t size;
    while (next_line(&ahead, &line)) {
        if (!says_nothing(&line))
            return take_assignment(&line, &name, &size);
    }
    return false;
}

static sts_status read_assignments(reading *r) {
    sts_status status = STS_OK;
    sts__line_rest line;
    while (status == STS_OK && next_line(r, &line)) {
        if (!says_nothing(&line))
            status = read_assignment(r, &line);
    }
    return status;
}

static sts_status read_yaml(reading *r) {
    sts_status status = STS_OK;
    bool has_begun = false;
    sts__line_rest line;
    while (status == STS_OK && next_line(r, &line)) {
        bool is_marker = line.end - line.at == 3 && memcmp(line.at, "---", 3) == 0;
        if (memchr(line.at, '\t', (size_t)(line.end - line.at)))
            return wrong(r,
                         "there is a tab here, which YAML allows in few places: use spaces, and \\t in double quotes");
        if (says_nothing(&line) || (is_marker && !has_begun))
            continue;
        has_begun = true;
        status = read_line(r, &line);
    }
    return status == STS_OK ? close_open(r) : status;
}

static sts_status read_all(reading *r) {
    sts_status status = check_characters(r);
    if (status != STS_OK)
        return status;
    return is_of_assignments(r) ? read_assignments(r) : read_yaml(r);
}

static sts_status set_all(const reading *r, sts_options *options, const char *file, sts__text *faults) {
    sts_status worst = STS_OK;
    for (size_t i = 0; i < r->count; i++) {
        sts__fault why;
        sts_status status = sts__options_set(options, r->settings[i].name, r->settings[i].value, &why);
        if (status == STS_ERR_NO_MEMORY)
            return status;
        if (status == STS_OK)
            continue;
        sts__faults_add(faults, "%s:%zu: %s", file, r->settings[i].line, why.text);
        worst = STS_ERR_CONFIG;
    }
    return worst;
}

sts_status sts__settings_read(sts_options *options, const char *file, sts_bytes text, sts__text *faults) {
    static const char mark[] = "\xef\xbb\xbf";
    sts__fault fault;
    reading r = {.at = text.data ? text.data : "", .memory = options->memory, .fault = &fault};
    r.end = r.at + text.size;
    if (text.size >= 3 && memcmp(r.at, mark, 3) == 0)
        r.at += 3;
    sts__arena_init(&r.arena, options->memory);
    sts__text_init(&r.items, options->memory);
    sts_status status = read_all(&r);
    if (status == STS_OK)
        status = set_all(&r, options, file, faults);
    else if (status != STS_ERR_NO_MEMORY)
        sts__faults_add(faults, "%s:%zu: %s", file, r.line, fault.text);
    sts__text_clear(&r.items);
    sts__arena_clear(&r.arena);
    return faults->failed ? STS_ERR_NO_MEMORY : status;
}
