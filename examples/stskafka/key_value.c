/* SPDX-License-Identifier: Apache-2.0 */
#include "key_value.h"

#include <string.h>

#include "exporter_setup.h"

static const char key_attribute[] = "stskafka.key";

sts_status key_value_make(sts_logs *logs, sts_bytes key, sts_bytes value, sts_bytes *request, sts_error **error) {
    sts_logs_reset(logs);
    sts_status status = sts_logs_add_record(logs, 0, error);
    /* A body of no bytes is a null value. */
    if (status == STS_OK)
        status = sts_logs_set_body_bytes(logs, value.data ? value.data : "", value.data ? value.size : 0, error);
    if (status == STS_OK && key.data)
        status = sts_logs_put_bytes(logs, key_attribute, key.data, key.size, error);
    return status == STS_OK ? sts_logs_bytes(logs, request, error) : status;
}

static sts_bytes part(const char *at, size_t size) {
    bool is_null = size == 1 && at[0] == '-';
    return (sts_bytes){is_null ? NULL : at, is_null ? 0 : size};
}

bool key_value_split(const char *line, size_t size, sts_bytes *key, sts_bytes *value) {
    const char *tab = memchr(line, '\t', size);
    if (!tab)
        return false;
    size_t key_size = (size_t)(tab - line);
    *key = part(line, key_size);
    *value = part(tab + 1, size - key_size - 1);
    return true;
}

void key_value_force(sts_options *options) {
    static const char *const settings[][2] = {{"key", "attributes[\"stskafka.key\"]"},
                                              {"logs.key", ""},
                                              {"missing_key", "null"},
                                              {"empty_key", "send"},
                                              {"encoding", "body"},
                                              {"logs.encoding", "body"},
                                              {"gather", "none"},
                                              {"topic_from", ""}};
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        setup_force(options, settings[i][0], settings[i][1]);
}
