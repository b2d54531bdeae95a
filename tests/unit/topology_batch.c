/* SPDX-License-Identifier: Apache-2.0
 *
 * Batches of topology through the public API: what is added how, and what is refused. */
#include <string.h>

#include <criterion/criterion.h>

#include <stskafka/stskafka.h>

#include "support/rig.h"

/* What the last message of an explanation was. */
struct seen {
    size_t count;
    unsigned char value[4096];
    size_t value_size;
};

static void see(const sts_explanation *explanation, void *user) {
    struct seen *seen = user;
    sts_bytes value;
    cr_assert_eq(sts_explanation_code(explanation), STS_OK, "%s", sts_explanation_text(explanation));
    sts_explanation_value(explanation, &value);
    cr_assert_leq(value.size, sizeof seen->value);
    memcpy(seen->value, value.data, value.size);
    seen->value_size = value.size;
    seen->count++;
}

static sts_exporter *new_explainer(void) {
    sts_options *options = rig_options(RIG_OPTIONS("transport", "none", "topology.shards", "1"));
    sts_exporter *exporter = rig_new(options);
    sts_options_free(options);
    return exporter;
}

/* The one message of the batch. */
static struct seen explain(const sts_topology *batch) {
    struct seen seen = {0};
    sts_exporter *exporter = new_explainer();
    cr_assert_eq(sts_explain_topology(exporter, batch, NULL, see, &seen, NULL), STS_OK);
    cr_assert_eq(seen.count, 1);
    sts_exporter_free(exporter, 0);
    return seen;
}

static sts_topology *new_batch(void) {
    sts_topology *batch = sts_topology_new();
    cr_assert_eq(sts_topology_set_stream(batch, STS_OWNER_AGENT, "urn:test", NULL), STS_OK);
    return batch;
}

static void add_component(sts_topology *batch, const char *id) {
    cr_assert_eq(sts_topology_add_component(batch, id, "name", "type", NULL), STS_OK);
}

static void expect_same(sts_topology *left, sts_topology *right) {
    struct seen a = explain(left);
    struct seen b = explain(right);
    cr_assert_eq(a.value_size, b.value_size);
    cr_assert_eq(memcmp(a.value, b.value, a.value_size), 0);
    sts_topology_free(left);
    sts_topology_free(right);
}

Test(topology_batch, takes_more_tags_for_a_component_from_json) {
    static const char line[] = "{\"component\":{\"externalId\":\"c\",\"name\":\"name\",\"typeName\":\"type\","
                               "\"tags\":[\"c\",\"a\",\"b\"],\"identifiers\":[\"i\",\"j\",\"k\"]}}";
    sts_topology *from_json = new_batch();
    sts_topology *by_calls = new_batch();
    cr_assert_eq(sts_topology_add_json(from_json, line, sizeof line - 1, NULL), STS_OK);
    cr_assert_eq(sts_topology_add_tag(from_json, "d", NULL), STS_OK);
    cr_assert_eq(sts_topology_add_identifier(from_json, "l", NULL), STS_OK);
    add_component(by_calls, "c");
    for (const char *const *tag = (const char *const[]){"d", "b", "a", "c", NULL}; *tag; tag++)
        cr_assert_eq(sts_topology_add_tag(by_calls, *tag, NULL), STS_OK);
    for (const char *const *id = (const char *const[]){"i", "j", "k", "l", NULL}; *id; id++)
        cr_assert_eq(sts_topology_add_identifier(by_calls, *id, NULL), STS_OK);
    expect_same(from_json, by_calls);
}

Test(topology_batch, is_the_same_from_text_and_value_by_value) {
    static const char json[] = "{\"b\":[1,null,{\"x\":\"y\"}],\"a\":true}";
    sts_topology *from_text = new_batch();
    sts_topology *by_value = new_batch();
    add_component(from_text, "c");
    cr_assert_eq(sts_topology_set_resource_definition(from_text, json, sizeof json - 1, NULL), STS_OK);
    add_component(by_value, "c");
    cr_assert_eq(sts_topology_begin_resource_definition(by_value, NULL), STS_OK);
    cr_assert_eq(sts_topology_put_bool(by_value, "a", 1, NULL), STS_OK);
    cr_assert_eq(sts_topology_begin_array(by_value, "b", NULL), STS_OK);
    cr_assert_eq(sts_topology_put_number(by_value, NULL, 1, NULL), STS_OK);
    cr_assert_eq(sts_topology_put_null(by_value, NULL, NULL), STS_OK);
    cr_assert_eq(sts_topology_begin_object(by_value, NULL, NULL), STS_OK);
    cr_assert_eq(sts_topology_put_string(by_value, "x", "y", 1, NULL), STS_OK);
    for (int depth = 0; depth < 3; depth++)
        cr_assert_eq(sts_topology_end(by_value, NULL), STS_OK);
    expect_same(from_text, by_value);
}

Test(topology_batch, does_not_lose_an_object_that_was_begun) {
    sts_topology *batch = new_batch();
    sts_exporter *exporter = new_explainer();
    struct seen seen = {0};
    add_component(batch, "c");
    cr_assert_eq(sts_topology_begin_resource_definition(batch, NULL), STS_OK);
    cr_assert_eq(sts_topology_begin_status_data(batch, NULL), STS_ERR_ELEMENT);
    cr_assert_eq(sts_topology_add_component(batch, "d", "", "", NULL), STS_ERR_ELEMENT);
    cr_assert_eq(sts_explain_topology(exporter, batch, NULL, see, &seen, NULL), STS_ERR_ELEMENT);
    cr_assert_eq(sts_topology_end(batch, NULL), STS_OK);
    cr_assert_eq(sts_topology_end(batch, NULL), STS_ERR_ELEMENT, "there is none left to end");
    cr_assert_eq(sts_explain_topology(exporter, batch, NULL, see, &seen, NULL), STS_OK);
    sts_exporter_free(exporter, 0);
    sts_topology_free(batch);
}

Test(topology_batch, refuses_what_makes_no_sense_and_stays_as_it_was) {
    sts_topology *none = sts_topology_new();
    cr_assert_eq(sts_topology_add_component(none, "c", "", "", NULL), STS_ERR_ELEMENT, "no stream");
    sts_topology_free(none);
    sts_topology *batch = new_batch();
    add_component(batch, "c");
    cr_assert_eq(sts_topology_add_component(batch, "c", "", "", NULL), STS_ERR_ELEMENT);
    cr_assert_eq(sts_topology_delete_component(batch, "c", NULL), STS_ERR_ELEMENT);
    cr_assert_eq(sts_topology_add_component(batch, "", "", "", NULL), STS_ERR_ELEMENT);
    cr_assert_eq(sts_topology_add_component(batch, "x", "\xff", "", NULL), STS_ERR_UTF8);
    cr_assert_eq(sts_topology_add_relation(batch, "r", "", "b", "", "", 0, NULL), STS_ERR_ELEMENT);
    cr_assert_eq(sts_topology_set_times(batch, -1, 0, NULL), STS_ERR_ELEMENT);
    cr_assert_eq(sts_topology_snapshot_stop(batch, NULL), STS_ERR_ELEMENT);
    cr_assert_eq(sts_topology_set_resource_definition(batch, "[]", 2, NULL), STS_ERR_JSON);
    cr_assert_eq(sts_topology_count(batch), 1);
    sts_topology_free(batch);
}

/* What yajl takes and RFC 8259 does not. */
Test(topology_batch, refuses_what_is_not_quite_json) {
    static const char *const texts[] = {"{}\v", "{\f}", "\v{}", "{}\"", "{}\"abc", "{} tru", "{} -", "{}\n\\"};
    sts_topology *batch = new_batch();
    add_component(batch, "c");
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        sts_status status = sts_topology_set_resource_definition(batch, texts[i], strlen(texts[i]), NULL);
        cr_expect_eq(status, STS_ERR_JSON, "%s: %s", texts[i], sts_status_name(status));
    }
    cr_assert_eq(sts_topology_set_resource_definition(batch, " {}\r\n\t ", 7, NULL), STS_OK);
    sts_topology_free(batch);
}

/* Exports the batch that is being explained. */
struct again {
    sts_exporter *exporter;
    const sts_topology *batch;
    sts_status status;
};

static void explain_again(const sts_explanation *explanation, void *user) {
    struct again *again = user;
    struct seen seen = {0};
    (void)explanation;
    again->status = sts_explain_topology(again->exporter, again->batch, NULL, see, &seen, NULL);
}

Test(topology_batch, is_not_explained_inside_its_own_explanation) {
    sts_topology *batch = new_batch();
    add_component(batch, "c");
    struct again again = {new_explainer(), batch, STS_OK};
    cr_assert_eq(sts_explain_topology(again.exporter, batch, NULL, explain_again, &again, NULL), STS_OK);
    cr_assert_eq(again.status, STS_ERR_REENTRANT);
    explain(batch);
    sts_exporter_free(again.exporter, 0);
    sts_topology_free(batch);
}
