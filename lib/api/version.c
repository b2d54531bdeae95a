/* SPDX-License-Identifier: Apache-2.0 */
#include <stskafka/version.h>

#include "transport/kafka/kafka.h"

const char *sts_version(void) {
    return STS_VERSION_TEXT;
}

int32_t sts_abi_version(void) {
    return STS__ABI; /* from the build: the number in the SONAME */
}

const char *sts_librdkafka_version(void) {
    return sts__kafka_version();
}

const char *sts_librdkafka_version_built(void) {
    return sts__kafka_version_built();
}
