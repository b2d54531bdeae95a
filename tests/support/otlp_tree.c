/* SPDX-License-Identifier: Apache-2.0 */
#include "support/otlp_tree.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

/* Field numbers of opentelemetry-proto. */
enum { VALUE_MAP = 6, MAP_PAIRS = 1 };
enum { PAIR_KEY = 1, PAIR_VALUE = 2 };
enum { RECORD_TIME = 1, RECORD_BODY = 5, RECORD_ATTRIBUTES = 6, RECORD_TRACE_ID = 9, RECORD_SPAN_ID = 10 };
enum { OWNER = 1, OWNER_CHILDREN = 2 };
enum { SCOPE_NAME = 1, SCOPE_ATTRIBUTES = 3, RESOURCE_ATTRIBUTES = 1, REQUEST_RESOURCE_LOGS = 1 };

struct otlp_tree *otlp_tree_new(enum pb_order order) {
    struct otlp_tree *tree = calloc(1, sizeof *tree);
    cr_assert_not_null(tree);
    tree->order = order;
    return tree;
}

static struct otlp_owner *last_resource(struct otlp_tree *tree) {
    return &tree->resources[tree->resource_count - 1];
}

static struct otlp_owner *last_scope(struct otlp_tree *tree) {
    return &tree->scopes[tree->scope_count - 1];
}

void otlp_tree_resource(struct otlp_tree *tree) {
    cr_assert_lt(tree->resource_count++, (size_t)OTLP_TREE_RESOURCES);
}

void otlp_tree_scope(struct otlp_tree *tree) {
    cr_assert_lt(tree->scope_count, (size_t)OTLP_TREE_SCOPES);
    tree->resource_of[tree->scope_count++] = tree->resource_count - 1;
}

void otlp_tree_record(struct otlp_tree *tree) {
    cr_assert_lt(tree->record_count, (size_t)OTLP_TREE_RECORDS);
    tree->scope_of[tree->record_count] = tree->scope_count - 1;
    pb_fixed64(&tree->records[tree->record_count++].time, RECORD_TIME, 1767225600000000000u);
}

void otlp_tree_begin(struct otlp_tree *tree) {
    otlp_tree_resource(tree);
    otlp_tree_scope(tree);
    otlp_tree_record(tree);
}

void otlp_tree_resource_message(struct otlp_tree *tree) {
    cr_assert_lt(last_resource(tree)->count++, (size_t)OTLP_TREE_MESSAGES);
}

void otlp_tree_scope_message(struct otlp_tree *tree) {
    cr_assert_lt(last_scope(tree)->count++, (size_t)OTLP_TREE_MESSAGES);
}

static void put_pair(struct pb *out, uint32_t field, enum pb_order order, sts_bytes name, struct pb *value) {
    struct pb_parts parts = {0};
    struct pb pair = {0};
    pb_bytes(pb_part(&parts), PAIR_KEY, name.data, name.size);
    if (value)
        pb_message(pb_part(&parts), PAIR_VALUE, value);
    pb_join(&pair, &parts, order);
    pb_message(out, field, &pair);
}

static sts_bytes text(const char *chars) {
    return (sts_bytes){chars, strlen(chars)};
}

void otlp_tree_resource_attribute(struct otlp_tree *tree, const char *name, struct pb value) {
    struct otlp_owner *resource = last_resource(tree);
    if (resource->count == 0)
        otlp_tree_resource_message(tree);
    put_pair(&resource->messages[resource->count - 1].attributes, RESOURCE_ATTRIBUTES, tree->order, text(name), &value);
}

void otlp_tree_scope_attribute(struct otlp_tree *tree, const char *name, struct pb value) {
    struct otlp_owner *scope = last_scope(tree);
    if (scope->count == 0)
        otlp_tree_scope_message(tree);
    put_pair(&scope->messages[scope->count - 1].attributes, SCOPE_ATTRIBUTES, tree->order, text(name), &value);
}

static struct pb *last_attributes(struct otlp_tree *tree) {
    return &tree->records[tree->record_count - 1].attributes;
}

void otlp_tree_attribute(struct otlp_tree *tree, const char *name, struct pb value) {
    put_pair(last_attributes(tree), RECORD_ATTRIBUTES, tree->order, text(name), &value);
}

void otlp_tree_attribute_named(struct otlp_tree *tree, const char *name, size_t name_size, struct pb value) {
    put_pair(last_attributes(tree), RECORD_ATTRIBUTES, tree->order, (sts_bytes){name, name_size}, &value);
}

void otlp_tree_attribute_bare(struct otlp_tree *tree, const char *name) {
    put_pair(last_attributes(tree), RECORD_ATTRIBUTES, tree->order, text(name), NULL);
}

void otlp_tree_scope_name(struct otlp_tree *tree, const char *name) {
    struct otlp_owner *scope = last_scope(tree);
    if (scope->count == 0)
        otlp_tree_scope_message(tree);
    pb_text(&scope->messages[scope->count - 1].name, SCOPE_NAME, name);
}

void otlp_tree_body(struct otlp_tree *tree, struct pb value) {
    pb_message(&tree->records[tree->record_count - 1].body, RECORD_BODY, &value);
}

void otlp_tree_trace_id(struct otlp_tree *tree, const void *id, size_t size) {
    pb_bytes(&tree->records[tree->record_count - 1].trace_id, RECORD_TRACE_ID, id, size);
}

void otlp_tree_span_id(struct otlp_tree *tree, const void *id, size_t size) {
    pb_bytes(&tree->records[tree->record_count - 1].span_id, RECORD_SPAN_ID, id, size);
}

struct pb otlp_map(const char *name, struct pb value) {
    struct pb list = {0}, map = {0};
    otlp_key_value(&list, MAP_PAIRS, name, &value, PB_ASCENDING);
    pb_message(&map, VALUE_MAP, &list);
    return map;
}

static void put_copy(struct pb_parts *parts, const struct pb *from) {
    pb_put(pb_part(parts), from->data, from->size);
}

static void put_record(struct pb *out, const struct otlp_tree *tree, size_t i) {
    struct pb_parts parts = {0};
    struct pb record = {0}, *body, plain = otlp_bytes("b", 1);
    put_copy(&parts, &tree->records[i].time);
    body = pb_part(&parts);
    if (tree->records[i].body.size > 0)
        pb_put(body, tree->records[i].body.data, tree->records[i].body.size);
    else
        pb_bytes(body, RECORD_BODY, plain.data, plain.size);
    pb_clear(&plain);
    put_copy(&parts, &tree->records[i].attributes);
    put_copy(&parts, &tree->records[i].trace_id);
    put_copy(&parts, &tree->records[i].span_id);
    pb_join(&record, &parts, tree->order);
    pb_message(out, OWNER_CHILDREN, &record);
}

/* A ResourceLogs or a ScopeLogs: they are alike. Clears the children. */
static void put_owner(struct pb *out, uint32_t field, const struct otlp_tree *tree, const struct otlp_owner *owner,
                      struct pb *children) {
    struct pb_parts parts = {0};
    struct pb whole = {0}, *messages = pb_part(&parts);
    for (size_t i = 0; i < owner->count; i++) {
        struct pb_parts inner = {0};
        struct pb message = {0};
        put_copy(&inner, &owner->messages[i].name);
        put_copy(&inner, &owner->messages[i].attributes);
        pb_join(&message, &inner, tree->order);
        pb_message(messages, OWNER, &message);
    }
    put_copy(&parts, children);
    pb_clear(children);
    pb_join(&whole, &parts, tree->order);
    pb_message(out, field, &whole);
}

void otlp_tree_write(struct pb *out, const struct otlp_tree *tree) {
    for (size_t resource = 0; resource < tree->resource_count; resource++) {
        struct pb scopes = {0};
        for (size_t scope = 0; scope < tree->scope_count; scope++) {
            struct pb records = {0};
            if (tree->resource_of[scope] != resource)
                continue;
            for (size_t i = 0; i < tree->record_count; i++)
                if (tree->scope_of[i] == scope)
                    put_record(&records, tree, i);
            put_owner(&scopes, OWNER_CHILDREN, tree, &tree->scopes[scope], &records);
        }
        put_owner(out, REQUEST_RESOURCE_LOGS, tree, &tree->resources[resource], &scopes);
    }
}

void otlp_tree_write_alone(struct pb *out, const struct otlp_tree *tree, size_t record) {
    struct pb scopes = {0}, records = {0};
    size_t scope = tree->scope_of[record];
    put_record(&records, tree, record);
    put_owner(&scopes, OWNER_CHILDREN, tree, &tree->scopes[scope], &records);
    put_owner(out, REQUEST_RESOURCE_LOGS, tree, &tree->resources[tree->resource_of[scope]], &scopes);
}

static void clear_owners(struct otlp_owner *owners, size_t count) {
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < owners[i].count; j++) {
            pb_clear(&owners[i].messages[j].name);
            pb_clear(&owners[i].messages[j].attributes);
        }
    }
}

void otlp_tree_free(struct otlp_tree *tree) {
    clear_owners(tree->resources, tree->resource_count);
    clear_owners(tree->scopes, tree->scope_count);
    for (size_t i = 0; i < tree->record_count; i++) {
        pb_clear(&tree->records[i].time);
        pb_clear(&tree->records[i].body);
        pb_clear(&tree->records[i].attributes);
        pb_clear(&tree->records[i].trace_id);
        pb_clear(&tree->records[i].span_id);
    }
    free(tree);
}

struct pb otlp_tree_finish(struct otlp_tree *tree) {
    struct pb request = {0};
    otlp_tree_write(&request, tree);
    otlp_tree_free(tree);
    return request;
}
