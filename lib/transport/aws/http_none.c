/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/aws/http.h"

#include <stdio.h>

bool sts__http_is_built(void) {
    return false;
}

bool sts__http_ask(const sts__http_request *request, sts__http_answer *answer, char *why, size_t why_size) {
    (void)request, (void)answer;
    snprintf(why, why_size, "this library was built without HTTP (-DSTSKAFKA_HTTP=ON)");
    return false;
}
