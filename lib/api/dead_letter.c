/* SPDX-License-Identifier: Apache-2.0 */
#include "exporter/dead_letter.h"

#include "exporter/options.h"

sts_status sts_options_set_dead_letter_callback(sts_options *options, sts_dead_letter_callback callback, void *user) {
    if (!options)
        return STS_ERR_INVALID_ARGUMENT;
    options->dead_letter_callback = callback;
    options->dead_letter_user = user;
    return STS_OK;
}

int32_t sts_dead_letter_kind(const sts_dead_letter *letter) {
    return letter->kind;
}

sts_status sts_dead_letter_code(const sts_dead_letter *letter) {
    return letter->code;
}

const char *sts_dead_letter_text(const sts_dead_letter *letter) {
    return letter->text;
}

int32_t sts_dead_letter_transport_code(const sts_dead_letter *letter) {
    return letter->transport_code;
}

uint64_t sts_dead_letter_token(const sts_dead_letter *letter) {
    return letter->token;
}

uint64_t sts_dead_letter_index(const sts_dead_letter *letter) {
    return letter->index;
}

const char *sts_dead_letter_topic(const sts_dead_letter *letter) {
    return letter->topic;
}

void sts_dead_letter_key(const sts_dead_letter *letter, sts_bytes *key) {
    *key = letter->key;
}

void sts_dead_letter_value(const sts_dead_letter *letter, sts_bytes *value) {
    *value = letter->value;
}

int32_t sts_dead_letter_signal(const sts_dead_letter *letter) {
    return letter->signal;
}

size_t sts_dead_letter_header_count(const sts_dead_letter *letter) {
    return letter->header_count;
}

const char *sts_dead_letter_header_name(const sts_dead_letter *letter, size_t index) {
    return index < letter->header_count ? letter->headers[2 * index].data : NULL;
}

void sts_dead_letter_header_value(const sts_dead_letter *letter, size_t index, sts_bytes *value) {
    const sts_bytes none = {NULL, 0};
    *value = index < letter->header_count ? letter->headers[2 * index + 1] : none;
}
