/* SPDX-License-Identifier: Apache-2.0
 *
 * Unsecured tokens (RFC 7515, appendix A.5: JWS with "alg": "none"), as the secure broker takes them. */
#ifndef TESTS_SUPPORT_KAFKA_TOKEN_H
#define TESTS_SUPPORT_KAFKA_TOKEN_H

#include <stddef.h>
#include <stdint.h>

/* A token that says who somebody is until `expires_ms` (since 1970). */
void token_write(char *token, size_t size, const char *user, int64_t expires_ms);

/* The same with claims of the caller's (JSON). */
void token_write_claims(char *token, size_t size, const char *claims);

/* Now, in milliseconds since 1970. */
int64_t token_now_ms(void);

#endif
