/* SPDX-License-Identifier: Apache-2.0 */
#include "verify_faults.h"

#include <inttypes.h>
#include <stdio.h>

#include "json_out.h"
#include "show.h"
#include "table.h"

static const char *const names[FAULT_KINDS] = {"misplaced", "keyless", "order", "key", "value"};

static sts_bytes key_of(const rd_kafka_message_t *message) {
    return (sts_bytes){message->key, message->key_len};
}

static void print_json(enum fault_kind kind, const rd_kafka_message_t *message, int32_t belongs, const char *text) {
    json_t *line = json_object();
    json_set(line, "fault", json_text(names[kind]));
    json_set(line, "partition", json_integer(message->partition));
    json_set(line, "offset", json_integer(message->offset));
    json_set(line, "key", json_hex(key_of(message)));
    json_set(line, "key_text", json_text_of(key_of(message)));
    json_set(line, "belongs", json_known(belongs));
    json_set(line, "text", json_text(text));
    json_line(line);
}

static void print_row(struct verify_faults *faults, enum fault_kind kind, const rd_kafka_message_t *message,
                      const char *text) {
    static const struct table_column columns[] = {{"WRONG", false}, {"PARTITION", true}, {"OFFSET", true},
                                                  {"KEY", false},   {"WHY", false},      {NULL, false}};
    char shown[SHOW_SIZE];
    if (!faults->rows)
        faults->rows = table_new(columns);
    table_mark(faults->rows);
    table_cell(faults->rows, "%s", names[kind]);
    table_cell(faults->rows, "%" PRId32, message->partition);
    table_cell(faults->rows, "%" PRId64, message->offset);
    table_cell(faults->rows, "%s", show_bytes(shown, key_of(message)));
    table_cell(faults->rows, "%s", text);
}

void verify_fault(struct verify_faults *faults, enum fault_kind kind, const rd_kafka_message_t *message,
                  int32_t belongs, const char *text) {
    if (faults->counts[kind]++ >= faults->limit)
        return;
    if (faults->json)
        print_json(kind, message, belongs, text);
    else
        print_row(faults, kind, message, text);
}

void verify_faults_end(struct verify_faults *faults) {
    table_end(faults->rows);
    faults->rows = NULL;
}
