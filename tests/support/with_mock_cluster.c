/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs a program with librdkafka's cluster at its side, which stands in this process and not in the program's.
 *
 *   with_mock_cluster TOPIC PROGRAM [ARGS...]
 *
 * The cluster's addresses are the program's last argument; its exit status is this one's. */
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "must.h"

enum { PARTITIONS = 3 };

/* What a cluster that is pulled down under its clients has to say is of no interest. */
static void discard_log(const rd_kafka_t *handle, int level, const char *facility, const char *text) {
    (void)handle;
    (void)level;
    (void)facility;
    (void)text;
}

static rd_kafka_t *new_owner(void) {
    char text[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set_log_cb(conf, discard_log);
    rd_kafka_t *owner = rd_kafka_new(RD_KAFKA_PRODUCER, conf, text, sizeof text);
    MUST(owner);
    return owner;
}

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
    rd_kafka_t *owner = new_owner();
    rd_kafka_mock_cluster_t *cluster = rd_kafka_mock_cluster_new(owner, 1);
    MUST(cluster && rd_kafka_mock_topic_create(cluster, argv[1], PARTITIONS, 1) == RD_KAFKA_RESP_ERR_NO_ERROR);
    char **arguments = calloc((size_t)argc, sizeof *arguments); /* two fewer, one more, and the end */
    MUST(arguments);
    for (int i = 2; i < argc; i++)
        arguments[i - 2] = argv[i];
    arguments[argc - 2] = (char *)rd_kafka_mock_cluster_bootstraps(cluster);
    int status = run(arguments);
    free(arguments);
    rd_kafka_mock_cluster_destroy(cluster);
    rd_kafka_destroy(owner);
    return status;
}
