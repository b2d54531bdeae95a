/* SPDX-License-Identifier: Apache-2.0
 *
 * The faults that the options about signing in have together: what a mechanism needs, and what goes with another one.
 */
#ifndef STS_EXPORTER_SIGN_IN_CHECK_H
#define STS_EXPORTER_SIGN_IN_CHECK_H

#include "base/text.h"
#include "transport/kafka/kafka.h"

/* Appends the faults, one a line. */
void sts__sign_in_check(const sts__kafka_settings *settings, sts__text *faults);

/* Whether both of two options are set that are for the same. */
void sts__sign_in_check_pair(const char *a, const char *a_value, const char *b, const char *b_value, sts__text *faults);

/* Whether the file that an option (with a prefix in front) names can be read, if it names one. */
void sts__sign_in_check_file(const char *prefix, const char *option, const char *path, bool may_be_folder,
                             sts__text *faults);

#endif
