/* SPDX-License-Identifier: Apache-2.0
 *
 * Lists, maps and single values as JSON text, with the habits of the two Go libraries that the collector writes it
 * with: encoding/json in pdata, goccy/go-json in OTTL. */
#ifndef STS_OTTL_JSON_TEXT_H
#define STS_OTTL_JSON_TEXT_H

#include "ottl/text.h"

/* text->data is NULL, and the result STS__OTTL_TEXT_NO_MEMORY, when there is no memory. */
sts__ottl_text_result sts__ottl_json_text(const sts__ottl_value *value, sts__ottl_text_form form, sts__arena *arena,
                                          sts_bytes *text);

/* Padded standard base64 (RFC 4648, section 4). */
sts__ottl_text_result sts__ottl_base64_text(sts__arena *arena, sts_bytes bytes, sts_bytes *text);

#endif
