/* SPDX-License-Identifier: Apache-2.0 */
#include "exporter/options.h"

#include <string.h>

#include "base/suggest.h"
#include "exporter/options_table.h"
#include "key/topic.h"

#define KAFKA_PREFIX "kafka."

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
    for (size_t i = 0; i < options->property_count; i++) {
        sts__memory_free(memory, options->properties[i].name);
        sts__memory_free(memory, options->properties[i].value);
    }
    for (size_t i = 0; i < options->fault_count; i++)
        free_fault(options, &options->faults[i]);
    sts__memory_free(memory, options->values);
    sts__memory_free(memory, options->properties);
    sts__memory_free(memory, options->faults);
    sts__memory_free(memory, options);
}

static void forget_fault(sts_options *options, const char *name) {
    for (size_t i = 0; i < options->fault_count; i++) {
        if (strcmp(options->faults[i].name, name) == 0) {
            free_fault(options, &options->faults[i]);
            options->faults[i] = options->faults[--options->fault_count];
            return;
        }
    }
}

/* Room for one element more in an array that is never large. */
static void *grown(const sts_options *options, void *array, size_t count, size_t size) {
    return sts__memory_resize(options->memory, array, (count + 1) * size);
}

static sts_status remember_fault(sts_options *options, const char *name, const char *text) {
    forget_fault(options, name);
    if (options->fault_count == MAX_FAULTS)
        return STS_OK;
    sts__option_fault *faults = grown(options, options->faults, options->fault_count, sizeof *faults);
    if (!faults)
        return STS_ERR_NO_MEMORY;
    options->faults = faults;
    sts__option_fault added = {sts__memory_copy_text(options->memory, name, strlen(name)),
                               sts__memory_copy_text(options->memory, text, strlen(text))};
    if (!added.name || !added.text) {
        free_fault(options, &added);
        return STS_ERR_NO_MEMORY;
    }
    faults[options->fault_count++] = added;
    return STS_OK;
}

static sts_status unknown_name(const char *name, sts__fault *fault) {
    const sts__option_row *row;
    const char *nearest = NULL;
    for (size_t i = 0; (row = sts__option_row_at(i)); i++)
        nearest = sts__suggest_nearer(name, nearest, row->name);
    if (nearest)
        return sts__fault_set(fault, STS_ERR_OPTION_UNKNOWN, "%s: no such option; did you mean %s?", name, nearest);
    return sts__fault_set(fault, STS_ERR_OPTION_UNKNOWN, "%s: no such option", name);
}

static sts_status replace_text(const sts_options *options, char **place, const char *value, sts__fault *fault) {
    char *copy = sts__memory_copy_text(options->memory, value, strlen(value));
    if (!copy)
        return sts__fault_no_memory(fault);
    sts__memory_free(options->memory, *place);
    *place = copy;
    return STS_OK;
}

static sts__kafka_property *find_property(const sts_options *options, const char *name) {
    for (size_t i = 0; i < options->property_count; i++)
        if (strcmp(options->properties[i].name, name) == 0)
            return &options->properties[i];
    return NULL;
}

static sts_status set_property(sts_options *options, const char *name, const char *value, sts__fault *fault) {
    sts_status status = sts__kafka_property_check(name, value, fault);
    if (status != STS_OK)
        return status;
    sts__kafka_property *property = find_property(options, name);
    if (property)
        return replace_text(options, &property->value, value, fault);
    sts__kafka_property *properties = grown(options, options->properties, options->property_count, sizeof *properties);
    if (!properties)
        return sts__fault_no_memory(fault);
    options->properties = properties;
    sts__kafka_property added = {NULL, NULL};
    status = replace_text(options, &added.name, name, fault);
    if (status == STS_OK)
        status = replace_text(options, &added.value, value, fault);
    if (status == STS_OK)
        properties[options->property_count++] = added;
    else
        sts__memory_free(options->memory, added.name);
    return status;
}

static sts_status set_row(sts_options *options, size_t index, const char *value, sts__fault *fault) {
    sts_status status = sts__option_parse(sts__option_row_at(index), value, NULL, fault);
    return status == STS_OK ? replace_text(options, &options->values[index], value, fault) : status;
}

sts_status sts__options_set(sts_options *options, const char *name, const char *value, sts__fault *fault) {
    size_t index = sts__option_find(name);
    sts_status status;
    if (strncmp(name, KAFKA_PREFIX, sizeof KAFKA_PREFIX - 1) == 0)
        status = set_property(options, name + sizeof KAFKA_PREFIX - 1, value, fault);
    else if (index == SIZE_MAX)
        status = unknown_name(name, fault);
    else
        status = set_row(options, index, value, fault);
    if (status == STS_OK)
        forget_fault(options, name);
    else if (status != STS_ERR_NO_MEMORY && remember_fault(options, name, fault->text) != STS_OK)
        return sts__fault_no_memory(fault);
    return status;
}

/* Who sets a callback for outcomes wants them. */
static const char *value_of(const sts_options *options, size_t index) {
    const sts__option_row *row = sts__option_row_at(index);
    if (options->values[index])
        return options->values[index];
    return options->outcome_callback && strcmp(row->name, "outcomes") == 0 ? "all" : row->default_value;
}

const char *sts__options_get(const sts_options *options, const char *name) {
    if (strncmp(name, KAFKA_PREFIX, sizeof KAFKA_PREFIX - 1) == 0) {
        const sts__kafka_property *property = find_property(options, name + sizeof KAFKA_PREFIX - 1);
        return property ? property->value : NULL;
    }
    size_t index = sts__option_find(name);
    return index == SIZE_MAX ? NULL : value_of(options, index);
}

static void check_topic(const char *option, const char *name, sts__text *faults) {
    sts_bytes topic = {name, strlen(name)};
    const char *fault = sts__topic_fault(topic);
    if (fault)
        sts__text_printf(faults, "%s: the name \"%s\" %s\n", option, name, fault);
}

/* Faults that no option has alone. */
static void check_together(const sts__config *config, sts__text *faults) {
    const sts__kafka_settings *kafka = &config->kafka;
    check_topic("topic", kafka->topic, faults);
    check_topic("metadata_topic", config->metadata_topic, faults);
    /* A record of the largest size must find room in an empty queue. */
    if (config->queue_bytes < kafka->max_message_bytes + 4096)
        sts__text_printf(faults, "sending_queue.max_bytes: must be at least max_message_bytes + 4096\n");
    if (kafka->max_elapsed_ms != 0 && kafka->max_elapsed_ms <= kafka->linger_ms)
        sts__text_printf(faults, "retry_on_failure.max_elapsed_time: must be longer than linger\n");
}

sts_status sts__options_compile(const sts_options *options, sts__config *config, sts__text *faults) {
    size_t before = faults->size;
    sts__fault fault;
    memset(config, 0, sizeof *config);
    const sts__option_row *row;
    for (size_t i = 0; (row = sts__option_row_at(i)); i++) {
        if (sts__option_parse(row, value_of(options, i), config, &fault) != STS_OK)
            sts__text_printf(faults, "%s\n", fault.text);
    }
    config->kafka.properties = options->properties;
    config->kafka.property_count = options->property_count;
    for (size_t i = 0; i < options->fault_count; i++)
        sts__text_printf(faults, "%s\n", options->faults[i].text);
    check_together(config, faults);
    if (faults->failed)
        return STS_ERR_NO_MEMORY;
    return faults->size == before ? STS_OK : STS_ERR_CONFIG;
}
