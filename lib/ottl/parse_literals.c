/* SPDX-License-Identifier: Apache-2.0
 *
 * Parsing of what is written down as it is: texts, bytes, numbers, lists, maps, names of severities. */
#include <string.h>
#include <utf8proc.h>

#include "base/number.h"
#include "ottl/characters.h"
#include "ottl/contexts.h"
#include "ottl/parser.h"

/* The digits of an escape; -1 where there are too few. */
static int64_t escape_digits(const char *at, const char *end, int count, int base) {
    int64_t number = -1;
    sts_bytes digits = {at, (size_t)count};
    if (end - at < count || *at == '+' || *at == '-' || sts__ottl_parse_int(digits, base, &number))
        return -1;
    return number;
}

/* The character of an escape behind its backslash, by Go's strconv.UnquoteChar; -1: there is no such escape. */
static int64_t escape(const char **at, const char *end) {
    static const char names[] = "abfnrtv\\\"";
    static const char characters[] = "\a\b\f\n\r\t\v\\\"";
    static const struct {
        char name;
        int digits;
    } codes[] = {{'x', 2}, {'u', 4}, {'U', 8}};
    char c = *(*at)++;
    const char *name = c ? strchr(names, c) : NULL;
    if (name)
        return characters[name - names];
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        if (c != codes[i].name)
            continue;
        int64_t code = escape_digits(*at, end, codes[i].digits, 16);
        *at += codes[i].digits;
        return code > 0x10ffff || (code >= 0xd800 && code < 0xe000) ? -1 : code;
    }
    int64_t code = c >= '0' && c <= '7' ? escape_digits(*at - 1, end, 3, 8) : -1;
    *at += 2;
    return code > 255 ? -1 : code;
}

sts__ottl_node *sts__ottl_parse_string(sts__ottl_parser *parser) {
    sts__ottl_token token = parser->token;
    const char *at = token.start + 1;
    const char *end = token.start + token.size - 1;
    char *buffer = sts__arena_new(&parser->set->arena, 3 * token.size);
    size_t size = 0;
    if (!buffer)
        return sts__ottl_parser_no_memory(parser);
    while (at < end) {
        const char *start = at;
        int32_t plain;
        int64_t character;
        if (*at == '\\') {
            at++;
            character = escape(&at, end);
        } else {
            at += sts__characters_first((sts_bytes){at, (size_t)(end - at)}, &plain);
            character = plain;
        }
        if (character < 0)
            return sts__ottl_parser_fail(parser, start, "there is no such escape");
        size += (size_t)utf8proc_encode_char((utf8proc_int32_t)character, (uint8_t *)buffer + size);
    }
    sts__ottl_parser_next(parser);
    return sts__ottl_parser_literal(parser, token.start, sts__ottl_string((sts_bytes){buffer, size}));
}

sts__ottl_node *sts__ottl_parse_bytes(sts__ottl_parser *parser) {
    sts__ottl_token token = parser->token;
    size_t size = (token.size - 2) / 2;
    char *buffer = sts__arena_new(&parser->set->arena, size + 1);
    if (token.size % 2)
        return sts__ottl_parser_fail(parser, token.start, "bytes have an even number of digits");
    if (!buffer)
        return sts__ottl_parser_no_memory(parser);
    for (size_t i = 0; i < size; i++)
        buffer[i] = (char)escape_digits(token.start + 2 + 2 * i, token.start + token.size, 2, 16);
    sts__ottl_parser_next(parser);
    return sts__ottl_parser_literal(parser, token.start,
                                    (sts__ottl_value){.type = STS__OTTL_BYTES, .as.bytes = {buffer, size}});
}

/* Children grow in the arena; at most as many as a spec has characters. */
static sts__ottl_node *add_child(sts__ottl_parser *parser, sts__ottl_node *node, sts__ottl_node *child) {
    sts__ottl_node **grown =
        sts__arena_list_grown(&parser->set->arena, node->children, node->child_count, sizeof *grown);
    if (!grown)
        return sts__ottl_parser_no_memory(parser);
    node->children = grown;
    grown[node->child_count++] = child;
    return node;
}

sts__ottl_node *sts__ottl_parse_items(sts__ottl_parser *parser, const char *start, const char *end) {
    sts__ottl_node *list = sts__ottl_parser_node(parser, start, 0);
    sts__ottl_node *item;
    if (!list)
        return NULL;
    while (!sts__ottl_parser_at(parser, end)) {
        if (list->child_count && !sts__ottl_parser_expect(parser, ","))
            return NULL;
        if (!(item = sts__ottl_parse_value(parser)) || !add_child(parser, list, item))
            return NULL;
    }
    sts__ottl_parser_next(parser);
    sts__ottl_parser_end_node(parser, list);
    list->evaluate = sts__ottl_evaluate_list;
    list->is_list = true;
    sts__ottl_parser_raise_level(list);
    return list;
}

/* Of items with one name the last counts. */
static sts__ottl_node *add_item(sts__ottl_parser *parser, sts__ottl_node *map, sts__ottl_node *name,
                                sts__ottl_node *value) {
    for (uint32_t i = 0; i < map->child_count; i += 2) {
        if (sts__ottl_same_bytes(map->children[i]->literal.as.bytes, name->literal.as.bytes)) {
            map->children[i + 1] = value;
            return map;
        }
    }
    return add_child(parser, map, name) ? add_child(parser, map, value) : NULL;
}

/* Behind the brace. OTTL lets the comma between items be left out. */
sts__ottl_node *sts__ottl_parse_map(sts__ottl_parser *parser, const char *start) {
    sts__ottl_node *map = sts__ottl_parser_node(parser, start, 0);
    if (!map)
        return NULL;
    while (!sts__ottl_parser_at(parser, "}")) {
        sts__ottl_node *name;
        sts__ottl_node *value;
        if (parser->token.type != STS__OTTL_TEXT)
            return sts__ottl_parser_fail(parser, parser->token.start, "expected a name in quotes, or }");
        if (!(name = sts__ottl_parse_string(parser)) || !sts__ottl_parser_expect(parser, ":") ||
            !(value = sts__ottl_parse_value(parser)) || !add_item(parser, map, name, value))
            return NULL;
        if (sts__ottl_parser_at(parser, ","))
            sts__ottl_parser_next(parser);
    }
    sts__ottl_parser_next(parser);
    sts__ottl_parser_end_node(parser, map);
    map->evaluate = sts__ottl_evaluate_map;
    sts__ottl_parser_raise_level(map);
    return map;
}

sts__ottl_node *sts__ottl_parse_number(sts__ottl_parser *parser) {
    sts__ottl_token token = parser->token;
    sts_bytes text = {token.start, token.size};
    sts__ottl_value value = sts__ottl_integer(0);
    bool good;
    if (token.type == STS__OTTL_FLOAT) {
        sts_bytes copy = sts__arena_copy(&parser->set->arena, text);
        if (!copy.data)
            return sts__ottl_parser_no_memory(parser);
        value.type = STS__OTTL_DOUBLE;
        good = sts__double_parse(copy, &value.as.number);
    } else {
        good = !sts__ottl_parse_int(text, 10, &value.as.integer);
    }
    if (!good)
        return sts__ottl_parser_fail(parser, token.start, "the number is too large");
    sts__ottl_parser_next(parser);
    return sts__ottl_parser_literal(parser, token.start, value);
}

sts__ottl_node *sts__ottl_parse_word(sts__ottl_parser *parser) {
    const char *start = parser->token.start;
    sts__ottl_value value = {.type = STS__OTTL_NIL};
    if (!sts__ottl_parser_at(parser, "nil"))
        value = sts__ottl_boolean(sts__ottl_parser_at(parser, "true"));
    sts__ottl_parser_next(parser);
    return sts__ottl_parser_literal(parser, start, value);
}

sts__ottl_node *sts__ottl_parse_enum(sts__ottl_parser *parser) {
    sts__ottl_token token = parser->token;
    int64_t number;
    if (!sts__ottl_enum(parser->set->signal, (sts_bytes){token.start, token.size}, &number))
        return sts__ottl_parser_fail(
            parser, token.start,
            "no such name; there are SEVERITY_NUMBER_INFO and others like it, and functions need parentheses");
    sts__ottl_parser_next(parser);
    return sts__ottl_parser_literal(parser, token.start, sts__ottl_integer(number));
}
