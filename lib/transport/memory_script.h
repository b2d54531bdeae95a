/* SPDX-License-Identifier: Apache-2.0
 *
 * The script of the memory transport: what happens to which message. */
#ifndef STS_TRANSPORT_MEMORY_SCRIPT_H
#define STS_TRANSPORT_MEMORY_SCRIPT_H

#include <stdint.h>

#include "base/error.h"

typedef enum sts__memory_action {
    STS__MEMORY_DELIVER,
    STS__MEMORY_FAIL,
    STS__MEMORY_UNCERTAIN,
    STS__MEMORY_FULL,
    STS__MEMORY_REFUSE,
    STS__MEMORY_FATAL,
    STS__MEMORY_HOLD,
    STS__MEMORY_NO_PARTITION /* not of a script: the message names a partition that is not there */
} sts__memory_action;

typedef struct sts__memory_script {
    const char *rest; /* steps not yet begun; must outlive the script */
    uint64_t left;    /* of the step in hand */
    sts__memory_action action;
} sts__memory_script;

/* Starts a script, after a look at all of it. STS_OK or STS_ERR_INVALID_ARGUMENT. */
sts_status sts__memory_script_begin(sts__memory_script *script, const char *text, sts__fault *fault);

/* What happens to the next message. */
sts__memory_action sts__memory_script_next(sts__memory_script *script);

#endif
