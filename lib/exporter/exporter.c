/* SPDX-License-Identifier: Apache-2.0
 *
 * The beginning of an exporter, made from options. (Its end is in close.c.) */
#include "exporter/exporter.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/visible.h"
#include "exporter/sink.h"
#include "exporter/storage.h"
#include "transport/memory.h"

enum { CLOSE_MS = 400 }; /* how long a transport may take to end that is not used after all */

static sts_status make_transport(sts_exporter *exporter, const sts_options *options, const sts__config *config,
                                 sts__fault *fault) {
    static const sts__transport_kind *const own[] = {
        [STS__TRANSPORT_KAFKA] = &sts__kafka_transport, [STS__TRANSPORT_MEMORY] = &sts__memory_transport};
    if (options->transport.struct_size) {
        exporter->transport = options->transport;
        exporter->transport_context = options->transport_context;
    } else if (config->transport != STS__TRANSPORT_NONE) {
        const sts__transport_kind *kind = own[config->transport];
        sts_status status = kind->make(exporter->memory, &config->common, &exporter->transport_context, fault);
        if (status != STS_OK)
            return status;
        exporter->transport_kind = kind;
        exporter->transport = *kind->table;
    }
    exporter->stagings.cost = exporter->transport_kind->cost;
    exporter->stagings.hands_over = exporter->transport_kind->shares_values && !config->storage[0];
    return STS_OK;
}

/* What signals have of their own in place of the topic and the key of all. */
static void describe_signals(sts__text *text, const sts__config *config) {
    for (int i = 0; i < STS__SIGNALS; i++) {
        const char *topic = config->signals[i].topic, *key = config->signals[i].key;
        if (topic[0] && strcmp(topic, config->common.topic) != 0)
            sts__text_printf(text, ", %s.topic %s", sts__signals[i].name, topic);
        if (key[0] && strcmp(key, config->key) != 0)
            sts__text_printf(text, ", %s.key %s", sts__signals[i].name, key);
    }
}

static sts_status describe(sts_exporter *exporter, const sts__config *config) {
    static const char *const acks[] = {"all", "leader", "none"};
    sts_transport *transport = &exporter->transport;
    char connection[512] = "";
    sts__text text;
    sts__text shown;
    if (transport->struct_size && transport->describe)
        transport->describe(exporter->transport_context, connection, sizeof connection);
    sts__text_init(&text, exporter->memory);
    sts__text_init(&shown, exporter->memory);
    sts__text_printf(&text, "transport %s%s%s, topic %s, key %s", transport->struct_size ? transport->name : "none",
                     connection[0] ? ", " : "", connection, config->common.topic, config->key);
    describe_signals(&text, config);
    sts__text_printf(&text, ", partitioner %s, key fingerprint %s, required_acks %s",
                     sts__profile_name(exporter->profile), exporter->rules[STS__LOGS].fingerprint,
                     acks[config->kafka.acks]);
    sts__visible_append(&shown, sts__text_get(&text));
    bool failed = text.failed || shown.failed;
    sts__text_clear(&text);
    if (failed)
        sts__text_clear(&shown);
    exporter->description = shown.data;
    return failed ? STS_ERR_NO_MEMORY : STS_OK;
}

static sts_status keep_fixed_options(sts_exporter *exporter, const sts_options *options) {
    sts__text text;
    sts__text_init(&text, exporter->memory);
    sts__options_write_fixed(options, &text);
    exporter->fixed_options = text.data;
    return text.failed ? STS_ERR_NO_MEMORY : STS_OK;
}

/* Others wait for the store, for their results, or have records that lie open on purpose; or the host has said how much
 * is to be under way. */
static bool keeps_pace(const sts__config *config) {
    return config->block_on_overflow && !config->wait_for_result && !config->storage[0] &&
           config->kafka.max_in_flight == 0 && config->batch_timeout_ms == 0;
}

/* The parts that need no transport. */
static sts_status init_parts(sts_exporter *exporter, const sts_options *options, const sts__config *config) {
    sts_status status = STS_ERR_SYSTEM;
    exporter->pid = getpid();
    sts__stagings_init(&exporter->stagings, exporter->memory);
    exporter->profile = (sts__profile)config->common.partitioner;
    exporter->sink = (sts_transport_sink){&sts__exporter_sink, exporter, exporter->profile};
    exporter->transport_kind = &sts__host_transport;
    exporter->holds_partitions = config->kafka.partition_growth == STS__PARTITION_GROWTH_HOLD;
    exporter->produce_timeout_ms = config->produce_timeout_ms;
    exporter->blocks_on_overflow = config->block_on_overflow;
    exporter->waits_for_result = config->wait_for_result;
    exporter->log_callback = options->log_callback;
    exporter->log_user = options->log_user;
    exporter->dead_letters.callback = options->dead_letter_callback;
    exporter->dead_letters.user = options->dead_letter_user;
    if (config->outcomes != STS__OUTCOMES_COUNTS) {
        exporter->outcome_callback = options->outcome_callback;
        exporter->outcome_user = options->outcome_user;
    }
    if (sts__condition_init(&exporter->turned) != 0)
        return STS_ERR_SYSTEM;
    if (sts__condition_init(&exporter->nap_over) != 0)
        goto no_nap;
    if (pthread_mutex_init(&exporter->callers_lock, NULL) != 0)
        goto no_lock;
    status = sts__topics_init(&exporter->topics, exporter->memory, (uint32_t)config->common.topics_max);
    if (status != STS_OK)
        goto no_topics;
    status = sts__ledger_init(&exporter->ledger, exporter->memory, (uint32_t)config->queue_size,
                              (size_t)config->queue_bytes);
    if (status != STS_OK)
        goto no_ledger;
    status = sts__batching_init(&exporter->batching, exporter->memory, config);
    if (status != STS_OK)
        goto no_batching;
    status = sts__pace_init(&exporter->pace, keeps_pace(config), (uint32_t)config->queue_size);
    if (status != STS_OK)
        goto no_pace;
    exporter->ledger.keep_deliveries = config->outcomes == STS__OUTCOMES_ALL;
    exporter->ledger.keep_failures = config->outcomes == STS__OUTCOMES_FAILURES || exporter->ledger.keep_deliveries;
    exporter->ledger.keep_tokens = config->outcomes == STS__OUTCOMES_TOKENS;
    exporter->ledger.retire_when_taken = exporter->outcome_callback != NULL;
    return STS_OK;

no_pace:
    sts__batching_clear(&exporter->batching);
no_batching:
    sts__ledger_clear(&exporter->ledger);
no_ledger:
    sts__topics_clear(&exporter->topics);
no_topics:
    pthread_mutex_destroy(&exporter->callers_lock);
no_lock:
    pthread_cond_destroy(&exporter->nap_over);
no_nap:
    pthread_cond_destroy(&exporter->turned);
    return status;
}

/* Number 1 of the topics, where there is one. */
static sts_status find_dead_letter_topic(sts_exporter *exporter, const sts__config *config) {
    sts_bytes name = {config->common.dead_letter_topic, strlen(config->common.dead_letter_topic)};
    sts__dead_letters *letters = &exporter->dead_letters;
    if (!name.size)
        return STS_OK;
    sts_status status = sts__topics_find(&exporter->topics, name, true, &letters->topic_index);
    if (status == STS_OK)
        letters->topic = sts__topics_name(&exporter->topics, letters->topic_index);
    return status;
}

/* Where the items of each signal go that name no topic. */
static sts_status find_signal_topics(sts_exporter *exporter, const sts__config *config) {
    sts__route *route = &exporter->route;
    sts_status status = STS_OK;
    for (int i = 0; i < STS__SIGNALS && status == STS_OK; i++) {
        const char *own = config->signals[i].topic;
        sts_bytes name = {own[0] ? own : route->default_topic, strlen(own[0] ? own : route->default_topic)};
        status = sts__topics_find(&exporter->topics, name, true, &route->signal_topic_indices[i]);
        if (status == STS_OK)
            route->signal_topics[i] = sts__topics_name(&exporter->topics, route->signal_topic_indices[i]);
    }
    return status;
}

static sts_status init_rules(sts_exporter *exporter, const sts__config *config, sts__fault *fault) {
    sts_status status = STS_OK;
    for (int i = 0; i < STS__SIGNALS && status == STS_OK; i++)
        status = sts__rules_init(&exporter->rules[i], exporter->memory, config, &sts__signals[i], fault);
    return status;
}

/* All that is gathered at a time is accepted together, so it must have room in the queue, and leave some. */
static void init_window(sts__route *route, const sts__config *config) {
    enum { MOST_RECORDS = 16384, MOST_BYTES = 4 << 20, COST = 8192 };
    size_t records = (size_t)config->queue_size / 4;
    size_t affordable = (size_t)config->queue_bytes / COST;
    route->gather = (sts__gather_option)config->gather;
    route->batches = config->batch_timeout_ms > 0 && !config->wait_for_result;
    if (records > affordable)
        records = affordable;
    route->window_records = records < 1 ? 1 : records > MOST_RECORDS ? MOST_RECORDS : records;
    route->window_bytes = (size_t)config->queue_bytes / 16;
    if (config->storage[0] && route->window_bytes > (size_t)config->storage_bytes / 4)
        route->window_bytes = (size_t)config->storage_bytes / 4;
    if (route->window_bytes > MOST_BYTES)
        route->window_bytes = MOST_BYTES;
}

static sts_status init_route(sts_exporter *exporter, const sts__config *config, sts__fault *fault) {
    sts_bytes topic = {config->common.topic, strlen(config->common.topic)};
    int32_t number;
    sts_status status = sts__topics_find(&exporter->topics, topic, true, &number);
    if (status != STS_OK)
        return sts__fault_no_memory(fault);
    status = find_dead_letter_topic(exporter, config);
    if (status != STS_OK)
        return sts__fault_no_memory(fault);
    exporter->route.topics = &exporter->topics;
    exporter->route.rules = exporter->rules;
    exporter->route.default_topic = sts__topics_name(&exporter->topics, number);
    if (find_signal_topics(exporter, config) != STS_OK)
        return sts__fault_no_memory(fault);
    exporter->route.max_message_bytes = (size_t)config->common.max_message_bytes;
    init_window(&exporter->route, config);
    exporter->route.shard_count = (uint32_t)config->topology_shards;
    exporter->route.topology_budget = (size_t)config->topology_group_bytes;
    exporter->route.metadata_topic = exporter->metadata_topic =
        sts__memory_copy_text(exporter->memory, config->metadata_topic, strlen(config->metadata_topic));
    if (!exporter->metadata_topic)
        return sts__fault_no_memory(fault);
    return init_rules(exporter, config, fault);
}

static sts_status open_transport(sts_exporter *exporter, const sts__config *config, sts__fault *fault) {
    if (exporter->transport.struct_size == 0)
        return STS_OK;
    sts__fault_clear(fault);
    sts_status status =
        exporter->transport.open(exporter->transport_context, &exporter->sink, (int32_t)config->read_timeout_ms,
                                 &fault->transport_code, fault->text, sizeof fault->text);
    if (status != STS_OK)
        return sts__fault_finish(fault, status);
    sts__sink_log(&exporter->sink, STS_LOG_INFO, exporter->description);
    exporter->own_thread = config->service_thread;
    /* Exactly once, nothing is delivered but by whole transactions. */
    exporter->helps = exporter->own_thread && exporter->transport.report && !exporter->storage.exactly_once &&
                      (!exporter->outcome_callback || exporter->ledger.keep_tokens);
    if (exporter->own_thread && sts__service_start(exporter) != STS_OK) {
        exporter->transport.close(exporter->transport_context, CLOSE_MS);
        return sts__fault_set(fault, STS_ERR_SYSTEM, "the service thread cannot be started");
    }
    return STS_OK;
}

void sts__exporter_clear(sts_exporter *exporter) {
    if (exporter->transport_kind->clear)
        exporter->transport_kind->clear(exporter->transport_context);
    sts__storage_clear(&exporter->storage, exporter->memory);
    sts__pace_clear(&exporter->pace);
    sts__batching_clear(&exporter->batching);
    sts__stagings_clear(&exporter->stagings);
    sts__ledger_clear(&exporter->ledger);
    sts__topics_clear(&exporter->topics);
    for (int i = 0; i < STS__SIGNALS; i++)
        sts__rules_clear(&exporter->rules[i]);
    pthread_mutex_destroy(&exporter->callers_lock);
    pthread_cond_destroy(&exporter->nap_over);
    pthread_cond_destroy(&exporter->turned);
    sts__memory_free(exporter->memory, exporter->description);
    sts__memory_free(exporter->memory, exporter->metadata_topic);
    sts__memory_free(exporter->memory, exporter->fixed_options);
    sts__memory_free(exporter->memory, exporter);
}

static sts_status make(const sts__memory *memory, const sts_options *options, const sts__config *config,
                       sts_exporter **made, sts__fault *fault) {
    sts_exporter *exporter = sts__memory_new(memory, sizeof *exporter);
    if (!exporter)
        return sts__fault_no_memory(fault);
    exporter->memory = memory;
    sts_status status = init_parts(exporter, options, config);
    if (status != STS_OK) {
        sts__memory_free(memory, exporter);
        return sts__fault_set(fault, status, "%s", sts__status_text(status));
    }
    bool unopened = false;
    status = init_route(exporter, config, fault);
    if (status == STS_OK)
        status = make_transport(exporter, options, config, fault);
    if (status == STS_OK) {
        unopened = true;
        if (describe(exporter, config) != STS_OK || keep_fixed_options(exporter, options) != STS_OK)
            status = sts__fault_no_memory(fault);
    }
    if (status == STS_OK && exporter->transport.struct_size)
        status = sts__storage_open(exporter, config, fault);
    if (status == STS_OK && sts__storage_identify(exporter) != STS_OK)
        status = sts__fault_no_memory(fault);
    if (status == STS_OK) {
        unopened = false;
        status = open_transport(exporter, config, fault);
    }
    if (status == STS_OK) {
        *made = exporter;
        return STS_OK;
    }
    if (unopened && exporter->transport_kind->discard)
        exporter->transport_kind->discard(exporter->transport_context);
    sts__exporter_clear(exporter);
    return status;
}

sts_status sts__exporter_new(const sts__memory *memory, const sts_options *options, sts_exporter **exporter,
                             sts_error **error) {
    sts__config config;
    sts__fault fault;
    sts_status status = sts__options_compile_or_report(options, &config, error);
    if (status != STS_OK)
        return status;
    status = make(memory, options, &config, exporter, &fault);
    return status == STS_OK ? STS_OK : sts__error_report(memory, error, &fault);
}
