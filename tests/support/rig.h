/* SPDX-License-Identifier: Apache-2.0
 *
 * An exporter over a memory transport, and what most tests do with it. Everything here ends the test when it fails. */
#ifndef TESTS_SUPPORT_RIG_H
#define TESTS_SUPPORT_RIG_H

#include <stskafka/stskafka.h>
#include <stskafka/transport.h>

#include "support/protobuf.h"

/* Longer than anything takes that a test waits for: whoever waits this long has failed. */
enum { RIG_DEADLINE_MS = 20000 };
#define RIG_DEADLINE "20s"

/* Names and values of options by turns. */
#define RIG_OPTIONS(...) ((const char *const[]){__VA_ARGS__, NULL})

struct rig {
    sts_memory_transport *memory;
    sts_options *options;
    sts_exporter *exporter;
};

/* Sets options, each of which must be taken. */
void rig_set(sts_options *options, const char *const *pairs);

/* New options with these set, for the caller to free. */
sts_options *rig_options(const char *const *pairs);

/* Makes an exporter, which must succeed. */
sts_exporter *rig_new(const sts_options *options);

/* Makes an exporter, which must fail with that code; the error's text must have each of `parts`, and none of
 * `absent` (NULL: there are none). */
void rig_refused(const sts_options *options, sts_status expected, const char *const *parts, const char *const *absent);

/* Checks how that ended which must fail so; frees the error. */
void rig_check_refusal(sts_status status, sts_error *error, sts_status expected, const char *const *parts,
                       const char *const *absent);

/* Makes memory (it keeps 100,000 messages, in topics of 4 partitions) and options; the test may change the options
 * before rig_start. `pairs` may be NULL. */
void rig_prepare(struct rig *rig, const char *script, const char *const *pairs);
void rig_start(struct rig *rig);

/* Both in one. */
void rig_open(struct rig *rig, const char *script, const char *const *pairs);

/* An exporter to Kafka, whose outcomes can be taken; `pairs` may be NULL. */
void rig_open_kafka(struct rig *rig, const char *brokers, const char *topic, const char *const *pairs);

/* Frees it all; exporter NULL is allowed. */
void rig_close(struct rig *rig);

/* Exports; `otlp` stays the caller's, `counts` (STS_COUNTS of them) may be NULL. */
sts_status rig_export(struct rig *rig, const struct pb *otlp, uint64_t *counts);

/* The same, under a token. */
sts_status rig_export_as(struct rig *rig, const struct pb *otlp, uint64_t token, uint64_t *counts);

/* Exports a request of `count` numbered records (support/otlp.h). */
sts_status rig_export_numbered(struct rig *rig, unsigned count, uint64_t *counts);

/* Flushes within the deadline, and gives the counters if `counts` is not NULL. */
void rig_flush(struct rig *rig, uint64_t *counts);

/* Checks that the sums of types.h hold. */
void rig_check_sums(const uint64_t *counts);

/* One of the values of sts_exporter_queue. */
uint64_t rig_queue(const struct rig *rig, int index);

/* Checks the key of a message that the memory has got. */
void rig_check_key(const struct rig *rig, size_t at, const char *key);

/* Checks that those are the numbered records 0 to `count` - 1, once each, in order. */
void rig_check_numbered(const struct rig *rig, unsigned count);

/* Milliseconds on a clock that only goes forward. */
int64_t rig_now_ms(void);

#endif
