/* SPDX-License-Identifier: Apache-2.0 */
#include "exporter/options.h"

#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "base/suggest.h"
#include "exporter/collector_names.h"
#include "exporter/option_parse.h"
#include "exporter/options_check.h"
#include "exporter/options_table.h"
#include "exporter/security_check.h"
#include "exporter/spec_check.h"

/* More faults than that help nobody, and a host that sets wrong names in a loop must not fill its memory. */
enum { MAX_FAULTS = 100 };

static size_t row_count(void) {
    size_t count = 0;
    while (sts__option_row_at(count))
        count++;
    return count;
}

sts_options *sts__options_new(const sts__memory *memory) {
    sts_options *options = sts__memory_new(memory, sizeof *options);
    if (!options)
        return NULL;
    options->memory = memory;
    options->values = sts__memory_new(memory, row_count() * sizeof *options->values);
    if (!options->values) {
        sts__memory_free(memory, options);
        return NULL;
    }
    return options;
}

static void free_fault(const sts_options *options, sts__option_fault *fault) {
    sts__memory_free(options->memory, fault->name);
    sts__memory_free(options->memory, fault->text);
}

void sts__options_free(sts_options *options) {
    if (!options)
        return;
    const sts__memory *memory = options->memory;
    for (size_t i = 0; sts__option_row_at(i); i++)
        sts__memory_free(memory, options->values[i]);
    for (size_t i = 0; i < STS__OPTION_FAMILIES; i++)
        sts__pairs_clear(&options->families[i], memory);
    for (size_t i = 0; i < options->fault_count; i++)
        free_fault(options, &options->faults[i]);
    sts__memory_free(memory, options->values);
    sts__memory_free(memory, options->faults);
    sts__memory_free(memory, options);
}

/* The place of an option's fault; fault_count where it has none. */
static size_t find_fault(const sts_options *options, const char *name) {
    size_t at = 0;
    while (at < options->fault_count && strcmp(options->faults[at].name, name) != 0)
        at++;
    return at;
}

static void forget_fault(sts_options *options, const char *name) {
    size_t at = find_fault(options, name);
    if (at == options->fault_count)
        return;
    free_fault(options, &options->faults[at]);
    options->faults[at] = options->faults[--options->fault_count];
}

/* Where it fails, nothing has changed. */
static sts_status remember_fault(sts_options *options, const char *name, const char *text) {
    const sts__memory *memory = options->memory;
    size_t at = find_fault(options, name);
    if (at == MAX_FAULTS) {
        options->has_more_faults = true;
        return STS_OK;
    }
    if (!options->faults)
        options->faults = sts__memory_new(memory, MAX_FAULTS * sizeof *options->faults);
    sts__option_fault added = {sts__memory_copy_text(memory, name, strlen(name)),
                               sts__memory_copy_text(memory, text, strlen(text))};
    if (!options->faults || !added.name || !added.text) {
        free_fault(options, &added);
        return STS_ERR_NO_MEMORY;
    }
    if (at == options->fault_count)
        options->fault_count++;
    else
        free_fault(options, &options->faults[at]);
    options->faults[at] = added;
    return STS_OK;
}

static uint64_t hash_of(const char *name) {
    return sts__hash(0, (sts_bytes){name, strlen(name)}); /* without a seed: names are the host's own */
}

static void forget_unstored(sts_options *options, const char *name) {
    for (size_t i = 0; options->unstored_count <= STS__OPTIONS_UNSTORED && i < options->unstored_count; i++)
        if (options->unstored[i] == hash_of(name))
            options->unstored[i] = options->unstored[--options->unstored_count];
}

/* An option that there was no memory for has its old value, or a fault that is not remembered: an exporter that were
 * made all the same would not be the one that the host wants. */
static sts_status remember_unstored(sts_options *options, const char *name, sts__fault *fault) {
    forget_unstored(options, name);
    if (options->unstored_count < STS__OPTIONS_UNSTORED)
        options->unstored[options->unstored_count] = hash_of(name);
    if (options->unstored_count <= STS__OPTIONS_UNSTORED)
        options->unstored_count++;
    return sts__fault_no_memory(fault);
}

/* For those who know the names of another program. */
static const char *hint_of(const char *name) {
    const char *hint = sts__collector_hint(name);
    return hint ? hint : sts__kafka_hint(name);
}

/* An option's name with more behind it, as in "name:value". */
static bool begins_with_option(const char *name) {
    size_t size = sts__name_size(name);
    const sts__option_row *row;
    for (size_t i = 0; name[size] && (row = sts__option_row_at(i)); i++)
        if (strlen(row->name) == size && memcmp(row->name, name, size) == 0)
            return true;
    return false;
}

static sts_status unknown_name(const char *name, sts__fault *fault) {
    const sts__option_row *row;
    const char *nearest = NULL;
    const char *hint = hint_of(name);
    if (hint)
        return sts__fault_set(fault, STS_ERR_OPTION_UNKNOWN, "%.*s%s: no such option; %s", STS__NAME(name), hint);
    if (begins_with_option(name))
        return sts__fault_set(fault, STS_ERR_OPTION_UNKNOWN, "%.*s%s: an option's name ends before the dots",
                              STS__NAME(name));
    if (sts__kafka_has_property(name))
        return sts__fault_set(fault, STS_ERR_OPTION_UNKNOWN, "%s: no such option; librdkafka's property is kafka.%s",
                              name, name);
    for (size_t i = 0; (row = sts__option_row_at(i)); i++)
        nearest = sts__suggest_nearer(name, nearest, row->name);
    return sts__fault_set(fault, STS_ERR_OPTION_UNKNOWN, "%.*s%s: no such option%s%s%s", STS__NAME(name),
                          nearest ? "; did you mean " : "", nearest ? nearest : "", nearest ? "?" : "");
}

static sts_status replace_text(const sts_options *options, char **place, const char *value, sts__fault *fault) {
    char *copy = sts__memory_copy_text(options->memory, value, strlen(value));
    if (!copy)
        return sts__fault_no_memory(fault);
    sts__memory_free(options->memory, *place);
    *place = copy;
    return STS_OK;
}

/* The collector's exporter is named kafka, so that its options may come with that in front. */
static sts_status check_property(const sts_options *options, const char *name, const char *value, sts__fault *fault) {
    (void)options;
    sts_status status = sts__kafka_property_check(name, value, fault);
    if (status == STS_ERR_OPTION_UNKNOWN && sts__option_find(name) != SIZE_MAX)
        sts__fault_set(fault, status, "kafka.%s: this is an option of its own, and no property of librdkafka: %s", name,
                       name);
    else if (status == STS_ERR_OPTION_UNKNOWN && sts__collector_hint(name))
        sts__fault_set(fault, status, "kafka.%s: librdkafka has no such property; %s", name, sts__collector_hint(name));
    return status;
}

static sts_status check_name(const char *option, const char *name, sts__fault *fault) {
    return name[0] ? STS_OK
                   : sts__fault_set(fault, STS_ERR_OPTION_UNKNOWN, "%s: the name of a header must follow", option);
}

static sts_status check_record_header(const sts_options *options, const char *name, const char *value,
                                      sts__fault *fault) {
    (void)options;
    (void)value;
    return check_name("record_headers.", name, fault);
}

static sts_status check_header_from(const sts_options *options, const char *name, const char *value,
                                    sts__fault *fault) {
    char option[128];
    sts_status status = check_name("header_from.", name, fault);
    snprintf(option, sizeof option, "header_from.%s", name);
    return status == STS_OK ? sts__spec_check(options->memory, option, value, fault) : status;
}

/* In the order of their numbers. */
static const struct family {
    const char *prefix;
    sts_status (*check)(const sts_options *options, const char *name, const char *value, sts__fault *fault);
} families[STS__OPTION_FAMILIES] = {
    [STS__OPTION_KAFKA] = {"kafka.", check_property},
    [STS__OPTION_RECORD_HEADERS] = {"record_headers.", check_record_header},
    [STS__OPTION_HEADER_FROM] = {"header_from.", check_header_from},
};

/* Which family a name is of, and what follows the prefix; STS__OPTION_FAMILIES: of none. */
static size_t family_of(const char *name, const char **rest) {
    size_t i = 0;
    while (i < STS__OPTION_FAMILIES && strncmp(name, families[i].prefix, strlen(families[i].prefix)) != 0)
        i++;
    *rest = i < STS__OPTION_FAMILIES ? name + strlen(families[i].prefix) : name;
    return i;
}

static sts_status set_member(sts_options *options, size_t family, const char *name, const char *value,
                             sts__fault *fault) {
    sts_status status = families[family].check(options, name, value, fault);
    if (status == STS_OK && sts__pairs_set(&options->families[family], options->memory, name, value) != STS_OK)
        return sts__fault_no_memory(fault);
    return status;
}

static sts_status set_row(sts_options *options, size_t index, const char *value, sts__fault *fault) {
    sts_status status = sts__option_parse(options->memory, sts__option_row_at(index), value, NULL, fault);
    return status == STS_OK ? replace_text(options, &options->values[index], value, fault) : status;
}

sts_status sts__options_set(sts_options *options, const char *name, const char *value, sts__fault *fault) {
    size_t index = sts__option_find(name);
    const char *rest;
    size_t family = family_of(name, &rest);
    sts_status status;
    if (family < STS__OPTION_FAMILIES)
        status = set_member(options, family, rest, value, fault);
    else if (index == SIZE_MAX)
        status = unknown_name(name, fault);
    else
        status = set_row(options, index, value, fault);
    if (status == STS_OK)
        forget_fault(options, name);
    else if (status == STS_ERR_NO_MEMORY || remember_fault(options, name, fault->text) != STS_OK)
        return remember_unstored(options, name, fault);
    forget_unstored(options, name);
    return status;
}

/* Whether some tls.* option was set, none of which says no. */
static bool has_tls_block(const sts_options *options) {
    const sts__option_row *row;
    bool found = false;
    for (size_t i = 0; (row = sts__option_row_at(i)); i++) {
        if (!options->values[i] || strncmp(row->name, "tls.", 4) != 0)
            continue;
        if (strcmp(row->name, "tls.insecure") == 0 && strcmp(options->values[i], "true") == 0)
            return false;
        found = true;
    }
    return found;
}

static bool has_storage(const sts_options *options) {
    size_t index = sts__option_find("sending_queue.storage");
    return options->values[index] && options->values[index][0];
}

/* Some defaults hang on what else was set: who sets a callback for outcomes wants them, who sets certificates wants
 * TLS, and who has records stored does not want them to be given up while Kafka is away, nor
 * refused because it is at the start. */
static const char *value_of(const sts_options *options, size_t index) {
    const sts__option_row *row = sts__option_row_at(index);
    if (options->values[index])
        return options->values[index];
    if (strcmp(row->name, "outcomes") == 0 && options->outcome_callback)
        return "all";
    if (strcmp(row->name, "tls.enabled") == 0 && has_tls_block(options))
        return "true";
    if (strcmp(row->name, "retry_on_failure.max_elapsed_time") == 0 && has_storage(options))
        return "0s";
    if (strcmp(row->name, "topic_check") == 0 && has_storage(options))
        return "warn";
    return row->default_value;
}

const char *sts__options_get(const sts_options *options, const char *name) {
    const char *rest;
    const char *value = NULL;
    bool secret = false;
    size_t family = family_of(name, &rest);
    size_t index = sts__option_find(name);
    if (family < STS__OPTION_FAMILIES) {
        const sts__pair *pair = sts__pairs_find(&options->families[family], rest);
        value = pair ? pair->value : NULL;
        secret = family == STS__OPTION_KAFKA && sts__kafka_property_is_secret(rest);
    } else if (index != SIZE_MAX) {
        value = value_of(options, index);
        secret = sts__option_row_at(index)->type == STS__OPTION_SECRET;
    }
    return secret && value && value[0] ? STS__REDACTED : value;
}

void sts__options_write_fixed(const sts_options *options, sts__text *text) {
    const sts__option_row *row;
    for (size_t i = 0; (row = sts__option_row_at(i)); i++)
        if (!sts__option_is_live(row))
            sts__text_printf(text, "%s=%s\n", row->name, value_of(options, i));
    for (size_t i = 0; i < STS__OPTION_FAMILIES; i++)
        for (size_t j = 0; i != STS__OPTION_KAFKA && j < options->families[i].count; j++)
            sts__text_printf(text, "%s%s=%s\n", families[i].prefix, options->families[i].items[j].name,
                             options->families[i].items[j].value);
}

/* Kerberos is asked for by its own options, as in the collector. */
static void choose_mechanism(sts__kafka_security *security) {
    sts__kafka_kerberos *kerberos = &security->kerberos;
    kerberos->is_wanted = kerberos->service_name[0] || kerberos->realm[0] || kerberos->username[0] ||
                          kerberos->keytab_file[0] || kerberos->use_keytab;
    if (kerberos->is_wanted && security->mechanism == STS__SASL_NONE)
        security->mechanism = STS__SASL_GSSAPI;
}

static void add_callbacks(const sts_options *options, sts__kafka_security *security) {
    security->password_callback = options->password_callback;
    security->password_user = options->password_user;
    security->token_callback = options->token_callback;
    security->token_user = options->token_user;
}

/* What a transaction holds stays in the queue until its end, and there must be room for the next one beside it. */
static void bound_transactions(sts__config *config) {
    sts__kafka_exactly_once *exactly_once = &config->kafka.exactly_once;
    exactly_once->is_on = config->delivery == STS__DELIVERY_EXACTLY_ONCE;
    exactly_once->max_records = (config->queue_size + 1) / 2;
    if (exactly_once->max_bytes > config->queue_bytes / 2)
        exactly_once->max_bytes = config->queue_bytes / 2;
}

sts_status sts__options_compile(const sts_options *options, sts__config *config, sts__text *faults) {
    size_t before = faults->size;
    sts__fault fault;
    memset(config, 0, sizeof *config);
    const sts__option_row *row;
    for (size_t i = 0; (row = sts__option_row_at(i)); i++) {
        sts_status status = sts__option_parse(options->memory, row, value_of(options, i), config, &fault);
        if (status == STS_ERR_NO_MEMORY) /* is no fault of the value's */
            return status;
        if (status != STS_OK)
            sts__faults_add(faults, "%s", fault.text);
    }
    config->common.kept_bytes = config->queue_bytes / 8;
    config->common.queue_size = config->queue_size;
    config->common.kafka = &config->kafka;
    config->kafka.properties = &options->families[STS__OPTION_KAFKA];
    config->record_headers = &options->families[STS__OPTION_RECORD_HEADERS];
    config->header_from = &options->families[STS__OPTION_HEADER_FROM];
    add_callbacks(options, &config->kafka.security);
    choose_mechanism(&config->kafka.security);
    bound_transactions(config);
    for (size_t i = 0; i < options->fault_count; i++)
        sts__faults_add(faults, "%s", options->faults[i].text);
    if (options->has_more_faults)
        sts__faults_add(faults, "more options were refused than are listed here");
    if (options->unstored_count)
        sts__faults_add(faults, "there was no memory for an option: set it again");
    sts__options_check(config, faults);
    if (config->delivery == STS__DELIVERY_EXACTLY_ONCE && options->transport.struct_size)
        sts__faults_add(faults, "delivery: exactly_once is the Kafka transport's, and there is one of the host's own");
    if (config->kafka.max_elapsed_ms > config->batch_timeout_ms) /* the transport has what is left of it */
        config->kafka.max_elapsed_ms -= config->batch_timeout_ms;
    /* Whoever only wants to see keys and topics need not have the secrets. */
    if (config->transport == STS__TRANSPORT_KAFKA && !options->transport.struct_size)
        sts__security_check(&config->kafka, faults);
    if (faults->failed)
        return STS_ERR_NO_MEMORY;
    return faults->size == before ? STS_OK : STS_ERR_CONFIG;
}

sts_status sts__options_compile_or_report(const sts_options *options, sts__config *config, sts_error **error) {
    sts__text faults;
    sts__text_init(&faults, options->memory);
    sts_status status = sts__options_compile(options, config, &faults);
    if (faults.size && faults.data[faults.size - 1] == '\n')
        faults.data[faults.size - 1] = '\0';
    if (status != STS_OK)
        sts__error_report_text(options->memory, error, status, sts__text_get(&faults));
    sts__text_clear(&faults);
    return status;
}
