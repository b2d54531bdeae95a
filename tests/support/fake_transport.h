/* SPDX-License-Identifier: Apache-2.0
 *
 * A host's own transport, as transport.h allows: it keeps the ids of what it is sent until it is polled, and then
 * completes them as the test says. Meant for service_thread=false: its poll never waits. */
#ifndef TESTS_SUPPORT_FAKE_TRANSPORT_H
#define TESTS_SUPPORT_FAKE_TRANSPORT_H

#include <stskafka/transport.h>

enum { FAKE_MESSAGES = 64 };

struct fake {
    /* What it does; the test sets it. */
    sts_status open_status;     /* what open returns */
    sts_status send_status;     /* what send returns; nothing is kept where that is not STS_OK */
    const char *send_text;      /* why */
    int32_t transport_code;     /* its own number, where open or send fails */
    sts_completion completion;  /* how messages are completed; the id is filled in. Kind 0: not at all */
    unsigned times;             /* how often each message is completed in the poll */
    unsigned complete_on_purge; /* whether purge completes, as purged, what is left */

    /* What it saw. */
    sts_transport_sink *sink;
    sts_status complete_status[4]; /* what sts_transport_complete returned to the 1st, 2nd, ... report of a message */
    uint64_t ids[FAKE_MESSAGES];
    size_t waiting;
    unsigned opened, closed, sent, polled, purged;
    char topic[64];      /* of the last message */
    int32_t topic_index; /* of the last message */
    int32_t partition;   /* of the last message */
    size_t struct_size;  /* of the last message */
};

/* Delivers everything, to partition 2 at offset 7. */
void fake_init(struct fake *fake);

/* The table; its context is a struct fake. A test may change its copy. */
sts_transport fake_table(void);

/* An exporter without a thread over the fake; `pairs` are more options, or NULL. */
sts_exporter *fake_exporter(struct fake *fake, const sts_transport *table, const char *const *pairs);

#endif
