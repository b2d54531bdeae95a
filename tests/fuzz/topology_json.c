/* SPDX-License-Identifier: Apache-2.0
 *
 * Lines of JSON. Each is given to a list of whole messages, and to a batch of elements, whose messages an exporter then
 * explains. All bytes that come of it, grouped too, decode to JSON that makes the same bytes again, and are nanopb's.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz/fuzz.h"
#include "topology/messages.h"

enum { MOST_BYTES = 2000, MOST_LINES = 8 };

/* Makes a message from JSON, and gives it; key and value live until the next call. */
static const sts__whole_message *read_back(const char *json) {
    static sts_topology_messages *again;
    sts_error *error = NULL;
    if (!again)
        again = sts_topology_messages_new();
    sts_topology_messages_reset(again);
    sts_status status = sts_topology_messages_add_json(again, json, strlen(json), &error);
    HOLDS(status == STS_OK, "%s: %s", json, sts_error_text(error));
    return &again->items[0];
}

static void check_message(int32_t is_metadata, sts_bytes key, sts_bytes value) {
    char *json = NULL;
    sts_error *error = NULL;
    sts_status status = sts_topology_decode(key.data, key.size, &value, is_metadata, &json, &error);
    HOLDS(status == STS_OK, "%s", sts_error_text(error));
    const sts__whole_message *again = read_back(json);
    HOLDS(again->is_metadata == is_metadata, "is of another kind: %s", json);
    HOLDS(fuzz_same(again->key, key), "has another key: %s", json);
    HOLDS(fuzz_same(again->value, value), "has another value: %s", json);
    sts_text_free(json);
}

static void check_reference(const sts__whole_message *message) {
    const sts__proto_type *type = message->is_metadata ? &sts__proto_metadata_message : &sts__proto_message;
    if (!message->message)
        return;
    uint8_t *reference = malloc(message->value.size + 1);
    size_t size = sts__proto_reference_encode(type, message->message, reference, message->value.size);
    HOLDS(fuzz_same(message->value, (sts_bytes){reference, size}), "nanopb's bytes are others");
    free(reference);
}

static void check_messages(const sts_topology_messages *messages) {
    for (size_t i = 0; i < messages->count; i++)
        check_message(messages->items[i].is_metadata, messages->items[i].key, messages->items[i].value);
}

static void explain_one(const sts_explanation *explanation, void *user) {
    sts_bytes key, value;
    sts_status code = sts_explanation_code(explanation);
    const char *topic = sts_explanation_topic(explanation);
    (void)user;
    HOLDS(code == STS_OK || code == STS_ERR_RECORD_SIZE, "%s", sts_explanation_text(explanation));
    if (code != STS_OK)
        return;
    HOLDS(sts_explanation_size(explanation) <= MOST_BYTES, "a message is too large");
    sts_explanation_key(explanation, &key);
    sts_explanation_value(explanation, &value);
    check_message(strcmp(topic, "sts_topology_stream_metadata") == 0, key, value);
}

static sts_exporter *make_exporter(void) {
    static const char *const pairs[] = {
        "transport", "none", "topology.shards", "3", "topology.max_group_bytes", "1000", "max_message_bytes",
        "2000",      NULL};
    sts_options *options = sts_options_new();
    fuzz_set_options(options, pairs);
    return fuzz_exporter(options);
}

static void check_batch(const sts_topology *batch) {
    static sts_exporter *exporter;
    sts_error *error = NULL;
    if (!exporter)
        exporter = make_exporter();
    sts_status status = sts_explain_topology(exporter, batch, NULL, explain_one, NULL, &error);
    HOLDS(status == STS_OK, "%s", sts_error_text(error));
}

static void add(sts_topology_messages *messages, sts_topology *batch, sts_bytes line) {
    sts_error *error = NULL;
    size_t elements = sts_topology_count(batch), before = messages->count;
    if (sts_topology_messages_add_json(messages, line.data, line.size, NULL) == STS_OK)
        check_reference(&messages->items[messages->count - 1]);
    else
        HOLDS(messages->count == before, "a line that was refused is there");
    if (sts_topology_add_json(batch, line.data, line.size, &error) != STS_OK) {
        HOLDS(*sts_error_text(error), "no text");
        HOLDS(sts_topology_count(batch) == elements, "a line that was refused is in the batch");
    }
    sts_error_free(error);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static sts_topology_messages *messages;
    static sts_topology *batch;
    struct fuzz_input input = {data, size};
    sts_bytes line;
    if (!messages) {
        messages = sts_topology_messages_new();
        batch = sts_topology_new();
    }
    sts_topology_messages_reset(messages);
    sts_topology_reset(batch);
    for (size_t i = 0; i < MOST_LINES && fuzz_take_line(&input, &line); i++)
        add(messages, batch, line);
    check_messages(messages);
    check_batch(batch);
    return 0;
}
