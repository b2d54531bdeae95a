/* SPDX-License-Identifier: Apache-2.0 */
#include "support/kafka/own_cluster.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

static const char *folder_of(const char *name) {
    const char *folder = getenv(name);
    cr_assert_not_null(folder, "%s: run this test through ctest", name);
    return folder;
}

/* What it said, up to a page of it. */
static const char *read_log(const char *path, char *text, size_t size) {
    FILE *file = fopen(path, "r");
    size_t count = file ? fread(text, 1, size - 1, file) : 0;
    text[count] = '\0';
    if (file)
        fclose(file);
    return text;
}

void own_cluster_do(const struct own_cluster *cluster, const char *words) {
    char command[1500];
    char path[600];
    char said[4000];
    snprintf(path, sizeof path, "%s.log", cluster->work);
    /* Not with the librdkafka of the test. */
    snprintf(command, sizeof command,
             "env -u LD_LIBRARY_PATH '%s/tests/support/kafka/kafka-cluster' --work '%s' %s >'%s' 2>&1",
             folder_of("STSKAFKA_ROOT"), cluster->work, words, path);
    int status = system(command);
    cr_assert_eq(status, 0, "%s: %s", command, read_log(path, said, sizeof said));
}

void own_cluster_start(struct own_cluster *cluster, const char *name, const char *arguments) {
    char words[512];
    char path[600];
    snprintf(cluster->work, sizeof cluster->work, "%s/kafka_%s", folder_of("STSKAFKA_BUILD"), name);
    snprintf(words, sizeof words, "start 1 --replace %s", arguments);
    own_cluster_do(cluster, words);
    snprintf(path, sizeof path, "%s/bootstrap", cluster->work);
    FILE *file = fopen(path, "r");
    cr_assert_not_null(file);
    cr_assert_not_null(fgets(cluster->brokers, sizeof cluster->brokers, file));
    fclose(file);
    cluster->brokers[strcspn(cluster->brokers, "\n")] = '\0';
}

void own_cluster_stop(const struct own_cluster *cluster) {
    own_cluster_do(cluster, "stop");
}
