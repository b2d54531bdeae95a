/* SPDX-License-Identifier: Apache-2.0 */
#include "bridge.h"

#include "_cgo_export.h"

void stsgo_outcomes_read(const sts_outcomes *list, stsgo_outcome *out) {
    size_t count = sts_outcomes_count(list);
    for (size_t i = 0; i < count; i++) {
        const sts_outcome *from = sts_outcomes_at(list, i);
        out[i] = (stsgo_outcome){
            .text = sts_outcome_text(from),
            .topic = sts_outcome_topic(from),
            .token = sts_outcome_token(from),
            .index = sts_outcome_index(from),
            .latency_us = sts_outcome_latency_us(from),
            .offset = sts_outcome_offset(from),
            .kind = sts_outcome_kind(from),
            .code = sts_outcome_code(from),
            .transport_code = sts_outcome_transport_code(from),
            .partition = sts_outcome_partition(from),
            .may_be_duplicate = sts_outcome_may_be_duplicate(from),
        };
    }
}

sts_export_context *stsgo_context_new(uint64_t token, uint64_t first_record) {
    sts_export_context *context = sts_export_context_new();
    if (context) {
        sts_export_context_set_token(context, token);
        sts_export_context_set_first_record(context, first_record);
    }
    return context;
}

static void on_log(int32_t level, const char *text, void *user) {
    stsgoLog(level, (char *)text, (uintptr_t)user);
}

static void on_password(sts_password *password, void *user) {
    stsgoPassword(password, (uintptr_t)user);
}

static void on_oauth_token(sts_oauth_token *token, void *user) {
    stsgoOAuthToken(token, (uintptr_t)user);
}

static void on_dead_letter(const sts_dead_letter *letter, void *user) {
    stsgoDeadLetter((sts_dead_letter *)letter, (uintptr_t)user);
}

void stsgo_set_callbacks(sts_options *options, uint32_t which, uintptr_t handle) {
    void *user = (void *)handle;
    if (which & STSGO_LOG)
        sts_options_set_log_callback(options, on_log, user);
    if (which & STSGO_PASSWORD)
        sts_options_set_password_callback(options, on_password, user);
    if (which & STSGO_TOKEN)
        sts_options_set_oauth_token_callback(options, on_oauth_token, user);
    if (which & STSGO_DEAD_LETTER)
        sts_options_set_dead_letter_callback(options, on_dead_letter, user);
}

static void on_explanation(const sts_explanation *explanation, void *user) {
    stsgoExplanation((sts_explanation *)explanation, (uintptr_t)user);
}

sts_status stsgo_explain(sts_exporter *exporter, int32_t signal, int32_t format, const void *bytes, size_t size,
                         const sts_export_context *context, uintptr_t handle, sts_error **error) {
    return sts_explain(exporter, signal, format, bytes, size, context, on_explanation, (void *)handle, error);
}
