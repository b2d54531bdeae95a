/* SPDX-License-Identifier: Apache-2.0 */
#include "topology/path.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

void sts__path_append(char *text, size_t size, const sts__path *at) {
    if (!at)
        return;
    sts__path_append(text, size, at->up);
    size_t used = strlen(text);
    if (!at->name.data)
        snprintf(text + used, size - used, "[%zu]", at->index);
    else if (!sts__utf8_is_valid(at->name))
        snprintf(text + used, size - used, "%s?", used ? "." : "");
    else
        snprintf(text + used, size - used, "%s%.*s", used ? "." : "", (int)at->name.size, (const char *)at->name.data);
}
