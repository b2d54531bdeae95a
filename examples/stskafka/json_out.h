/* SPDX-License-Identifier: Apache-2.0
 *
 * JSON Lines on standard output, ASCII only, members in the order in which they were set. */
#ifndef JSON_OUT_H
#define JSON_OUT_H

#include <stdint.h>

#include <jansson.h>
#include <stskafka/types.h>

/* Sets a member; ends the program when there is no memory (also when `value` is NULL, which says the same). */
void json_set(json_t *object, const char *name, json_t *value);

/* Text, null for NULL; what is not UTF-8 in it becomes U+FFFD. */
json_t *json_text(const char *text);

/* Bytes as hex, null where `data` is NULL. */
json_t *json_hex(sts_bytes bytes);

/* Bytes as text, null where they are not UTF-8 or there are none (data NULL). */
json_t *json_text_of(sts_bytes bytes);

/* A number, null below 0. */
json_t *json_known(int64_t number);

/* What is wrong with something, as an object of code and text. */
json_t *json_fault(sts_status code, const char *text);

/* Prints a line and frees the value. */
void json_line(json_t *value);

#endif
