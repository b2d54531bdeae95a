/* SPDX-License-Identifier: Apache-2.0
 *
 * Records of one's own from the command line: a key and a value, which become a log record with that body, so that they
 * go the way of all records. */
#ifndef KEY_VALUE_H
#define KEY_VALUE_H

#include <stdbool.h>
#include <stddef.h>

#include <stskafka/options.h>
#include <stskafka/stskafka.h>

/* Makes a request in `logs` of a key (data NULL: a null key) and a value (data NULL: a null value). */
sts_status key_value_make(sts_logs *logs, sts_bytes key, sts_bytes value, sts_bytes *request, sts_error **error);

/* Takes a line apart, "KEY TAB VALUE"; a - alone is null. False: there is no tab. */
bool key_value_split(const char *line, size_t size, sts_bytes *key, sts_bytes *value);

/* Key and value are what was given, whatever the options say about other records. */
void key_value_force(sts_options *options);

#endif
