/* SPDX-License-Identifier: Apache-2.0 */
#include "key/text.h"

#include <inttypes.h>
#include <stdio.h>

size_t sts__number_text(const sts__value *value, char text[STS__NUMBER_TEXT]) {
    switch (value->type) {
    case STS__VALUE_BOOL:
        return (size_t)sprintf(text, "%s", value->as.boolean ? "true" : "false");
    case STS__VALUE_INT:
        return (size_t)sprintf(text, "%" PRId64, value->as.integer);
    case STS__VALUE_DOUBLE:
        return sts__double_text(value->as.number, text);
    default:
        return 0;
    }
}
