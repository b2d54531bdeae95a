/* SPDX-License-Identifier: Apache-2.0
 *
 * Tokens from a file (auth.sasl.oauthbearer.token_file) that somebody else keeps fresh: any OIDC client's command, a
 * sidecar, Kubernetes' projected service account tokens. */
#ifndef STS_TRANSPORT_TOKEN_FILE_H
#define STS_TRANSPORT_TOKEN_FILE_H

#include "transport/credentials.h"
#include "transport/files.h"

/* Answers with the token that is in the file, or says why there is none, with the option's name in front. `stamp` is
 * that of the file that was read. */
void sts__token_file_answer(const char *path, sts_oauth_token *token, sts__file_stamp *stamp);

#endif
