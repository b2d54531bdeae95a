/* SPDX-License-Identifier: Apache-2.0 */
#include "exporter/rules.h"

#include <stdio.h>
#include <string.h>
#include <xxhash.h>

#include "base/text.h"
#include "exporter/spec_check.h"
#include "key/partition.h"
#include "key/topic.h"

/* What a change of the text forms or of the hash would raise. */
enum { KEY_SCHEMA = 1 };

static const char signal_header[] = "otelcol.signal";

static sts_bytes bytes_of(const char *text) {
    sts_bytes bytes = {text, strlen(text)};
    return bytes;
}

/* --- making --- */

typedef struct making {
    sts__rules *rules;
    sts__fault *fault;
    sts_status status; /* the first fault stays */
} making;

static void *alloc(making *m, size_t count, size_t size) {
    void *array = sts__arena_array(&m->rules->set.arena, count ? count : 1, size);
    if (!array && m->status == STS_OK)
        m->status = sts__fault_no_memory(m->fault);
    return array;
}

static const char *copied(making *m, const char *text) {
    sts_bytes copy = sts__arena_copy(&m->rules->set.arena, bytes_of(text));
    if (!copy.data && m->status == STS_OK)
        m->status = sts__fault_no_memory(m->fault);
    return copy.data ? copy.data : "";
}

static void refuse(making *m, const char *option) {
    sts__fault why = *m->fault;
    m->status = sts__fault_set(m->fault, STS_ERR_CONFIG, "%s cannot be exported with the option %.100s: %s",
                               m->rules->signal->name, option, why.text);
}

/* An empty spec is none. Where the signal passes through whole, what reads a record has no value. */
static void compile(making *m, const char *option, const char *spec, sts__ottl_program *program) {
    if (m->status != STS_OK || !spec[0])
        return;
    m->status = sts__ottl_compile(&m->rules->set, spec, program, m->fault);
    if (m->status == STS_ERR_OPTION_VALUE)
        refuse(m, option);
    else if (m->status == STS_OK && m->rules->signal->is_whole)
        sts__ottl_drop_readers(program);
}

/* What the signal has of its own, or what holds for all. */
static const char *or_common(const char *own, const char *common) {
    return own[0] ? own : common;
}

/* As many as the parts of a list, at most. */
static size_t most_parts(const char *list) {
    size_t most = 1;
    for (; *list; list++)
        most += *list == ',';
    return most;
}

/* The parts of a list, each with a NUL behind it. */
static sts_bytes *split(making *m, const char *list, size_t *count) {
    *count = 0;
    sts_bytes *parts = alloc(m, most_parts(list), sizeof *parts);
    sts_bytes part;
    while (parts && sts__list_next(&list, &part)) {
        parts[*count] = sts__arena_copy(&m->rules->set.arena, part);
        if (!parts[(*count)++].data && m->status == STS_OK)
            m->status = sts__fault_no_memory(m->fault);
    }
    return parts;
}

static void make_topic(making *m, const sts__config *config) {
    sts__topic_rule *topic = &m->rules->topic;
    const sts__signal_config *own = &config->signals[m->rules->signal->place];
    topic->metadata_key = copied(m, or_common(own->topic_from_metadata_key, config->topic_from_metadata_key));
    compile(m, "topic_from", config->topic_from, &topic->from);
    const char *attribute = copied(m, config->topic_from_attribute);
    if (m->status == STS_OK && attribute[0] && !m->rules->signal->is_whole &&
        sts__ottl_compile_resource_attribute(&m->rules->set, attribute, &topic->attribute) != STS_OK)
        m->status = sts__fault_no_memory(m->fault);
    topic->allowed = split(m, config->topics_allow, &topic->allowed_count);
    topic->always_allowed[0] = copied(m, config->common.topic);
    topic->always_allowed[1] = copied(m, config->metadata_topic);
    topic->always_allowed[2] = copied(m, or_common(own->topic, config->common.topic));
}

/* The headers of the list, each NAME=TEXT (options.c has seen to that). */
static void make_listed_headers(making *m, const char *list) {
    sts__header_rules *headers = &m->rules->headers;
    size_t count;
    const sts_bytes *parts = split(m, list, &count);
    for (size_t i = 0; i < count && m->status == STS_OK; i++) {
        char *name = (char *)parts[i].data; /* a copy of ours, with a NUL behind */
        char *value = strchr(name, '=');
        *value++ = '\0';
        headers->fixed[2 * headers->fixed_count] = bytes_of(name);
        headers->fixed[2 * headers->fixed_count++ + 1] = bytes_of(value);
    }
}

static void make_fixed_headers(making *m, const sts__config *config) {
    sts__header_rules *headers = &m->rules->headers;
    size_t listed = most_parts(config->record_header_list);
    size_t count = config->record_headers->count;
    headers->fixed = alloc(m, 2 * (listed + count + 1), sizeof *headers->fixed);
    make_listed_headers(m, config->record_header_list);
    for (size_t i = 0; i < count && m->status == STS_OK; i++) {
        headers->fixed[2 * headers->fixed_count] = bytes_of(copied(m, config->record_headers->items[i].name));
        headers->fixed[2 * headers->fixed_count++ + 1] = bytes_of(copied(m, config->record_headers->items[i].value));
    }
    if (!config->signal_header || m->status != STS_OK)
        return;
    headers->fixed[2 * headers->fixed_count] = bytes_of(signal_header);
    headers->fixed[2 * headers->fixed_count++ + 1] = bytes_of(m->rules->signal->name);
}

static void make_headers(making *m, const sts__config *config) {
    sts__header_rules *headers = &m->rules->headers;
    char option[200];
    make_fixed_headers(m, config);
    headers->metadata = split(m, config->include_metadata_keys, &headers->metadata_count);
    headers->computed = alloc(m, config->header_from->count + 1, sizeof *headers->computed);
    for (size_t i = 0; i < config->header_from->count && m->status == STS_OK; i++) {
        const sts__pair *pair = &config->header_from->items[i];
        headers->computed[i].name = copied(m, pair->name);
        snprintf(option, sizeof option, "header_from.%s", pair->name);
        compile(m, option, pair->value, &headers->computed[i].value);
        headers->computed_count++;
    }
    if (config->cloudevents && m->status == STS_OK) {
        headers->computed[headers->computed_count].name = "ce_source";
        compile(m, "cloudevents.source", config->cloudevents_source,
                &headers->computed[headers->computed_count++].value);
    }
    headers->content_type = config->content_type_header;
    headers->trace_context = config->trace_context_headers;
    headers->cloudevents = config->cloudevents;
    snprintf(option, sizeof option, "io.opentelemetry.%s", m->rules->signal->name);
    headers->event_type = copied(m, config->cloudevents_type[0] ? config->cloudevents_type : option);
    headers->fingerprint = copied(m, config->fingerprint_header);
}

/* The parts of a rule that move a record, with a number of the rule's own. */
static void make_fingerprint(sts__rules *rules, const sts__config *config) {
    char text[160];
    snprintf(text, sizeof text, "%016llx %016llx %d %d", (unsigned long long)rules->key.program.fingerprint,
             (unsigned long long)rules->partition.fingerprint, config->missing_key, config->empty_key);
    snprintf(rules->fingerprint, sizeof rules->fingerprint, "%d-%s-%08x", KEY_SCHEMA,
             sts__profile_name((sts__profile)config->common.partitioner), (unsigned)XXH64(text, strlen(text), 0));
}

/* The default is an attribute of a record's, which a request that passes through whole has none of. */
static const char *key_of_all(const sts__rules *rules, const sts__config *config) {
    return rules->signal->is_whole && strcmp(config->key, STS__DEFAULT_KEY) == 0 ? "none" : config->key;
}

static void make_key(making *m, const sts__config *config) {
    const char *own = config->signals[m->rules->signal->place].key;
    const char *spec = own[0] ? own : key_of_all(m->rules, config);
    char option[32] = "key";
    if (own[0])
        snprintf(option, sizeof option, "%s.key", m->rules->signal->name);
    m->status = sts__spec_compile_key(&m->rules->set, spec, &m->rules->key.program, m->fault);
    if (m->status != STS_ERR_OPTION_VALUE)
        return;
    sts__spec_add_hint(m->rules->set.arena.memory, m->rules->signal, spec, m->fault);
    refuse(m, option);
}

/* A signal's own option has only words that are for it (exporter/options_table.c); that of all may have others. */
static void make_encoding(making *m, const sts__config *config) {
    const sts__signal *signal = m->rules->signal;
    int own = config->signals[signal->place].encoding;
    int place = own ? own : config->encoding;
    if (place == STS__ENCODE_DEFAULT && config->gather != STS__GATHER_NONE)
        place = STS__ENCODE_OTLP_PROTO;
    m->rules->encoding = sts__encoding_at(place, signal);
    if (m->status == STS_OK && m->rules->encoding->is_for_logs_alone && !signal->body)
        m->status = sts__fault_set(m->fault, STS_ERR_CONFIG,
                                   "%s cannot be exported with the option encoding: %s is only for log records",
                                   signal->name, m->rules->encoding->name);
}

/* What cannot be for messages of several records. */
static void check_gathering(making *m, const sts__config *config) {
    const sts__rules *rules = m->rules;
    bool gathers = config->gather != STS__GATHER_NONE && !rules->signal->is_whole;
    m->rules->value_type = gathers ? rules->encoding->joined_content_type : rules->encoding->content_type;
    if (m->status != STS_OK || !gathers)
        return;
    if (!rules->encoding->join)
        m->status = sts__fault_set(m->fault, STS_ERR_CONFIG,
                                   "%s cannot be exported with the option gather: values of the encoding %s cannot be "
                                   "joined; those of otlp_proto, otlp_json and json_record can",
                                   rules->signal->name, rules->encoding->name);
    else if (config->cloudevents)
        m->status = sts__fault_set(m->fault, STS_ERR_CONFIG,
                                   "%s cannot be exported with the option gather: a CloudEvent holds only one record",
                                   rules->signal->name);
}

static bool is_by_scope(const sts__ottl_program *program) {
    return sts__ottl_program_level(program) <= STS__OTTL_SCOPE;
}

static void see_level(sts__rules *rules) {
    bool by_scope = !sts__rules_need_identity(rules) && is_by_scope(&rules->key.program) &&
                    is_by_scope(&rules->topic.from) && is_by_scope(&rules->topic.attribute) &&
                    is_by_scope(&rules->partition);
    for (size_t i = 0; i < rules->headers.computed_count; i++)
        by_scope = by_scope && is_by_scope(&rules->headers.computed[i].value);
    rules->is_by_scope = by_scope;
}

sts_status sts__rules_init(sts__rules *rules, const sts__memory *memory, const sts__config *config,
                           const sts__signal *signal, sts__fault *fault) {
    making m = {rules, fault, STS_OK};
    memset(rules, 0, sizeof *rules);
    rules->signal = signal;
    sts__ottl_set_init(&rules->set, memory, signal);
    make_key(&m, config);
    make_encoding(&m, config);
    check_gathering(&m, config);
    rules->timestamp = (sts__record_timestamp)config->record_timestamp;
    rules->key.missing = (sts__missing_key)config->missing_key;
    rules->key.empty = (sts__empty_key)config->empty_key;
    rules->key.max_bytes = (size_t)config->max_key_bytes;
    make_topic(&m, config);
    compile(&m, "partition_from", config->partition_from, &rules->partition);
    make_headers(&m, config);
    if (m.status == STS_ERR_CONFIG) {
        rules->fault = *fault;
        return STS_OK;
    }
    if (m.status != STS_OK) {
        sts__rules_clear(rules);
        return m.status;
    }
    make_fingerprint(rules, config);
    see_level(rules);
    return STS_OK;
}

void sts__rules_clear(sts__rules *rules) {
    sts__ottl_set_clear(&rules->set);
}

/* --- the topic --- */

static bool is_allowed(const sts__topic_rule *rule, sts_bytes name) {
    for (size_t i = 0; i < sizeof rule->always_allowed / sizeof *rule->always_allowed; i++)
        if (sts__ottl_same_bytes(name, bytes_of(rule->always_allowed[i])))
            return true;
    for (size_t i = 0; i < rule->allowed_count; i++) {
        sts_bytes allowed = rule->allowed[i];
        bool prefix = allowed.size && ((const char *)allowed.data)[allowed.size - 1] == '*';
        allowed.size -= prefix;
        if (prefix ? name.size >= allowed.size && memcmp(name.data, allowed.data, allowed.size) == 0
                   : sts__ottl_same_bytes(name, allowed))
            return true;
    }
    return rule->allowed_count == 0;
}

static sts_status check_topic(const sts__topic_rule *rule, const char *from, sts_bytes name, sts__fault *fault) {
    const char *wrong = sts__topic_fault(name);
    if (wrong)
        return sts__fault_set(fault, STS_ERR_TOPIC_INVALID, "the topic of %.300s %s", from, wrong);
    if (!is_allowed(rule, name))
        return sts__fault_set(fault, STS_ERR_TOPIC_REFUSED, "the topic of %.300s is not in topics.allow", from);
    return STS_OK;
}

sts_status sts__rules_check_topic(const sts__rules *rules, const char *from, sts_bytes name, sts__fault *fault) {
    return check_topic(&rules->topic, from, name, fault);
}

/* The record's own topic must be right if it is there at all; an AnyValue without a value is there. */
static sts_status record_topic(const sts__topic_rule *rule, sts__ottl_state *state, sts_bytes *topic,
                               sts__fault *fault) {
    sts__ottl_value value;
    uint32_t alternative;
    sts_status status = sts__ottl_run(state, &rule->from, &value, &alternative, fault);
    if (status != STS_OK || value.type == STS__OTTL_NIL || value.type == STS__OTTL_NONE)
        return status;
    const char *from = rule->from.texts[alternative];
    if (value.type != STS__OTTL_STRING)
        return sts__fault_set(fault, STS_ERR_TOPIC_INVALID, "the topic of %.300s is %s; it must be a string", from,
                              sts__ottl_type_name(value.type));
    *topic = value.as.bytes;
    return check_topic(rule, from, *topic, fault);
}

/* As the collector's: what is no text, or is empty, does not count. */
static sts_status resource_topic(const sts__topic_rule *rule, sts__ottl_state *state, sts_bytes *topic,
                                 sts__fault *fault) {
    sts__ottl_value value;
    uint32_t alternative;
    sts_status status = sts__ottl_run(state, &rule->attribute, &value, &alternative, fault);
    if (status != STS_OK || value.type != STS__OTTL_STRING || value.as.bytes.size == 0)
        return status;
    *topic = value.as.bytes;
    return check_topic(rule, "topic_from_attribute", *topic, fault);
}

sts_status sts__rules_topic(const sts__rules *rules, sts__ottl_state *state, sts_bytes *topic, sts__fault *fault) {
    const sts__topic_rule *rule = &rules->topic;
    *topic = (sts_bytes){NULL, 0};
    if (rule->metadata_key[0]) {
        const sts__metadata_pair *pair =
            sts__metadata_find(state->metadata, rule->metadata_key, strlen(rule->metadata_key));
        if (pair) {
            *topic = (sts_bytes){pair->value, pair->value_size};
            return check_topic(rule, "topic_from_metadata_key", *topic, fault);
        }
    }
    if (rule->from.count) {
        sts_status status = record_topic(rule, state, topic, fault);
        if (status != STS_OK || topic->size)
            return status;
    }
    return rule->attribute.count ? resource_topic(rule, state, topic, fault) : STS_OK;
}

/* --- the partition --- */

sts_status sts__rules_partition(const sts__rules *rules, sts__ottl_state *state, sts_message *message,
                                sts__fault *fault) {
    sts__ottl_value value;
    uint32_t alternative;
    if (!rules->partition.count)
        return STS_OK;
    sts_status status = sts__ottl_run(state, &rules->partition, &value, &alternative, fault);
    if (status != STS_OK || sts__ottl_is_nil(&value) || value.type == STS__OTTL_NONE)
        return status;
    if (value.type != STS__OTTL_INT || value.as.integer < 0 || value.as.integer > INT32_MAX)
        return sts__fault_set(fault, STS_ERR_PARTITION,
                              "the partition of %.300s is %s; it must be an integer from 0 to 2147483647",
                              rules->partition.texts[alternative],
                              value.type == STS__OTTL_INT ? "out of range" : sts__ottl_type_name(value.type));
    message->partition = (int32_t)value.as.integer;
    return STS_OK;
}
