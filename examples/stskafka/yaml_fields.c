/* SPDX-License-Identifier: Apache-2.0
 *
 * A block of YAML as a list of fields. */
#include "yaml_fields.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console.h"
#include "memory.h"
#include "references.h"

struct reading {
    struct yaml_tree *tree;
    struct yaml_fields *fields;
};

/* A value on its way: whose it is, and where it stands. */
struct place {
    struct reading *reading;
    const char *path;
    const yaml_node_t *node;
};

static struct yaml_field *add(const struct place *place, enum yaml_field_kind kind) {
    struct yaml_fields *fields = place->reading->fields;
    fields->at = need_room(fields->at, fields->count, sizeof *fields->at);
    struct yaml_field *field = &fields->at[fields->count++];
    *field = (struct yaml_field){.path = need_strdup(place->path),
                                 .text = need_strdup(""),
                                 .written = need_strdup(""),
                                 .line = yaml_line(place->node),
                                 .kind = kind};
    return field;
}

static void append(char **text, const char *separator, const char *more) {
    size_t before = strlen(*text), size = strlen(separator) + strlen(more) + 1;
    *text = need_realloc(*text, before + size);
    snprintf(*text + before, size, "%s%s", separator, more);
}

/* --- one value --- */

void yaml_field_warn_unset(const struct yaml_tree *tree, const struct yaml_field *field) {
    say("warning: %s:%zu: %s: a variable in %s is not set: nothing is put in its place, as the collector does",
        tree->file, field->line, field->path, field->written);
}

struct unset {
    const struct place *place;
    bool is_met;
};

static void meet_unset(const char *variable, void *user) {
    struct unset *unset = user;
    const struct place *place = unset->place;
    unset->is_met = true;
    if (!place->reading->fields->keeps_unset)
        say("warning: %s:%zu: the environment variable %s is not set: nothing is put in its place in %s, as the "
            "collector does",
            place->reading->tree->file, yaml_line(place->node), variable, place->path);
}

/* Tags that say what YAML finds by itself; those of the user's own (!tag) the collector passes over. */
static bool has_known_tag(const yaml_node_t *node) {
    static const char core[] = "tag:yaml.org,2002:";
    static const char *const known[] = {"str", "int", "float", "bool", "null"};
    const char *tag = (const char *)node->tag;
    bool is_known = !tag || strncmp(tag, core, sizeof core - 1) != 0;
    for (size_t i = 0; i < sizeof known / sizeof *known && !is_known; i++)
        is_known = strcmp(tag + sizeof core - 1, known[i]) == 0;
    return is_known;
}

/* What a scalar says, with its references resolved; false: said why not. */
static bool resolve(const struct place *place, struct resolved *resolved, bool *has_unset) {
    struct yaml_tree *tree = place->reading->tree;
    struct unset unset = {place, false};
    memset(resolved, 0, sizeof *resolved);
    if (!yaml_scalar(place->node)) {
        yaml_tree_fault(tree, place->node, "%s: the value has a NUL byte in it", place->path);
    } else if (!has_known_tag(place->node)) {
        yaml_tree_fault(tree, place->node, "%s: values with the tag !!%s are not read; write the value as plain text",
                        place->path, strrchr((const char *)place->node->tag, ':') + 1);
    } else if (yaml_is_null(place->node)) {
        resolved->is_null = true;
        resolved->text = need_strdup("");
    } else {
        references_resolve(yaml_scalar(place->node), meet_unset, &unset, resolved);
        if (!resolved->text)
            yaml_tree_fault(tree, place->node, "%s: %s", place->path, resolved->fault);
    }
    *has_unset = unset.is_met;
    return resolved->text != NULL;
}

/* Whether the text has references, and not only dollar signs. */
static bool has_reference(const char *written, const char *text) {
    return strstr(written, "${") != NULL && strcmp(written, text) != 0;
}

static void read_scalar(const struct place *place) {
    struct resolved resolved;
    bool has_unset;
    if (!resolve(place, &resolved, &has_unset))
        return;
    struct yaml_field *field = add(place, resolved.is_null ? YAML_FIELD_NOTHING : YAML_FIELD_TEXT);
    append(&field->written, "", yaml_scalar(place->node));
    free(field->text);
    field->text = resolved.text;
    field->is_plain = place->node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    field->is_whole = resolved.is_whole;
    field->has_unset = has_unset;
    field->has_reference = has_reference(field->written, field->text);
}

/* --- lists --- */

/* Adds the next item to the list's text. */
static void read_item(const struct place *item, struct yaml_field *field, bool is_first) {
    struct yaml_tree *tree = item->reading->tree;
    struct resolved resolved = {.text = NULL};
    bool has_unset = false;
    if (++tree->values > YAML_TREE_VALUES || item->node->type != YAML_SCALAR_NODE) {
        yaml_tree_fault(tree, item->node, "%s: a list can only hold plain values, and no more than %d", item->path,
                        YAML_TREE_VALUES);
    } else if (resolve(item, &resolved, &has_unset) && strchr(resolved.text, ',')) {
        yaml_tree_fault(tree, item->node,
                        "%s: an item of a list holds a comma, which separates items: write one item each, or all of "
                        "them as one text",
                        item->path);
    } else if (resolved.text) {
        append(&field->text, is_first ? "" : ",", resolved.text);
        append(&field->written, is_first ? "" : ",", yaml_scalar(item->node));
        field->has_unset |= has_unset;
        field->has_reference = has_reference(field->written, field->text);
    }
    free(resolved.text);
}

static void read_items(const struct place *place, struct yaml_field *field) {
    struct yaml_tree *tree = place->reading->tree;
    yaml_node_item_t *start = place->node->data.sequence.items.start, *top = place->node->data.sequence.items.top;
    for (yaml_node_item_t *i = start; i < top && !tree->failed; i++) {
        struct place item = {place->reading, place->path, yaml_document_get_node(&tree->document, *i)};
        read_item(&item, field, i == start);
    }
}

static void read_members(struct reading *reading, const char *prefix, const struct yaml_pairs *members, int depth);

static void read_map(const struct place *place, int depth) {
    struct yaml_pairs members;
    if (!yaml_tree_pairs(place->reading->tree, place->node, &members))
        return;
    if (members.count == 0)
        add(place, YAML_FIELD_EMPTY_MAP);
    read_members(place->reading, place->path, &members, depth);
    yaml_pairs_free(&members);
}

/* A list of maps, as record_headers is one; each has its place in the path. */
static void read_maps(const struct place *place, int depth) {
    struct yaml_tree *tree = place->reading->tree;
    yaml_node_item_t *start = place->node->data.sequence.items.start, *top = place->node->data.sequence.items.top;
    for (yaml_node_item_t *i = start; i < top && !tree->failed; i++) {
        char path[300];
        struct place item = {place->reading, path, yaml_document_get_node(&tree->document, *i)};
        snprintf(path, sizeof path, "%s.[%td]", place->path, i - start);
        if (++tree->values > YAML_TREE_VALUES || item.node->type != YAML_MAPPING_NODE)
            yaml_tree_fault(tree, item.node, "%s: a list can only hold plain values, or maps, and no more than %d",
                            place->path, YAML_TREE_VALUES);
        else
            read_map(&item, depth + 1);
    }
}

static void read_list(const struct place *place, int depth) {
    yaml_node_item_t *start = place->node->data.sequence.items.start, *top = place->node->data.sequence.items.top;
    if (start < top && yaml_document_get_node(&place->reading->tree->document, *start)->type == YAML_MAPPING_NODE)
        read_maps(place, depth);
    else
        read_items(place, add(place, YAML_FIELD_LIST));
}

bool yaml_field_open_list(struct yaml_tree *tree, struct yaml_field *field) {
    struct yaml_tree inner;
    if (field->kind != YAML_FIELD_TEXT || !field->is_whole || !yaml_tree_parse(&inner, tree->file, field->text))
        return true;
    const yaml_node_t *root = yaml_document_get_root_node(&inner.document);
    if (root && root->type == YAML_SEQUENCE_NODE) {
        struct yaml_fields items = {NULL, 0, false};
        struct reading reading = {&inner, &items};
        struct place place = {&reading, field->path, root};
        read_items(&place, add(&place, YAML_FIELD_LIST));
        free(field->text);
        field->text = need_strdup(items.at[0].text);
        field->kind = YAML_FIELD_LIST;
        tree->failed |= inner.failed;
        yaml_fields_free(&items);
    }
    yaml_tree_free(&inner);
    return !tree->failed;
}

/* --- the block --- */

static void read_value(const struct place *place, int depth) {
    if (++place->reading->tree->values > YAML_TREE_VALUES || depth > YAML_TREE_DEPTH)
        yaml_tree_fault(place->reading->tree, place->node, "too many values, or nested too deep");
    else if (place->node->type == YAML_MAPPING_NODE)
        read_map(place, depth);
    else if (place->node->type == YAML_SEQUENCE_NODE)
        read_list(place, depth);
    else
        read_scalar(place);
}

/* A member's path below that of its map; the collector has :: between the parts of a path. For the caller to free. */
static char *join_names(const char *prefix, const char *name) {
    size_t size = strlen(prefix);
    char *joined = need_realloc(NULL, size + strlen(name) + 2);
    char *end = joined + size;
    /* more follows: NOLINTNEXTLINE(bugprone-not-null-terminated-result) */
    memcpy(joined, prefix, size);
    if (size)
        *end++ = '.';
    for (; *name; name += name[0] == ':' && name[1] == ':' ? 2 : 1)
        *end++ = name[0] == ':' && name[1] == ':' ? '.' : name[0];
    *end = '\0';
    return joined;
}

static void read_members(struct reading *reading, const char *prefix, const struct yaml_pairs *members, int depth) {
    struct yaml_tree *tree = reading->tree;
    for (size_t i = 0; i < members->count; i++) {
        const char *own = yaml_scalar(members->at[i].name);
        if (!own) {
            yaml_tree_fault(tree, members->at[i].name, "a name must be plain text");
            return;
        }
        char *path = join_names(prefix, own);
        struct place place = {reading, path, members->at[i].value};
        read_value(&place, depth + 1);
        free(path);
        if (tree->values > YAML_TREE_VALUES || depth >= YAML_TREE_DEPTH)
            return; /* said already */
    }
}

/* A path has several spellings (a.b, a::b, a: {b: }), and may come once in all. */
static int compare_paths(const void *left, const void *right) {
    const struct yaml_field *a = *(struct yaml_field *const *)left, *b = *(struct yaml_field *const *)right;
    int order = strcmp(a->path, b->path);
    return order ? order : (a > b) - (a < b);
}

static void check_paths(struct yaml_tree *tree, const struct yaml_fields *fields) {
    struct yaml_field **sorted = need_realloc(NULL, fields->count * sizeof *sorted);
    for (size_t i = 0; i < fields->count; i++)
        sorted[i] = &fields->at[i];
    qsort(sorted, fields->count, sizeof *sorted, compare_paths);
    for (size_t i = 1; i < fields->count; i++) {
        if (strcmp(sorted[i - 1]->path, sorted[i]->path) == 0)
            yaml_field_fault(tree, sorted[i], "%s is given a second time here, after line %zu: leave one out",
                             sorted[i]->path, sorted[i - 1]->line);
    }
    free(sorted);
}

bool yaml_fields_read(struct yaml_tree *tree, const struct yaml_pairs *block, struct yaml_fields *fields) {
    struct reading reading = {tree, fields};
    read_members(&reading, "", block, 0);
    check_paths(tree, fields);
    return !tree->failed;
}

void yaml_fields_free(struct yaml_fields *fields) {
    for (size_t i = 0; i < fields->count; i++) {
        free(fields->at[i].path);
        free(fields->at[i].text);
        free(fields->at[i].written);
    }
    free(fields->at);
    *fields = (struct yaml_fields){NULL, 0, fields->keeps_unset};
}

struct yaml_field *yaml_fields_find(const struct yaml_fields *fields, const char *path) {
    for (size_t i = 0; i < fields->count; i++) {
        if (strcmp(fields->at[i].path, path) == 0)
            return &fields->at[i];
    }
    return NULL;
}

void yaml_field_fault(struct yaml_tree *tree, const struct yaml_field *field, const char *format, ...) {
    char text[500];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    say("%s:%zu: %s", tree->file, field->line, text);
    tree->failed = true;
}
