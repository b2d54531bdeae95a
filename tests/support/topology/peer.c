/* SPDX-License-Identifier: Apache-2.0
 *
 * The library's side of a test that talks to another protobuf; a line in, a line out, bytes in hex:
 *
 *   peer random FIRST COUNT   random messages (random_message.h), by seed: TYPE, bytes, JSON ("null" where there is
 * none), by tabs peer encode               a line of sts_topology_messages_add_json in; key and value out peer decode
 * 1 for metadata or 0, key and value in; JSON out
 *
 * What the library refuses is answered with an exclamation mark and its reason. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <stskafka/stskafka.h>
#include <stskafka/topology.h>

#include "support/hex.h"
#include "support/topology/random_message.h"
#include "topology/encode.h"
#include "topology/message_json.h"

static void print_hex(sts_bytes bytes, char end) {
    char *text = hex_write(bytes);
    printf("%s%c", text, end);
    free(text);
}

static void print_refusal(sts_error *error) {
    printf("!%s: %s\n", sts_status_name(sts_error_code(error)), sts_error_text(error));
    sts_error_free(error);
}

/* --- random ------------------------------------------------------------------------------------------------------- */

static void print_message(const sts__proto_type *type, const void *message, bool has_json) {
    sts__fault fault;
    sts__wire_writer writer;
    sts__text json;
    sts__wire_writer_init(&writer, sts__memory_default());
    sts__text_init(&json, sts__memory_default());
    sts__topology_encode(&writer, type, message);
    if (writer.failed || (has_json && sts__topology_write_json(type, message, &json, &fault) != STS_OK))
        abort();
    sts_bytes bytes = sts__wire_bytes(&writer);
    printf("%s\t", type->schema->name);
    print_hex(bytes.data ? bytes : (sts_bytes){"", 0}, '\t');
    puts(has_json ? sts__text_get(&json) : "null");
    sts__text_clear(&json);
    sts__wire_writer_clear(&writer);
}

static void print_random(uint64_t first, uint64_t count) {
    sts__arena arena;
    struct random_traits traits;
    sts__arena_init(&arena, sts__memory_default());
    for (uint64_t seed = first; seed < first + count; seed++) {
        const sts__proto_type *type = seed % 10 ? &sts__proto_message : &sts__proto_metadata_message;
        const void *message = random_message(type, seed, &arena, &traits);
        print_message(type, message, traits.has_json);
        sts__arena_reset(&arena);
    }
    sts__arena_clear(&arena);
}

/* --- the API ------------------------------------------------------------------------------------------------------ */

static void encode_line(char *line) {
    sts_error *error = NULL;
    sts_bytes key;
    sts_bytes value;
    sts_topology_messages *messages = sts_topology_messages_new();
    if (sts_topology_messages_add_json(messages, line, strlen(line), &error) != STS_OK) {
        print_refusal(error);
    } else {
        sts_topology_messages_key(messages, 0, &key);
        sts_topology_messages_value(messages, 0, &value);
        print_hex(key, '\t');
        print_hex(value, '\n');
    }
    sts_topology_messages_free(messages);
}

static void decode_line(char *line) {
    sts_error *error = NULL;
    char *json;
    bool is_metadata = *strsep(&line, "\t") == '1';
    sts_bytes key = hex_read(strsep(&line, "\t"));
    sts_bytes value = hex_read(strsep(&line, "\t"));
    if (sts_topology_decode(key.data, key.size, &value, is_metadata, &json, &error) != STS_OK) {
        print_refusal(error);
    } else {
        puts(json);
        sts_text_free(json);
    }
    hex_clear(&value);
    hex_clear(&key);
}

static void each_line(void (*answer)(char *line)) {
    char *line = NULL;
    size_t capacity = 0;
    while (getline(&line, &capacity, stdin) > 0) {
        line[strcspn(line, "\n")] = '\0';
        answer(line);
    }
    free(line);
}

int main(int argc, char **argv) {
    const char *verb = argc > 1 ? argv[1] : "";
    if (strcmp(verb, "random") == 0 && argc == 4)
        print_random(strtoull(argv[2], NULL, 10), strtoull(argv[3], NULL, 10));
    else if (strcmp(verb, "encode") == 0)
        each_line(encode_line);
    else if (strcmp(verb, "decode") == 0)
        each_line(decode_line);
    else
        return 2;
    return 0;
}
