/* SPDX-License-Identifier: Apache-2.0
 *
 * The faults that options about TLS and SASL have together, and together with librdkafka's properties: the named
 * options decide about security, or the properties do, but never both about one thing. */
#ifndef STS_EXPORTER_SECURITY_CHECK_H
#define STS_EXPORTER_SECURITY_CHECK_H

#include "base/text.h"
#include "transport/kafka/kafka.h"

/* Appends the faults, one a line. */
void sts__security_check(const sts__kafka_settings *settings, sts__text *faults);

#endif
