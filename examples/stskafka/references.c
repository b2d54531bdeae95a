/* SPDX-License-Identifier: Apache-2.0
 *
 * References in values of the collector's configuration. */
#include "references.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

/* What a variable holds may have references too, and so on: the collector gives up after as many rounds. Ours must not
 * grow without end either. */
enum { MAX_ROUNDS = 1000, MAX_SIZE = 1 << 20 };

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

struct resolving {
    const char *written; /* the value as it stands in the file */
    references_unset unset;
    void *user;
    struct resolved *resolved;
};

/* A piece of a text. */
struct piece {
    const char *at;
    size_t size;
};

static void set_fault(struct resolving *run, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void set_fault(struct resolving *run, const char *format, ...) {
    va_list args;
    va_start(args, format);
    vsnprintf(run->resolved->fault, sizeof run->resolved->fault, format, args);
    va_end(args);
}

static bool is_same(struct piece piece, const char *text) {
    return strlen(text) == piece.size && memcmp(piece.at, text, piece.size) == 0;
}

static const char *find_in(struct piece piece, const char *text) {
    return memmem(piece.at, piece.size, text, strlen(text));
}

/* The first reference: the innermost of those that end first. One that has an odd number of dollar signs before it is
 * none. */
static bool find_reference(const char *text, struct piece *found) {
    for (const char *close; (close = strchr(text, '}')); text = close + 1) {
        const char *open = close;
        while (open > text && !(open[0] == '$' && open[1] == '{'))
            open--;
        if (open[0] != '$' || open[1] != '{')
            continue;
        size_t dollars = 0;
        while (open - dollars > text && open[-1 - (ptrdiff_t)dollars] == '$')
            dollars++;
        *found = (struct piece){open, (size_t)(close + 1 - open)};
        if (dollars % 2 == 0)
            return true;
    }
    return false;
}

/* How a reference is called in a fault: as it is written, unless it came out of a variable, whose value may be secret.
 */
static struct piece shown(const struct resolving *run, struct piece reference) {
    static const char hidden[] = "a reference inside a variable's value";
    bool is_written = memmem(run->written, strlen(run->written), reference.at, reference.size) != NULL;
    struct piece other = {hidden, sizeof hidden - 1};
    if (reference.size > 100)
        reference.size = 100;
    return is_written ? reference : other;
}

static bool is_name(struct piece name) {
    static const char digits[] = "0123456789";
    for (size_t i = 0; i < name.size; i++) {
        if (!strchr(letters, name.at[i]) && name.at[i] != '_' && (i == 0 || !strchr(digits, name.at[i])))
            return false;
    }
    return name.size > 0;
}

/* What an environment variable gives; NULL: nothing is said of it, and `preset` was not given. */
static const char *look_up(struct resolving *run, struct piece name, const struct piece *preset, char **made) {
    *made = need(strndup(name.at, name.size));
    const char *value = getenv(*made);
    if (value)
        return value;
    if (!preset) {
        run->unset(*made, run->user);
        return NULL;
    }
    free(*made);
    return *made = need(strndup(preset->at, preset->size));
}

/* The text in the place of a reference, for the caller to free. `*is_null` where it stands for nothing. */
static char *expand(struct resolving *run, struct piece reference, bool *is_null) {
    struct piece inner = {reference.at + 2, reference.size - 3}, name = inner, preset, *given = NULL;
    struct piece told = shown(run, reference);
    const char *colon = memchr(inner.at, ':', inner.size);
    if (colon) {
        struct piece scheme = {inner.at, (size_t)(colon - inner.at)};
        name = (struct piece){colon + 1, inner.size - scheme.size - 1};
        if (!is_same(scheme, "env")) {
            bool is_default = name.size && name.at[0] == '-';
            set_fault(run, "%.*s: only environment variables are read here, written ${env:NAME}%s", (int)told.size,
                      told.at, is_default ? "; one with a default is ${env:NAME:-default}, with the env:" : "");
            return NULL;
        }
    }
    if (memchr(name.at, '$', name.size)) {
        set_fault(run, "%.*s: no dollar sign may stand in a reference, nor in its default", (int)told.size, told.at);
        return NULL;
    }
    const char *dash = colon ? find_in(name, ":-") : NULL;
    if (dash) {
        preset = (struct piece){dash + 2, (size_t)(name.at + name.size - dash - 2)};
        name.size = (size_t)(dash - name.at);
        given = &preset;
    }
    if (!is_name(name)) {
        set_fault(run, "%.*s: no environment variable has such a name: letters, digits and _, no digit first",
                  (int)told.size, told.at);
        return NULL;
    }
    char *made;
    const char *value = look_up(run, name, given, &made);
    /* A default that is empty is an empty text, a variable that is empty is nothing. */
    *is_null = !value || (!value[0] && value != made);
    char *text = need_strdup(value ? value : "");
    free(made);
    return text;
}

/* `text` with `by` wherever `piece` stands in it; frees `text`. NULL: it would be too large. */
static char *replace_all(char *text, struct piece piece, const char *by) {
    size_t by_size = strlen(by), count = 0, text_size = strlen(text);
    char *old = need(strndup(piece.at, piece.size)); /* the piece is a part of `text` */
    for (const char *at = text; (at = strstr(at, old)); at += piece.size)
        count++;
    char *made = NULL;
    if (by_size <= MAX_SIZE && text_size <= MAX_SIZE && text_size + count * by_size <= MAX_SIZE) {
        char *end = made = need_realloc(NULL, text_size + count * by_size + 1);
        for (const char *at = text; *at;) {
            bool is_old = strncmp(at, old, piece.size) == 0;
            const char *from = is_old ? by : at;
            size_t size = is_old ? by_size : 1;
            memcpy(end, from, size);
            end += size;
            at += is_old ? piece.size : 1;
        }
        *end = '\0';
    }
    free(old);
    free(text);
    return made;
}

/* One round: the first reference is replaced, wherever it stands (the collector replaces the same one behind a $$ too).
 * NULL: said why not. */
static char *resolve_once(struct resolving *run, char *text, struct piece reference) {
    bool is_whole = reference.size == strlen(text);
    bool is_null = false;
    char *value = expand(run, reference, &is_null);
    if (!value) {
        free(text);
        return NULL;
    }
    run->resolved->is_whole |= is_whole;
    run->resolved->is_null = is_whole && is_null;
    text = replace_all(text, reference, value);
    free(value);
    if (!text)
        set_fault(run, "the references expand to more than %d bytes", MAX_SIZE);
    return text;
}

void references_resolve(const char *written, references_unset unset, void *user, struct resolved *resolved) {
    struct resolving run = {written, unset, user, resolved};
    struct piece reference;
    char *text = need_strdup(written);
    memset(resolved, 0, sizeof *resolved);
    if (strlen(written) > MAX_SIZE) {
        set_fault(&run, "the value is longer than %d bytes", MAX_SIZE);
        free(text);
        text = NULL;
    }
    for (int round = 0; text && find_reference(text, &reference); round++) {
        if (round < MAX_ROUNDS) {
            text = resolve_once(&run, text, reference);
            continue;
        }
        set_fault(&run, "the references refer to each other without end");
        free(text);
        text = NULL;
    }
    if (text && strstr(text, "$$"))
        text = replace_all(text, (struct piece){"$$", 2}, "$");
    resolved->text = text;
}
