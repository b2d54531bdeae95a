/* SPDX-License-Identifier: Apache-2.0
 *
 * What is wrong with options that no option has alone: names of topics and headers, and what does not go together. */
#ifndef STS_EXPORTER_OPTIONS_CHECK_H
#define STS_EXPORTER_OPTIONS_CHECK_H

#include "base/text.h"
#include "exporter/config.h"

/* Adds a line for each fault. */
void sts__options_check(const sts__config *config, sts__text *faults);

#endif
