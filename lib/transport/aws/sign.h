/* SPDX-License-Identifier: Apache-2.0
 *
 * The token that Amazon MSK takes for AWS's credentials: the address of a request to connect, signed as a presigned URL
 * (AWS Signature Version 4), in base64url. AWS's own signers (aws-msk-iam-sasl-signer for Go, Python and others) make
 * the same. Hashes and base64 are nettle's. */
#ifndef STS_TRANSPORT_AWS_SIGN_H
#define STS_TRANSPORT_AWS_SIGN_H

#include "base/text.h"
#include "transport/aws/credentials.h"

/* How long a token is good for: longer ones are refused. */
enum { STS__AWS_TOKEN_SECONDS = 900 };

/* For the caller to forget; NULL when out of memory. `now_s` is since 1970. */
char *sts__aws_sign(const sts__aws_credentials *credentials, const char *region, int64_t now_s);

/* Appends bytes as a part of an address or a form (RFC 3986). */
void sts__aws_escape(sts__text *text, const char *value, size_t size);

/* What a region's name is made of, as it becomes a part of a host's name. */
bool sts__aws_is_region(const char *region);

#endif
