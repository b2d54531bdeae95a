/* SPDX-License-Identifier: Apache-2.0 */
#include "spec_hint.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const char name_signs[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-";

enum { LONGEST = 100 };

/* attributes.user, where a name stands in brackets. */
static bool is_dotted(const char *spec, char *text, size_t size) {
    static const char word[] = "attributes.";
    const char *found = strstr(spec, word);
    if (!found)
        return false;
    const char *name = found + sizeof word - 1, *path = found;
    size_t length = strspn(name, name_signs);
    while (path > spec && strchr(name_signs, path[-1]))
        path--;
    if (length == 0 || length > LONGEST || found - path > LONGEST)
        return false;
    snprintf(text, size, "names of attributes go in brackets: %.*s[\"%.*s\"]", (int)(name - 1 - path), path,
             (int)length, name);
    return true;
}

/* Where the spec has the path that the error says is unknown, and its length; NULL: the error is another, or knows
 * better what was meant. */
static const char *unknown_path(const char *spec, const char *error, size_t *length) {
    static const char words[] = "there is no path ";
    char name[LONGEST + 1];
    const char *found = strstr(error, words);
    if (!found || strstr(error, "did you mean") || strstr(error, "it would do as"))
        return NULL;
    found += sizeof words - 1;
    *length = strspn(found, name_signs);
    if (*length == 0 || *length > LONGEST)
        return NULL;
    snprintf(name, sizeof name, "%.*s", (int)*length, found);
    return strstr(spec, name);
}

/* The name in front of the parenthesis that the place is behind; its length 0: there is none. */
static const char *function_before(const char *spec, const char *place, size_t *length) {
    const char *end = place > spec && place[-1] == '(' ? place - 1 : place, *start = end;
    while (end < place && start > spec && strchr(name_signs, start[-1]))
        start--;
    *length = (size_t)(end - start);
    return start;
}

static bool is_parent(const char *path, size_t length) {
    return (length == 8 && strncmp(path, "resource", length) == 0) ||
           (length == 5 && strncmp(path, "scope", length) == 0);
}

/* host.name, resource["host.name"], resource_hash(host.name): an attribute's name where a path must be. */
static bool is_bare(const char *spec, const char *error, char *text, size_t size) {
    static const char parent[] = "resource.";
    size_t length, function_length;
    const char *path = unknown_path(spec, error, &length);
    if (!path)
        return false;
    const char *function = function_before(spec, path, &function_length);
    if (is_parent(path, length)) {
        snprintf(text, size, "attributes are below it: %.*s.attributes[\"host.name\"]", (int)length, path);
    } else if (function_length && strchr("abcdefghijklmnopqrstuvwxyz", *function)) {
        snprintf(text, size, "names go in double quotes here: %.*s(\"%.*s\")", (int)function_length, function,
                 (int)length, path);
    } else if (length > sizeof parent && strncmp(path, parent, sizeof parent - 1) == 0) {
        snprintf(text, size, "names of attributes go in brackets: resource.attributes[\"%.*s\"]",
                 (int)(length - sizeof parent + 1), path + sizeof parent - 1);
    } else {
        snprintf(text, size,
                 "a record's own attribute is written attributes[\"%.*s\"], its resource's "
                 "resource.attributes[\"%.*s\"]",
                 (int)length, path, (int)length, path);
    }
    return true;
}

static bool has_word(const char *spec, const char *word) {
    for (const char *found = spec; (found = strstr(found, word)); found++) {
        bool begins = found == spec || !strchr(name_signs, found[-1]);
        if (begins && (!found[strlen(word)] || !strchr(name_signs, found[strlen(word)])))
            return true;
    }
    return false;
}

const char *spec_hint(const char *spec, const char *error) {
    static char text[3 * LONGEST];
    if (is_dotted(spec, text, sizeof text))
        return text;
    if (strchr(spec, '\''))
        return "texts go in double quotes, as in attributes[\"user\"]; on a command line put the whole spec in "
               "single quotes";
    if (has_word(spec, "null"))
        return "a missing value is nil, and a null key is none: attributes[\"user\"] | none";
    if (strchr(spec, '[') && !strchr(spec, '"') && !strstr(spec, "[0"))
        return "the shell may have removed the quotes: put the whole option in single quotes, as in -o "
               "'key=attributes[\"user\"]'";
    if (strpbrk(spec, "$%{") && !strchr(spec, '"'))
        return "there are no templates: Concat([attributes[\"a\"], attributes[\"b\"]], \"/\") puts texts together";
    if (is_bare(spec, error, text, sizeof text))
        return text;
    return NULL;
}
