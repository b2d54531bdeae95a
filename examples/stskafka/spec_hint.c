/* SPDX-License-Identifier: Apache-2.0 */
#include "spec_hint.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const char name_signs[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-";

/* attributes.user, where a name stands in brackets. */
static bool is_dotted(const char *spec, char *text, size_t size) {
    static const char word[] = "attributes.";
    const char *found = strstr(spec, word);
    if (!found)
        return false;
    const char *name = found + sizeof word - 1;
    size_t length = strspn(name, name_signs);
    if (length == 0 || length > 100)
        return false;
    snprintf(text, size, "names of attributes go in brackets: attributes[\"%.*s\"]", (int)length, name);
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

const char *spec_hint(const char *spec) {
    static char text[200];
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
    return NULL;
}
