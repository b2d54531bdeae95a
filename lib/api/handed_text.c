/* SPDX-License-Identifier: Apache-2.0 */
#include "api/handed_text.h"

#include <string.h>

#include <stskafka/error.h>

typedef struct handed_text {
    const sts__memory *memory;
    char text[];
} handed_text;

sts_status sts__api_hand_over(const sts__text *text, char **handed) {
    if (text->failed)
        return STS_ERR_NO_MEMORY;
    handed_text *made = sts__memory_new(text->memory, sizeof *made + text->size + 1);
    if (!made)
        return STS_ERR_NO_MEMORY;
    made->memory = text->memory;
    memcpy(made->text, sts__text_get(text), text->size + 1);
    *handed = made->text;
    return STS_OK;
}

void sts_text_free(char *text) {
    if (!text)
        return;
    handed_text *handed = (handed_text *)(void *)(text - offsetof(handed_text, text));
    sts__memory_free(handed->memory, handed);
}
