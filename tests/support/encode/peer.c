/* SPDX-License-Identifier: Apache-2.0
 *
 * What the library sends, for programs in other languages. A line on standard input is a case: words with blanks
 * between, names and values in hex.
 *
 *   set NAME VALUE       an option
 *   metadata NAME VALUE  of the request
 *   partitions N         of each topic; 1 without it
 *   logs REQUEST         exports it over the memory transport; the last words of the line
 *
 * The answer is a line of JSON: `messages` in the order of sending (topic, key, value, headers, partition, timestamp),
 * `rejected` (index and code); or `error`, where options or request are refused.
 *
 *   json SIGNAL MESSAGE  answers with the request in OTLP JSON: "ok HEX", or "CODE TEXT" */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include <stskafka/stskafka.h>
#include <stskafka/transport.h>

#include "encode/otlp_json.h"
#include "support/hex.h"
#include "support/must.h"

enum { CAPACITY = 10000, DEADLINE_MS = 20000 };

/* "-" is the empty word. */
static const char *next_word(char **rest) {
    const char *word = strtok_r(NULL, " \n", rest);
    return word && strcmp(word, "-") == 0 ? "" : word;
}

static char *next_text(char **rest) {
    sts_bytes bytes = hex_read(next_word(rest));
    char *text = malloc(bytes.size + 1);
    MUST(text);
    memcpy(text, bytes.data, bytes.size);
    text[bytes.size] = '\0';
    hex_clear(&bytes);
    return text;
}

static json_t *hex_json(sts_bytes bytes) {
    char *text = hex_write(bytes);
    json_t *json = bytes.data ? json_string(text) : json_null();
    free(text);
    return json;
}

/* The partition is the explanation's: the memory transport chooses one when it delivers, as a client would. */
static json_t *message_json(const sts_message *message, json_t *partition) {
    json_t *headers = json_array();
    for (size_t i = 0; i < message->header_count; i++)
        json_array_append_new(
            headers, json_pack("[oo]", hex_json(message->headers[2 * i]), hex_json(message->headers[2 * i + 1])));
    return json_pack("{so so so so sO sI}", "topic", json_stringn_nocheck(message->topic, strlen(message->topic)),
                     "key", hex_json(message->key), "value", hex_json(message->value), "headers", headers, "partition",
                     partition, "timestamp", (json_int_t)message->timestamp_ms);
}

struct explained {
    json_t *rejected;
    json_t *values;
    json_t *partitions;
    int32_t partition_count;
};

static void keep(const sts_explanation *explanation, void *user) {
    struct explained *explained = user;
    sts_status code = sts_explanation_code(explanation);
    sts_bytes value;
    sts_explanation_value(explanation, &value);
    if (code == STS_OK) {
        json_array_append_new(explained->values, hex_json(value));
        json_array_append_new(explained->partitions,
                              json_integer(sts_explanation_partition(explanation, explained->partition_count)));
    } else {
        json_array_append_new(explained->rejected, json_pack("[iss]", (int)sts_explanation_index(explanation),
                                                             sts_status_name(code), sts_explanation_text(explanation)));
    }
}

/* What is explained is what is sent. */
static void export(sts_exporter *exporter, const sts_memory_transport *memory, sts_export_context *beside,
                   sts_bytes request, int32_t partitions, json_t *answer, sts_error **error) {
    struct explained explained = {json_array(), json_array(), json_array(), partitions};
    json_t *messages = json_array();
    json_t *values = json_array();
    sts_status status = sts_explain_logs(exporter, request.data, request.size, beside, keep, &explained, error);
    if (status == STS_OK) {
        status = sts_export_logs(exporter, request.data, request.size, beside, NULL, 0, NULL);
        MUST(status == STS_OK || status == STS_ERR_REJECTED);
        MUST(sts_flush(exporter, DEADLINE_MS, NULL, 0, NULL) == STS_OK);
    }
    const sts_message *message;
    for (size_t i = 0; (message = sts_memory_transport_message(memory, i)); i++) {
        json_array_append_new(messages, message_json(message, json_array_get(explained.partitions, i)));
        json_array_append_new(values, hex_json(message->value));
    }
    MUST(json_equal(values, explained.values));
    json_decref(values);
    json_decref(explained.values);
    json_decref(explained.partitions);
    json_object_set_new(answer, "messages", messages);
    json_object_set_new(answer, "rejected", explained.rejected);
}

static void run_case(const char *word, char **rest) {
    sts_options *options = sts_options_new();
    sts_export_context *beside = sts_export_context_new();
    sts_memory_transport *memory = NULL;
    sts_exporter *exporter = NULL;
    sts_error *error = NULL;
    json_t *answer = json_object();
    int32_t partitions = 1;
    MUST(options && beside && answer);
    for (; word && strcmp(word, "logs") != 0; word = next_word(rest)) {
        if (strcmp(word, "partitions") == 0) {
            partitions = atoi(next_word(rest));
            continue;
        }
        char *name = next_text(rest);
        if (strcmp(word, "set") == 0) {
            char *value = next_text(rest);
            sts_options_set(options, name, value, NULL); /* sts_exporter_new tells of all faults */
            free(value);
        } else {
            sts_bytes value = hex_read(next_word(rest));
            MUST(sts_export_context_add_metadata(beside, name, value.data, value.size) == STS_OK);
            hex_clear(&value);
        }
        free(name);
    }
    MUST(word && sts_memory_transport_new(&memory, NULL, CAPACITY, partitions, NULL) == STS_OK);
    sts_options_set_transport(options, sts_memory_transport_table(), memory);
    sts_bytes request = hex_read(next_word(rest));
    if (sts_exporter_new(&exporter, options, &error) == STS_OK)
        export(exporter, memory, beside, request, partitions, answer, &error);
    if (error)
        json_object_set_new(answer, "error", json_string(sts_error_text(error)));
    MUST(json_dumpf(answer, stdout, JSON_ENSURE_ASCII) == 0);
    putchar('\n');
    json_decref(answer);
    hex_clear(&request);
    sts_error_free(error);
    sts_exporter_free(exporter, DEADLINE_MS);
    sts_memory_transport_free(memory);
    sts_export_context_free(beside);
    sts_options_free(options);
}

static void write_json(char **rest) {
    const char *signal = next_word(rest);
    const sts__schema_message *message = strcmp(signal, "logs") == 0     ? &sts__schema_logs_request
                                         : strcmp(signal, "traces") == 0 ? &sts__schema_traces_request
                                                                         : &sts__schema_metrics_request;
    sts_bytes protobuf = hex_read(next_word(rest));
    sts__arena arena;
    sts__fault fault;
    sts__arena_init(&arena, sts__memory_default());
    sts__ottl_text text = {.arena = &arena};
    if (sts__otlp_json_add(&text, message, protobuf, &fault) == STS_OK) {
        char *hex = hex_write(sts__ottl_text_bytes(&text));
        printf("ok %s\n", hex);
        free(hex);
    } else {
        printf("%s %s\n", sts_status_name(fault.code), fault.text);
    }
    sts__arena_clear(&arena);
    hex_clear(&protobuf);
}

int main(void) {
    char *line = NULL;
    size_t capacity = 0;
    while (getline(&line, &capacity, stdin) > 0) {
        char *rest;
        char *word = strtok_r(line, " \n", &rest);
        if (word && strcmp(word, "json") == 0)
            write_json(&rest);
        else
            run_case(word, &rest);
    }
    free(line);
    return 0;
}
