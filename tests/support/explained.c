/* SPDX-License-Identifier: Apache-2.0 */
#include "support/explained.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/rig.h"

static void keep_headers(struct explained *item, const sts_explanation *explanation) {
    item->header_count = sts_explanation_header_count(explanation);
    cr_assert_leq(item->header_count, (size_t)EXPLAINED_HEADERS);
    for (size_t i = 0; i < item->header_count; i++) {
        sts_bytes value = {"x", 1};
        sts_explanation_header_value(explanation, i, &value);
        snprintf(item->headers[i].name, EXPLAINED_VALUE, "%s", sts_explanation_header_name(explanation, i));
        cr_assert_lt(value.size, (size_t)EXPLAINED_VALUE);
        item->headers[i].size = value.size;
        item->headers[i].is_null = !value.data;
        if (value.size > 0)
            memcpy(item->headers[i].value, value.data, value.size);
    }
}

void explained_keep(const sts_explanation *explanation, void *user) {
    struct explained_list *list = user;
    sts_bytes key;
    if (list->count == list->capacity) {
        list->capacity = list->capacity * 2 + 8;
        list->items = realloc(list->items, list->capacity * sizeof *list->items);
        cr_assert_not_null(list->items);
    }
    struct explained *item = &list->items[list->count++];
    const char *topic = sts_explanation_topic(explanation);
    memset(item, 0, sizeof *item);
    item->code = sts_explanation_code(explanation);
    item->partition = sts_explanation_partition(explanation, EXPLAINED_PARTITIONS);
    snprintf(item->text, sizeof item->text, "%s", sts_explanation_text(explanation));
    snprintf(item->topic, sizeof item->topic, "%s", topic ? topic : "");
    snprintf(item->key_from, sizeof item->key_from, "%s", sts_explanation_key_from(explanation));
    sts_explanation_key(explanation, &key);
    item->key_size = key.size;
    if (key.data) {
        item->key = calloc(key.size + 1, 1);
        cr_assert_not_null(item->key);
        memcpy(item->key, key.data, key.size);
    }
    keep_headers(item, explanation);
}

void explained_clear(struct explained_list *list) {
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i].key);
    free(list->items);
    *list = (struct explained_list){0};
}

void explained_add(struct explained_list *list, sts_exporter *exporter, const struct pb *otlp,
                   const sts_export_context *context) {
    sts_error *error = NULL;
    sts_status status = sts_explain_logs(exporter, otlp->data, otlp->size, context, explained_keep, list, &error);
    cr_assert_eq(status, STS_OK, "%s: %s", sts_status_name(status), sts_error_text(error));
}

void explained_by(struct explained_list *list, const char *const *pairs, const struct pb *otlp,
                  const sts_export_context *context) {
    sts_options *options = rig_options(RIG_OPTIONS("transport", "none"));
    rig_set(options, pairs);
    sts_exporter *exporter = rig_new(options);
    explained_add(list, exporter, otlp, context);
    sts_exporter_free(exporter, 0);
    sts_options_free(options);
}

size_t explained_header(const struct explained *explained, const char *name) {
    for (size_t i = 0; i < explained->header_count; i++)
        if (strcmp(explained->headers[i].name, name) == 0)
            return i;
    return EXPLAINED_HEADERS;
}

void explained_check_key(const struct explained *explained, const char *key, const char *what) {
    cr_assert_eq(explained->code, STS_OK, "%s: %s: %s", what, sts_status_name(explained->code), explained->text);
    cr_assert_eq(explained->key == NULL, key == NULL, "%s: null or not", what);
    if (key)
        cr_assert(explained->key_size == strlen(key) && memcmp(explained->key, key, strlen(key)) == 0,
                  "%s: '%s' (%zu bytes), not '%s'", what, explained->key, explained->key_size, key);
}

void explained_check_code(const struct explained *explained, sts_status code, const char *what) {
    cr_assert_eq(explained->code, code, "%s: %s: %s, not %s", what, sts_status_name(explained->code), explained->text,
                 sts_status_name(code));
    cr_assert_gt(strlen(explained->text), 0u, "%s: a rejection says why", what);
    if (code <= STS_ERR_KEY_MISSING && code > STS_ERR_TOPIC_INVALID)
        cr_assert_null(explained->key, "%s: no key either", what);
    cr_assert_eq(explained->partition, -1, "%s: a rejected record has no partition", what);
}
