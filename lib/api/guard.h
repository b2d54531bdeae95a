/* SPDX-License-Identifier: Apache-2.0
 *
 * The gate that every public call on an exporter goes through, before it takes any lock. */
#ifndef STS_API_GUARD_H
#define STS_API_GUARD_H

#include <stskafka/error.h>

/* How a call may be made. */
typedef enum sts__api_rule { STS__API_ALSO_IN_CALLBACKS, STS__API_NOT_IN_CALLBACKS } sts__api_rule;

/* STS_OK; STS_ERR_INVALID_ARGUMENT for NULL; STS_ERR_FORKED; STS_ERR_REENTRANT. */
sts_status sts__api_enter(const sts_exporter *exporter, sts__api_rule rule);

/* The same, and an error object with the code's own text where it fails. */
sts_status sts__api_enter_or_report(const sts_exporter *exporter, sts__api_rule rule, sts_error **error);

#endif
