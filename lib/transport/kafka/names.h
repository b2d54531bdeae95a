/* SPDX-License-Identifier: Apache-2.0
 *
 * Names of librdkafka's properties that the library has something to say about (the rest of it is in kafka.h). */
#ifndef STS_TRANSPORT_KAFKA_NAMES_H
#define STS_TRANSPORT_KAFKA_NAMES_H

/* Why a property is refused; NULL: it is not. */
const char *sts__kafka_why_refused(const char *name);

#endif
