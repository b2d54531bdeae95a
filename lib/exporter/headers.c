/* SPDX-License-Identifier: Apache-2.0 */
#include "exporter/headers.h"

#include <string.h>

#include "base/utf8.h"

static sts_bytes text(const char *string) {
    sts_bytes bytes = {string, strlen(string)};
    return bytes;
}

static void add(sts__headers *headers, sts_bytes name, sts_bytes value) {
    headers->pairs[2 * headers->count] = name;
    headers->pairs[2 * headers->count + 1] = value;
    headers->count++;
}

/* One header for each value; names as the host configured them. `add_them` false: only counts. */
static size_t copy_metadata(sts__headers *headers, const sts__metadata *metadata, bool add_them) {
    const sts__header_rules *rules = &headers->rules->headers;
    size_t count = 0;
    for (size_t i = 0; metadata && i < rules->metadata_count; i++) {
        for (size_t j = 0; j < metadata->count; j++) {
            const sts__metadata_pair *pair = &metadata->pairs[j];
            if (!sts__metadata_is(pair, rules->metadata[i].data, rules->metadata[i].size))
                continue;
            count++;
            if (add_them)
                add(headers, rules->metadata[i], (sts_bytes){pair->value, pair->value_size});
        }
    }
    return count;
}

sts_status sts__headers_begin(sts__headers *headers, const sts__rules *all_rules, sts__ottl_state *state,
                              sts__fault *fault) {
    const sts__header_rules *rules = &all_rules->headers;
    *headers = (sts__headers){.rules = all_rules,
                              .are_computed = rules->computed_count || sts__record_headers_are_made(rules)};
    bool fingerprint = rules->fingerprint[0] != '\0';
    size_t most = rules->fixed_count + copy_metadata(headers, state->metadata, false) + rules->computed_count +
                  (sts__record_headers_are_made(rules) ? STS__RECORD_HEADERS : 0) + fingerprint;
    if (most == 0)
        return STS_OK;
    headers->pairs = sts__arena_array(&state->arenas[STS__OTTL_REQUEST], 2 * most, sizeof *headers->pairs);
    if (!headers->pairs)
        return sts__fault_no_memory(fault);
    for (size_t i = 0; i < rules->fixed_count; i++)
        add(headers, rules->fixed[2 * i], rules->fixed[2 * i + 1]);
    copy_metadata(headers, state->metadata, true);
    headers->before = headers->count;
    if (fingerprint)
        add(headers, text(rules->fingerprint), text(all_rules->fingerprint));
    return STS_OK;
}

void sts__headers_fixed(const sts__headers *headers, sts_message *message) {
    message->headers = headers->pairs;
    message->header_count = headers->before;
}

static sts_status check_name(sts_bytes name, size_t place, sts__fault *fault) {
    if (memchr(name.data, '\0', name.size))
        return sts__fault_set(fault, STS_ERR_HEADER, "the name of header %zu holds a NUL", place);
    if (sts__utf8_valid_size(name) != name.size)
        return sts__fault_set(fault, STS_ERR_HEADER, "the name of header %zu is not UTF-8", place);
    return STS_OK;
}

sts_status sts__headers_add(sts__arena *arena, const sts_bytes *more, size_t count, sts_message *message,
                            sts__fault *fault) {
    size_t before = message->header_count;
    bool countable = count <= SIZE_MAX / 2 - before;
    sts_bytes *pairs = countable ? sts__arena_array(arena, 2 * (before + count), sizeof *pairs) : NULL;
    if (!pairs)
        return sts__fault_no_memory(fault);
    if (before)
        memcpy(pairs, message->headers, 2 * before * sizeof *pairs);
    for (size_t i = 0; i < count; i++) {
        sts_bytes *pair = pairs + 2 * (before + i);
        const sts_bytes name = {more[2 * i].data ? more[2 * i].data : "", more[2 * i].size};
        sts_status status = check_name(name, i, fault);
        if (status != STS_OK)
            return status;
        pair[0] = sts__arena_copy(arena, name);
        pair[1] = more[2 * i + 1];
        if (!pair[0].data)
            return sts__fault_no_memory(fault);
    }
    message->headers = pairs;
    message->header_count = before + count;
    return STS_OK;
}

/* A header without a value is left out. */
static sts_status compute(sts__headers *headers, const sts__header_rule *rule, sts__ottl_state *state,
                          sts__fault *fault) {
    sts__ottl_value value;
    uint32_t alternative;
    sts_bytes bytes;
    char buffer[STS__KEY_TEXT];
    sts_status status = sts__ottl_run(state, &rule->value, &value, &alternative, fault);
    if (status == STS_ERR_KEY_EVAL) {
        sts__fault why = *fault;
        return sts__fault_set(fault, STS_ERR_HEADER, "header %.100s: %.300s", rule->name, why.text);
    }
    if (status != STS_OK || sts__ottl_is_nil(&value))
        return status;
    if (value.type == STS__OTTL_NONE)
        bytes = (sts_bytes){NULL, 0};
    else if (!sts__key_bytes_of(&value, buffer, &bytes))
        return sts__fault_set(fault, STS_ERR_HEADER, "header %.100s: it is %s; AsString(...) makes a text of it",
                              rule->name, sts__ottl_type_name(value.type));
    if (bytes.data == buffer) {
        bytes = sts__arena_copy(&state->arenas[STS__OTTL_RECORD], bytes);
        if (!bytes.data)
            return sts__fault_no_memory(fault);
    }
    add(headers, text(rule->name), bytes);
    return STS_OK;
}

sts_status sts__headers_compute(sts__headers *headers, sts__ottl_state *state, const sts__item_identity *identity,
                                sts_bytes item, sts_message *message, sts__fault *fault) {
    const sts__header_rules *rules = &headers->rules->headers;
    const sts__header_source source = {headers->rules, identity, item, message->key, message->value};
    sts_status status = STS_OK;
    size_t more = 0;
    headers->count = headers->before;
    for (size_t i = 0; i < rules->computed_count && status == STS_OK; i++)
        status = compute(headers, &rules->computed[i], state, fault);
    if (status == STS_OK && !sts__record_headers_make(&source, &state->arenas[STS__OTTL_RECORD],
                                                      headers->pairs + 2 * headers->count, &more))
        return sts__fault_no_memory(fault);
    headers->count += more;
    if (rules->fingerprint[0])
        add(headers, text(rules->fingerprint), text(headers->rules->fingerprint));
    message->headers = headers->pairs;
    message->header_count = status == STS_OK ? headers->count : 0;
    return status;
}
