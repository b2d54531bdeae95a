/* SPDX-License-Identifier: Apache-2.0
 *
 * The exporter's block in a YAML file. */
#include "yaml_block.h"

#include <stdio.h>
#include <string.h>

static bool is_one_of(const char *name, const char *const *names) {
    while (*names && strcmp(*names, name) != 0)
        names++;
    return *names != NULL;
}

/* Whether the name is `type`, or `type/anything`: how a collector's components are called. */
static bool has_type(const char *name, const char *type) {
    size_t size = strlen(type);
    return strncmp(name, type, size) == 0 && (name[size] == '\0' || name[size] == '/');
}

static bool is_own(const char *name) {
    return has_type(name, "stskafka") || has_type(name, "sts_kafka_exporter");
}

static const char *name_of(const struct yaml_pair *pair) {
    const char *name = yaml_scalar(pair->name);
    return name ? name : "";
}

static const struct yaml_pair *find(const struct yaml_pairs *pairs, const char *name) {
    for (size_t i = 0; i < pairs->count; i++) {
        if (strcmp(name_of(&pairs->at[i]), name) == 0)
            return &pairs->at[i];
    }
    return NULL;
}

/* The one block of ours among them, or NULL; how many there are. */
static const struct yaml_pair *find_own(const struct yaml_pairs *pairs, size_t *count) {
    const struct yaml_pair *found = NULL;
    *count = 0;
    for (size_t i = 0; i < pairs->count; i++) {
        if (is_own(name_of(&pairs->at[i])) && ++*count == 1)
            found = &pairs->at[i];
    }
    return found;
}

/* The members of a value that has to be a map; none of one that is null. */
static bool open_map(struct yaml_tree *tree, const yaml_node_t *value, struct yaml_pairs *pairs) {
    *pairs = (struct yaml_pairs){NULL, 0};
    if (yaml_is_null(value))
        return true;
    if (value->type == YAML_MAPPING_NODE)
        return yaml_tree_pairs(tree, value, pairs);
    yaml_tree_fault(tree, value, "a map of options is needed here, as in a collector's exporter block");
    return false;
}

/* What a collector's file has beside exporters is none of ours, anything else would be lost. */
static bool check_file(struct yaml_tree *tree, const struct yaml_pairs *root) {
    static const char *const parts[] = {"receivers",  "processors", "exporters", "connectors",
                                        "extensions", "service",    NULL};
    for (size_t i = 0; i < root->count; i++) {
        if (!is_one_of(name_of(&root->at[i]), parts))
            yaml_tree_fault(tree, root->at[i].name,
                            "%s is no part of a collector's file, and nothing reads it: options stand below exporters: "
                            "stskafka:",
                            name_of(&root->at[i]));
    }
    return !tree->failed;
}

static void fault_no_own(struct yaml_tree *tree, const yaml_node_t *exporters, const struct yaml_pairs *pairs) {
    char names[200] = "";
    for (size_t i = 0; i < pairs->count; i++) {
        size_t used = strlen(names);
        snprintf(names + used, sizeof names - used, "%s%s", i ? ", " : "", name_of(&pairs->at[i]));
    }
    yaml_tree_fault(
        tree, exporters,
        "no exporter here is called stskafka or sts_kafka_exporter (there is %s): give the block that is to "
        "be read this name; stskafka options lists what it takes, which is not all that kafka takes",
        names[0] ? names : "none");
}

static bool check_alone(struct yaml_tree *tree, const struct yaml_pairs *place, const struct yaml_pair *own) {
    for (size_t i = 0; i < place->count; i++) {
        if (&place->at[i] != own)
            yaml_tree_fault(tree, place->at[i].name,
                            "%s stands beside %s, and only what is below that is read: move it there, or take it out",
                            name_of(&place->at[i]), name_of(own));
    }
    return !tree->failed;
}

/* Our own options have `kafka` for librdkafka's properties; the collector's kafkaexporter has none of their names. */
static void check_kafka(struct yaml_tree *tree, const struct yaml_pair *pair) {
    static const char *const theirs[] = {
        "brokers",       "protocol_version", "client_id", "producer", "auth",     "tls", "logs",
        "sending_queue", "retry_on_failure", "traces",    "metrics",  "profiles", NULL};
    bool is_exporter = strncmp(name_of(pair), "kafka/", 6) == 0;
    struct yaml_pairs members = {NULL, 0};
    if (strcmp(name_of(pair), "kafka") == 0 && pair->value->type == YAML_MAPPING_NODE &&
        !yaml_tree_pairs(tree, pair->value, &members))
        return;
    for (size_t i = 0; i < members.count; i++)
        is_exporter |= is_one_of(name_of(&members.at[i]), theirs);
    yaml_pairs_free(&members);
    if (is_exporter)
        yaml_tree_fault(
            tree, pair->name,
            "%s: this looks like the block of the collector's kafkaexporter; below kafka: stand librdkafka's "
            "properties here. Name the block stskafka:; stskafka options lists what it takes, which is not "
            "all that kafkaexporter takes",
            name_of(pair));
}

/* The block among the members of `place`, which is the root or its exporters; the root may be the block itself. */
static bool find_in(struct yaml_tree *tree, const yaml_node_t *exporters, struct yaml_pairs *place,
                    struct yaml_pairs *block) {
    size_t count;
    const struct yaml_pair *own = find_own(place, &count);
    if (count > 1)
        /* there are some: NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
        yaml_tree_fault(tree, place->at[0].name,
                        "%zu exporters are named stskafka, sts_kafka_exporter or one of these "
                        "and a /...; there must be one",
                        count);
    else if (exporters && !own)
        fault_no_own(tree, exporters, place);
    else if (own && (exporters || check_alone(tree, place, own)))
        return open_map(tree, own->value, block);
    for (size_t i = 0; i < place->count && !tree->failed; i++)
        check_kafka(tree, &place->at[i]);
    if (tree->failed)
        return false;
    *block = *place;
    *place = (struct yaml_pairs){NULL, 0};
    return true;
}

bool yaml_block_find(struct yaml_tree *tree, struct yaml_pairs *block) {
    yaml_node_t *top = yaml_document_get_root_node(&tree->document);
    struct yaml_pairs root = {NULL, 0}, members = {NULL, 0};
    bool found = false;
    *block = root;
    if (!top)
        return true;
    if (!open_map(tree, top, &root))
        return false;
    const struct yaml_pair *exporters = find(&root, "exporters");
    if (!exporters)
        found = find_in(tree, NULL, &root, block);
    else if (check_file(tree, &root) && open_map(tree, exporters->value, &members))
        found = find_in(tree, exporters->name, &members, block);
    yaml_pairs_free(&members);
    yaml_pairs_free(&root);
    return found;
}
