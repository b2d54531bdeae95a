/* SPDX-License-Identifier: Apache-2.0
 *
 * A text as the value of an option: whether it fits the option's row, and into its place. */
#ifndef STS_EXPORTER_OPTION_PARSE_H
#define STS_EXPORTER_OPTION_PARSE_H

#include "exporter/options_table.h"

/* Reads `value` into its place in `config` (texts are referred to, not copied; NULL: only looks whether it fits).
 * STS_OK or STS_ERR_OPTION_VALUE; STS_ERR_NO_MEMORY. */
sts_status sts__option_parse(const sts__memory *memory, const sts__option_row *row, const char *value,
                             sts__config *config, sts__fault *fault);

#endif
