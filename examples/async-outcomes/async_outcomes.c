/* Outcomes in an event loop: one thread, poll(2), nothing ever blocks. Sends the request on standard input a number of
 * times, each as a request of its own with a token, and says of each when all of its records have their outcome: that
 * is when a server would answer its client. Where the queue is full the loop goes on with the first record that was not
 * taken; nothing is sent twice.
 *
 *   cc async_outcomes.c -o async_outcomes $(pkg-config --cflags --libs stskafka)
 *   ./async_outcomes localhost:9092 sts-otel-topology 1000 < request.bin
 *
 * Ends with 0 when everything was delivered and all sums hold. */
#include <inttypes.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include <stskafka/stskafka.h>

enum { REQUEST_BYTES = 16 << 20, OUTCOMES = 1000, WAIT_MS = 1000, CLOSE_MS = 30000 };

/* A request that was exported, wholly or in part. */
typedef struct client {
    uint64_t next_record;
    uint64_t waiting; /* accepted records without an outcome */
    bool exported;    /* wholly */
} client;

typedef struct loop {
    const char *otlp;
    size_t otlp_size;
    client *clients; /* the token is the place in here */
    size_t client_count;
    size_t at;       /* the one that is being exported */
    size_t answered; /* how many have got all of their outcomes */
    uint64_t records;
    uint64_t rejected;
    uint64_t refusals;                           /* how often there was no room */
    uint64_t outcomes[STS_OUTCOME_REJECTED + 1]; /* by kind */
    sts_export_context *context;
    sts_outcomes *list;
} loop;

static void fail(const char *what, sts_error *error) {
    fprintf(stderr, "async_outcomes: %s: %s\n", what, sts_error_text(error));
    exit(1);
}

static void answer_if_complete(loop *at, client *one) {
    at->answered += one->exported && one->waiting == 0;
}

/* False when there is no room. What was taken before that stays taken: the counts say how much that is. */
static bool export_next(loop *at, sts_exporter *exporter) {
    client *one = &at->clients[at->at];
    uint64_t counts[STS_COUNTS];
    sts_error *error = NULL;
    sts_export_context_set_token(at->context, at->at);
    sts_export_context_set_first_record(at->context, one->next_record);
    sts_status status = sts_export_logs(exporter, at->otlp, at->otlp_size, at->context, counts, STS_COUNTS, &error);
    if (status != STS_OK && status != STS_ERR_REJECTED && status != STS_ERR_QUEUE_FULL)
        fail("export", error);
    sts_error_free(error);
    at->records += counts[STS_COUNT_RECORDS];
    at->rejected += counts[STS_COUNT_REJECTED];
    one->waiting += counts[STS_COUNT_ACCEPTED];
    one->next_record += counts[STS_COUNT_ACCEPTED] + counts[STS_COUNT_REJECTED];
    if (status == STS_ERR_QUEUE_FULL) {
        at->refusals++;
        return false;
    }
    one->exported = true;
    answer_if_complete(at, one);
    at->at++;
    return true;
}

static void take_outcomes(loop *at, sts_exporter *exporter) {
    do {
        sts_exporter_take_outcomes(exporter, at->list, 0);
        for (size_t i = 0; i < sts_outcomes_count(at->list); i++) {
            const sts_outcome *outcome = sts_outcomes_at(at->list, i);
            client *one = &at->clients[sts_outcome_token(outcome)];
            at->outcomes[sts_outcome_kind(outcome)]++;
            if (sts_outcome_kind(outcome) != STS_OUTCOME_DELIVERED)
                fprintf(stderr, "request %" PRIu64 ", record %" PRIu64 ": %s\n", sts_outcome_token(outcome),
                        sts_outcome_index(outcome), sts_outcome_text(outcome));
            if (sts_outcome_kind(outcome) == STS_OUTCOME_REJECTED)
                continue; /* it was never waited for */
            one->waiting--;
            answer_if_complete(at, one);
        }
    } while (sts_outcomes_count(at->list) == OUTCOMES);
}

static void run(loop *at, sts_exporter *exporter) {
    struct pollfd ready = {.fd = sts_exporter_fd(exporter), .events = POLLIN}; /* beside the host's own */
    while (at->answered < at->client_count) {
        while (at->at < at->client_count && export_next(at, exporter))
            ;
        poll(&ready, 1, WAIT_MS);
        sts_poll(exporter, 0);
        take_outcomes(at, exporter);
    }
}

static bool sums_hold(const loop *at, const uint64_t *counts) {
    uint64_t accepted = at->records - at->rejected;
    uint64_t ended = at->outcomes[STS_OUTCOME_DELIVERED] + at->outcomes[STS_OUTCOME_FAILED] +
                     at->outcomes[STS_OUTCOME_UNCERTAIN] + at->outcomes[STS_OUTCOME_PURGED];
    return ended == accepted && at->outcomes[STS_OUTCOME_REJECTED] == at->rejected &&
           counts[STS_COUNT_RECORDS] == at->records && counts[STS_COUNT_ACCEPTED] == accepted &&
           counts[STS_COUNT_DELIVERED] == at->outcomes[STS_OUTCOME_DELIVERED] && counts[STS_COUNT_PENDING] == 0;
}

static sts_exporter *start(const char *brokers, const char *topic) {
    sts_exporter *exporter;
    sts_error *error = NULL;
    sts_options *options = sts_options_new();
    sts_options_set(options, "brokers", brokers, NULL); /* faults are remembered, and told by sts_exporter_new */
    sts_options_set(options, "topic", topic, NULL);
    sts_options_set(options, "outcomes", "all", NULL);
    sts_options_set(options, "service_thread", "false", NULL); /* then no export waits */
    sts_options_set(options, "sending_queue.queue_size", "500", NULL);
    if (sts_exporter_new(&exporter, options, &error) != STS_OK)
        fail("start", error);
    sts_options_free(options);
    return exporter;
}

int main(int argc, char **argv) {
    static char otlp[REQUEST_BYTES];
    if (argc != 4 || atoi(argv[3]) < 1) {
        fprintf(stderr, "usage: %s BROKERS TOPIC REQUESTS < REQUEST\n", argv[0]);
        return 2;
    }
    loop at = {.otlp = otlp, .otlp_size = fread(otlp, 1, sizeof otlp, stdin), .client_count = (size_t)atoi(argv[3])};
    at.clients = calloc(at.client_count, sizeof *at.clients);
    at.context = sts_export_context_new();
    at.list = sts_outcomes_new(OUTCOMES);
    if (!at.clients || !at.context || !at.list)
        fail("no memory", NULL);
    sts_exporter *exporter = start(argv[1], argv[2]);
    run(&at, exporter);

    uint64_t counts[STS_COUNTS];
    sts_exporter_close(exporter, CLOSE_MS, counts, STS_COUNTS, NULL);
    bool good = sums_hold(&at, counts);
    printf("%zu requests answered, %" PRIu64 " records: %" PRIu64 " delivered, %" PRIu64
           " rejected; no room %s; sums %s\n",
           at.answered, at.records, at.outcomes[STS_OUTCOME_DELIVERED], at.rejected,
           at.refusals > 0 ? "at times" : "never", good ? "hold" : "DO NOT HOLD");
    sts_outcomes_free(at.list); /* before the exporter that filled it */
    sts_export_context_free(at.context);
    free(at.clients);
    sts_exporter_free(exporter, 0);
    return good && at.outcomes[STS_OUTCOME_DELIVERED] == at.records ? 0 : 1;
}
