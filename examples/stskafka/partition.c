/* SPDX-License-Identifier: Apache-2.0
 *
 * The verb partition: keys in hex, one a line, to partitions. */
#include <errno.h>
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
#include "memory.h"
#include "verbs.h"

struct partitioning {
    /* the arguments */
    const char *profile;
    int32_t *counts;
    size_t count_count;
    struct file_list files;
    bool json;
    /* the run */
    const char *file;
    uint64_t line;
    unsigned faults;
};

enum { KEY_PROFILE = 256 };

static void parse_counts(struct partitioning *run, char *list, struct argp_state *state) {
    for (char *rest = list, *item; (item = strsep(&rest, ",")) != NULL;) {
        int64_t number;
        if (!read_number(item, 1, INT32_MAX, &number))
            argp_error(state, "-n is a list of whole numbers from 1 to 2147483647, with commas; '%s' is none", item);
        run->counts = need_room(run->counts, run->count_count, sizeof *run->counts);
        run->counts[run->count_count++] = (int32_t)number;
    }
}

static bool is_profile(const char *name) {
    for (size_t i = 0; sts_partition_profile(i); i++) {
        if (strcmp(name, sts_partition_profile(i)) == 0)
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
            argp_error(state, "there is no profile '%s'; see --help", value);
        run->profile = value;
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
    {"partitions", 'n', "N[,N...]", 0, "How many partitions the topic has; several give a column each", 0},
    {0},
};

static const struct argp_child children[] = {{&json_argp, 0, NULL, 0}, {&files_argp, 0, NULL, 0}, {0}};

static const struct argp argp = {
    options,
    parse,
    "[FILE...]",
    "Print the partition of each key under a partition profile.\v"
    "One key a line, in hex; an empty line is the empty key, - is the null key. No FILE, or -, is standard input. A "
    "line of "
    "output for each of input: the partition for each N, with tabs between, - where the profile picks at random. Where "
    "the input is no hex, the words are 'error' and the exit status is 3.",
    children,
    NULL,
    NULL,
};

static void print_text(const struct partitioning *run, const int32_t *partitions) {
    for (size_t i = 0; i < run->count_count; i++) {
        const char *separator = i ? "\t" : "";
        if (!partitions)
            printf("%serror", separator);
        else if (partitions[i] < 0)
            printf("%s-", separator);
        else
            printf("%s%" PRId32, separator, partitions[i]);
    }
    putchar('\n');
}

static void print_json(const struct partitioning *run, sts_bytes key, const int32_t *partitions) {
    json_t *of_count = json_object();
    for (size_t i = 0; i < run->count_count; i++) {
        char name[12];
        snprintf(name, sizeof name, "%" PRId32, run->counts[i]);
        json_set(of_count, name, json_known(partitions[i]));
    }
    json_t *line = json_object();
    json_set(line, "key", json_hex(key));
    json_set(line, "partitions", of_count);
    json_line(line);
}

static void refuse(struct partitioning *run) {
    static const char text[] =
        "not a key in hex; write two digits a byte, nothing for the empty key, - for the null key";
    run->faults |= FAULT_INPUT;
    say("%s: line %" PRIu64 ": %s", run->file, run->line, text);
    if (!run->json) {
        print_text(run, NULL);
        return;
    }
    json_t *fault = json_object();
    json_set(fault, "code", json_text(sts_status_name(STS_ERR_MALFORMED)));
    json_set(fault, "text", json_text(text));
    json_t *line = json_object();
    json_set(line, "line", json_integer((json_int_t)run->line));
    json_set(line, "error", fault);
    json_line(line);
}

static void place(struct partitioning *run, sts_bytes key, int32_t *partitions) {
    for (size_t i = 0; i < run->count_count; i++) {
        if (sts_partition(run->profile, key.data, key.size, run->counts[i], &partitions[i]) != STS_OK)
            out_of_memory(); /* the arguments were checked: nothing else is left */
    }
    if (run->json)
        print_json(run, key, partitions);
    else
        print_text(run, partitions);
}

/* `line` is overwritten with the key's bytes. */
static void read_line(struct partitioning *run, char *line, size_t size, int32_t *partitions) {
    if (size && line[size - 1] == '\n')
        size--;
    if (size && line[size - 1] == '\r')
        size--;
    if (size == 1 && line[0] == '-')
        place(run, (sts_bytes){NULL, 0}, partitions);
    else if (hex_decode((unsigned char *)line, line, size))
        place(run, (sts_bytes){line, size / 2}, partitions);
    else
        refuse(run);
}

static void read_file(struct partitioning *run, FILE *stream, int32_t *partitions) {
    char *line = NULL;
    size_t capacity = 0;
    ssize_t size;
    run->line = 0;
    errno = 0;
    while (!ferror(stdout) && (size = getline(&line, &capacity, stream)) >= 0) {
        run->line++;
        read_line(run, line, (size_t)size, partitions);
    }
    if (ferror(stream)) {
        say("%s: %s", run->file, strerror(errno));
        run->faults |= FAULT_INPUT;
    }
    free(line);
}

static void read_files(struct partitioning *run) {
    int32_t *partitions = need_realloc(NULL, run->count_count * sizeof *partitions);
    for (size_t i = 0; i < run->files.count; i++) {
        FILE *stream = file_open(run->files.at[i]);
        run->file = file_name(run->files.at[i]);
        if (stream) {
            read_file(run, stream, partitions);
            file_close(stream);
        } else {
            run->faults |= FAULT_USAGE;
        }
    }
    free(partitions);
}

int verb_partition(int argc, char **argv) {
    struct partitioning run;
    memset(&run, 0, sizeof run);
    run.profile = "java";
    argp_parse(&argp, argc, argv, 0, NULL, &run);

    if (files_check(&run.files))
        read_files(&run);
    else
        run.faults |= FAULT_USAGE;
    free(run.counts);
    free(run.files.at);
    return exit_status(run.faults | console_end());
}
