/* SPDX-License-Identifier: Apache-2.0
 *
 * The verb partition: keys in hex, one a line, to partitions. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <stskafka/error.h>
#include <stskafka/key.h>

#include "args.h"
#include "console.h"
#include "exit_status.h"
#include "hex.h"
#include "json_out.h"
#include "lines.h"
#include "memory.h"
#include "verbs.h"

struct partitioning {
    /* the arguments */
    const char *profile;
    int32_t *counts;
    size_t count_count;
    struct file_list files;
    bool json;
    bool text; /* keys are texts, and not hex */
    /* the run */
    struct lines lines;
    int32_t *partitions; /* of the key of this line, for each count */
};

enum { KEY_PROFILE = 256, KEY_TEXT };

static void parse_counts(struct partitioning *run, char *list, struct argp_state *state) {
    for (char *rest = list, *item; (item = strsep(&rest, ",")) != NULL;) {
        int64_t number;
        if (!read_number(item, 1, INT32_MAX, &number))
            argp_error(state, "-n is a list of whole numbers from 1 to 2147483647, separated by commas, not '%s'",
                       item);
        run->counts = need_room(run->counts, run->count_count, sizeof *run->counts);
        run->counts[run->count_count++] = (int32_t)number;
    }
}

static bool is_profile(const char *name) {
    for (size_t i = 0; sts_partition_profile_name(i); i++) {
        if (strcmp(name, sts_partition_profile_name(i)) == 0)
            return true;
    }
    return false;
}

static error_t parse(int key, char *value, struct argp_state *state) {
    struct partitioning *run = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &run->json;
        state->child_inputs[1] = &run->files;
        return 0;
    case KEY_PROFILE:
        if (!is_profile(value))
            argp_error(state, "--profile is java, sarama or librdkafka, not '%s'", value);
        run->profile = value;
        return 0;
    case KEY_TEXT:
        run->text = true;
        return 0;
    case 'n':
        parse_counts(run, value, state);
        return 0;
    case ARGP_KEY_END:
        if (run->count_count == 0)
            argp_error(state, "-n is missing: how many partitions the topic has");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option options[] = {
    {"profile", KEY_PROFILE, "NAME", 0,
     "java (default: murmur2, as Kafka's Java client), sarama (FNV-1a, as the collector's kafkaexporter) or librdkafka "
     "(CRC-32)",
     0},
    {"text", KEY_TEXT, NULL, 0, "Keys are plain text, not hex", 0},
    {"partitions", 'n', "N[,N...]", 0, "How many partitions the topic has; several numbers give a column each", 0},
    {0},
};

const struct argp partition_argp = {
    options,
    parse,
    "[FILE...]",
    "Print the partition that a profile gives each key.\vOne key a line, in hex (or as text, with "
    "--text); an empty line is the empty key, - is the null key. No FILE, or -, is standard input. "
    "For each line of input there is a line of output: the partition for each N, separated by tabs, "
    "or - if the profile picks at random. If the input is not hex, the line says 'error' and the "
    "exit status is 3.",
    json_and_files_argp,
    NULL,
    NULL,
};

static void print_text(const struct partitioning *run, bool is_key) {
    for (size_t i = 0; i < run->count_count; i++) {
        const char *separator = i ? "\t" : "";
        if (!is_key)
            printf("%serror", separator);
        else if (run->partitions[i] < 0)
            printf("%s-", separator);
        else
            printf("%s%" PRId32, separator, run->partitions[i]);
    }
    putchar('\n');
}

static void print_json(const struct partitioning *run, sts_bytes key) {
    json_t *of_count = json_object();
    for (size_t i = 0; i < run->count_count; i++) {
        char name[12];
        snprintf(name, sizeof name, "%" PRId32, run->counts[i]);
        json_set(of_count, name, json_known(run->partitions[i]));
    }
    json_t *line = json_object();
    json_set(line, "key", json_hex(key));
    json_set(line, "partitions", of_count);
    json_line(line);
}

static void refuse(struct partitioning *run) {
    static const char text[] =
        "not a key in hex; write two digits a byte, nothing for the empty key, - for the null key, or say --text";
    if (run->json) {
        lines_refuse_json(&run->lines, STS_ERR_MALFORMED, text);
    } else {
        lines_refuse(&run->lines, STS_ERR_MALFORMED, text);
        print_text(run, false);
    }
}

static void place(struct partitioning *run, sts_bytes key) {
    for (size_t i = 0; i < run->count_count; i++) {
        if (sts_partition(run->profile, key.data, key.size, run->counts[i], &run->partitions[i]) != STS_OK)
            out_of_memory(); /* the arguments were checked: nothing else is left */
    }
    if (run->json)
        print_json(run, key);
    else
        print_text(run, true);
}

static void read_line(void *user) {
    struct partitioning *run = user;
    char *line = run->lines.text;
    size_t size = run->lines.size;
    if (size == 1 && line[0] == '-')
        place(run, (sts_bytes){NULL, 0});
    else if (run->text)
        place(run, (sts_bytes){line, size});
    else if (hex_decode((unsigned char *)line, line, size))
        place(run, (sts_bytes){line, size / 2});
    else
        refuse(run);
}

int verb_partition(int argc, char **argv) {
    struct partitioning run;
    memset(&run, 0, sizeof run);
    run.profile = "java";
    argp_parse(&partition_argp, argc, argv, 0, NULL, &run);

    run.partitions = need_realloc(NULL, run.count_count * sizeof *run.partitions);
    unsigned faults = lines_each(&run.lines, &run.files, read_line, &run);
    free(run.partitions);
    free(run.counts);
    free(run.files.at);
    return exit_status(faults | console_end());
}
