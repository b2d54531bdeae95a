/* SPDX-License-Identifier: Apache-2.0 */
#include <stskafka/options.h>

#include <string.h>

#include "exporter/options.h"
#include "exporter/options_table.h"
#include "transport/credentials.h"

sts_options *sts_options_new(void) {
    return sts_options_new_with(NULL);
}

sts_options *sts_options_new_with(const sts_allocator *allocator) {
    return sts__options_new(sts__memory_of(allocator));
}

void sts_options_free(sts_options *options) {
    sts__options_free(options);
}

sts_status sts_options_set(sts_options *options, const char *name, const char *value, sts_error **error) {
    sts__fault fault;
    const sts__memory *memory = options ? options->memory : sts__memory_default();
    if (!options || !name || !value)
        sts__fault_set(&fault, STS_ERR_INVALID_ARGUMENT, "options, name and value must not be NULL");
    else if (sts__options_set(options, name, value, &fault) == STS_OK)
        return STS_OK;
    return sts__error_report(memory, error, &fault);
}

const char *sts_options_get(const sts_options *options, const char *name) {
    return options && name ? sts__options_get(options, name) : NULL;
}

sts_status sts_options_set_outcome_callback(sts_options *options, sts_outcome_callback callback, void *user) {
    if (!options)
        return STS_ERR_INVALID_ARGUMENT;
    options->outcome_callback = callback;
    options->outcome_user = user;
    return STS_OK;
}

sts_status sts_options_set_log_callback(sts_options *options, sts_log_callback callback, void *user) {
    if (!options)
        return STS_ERR_INVALID_ARGUMENT;
    options->log_callback = callback;
    options->log_user = user;
    return STS_OK;
}

sts_status sts_options_set_password_callback(sts_options *options, sts_password_callback callback, void *user) {
    if (!options)
        return STS_ERR_INVALID_ARGUMENT;
    options->password_callback = callback;
    options->password_user = user;
    return STS_OK;
}

const char *sts_password_option(const sts_password *password) {
    return password ? password->option : "";
}

sts_status sts_password_set(sts_password *password, const char *text) {
    return password && text ? sts__password_set(password, text) : STS_ERR_INVALID_ARGUMENT;
}

sts_status sts_password_fail(sts_password *password, const char *why) {
    if (!password || !why)
        return STS_ERR_INVALID_ARGUMENT;
    sts__password_fail(password, why);
    return STS_OK;
}

sts_status sts_options_set_oauth_token_callback(sts_options *options, sts_oauth_token_callback callback, void *user) {
    if (!options)
        return STS_ERR_INVALID_ARGUMENT;
    options->token_callback = callback;
    options->token_user = user;
    return STS_OK;
}

sts_status sts_oauth_token_set(sts_oauth_token *token, const char *value, const char *principal, int64_t expires_ms) {
    if (!token || !value || !principal)
        return STS_ERR_INVALID_ARGUMENT;
    return sts__token_set(token, value, principal, expires_ms);
}

sts_status sts_oauth_token_fail(sts_oauth_token *token, const char *why) {
    if (!token || !why)
        return STS_ERR_INVALID_ARGUMENT;
    sts__token_fail(token, why);
    return STS_OK;
}

/* A table of a later version may be larger, if what this one does not know is zero. */
static int is_zero(const void *bytes, size_t size) {
    const unsigned char *at = bytes;
    for (size_t i = 0; i < size; i++)
        if (at[i])
            return 0;
    return 1;
}

sts_status sts_options_set_transport(sts_options *options, const sts_transport *transport, void *context) {
    if (!options || !transport || transport->struct_size < offsetof(sts_transport, open))
        return STS_ERR_INVALID_ARGUMENT;
    sts_transport table;
    memset(&table, 0, sizeof table);
    size_t known = transport->struct_size < sizeof table ? transport->struct_size : sizeof table;
    if (!is_zero((const char *)transport + known, transport->struct_size - known))
        return STS_ERR_INVALID_ARGUMENT;
    memcpy(&table, transport, known);
    if (!table.name || !table.open || !table.send || !table.poll || !table.close)
        return STS_ERR_INVALID_ARGUMENT;
    table.struct_size = sizeof table;
    options->transport = table;
    options->transport_context = context;
    return STS_OK;
}

size_t sts_option_count(void) {
    size_t count = 0;
    while (sts__option_row_at(count))
        count++;
    return count;
}

const char *sts_option_name(size_t index) {
    const sts__option_row *row = sts__option_row_at(index);
    return row ? row->name : NULL;
}

const char *sts_option_type(size_t index) {
    const sts__option_row *row = sts__option_row_at(index);
    return row ? sts__option_type_name(row->type) : NULL;
}

const char *sts_option_default(size_t index) {
    const sts__option_row *row = sts__option_row_at(index);
    return row ? row->default_value : NULL;
}

const char *sts_option_bounds(size_t index) {
    const sts__option_row *row = sts__option_row_at(index);
    return row ? row->bounds : NULL;
}

const char *sts_option_text(size_t index) {
    const sts__option_row *row = sts__option_row_at(index);
    return row ? row->text : NULL;
}

int32_t sts_option_is_live(size_t index) {
    const sts__option_row *row = sts__option_row_at(index);
    return row && sts__option_is_live(row);
}
