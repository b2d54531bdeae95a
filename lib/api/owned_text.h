/* SPDX-License-Identifier: Apache-2.0
 *
 * Texts that the host frees with sts_text_free: each knows the memory that it comes from. */
#ifndef STS_API_OWNED_TEXT_H
#define STS_API_OWNED_TEXT_H

#include "base/text.h"

/* Makes a copy of the text for the host. STS_OK; STS_ERR_NO_MEMORY, also where the text has failed. */
sts_status sts__api_hand_over(const sts__text *text, char **handed);

#endif
