/* SPDX-License-Identifier: Apache-2.0
 *
 * Options from a file (sts_options_load): lines NAME=VALUE, or the plain part of YAML. No YAML parser is linked for it:
 * what is read means the same to one (fuzz.settings), and what would take one is refused with its line. */
#ifndef STS_EXPORTER_SETTINGS_H
#define STS_EXPORTER_SETTINGS_H

#include "exporter/options.h"

/* Sets the options that the text names; `file` is for error texts. Where its form is wrong nothing is set; a value that
 * is refused leaves its option as it was, and the others are set. Faults, one a line, are appended to `faults`. STS_OK;
 * STS_ERR_CONFIG; STS_ERR_NO_MEMORY. */
sts_status sts__settings_read(sts_options *options, const char *file, sts_bytes text, sts__text *faults);

#endif
