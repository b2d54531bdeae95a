/* SPDX-License-Identifier: Apache-2.0 */
#include "api/owned_text.h"

#include <string.h>

#include <stskafka/error.h>

typedef struct owned_text {
    const sts__memory *memory;
    char text[];
} owned_text;

sts_status sts__api_hand_over(const sts__text *text, char **handed) {
    if (text->failed)
        return STS_ERR_NO_MEMORY;
    owned_text *made = sts__memory_new(text->memory, sizeof *made + text->size + 1);
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
    owned_text *handed = (owned_text *)(void *)(text - offsetof(owned_text, text));
    sts__memory_free(handed->memory, handed);
}
