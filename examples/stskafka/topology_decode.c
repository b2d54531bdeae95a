/* SPDX-License-Identifier: Apache-2.0
 *
 * The verb topology decode: keys and values of Kafka messages to the JSON that encode --message reads. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <stskafka/error.h>
#include <stskafka/topology.h>

#include "args.h"
#include "console.h"
#include "exit_status.h"
#include "hex.h"
#include "lines.h"
#include "memory.h"
#include "topology_verbs.h"

struct decoding {
    /* the arguments */
    struct file_list files;
    int32_t is_metadata; /* as sts_topology_decode has it */
    /* the run */
    struct lines lines;
};

enum { KEY_STREAM = 256 };

static error_t parse(int key, char *value, struct argp_state *state) {
    (void)value;
    struct decoding *run = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[1] = &run->files;
        return 0;
    case KEY_STREAM:
        run->is_metadata = 0;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option options[] = {
    {"stream", KEY_STREAM, NULL, 0, "Treat all messages as the stream's, even if a key has no shard", 0},
    {0},
};

static const struct argp_child children[] = {{&json_always_argp, 0, NULL, 0}, {&files_argp, 0, NULL, 0}, {0}};

const struct argp topology_decode_argp = {
    options,
    parse,
    "[FILE...]",
    "Print Kafka messages as the JSON that topology encode --message reads.\v"
    "One message a line: the key in hex, a TAB, the value in hex; an empty value has no digits, - is a null value (a "
    "tombstone). A key without shard (field 3) is read as a metadata key, unless --stream. No FILE, or -, is standard "
    "input. Each line of input gives one line of output, which is JSON with and without --json; one that is refused "
    "gives "
    "{\"line\":n,\"error\":{\"code\":...,\"text\":...}}, and the exit status 3.",
    children,
    NULL,
    NULL,
};

static void decode(struct decoding *run, sts_bytes key, sts_bytes value) {
    char *json = NULL;
    sts_error *error = NULL;
    sts_status status = sts_topology_decode(key.data, key.size, &value, run->is_metadata, &json, &error);
    if (status == STS_OK)
        puts(json);
    else if (status == STS_ERR_NO_MEMORY)
        out_of_memory();
    else
        lines_refuse_json(&run->lines, status, sts_error_text(error));
    sts_text_free(json);
    sts_error_free(error);
}

static void read_line(void *user) {
    struct decoding *run = user;
    char *key = run->lines.text, *end = key + run->lines.size;
    char *tab = memchr(key, '\t', run->lines.size);
    char *value = tab ? tab + 1 : end;
    bool is_null = end - value == 1 && value[0] == '-';
    size_t value_size = is_null ? 0 : (size_t)(end - value), key_size = tab ? (size_t)(tab - key) : 0;
    if (!tab || !hex_decode((unsigned char *)key, key, key_size) ||
        !hex_decode((unsigned char *)value, value, value_size))
        lines_refuse_json(&run->lines, STS_ERR_MALFORMED,
                          "not a key in hex, a TAB and a value in hex (two digits a byte, - for the null value)");
    else
        decode(run, (sts_bytes){key, key_size / 2}, (sts_bytes){is_null ? NULL : value, value_size / 2});
}

int topology_decode(int argc, char **argv) {
    struct decoding run;
    memset(&run, 0, sizeof run);
    run.is_metadata = -1;
    argp_parse(&topology_decode_argp, argc, argv, 0, NULL, &run);

    unsigned faults = lines_each(&run.lines, &run.files, read_line, &run);
    free(run.files.at);
    return exit_status(faults | console_end());
}
