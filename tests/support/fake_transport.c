/* SPDX-License-Identifier: Apache-2.0 */
#include "support/fake_transport.h"

#include <criterion/criterion.h>
#include <stdio.h>

#include "support/rig.h"

static sts_status fake_open(void *context, sts_transport_sink *sink, int32_t timeout_ms, int32_t *transport_code,
                            char *text, size_t text_size) {
    struct fake *fake = context;
    (void)timeout_ms;
    fake->opened++;
    fake->sink = sink;
    if (fake->open_status != STS_OK) {
        *transport_code = fake->transport_code;
        snprintf(text, text_size, "the fake does not open");
    }
    return fake->open_status;
}

static sts_status fake_send(void *context, const sts_message *message, int32_t *transport_code, char *text,
                            size_t text_size) {
    struct fake *fake = context;
    fake->sent++;
    fake->topic_index = message->topic_index;
    fake->partition = message->partition;
    fake->struct_size = message->struct_size;
    snprintf(fake->topic, sizeof fake->topic, "%s", message->topic);
    if (fake->send_status == STS_OK && fake->waiting < FAKE_MESSAGES) {
        fake->ids[fake->waiting++] = message->id;
        return STS_OK;
    }
    *transport_code = fake->transport_code;
    snprintf(text, text_size, "%s", fake->send_text ? fake->send_text : "no room");
    return fake->send_status == STS_OK ? STS_ERR_QUEUE_FULL : fake->send_status;
}

static void fake_poll(void *context, int32_t timeout_ms) {
    struct fake *fake = context;
    (void)timeout_ms;
    fake->polled++;
    if (fake->completion.kind == 0)
        return;
    for (size_t i = 0; i < fake->waiting; i++) {
        fake->completion.id = fake->ids[i];
        for (unsigned n = 0; n < fake->times; n++)
            fake->complete_status[n % 4] = sts_transport_complete(fake->sink, &fake->completion);
    }
    fake->waiting = 0;
}

static void fake_purge(void *context) {
    struct fake *fake = context;
    fake->purged++;
    if (!fake->complete_on_purge)
        return;
    for (size_t i = 0; i < fake->waiting; i++) {
        sts_completion purged = {.struct_size = sizeof purged, .id = fake->ids[i], .offset = -1, .partition = -1};
        purged.kind = STS_OUTCOME_PURGED;
        purged.code = STS_ERR_PURGED;
        sts_transport_complete(fake->sink, &purged);
    }
    fake->waiting = 0;
}

static void fake_close(void *context, int32_t timeout_ms) {
    struct fake *fake = context;
    (void)timeout_ms;
    fake->closed++;
}

void fake_init(struct fake *fake) {
    *fake = (struct fake){.times = 1};
    fake->completion.struct_size = sizeof fake->completion;
    fake->completion.kind = STS_OUTCOME_DELIVERED;
    fake->completion.partition = 2;
    fake->completion.offset = 7;
}

sts_transport fake_table(void) {
    return (sts_transport){.struct_size = sizeof(sts_transport),
                           .name = "fake",
                           .open = fake_open,
                           .send = fake_send,
                           .poll = fake_poll,
                           .purge = fake_purge,
                           .close = fake_close};
}

sts_exporter *fake_exporter(struct fake *fake, const sts_transport *table, const char *const *pairs) {
    sts_options *options = rig_options(RIG_OPTIONS("service_thread", "false"));
    rig_set(options, pairs);
    cr_assert_eq(sts_options_set_transport(options, table, fake), STS_OK);
    sts_exporter *exporter = rig_new(options);
    sts_options_free(options);
    return exporter;
}
