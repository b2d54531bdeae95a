/* SPDX-License-Identifier: Apache-2.0
 *
 * What stands behind a request in JSON: the library does not look at it, as the collector does not. */
#ifndef JSON_REST_H
#define JSON_REST_H

#include <stdbool.h>
#include <stddef.h>

/* Where something follows the outermost value of a text that is JSON; the text's size where nothing does but white
 * space, or where the value has no end. */
size_t json_rest(const unsigned char *text, size_t size);

#endif
