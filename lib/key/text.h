/* SPDX-License-Identifier: Apache-2.0
 *
 * The text of a number or a boolean: what the collector's pdata gives for it (Value.AsString), byte for byte, in every
 * locale. */
#ifndef STS_KEY_TEXT_H
#define STS_KEY_TEXT_H

#include <stdint.h>

#include <stskafka/types.h>

#include "base/number.h"
#include "otlp/value.h"

enum { STS__NUMBER_TEXT = STS__DOUBLE_TEXT };

/* Writes the text of a boolean, an integer or a double and returns its size; there is no NUL. */
size_t sts__number_text(const sts__value *value, char text[STS__NUMBER_TEXT]);

#endif
