/* SPDX-License-Identifier: Apache-2.0
 *
 * The files that options name, before librdkafka opens them: it would wait for ever for somebody to write into a pipe,
 * and read a device without end. */
#ifndef STS_TRANSPORT_FILES_H
#define STS_TRANSPORT_FILES_H

#include <stdbool.h>
#include <stddef.h>

/* Whether the path is that of a regular file (or, if wanted, a folder) that can be read; does not wait. Else `why` gets
 * the reason, with the path in it only if it begins with "/": what else was put there may be a secret. */
bool sts__file_check(const char *path, bool may_be_folder, char *why, size_t why_size);

#endif
