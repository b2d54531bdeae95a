/* SPDX-License-Identifier: Apache-2.0 */
#include "ottl/characters.h"

#include <string.h>
#include <utf8proc.h>

#include "base/utf8.h"

enum { REPLACEMENT = 0xfffd };

static sts_bytes behind(sts_bytes text, size_t size) {
    sts_bytes rest = {(const uint8_t *)text.data + size, text.size - size};
    return rest;
}

size_t sts__characters_first(sts_bytes text, int32_t *character) {
    utf8proc_int32_t read;
    utf8proc_ssize_t limit = text.size < 4 ? (utf8proc_ssize_t)text.size : 4;
    utf8proc_ssize_t size = utf8proc_iterate(text.data, limit, &read);
    *character = size > 0 ? (int32_t)read : REPLACEMENT;
    return size > 0 ? (size_t)size : 1;
}

static int32_t lower(int32_t c) {
    return utf8proc_tolower(c);
}

/* Unicode's simple mapping has no capital for the sharp s; utf8proc has one. */
static int32_t upper(int32_t c) {
    return c == 0xdf ? c : utf8proc_toupper(c);
}

static bool change(sts__arena *arena, sts_bytes text, int32_t (*map)(int32_t), sts_bytes *changed) {
    uint8_t *buffer = sts__arena_new(arena, 3 * text.size + 1); /* one byte becomes three at most */
    size_t size = 0;
    if (!buffer)
        return false;
    while (text.size) {
        int32_t character;
        size_t width = sts__characters_first(text, &character);
        size += (size_t)utf8proc_encode_char(map(character), buffer + size);
        text = behind(text, width);
    }
    *changed = (sts_bytes){buffer, size};
    return true;
}

bool sts__characters_lower(sts__arena *arena, sts_bytes text, sts_bytes *changed) {
    return change(arena, text, lower, changed);
}

bool sts__characters_upper(sts__arena *arena, sts_bytes text, sts_bytes *changed) {
    return change(arena, text, upper, changed);
}

static bool contains(sts_bytes characters, int32_t wanted) {
    while (characters.size) {
        int32_t character;
        size_t width = sts__characters_first(characters, &character);
        if (character == wanted)
            return true;
        characters = behind(characters, width);
    }
    return false;
}

/* The last character's size, and which it is. */
static size_t last(sts_bytes text, int32_t *character) {
    for (size_t width = 1; width <= 4 && width <= text.size; width++)
        if (sts__characters_first(behind(text, text.size - width), character) == width && *character != REPLACEMENT)
            return width;
    sts_bytes three = behind(text, text.size < 3 ? 0 : text.size - 3);
    *character = REPLACEMENT;
    return three.size == 3 && memcmp(three.data, "\xef\xbf\xbd", 3) == 0 ? 3 : 1;
}

sts_bytes sts__characters_trim(sts_bytes text, sts_bytes cut) {
    int32_t character;
    size_t width;
    while (text.size && (width = sts__characters_first(text, &character), contains(cut, character)))
        text = behind(text, width);
    while (text.size && (width = last(text, &character), contains(cut, character)))
        text.size -= width;
    return text;
}

/* --- as the package strcase, byte by byte --- */

static bool is_low(char c) {
    return c >= 'a' && c <= 'z';
}

static bool is_cap(char c) {
    return c >= 'A' && c <= 'Z';
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_separator(char c) {
    return c == '_' || c == ' ' || c == '-' || c == '.';
}

static const sts_bytes white_space = {"\t\n\v\f\r \xc2\x85\xc2\xa0\xe1\x9a\x80\xe2\x80\x80\xe2\x80\x81\xe2\x80\x82"
                                      "\xe2\x80\x83\xe2\x80\x84\xe2\x80\x85\xe2\x80\x86\xe2\x80\x87\xe2\x80\x88"
                                      "\xe2\x80\x89\xe2\x80\x8a\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xaf\xe2\x81\x9f"
                                      "\xe3\x80\x80",
                                      6 + 2 + 2 + 3 * 17};

bool sts__characters_camel(sts__arena *arena, sts_bytes text, sts_bytes *changed) {
    text = sts__characters_trim(text, white_space);
    const char *from = text.data;
    char *buffer = sts__arena_new(arena, text.size + 1);
    size_t size = 0;
    bool begin = true;
    bool before_is_cap = false;
    if (!buffer)
        return false;
    for (size_t i = 0; i < text.size; i++) {
        char c = from[i];
        bool cap = is_cap(c);
        bool letter = cap || is_low(c);
        if (begin && is_low(c))
            c = (char)(c - 'a' + 'A');
        else if (!begin && before_is_cap && cap)
            c = (char)(c - 'A' + 'a');
        before_is_cap = cap;
        if (letter || is_digit(c))
            buffer[size++] = c;
        begin = letter ? false : is_digit(c) || is_separator(c);
    }
    *changed = (sts_bytes){buffer, size};
    return true;
}

/* Whether the kind of character changes behind `c`, so that a word may end. */
static bool word_changes(char c, char next) {
    return (is_cap(c) && (is_low(next) || is_digit(next))) || (is_low(c) && (is_cap(next) || is_digit(next))) ||
           (is_digit(c) && (is_cap(next) || is_low(next)));
}

bool sts__characters_snake(sts__arena *arena, sts_bytes text, sts_bytes *changed) {
    text = sts__characters_trim(text, white_space);
    const char *from = text.data;
    char *buffer = sts__arena_new(arena, 3 * text.size + 1);
    size_t size = 0;
    if (!buffer)
        return false;
    for (size_t i = 0; i < text.size; i++) {
        char c = from[i];
        char next = i + 1 < text.size ? from[i + 1] : '\0';
        char low = is_cap(c) ? (char)(c - 'A' + 'a') : c;
        bool changes = word_changes(c, next);
        if (changes && is_cap(c) && is_low(next) && i > 0 && is_cap(from[i - 1]))
            buffer[size++] = '_';
        buffer[size++] = is_separator(c) ? '_' : low;
        if (changes && (is_low(c) || is_digit(c) || is_digit(next)))
            buffer[size++] = '_';
    }
    *changed = (sts_bytes){buffer, size};
    return true;
}
