/* SPDX-License-Identifier: Apache-2.0
 *
 * The beginning and the end of an exporter's queue on disk, and how it is counted. */
#include "exporter/storage.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"

static void tell(void *user, int32_t level, const char *text) {
    sts__sink_log(&((sts_exporter *)user)->sink, level, text);
}

static bool init_locks(sts__storage *storage) {
    if (pthread_mutex_init(&storage->lock, NULL) != 0)
        return false;
    if (pthread_mutex_init(&storage->counting, NULL) == 0) {
        if (sts__condition_init(&storage->fed_some) == 0)
            return true;
        pthread_mutex_destroy(&storage->counting);
    }
    pthread_mutex_destroy(&storage->lock);
    return false;
}

static void tell_recovery(sts_exporter *exporter) {
    sts__store_numbers numbers;
    char line[256];
    sts__store_count(exporter->storage.store, &numbers);
    if (!numbers.recovered_records && !numbers.damaged)
        return;
    snprintf(line, sizeof line,
             "the store holds %llu records of an earlier run, which go first%s (read through in %llu ms, %llu damaged "
             "places)",
             (unsigned long long)numbers.recovered_records,
             exporter->storage.exactly_once ? ", but for those that are in their topics" : ", as possible duplicates",
             (unsigned long long)numbers.recovery_us / 1000, (unsigned long long)numbers.damaged);
    tell(exporter, numbers.damaged ? STS_LOG_WARNING : STS_LOG_INFO, line);
}

/* Who keeps no account of what was sent says so. */
static sts_status begin_run(sts__storage *storage, sts__fault *fault) {
    sts_status status = storage->exactly_once ? sts__store_begin_run(storage->store, &storage->identity, fault)
                                              : sts__store_end_runs(storage->store, fault);
    if (status != STS_OK)
        sts__store_close(storage->store);
    return status;
}

sts_status sts__storage_open(sts_exporter *exporter, const sts__config *config, sts__fault *fault) {
    sts__storage *storage = &exporter->storage;
    const sts__store_settings settings = {.folder = config->storage,
                                          .max_bytes = (uint64_t)config->storage_bytes,
                                          .sync = (sts__store_sync_mode)config->storage_sync,
                                          .sync_interval_ms = config->storage_sync_ms,
                                          .disk = &sts__disk_default,
                                          .tell = tell,
                                          .user = exporter};
    if (!config->storage[0])
        return STS_OK;
    if (!init_locks(storage))
        return sts__fault_set(fault, STS_ERR_SYSTEM, "there is no lock for the store");
    sts__fed_init(&storage->fed, exporter->memory);
    sts_status status = sts__store_open(&storage->store, exporter->memory, &settings, fault);
    storage->exactly_once = config->delivery == STS__DELIVERY_EXACTLY_ONCE;
    if (status == STS_OK)
        status = begin_run(storage, fault);
    if (status != STS_OK) {
        sts__store_free(storage->store);
        storage->store = NULL;
        pthread_cond_destroy(&storage->fed_some);
        pthread_mutex_destroy(&storage->counting);
        pthread_mutex_destroy(&storage->lock);
        return status;
    }
    if (!sts__storage_begin_feeding(exporter)) {
        sts__storage_clear(storage, exporter->memory);
        return sts__fault_no_memory(fault);
    }
    storage->max_bytes = (uint64_t)config->storage_bytes;
    storage->max_age_ms = config->storage_max_age_ms;
    storage->own_records = (size_t)config->queue_size / 2;
    storage->own_bytes = (size_t)config->queue_bytes / 2;
    tell_recovery(exporter);
    return STS_OK;
}

sts_status sts__storage_identify(const sts_exporter *exporter) {
    const sts__store_identity *identity = &exporter->storage.identity;
    const sts__transport_store store = {.name = identity->name,
                                        .run = identity->run,
                                        .run_before = identity->run_before,
                                        .run_number = identity->run_number,
                                        .run_begins = identity->run_number << STS__STORE_RUN_BITS};
    if (!exporter->storage.exactly_once)
        return STS_OK;
    return exporter->transport_kind->identify(exporter->transport_context, &store);
}

void sts__storage_close(sts_exporter *exporter) {
    if (!exporter->storage.store)
        return;
    sts__storage_retreat(exporter);
    sts__store_close(exporter->storage.store);
}

void sts__storage_clear(sts__storage *storage, const sts__memory *memory) {
    if (!storage->store)
        return;
    sts__store_close(storage->store);
    sts__store_free(storage->store);
    sts__storage_end_feeding(storage, memory);
    sts__fed_clear(&storage->fed);
    pthread_cond_destroy(&storage->fed_some);
    pthread_mutex_destroy(&storage->counting);
    pthread_mutex_destroy(&storage->lock);
    storage->store = NULL;
}

void sts__storage_begin_count(sts_exporter *exporter, sts__store_numbers *numbers) {
    memset(numbers, 0, sizeof *numbers);
    if (!exporter->storage.store)
        return;
    pthread_mutex_lock(&exporter->storage.counting);
    sts__store_count(exporter->storage.store, numbers);
}

void sts__storage_end_count(sts_exporter *exporter, const sts__store_numbers *numbers, uint64_t *counts,
                            size_t counts_size) {
    sts__storage *storage = &exporter->storage;
    if (!storage->store)
        return;
    pthread_mutex_lock(&storage->lock);
    uint64_t records = numbers->unread_records + storage->returned_records;
    const uint64_t more[STS_COUNTS] = {[STS_COUNT_RECORDS] = records,
                                       [STS_COUNT_ACCEPTED] = records,
                                       [STS_COUNT_PENDING] = records,
                                       [STS_COUNT_BYTES] = numbers->unread_weight + storage->returned_weight};
    pthread_mutex_unlock(&storage->lock);
    pthread_mutex_unlock(&storage->counting);
    for (size_t i = 0; i < STS_COUNTS && i < counts_size; i++)
        counts[i] += more[i];
}
