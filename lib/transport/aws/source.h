/* SPDX-License-Identifier: Apache-2.0
 *
 * Tokens for Amazon MSK (AWS_MSK_IAM_OAUTHBEARER), made here of AWS's credentials, which are looked for anew for each.
 *
 * Threads: one at a time asks. */
#ifndef STS_TRANSPORT_AWS_SOURCE_H
#define STS_TRANSPORT_AWS_SOURCE_H

#include "transport/credentials.h"

typedef struct sts__aws_source sts__aws_source;

/* NULL when out of memory. The region is copied. */
sts__aws_source *sts__aws_source_new(const sts__memory *memory, const char *region);
void sts__aws_source_free(sts__aws_source *source);

/* Answers with a token, or says why there is none. */
void sts__aws_source_answer(sts__aws_source *source, sts_token *token);

#endif
