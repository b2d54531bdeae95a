/* SPDX-License-Identifier: Apache-2.0
 *
 * Keys and partitions by the I/O-free core alone, so that it runs wherever a C compiler reaches: a plain main, no
 * Criterion. Reads lines, and answers each with one:
 *
 *   K SPEC REQUEST     both in hex: a line's key of the request's first record, in hex, or the code
 *   J SIGNAL JSON      in hex: OTLP JSON as protobuf, in hex, or the code and where
 *   P PROFILE KEY N    the key in hex, "-" is the null key, "." the empty one: its partition
 *
 * The locale is the environment's. */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "intake/json.h"
#include "key/partition.h"
#include "key/rule.h"

enum { LINE = 1 << 20 };

static sts_bytes unhex(char *text) {
    size_t size = strlen(text) / 2;
    for (size_t i = 0; i < size; i++) {
        char two[3] = {text[2 * i], text[2 * i + 1], '\0'};
        text[i] = (char)strtol(two, NULL, 16);
    }
    text[size] = '\0';
    return (sts_bytes){text, size};
}

static void print_key(const sts__key *key) {
    const unsigned char *data = key->bytes.data;
    if (!data)
        printf("null");
    for (size_t i = 0; data && i < key->bytes.size; i++)
        printf("%02x", data[i]);
    printf("\n");
}

static sts_status derive(const sts__key_rule *rule, const sts__ottl_set *set, sts_bytes request) {
    sts__item_cursor cursor;
    sts__item record;
    sts__ottl_state state;
    sts__key key;
    sts__fault fault;
    sts_status status = sts__items_check(&sts__signals[STS__LOGS], request, &fault);
    if (status != STS_OK)
        return status;
    sts__items_begin(&cursor, &sts__signals[STS__LOGS], request);
    if (!sts__items_next(&cursor, &record) || sts__ottl_state_begin(&state, sts__memory_default(), set, NULL) != STS_OK)
        return STS_ERR_INTERNAL;
    sts__ottl_state_set_item(&state, &record);
    status = sts__key_derive(rule, &state, &key, &fault);
    if (status == STS_OK)
        print_key(&key);
    sts__ottl_state_end(&state);
    return status;
}

static void answer_key(char *spec, char *request) {
    sts__ottl_set set;
    sts__key_rule rule = {.max_bytes = 1 << 20};
    sts__fault fault;
    sts__ottl_set_init(&set, sts__memory_default(), &sts__signals[STS__LOGS]);
    sts_status status = sts__ottl_compile(&set, unhex(spec).data, &rule.program, &fault);
    if (status == STS_OK)
        status = derive(&rule, &set, unhex(request));
    if (status != STS_OK)
        printf("%s\n", sts__status_find(status)->name);
    sts__ottl_set_clear(&set);
}

static void answer_json(const char *signal, char *text) {
    const sts__schema_message *message = strcmp(signal, "logs") == 0     ? &sts__schema_logs_request
                                         : strcmp(signal, "traces") == 0 ? &sts__schema_traces_request
                                                                         : &sts__schema_metrics_request;
    sts__arena arena;
    sts__fault fault;
    sts__key found;
    sts__arena_init(&arena, sts__memory_default());
    if (sts__intake_json(message, unhex(text), &arena, &found.bytes, &fault) == STS_OK)
        print_key(&found);
    else
        printf("%s %s\n", sts__status_find(fault.code)->name, fault.text);
    sts__arena_clear(&arena);
}

static void answer_partition(const char *profile, char *key, const char *count) {
    sts__profile found = STS__PROFILE_JAVA;
    sts_bytes bytes = {NULL, 0};
    if (strcmp(key, ".") == 0)
        bytes.data = "";
    else if (strcmp(key, "-") != 0)
        bytes = unhex(key);
    sts__profile_find(profile, &found);
    printf("%d\n", (int)sts__partition(found, bytes, (int32_t)strtol(count, NULL, 10)));
}

int main(void) {
    static char line[LINE];
    if (!setlocale(LC_ALL, ""))
        return 1;
    while (fgets(line, sizeof line, stdin)) {
        char *word[4] = {strtok(line, " \n"), strtok(NULL, " \n"), strtok(NULL, " \n"), NULL};
        word[3] = strtok(NULL, " \n");
        if (!word[0] || !word[1] || !word[2] || (*word[0] == 'P' && !word[3]))
            return 2;
        if (*word[0] == 'K')
            answer_key(word[1], word[2]);
        else if (*word[0] == 'J')
            answer_json(word[1], word[2]);
        else
            answer_partition(word[1], word[2], word[3]);
    }
    return 0;
}
