/* SPDX-License-Identifier: Apache-2.0
 *
 * Several items as lines, each with the value of one: JSON lines, where that is JSON. */
#include "encode/encodings.h"

#include "ottl/text.h"

sts_status sts__join_lines(sts__encoder *encoder, const sts__item_place *places, size_t count, sts_bytes *value,
                           sts__fault *fault) {
    sts__ottl_text text = {.arena = encoder->item_arena};
    sts_status status = STS_OK;
    for (size_t i = 0; i < count && status == STS_OK; i++) {
        sts__item item;
        sts_bytes line = {NULL, 0};
        sts__item_read(encoder->signal, &places[i], &item);
        status = sts__encode(encoder, &item, &line, fault);
        if (status != STS_OK)
            return status;
        sts__ottl_text_reserve(&text, line.size + 1);
        sts__ottl_text_add(&text, line.data, line.size);
        sts__ottl_text_add(&text, "\n", i + 1 < count);
    }
    if (text.failed)
        return sts__fault_no_memory(fault);
    *value = sts__ottl_text_bytes(&text);
    return status;
}
