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

static enum yaml_block_kind kind_of(const char *name) {
    if (has_type(name, "stskafka"))
        return YAML_BLOCK_OWN;
    if (has_type(name, "sts_kafka_exporter"))
        return YAML_BLOCK_STS;
    return has_type(name, "kafka") ? YAML_BLOCK_KAFKAEXPORTER : YAML_BLOCK_BARE;
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

/* Our own options have `kafka` for librdkafka's properties, of which kafkaexporter's fields have none of the names.
 * With nothing in it, it is the exporter where it stands alone: that has its defaults, and of ours it would say
 * nothing. */
static bool is_kafkaexporter(struct yaml_tree *tree, const struct yaml_pair *pair, bool is_alone) {
    static const char *const fields[] = {
        "brokers",       "protocol_version", "client_id", "producer", "auth",     "tls", "logs",
        "sending_queue", "retry_on_failure", "traces",    "metrics",  "profiles", NULL};
    struct yaml_pairs members = {NULL, 0};
    if (strncmp(name_of(pair), "kafka/", 6) == 0)
        return true;
    if (strcmp(name_of(pair), "kafka") != 0)
        return false;
    if (yaml_is_null(pair->value))
        return is_alone;
    if (pair->value->type != YAML_MAPPING_NODE || !yaml_tree_pairs(tree, pair->value, &members))
        return false;
    bool is_theirs = members.count == 0 && is_alone;
    for (size_t i = 0; i < members.count; i++)
        is_theirs |= is_one_of(name_of(&members.at[i]), fields);
    yaml_pairs_free(&members);
    return is_theirs;
}

/* --- choosing --- */

struct search {
    struct yaml_tree *tree;
    const struct yaml_block_choice *choice;
    bool is_named; /* the members are a collector's exporters, and no block's own */
};

static bool is_candidate(const struct search *search, const struct yaml_pairs *place, const struct yaml_pair *pair) {
    enum yaml_block_kind kind = kind_of(name_of(pair));
    if (search->choice->name)
        return strcmp(name_of(pair), search->choice->name) == 0;
    if (kind == YAML_BLOCK_KAFKAEXPORTER)
        return search->is_named || is_kafkaexporter(search->tree, pair, place->count == 1);
    return kind != YAML_BLOCK_BARE;
}

/* How many blocks of the kinds from `first` up to `last` are there, and the first of them. */
static size_t count_blocks(const struct search *search, const struct yaml_pairs *place, enum yaml_block_kind first,
                           enum yaml_block_kind last, const struct yaml_pair **found) {
    size_t count = 0;
    for (size_t i = 0; i < place->count; i++) {
        enum yaml_block_kind kind = kind_of(name_of(&place->at[i]));
        if (kind >= first && kind <= last && is_candidate(search, place, &place->at[i]) && ++count == 1)
            *found = &place->at[i];
    }
    return count;
}

static void list_names(const struct yaml_pairs *pairs, char *names, size_t size) {
    names[0] = '\0';
    for (size_t i = 0; i < pairs->count; i++) {
        size_t used = strlen(names);
        snprintf(names + used, size - used, "%s%s", i ? ", " : "", name_of(&pairs->at[i]));
    }
    if (!names[0])
        snprintf(names, size, "none");
}

static void fault_none(const struct search *search, const yaml_node_t *where, const struct yaml_pairs *place) {
    char names[200];
    list_names(place, names, sizeof names);
    if (search->choice->name)
        yaml_tree_fault(search->tree, where,
                        "there is no exporter %s here (found: %s): name one of these with --exporter",
                        search->choice->name, names);
    else
        yaml_tree_fault(search->tree, where,
                        "no exporter here is called stskafka, sts_kafka_exporter or kafka (found: %s): give the "
                        "block that is to be read one of these names",
                        names);
}

static void fault_several(const struct search *search, const yaml_node_t *where, const struct yaml_pairs *place,
                          size_t count) {
    char names[200];
    list_names(place, names, sizeof names);
    if (search->choice->prefers_own)
        yaml_tree_fault(search->tree, where, "%zu exporters could be meant (found: %s): leave only one of them in",
                        count, names);
    else
        yaml_tree_fault(search->tree, where, "%zu exporters could be meant (found: %s): say which with --exporter NAME",
                        count, names);
}

/* The block's pair among the members of a place; NULL where there is none, or after a fault. */
static const struct yaml_pair *choose(const struct search *search, const struct yaml_pairs *place) {
    const struct yaml_pair *found = NULL;
    size_t count = 0;
    if (search->choice->name)
        count = count_blocks(search, place, YAML_BLOCK_BARE, YAML_BLOCK_KAFKAEXPORTER, &found);
    else if (search->choice->prefers_own)
        count = count_blocks(search, place, YAML_BLOCK_OWN, YAML_BLOCK_STS, &found);
    if (count == 0 && !search->choice->name)
        count = count_blocks(search, place, YAML_BLOCK_OWN, YAML_BLOCK_KAFKAEXPORTER, &found);
    if (count > 1)
        fault_several(search, found->name, place, count);
    return count == 1 ? found : NULL;
}

/* --- the two places where a block can be --- */

/* What a collector's file has beside exporters is none of ours, anything else would be lost. */
static bool check_file(struct yaml_tree *tree, const struct yaml_pairs *root) {
    static const char *const parts[] = {"receivers",  "processors", "exporters", "connectors",
                                        "extensions", "service",    NULL};
    for (size_t i = 0; i < root->count; i++) {
        if (!is_one_of(name_of(&root->at[i]), parts))
            yaml_tree_fault(tree, root->at[i].name,
                            "%s is not part of a collector's file, and nothing reads it: options go below exporters: "
                            "stskafka:",
                            name_of(&root->at[i]));
    }
    return !tree->failed;
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

static bool open_block(struct yaml_tree *tree, const struct yaml_pair *pair, struct yaml_block *block) {
    block->kind = kind_of(name_of(pair));
    block->name = name_of(pair);
    return open_map(tree, pair->value, &block->members);
}

static bool find_in_exporters(struct search *search, const struct yaml_pair *exporters, struct yaml_block *block) {
    struct yaml_pairs members;
    search->is_named = true;
    if (!open_map(search->tree, exporters->value, &members))
        return false;
    const struct yaml_pair *found = choose(search, &members);
    if (!found && !search->tree->failed)
        fault_none(search, exporters->name, &members);
    bool good = found && open_block(search->tree, found, block);
    yaml_pairs_free(&members);
    return good;
}

/* A block under its name alone, or the members themselves. */
static bool find_in_root(struct search *search, const yaml_node_t *top, struct yaml_pairs *root,
                         struct yaml_block *block) {
    const struct yaml_pair *found = choose(search, root);
    if (found)
        return check_alone(search->tree, root, found) && open_block(search->tree, found, block);
    if (!search->tree->failed && search->choice->name)
        fault_none(search, top, root);
    if (search->tree->failed)
        return false;
    block->members = *root;
    *root = (struct yaml_pairs){NULL, 0};
    return true;
}

bool yaml_block_find(struct yaml_tree *tree, const struct yaml_block_choice *choice, struct yaml_block *block) {
    yaml_node_t *top = yaml_document_get_root_node(&tree->document);
    struct yaml_pairs root;
    struct search search = {tree, choice, false};
    *block = (struct yaml_block){{NULL, 0}, YAML_BLOCK_BARE, ""};
    if (!top)
        return true;
    if (!open_map(tree, top, &root))
        return false;
    const struct yaml_pair *exporters = find(&root, "exporters");
    bool good = exporters ? check_file(tree, &root) && find_in_exporters(&search, exporters, block)
                          : find_in_root(&search, top, &root, block);
    yaml_pairs_free(&root);
    return good;
}

void yaml_block_free(struct yaml_block *block) {
    yaml_pairs_free(&block->members);
}

/* The value of a member of a map; NULL: there is none. */
static const yaml_node_t *member_of(struct yaml_tree *tree, const yaml_node_t *map, const char *name) {
    struct yaml_pairs pairs;
    if (!map || map->type != YAML_MAPPING_NODE || !yaml_tree_pairs(tree, map, &pairs))
        return NULL;
    const struct yaml_pair *pair = find(&pairs, name);
    const yaml_node_t *value = pair ? pair->value : NULL;
    yaml_pairs_free(&pairs);
    return value;
}

const char *yaml_block_storage(struct yaml_tree *tree, const char *extension) {
    const yaml_node_t *extensions = member_of(tree, yaml_document_get_root_node(&tree->document), "extensions");
    const yaml_node_t *directory = member_of(tree, member_of(tree, extensions, extension), "directory");
    return directory ? yaml_scalar(directory) : NULL;
}
