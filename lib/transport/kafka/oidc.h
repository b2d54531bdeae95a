/* SPDX-License-Identifier: Apache-2.0
 *
 * Tokens that librdkafka gets from an OIDC issuer: from the named options, which are the collector's (oauth2client), to
 * its properties. */
#ifndef STS_TRANSPORT_KAFKA_OIDC_H
#define STS_TRANSPORT_KAFKA_OIDC_H

#include <librdkafka/rdkafka.h>

#include "transport/kafka/kafka.h"

/* Nothing without a token_url. STS_OK, STS_ERR_CONFIG. */
sts_status sts__kafka_conf_oidc(rd_kafka_conf_t *conf, const sts__kafka_oidc *oidc, sts__fault *fault);

#endif
