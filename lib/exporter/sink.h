/* SPDX-License-Identifier: Apache-2.0
 *
 * What transports report, to the exporter that is the sink's owner: outcomes into the ledger, and dead letters made of
 * what failed; lines into the host's log; numbers. */
#ifndef STS_EXPORTER_SINK_H
#define STS_EXPORTER_SINK_H

#include "transport/sink.h"

extern const sts__sink_methods sts__exporter_sink;

#endif
