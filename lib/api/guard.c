/* SPDX-License-Identifier: Apache-2.0 */
#include "api/guard.h"

#include <unistd.h>

#include "exporter/exporter.h"

sts_status sts__api_enter(const sts_exporter *exporter, sts__api_rule rule) {
    if (!exporter)
        return STS_ERR_INVALID_ARGUMENT;
    if (exporter->pid != getpid())
        return STS_ERR_FORKED;
    /* The list of callers changes, the exporter does not. */
    if (rule == STS__API_NOT_IN_CALLBACKS && sts__callers_has_me((sts_exporter *)exporter))
        return STS_ERR_REENTRANT;
    return STS_OK;
}

sts_status sts__api_enter_or_report(const sts_exporter *exporter, sts__api_rule rule, sts_error **error) {
    sts_status status = sts__api_enter(exporter, rule);
    const char *text = exporter ? sts_status_text(status) : "the exporter must not be NULL";
    /* A host's allocator may have been left locked by the fork. */
    bool is_mine = exporter && status != STS_ERR_FORKED;
    return sts__error_report_text(is_mine ? exporter->memory : sts__memory_default(), error, status, text);
}
