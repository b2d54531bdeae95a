/* SPDX-License-Identifier: Apache-2.0
 *
 * stskafka: what libstskafka does with records, on the command line. This file is the table of verbs. */
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <argp.h>

#include "console.h"
#include "exit_status.h"
#include "verb_table.h"
#include "verbs.h"

const struct verb tool_verbs[] = {
    {"send", verb_send, "export records to Kafka and show what became of them", &send_argp, NULL},
    {"explain", verb_explain, "show what would be sent, without a broker", &explain_argp, NULL},
    {"partition", verb_partition, "show the partition that each key belongs to", &partition_argp, NULL},
    {"config", verb_config, "turn a collector's exporter block into options", &config_argp, NULL},
    {"functions", verb_functions, "list the functions that keys are made with", &functions_argp, NULL},
    {"options", verb_options, "list the exporter's options", &options_argp, NULL},
    {"store", verb_store, "show what a queue on disk holds, or send it", &store_argp, NULL},
    {"topology", verb_topology, "encode, decode and shard topology", NULL, topology_verbs},
    {"verify", verb_verify, "check the keys and partitions of a topic", &verify_argp, NULL},
    {"completion", verb_completion, "print a completion script for bash, zsh or fish", &completion_argp, NULL},
    {"version", verb_version, "print versions", &version_argp, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

int main(int argc, char **argv) {
    static char program[] = "stskafka", version[] = "version";
    console_start();
    signal(SIGPIPE, SIG_IGN); /* a reader that went away must not end an export half-way */
    setlocale(LC_CTYPE, "");  /* for what a table may show */
    argp_err_exit_status = exit_status(FAULT_USAGE);

    if (argc < 1)
        return exit_status(FAULT_USAGE);
    argv[0] = program;
    if (argc > 1 && (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0)) {
        argv[1] = version;
        argc = 2;
    }
    return verb_table_run(tool_verbs, argc, argv);
}
