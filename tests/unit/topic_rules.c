/* SPDX-License-Identifier: Apache-2.0
 *
 * Where a record's topic comes from: request metadata, a spec, a resource attribute, the option, in this order; and
 * which of them topics.allow lets through. */
#include <criterion/criterion.h>
#include <string.h>

#include "support/explained.h"
#include "support/otlp_tree.h"
#include "support/rig.h"

/* What may name a topic; NULL: it does not. */
struct sources {
    const char *metadata;
    const char *record;   /* attribute stskafka.topic */
    const char *resource; /* attribute topic */
};

/* The values are those of the attributes, NULL where there is none; they are cleared. */
static struct pb request_with(struct pb *record, struct pb *resource) {
    struct otlp_tree *tree = otlp_tree_new(PB_ASCENDING);
    otlp_tree_begin(tree);
    otlp_tree_attribute(tree, "stskafka.key", otlp_text("k"));
    otlp_tree_attribute(tree, "other", otlp_text("by-other"));
    if (record) {
        otlp_tree_attribute(tree, "stskafka.topic", *record);
        *record = (struct pb){0};
    }
    if (resource) {
        otlp_tree_resource_attribute(tree, "topic", *resource);
        *resource = (struct pb){0};
    }
    return otlp_tree_finish(tree);
}

/* What is told of one record; its key is freed. */
static struct explained explain_values(struct pb *record, struct pb *resource, const sts_export_context *metadata,
                                       const char *const *pairs) {
    struct explained_list list = {0};
    struct pb request = request_with(record, resource);
    explained_by(&list, pairs, &request, metadata);
    cr_assert_eq(list.count, 1u);
    struct explained explained = list.items[0];
    explained_clear(&list);
    explained.key = NULL;
    pb_clear(&request);
    return explained;
}

static struct explained explain(struct sources sources, const char *const *pairs) {
    sts_export_context *context = sts_export_context_new();
    cr_assert_eq(sts_export_context_add_metadata(context, "unrelated", "x", 1), STS_OK);
    if (sources.metadata) {
        cr_assert_eq(sts_export_context_add_metadata(context, "X-Topic", sources.metadata, strlen(sources.metadata)),
                     STS_OK);
        cr_assert_eq(sts_export_context_add_metadata(context, "X-Topic", "second", 6), STS_OK);
    }
    struct pb record = otlp_text(sources.record ? sources.record : "");
    struct pb resource = otlp_text(sources.resource ? sources.resource : "");
    struct explained explained =
        explain_values(sources.record ? &record : NULL, sources.resource ? &resource : NULL, context, pairs);
    pb_clear(&record);
    pb_clear(&resource);
    sts_export_context_free(context);
    return explained;
}

static void check_topic(struct sources sources, const char *const *pairs, const char *topic) {
    struct explained explained = explain(sources, pairs);
    cr_assert_eq(explained.code, STS_OK, "%s: %s", topic, explained.text);
    cr_assert_str_eq(explained.topic, topic);
}

static void check_code(struct sources sources, const char *const *pairs, sts_status code, const char *what) {
    struct explained explained = explain(sources, pairs);
    explained_check_code(&explained, code, what);
}

#define ALL_SOURCES "topic", "by-option", "topic_from_attribute", "topic", "topic_from_metadata_key", "x-topic"

Test(topic_rules, the_order_of_the_sources) {
    const char *const *all = RIG_OPTIONS(ALL_SOURCES);
    check_topic((struct sources){"by-metadata", "by-record", "by-resource"}, all, "by-metadata");
    check_topic((struct sources){NULL, "by-record", "by-resource"}, all, "by-record");
    check_topic((struct sources){NULL, NULL, "by-resource"}, all, "by-resource");
    check_topic((struct sources){NULL, NULL, NULL}, all, "by-option");
    check_topic((struct sources){"by-metadata", NULL, NULL}, all, "by-metadata");
    check_topic((struct sources){"by-metadata", "by-record", NULL}, all, "by-metadata");
    check_topic((struct sources){"by-metadata", NULL, "by-resource"}, all, "by-metadata");
    check_topic((struct sources){NULL, "by-record", NULL}, all, "by-record");
}

Test(topic_rules, sources_that_are_not_asked) {
    const struct sources all = {"by-metadata", "by-record", "by-resource"};
    check_topic(all, RIG_OPTIONS("topic", "by-option"), "by-record");
    check_topic(all, RIG_OPTIONS("topic", "by-option", "topic_from", ""), "by-option");
    check_topic(all, RIG_OPTIONS("topic_from", "", "topic_from_attribute", "topic"), "by-resource");
    check_topic(all, RIG_OPTIONS("topic_from", "", "topic_from_attribute", "stskafka.topic"), "sts-otel-topology");
}

Test(topic_rules, topic_from_is_a_spec) {
    const struct sources none = {NULL, NULL, NULL};
    check_topic(none, RIG_OPTIONS("topic_from", "attributes[\"other\"]"), "by-other");
    check_topic(none, RIG_OPTIONS("topic_from", "attributes[\"stskafka.topic\"] | attributes[\"other\"]"), "by-other");
    check_topic(none, RIG_OPTIONS("topic_from", "Concat([\"logs\", attributes[\"other\"]], \".\")"), "logs.by-other");
    check_topic(none, RIG_OPTIONS("topic_from", "constant(\"fixed\")"), "fixed");
    check_topic(none, RIG_OPTIONS("topic_from", "attributes[\"absent\"]", "topic", "by-option"), "by-option");
}

Test(topic_rules, the_first_value_of_the_metadata_counts) {
    const char *const *pairs = RIG_OPTIONS("topic_from_metadata_key", "X-TOPIC");
    check_topic((struct sources){"first", NULL, NULL}, pairs, "first");
    /* notes/kafka-exporters 2c: present is enough, so that an empty one is a topic's name, and no good one */
    check_code((struct sources){"", "by-record", NULL}, pairs, STS_ERR_TOPIC_INVALID, "an empty one");
    check_code((struct sources){"no topic", "by-record", NULL}, pairs, STS_ERR_TOPIC_INVALID, "a bad one");
}

/* The resource attribute counts if it is a text and not empty; a spec's value must be right. */
Test(topic_rules, values_of_other_types) {
    const char *const *pairs = RIG_OPTIONS("topic", "by-option", "topic_from_attribute", "topic");
    struct pb values[5] = {otlp_int(7), otlp_bytes("bytes", 5), otlp_bool(true), otlp_nested(1),
                           otlp_map("k", otlp_text("v"))};
    for (size_t i = 0; i < 5; i++) {
        struct pb copy = {0};
        pb_put(&copy, values[i].data, values[i].size);
        struct explained by_resource = explain_values(NULL, &copy, NULL, pairs);
        cr_assert_eq(by_resource.code, STS_OK, "%zu: %s", i, by_resource.text);
        cr_assert_str_eq(by_resource.topic, "by-option", "value %zu", i);
        struct explained by_record = explain_values(&values[i], NULL, NULL, pairs);
        explained_check_code(&by_record, STS_ERR_TOPIC_INVALID, "a record's value that is no text");
    }
    check_topic((struct sources){NULL, NULL, ""}, pairs, "by-option");
    check_code((struct sources){NULL, "", "by-resource"}, pairs, STS_ERR_TOPIC_INVALID, "an empty text is a value");
}

/* An AnyValue without a value is none, as for the key. */
Test(topic_rules, an_attribute_without_a_value) {
    struct pb none = {0}, also_none = {0};
    const char *const *pairs = RIG_OPTIONS("topic", "by-option", "topic_from_attribute", "topic");
    struct explained explained = explain_values(NULL, &none, NULL, pairs);
    cr_assert_eq(explained.code, STS_OK, "%s", explained.text);
    cr_assert_str_eq(explained.topic, "by-option", "the resource's does not count");
    explained = explain_values(&also_none, NULL, NULL, pairs);
    cr_assert_eq(explained.code, STS_ERR_TOPIC_INVALID, "the record's is there, and is none");
}

Test(topic_rules, a_bad_name) {
    const char *const *pairs = RIG_OPTIONS("topic_from_attribute", "topic");
    check_code((struct sources){NULL, NULL, "no topic"}, pairs, STS_ERR_TOPIC_INVALID, "of the resource");
    check_code((struct sources){NULL, "..", NULL}, pairs, STS_ERR_TOPIC_INVALID, "of the record");
}

/* error.h: the key, or another spec, cannot be computed. */
Test(topic_rules, a_spec_that_cannot_be_computed) {
    check_code((struct sources){NULL, NULL, "by-resource"},
               RIG_OPTIONS("topic_from", "SHA256(attributes[\"absent\"])", "topic_from_attribute", "topic"),
               STS_ERR_KEY_EVAL, "topic_from");
}

Test(topic_rules, only_what_is_allowed) {
    const char *const *pairs = RIG_OPTIONS("topics.allow", "one,two.*,three-*,full");
    static const char *const good[] = {"one", "two.", "two.x", "two.x.y", "three-", "three-3", "full"};
    static const char *const bad[] = {"One", "one1", "on", "two", "twox", "three", "ful", "full.", "x-one"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        check_topic((struct sources){NULL, good[i], NULL}, pairs, good[i]);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        check_code((struct sources){NULL, bad[i], NULL}, pairs, STS_ERR_TOPIC_REFUSED, bad[i]);
}

Test(topic_rules, without_a_list_all_are_allowed) {
    check_topic((struct sources){NULL, "any", NULL}, RIG_OPTIONS("topics.allow", ""), "any");
    check_topic((struct sources){NULL, "any", NULL}, RIG_OPTIONS("topics.allow", "*"), "any");
}

Test(topic_rules, every_source_of_names_keeps_to_the_list) {
    const char *const *pairs = RIG_OPTIONS(ALL_SOURCES, "topics.allow", "good");
    check_code((struct sources){"bad", "good", "good"}, pairs, STS_ERR_TOPIC_REFUSED, "metadata");
    check_code((struct sources){NULL, "bad", "good"}, pairs, STS_ERR_TOPIC_REFUSED, "record");
    check_code((struct sources){NULL, NULL, "bad"}, pairs, STS_ERR_TOPIC_REFUSED, "resource");
    check_topic((struct sources){"good", "bad", "bad"}, pairs, "good");
    check_topic((struct sources){NULL, "good", "bad"}, pairs, "good");
    check_topic((struct sources){NULL, NULL, "good"}, pairs, "good");
}

/* The topics of the configuration are the host's own choice, also where a record names them. */
Test(topic_rules, those_of_the_options_are_always_allowed) {
    const char *const *pairs =
        RIG_OPTIONS("topic", "by-option", "metadata_topic", "descriptions", "topics.allow", "good");
    check_topic((struct sources){NULL, NULL, NULL}, pairs, "by-option");
    check_topic((struct sources){NULL, "by-option", NULL}, pairs, "by-option");
    check_topic((struct sources){NULL, "descriptions", NULL}, pairs, "descriptions");
    check_code((struct sources){NULL, "sts-otel-topology", NULL}, pairs, STS_ERR_TOPIC_REFUSED,
               "the default of topic, which is not the topic");
}

/* A refused record is refused alone, and its topic takes no place among the topics.max. */
Test(topic_rules, refused_topics_do_not_count) {
    struct rig rig;
    struct otlp otlp = {0};
    struct pb request = {0};
    uint64_t counts[STS_COUNTS];
    static const char *const topics[] = {"bad-1", "bad-2", "good-1", "bad-3", "good-2"};
    rig_open(&rig, NULL, RIG_OPTIONS("topics.allow", "good-*", "topics.max", "3"));
    for (size_t i = 0; i < 5; i++) {
        struct pb key = otlp_text("k"), topic = otlp_text(topics[i]), body = otlp_bytes("b", 1);
        otlp_add(&otlp, &key, &topic, &body);
    }
    otlp_finish(&request, &otlp);
    cr_assert_eq(rig_export(&rig, &request, counts), STS_ERR_REJECTED);
    cr_assert_eq(counts[STS_COUNT_ACCEPTED], 2u);
    cr_assert_eq(counts[STS_COUNT_REJECTED], 3u);
    rig_flush(&rig, NULL);
    cr_assert_str_eq(sts_memory_transport_message(rig.memory, 0)->topic, "good-1");
    cr_assert_str_eq(sts_memory_transport_message(rig.memory, 1)->topic, "good-2");
    rig_close(&rig);
    pb_clear(&request);
}
