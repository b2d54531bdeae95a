/* SPDX-License-Identifier: Apache-2.0 */
#include "support/log_batch.h"

#include <string.h>

void log_batch_add(sts_logs *logs, const char *key, const char *body) {
    EXPECT_OK(sts_logs_add_record(logs, 0, NULL));
    EXPECT_OK(sts_logs_set_body_bytes(logs, body, strlen(body), NULL));
    EXPECT_OK(sts_logs_put_string(logs, "stskafka.key", key, strlen(key), NULL));
}

sts_bytes log_batch_bytes(sts_logs *logs) {
    sts_bytes bytes;
    EXPECT_OK(sts_logs_bytes(logs, &bytes, NULL));
    cr_assert_not_null(bytes.data);
    cr_assert_leq(bytes.size, sts_logs_size(logs));
    return bytes;
}

struct pb log_batch_copy(sts_logs *logs) {
    struct pb copy = {0};
    sts_bytes bytes = log_batch_bytes(logs);
    pb_put(&copy, bytes.data, bytes.size);
    return copy;
}
