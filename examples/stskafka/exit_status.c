/* SPDX-License-Identifier: Apache-2.0
 *
 * Faults and the exit status. */
#include "exit_status.h"

#include <stskafka/error.h>

int exit_status(unsigned faults) {
    if (faults & FAULT_USAGE)
        return 2;
    if (faults & FAULT_BROKER)
        return 4;
    if (faults & FAULT_INPUT)
        return 3;
    return faults ? 1 : 0;
}

unsigned fault_of(sts_status status) {
    switch (status) {
    case STS_OK:
        return 0;
    case STS_ERR_INVALID_ARGUMENT:
    case STS_ERR_OPTION_UNKNOWN:
    case STS_ERR_OPTION_VALUE:
    case STS_ERR_OPTION_REFUSED:
    case STS_ERR_CONFIG:
    case STS_ERR_UNSUPPORTED:
        return FAULT_USAGE;
    case STS_ERR_NO_BROKER:
    case STS_ERR_TOPIC_MISSING:
    case STS_ERR_NOT_AUTHORIZED:
    case STS_ERR_NOT_AUTHENTICATED:
        return FAULT_BROKER;
    case STS_ERR_MALFORMED:
    case STS_ERR_TOO_DEEP:
    case STS_ERR_REQUEST_SIZE:
    case STS_ERR_JSON:
        return FAULT_INPUT;
    default:
        return FAULT_RECORDS;
    }
}
