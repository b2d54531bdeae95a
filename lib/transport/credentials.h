/* SPDX-License-Identifier: Apache-2.0
 *
 * What the host is asked for while the exporter runs: a question lies on the asker's stack, the host's callback puts
 * its answer into it, and the asker clears it. */
#ifndef STS_TRANSPORT_CREDENTIALS_H
#define STS_TRANSPORT_CREDENTIALS_H

#include <stdbool.h>
#include <stdint.h>

#include <stskafka/options.h>

#include "base/memory.h"

/* What the host says is cut shorter (keep_why); a reason of ours may have a path in it. */
enum { STS__CREDENTIAL_WHY = 200, STS__TOKEN_WHY = 400 };

struct sts_password {
    const sts__memory *memory;
    const char *option;            /* whose value is wanted */
    char *text;                    /* NULL: none was given */
    bool no_memory;                /* the last one that was given could not be kept */
    char why[STS__CREDENTIAL_WHY]; /* "": the host did not say */
};

struct sts_oauth_token {
    const sts__memory *memory;
    char *value; /* NULL: none was given */
    char *principal;
    int64_t expires_ms; /* since 1970 */
    char why[STS__TOKEN_WHY];
};

/* The host's answers: STS_OK, STS_ERR_INVALID_ARGUMENT, STS_ERR_NO_MEMORY. The last one counts. */
sts_status sts__password_set(sts_password *password, const char *text);
sts_status sts__token_set(sts_oauth_token *token, const char *value, const char *principal, int64_t expires_ms);
void sts__password_fail(sts_password *password, const char *why);
void sts__token_fail(sts_oauth_token *token, const char *why);

/* Frees what must not be left in memory that others get; `*secret` (or NULL) has so many bytes. */
void sts__secret_forget(const sts__memory *memory, char **secret, size_t size);

void sts__password_clear(sts_password *password);
void sts__token_clear(sts_oauth_token *token);

#endif
