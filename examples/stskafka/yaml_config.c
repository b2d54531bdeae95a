/* SPDX-License-Identifier: Apache-2.0
 *
 * Exporter options from YAML: from the block's members to names and texts. */
#include "yaml_config.h"

#include <ctype.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include <stskafka/options.h>

#include "console.h"
#include "memory.h"
#include "references.h"
#include "yaml_block.h"
#include "yaml_tree.h"

struct reading {
    struct yaml_tree *tree;
    yaml_config_callback callback;
    void *user;
    void *given; /* the options so far: a tree of tsearch */
};

/* A value on its way: whose it is, and where it stands. */
struct place {
    struct reading *reading;
    const char *name;
    const yaml_node_t *node;
};

/* An option that was given. Its name has several spellings (a.b, a::b, a: {b: }), and may come once in all. */
struct given {
    char *name;
    size_t line;
};

static int compare_given(const void *left, const void *right) {
    return strcmp(((const struct given *)left)->name, ((const struct given *)right)->name);
}

static void free_given(void *given) {
    free(((struct given *)given)->name);
    free(given);
}

static void hand_over(const struct place *place, const char *value) {
    struct reading *reading = place->reading;
    size_t line = yaml_line(place->node);
    struct given *given = need_realloc(NULL, sizeof *given);
    *given = (struct given){need_strdup(place->name), line};
    const struct given *first = *(struct given **)need(tsearch(given, &reading->given, compare_given));
    if (first == given) {
        reading->callback(place->name, value, line, reading->user);
        return;
    }
    yaml_tree_fault(reading->tree, place->node, "%s is given here for the second time, after line %zu: leave one out",
                    place->name, first->line);
    free_given(given);
}

/* --- one value --- */

static void warn_unset(const char *variable, void *user) {
    const struct place *place = user;
    say("warning: %s:%zu: the environment variable %s is not set: nothing is put in its place in %s, as the collector "
        "does",
        place->reading->tree->file, yaml_line(place->node), variable, place->name);
}

/* The library's table has it; "" for a name with a part of the user's own (kafka.*). */
static const char *type_of(const char *name) {
    for (size_t i = 0; i < sts_option_count(); i++) {
        if (strcmp(sts_option_name(i), name) == 0)
            return sts_option_type(i);
    }
    return "";
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
static bool resolve(const struct place *place, struct resolved *resolved) {
    struct yaml_tree *tree = place->reading->tree;
    memset(resolved, 0, sizeof *resolved);
    if (!yaml_scalar(place->node)) {
        yaml_tree_fault(tree, place->node, "%s: the value holds a NUL", place->name);
    } else if (!has_known_tag(place->node)) {
        yaml_tree_fault(tree, place->node, "%s: values with the tag !!%s are not read; write it as plain text",
                        place->name, strrchr((const char *)place->node->tag, ':') + 1);
    } else if (yaml_is_null(place->node)) {
        resolved->is_null = true;
        resolved->text = need_strdup("");
    } else {
        references_resolve(yaml_scalar(place->node), warn_unset, (void *)place, resolved);
        if (!resolved->text)
            yaml_tree_fault(tree, place->node, "%s: %s", place->name, resolved->fault);
    }
    return resolved->text != NULL;
}

static bool is_octal(const char *text) {
    text += text[0] == '+' || text[0] == '-';
    return text[0] == '0' && isdigit((unsigned char)text[1]);
}

/* The text of a list, its items joined by commas; NULL: said why not. */
static char *join(const struct place *place) {
    struct yaml_tree *tree = place->reading->tree;
    yaml_node_item_t *start = place->node->data.sequence.items.start, *top = place->node->data.sequence.items.top;
    char *joined = need_strdup("");
    for (yaml_node_item_t *i = start; i < top; i++) {
        struct place item = {place->reading, place->name, yaml_document_get_node(&tree->document, *i)};
        struct resolved resolved = {.text = NULL};
        if (++tree->values > YAML_TREE_VALUES || item.node->type != YAML_SCALAR_NODE)
            yaml_tree_fault(tree, item.node, "%s: a list holds plain values, and not more than %d", place->name,
                            YAML_TREE_VALUES);
        else if (resolve(&item, &resolved) && strchr(resolved.text, ','))
            yaml_tree_fault(tree, item.node,
                            "%s: a comma is in an item of a list: commas stand between items; write all of "
                            "them as one text instead of a list, or one an item",
                            place->name);
        if (!tree->failed && resolved.text) {
            size_t before = strlen(joined), more = strlen(resolved.text) + 2;
            joined = need_realloc(joined, before + more);
            snprintf(joined + before, more, "%s%s", i > start ? "," : "", resolved.text);
        }
        free(resolved.text);
        if (tree->failed)
            break;
    }
    if (!tree->failed)
        return joined;
    free(joined);
    return NULL;
}

static void read_list(const struct place *place) {
    const char *type = type_of(place->name);
    if (type[0] && strcmp(type, "list") != 0) {
        yaml_tree_fault(place->reading->tree, place->node, "%s takes one value, and not a list", place->name);
        return;
    }
    char *joined = join(place);
    if (joined)
        hand_over(place, joined);
    free(joined);
}

/* A variable may hold a list, as YAML has it. False: it does not. */
static bool read_list_of_variable(const struct place *place, const char *text) {
    struct yaml_tree tree;
    if (!yaml_tree_parse(&tree, place->reading->tree->file, text))
        return false;
    const yaml_node_t *root = yaml_document_get_root_node(&tree.document);
    bool is_list = root && root->type == YAML_SEQUENCE_NODE;
    if (is_list) {
        struct reading inner = {&tree, NULL, NULL, NULL};
        struct place list = {&inner, place->name, root};
        char *joined = join(&list);
        if (joined)
            hand_over(place, joined);
        else
            place->reading->tree->failed = true;
        free(joined);
    }
    yaml_tree_free(&tree);
    return is_list;
}

static void read_scalar(const struct place *place) {
    struct resolved resolved;
    const char *type = type_of(place->name);
    if (!resolve(place, &resolved))
        return;
    if (strcmp(type, "integer") == 0 && is_octal(resolved.text))
        yaml_tree_fault(place->reading->tree, place->node,
                        "%s: a whole number that begins with 0 is octal in YAML: leave the 0 out", place->name);
    else if (!resolved.is_null &&
             !(resolved.is_whole && strcmp(type, "list") == 0 && read_list_of_variable(place, resolved.text)))
        hand_over(place, resolved.text);
    free(resolved.text);
}

/* --- the block --- */

static void read_members(struct reading *reading, const char *prefix, const struct yaml_pairs *members, int depth);

static void read_map(const struct place *place, int depth) {
    struct yaml_pairs members;
    if (!yaml_tree_pairs(place->reading->tree, place->node, &members))
        return;
    read_members(place->reading, place->name, &members, depth);
    yaml_pairs_free(&members);
}

/* In the collector a block tls turns TLS on by being there, also with nothing in it. */
static bool is_bare_tls(const struct place *place) {
    const yaml_node_t *node = place->node;
    bool empty = node->type == YAML_MAPPING_NODE && node->data.mapping.pairs.start == node->data.mapping.pairs.top;
    return strcmp(place->name, "tls") == 0 && (empty || yaml_is_null(node));
}

static void read_value(const struct place *place, int depth) {
    if (++place->reading->tree->values > YAML_TREE_VALUES || depth > YAML_TREE_DEPTH) {
        yaml_tree_fault(place->reading->tree, place->node, "too many values, or nested too deep");
    } else if (is_bare_tls(place)) {
        struct place enabled = {place->reading, "tls.enabled", place->node};
        hand_over(&enabled, "true");
    } else if (place->node->type == YAML_MAPPING_NODE) {
        read_map(place, depth);
    } else if (place->node->type == YAML_SEQUENCE_NODE) {
        read_list(place);
    } else {
        read_scalar(place);
    }
}

/* A member's name below that of its map; the collector has :: between the parts of a path. For the caller to free. */
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
        char *name = join_names(prefix, own);
        struct place place = {reading, name, members->at[i].value};
        read_value(&place, depth + 1);
        free(name);
        if (tree->values > YAML_TREE_VALUES || depth >= YAML_TREE_DEPTH)
            return; /* said already */
    }
}

bool yaml_config_read(const char *file, yaml_config_callback callback, void *user) {
    struct yaml_tree tree;
    struct yaml_pairs block;
    if (!yaml_tree_load(&tree, file))
        return false;
    struct reading reading = {&tree, callback, user, NULL};
    if (yaml_block_find(&tree, &block)) {
        read_members(&reading, "", &block, 0);
        yaml_pairs_free(&block);
    }
    tdestroy(reading.given, free_given);
    bool good = !tree.failed;
    yaml_tree_free(&tree);
    return good;
}
