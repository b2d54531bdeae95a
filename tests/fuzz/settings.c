/* SPDX-License-Identifier: Apache-2.0
 *
 * A file of options. What is taken as YAML means the same to a YAML parser (libyaml, with the merging of names that the
 * tool's --config does); what is refused for its form sets nothing; a text says why. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yaml.h>

#include "exporter/options.h"
#include "exporter/options_table.h"
#include "fuzz/fuzz.h"

/* Sets what libyaml finds. */
struct flattening {
    yaml_document_t *document;
    sts_options *options;
};

static const char *scalar(const yaml_node_t *node) {
    HOLDS(node && node->type == YAML_SCALAR_NODE, "a scalar was taken, and is none to libyaml");
    return (const char *)node->data.scalar.value;
}

static bool is_null(const yaml_node_t *node) {
    const char *text = (const char *)node->data.scalar.value;
    return node->type == YAML_SCALAR_NODE && node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
           (!*text || strcmp(text, "~") == 0 || strcmp(text, "null") == 0 || strcmp(text, "Null") == 0 ||
            strcmp(text, "NULL") == 0);
}

static void set_list(const struct flattening *f, const char *name, const yaml_node_t *list) {
    char text[8192] = "";
    for (yaml_node_item_t *i = list->data.sequence.items.start; i < list->data.sequence.items.top; i++) {
        const char *item = scalar(yaml_document_get_node(f->document, *i));
        size_t size = strlen(text);
        snprintf(text + size, sizeof text - size, "%s%s", size ? "," : "", item);
    }
    sts_options_set(f->options, name, text, NULL);
}

static void set_map(const struct flattening *f, const char *prefix, const yaml_node_t *map) {
    for (yaml_node_pair_t *pair = map->data.mapping.pairs.start; pair < map->data.mapping.pairs.top; pair++) {
        char name[8192];
        const yaml_node_t *value = yaml_document_get_node(f->document, pair->value);
        snprintf(name, sizeof name, "%s%s", prefix, scalar(yaml_document_get_node(f->document, pair->key)));
        if (value->type == YAML_SEQUENCE_NODE) {
            set_list(f, name, value);
        } else if (value->type == YAML_MAPPING_NODE) {
            char inner[8192 + 1];
            snprintf(inner, sizeof inner, "%s.", name);
            set_map(f, inner, value);
        } else if (!is_null(value)) {
            sts_options_set(f->options, name, scalar(value), NULL);
        } else if (strcmp(name, "tls") == 0) {
            sts_options_set(f->options, "tls.enabled", "true", NULL);
        }
    }
}

/* Options as libyaml reads them, for the caller to free. */
static sts_options *by_parser(sts_bytes text) {
    yaml_parser_t parser;
    yaml_document_t document;
    struct flattening f = {&document, sts_options_new()};
    HOLDS(yaml_parser_initialize(&parser), "no parser");
    yaml_parser_set_input_string(&parser, (const unsigned char *)text.data, text.size);
    HOLDS(yaml_parser_load(&parser, &document), "it was taken, and is no YAML: %s", parser.problem);
    const yaml_node_t *root = yaml_document_get_root_node(&document);
    HOLDS(!root || root->type == YAML_MAPPING_NODE || is_null(root), "it was taken, and is no map");
    if (root && root->type == YAML_MAPPING_NODE)
        set_map(&f, "", root);
    yaml_document_delete(&document);
    yaml_parser_delete(&parser);
    return f.options;
}

static void check_same(const sts_options *ours, const sts_options *theirs) {
    for (size_t i = 0; i < sts_option_count(); i++) {
        const char *name = sts_option_name(i);
        HOLDS(strcmp(sts_options_get(ours, name), sts_options_get(theirs, name)) == 0, "%s is %s, and %s to libyaml",
              name, sts_options_get(ours, name), sts_options_get(theirs, name));
    }
    for (size_t family = 0; family < STS__OPTION_FAMILIES; family++) {
        HOLDS(ours->families[family].count == theirs->families[family].count, "%zu members, and %zu to libyaml",
              ours->families[family].count, theirs->families[family].count);
        for (size_t i = 0; i < ours->families[family].count; i++) {
            const sts__pair *mine = &ours->families[family].items[i];
            const sts__pair *other = sts__pairs_find(&theirs->families[family], mine->name);
            HOLDS(other && strcmp(other->value, mine->value) == 0, "%s is another to libyaml", mine->name);
        }
    }
}

/* Of a text that was taken, or refused for values alone. Lines NAME=VALUE are no YAML; what variables hold, this must
 * not hang on. */
static bool is_comparable(sts_bytes text) {
    size_t at = 0;
    const char *bytes = text.data;
    while (at < text.size) {
        const char *end = memchr(bytes + at, '\n', text.size - at);
        size_t size = end ? (size_t)(end - bytes) - at : text.size - at;
        const char *sign = memchr(bytes + at, '=', size), *colon = memchr(bytes + at, ':', size);
        if (sign && (!colon || sign < colon))
            return false;
        at += size + 1;
    }
    return !memchr(text.data, '$', text.size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    sts_options *options = sts_options_new(), *untouched = sts_options_new();
    const sts_bytes text = {size ? (const void *)data : "", size};
    sts_error *error = NULL;
    sts_status status = sts_options_load_text(options, "file", text.data, text.size, &error);
    HOLDS(status == STS_OK || status == STS_ERR_CONFIG, "%s", sts_status_name(status));
    HOLDS((status == STS_OK) == (*sts_error_text(error) == '\0'), "a text without a fault, or a fault without one");
    HOLDS(status == STS_OK || strncmp(sts_error_text(error), "file:", 5) == 0, "no place: %s", sts_error_text(error));
    if (status == STS_OK && is_comparable(text)) {
        sts_options *theirs = by_parser(text);
        check_same(options, theirs);
        sts_options_free(theirs);
    } else if (status != STS_OK && !options->fault_count) {
        check_same(options, untouched);
    }
    sts_error_free(error);
    sts_options_free(untouched);
    sts_options_free(options);
    return 0;
}
