/* SPDX-License-Identifier: Apache-2.0
 *
 * What depends on a resource or a scope alone may be computed once for all its records. Nobody must notice: in a
 * request of many resources and scopes each record gets what it gets when it is sent alone. */
#include <criterion/criterion.h>
#include <string.h>

#include "support/explained.h"
#include "support/otlp_tree.h"
#include "support/rig.h"

enum { SEEDS = 60 };

/* Marsaglia's xorshift: the same requests on every machine. */
struct dice {
    uint32_t state;
};

static unsigned roll(struct dice *dice, unsigned sides) {
    dice->state ^= dice->state << 13;
    dice->state ^= dice->state >> 17;
    dice->state ^= dice->state << 5;
    return dice->state % sides;
}

static struct pb some_value(struct dice *dice) {
    static const char *const texts[] = {"one", "TWO", "three", ""};
    switch (roll(dice, 10)) {
    case 0:
        return (struct pb){0};
    case 1:
        return otlp_int((int64_t)roll(dice, 3));
    case 2:
        return otlp_map("k", otlp_text(texts[roll(dice, 4)]));
    case 3:
        return otlp_nested(1);
    case 4:
        return otlp_bytes("\xff\x00\x01", 1 + roll(dice, 3));
    default:
        return otlp_text(texts[roll(dice, 4)]);
    }
}

typedef void (*attribute_adder)(struct otlp_tree *tree, const char *name, struct pb value);

/* So few names that levels share them, and that duplicates occur. */
static void some_attributes(struct otlp_tree *tree, struct dice *dice, attribute_adder add) {
    static const char *const names[] = {"a", "b", "m", "stskafka.key"};
    for (unsigned count = roll(dice, 4); count > 0; count--)
        add(tree, names[roll(dice, 4)], some_value(dice));
}

static void some_records(struct otlp_tree *tree, struct dice *dice) {
    static const unsigned char id[16] = {0xab, 1};
    for (unsigned count = roll(dice, 4); count > 0; count--) {
        otlp_tree_record(tree);
        some_attributes(tree, dice, otlp_tree_attribute);
        if (roll(dice, 2))
            otlp_tree_trace_id(tree, id, sizeof id);
    }
}

/* Resources and scopes come without a message, with one or with two, and without children. */
static struct otlp_tree *some_tree(struct dice *dice, enum pb_order order) {
    static const char *const scopes[] = {"scope one", "scope two", ""};
    struct otlp_tree *tree = otlp_tree_new(order);
    for (unsigned resources = 1 + roll(dice, 5); resources > 0; resources--) {
        otlp_tree_resource(tree);
        for (unsigned messages = roll(dice, 3); messages > 0; messages--) {
            otlp_tree_resource_message(tree);
            some_attributes(tree, dice, otlp_tree_resource_attribute);
        }
        for (unsigned count = roll(dice, 4); count > 0; count--) {
            otlp_tree_scope(tree);
            for (unsigned messages = roll(dice, 3); messages > 0; messages--) {
                otlp_tree_scope_message(tree);
                otlp_tree_scope_name(tree, scopes[roll(dice, 3)]);
                some_attributes(tree, dice, otlp_tree_scope_attribute);
            }
            some_records(tree, dice);
        }
    }
    return tree;
}

static sts_export_context *some_metadata(void) {
    sts_export_context *context = sts_export_context_new();
    cr_assert_not_null(context);
    cr_assert_eq(sts_export_context_add_metadata(context, "tenant", "a tenant", 8), STS_OK);
    return context;
}

static void check_same(const struct explained *one, const struct explained *other, const char *what, unsigned seed,
                       size_t record) {
    cr_assert_eq(one->code, other->code, "%s, seed %u, record %zu: %s (%s), alone %s (%s)", what, seed, record,
                 sts_status_name(one->code), one->text, sts_status_name(other->code), other->text);
    cr_assert_eq(one->key == NULL, other->key == NULL, "%s, seed %u, record %zu", what, seed, record);
    cr_assert(one->key_size == other->key_size && (!one->key || memcmp(one->key, other->key, one->key_size) == 0),
              "%s, seed %u, record %zu: '%s', alone '%s'", what, seed, record, one->key, other->key);
    cr_assert_str_eq(one->key_from, other->key_from, "%s, seed %u, record %zu", what, seed, record);
    cr_assert_str_eq(one->topic, other->topic, "%s, seed %u, record %zu", what, seed, record);
    cr_assert_eq(one->partition, other->partition, "%s, seed %u, record %zu", what, seed, record);
    cr_assert_eq(one->header_count, other->header_count, "%s, seed %u, record %zu", what, seed, record);
    cr_assert_eq(memcmp(one->headers, other->headers, sizeof one->headers), 0, "%s, seed %u, record %zu", what, seed,
                 record);
}

/* How often each way to end was seen: a property that never fails to compute proves little. */
struct seen {
    size_t sent, missing, type, eval, other;
};

static void count(struct seen *seen, sts_status code) {
    seen->sent += code == STS_OK;
    seen->missing += code == STS_ERR_KEY_MISSING;
    seen->type += code == STS_ERR_KEY_TYPE;
    seen->eval += code == STS_ERR_KEY_EVAL;
    seen->other += code == STS_ERR_HEADER || code == STS_ERR_TOPIC_INVALID || code == STS_ERR_PARTITION;
}

/* Each record of the tree, of which `whole` is what was told, alone. */
static void check_each_alone(sts_exporter *exporter, const struct otlp_tree *tree, const sts_export_context *metadata,
                             const struct explained_list *whole, const char *what, unsigned seed) {
    cr_assert_eq(whole->count, tree->record_count, "%s, seed %u", what, seed);
    for (size_t i = 0; i < tree->record_count; i++) {
        struct explained_list alone = {0};
        struct pb request = {0};
        otlp_tree_write_alone(&request, tree, i);
        explained_add(&alone, exporter, &request, metadata);
        cr_assert_eq(alone.count, 1u);
        check_same(&whole->items[i], &alone.items[0], what, seed, i);
        explained_clear(&alone);
        pb_clear(&request);
    }
}

/* Starting in the middle of a scope is starting with nothing computed. */
static void check_from_the_middle(sts_exporter *exporter, const struct otlp_tree *tree, sts_export_context *metadata,
                                  const struct explained_list *whole, const char *what, unsigned seed) {
    struct explained_list rest = {0};
    struct pb request = {0};
    size_t first = tree->record_count / 2;
    otlp_tree_write(&request, tree);
    cr_assert_eq(sts_export_context_set_first_record(metadata, first), STS_OK);
    explained_add(&rest, exporter, &request, metadata);
    cr_assert_eq(sts_export_context_set_first_record(metadata, 0), STS_OK);
    cr_assert_eq(rest.count, tree->record_count - first);
    for (size_t i = 0; i < rest.count; i++)
        check_same(&rest.items[i], &whole->items[first + i], what, seed, first + i);
    explained_clear(&rest);
    pb_clear(&request);
}

static void check_tree(sts_exporter *exporter, unsigned seed, enum pb_order order, const char *what,
                       struct seen *seen) {
    struct dice dice = {0x9e3779b9u * (seed + 1)};
    struct otlp_tree *tree = some_tree(&dice, order);
    struct explained_list whole = {0};
    struct pb request = {0};
    sts_export_context *metadata = some_metadata();
    otlp_tree_write(&request, tree);
    explained_add(&whole, exporter, &request, metadata);
    check_each_alone(exporter, tree, metadata, &whole, what, seed);
    check_from_the_middle(exporter, tree, metadata, &whole, what, seed);
    for (size_t i = 0; i < whole.count; i++)
        count(seen, whole.items[i].code);
    sts_export_context_free(metadata);
    explained_clear(&whole);
    pb_clear(&request);
    otlp_tree_free(tree);
}

static struct seen check_options(const char *const *pairs, const char *what) {
    struct seen seen = {0};
    sts_options *options = rig_options(RIG_OPTIONS("transport", "none", "topics.max", "100"));
    rig_set(options, pairs);
    sts_exporter *exporter = rig_new(options);
    for (unsigned seed = 0; seed < SEEDS; seed++) {
        check_tree(exporter, seed, PB_ASCENDING, what, &seen);
        check_tree(exporter, seed, PB_DESCENDING, what, &seen);
    }
    sts_exporter_free(exporter, 0);
    sts_options_free(options);
    cr_assert_gt(seen.sent, 0u, "%s: not a record was sent", what);
    return seen;
}

Test(key_caching, keys_of_resources_and_scopes) {
    static const char *const specs[] = {
        "resource.attributes[\"a\"]",
        "resource_hash",
        "resource_hash(\"a\", \"m*\") | attributes[\"a\"] | none",
        "resource_hash_except(\"a\") | scope.name",
        "scope.attributes[\"a\"] | resource.attributes[\"b\"]",
        "scope.name | resource_hash",
        "AsString(resource.attributes)",
        "Concat([scope.attributes, resource.attributes], \"-\")",
        "FNV(Concat([scope.name, resource.attributes[\"b\"]], \"-\"))",
        "resource.attributes[\"m\"][\"k\"] | scope.attributes[\"m\"] | constant(\"c\")",
    };
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++)
        check_options(RIG_OPTIONS("key", specs[i]), specs[i]);
}

Test(key_caching, keys_that_mix_levels) {
    static const char *const specs[] = {
        "attribute(\"a\") | attribute(\"b\") | metadata(\"tenant\")",
        "attributes[\"a\"] | resource.attributes[\"a\"] | scope.attributes[\"a\"]",
        "Concat([resource.attributes[\"a\"], scope.attributes[\"b\"], attributes[\"a\"], metadata(\"tenant\")], \"/\")",
        "Coalesce([attributes[\"a\"], scope.attributes[\"a\"], resource.attributes[\"a\"]]) | trace_id",
        "Concat([SHA256(String(resource.attributes)), attributes[\"b\"]], \"\")",
        "metadata(\"absent\") | trace_id | scope.attributes[\"a\"] | resource_hash(\"b\")",
        "Concat([resource.attributes, attributes[\"a\"], scope.attributes], attributes[\"b\"]) | none",
        "Concat([resource.attributes[\"m\"], attributes[\"b\"]], scope.name) | none",
        "resource.attributes[\"m\"][Concat([\"k\"], String(attributes[\"a\"]))] | scope.attributes[\"a\"]",
    };
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++)
        check_options(RIG_OPTIONS("key", specs[i]), specs[i]);
}

/* Of some resources or scopes the part cannot be computed: their records are rejected, and nobody else's; and only
 * where it is needed. */
Test(key_caching, keys_that_fail_in_some_resources) {
    static const char *const specs[] = {
        "SHA256(resource.attributes[\"a\"]) | constant(\"c\")",
        "attributes[\"b\"] | SHA256(scope.attributes[\"a\"])",
        "attributes[\"b\"] | ToLowerCase(resource.attributes[\"a\"]) | scope.attributes[\"a\"]",
        "Concat([SHA256(resource.attributes[\"a\"]), SHA256(attributes[\"a\"])], \"/\") | none",
        "scope.attributes[\"m\"] | SHA256(resource.attributes[\"b\"]) | trace_id | none",
    };
    struct seen all = {0};
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
        struct seen seen = check_options(RIG_OPTIONS("key", specs[i]), specs[i]);
        cr_assert_gt(seen.eval, 0u, "%s", specs[i]);
        all.type += seen.type;
    }
    cr_assert_gt(all.type, 0u);
}

Test(key_caching, topics_partitions_and_headers) {
    struct seen seen = check_options(RIG_OPTIONS("key", "resource_hash | none", "topic_from", "scope.attributes[\"a\"]",
                                                 "topic_from_attribute", "b", "header_from.r",
                                                 "ToLowerCase(resource.attributes[\"b\"])", "header_from.s",
                                                 "scope.name | resource_hash", "header_from.m",
                                                 "Concat([metadata(\"tenant\"), attributes[\"a\"]], \"\")"),
                                     "topics and headers");
    cr_assert_gt(seen.other, 0u);
    seen = check_options(RIG_OPTIONS("key", "attribute(\"a\") | none", "missing_key", "null", "partition_from",
                                     "resource.attributes[\"b\"] | scope.attributes[\"b\"]"),
                         "partitions");
    cr_assert_gt(seen.other, 0u);
}

/* An export is no other than what was explained. */
Test(key_caching, an_export_of_many_resources) {
    for (unsigned seed = 0; seed < SEEDS; seed++) {
        struct rig rig;
        struct dice dice = {0x85ebca6bu * (seed + 1)};
        struct otlp_tree *tree = some_tree(&dice, seed % 2 ? PB_ASCENDING : PB_DESCENDING);
        struct explained_list whole = {0};
        struct pb request = {0};
        size_t sent = 0;
        otlp_tree_write(&request, tree);
        rig_open(&rig, NULL, RIG_OPTIONS("key", "attributes[\"b\"] | SHA256(scope.attributes[\"a\"]) | resource_hash"));
        explained_add(&whole, rig.exporter, &request, NULL);
        rig_export(&rig, &request, NULL);
        rig_flush(&rig, NULL);
        for (size_t i = 0; i < whole.count; i++) {
            if (whole.items[i].code != STS_OK)
                continue;
            const sts_message *message = sts_memory_transport_message(rig.memory, sent++);
            cr_assert_not_null(message, "seed %u, record %zu", seed, i);
            cr_assert(message->key.size == whole.items[i].key_size &&
                          memcmp(message->key.data, whole.items[i].key, message->key.size) == 0,
                      "seed %u, record %zu", seed, i);
        }
        cr_assert_eq(sts_memory_transport_count(rig.memory), sent, "seed %u", seed);
        rig_close(&rig);
        explained_clear(&whole);
        pb_clear(&request);
        otlp_tree_free(tree);
    }
}

/* A resource and a scope of these attributes, in one message each or in two. */
static struct pb merged(enum pb_order order, bool split) {
    struct otlp_tree *tree = otlp_tree_new(order);
    otlp_tree_begin(tree);
    otlp_tree_resource_attribute(tree, "a", otlp_text("resource a"));
    otlp_tree_scope_attribute(tree, "a", otlp_text("scope a"));
    otlp_tree_scope_name(tree, split ? "a name that is overwritten" : "the name");
    if (split) {
        otlp_tree_resource_message(tree);
        otlp_tree_scope_message(tree);
        otlp_tree_scope_name(tree, "the name");
    }
    otlp_tree_resource_attribute(tree, "b", otlp_text("resource b"));
    otlp_tree_resource_attribute(tree, "a", otlp_text("a second a"));
    otlp_tree_scope_attribute(tree, "b", otlp_text("scope b"));
    return otlp_tree_finish(tree);
}

/* protobuf: a message field that comes twice is merged, repeated fields one behind the other, of others the last. */
Test(key_caching, messages_that_come_twice_are_merged) {
    static const char *const specs[][2] = {
        {"resource.attributes[\"a\"]", "resource a"},
        {"resource.attributes[\"b\"]", "resource b"},
        {"scope.attributes[\"a\"]", "scope a"},
        {"scope.attributes[\"b\"]", "scope b"},
        {"scope.name", "the name"},
        {"attribute(\"b\")", "scope b"},
        {"resource_hash", NULL},
    };
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
        for (int order = PB_ASCENDING; order <= PB_DESCENDING; order++) {
            struct explained_list list = {0};
            struct pb one = merged((enum pb_order)order, false), two = merged((enum pb_order)order, true);
            explained_by(&list, RIG_OPTIONS("key", specs[i][0]), &one, NULL);
            explained_by(&list, RIG_OPTIONS("key", specs[i][0]), &two, NULL);
            check_same(&list.items[0], &list.items[1], specs[i][0], 0, 0);
            if (specs[i][1])
                explained_check_key(&list.items[1], specs[i][1], specs[i][0]);
            explained_clear(&list);
            pb_clear(&one);
            pb_clear(&two);
        }
    }
}

/* What an earlier resource had is not what one without a message has. */
Test(key_caching, a_resource_without_a_message) {
    struct otlp_tree *tree = otlp_tree_new(PB_ASCENDING);
    struct explained_list list = {0};
    struct pb request = {0};
    otlp_tree_begin(tree);
    otlp_tree_resource_attribute(tree, "a", otlp_text("resource"));
    otlp_tree_scope_attribute(tree, "a", otlp_text("scope"));
    otlp_tree_scope(tree);
    otlp_tree_record(tree);
    otlp_tree_begin(tree);
    otlp_tree_write(&request, tree);
    explained_by(&list, RIG_OPTIONS("key", "scope.attributes[\"a\"] | resource.attributes[\"a\"]"), &request, NULL);
    explained_check_key(&list.items[0], "scope", "the first");
    explained_check_key(&list.items[1], "resource", "another scope");
    explained_check_code(&list.items[2], STS_ERR_KEY_MISSING, "another resource");
    explained_clear(&list);
    pb_clear(&request);
    otlp_tree_free(tree);
}
