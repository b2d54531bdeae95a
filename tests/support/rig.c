/* SPDX-License-Identifier: Apache-2.0 */
#include "support/rig.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "support/otlp.h"

void rig_set(sts_options *options, const char *const *pairs) {
    for (size_t i = 0; pairs && pairs[i]; i += 2) {
        sts_error *error = NULL;
        sts_status status = sts_options_set(options, pairs[i], pairs[i + 1], &error);
        cr_assert_eq(status, STS_OK, "%s=%s: %s", pairs[i], pairs[i + 1], sts_error_text(error));
    }
}

sts_options *rig_options(const char *const *pairs) {
    sts_options *options = sts_options_new();
    cr_assert_not_null(options);
    rig_set(options, pairs);
    return options;
}

sts_exporter *rig_new(const sts_options *options) {
    sts_exporter *exporter = NULL;
    sts_error *error = NULL;
    sts_status status = sts_exporter_new(&exporter, options, &error);
    cr_assert_eq(status, STS_OK, "%s: %s", sts_status_name(status), sts_error_text(error));
    cr_assert_not_null(exporter);
    return exporter;
}

void rig_check_refusal(sts_status status, sts_error *error, sts_status expected, const char *const *parts,
                       const char *const *absent) {
    cr_assert_eq(status, expected, "%s: %s", sts_status_name(status), sts_error_text(error));
    cr_assert_eq(sts_error_code(error), expected);
    if (expected == STS_ERR_CONFIG)
        cr_assert_eq(sts_error_is_retriable(error), 0);
    for (size_t i = 0; parts[i]; i++)
        cr_assert_not_null(strstr(sts_error_text(error), parts[i]), "no %s in: %s", parts[i], sts_error_text(error));
    for (size_t i = 0; absent && absent[i]; i++)
        cr_assert_null(strstr(sts_error_text(error), absent[i]), "%s in: %s", absent[i], sts_error_text(error));
    sts_error_free(error);
}

void rig_refused(const sts_options *options, sts_status expected, const char *const *parts, const char *const *absent) {
    sts_exporter *exporter = (sts_exporter *)&parts;
    sts_error *error = NULL;
    sts_status status = sts_exporter_new(&exporter, options, &error);
    cr_assert_null(exporter, "NULL on failure");
    rig_check_refusal(status, error, expected, parts, absent);
}

void rig_prepare(struct rig *rig, const char *script, const char *const *pairs) {
    sts_error *error = NULL;
    *rig = (struct rig){0};
    sts_status status = sts_memory_transport_new(&rig->memory, script, 100000, 4, &error);
    cr_assert_eq(status, STS_OK, "%s", sts_error_text(error));
    rig->options = rig_options(pairs);
    cr_assert_eq(sts_options_set_transport(rig->options, sts_memory_transport_table(), rig->memory), STS_OK);
}

void rig_start(struct rig *rig) {
    rig->exporter = rig_new(rig->options);
}

void rig_open(struct rig *rig, const char *script, const char *const *pairs) {
    rig_prepare(rig, script, pairs);
    rig_start(rig);
}

void rig_open_kafka(struct rig *rig, const char *brokers, const char *topic, const char *const *pairs) {
    *rig = (struct rig){.options = rig_options(RIG_OPTIONS("brokers", brokers, "topic", topic, "outcomes", "all"))};
    rig_set(rig->options,
            RIG_OPTIONS("read_timeout", RIG_DEADLINE)); /* so that all is known at the start, on a busy machine too */
    rig_set(rig->options, pairs);
    rig_start(rig);
}

void rig_close(struct rig *rig) {
    sts_exporter_free(rig->exporter, 0);
    sts_options_free(rig->options);
    sts_memory_transport_free(rig->memory);
    *rig = (struct rig){0};
}

sts_status rig_export(struct rig *rig, const struct pb *otlp, uint64_t *counts) {
    return sts_export_logs(rig->exporter, otlp->data, otlp->size, NULL, counts, counts ? STS_COUNTS : 0, NULL);
}

sts_status rig_export_as(struct rig *rig, const struct pb *otlp, uint64_t token, uint64_t *counts) {
    sts_export_context *context = sts_export_context_new();
    cr_assert_eq(sts_export_context_set_token(context, token), STS_OK);
    sts_status status =
        sts_export_logs(rig->exporter, otlp->data, otlp->size, context, counts, counts ? STS_COUNTS : 0, NULL);
    sts_export_context_free(context);
    return status;
}

sts_status rig_export_numbered(struct rig *rig, unsigned count, uint64_t *counts) {
    struct pb otlp = {0};
    otlp_numbered(&otlp, count);
    sts_status status = rig_export(rig, &otlp, counts);
    pb_clear(&otlp);
    return status;
}

void rig_flush(struct rig *rig, uint64_t *counts) {
    sts_error *error = NULL;
    sts_status status = sts_flush(rig->exporter, RIG_DEADLINE_MS, counts, counts ? STS_COUNTS : 0, &error);
    cr_assert_eq(status, STS_OK, "%s: %s", sts_status_name(status), sts_error_text(error));
}

void rig_check_sums(const uint64_t *counts) {
    cr_assert_eq(counts[STS_COUNT_RECORDS], counts[STS_COUNT_ACCEPTED] + counts[STS_COUNT_REJECTED]);
    cr_assert_eq(counts[STS_COUNT_ACCEPTED], counts[STS_COUNT_DELIVERED] + counts[STS_COUNT_FAILED] +
                                                 counts[STS_COUNT_UNCERTAIN] + counts[STS_COUNT_PURGED] +
                                                 counts[STS_COUNT_PENDING]);
}

uint64_t rig_queue(const struct rig *rig, int index) {
    uint64_t values[STS_QUEUE_VALUES];
    cr_assert_eq(sts_exporter_queue(rig->exporter, values, STS_QUEUE_VALUES), STS_OK);
    return values[index];
}

void rig_check_key(const struct rig *rig, size_t at, const char *key) {
    const sts_message *message = sts_memory_transport_message(rig->memory, at);
    cr_assert(message, "message %zu", at);
    cr_assert_eq(message->key.size, strlen(key), "message %zu", at);
    cr_assert_eq(memcmp(message->key.data, key, message->key.size), 0, "message %zu", at);
}

void rig_check_numbered(const struct rig *rig, unsigned count) {
    cr_assert_eq(sts_memory_transport_count(rig->memory), count);
    for (unsigned i = 0; i < count; i++) {
        char key[32];
        snprintf(key, sizeof key, "key-%u", i);
        rig_check_key(rig, i, key);
    }
}

int64_t rig_now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
