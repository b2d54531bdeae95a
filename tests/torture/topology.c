/* SPDX-License-Identifier: Apache-2.0
 *
 * Topology, built, exported, explained, encoded and decoded, with every allocation failing in turn. */
#include <string.h>

#include "torture/exporting.h"

#define JSON(text) text, sizeof text - 1

/* A batch, as exporting_call has it. */
static sts_status export_batch(struct exporting *e, const void *batch, const sts_export_context *context,
                               uint64_t *counts) {
    return sts_export_topology(e->exporter, batch, context, counts, STS_COUNTS, &e->t->error);
}

static void note_explanation(const sts_explanation *explanation, void *user) {
    sts_bytes key;
    sts_bytes value;
    unsigned sum = 0;
    sts_explanation_key(explanation, &key);
    sts_explanation_value(explanation, &value);
    for (size_t i = 0; i < value.size; i++)
        sum = sum * 31 + ((const unsigned char *)value.data)[i];
    torture_note(user, "%s %zu %zu %u", sts_explanation_topic(explanation), key.size, value.size, sum);
}

/* Builds each kind of element, call by call. */
static void add_by_calls(struct torture *t, sts_topology *b) {
    TRY_OK(t, sts_topology_set_stream(b, STS_OWNER_AGENT, "urn:a", &t->error));
    TRY_OK(t, sts_topology_set_times(b, 1000, 2000, &t->error));
    TRY_OK(t, sts_topology_set_expiry(b, 3000, &t->error));
    TRY_OK(t, sts_topology_set_specificity(b, 0.5, &t->error));
    for (int i = 0; i < 40; i++) {
        char id[40];
        snprintf(id, sizeof id, "component-%d", i);
        TRY_OK(t, sts_topology_add_component(b, id, "name", "type", &t->error));
    }
    TRY_OK(t, sts_topology_set_type_identifier(b, "urn:type", &t->error));
    for (int i = 0; i < 5; i++) {
        TRY_OK(t, sts_topology_add_identifier(b, "urn:other", &t->error));
        TRY_OK(t, sts_topology_add_tag(b, i % 2 ? "b" : "a", &t->error));
    }
    TRY_OK(t, sts_topology_set_resource_definition(b, JSON("{\"b\":[1,\"\\u00e9\"],\"a\":{\"c\":null}}"), &t->error));
    TRY_OK(t, sts_topology_begin_status_data(b, &t->error));
    TRY_OK(t, sts_topology_begin_object(b, "o", &t->error));
    TRY_OK(t, sts_topology_put_bool(b, "t", 1, &t->error));
    TRY_OK(t, sts_topology_begin_array(b, "list", &t->error));
    for (int i = 0; i < 20; i++)
        TRY_OK(t, sts_topology_put_number(b, NULL, i, &t->error));
    TRY_OK(t, sts_topology_end(b, &t->error));
    TRY_OK(t, sts_topology_put_string(b, "text", "abc", 3, &t->error));
    TRY_OK(t, sts_topology_end(b, &t->error));
    TRY_OK(t, sts_topology_put_null(b, "n", &t->error));
    TRY_OK(t, sts_topology_end(b, &t->error));
    TRY_OK(t, sts_topology_add_relation(b, "r", "a", "b", "", "runs-on", STS_DEPENDENCY_CONNECTION, &t->error));
    TRY_OK(t, sts_topology_delete_component(b, "gone", &t->error));
    TRY_OK(t, sts_topology_delete_relation(b, "gone", &t->error));
    TRY_OK(t, sts_topology_add_error(b, "category", "issue", "message", &t->error));
    TRY_OK(t, sts_topology_set_metadata(b, "name", JSON("{\"a\":1}"), &t->error));
    TRY_OK(t, sts_topology_set_stream(b, STS_OWNER_AGENT, "urn:b", &t->error));
    TRY_OK(t, sts_topology_snapshot_start(b, 1000, &t->error));
    TRY_OK(t, sts_topology_add_component(b, "in snapshot", "name", "type", &t->error));
    TRY_OK(t, sts_topology_snapshot_stop(b, &t->error));
    TRY_OK(t, sts_topology_remove_metadata(b, &t->error));
    TRY_OK(t, sts_topology_remove_stream(b, "cause", &t->error));
done:
    return;
}

static void add_by_json(struct torture *t, sts_topology *b) {
    static const char *const lines[] = {
        ("{\"owner\":\"OTEL\",\"data_source\":\"urn:j\",\"collection_timestamp\":1,\"component\":{\"externalId\":\"c\","
         "\"name\":\"n\",\"typeName\":\"t\",\"tags\":[\"b\",\"a\"],\"resourceDefinition\":{\"b\":[1.5,\"\\u00e9\"]}}}"),
        "{\"relation\":{\"externalId\":\"r\",\"sourceIdentifier\":\"a\",\"targetIdentifier\":\"b\"}}",
        "{\"errors\":[{\"category\":\"a\"},{\"message\":\"m\"}]}",
        "{\"delete_component\":\"d\"}",
        "{\"owner\":\"AGENT\",\"data_source\":\"urn:k\",\"metadata\":{\"displayName\":\"d\"}}",
        "{\"snapshot_start\":{\"repeat_interval_ms\":5}}",
        "{\"snapshot_stop\":{}}",
        "{\"remove\":\"cause\"}",
    };
    TRY_OK(t, sts_topology_set_stream(b, STS_OWNER_AGENT, "urn:j", &t->error));
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        TRY_OK(t, sts_topology_add_json(b, lines[i], strlen(lines[i]), &t->error));
done:
    return;
}

/* Every export and explanation of a batch that `add` has filled. */
static void export_all(struct torture *t, void (*add)(struct torture *t, sts_topology *batch)) {
    static const char *const pairs[] = {"transport", "memory", "service_thread", "false", "topology.max_group_bytes",
                                        "4096",      NULL};
    struct exporting e;
    sts_topology *batch = NULL;
    sts_export_context *context = NULL;
    sts_status status;
    if (!exporting_options(&e, t, pairs) || !exporting_start(&e))
        goto done;
    TRY_NEW(t, context, sts_export_context_new_with(t->allocator));
    TRY_NEW(t, batch, sts_topology_new_with(t->allocator));
    add(t, batch);
    if (t->given_up)
        goto done;
    torture_note(t, "%zu elements", sts_topology_count(batch));
    size_t before = t->results_size;
    torture_begin(t);
    do {
        t->results_size = before;
        status = sts_explain_topology(e.exporter, batch, context, note_explanation, t, &t->error);
    } while (torture_again(t, status));
    if (t->given_up)
        goto done;
    MUST(status == STS_OK);
    if (exporting_export(&e, export_batch, batch, context))
        exporting_flush(&e);
    sts_topology_reset(batch);
    MUST(sts_topology_count(batch) == 0);
done:
    exporting_end(&e);
    sts_topology_free(batch);
    sts_export_context_free(context);
}

static void by_calls(struct torture *t) {
    export_all(t, add_by_calls);
}

static void by_json(struct torture *t) {
    export_all(t, add_by_json);
}

/* What is refused leaves the batch as it was, with memory and without. */
static void refused(struct torture *t) {
    sts_topology *b = NULL;
    sts_status status;
    TRY_NEW(t, b, sts_topology_new_with(t->allocator));
    TRY_OK(t, sts_topology_set_stream(b, STS_OWNER_AGENT, "urn:a", &t->error));
    TRY_OK(t, sts_topology_add_component(b, "c", "n", "t", &t->error));
    TRY(t, status, sts_topology_add_component(b, "c", "n", "t", &t->error));
    MUST(status == STS_ERR_ELEMENT);
    TRY(t, status, sts_topology_add_component(b, "\xff", "n", "t", &t->error));
    MUST(status == STS_ERR_UTF8);
    TRY(t, status, sts_topology_set_resource_definition(b, JSON("{\"a\":[1,{\"b\":}"), &t->error));
    MUST(status == STS_ERR_JSON);
    TRY(t, status, sts_topology_add_json(b, JSON("{\"component\":{\"bad\":1}}"), &t->error));
    MUST(status == STS_ERR_JSON);
    TRY(t, status, sts_topology_snapshot_stop(b, &t->error));
    MUST(status == STS_ERR_ELEMENT);
    MUST(sts_topology_count(b) == 1);
done:
    sts_topology_free(b);
}

static void messages(struct torture *t) {
    static const char *const lines[] = {
        ("{\"key\":{\"owner\":\"OTEL\",\"dataSource\":\"urn\",\"shardId\":\"1\"},\"message\":{"
         "\"collectionTimestamp\":1,\"topologyStreamRepeatElementsData\":{\"components\":[{\"externalId\":\"a\","
         "\"resourceDefinition\":{\"k\":"
         "[1,{\"x\":\"y\"}]}}]}}}"),
        ("{\"key\":{\"owner\":\"OTEL\",\"dataSource\":\"urn\",\"shardId\":\"1\"},\"message\":{"
         "\"collectionTimestamp\":1,\"topologyStreamRepeatElementsData\":{\"components\":[{\"externalId\":\"b\"}]}}}"),
        "{\"metadata_key\":{\"owner\":\"OTEL\",\"dataSource\":\"urn\"},\"metadata\":null}",
    };
    sts_topology_messages *list = NULL;
    char *json = NULL;
    sts_status status;
    TRY_NEW(t, list, sts_topology_messages_new_with(t->allocator));
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        TRY_OK(t, sts_topology_messages_add_json(list, lines[i], strlen(lines[i]), &t->error));
    TRY(t, status, sts_topology_messages_add_json(list, JSON("{\"key\":"), &t->error));
    MUST(status == STS_ERR_JSON && sts_topology_messages_count(list) == 3);
    for (size_t i = 0; i < sts_topology_messages_count(list); i++) {
        sts_bytes key;
        sts_bytes value;
        sts_topology_messages_key(list, i, &key);
        sts_topology_messages_value(list, i, &value);
        TRY_OK(t, sts_topology_decode_with(t->allocator, key.data, key.size, &value, -1, &json, &t->error));
        torture_note(t, "%s", json);
        sts_text_free(json);
        json = NULL;
    }
    const sts_bytes bad = {"\x0a\xff", 2};
    TRY(t, status, sts_topology_decode_with(t->allocator, "", 0, &bad, 0, &json, &t->error));
    MUST(status == STS_ERR_MALFORMED && !json);
done:
    MUST(!t->given_up || !json);
    sts_topology_messages_free(list);
}

int main(void) {
    static const struct scenario scenarios[] = {
        {"topology by calls", by_calls}, {"topology by json", by_json}, {"refused", refused}, {"messages", messages}};
    for (size_t i = 0; i < sizeof scenarios / sizeof scenarios[0]; i++)
        torture_run(&scenarios[i]);
    return 0;
}
