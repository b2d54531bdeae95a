/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/aws/source.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "transport/aws/sign.h"

struct sts__aws_source {
    const sts__memory *memory;
    char *region;
};

sts__aws_source *sts__aws_source_new(const sts__memory *memory, const char *region) {
    sts__aws_source *source = sts__memory_new(memory, sizeof *source);
    if (!source)
        return NULL;
    source->memory = memory;
    source->region = sts__memory_copy_text(memory, region, strlen(region));
    if (source->region)
        return source;
    sts__memory_free(memory, source);
    return NULL;
}

void sts__aws_source_free(sts__aws_source *source) {
    if (!source)
        return;
    sts__memory_free(source->memory, source->region);
    sts__memory_free(source->memory, source);
}

static void fail(sts_token *token, const char *why) {
    snprintf(token->why, sizeof token->why, "no AWS credentials for AWS_MSK_IAM_OAUTHBEARER: %s", why);
}

static sts__aws_found look(sts__aws_credentials *credentials, char *why, size_t why_size) {
    sts__aws_web_identity identity = {.role = ""};
    sts__aws_found found = sts__aws_from_environment(credentials, why, why_size);
    if (found == STS__AWS_ABSENT &&
        (found = sts__aws_web_identity_from_environment(&identity, why, why_size)) == STS__AWS_FOUND)
        found = STS__AWS_ABSENT;
    if (found == STS__AWS_ABSENT && !identity.role[0])
        found = sts__aws_from_files(credentials, &identity, why, why_size);
    if (found != STS__AWS_ABSENT)
        return found;
    snprintf(why, why_size,
             "%s; this library was built without HTTP (-DSTSKAFKA_HTTP=ON), which web identities, "
             "containers and instances need",
             identity.role[0]
                 ? "there is only a web identity"
                 : "neither the environment (AWS_ACCESS_KEY_ID) nor a shared file (~/.aws/credentials) has any");
    return STS__AWS_BAD;
}

/* A token is good no longer than the credentials that have signed it. */
static void answer(const sts__aws_credentials *credentials, const char *region, sts_token *token) {
    int64_t now_ms = sts__clock_wall_ms();
    int64_t expires_ms = (now_ms / 1000 + STS__AWS_TOKEN_SECONDS) * 1000;
    char *value = sts__aws_sign(credentials, region, now_ms / 1000);
    if (credentials->expires_ms < expires_ms)
        expires_ms = credentials->expires_ms;
    sts_status status = value ? sts__token_set(token, value, credentials->access_key, expires_ms) : STS_ERR_NO_MEMORY;
    if (status == STS_ERR_NO_MEMORY)
        fail(token, "out of memory");
    else if (status != STS_OK)
        fail(token, "those that were found have expired, or this machine's clock is wrong");
    sts__secret_forget(token->memory, &value, value ? strlen(value) : 0);
}

void sts__aws_source_answer(sts__aws_source *source, sts_token *token) {
    sts__aws_credentials credentials = {.memory = source->memory};
    char why[STS__TOKEN_WHY - 60];
    if (look(&credentials, why, sizeof why) == STS__AWS_FOUND)
        answer(&credentials, source->region, token);
    else
        fail(token, why);
    sts__aws_credentials_clear(&credentials);
}
