/* SPDX-License-Identifier: Apache-2.0
 *
 * A request of log records of all kinds, exported where any allocation may fail. */
#ifndef TESTS_TORTURE_MIXED_LOGS_H
#define TESTS_TORTURE_MIXED_LOGS_H

#include "support/protobuf.h"
#include "torture/exporting.h"

/* Good records, rejected ones, own topics; a value that does not fit on the stack when it is made a text. */
struct pb mixed_logs_request(void);

/* Exports it, with metadata, and flushes. */
void mixed_logs_export(struct exporting *e);

#endif
