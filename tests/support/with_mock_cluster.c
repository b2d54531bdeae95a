/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs a program with librdkafka's cluster at its side, which stands in this process and not in the program's.
 *
 *   with_mock_cluster TOPIC PROGRAM [ARGS...]
 *
 * The cluster has that topic and one for its dead letters, TOPIC-dead; its addresses are the program's last argument;
 * its exit status is this one's. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/mock_cluster.h"
#include "support/must.h"

enum { PARTITIONS = 3 };

static int run(char **arguments) {
    int status;
    pid_t child = fork();
    MUST(child >= 0);
    if (child == 0) {
        execv(arguments[0], arguments);
        _exit(127);
    }
    MUST(waitpid(child, &status, 0) == child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int main(int argc, char **argv) {
    MUST(argc >= 3);
    struct mock_cluster mock;
    char letters[256];
    mock_cluster_open(&mock, argv[1], PARTITIONS);
    snprintf(letters, sizeof letters, "%s-dead", argv[1]);
    MUST(rd_kafka_mock_topic_create(mock.cluster, letters, PARTITIONS, 1) == RD_KAFKA_RESP_ERR_NO_ERROR);
    char **arguments = calloc((size_t)argc, sizeof *arguments); /* two fewer, one more, and the end */
    MUST(arguments);
    for (int i = 2; i < argc; i++)
        arguments[i - 2] = argv[i];
    arguments[argc - 2] = (char *)mock.brokers;
    int status = run(arguments);
    free(arguments);
    mock_cluster_close(&mock);
    return status;
}
