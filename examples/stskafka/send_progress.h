/* SPDX-License-Identifier: Apache-2.0
 *
 * The progress of a send, on a terminal: how much of the input is done, also within one request that takes long, and
 * why nothing moves. A thread looks, as an export may be under way for minutes. */
#ifndef SEND_PROGRESS_H
#define SEND_PROGRESS_H

#include <pthread.h>
#include <stdbool.h>

#include <stskafka/stskafka.h>

#include "library_log.h"
#include "meter.h"

struct send_progress {
    const sts_exporter *exporter;
    const struct library_log *log;
    bool runs;
    pthread_t thread;
    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t stopped;
    bool stops;
    struct meter meter;
    uint64_t records_before; /* the present request */
};

/* `is_off`: shows nothing, for instance where rows go to the same terminal. */
void send_progress_begin(struct send_progress *progress, const sts_exporter *exporter, const struct library_log *log,
                         const struct file_list *files, bool is_off);

/* A request begins; NULL: the last one is read. */
void send_progress_request(struct send_progress *progress, const struct input *input,
                           const struct input_request *request);

/* Before the exporter is closed. */
void send_progress_end(struct send_progress *progress);

#endif
