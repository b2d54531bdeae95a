/* SPDX-License-Identifier: Apache-2.0
 *
 * Exporters over a transport of the host's own, with every allocation failing in turn. */
#include "torture/mixed_logs.h"

/* Takes from the host's allocator too. */
struct held {
    uint64_t id;
    struct held *next;
};

struct own {
    struct torture *t;
    sts_transport_sink *sink;
    struct held *held;
};

static sts_status own_open(void *context, sts_transport_sink *sink, int32_t timeout_ms, int32_t *transport_code,
                           char *text, size_t text_size) {
    (void)timeout_ms, (void)transport_code, (void)text, (void)text_size;
    ((struct own *)context)->sink = sink;
    return STS_OK;
}

static sts_status own_send(void *context, const sts_message *message, int32_t *transport_code, char *text,
                           size_t text_size) {
    struct own *own = context;
    (void)transport_code, (void)text, (void)text_size;
    struct held *held = book_allocate(sizeof *held, &own->t->book);
    if (!held)
        return STS_ERR_NO_MEMORY;
    *held = (struct held){message->id, own->held};
    own->held = held;
    return STS_OK;
}

static void own_poll(void *context, int32_t timeout_ms) {
    struct own *own = context;
    (void)timeout_ms;
    while (own->held) {
        struct held *held = own->held;
        bool failed = held->id % 2;
        sts_completion completion = {.struct_size = sizeof completion,
                                     .id = held->id,
                                     .offset = -1,
                                     .partition = -1,
                                     .kind = failed ? STS_OUTCOME_FAILED : STS_OUTCOME_DELIVERED,
                                     .code = failed ? STS_ERR_DELIVERY : STS_OK,
                                     .text = failed ? "refused by the host" : NULL};
        own->held = held->next;
        book_release(held, &own->t->book);
        MUST(sts_transport_complete(own->sink, &completion) == STS_OK);
    }
}

static void own_close(void *context, int32_t timeout_ms) {
    (void)context, (void)timeout_ms;
}

static void takes_memory(struct torture *t) {
    static const sts_transport table = {.struct_size = sizeof table,
                                        .name = "own",
                                        .open = own_open,
                                        .send = own_send,
                                        .poll = own_poll,
                                        .close = own_close};
    struct own own = {.t = t};
    struct exporting e;
    if (exporting_options(&e, t, PAIRS("key", "attributes[\"stskafka.key\"]"))) {
        MUST(sts_options_set_transport(e.options, &table, &own) == STS_OK);
        if (exporting_start(&e))
            mixed_logs_export(&e);
    }
    exporting_end(&e);
}

/* Records that share messages, over a transport that takes no memory: what it did not take of a message would be
 * rejected. */
struct taker {
    sts_transport_sink *sink;
    uint64_t ids[64];
    size_t count;
};

static sts_status taker_open(void *context, sts_transport_sink *sink, int32_t timeout_ms, int32_t *transport_code,
                             char *text, size_t text_size) {
    (void)timeout_ms, (void)transport_code, (void)text, (void)text_size;
    ((struct taker *)context)->sink = sink;
    return STS_OK;
}

static sts_status taker_send(void *context, const sts_message *message, int32_t *transport_code, char *text,
                             size_t text_size) {
    struct taker *taker = context;
    (void)transport_code, (void)text, (void)text_size;
    MUST(taker->count < sizeof taker->ids / sizeof taker->ids[0]);
    taker->ids[taker->count++] = message->id;
    return STS_OK;
}

static void taker_poll(void *context, int32_t timeout_ms) {
    struct taker *taker = context;
    (void)timeout_ms;
    while (taker->count) {
        const sts_completion done = {.struct_size = sizeof done,
                                     .id = taker->ids[--taker->count],
                                     .offset = -1,
                                     .partition = -1,
                                     .kind = STS_OUTCOME_DELIVERED};
        MUST(sts_transport_complete(taker->sink, &done) == STS_OK);
    }
}

static void gather(struct torture *t, const char *how, const char *encoding) {
    static const sts_transport table = {.struct_size = sizeof table,
                                        .name = "taker",
                                        .open = taker_open,
                                        .send = taker_send,
                                        .poll = taker_poll,
                                        .close = own_close};
    struct taker taker = {.count = 0};
    struct exporting e;
    if (exporting_options(&e, t,
                          PAIRS("gather", how, "encoding", encoding, "max_message_bytes", "1000", "key",
                                "attributes[\"stskafka.key\"]"))) {
        MUST(sts_options_set_transport(e.options, &table, &taker) == STS_OK);
        if (exporting_start(&e))
            mixed_logs_export(&e);
    }
    exporting_end(&e);
}

static void gathered_by_key(struct torture *t) {
    gather(t, "key", "otlp_proto");
}

static void gathered_by_resource(struct torture *t) {
    gather(t, "resource", "otlp_json");
}

static void gathered_lines(struct torture *t) {
    gather(t, "request", "json_record");
}

int main(void) {
    static const struct scenario scenarios[] = {
        {"own transport", takes_memory},
        {"gathered by key", gathered_by_key},
        {"gathered by resource", gathered_by_resource},
        {"gathered lines", gathered_lines},
    };
    for (size_t i = 0; i < sizeof scenarios / sizeof scenarios[0]; i++)
        torture_run(&scenarios[i]);
    return 0;
}
