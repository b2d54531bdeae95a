/* SPDX-License-Identifier: Apache-2.0
 *
 * Tokens for Amazon MSK (AWS_MSK_IAM_OAUTHBEARER), made here of AWS's credentials. Those in the environment and in
 * files are looked for anew for each token; those that are asked for by HTTP are kept until they are about to expire.
 *
 * Threads: one at a time calls these functions. The first time they ask by HTTP themselves, as the start needs an
 * answer; later a thread of the source's own does, so that no outcome waits for it. The lock is a leaf. */
#ifndef STS_TRANSPORT_AWS_SOURCE_H
#define STS_TRANSPORT_AWS_SOURCE_H

#include "transport/credentials.h"

typedef struct sts__aws_source sts__aws_source;

/* NULL when out of memory. The region is copied. */
sts__aws_source *sts__aws_source_new(const sts__memory *memory, const char *region);

/* Waits for the thread, which gives up what it asks. */
void sts__aws_source_free(sts__aws_source *source);

/* Answers with a token, or says why there is none. False while credentials are being asked for: then there is news
 * later. */
bool sts__aws_source_answer(sts__aws_source *source, sts_oauth_token *token);

/* Whether it should be asked again, once, though nobody wants a token: the thread has ended. */
bool sts__aws_source_has_news(sts__aws_source *source);

/* By how many seconds this machine's clock is ahead of AWS's, where that is too much to be taken; 0: it is not, or not
 * known. */
int64_t sts__aws_source_clock_off_s(sts__aws_source *source);

#endif
