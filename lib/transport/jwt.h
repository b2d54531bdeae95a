/* SPDX-License-Identifier: Apache-2.0
 *
 * What a token says of itself, if it is a signed JWT as OIDC's issuers make them: a JWS in compact form (RFC 7515,
 * section 7.1) whose payload is claims (RFC 7519). The signature is the broker's to check. */
#ifndef STS_TRANSPORT_JWT_H
#define STS_TRANSPORT_JWT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"

typedef struct sts__jwt {
    int64_t expires_ms; /* exp, in milliseconds since 1970 */
    char subject[128];  /* sub, cut where it is longer; "" without one: it is for librdkafka's log alone */
} sts__jwt;

/* False where it is no such token or does not say when it expires; `why` gets the reason, and nothing of the token. */
bool sts__jwt_read(const sts__memory *memory, sts_bytes token, sts__jwt *jwt, char *why, size_t why_size);

#endif
