/* SPDX-License-Identifier: Apache-2.0 */
#include "exporter/sink.h"

#include <stdio.h>

#include "base/visible.h"
#include "exporter/exporter.h"
#include "exporter/parts.h"
#include "exporter/storage.h"

sts_status sts__exporter_complete(sts_exporter *exporter, const sts_completion *completions, size_t count) {
    return exporter->storage.store ? sts__storage_complete(exporter, completions, count)
                                   : sts__ledger_complete(&exporter->ledger, completions, count);
}

/* One that has failed: in parts it may not. */
static sts_status complete_failure(sts_exporter *exporter, const sts_completion *completion) {
    sts__letter letter;
    /* Exactly once, the transport has divided it in its place, if it could: parts that come later would be behind what
     * is committed. */
    if (!exporter->storage.exactly_once && sts__parts_line_up(exporter, completion))
        return STS_OK;
    bool due = sts__dead_letters_wanted(exporter) && sts__letter_of_failed(&letter, exporter, completion);
    sts_status status = sts__exporter_complete(exporter, completion, 1);
    if (due)
        sts__letter_end(&letter, exporter, status == STS_OK);
    return status;
}

static bool has_failed(const sts_completion *completion) {
    return completion->kind == STS_OUTCOME_FAILED || completion->code == STS_ERR_RECORD_SIZE;
}

/* Those that have not failed stay together. */
static sts_status complete(void *owner, const sts_completion *completions, size_t count) {
    sts_exporter *exporter = owner;
    sts_status status = STS_OK;
    while (count) {
        size_t good = 0;
        while (good < count && !has_failed(&completions[good]))
            good++;
        sts_status completed =
            good ? sts__exporter_complete(exporter, completions, good) : complete_failure(exporter, completions);
        status = completed == STS_OK ? status : completed;
        good += good == 0;
        completions += good;
        count -= good;
    }
    return status;
}

static void tell(void *owner, int32_t level, const char *text) {
    const sts_exporter *exporter = owner;
    char shown[1024];
    if (!exporter->log_callback || !sts__callers_may_call(exporter))
        return;
    if (!sts__visible_is(text)) { /* librdkafka quotes names from the configuration, and brokers', as they are */
        sts__visible_write(text, shown, sizeof shown);
        text = shown;
    }
    exporter->log_callback(level, text, exporter->log_user);
}

static void partitions(void *owner, const char *topic, int32_t before, int32_t now) {
    sts_exporter *exporter = owner;
    char line[400];
    if (now == before)
        return;
    snprintf(line, sizeof line, "topic %s has %d partitions now, %d before: %s", topic, (int)now, (int)before,
             now < before                 ? "most keys change their partition (partition_growth does not apply to that)"
             : exporter->holds_partitions ? "keys stay among the ones that were there first (partition_growth=hold)"
                                          : "most keys change their partition (partition_growth=warn)");
    sts__ledger_count(&exporter->ledger, STS_COUNT_PARTITION_CHANGES);
    tell(exporter, STS_LOG_WARNING, line);
}

static void replaced(void *owner, uint64_t replayed) {
    sts_exporter *exporter = owner;
    char line[160];
    snprintf(line, sizeof line, "a new producer has taken over; %llu records without an outcome were given to it",
             (unsigned long long)replayed);
    sts__ledger_count(&exporter->ledger, STS_COUNT_PRODUCER_REBUILDS);
    tell(exporter, STS_LOG_WARNING, line);
}

static void cluster_changed(void *owner, const char *text) {
    sts_exporter *exporter = owner;
    sts__ledger_count(&exporter->ledger, STS_COUNT_CLUSTER_CHANGES);
    tell(exporter, STS_LOG_WARNING, text);
}

static void statistics(void *owner, const int64_t *values, size_t count) {
    sts__ledger_tell_transport(&((sts_exporter *)owner)->ledger, values, count);
}

/* Whoever hears of it exports in vain from then on. */
static void ended(void *owner, const char *why) {
    sts_exporter *exporter = owner;
    if (!__atomic_load_n(&exporter->fatal, __ATOMIC_RELAXED)) {
        snprintf(exporter->fatal_text, sizeof exporter->fatal_text, "%s", why);
        __atomic_store_n(&exporter->fatal, 1, __ATOMIC_RELEASE);
    }
    tell(exporter, STS_LOG_ERROR, why);
}

static const char *why_stale(void *owner, uint64_t id) {
    return sts__storage_why_stale(owner, id);
}

static bool divide(void *owner, const sts_message *message, sts__sink_take take, void *user) {
    return sts__parts_divide(owner, message, take, user);
}

const sts__sink_methods sts__exporter_sink = {.complete = complete,
                                              .log = tell,
                                              .partitions = partitions,
                                              .replaced = replaced,
                                              .cluster_changed = cluster_changed,
                                              .statistics = statistics,
                                              .ended = ended,
                                              .why_stale = why_stale,
                                              .divide = divide};
