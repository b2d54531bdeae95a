/* SPDX-License-Identifier: Apache-2.0
 *
 * The verb topology shard: external ids in hex, one a line, to shards. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <stskafka/error.h>
#include <stskafka/topology.h>

#include "args.h"
#include "console.h"
#include "exit_status.h"
#include "hex.h"
#include "json_out.h"
#include "lines.h"
#include "memory.h"
#include "topology_verbs.h"

struct sharding {
    /* the arguments */
    uint32_t count;
    struct file_list files;
    bool json;
    /* the run */
    struct lines lines;
};

static error_t parse(int key, char *value, struct argp_state *state) {
    struct sharding *run = state->input;
    int64_t number;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &run->json;
        state->child_inputs[1] = &run->files;
        return 0;
    case 'n':
        if (!read_number(value, 1, UINT32_MAX, &number))
            argp_error(state, "-n is a whole number from 1 to 4294967295, not '%s'", value);
        run->count = (uint32_t)number;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option options[] = {
    {"shards", 'n', "N", 0, "How many shards a stream has (default 4)", 0},
    {0},
};

const struct argp topology_shard_argp = {
    options,
    parse,
    "[FILE...]",
    "Print the shard id of each external id.\v"
    "One external id a line, in hex; an empty line is the empty id. No FILE, or -, is standard input. Each line of "
    "input gives one line of output: "
    "the shard id, or 'error' where the input is not hex, and then the exit status is 3.",
    json_and_files_argp,
    NULL,
    NULL,
};

static void refuse(struct sharding *run) {
    static const char text[] = "not an external id in hex; write two digits a byte, nothing for the empty id";
    if (run->json) {
        lines_refuse_json(&run->lines, STS_ERR_MALFORMED, text);
    } else {
        lines_refuse(&run->lines, STS_ERR_MALFORMED, text);
        puts("error");
    }
}

static void print(const struct sharding *run, sts_bytes external_id, const char *shard) {
    if (!run->json) {
        puts(shard);
        return;
    }
    json_t *line = json_object();
    json_set(line, "external_id", json_hex(external_id));
    json_set(line, "shard", json_text(shard));
    json_line(line);
}

static void read_line(void *user) {
    struct sharding *run = user;
    char shard[12];
    sts_bytes id = {run->lines.text, run->lines.size / 2};
    if (!hex_decode((unsigned char *)run->lines.text, run->lines.text, run->lines.size))
        refuse(run);
    else if (sts_topology_shard(id.data, id.size, run->count, shard, sizeof shard) == STS_OK)
        print(run, id, shard);
    else
        out_of_memory(); /* the arguments were checked: nothing else is left */
}

int topology_shard(int argc, char **argv) {
    struct sharding run;
    memset(&run, 0, sizeof run);
    run.count = 4;
    argp_parse(&topology_shard_argp, argc, argv, 0, NULL, &run);

    unsigned faults = lines_each(&run.lines, &run.files, read_line, &run);
    free(run.files.at);
    return exit_status(faults | console_end());
}
