/* SPDX-License-Identifier: Apache-2.0
 *
 * A transport that takes everything and keeps nothing: what an export costs without what carries it. All that was sent
 * is told as delivered by the next poll. Its context is a place for the sink; one exporter at a time is fed. */
#ifndef TESTS_BENCH_DISCARD_H
#define TESTS_BENCH_DISCARD_H

#include <stskafka/transport.h>

extern const sts_transport discard_transport; /* its context: sts_transport_sink ** */

#endif
