/* SPDX-License-Identifier: Apache-2.0 */
#include "key/topic.h"

#include <stdbool.h>

static bool is_good(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-';
}

const char *sts__topic_fault(sts_bytes name) {
    const char *text = name.data;
    if (name.size == 0)
        return "is empty";
    if (name.size > STS__TOPIC_NAME)
        return "is longer than 249 bytes";
    if (text[0] == '.' && (name.size == 1 || (name.size == 2 && text[1] == '.')))
        return "is \".\" or \"..\"";
    for (size_t i = 0; i < name.size; i++)
        if (!is_good(text[i]))
            return "has a character other than a-z, A-Z, 0-9, '.', '_' and '-'";
    return NULL;
}
