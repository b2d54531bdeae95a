/* SPDX-License-Identifier: Apache-2.0
 *
 * A YAML file as a tree. */
#include "yaml_tree.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console.h"
#include "files.h"
#include "memory.h"

size_t yaml_line(const yaml_node_t *node) {
    return node->start_mark.line + 1;
}

void yaml_tree_fault(struct yaml_tree *tree, const yaml_node_t *node, const char *format, ...) {
    char text[500];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    say("%s:%zu: %s", tree->file, yaml_line(node), text);
    tree->failed = true;
}

const char *yaml_scalar(const yaml_node_t *node) {
    if (node->type != YAML_SCALAR_NODE || strlen((char *)node->data.scalar.value) != node->data.scalar.length)
        return NULL;
    return (const char *)node->data.scalar.value;
}

bool yaml_is_null(const yaml_node_t *node) {
    static const char *const nulls[] = {"", "~", "null", "Null", "NULL"};
    const char *text = yaml_scalar(node);
    if (!text || node->data.scalar.style != YAML_PLAIN_SCALAR_STYLE)
        return false;
    for (size_t i = 0; i < sizeof nulls / sizeof *nulls; i++) {
        if (strcmp(text, nulls[i]) == 0)
            return true;
    }
    return false;
}

/* --- members and merges --- */

static bool is_merge(const yaml_node_t *name) {
    const char *text = yaml_scalar(name);
    return text && name->data.scalar.style == YAML_PLAIN_SCALAR_STYLE && strcmp(text, "<<") == 0;
}

static bool has(const struct yaml_pairs *pairs, const yaml_node_t *name) {
    const char *text = yaml_scalar(name);
    for (size_t i = 0; i < pairs->count && text; i++) {
        const char *other = yaml_scalar(pairs->at[i].name);
        if (other && strcmp(other, text) == 0)
            return true;
    }
    return false;
}

static void add(struct yaml_pairs *pairs, const yaml_node_t *name, const yaml_node_t *value) {
    pairs->at = need_room(pairs->at, pairs->count, sizeof *pairs->at);
    pairs->at[pairs->count++] = (struct yaml_pair){name, value};
}

static bool add_members(struct yaml_tree *tree, const yaml_node_t *map, struct yaml_pairs *pairs, int depth);

/* What stands behind <<: a map, or a list of maps, of which the first that has a name counts. */
static bool add_merged(struct yaml_tree *tree, const yaml_node_t *value, struct yaml_pairs *pairs, int depth) {
    if (value->type == YAML_MAPPING_NODE)
        return add_members(tree, value, pairs, depth + 1);
    bool good = value->type == YAML_SEQUENCE_NODE;
    for (yaml_node_item_t *i = good ? value->data.sequence.items.start : NULL;
         good && i < value->data.sequence.items.top; i++) {
        const yaml_node_t *map = yaml_document_get_node(&tree->document, *i);
        good = map->type == YAML_MAPPING_NODE;
        if (good && !add_members(tree, map, pairs, depth + 1))
            return false;
    }
    if (!good)
        yaml_tree_fault(tree, value, "<< merges a map, or a list of maps, and nothing else");
    return good;
}

/* A map's own members come before those it merges, wherever << stands. */
static bool add_members(struct yaml_tree *tree, const yaml_node_t *map, struct yaml_pairs *pairs, int depth) {
    yaml_node_pair_t *start = map->data.mapping.pairs.start, *top = map->data.mapping.pairs.top;
    if (depth > YAML_TREE_DEPTH || (tree->values += (size_t)(top - start)) > YAML_TREE_VALUES) {
        yaml_tree_fault(tree, map, "too many values, or nested too deep");
        return false;
    }
    const yaml_node_t *merged = NULL;
    for (yaml_node_pair_t *i = start; i < top; i++) {
        const yaml_node_t *name = yaml_document_get_node(&tree->document, i->key);
        const yaml_node_t *value = yaml_document_get_node(&tree->document, i->value);
        if (is_merge(name))
            merged = value;
        else if (depth == 0 || !has(pairs, name))
            add(pairs, name, value);
    }
    return !merged || add_merged(tree, merged, pairs, depth);
}

bool yaml_tree_pairs(struct yaml_tree *tree, const yaml_node_t *map, struct yaml_pairs *pairs) {
    *pairs = (struct yaml_pairs){NULL, 0};
    if (add_members(tree, map, pairs, 0))
        return true;
    yaml_pairs_free(pairs);
    return false;
}

void yaml_pairs_free(struct yaml_pairs *pairs) {
    free(pairs->at);
    *pairs = (struct yaml_pairs){NULL, 0};
}

/* --- loading --- */

static int compare_names(const void *left, const void *right) {
    const yaml_node_t *a = *(const yaml_node_t *const *)left, *b = *(const yaml_node_t *const *)right;
    int order = strcmp(yaml_scalar(a), yaml_scalar(b));
    return order ? order : (a->start_mark.index > b->start_mark.index) - (a->start_mark.index < b->start_mark.index);
}

static void check_names(struct yaml_tree *tree, const yaml_node_t *map) {
    size_t count = 0;
    const yaml_node_t **names = NULL;
    for (yaml_node_pair_t *i = map->data.mapping.pairs.start; i < map->data.mapping.pairs.top; i++) {
        const yaml_node_t *name = yaml_document_get_node(&tree->document, i->key);
        if (!yaml_scalar(name))
            continue;
        names = need_room(names, count, sizeof *names);
        names[count++] = name;
    }
    if (count)
        qsort(names, count, sizeof *names, compare_names);
    for (size_t i = 1; i < count; i++) {
        if (strcmp(yaml_scalar(names[i - 1]), yaml_scalar(names[i])) == 0)
            yaml_tree_fault(tree, names[i], "%s occurs a second time here, after line %zu: leave one of them out",
                            yaml_scalar(names[i]), yaml_line(names[i - 1]));
    }
    free(names);
}

/* Everywhere in the file, as the collector's reader does. */
static void check_document(struct yaml_tree *tree) {
    for (yaml_node_t *node = tree->document.nodes.start; node < tree->document.nodes.top; node++) {
        if (node->type == YAML_MAPPING_NODE)
            check_names(tree, node);
    }
}

static void say_problem(const struct yaml_tree *tree, const yaml_parser_t *parser) {
    say("%s:%zu: %s", tree->file, parser->problem_mark.line + 1, parser->problem ? parser->problem : "cannot be read");
}

/* The collector's reader takes the first document and does not look at what follows; here it is told. False where
 * there is nothing in the first, and something behind it. */
static bool is_all(const struct yaml_tree *tree, yaml_parser_t *parser) {
    yaml_document_t second;
    yaml_node_t *top = yaml_document_get_root_node((yaml_document_t *)&tree->document);
    bool is_empty = !top || yaml_is_null(top);
    bool has_second = true;
    size_t line;
    if (yaml_parser_load(parser, &second)) {
        has_second = yaml_document_get_root_node(&second) != NULL;
        line = second.start_mark.line + 1;
        yaml_document_delete(&second);
    } else {
        line = parser->problem_mark.line + 1;
    }
    if (has_second && is_empty)
        say("%s:%zu: the first document is empty, and the collector reads no other: put all into one, without ---",
            tree->file, line);
    else if (has_second)
        say("warning: %s:%zu: a second document begins before this line; only the first is read, as by the collector",
            tree->file, line);
    return !has_second || !is_empty;
}

static void open_tree(struct yaml_tree *tree, yaml_parser_t *parser, const char *file) {
    *tree = (struct yaml_tree){.file = file};
    if (!yaml_parser_initialize(parser))
        out_of_memory();
}

bool yaml_tree_load(struct yaml_tree *tree, const char *file) {
    yaml_parser_t parser;
    if (!file_is_standard_input(file) && !file_check(file, "a YAML file"))
        return false;
    FILE *stream = file_is_standard_input(file) ? stdin : fopen(file, "rb");
    file_wait_for_terminal(file);
    if (!stream) {
        say("%s: %s", file, strerror(errno));
        return false;
    }
    open_tree(tree, &parser, file_name(file));
    yaml_parser_set_input_file(&parser, stream);
    bool good = yaml_parser_load(&parser, &tree->document);
    if (!good) {
        say_problem(tree, &parser);
    } else {
        check_document(tree);
        good = (!yaml_document_get_root_node(&tree->document) || is_all(tree, &parser)) && !tree->failed;
        if (!good)
            yaml_tree_free(tree);
    }
    yaml_parser_delete(&parser);
    if (stream != stdin)
        fclose(stream);
    return good;
}

bool yaml_tree_parse(struct yaml_tree *tree, const char *file, const char *text) {
    yaml_parser_t parser;
    open_tree(tree, &parser, file);
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, strlen(text));
    bool good = yaml_parser_load(&parser, &tree->document);
    yaml_parser_delete(&parser);
    return good;
}

void yaml_tree_free(struct yaml_tree *tree) {
    yaml_document_delete(&tree->document);
}
