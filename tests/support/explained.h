/* SPDX-License-Identifier: Apache-2.0
 *
 * Explains a request and keeps a copy of what was told of each record. Everything here ends the test when it fails. */
#ifndef TESTS_SUPPORT_EXPLAINED_H
#define TESTS_SUPPORT_EXPLAINED_H

#include <stdbool.h>
#include <stskafka/stskafka.h>

#include "support/protobuf.h"

enum { EXPLAINED_PARTITIONS = 12, EXPLAINED_HEADERS = 16, EXPLAINED_VALUE = 128 };

struct explained {
    sts_status code;
    char text[512];
    char topic[256]; /* "" where there is none, which no topic is */
    char key_from[256];
    char *key; /* with a NUL behind; NULL: a null key or none */
    size_t key_size;
    int32_t partition; /* of EXPLAINED_PARTITIONS */
    size_t header_count;
    struct {
        char name[EXPLAINED_VALUE], value[EXPLAINED_VALUE];
        size_t size;
        bool is_null;
    } headers[EXPLAINED_HEADERS];
};

struct explained_list {
    struct explained *items;
    size_t count, capacity;
};

/* The callback of sts_explain_logs and sts_explain_topology, with a list as user. */
void explained_keep(const sts_explanation *explanation, void *list);
void explained_clear(struct explained_list *list);

/* Adds what the exporter tells of these records; `context` may be NULL. */
void explained_add(struct explained_list *list, sts_exporter *exporter, const struct pb *otlp,
                   const sts_export_context *context);

/* The same by an exporter with these options (names and values by turns) and no transport. */
void explained_by(struct explained_list *list, const char *const *pairs, const struct pb *otlp,
                  const sts_export_context *context);

/* The first header of that name; EXPLAINED_HEADERS where there is none. */
size_t explained_header(const struct explained *explained, const char *name);

/* Ends the test where the record is rejected, or its key is not this text (NULL: the null key). */
void explained_check_key(const struct explained *explained, const char *key, const char *what);

/* Ends the test where the record is not rejected with this code. */
void explained_check_code(const struct explained *explained, sts_status code, const char *what);

#endif
