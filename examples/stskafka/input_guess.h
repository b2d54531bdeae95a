/* SPDX-License-Identifier: Apache-2.0
 *
 * What input is that is not what it was said to be. */
#ifndef INPUT_GUESS_H
#define INPUT_GUESS_H

#include "input.h"

enum { GUESSED_BY = 65536 }; /* of a request that is too large, as much is kept to guess by */

/* What a malformed request looks like, and the way out; NULL: like nothing that is known here. */
const char *input_guess(const struct input_request *request);

#endif
