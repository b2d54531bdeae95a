/* SPDX-License-Identifier: Apache-2.0 */
#include "yaml_out.h"

#include <stdio.h>
#include <string.h>

/* Whether a text can stand without quotes, and is read as this text. */
static bool is_plain(const char *text) {
    static const char *const nulls[] = {"null", "Null", "NULL"};
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    size_t size = strlen(text);
    if (size == 0 || !strchr(letters, text[0]) || !strchr(letters, text[size - 1]))
        return false;
    for (size_t i = 0; i < sizeof nulls / sizeof *nulls; i++) {
        if (strcmp(text, nulls[i]) == 0)
            return false;
    }
    for (size_t i = 0; i < size; i++) {
        if (!strchr(letters, text[i]) && !strchr("_-./:,", text[i]))
            return false;
    }
    return true;
}

static void print_quoted(const char *text, bool has_references) {
    putchar('"');
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\')
            printf("\\%c", c);
        else if (c == '$' && !has_references)
            fputs("$$", stdout);
        else if (c < ' ' || c == 0x7f)
            printf("\\x%02x", c);
        else
            putchar(c);
    }
    putchar('"');
}

void yaml_out(const char *name, const char *value, bool has_references, const char *comment) {
    if (is_plain(name))
        fputs(name, stdout);
    else
        print_quoted(name, true);
    fputs(": ", stdout);
    if (is_plain(value))
        fputs(value, stdout);
    else
        print_quoted(value, has_references);
    if (comment)
        printf("  # %s", comment);
    putchar('\n');
}
