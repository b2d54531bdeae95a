/* SPDX-License-Identifier: Apache-2.0
 *
 * Exporter options from YAML. */
#include "yaml_config.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <yaml.h>

#include "console.h"
#include "memory.h"

/* Aliases can nest without end and multiply without measure; no honest configuration comes near. */
enum { MAX_DEPTH = 16, MAX_VALUES = 10000 };

struct reading {
    const char *file;
    yaml_document_t *document;
    yaml_config_callback callback;
    void *user;
    size_t values;
    bool failed;
};

static size_t line_of(const yaml_node_t *node) {
    return node->start_mark.line + 1;
}

static void fault(struct reading *reading, const yaml_node_t *node, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void fault(struct reading *reading, const yaml_node_t *node, const char *format, ...) {
    char text[300];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    say("%s:%zu: %s", reading->file, line_of(node), text);
    reading->failed = true;
}

/* The text of a scalar, or NULL for any other node (and for text with a NUL, which no option takes). */
static const char *scalar(const yaml_node_t *node) {
    if (node->type != YAML_SCALAR_NODE || strlen((char *)node->data.scalar.value) != node->data.scalar.length)
        return NULL;
    return (const char *)node->data.scalar.value;
}

static bool is_null(const yaml_node_t *node) {
    const char *text = scalar(node);
    return text && node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
           (text[0] == '\0' || strcmp(text, "~") == 0 || strcasecmp(text, "null") == 0);
}

static char *append(char *text, const char *more) {
    size_t size = text ? strlen(text) : 0;
    size_t more_size = strlen(more) + 1;
    text = need_realloc(text, size + more_size);
    memcpy(text + size, more, more_size);
    return text;
}

static void read_list(struct reading *reading, const char *name, const yaml_node_t *node) {
    char *joined = append(NULL, "");
    for (yaml_node_item_t *i = node->data.sequence.items.start; i < node->data.sequence.items.top; i++) {
        const yaml_node_t *item = yaml_document_get_node(reading->document, *i);
        const char *text = scalar(item);
        if (++reading->values > MAX_VALUES || !text) {
            fault(reading, item, "%s: a list holds plain values, and not more than %d", name, MAX_VALUES);
            break;
        }
        if (i > node->data.sequence.items.start)
            joined = append(joined, ",");
        joined = append(joined, text);
    }
    if (!reading->failed)
        reading->callback(name, joined, line_of(node), reading->user);
    free(joined);
}

static void read_map(struct reading *reading, const char *prefix, const yaml_node_t *map, int depth);

/* In the collector a block tls turns TLS on by being there, also with nothing in it. */
static bool is_bare_tls(const char *name, const yaml_node_t *node) {
    bool empty = node->type == YAML_MAPPING_NODE && node->data.mapping.pairs.start == node->data.mapping.pairs.top;
    return strcmp(name, "tls") == 0 && (empty || is_null(node));
}

static void read_value(struct reading *reading, const char *name, const yaml_node_t *node, int depth) {
    if (++reading->values > MAX_VALUES || depth > MAX_DEPTH)
        fault(reading, node, "too many values, or nested too deep");
    else if (is_bare_tls(name, node))
        reading->callback("tls.enabled", "true", line_of(node), reading->user);
    else if (node->type == YAML_MAPPING_NODE)
        read_map(reading, name, node, depth);
    else if (node->type == YAML_SEQUENCE_NODE)
        read_list(reading, name, node);
    else if (!scalar(node))
        fault(reading, node, "%s: the value holds a NUL", name);
    else if (!is_null(node))
        reading->callback(name, scalar(node), line_of(node), reading->user);
}

static void read_map(struct reading *reading, const char *prefix, const yaml_node_t *map, int depth) {
    for (yaml_node_pair_t *i = map->data.mapping.pairs.start; i < map->data.mapping.pairs.top; i++) {
        const yaml_node_t *key = yaml_document_get_node(reading->document, i->key);
        const char *text = scalar(key);
        if (!text) {
            fault(reading, key, "a name must be plain text");
            return;
        }
        char *name = append(append(append(NULL, prefix), prefix[0] ? "." : ""), text);
        read_value(reading, name, yaml_document_get_node(reading->document, i->value), depth + 1);
        free(name);
        if (reading->values > MAX_VALUES || depth >= MAX_DEPTH)
            return; /* said already */
    }
}

static const yaml_node_t *member(struct reading *reading, const yaml_node_t *map, bool (*matches)(const char *name),
                                 size_t *found) {
    const yaml_node_t *first = NULL;
    *found = 0;
    for (yaml_node_pair_t *i = map->data.mapping.pairs.start; i < map->data.mapping.pairs.top; i++) {
        const char *name = scalar(yaml_document_get_node(reading->document, i->key));
        if (name && matches(name) && ++*found == 1)
            first = yaml_document_get_node(reading->document, i->value);
    }
    return first;
}

static bool is_exporters(const char *name) {
    return strcmp(name, "exporters") == 0;
}

static bool is_stskafka(const char *name) {
    return strcmp(name, "stskafka") == 0 || strncmp(name, "stskafka/", 9) == 0;
}

/* The map that holds the options; NULL where there is none: said why, or the file is empty, which is no fault. */
static const yaml_node_t *find_block(struct reading *reading, const yaml_node_t *root) {
    size_t found;
    const yaml_node_t *block = root;
    if (is_null(root))
        return NULL;
    const yaml_node_t *exporters = root->type == YAML_MAPPING_NODE ? member(reading, root, is_exporters, &found) : NULL;
    const yaml_node_t *place = exporters ? exporters : root;
    if (place->type == YAML_MAPPING_NODE) {
        const yaml_node_t *own = member(reading, place, is_stskafka, &found);
        if (found > 1 || (exporters && !own)) {
            fault(reading, place, "%zu exporters are named stskafka or stskafka/...; there must be one", found);
            return NULL;
        }
        if (own)
            block = own;
    }
    if (block->type == YAML_MAPPING_NODE)
        return block;
    if (!is_null(block))
        fault(reading, block, "a map of options is needed here, as in a collector's exporter block");
    return NULL;
}

static void read_document(struct reading *reading) {
    yaml_node_t *root = yaml_document_get_root_node(reading->document);
    const yaml_node_t *block = root ? find_block(reading, root) : NULL;
    if (block)
        read_map(reading, "", block, 0);
}

bool yaml_config_read(const char *file, yaml_config_callback callback, void *user) {
    FILE *stream = fopen(file, "rb");
    if (!stream) {
        say("--config %s: %s", file, strerror(errno));
        return false;
    }
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser))
        out_of_memory();
    yaml_parser_set_input_file(&parser, stream);

    yaml_document_t document;
    bool good = yaml_parser_load(&parser, &document);
    if (good) {
        struct reading reading = {file, &document, callback, user, 0, false};
        read_document(&reading);
        good = !reading.failed;
        yaml_document_delete(&document);
    } else {
        say("%s:%zu: %s", file, parser.problem_mark.line + 1, parser.problem ? parser.problem : "cannot be read");
    }
    yaml_parser_delete(&parser);
    fclose(stream);
    return good;
}
