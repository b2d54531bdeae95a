/* SPDX-License-Identifier: Apache-2.0
 *
 * What tests of batches of log records share. Everything here ends the test when it fails. */
#ifndef TESTS_SUPPORT_LOG_BATCH_H
#define TESTS_SUPPORT_LOG_BATCH_H

#include <criterion/criterion.h>
#include <stskafka/stskafka.h>

#include "support/protobuf.h"

#define EXPECT_OK(call) cr_assert_eq((call), STS_OK)

/* Adds a record that can be exported. */
void log_batch_add(sts_logs *logs, const char *key, const char *body);

/* The batch's bytes, as a view and as a copy. */
sts_bytes log_batch_bytes(sts_logs *logs);
struct pb log_batch_copy(sts_logs *logs);

#endif
