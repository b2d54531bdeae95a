/* SPDX-License-Identifier: Apache-2.0 */
#include "exporter/settings_reference.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_VARIABLE = 200 };

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789";

/* What stands between the braces, in its parts. */
typedef struct reference {
    char name[MAX_VARIABLE];
    const char *preset; /* NULL: none */
    size_t preset_size;
} reference;

static bool starts(sts_bytes text, const char *with) {
    size_t size = strlen(with);
    return text.size >= size && memcmp(text.data, with, size) == 0;
}

static sts_status read_reference(sts_bytes inner, reference *made, sts__fault *fault) {
    const char *at = inner.data;
    size_t size = inner.size;
    bool has_scheme = starts(inner, "env:");
    if (has_scheme) {
        at += 4;
        size -= 4;
    }
    size_t name_size = 0;
    while (name_size < size && strchr(letters, at[name_size]))
        name_size++;
    made->preset = NULL;
    if (has_scheme && starts((sts_bytes){at + name_size, size - name_size}, ":-")) {
        made->preset = at + name_size + 2;
        made->preset_size = size - name_size - 2;
    }
    /* In a default, too: the collector takes no dollar sign in a reference. */
    bool whole = (made->preset || name_size == size) && !memchr(inner.data, '$', inner.size);
    if (!name_size || name_size >= MAX_VARIABLE || (at[0] >= '0' && at[0] <= '9') || !whole)
        return sts__fault_set(
            fault, STS_ERR_CONFIG,
            "a reference is ${env:NAME} or ${env:NAME:-default}, with the name of an environment variable; "
            "for a dollar sign write $$");
    memcpy(made->name, at, name_size);
    made->name[name_size] = '\0';
    return STS_OK;
}

/* The collector goes on with what a variable holds; here that would be a second meaning, so it is refused. */
static bool holds_references(const char *text) {
    return strstr(text, "${") || strstr(text, "$$");
}

static sts_status append_value(const reference *from, sts__text *text, bool *is_null, sts__fault *fault) {
    const char *value = getenv(from->name);
    if (!value && !from->preset)
        return sts__fault_set(fault, STS_ERR_CONFIG,
                              "the environment variable %s is not set; set it, or give a default: ${env:%s:-default}",
                              from->name, from->name);
    if (value && holds_references(value))
        return sts__fault_set(
            fault, STS_ERR_CONFIG,
            "the environment variable %s contains a reference or $$ of its own, which is not resolved "
            "here",
            from->name);
    *is_null = value && !value[0];
    if (value)
        sts__text_append(text, value, strlen(value));
    else
        sts__text_append(text, from->preset, from->preset_size);
    return STS_OK;
}

sts_status sts__references_resolve(const char *written, sts__text *text, bool *is_null, sts__fault *fault) {
    size_t parts = 0;
    bool is_nothing = false;
    sts_status status = STS_OK;
    for (const char *at = written; *at && status == STS_OK; parts++) {
        if (at[0] == '$' && at[1] == '$') {
            sts__text_append(text, "$", 1);
            at += 2;
        } else if (at[0] == '$' && at[1] == '{') {
            reference found;
            const char *close = strchr(at, '}');
            sts_bytes inner = {at + 2, close ? (size_t)(close - at - 2) : 0};
            status = read_reference(inner, &found, fault);
            if (status == STS_OK)
                status = append_value(&found, text, &is_nothing, fault);
            at = close ? close + 1 : at + 2;
        } else {
            sts__text_append(text, at++, 1);
        }
    }
    *is_null = parts == 1 && is_nothing;
    return status == STS_OK && text->failed ? sts__fault_no_memory(fault) : status;
}
