/* SPDX-License-Identifier: Apache-2.0
 *
 * The library's reader of OTLP JSON, for programs in other languages: of each line "SIGNAL HEX" on standard input the
 * answer is a line, "ok HEX" with the protobuf, or "CODE OFFSET TEXT". */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <stskafka/error.h>

#include "intake/json.h"
#include "support/hex.h"
#include "support/must.h"

static const sts__schema_message *request_of(const char *signal) {
    if (strcmp(signal, "logs") == 0)
        return &sts__schema_logs_request;
    return strcmp(signal, "traces") == 0 ? &sts__schema_traces_request : &sts__schema_metrics_request;
}

static void answer(const char *signal, const char *hex) {
    sts__arena arena;
    sts__fault fault = {.offset = -1};
    sts_bytes json = hex_read(hex);
    sts_bytes protobuf;
    sts__arena_init(&arena, sts__memory_default());
    if (sts__intake_json(request_of(signal), json, &arena, &protobuf, &fault) == STS_OK) {
        char *text = hex_write(protobuf);
        printf("ok %s\n", text);
        free(text);
    } else {
        printf("%s %" PRId64 " %s\n", sts_status_name(fault.code), fault.offset, fault.text);
    }
    sts__arena_clear(&arena);
    hex_clear(&json);
}

int main(void) {
    char *line = NULL;
    size_t capacity = 0;
    while (getline(&line, &capacity, stdin) > 0) {
        char *hex = strchr(line, ' ');
        line[strcspn(line, "\n")] = '\0';
        *hex++ = '\0';
        answer(line, hex);
    }
    free(line);
    return 0;
}
