/* SPDX-License-Identifier: Apache-2.0
 *
 * The files that AWS's tools share (~/.aws/credentials and config): sections in brackets, name = value, and comments.
 */
#ifndef STS_TRANSPORT_AWS_INI_H
#define STS_TRANSPORT_AWS_INI_H

#include <stdbool.h>

#include <stskafka/types.h>

/* Whether there is such a section, and what a name has in it; the last of several counts. What is indented belongs to
 * the line above it, and is left out. */
bool sts__ini_has(sts_bytes text, const char *section);
bool sts__ini_find(sts_bytes text, const char *section, const char *name, sts_bytes *value);

#endif
