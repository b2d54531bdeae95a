/* SPDX-License-Identifier: Apache-2.0 */
#include "support/probe.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "support/hex.h"

/* What was explained of a record. */
struct explained {
    uint64_t index;
    sts_status code;
    int32_t partition;
    char *topic, *key, *value;
};

struct explanations {
    struct explained *items;
    size_t count, capacity;
};

static void keep(const sts_explanation *explanation, void *user) {
    struct explanations *all = user;
    sts_bytes key, value;
    if (all->count == all->capacity) {
        all->capacity = all->capacity * 2 + 8;
        all->items = realloc(all->items, all->capacity * sizeof *all->items);
        cr_assert_not_null(all->items);
    }
    struct explained *item = &all->items[all->count++];
    const char *topic = sts_explanation_topic(explanation);
    sts_explanation_key(explanation, &key);
    sts_explanation_value(explanation, &value);
    item->index = sts_explanation_index(explanation);
    item->code = sts_explanation_code(explanation);
    item->partition = sts_explanation_partition(explanation, 4);
    item->topic = strdup(topic ? topic : "");
    item->key = hex_write(key);
    item->value = hex_write(value);
}

static void clear(struct explanations *all) {
    for (size_t i = 0; i < all->count; i++) {
        free(all->items[i].topic);
        free(all->items[i].key);
        free(all->items[i].value);
    }
    free(all->items);
}

void probe_open(struct probe *probe) {
    probe->sent = 0;
    rig_open(&probe->rig, NULL,
             RIG_OPTIONS("service_thread", "false", "outcomes", "all", "topics.max", "10000", "produce_timeout", "0s"));
}

void probe_close(struct probe *probe) {
    uint64_t counts[STS_COUNTS];
    cr_assert_eq(rig_export_numbered(&probe->rig, 3, NULL), STS_OK, "the exporter works as before");
    rig_flush(&probe->rig, counts);
    rig_check_sums(counts);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], probe->sent + 3);
    rig_close(&probe->rig);
}

static void check_message(const struct explained *explained, const sts_message *message, const char *name) {
    cr_assert_not_null(message, "%s", name);
    char *key = hex_write(message->key), *value = hex_write(message->value);
    cr_assert_str_eq(message->topic, explained->topic, "%s", name);
    cr_assert_str_eq(key, explained->key, "%s", name);
    cr_assert_str_eq(value, explained->value, "%s", name);
    free(key);
    free(value);
}

static void check_outcomes(struct probe *probe, const struct explanations *all, const char *name) {
    size_t sent = probe->sent;
    for (size_t i = 0; i < all->count; i++) {
        cr_assert_eq(all->items[i].index, i, "%s", name);
        if (all->items[i].code == STS_OK)
            check_message(&all->items[i], sts_memory_transport_message(probe->rig.memory, sent++), name);
    }
    cr_assert_eq(sts_memory_transport_count(probe->rig.memory), sent, "%s", name);
    probe->sent = sent;
    if (all->count == 0)
        return;

    rig_flush(&probe->rig, NULL);
    sts_outcomes *list = sts_outcomes_new(all->count + 1);
    cr_assert_eq(sts_exporter_take_outcomes(probe->rig.exporter, list, 0), STS_OK);
    cr_assert_eq(sts_outcomes_count(list), all->count, "%s", name);
    for (size_t i = 0; i < all->count; i++) {
        const sts_outcome *outcome = sts_outcomes_at(list, i);
        const struct explained *explained = &all->items[sts_outcome_index(outcome)];
        cr_assert_eq(sts_outcome_code(outcome), explained->code, "%s", name);
        if (explained->code == STS_OK)
            cr_assert_eq(sts_outcome_partition(outcome), explained->partition, "%s", name);
    }
    sts_outcomes_free(list);
}

struct probed probe_bytes(struct probe *probe, const void *data, size_t size, const char *name) {
    sts_exporter *exporter = probe->rig.exporter;
    struct explanations all = {0};
    struct probed probed = {.offset = -1};
    sts_error *explain_error = NULL, *export_error = NULL;
    uint64_t counts[STS_COUNTS];

    sts_status explained = sts_explain_logs(exporter, data, size, NULL, keep, &all, &explain_error);
    probed.status = sts_export_logs(exporter, data, size, NULL, counts, STS_COUNTS, &export_error);
    probed.records = all.count;
    cr_assert_eq(counts[STS_COUNT_RECORDS], all.count, "%s: %s", name, sts_error_text(export_error));
    if (explained == STS_OK) {
        cr_assert(probed.status == (counts[STS_COUNT_REJECTED] ? STS_ERR_REJECTED : STS_OK), "%s: %s", name,
                  sts_status_name(probed.status));
    } else {
        cr_assert_eq(probed.status, explained, "%s", name);
        cr_assert_eq(all.count, 0u, "%s: a faulty request has no explanations", name);
        probed.offset = sts_error_offset(export_error);
        cr_assert_eq(sts_error_offset(explain_error), probed.offset, "%s", name);
        cr_assert_geq(probed.offset, 0, "%s", name);
        cr_assert_leq(probed.offset, (int64_t)size, "%s", name);
        cr_assert_eq(sts_error_is_retriable(export_error), 0, "%s", name);
    }
    check_outcomes(probe, &all, name);
    sts_error_free(explain_error);
    sts_error_free(export_error);
    clear(&all);
    return probed;
}
