/* SPDX-License-Identifier: Apache-2.0
 *
 * Who somebody is to AWS: an access key and its secret, and a session token where both are for a time only. They are
 * looked for where AWS's own SDKs look, in the same order and by the same names. */
#ifndef STS_TRANSPORT_AWS_CREDENTIALS_H
#define STS_TRANSPORT_AWS_CREDENTIALS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"

typedef struct sts__aws_credentials {
    const sts__memory *memory;
    char *access_key; /* NULL: there are none */
    char *secret_key;
    char *session_token; /* "": they are for ever */
    int64_t expires_ms;  /* since 1970; INT64_MAX: they do not say */
} sts__aws_credentials;

/* Frees them, and leaves no secret in memory. */
void sts__aws_credentials_clear(sts__aws_credentials *credentials);

/* False when out of memory, and then there are none. */
bool sts__aws_credentials_set(sts__aws_credentials *credentials, sts_bytes access_key, sts_bytes secret_key,
                              sts_bytes session_token, int64_t expires_ms);

/* What looking in a place has brought. What is there and no good ends the search, as in the SDKs: somebody has meant
 * it. */
typedef enum sts__aws_found { STS__AWS_ABSENT, STS__AWS_FOUND, STS__AWS_BAD } sts__aws_found;

/* A role to be taken on with the token in a file, which AWS's STS gives credentials for. */
typedef struct sts__aws_web_identity {
    char role[300]; /* "": none is named */
    char token_file[500];
    char session_name[65];
} sts__aws_web_identity;

/* Where nothing is, nothing is changed; `why` is filled if it is bad. */
sts__aws_found sts__aws_from_environment(sts__aws_credentials *credentials, char *why, size_t why_size);
sts__aws_found sts__aws_web_identity_from_environment(sts__aws_web_identity *identity, char *why, size_t why_size);

/* From the shared files, which may name such a role instead: then that is filled, and nothing found. */
sts__aws_found sts__aws_from_files(sts__aws_credentials *credentials, sts__aws_web_identity *identity, char *why,
                                   size_t why_size);

#endif
