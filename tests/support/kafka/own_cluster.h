/* SPDX-License-Identifier: Apache-2.0
 *
 * A cluster of the test's own, to be configured, restarted and wiped (kafka-cluster). Everything here ends the test
 * when it fails. */
#ifndef TESTS_SUPPORT_KAFKA_OWN_CLUSTER_H
#define TESTS_SUPPORT_KAFKA_OWN_CLUSTER_H

struct own_cluster {
    char work[512];
    char brokers[256];
};

/* Starts one broker, in place of one that an aborted run of the same test has left; `arguments` go to kafka-cluster's
 * start ("--set name=value ..."), `name` is the test's own, for Criterion runs several at once. */
void own_cluster_start(struct own_cluster *cluster, const char *name, const char *arguments);

/* Does with it what kafka-cluster's words say: "restart 0", "renew". */
void own_cluster_do(const struct own_cluster *cluster, const char *words);

void own_cluster_stop(const struct own_cluster *cluster);

#endif
