/* SPDX-License-Identifier: Apache-2.0
 *
 * What somebody may have meant who wrote another word. */
#ifndef SUGGEST_H
#define SUGGEST_H

#include <stddef.h>

/* The nearest of the words that were offered. */
struct suggestion {
    const char *word; /* what was written */
    const char *best; /* NULL while none is near */
    size_t distance;
};

/* Offers a word; it must live as long as the suggestion. */
void suggest_offer(struct suggestion *suggestion, const char *candidate);

#endif
