/* SPDX-License-Identifier: Apache-2.0
 *
 * From arguments to the library's objects: options, request metadata, exporter. */
#ifndef EXPORTER_SETUP_H
#define EXPORTER_SETUP_H

#include <stdbool.h>

#include <stskafka/stskafka.h>

#include "args.h"

/* The options of the configuration file, then those of -o, in order; NULL: said all faults. `connection` gets what
 * was set of kafka.*, tls.* and auth.*, some perhaps twice: the options do not tell secrets.
 * `args` must live as long as exporters made from the options: it has their log. */
sts_options *setup_options(struct exporter_args *args, struct setting_list *connection);

/* Sets an option that the tool itself needs. */
void setup_force(sts_options *options, const char *name, const char *value);

/* The request metadata. */
sts_export_context *setup_request(const struct exporter_args *args);

/* The exporter; NULL: said why not, and `faults` (exit_status.h) has what it means. A topic that is missing is looked
 * for again, as it may have been made a moment ago, but no longer than `patience_ms`. */
sts_exporter *setup_exporter(struct exporter_args *args, const sts_options *options, int64_t patience_ms,
                             unsigned *faults);

/* An exporter without a transport, to explain with, and its options, which are the caller's to free also where there is
 * no exporter. NULL: as setup_exporter. */
sts_exporter *setup_explainer(struct exporter_args *args, sts_options **options, unsigned *faults);

#endif
