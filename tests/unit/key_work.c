/* SPDX-License-Identifier: Apache-2.0
 *
 * What a spec costs: each part of it that depends on the request, a resource or a scope alone is computed once for each
 * of those, however many records there are. Evaluations and conversions are counted, node by node. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "exporter/exporter.h"
#include "ottl/functions.h"
#include "support/explained.h"
#include "support/golden.h"
#include "support/otlp_tree.h"
#include "support/rig.h"

enum { RESOURCES = 3, SCOPES = 6, RECORDS = 120, MOST_NODES = 4000 };

struct counted {
    const sts__ottl_node *node;
    sts__ottl_evaluation evaluate;
    size_t evaluations, conversions;
};

static struct counted counted[MOST_NODES];
static size_t counted_count;

static struct counted *find(const sts__ottl_node *node) {
    for (size_t i = 0; i < counted_count; i++)
        if (counted[i].node == node)
            return &counted[i];
    return NULL;
}

static bool count(sts__ottl_state *state, const sts__ottl_node *node, sts__ottl_value *result) {
    struct counted *entry = find(node);
    entry->evaluations++;
    return entry->evaluate(state, node, result);
}

/* The linker puts this in the place of sts__ottl_convert. What is of the right type already is no work. */
bool __real_sts__ottl_convert(sts__ottl_state *state, const sts__ottl_node *argument, sts__ottl_kind kind,
                              const char *who, sts__ottl_value *value);
bool __wrap_sts__ottl_convert(sts__ottl_state *state, const sts__ottl_node *argument, sts__ottl_kind kind,
                              const char *who, sts__ottl_value *value);

bool __wrap_sts__ottl_convert(sts__ottl_state *state, const sts__ottl_node *argument, sts__ottl_kind kind,
                              const char *who, sts__ottl_value *value) {
    struct counted *entry = find(argument);
    if (entry && !sts__ottl_is_kind(value, kind) && !sts__ottl_is_nil(value))
        entry->conversions++;
    return __real_sts__ottl_convert(state, argument, kind, who, value);
}

/* And this in the place of sts__ottl_member. */
sts__ottl_value __real_sts__ottl_member(const sts__ottl_value *map, sts_bytes name);
sts__ottl_value __wrap_sts__ottl_member(const sts__ottl_value *map, sts_bytes name);
static size_t looked_up;

sts__ottl_value __wrap_sts__ottl_member(const sts__ottl_value *map, sts_bytes name) {
    looked_up++;
    return __real_sts__ottl_member(map, name);
}

static void watch_node(sts__ottl_node *node) {
    if (!node || find(node) || node->evaluate == sts__ottl_evaluate_literal)
        return;
    cr_assert_lt(counted_count, (size_t)MOST_NODES);
    counted[counted_count++] = (struct counted){node, node->evaluate, 0, 0};
    if (node->evaluate)
        node->evaluate = count;
    for (uint32_t i = 0; i < node->child_count; i++)
        watch_node(node->children[i]);
}

static void watch(sts__ottl_program *program) {
    for (uint32_t i = 0; i < program->count; i++)
        watch_node(program->alternatives[i]);
}

/* How many evaluations there were of what does not depend on the record. `times` the work that is allowed. */
static size_t check_counts(const char *what, size_t times) {
    static const size_t groups[] = {
        [STS__OTTL_REQUEST] = 1, [STS__OTTL_RESOURCE] = RESOURCES, [STS__OTTL_SCOPE] = SCOPES};
    size_t seen = 0;
    for (size_t i = 0; i < counted_count; i++) {
        const struct counted *entry = &counted[i];
        const sts__ottl_node *node = entry->node;
        if (node->level == STS__OTTL_RECORD)
            continue;
        cr_assert_leq(entry->conversions, times * groups[node->level], "%s: %.*s was converted %zu times", what,
                      (int)node->source.size, (const char *)node->source.data, entry->conversions);
        if (entry->evaluate == sts__ottl_evaluate_cached) /* which is asked for each record */
            continue;
        cr_assert_leq(entry->evaluations, times * groups[node->level], "%s: %.*s was computed %zu times", what,
                      (int)node->source.size, (const char *)node->source.data, entry->evaluations);
        seen += entry->evaluations;
    }
    return seen;
}

/* The scopes' and records' attributes are the resource's, but for "zz", which nothing has, and "s" and "i". */
static void some_attributes(struct otlp_tree *tree, void (*add)(struct otlp_tree *, const char *, struct pb)) {
    add(tree, "text", otlp_text("a text"));
    add(tree, "int", otlp_int(7));
    add(tree, "bytes", otlp_bytes("\x01\xff", 2));
    add(tree, "map", otlp_map("k", otlp_text("in a map")));
}

static struct pb request_of_many(void) {
    struct otlp_tree *tree = otlp_tree_new(PB_DESCENDING);
    for (size_t record = 0; record < RECORDS; record++) {
        if (record % (RECORDS / RESOURCES) == 0) {
            otlp_tree_resource(tree);
            some_attributes(tree, otlp_tree_resource_attribute);
        }
        if (record % (RECORDS / SCOPES) == 0) {
            otlp_tree_scope(tree);
            some_attributes(tree, otlp_tree_scope_attribute);
        }
        otlp_tree_record(tree);
        otlp_tree_body(tree, otlp_bytes("b", 1));
        otlp_tree_attribute(tree, "s", otlp_text(record % 2 ? "k" : "map"));
        otlp_tree_attribute(tree, "i", otlp_int((int64_t)record));
    }
    return otlp_tree_finish(tree);
}

static void run(sts__ottl_set *set, const sts__ottl_program *program, const struct pb *request) {
    static char name[] = "tenant", text[] = "t";
    sts__metadata_pair pair = {name, text, 1};
    sts__metadata metadata = {&pair, 1};
    sts__ottl_state state;
    sts__item_cursor cursor;
    sts__item record;
    cr_assert_eq(sts__ottl_state_begin(&state, sts__memory_default(), set, &metadata), STS_OK);
    sts__items_begin(&cursor, &sts__signals[STS__LOGS], (sts_bytes){request->data, request->size});
    for (size_t records = 0; sts__items_next(&cursor, &record); records++) {
        sts__ottl_value value;
        sts__fault fault;
        uint32_t alternative;
        sts__ottl_state_set_item(&state, &record);
        sts__ottl_run(&state, program, &value, &alternative, &fault);
    }
    sts__ottl_state_end(&state);
}

/* What was computed of resources, scopes and the request, or 0 where it is no spec. */
static size_t work_of(const char *spec, const struct pb *request) {
    sts__ottl_set set;
    sts__ottl_program program;
    sts__fault fault;
    size_t seen = 0;
    sts__ottl_set_init(&set, sts__memory_default(), &sts__signals[STS__LOGS]);
    counted_count = 0;
    if (sts__ottl_compile(&set, spec, &program, &fault) == STS_OK) {
        watch(&program);
        run(&set, &program, request);
        seen = check_counts(spec, 1);
    }
    counted_count = 0;
    sts__ottl_set_clear(&set);
    return seen;
}

Test(key_work, each_part_is_computed_once_for_what_it_depends_on) {
    static const char *const specs[] = {
        "attribute(\"zz\") | \"x\"",
        "attribute(\"text\")",
        "Concat([resource.attributes[\"zz\"], attributes[\"s\"]], \"\")",
        "Concat([Hex(resource_hash), attributes[\"s\"]], \"\")",
        "Concat([Hex(resource_hash_v0163(\"t*\")), scope.attributes[\"text\"], attributes[\"s\"]], \"\")",
        /* conversions, of items and of arguments */
        "Concat([resource.attributes, attributes[\"s\"]], \"\")",
        "Concat([attributes[\"s\"], scope.attributes[\"bytes\"], metadata(\"tenant\")], resource.attributes[\"text\"])",
        "Concat(Split(resource.attributes[\"text\"], \"e\"), attributes[\"s\"])",
        "Concat(Values(scope.attributes), attributes[\"s\"])",
        "Concat(Sort(Keys(resource.attributes), \"desc\"), attributes[\"s\"])",
        "Format(\"%v-%v\", [resource.attributes[\"int\"], attributes[\"s\"]])",
        "Split(Concat([String(resource.attributes), \"k\"], \"\"), attributes[\"s\"])[0]",
        "Int(resource.attributes[\"int\"]) + attributes[\"i\"]",
        "(resource.attributes[\"int\"] + scope.attributes[\"int\"]) * attributes[\"i\"]",
        /* keys that change with the record */
        "resource.attributes[\"map\"][attributes[\"s\"]]",
        "ParseJSON(String(resource.attributes[\"map\"]))[\"k\"][attributes[\"s\"]]",
        "ContainsValue([resource.attributes[\"text\"], \"x\"], attributes[\"s\"])",
        "String({\"a\": resource.attributes[\"map\"], \"b\": attributes[\"s\"]})",
        /* what fails */
        "SHA256(resource.attributes[\"int\"])",
        "attributes[\"zz\"] | Concat([attributes[\"s\"], SHA256(scope.attributes[\"int\"])], \"\")",
        "Concat([attributes[\"s\"], Split(\"a\", \"b\")[7]], \"\")",
        "attributes[\"i\"] + 1 / 0",
    };
    struct pb request = request_of_many();
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++)
        cr_assert_gt(work_of(specs[i], &request), 0u, "%s", specs[i]);
    pb_clear(&request);
}

/* A key that changes with the record is looked up in what was found once. */
Test(key_work, keys_before_one_that_changes_are_looked_up_once) {
    struct pb request = request_of_many();
    looked_up = 0;
    work_of("resource.attributes[\"map\"][attributes[\"s\"]]", &request);
    cr_assert_eq(looked_up, (size_t)RESOURCES + RECORDS, "%zu", looked_up);
    looked_up = 0;
    work_of("ParseJSON(String(scope.attributes[\"map\"]))[\"k\"][attributes[\"s\"]]", &request);
    cr_assert_leq(looked_up, 2u * SCOPES + RECORDS, "%zu", looked_up);
    pb_clear(&request);
}

static void check_expression(const json_t *row, void *user) {
    char spec[4096];
    if (strcmp(golden_text(row, "row"), "case") != 0)
        return;
    snprintf(spec, sizeof spec, "Concat([%s, resource.attributes[\"text\"], attributes[\"s\"]], scope.name)",
             golden_text(row, "expr"));
    work_of(golden_text(row, "expr"), user);
    work_of(spec, user);
}

/* Whatever else specs may say. */
Test(key_work, of_all_golden_expressions) {
    struct pb request = request_of_many();
    golden_each("tests/golden/ottl.jsonl", check_expression, &request);
    golden_each("tests/golden/ottl_more.jsonl", check_expression, &request);
    pb_clear(&request);
}

static sts_exporter *watched(struct rig *rig) {
    rig_open(rig, NULL,
             RIG_OPTIONS("key", "Concat([Hex(resource_hash), attributes[\"s\"]], \"\")", "topic_from",
                         "attribute(\"zz\") | resource.attributes[\"zz\"]", "topic_from_attribute", "zz",
                         "partition_from", "Len(resource.attributes) - 4 + attributes[\"i\"] * 0", "header_from.a",
                         "Concat([resource.attributes, attributes[\"s\"]], \"\")", "header_from.b",
                         "Concat([Hex(resource_hash_except(\"b\")), attributes[\"s\"]], \"\")"));
    sts__rules *rules = rig->exporter->rules;
    counted_count = 0;
    watch(&rules->key.program);
    watch(&rules->topic.from);
    watch(&rules->topic.attribute);
    watch(&rules->partition);
    for (size_t i = 0; i < rules->headers.computed_count; i++)
        watch(&rules->headers.computed[i].value);
    return rig->exporter;
}

Test(key_work, of_topics_partitions_and_headers) {
    struct rig rig;
    struct pb request = request_of_many();
    watched(&rig);
    cr_assert_eq(rig_export(&rig, &request, NULL), STS_OK);
    cr_assert_gt(check_counts("an export", 1), 10u * RESOURCES);
    counted_count = 0;
    rig_close(&rig);
    pb_clear(&request);
}

/* What the key was made of is asked in a second pass, and that is computed once too. */
Test(key_work, of_an_explanation) {
    struct rig rig;
    struct explained_list list = {0};
    struct pb request = request_of_many();
    explained_add(&list, watched(&rig), &request, NULL);
    cr_assert_eq(list.count, (size_t)RECORDS);
    check_counts("an explanation", 2);
    counted_count = 0;
    rig_close(&rig);
    explained_clear(&list);
    pb_clear(&request);
}
