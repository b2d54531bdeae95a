/* SPDX-License-Identifier: Apache-2.0
 *
 * What the library does with a request, whatever the request holds. As sts_export and sts_explain. */
#ifndef DISPATCH_H
#define DISPATCH_H

#include <stskafka/stskafka.h>

#include "input.h"

sts_status dispatch_export(sts_exporter *exporter, const struct input_request *request,
                           const sts_export_context *beside, uint64_t *counts, size_t counts_size, sts_error **error);

sts_status dispatch_explain(sts_exporter *exporter, const struct input_request *request,
                            const sts_export_context *beside, sts_explanation_callback callback, void *user,
                            sts_error **error);

/* Whether the options have a meaning for what the input holds: asked before anything is read. False: said why not, and
 * `faults` (exit_status.h) has it. */
bool dispatch_check(sts_exporter *exporter, const struct input_format *format, unsigned *faults);

#endif
