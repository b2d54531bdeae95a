/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/discard.h"

/* The messages between two polls. */
enum { BATCH = 1 << 16 };
static sts_completion done[BATCH];
static size_t done_count;

static sts_status discard_open(void *context, sts_transport_sink *sink, int32_t timeout_ms, int32_t *code, char *text,
                               size_t text_size) {
    (void)timeout_ms, (void)code, (void)text, (void)text_size;
    *(sts_transport_sink **)context = sink;
    return STS_OK;
}

static sts_status discard_send(void *context, const sts_message *message, int32_t *code, char *text, size_t text_size) {
    (void)context, (void)code, (void)text, (void)text_size;
    if (done_count == BATCH)
        return STS_ERR_QUEUE_FULL;
    done[done_count++] = (sts_completion){.struct_size = sizeof(sts_completion),
                                          .id = message->id,
                                          .offset = -1,
                                          .partition = -1,
                                          .kind = STS_OUTCOME_DELIVERED};
    return STS_OK;
}

static sts_status discard_send_many(void *context, const sts_message *const *messages, size_t count, size_t *taken,
                                    int32_t *code, char *text, size_t text_size) {
    for (*taken = 0; *taken < count; (*taken)++) {
        sts_status status = discard_send(context, messages[*taken], code, text, text_size);
        if (status != STS_OK)
            return status;
    }
    return STS_OK;
}

static void discard_poll(void *context, int32_t timeout_ms) {
    (void)timeout_ms;
    if (done_count)
        sts_transport_complete_many(*(sts_transport_sink **)context, done, done_count);
    done_count = 0;
}

static void discard_close(void *context, int32_t timeout_ms) {
    (void)context, (void)timeout_ms;
}

const sts_transport discard_transport = {.struct_size = sizeof discard_transport,
                                         .name = "discard",
                                         .open = discard_open,
                                         .send = discard_send,
                                         .poll = discard_poll,
                                         .close = discard_close,
                                         .send_many = discard_send_many};
