/* SPDX-License-Identifier: Apache-2.0
 *
 * A script of the memory transport, a line end, then a byte for each thing to do: export (from where the export before
 * stopped), poll, flush. Each record ends as the script's step for it says, once, and the sums hold at all times. */
#include <stdlib.h>
#include <string.h>

#include <stskafka/transport.h>

#include "fuzz/fuzz.h"
#include "wire/writer.h"

enum { RECORDS = 12, MOST_STEPS = 40, PARTITIONS = 3 };

/* What the script says, read in another way than the library does: the first messages' steps. */
enum step { DELIVER, FAIL, UNCERTAIN, FULL, REFUSE, FATAL, HOLD, NO_STEP };

static const char *const step_names[] = {"deliver", "fail", "uncertain", "full", "refuse", "fatal", "hold", NULL};
static const struct {
    int32_t kind;
    sts_status code;
} ends[] = {[DELIVER] = {STS_OUTCOME_DELIVERED, STS_OK},
            [FAIL] = {STS_OUTCOME_FAILED, STS_ERR_DELIVERY},
            [UNCERTAIN] = {STS_OUTCOME_UNCERTAIN, STS_ERR_NOT_ACKNOWLEDGED},
            [REFUSE] = {STS_OUTCOME_REJECTED, STS_ERR_RECORD_SIZE},
            [HOLD] = {STS_OUTCOME_PURGED, STS_ERR_PURGED}};

struct bench {
    enum step script[MOST_STEPS * RECORDS];
    size_t length, next;                  /* the step of the next message that is sent */
    enum step steps[MOST_STEPS][RECORDS]; /* of each export's records; NO_STEP: not sent, or told already */
    uint64_t accepted, rejected, told;
    uint64_t first; /* the record to go on with */
    bool fatal;
};

static enum step step_of(const char *name, size_t size) {
    int i = 0;
    while (step_names[i] && (strlen(step_names[i]) != size || memcmp(step_names[i], name, size) != 0))
        i++;
    return (enum step)i;
}

static void read_script(struct bench *bench, const char *script) {
    size_t most = sizeof bench->script / sizeof bench->script[0];
    while (*script && bench->length < most) {
        size_t size = strcspn(script, ","), name = strcspn(script, ",*");
        enum step step = step_of(script, name);
        unsigned long times = name == size ? 1 : strtoul(script + name + 1, NULL, 10);
        HOLDS(step != NO_STEP && times > 0, "no step: %s", script);
        for (; times && bench->length < most; times--)
            bench->script[bench->length++] = step;
        script += size + (script[size] == ',');
    }
}

static enum step next_step(struct bench *bench) {
    enum step step = bench->next < bench->length ? bench->script[bench->next] : DELIVER;
    bench->next++;
    return step;
}

/* RECORDS records: attribute stskafka.key, a body of bytes. */
static sts_bytes request(void) {
    static const char record[] = "\x32\x13\x0a\x0cstskafka.key\x12\x03\x0a\x01k" /* the key k */
                                 "\x2a\x03\x3a\x01v";                            /* the value v */
    static sts__wire_writer writer;
    if (!writer.memory) {
        sts__wire_writer_init(&writer, sts__memory_default());
        for (int i = 0; i < RECORDS; i++) {
            size_t before = sts__wire_written(&writer);
            sts__wire_put(&writer, (sts_bytes){record, sizeof record - 1});
            sts__wire_put_head(&writer, 2, before);
        }
        sts__wire_put_head(&writer, 2, 0);
        sts__wire_put_head(&writer, 1, 0);
    }
    return sts__wire_bytes(&writer);
}

static void on_outcome(const sts_outcome *outcome, void *user) {
    struct bench *bench = user;
    uint64_t token = sts_outcome_token(outcome), index = sts_outcome_index(outcome);
    HOLDS(token < MOST_STEPS && index < RECORDS, "an outcome of no record");
    enum step *step = &bench->steps[token][index];
    HOLDS(*step != NO_STEP, "record %d of export %d has one outcome too many", (int)index, (int)token);
    HOLDS(sts_outcome_kind(outcome) == ends[*step].kind && sts_outcome_code(outcome) == ends[*step].code,
          "%s gives outcome %d, %s", step_names[*step], (int)sts_outcome_kind(outcome),
          sts_status_name(sts_outcome_code(outcome)));
    HOLDS((sts_outcome_offset(outcome) >= 0) == (*step == DELIVER) && sts_outcome_partition(outcome) < PARTITIONS,
          "it is elsewhere");
    *step = NO_STEP;
    bench->told++;
}

static void check_sums(const struct bench *bench, const sts_exporter *exporter) {
    uint64_t counts[STS_COUNTS];
    HOLDS(sts_exporter_counts(exporter, counts, STS_COUNTS) == STS_OK, "no counts");
    HOLDS(counts[STS_COUNT_ACCEPTED] == bench->accepted && counts[STS_COUNT_REJECTED] == bench->rejected,
          "counts differ");
    HOLDS(counts[STS_COUNT_RECORDS] == bench->accepted + bench->rejected, "records");
    HOLDS(counts[STS_COUNT_ACCEPTED] == counts[STS_COUNT_DELIVERED] + counts[STS_COUNT_FAILED] +
                                            counts[STS_COUNT_UNCERTAIN] + counts[STS_COUNT_PURGED] +
                                            counts[STS_COUNT_PENDING],
          "sums do not hold");
}

/* Exports, and follows in the script what must come of it. */
static void export(struct bench *bench, sts_exporter *exporter, uint64_t token) {
    static sts_export_context *beside;
    uint64_t counts[STS_COUNTS], first = bench->first, accepted = 0, rejected = 0;
    sts_status expected = bench->fatal ? STS_ERR_PRODUCER_FATAL : STS_OK;
    if (!beside)
        beside = sts_export_context_new();
    sts_export_context_set_token(beside, token);
    sts_export_context_set_first_record(beside, first);
    bench->first = 0;
    for (uint64_t i = first; i < RECORDS && (expected == STS_OK || expected == STS_ERR_REJECTED); i++) {
        enum step step = next_step(bench);
        accepted += step != FULL && step != FATAL && step != REFUSE;
        rejected += step == REFUSE;
        if (step == REFUSE)
            expected = STS_ERR_REJECTED;
        if (step == FULL || step == FATAL) {
            expected = step == FULL ? STS_ERR_QUEUE_FULL : STS_ERR_PRODUCER_FATAL;
            bench->first = i;
            bench->fatal = step == FATAL;
        } else {
            bench->steps[token][i] = step;
        }
    }
    sts_bytes otlp = request();
    sts_status status = sts_export_logs(exporter, otlp.data, otlp.size, beside, counts, STS_COUNTS, NULL);
    HOLDS(status == expected, "%s, not %s", sts_status_name(status), sts_status_name(expected));
    HOLDS(counts[STS_COUNT_ACCEPTED] == accepted && counts[STS_COUNT_REJECTED] == rejected, "counts of the export");
    bench->accepted += accepted;
    bench->rejected += rejected;
}

static void act(struct bench *bench, sts_exporter *exporter, uint8_t action, uint64_t token) {
    sts_status status = STS_OK;
    if (action % 4 == 0)
        status = sts_poll(exporter, 0);
    else if (action % 4 == 1)
        status = sts_flush(exporter, 0, NULL, 0, NULL);
    else
        export(bench, exporter, token);
    HOLDS(status == STS_OK || status == STS_ERR_TIMED_OUT, "%s", sts_status_name(status));
    check_sums(bench, exporter);
}

static sts_exporter *open_exporter(struct bench *bench, sts_memory_transport *memory) {
    static const char *const pairs[] = {"service_thread", "false",      "outcomes", "all", "sending_queue.queue_size",
                                        "1000",           "topics.max", "1",        NULL};
    sts_options *options = sts_options_new();
    fuzz_set_options(options, pairs);
    sts_options_set_outcome_callback(options, on_outcome, bench);
    sts_options_set_transport(options, sts_memory_transport_table(), memory);
    return fuzz_exporter(options);
}

static void run(struct bench *bench, sts_memory_transport *memory, struct fuzz_input *input) {
    sts_exporter *exporter = open_exporter(bench, memory);
    for (int i = 0; i < MOST_STEPS; i++)
        for (int j = 0; j < RECORDS; j++)
            bench->steps[i][j] = NO_STEP;
    for (uint64_t i = 0; i < MOST_STEPS && input->left; i++)
        act(bench, exporter, fuzz_take_byte(input), i);
    sts_status status = sts_exporter_close(exporter, 0, NULL, 0, NULL);
    HOLDS(status == STS_OK || status == STS_ERR_TIMED_OUT, "%s", sts_status_name(status));
    check_sums(bench, exporter);
    HOLDS(bench->told == bench->accepted + bench->rejected, "%d outcomes of %d records", (int)bench->told,
          (int)(bench->accepted + bench->rejected));
    HOLDS(sts_memory_transport_count(memory) == bench->accepted, "the transport took others");
    sts_exporter_free(exporter, 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct bench bench;
    struct fuzz_input input = {data, size};
    sts_bytes line = {"", 0};
    sts_memory_transport *memory = NULL;
    sts_error *error = NULL;
    fuzz_take_line(&input, &line);
    char *script = fuzz_text(line);
    memset(&bench, 0, sizeof bench);
    sts_status status = sts_memory_transport_new(&memory, script, 16, PARTITIONS, &error);
    if (status == STS_OK) {
        read_script(&bench, script);
        run(&bench, memory, &input);
    } else {
        HOLDS(status == STS_ERR_INVALID_ARGUMENT && *sts_error_text(error), "%s", sts_status_name(status));
    }
    sts_error_free(error);
    sts_memory_transport_free(memory);
    free(script);
    return 0;
}
