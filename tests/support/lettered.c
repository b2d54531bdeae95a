/* SPDX-License-Identifier: Apache-2.0 */
#include "support/lettered.h"

#include <criterion/criterion.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "support/otlp.h"

/* Its letter, lower-case, and an x: no other word in a message begins so. */
static struct pb text_of(char letter) {
    char text[LETTERED_LARGE + 1] = {(char)tolower(letter), 'x', '\0'};
    if (isupper(letter))
        memset(text + 2, 'y', LETTERED_LARGE - 2);
    return otlp_text(text);
}

void lettered_request(struct pb *request, const char *keys, const char *letters) {
    struct otlp otlp = {0};
    for (size_t i = 0; letters[i]; i++) {
        const char name[] = {keys[i], '\0'};
        struct pb key = otlp_text(name);
        struct pb text = text_of(letters[i]);
        if (keys[i] == ' ')
            pb_clear(&key);
        otlp_add(&otlp, keys[i] == ' ' ? NULL : &key, NULL, &text);
    }
    otlp_finish(request, &otlp);
}

sts_status lettered_export(sts_exporter *exporter, const char *keys, const char *letters, uint64_t *counts) {
    struct pb request = {0};
    sts_export_context *context = sts_export_context_new();
    lettered_request(&request, keys, letters);
    sts_export_context_set_token(context, (uint64_t)tolower(letters[0]));
    sts_status status =
        sts_export_logs(exporter, request.data, request.size, context, counts, counts ? STS_COUNTS : 0, NULL);
    sts_export_context_free(context);
    pb_clear(&request);
    return status;
}

void lettered_note(const sts_bytes *value, char *found) {
    const char *text = value->data;
    for (size_t i = 2; i < value->size; i++)
        if (text[i] == 'x' && text[i - 1] >= 'a' && text[i - 1] <= 'h' && !isalpha((unsigned char)text[i - 2]))
            strncat(found, &text[i - 1], 1);
    strcat(found, ",");
}

void lettered_check(const struct rig *rig, const char *expected) {
    char found[1024] = "";
    const sts_message *message;
    for (size_t i = 0; (message = sts_memory_transport_message(rig->memory, i)); i++)
        lettered_note(&message->value, found);
    cr_assert_str_eq(found, expected);
}

void lettered_note_explained(const sts_explanation *explanation, void *found) {
    for (size_t i = 0; i < sts_explanation_record_count(explanation); i++)
        sprintf((char *)found + strlen(found), "%d", (int)sts_explanation_record_index(explanation, i));
    strcat(found, sts_explanation_code(explanation) == STS_OK ? "," : "!");
    cr_assert_eq(sts_explanation_record_index(explanation, 1000), UINT64_MAX);
}
