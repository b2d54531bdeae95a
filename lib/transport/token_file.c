/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/token_file.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "transport/jwt.h"

/* Brokers take no more at all by default (sasl.server.max.receive.size is 512 KiB), and tokens have a few KiB. */
enum { TOKEN_MOST = 65536 };

static const char option[] = "auth.sasl.oauthbearer.token_file";

static void fail(sts_oauth_token *token, const char *path, const char *reason) {
    sts__token_clear(token);
    if (path[0] == '/') /* as in files.c */
        snprintf(token->why, sizeof token->why, "%s: \"%s\" %s", option, path, reason);
    else
        snprintf(token->why, sizeof token->why, "%s: the file %s", option, reason);
}

/* Without the white space around it: editors and echo put a line end behind it. */
static sts_bytes trim(const char *text, size_t size) {
    static const char white[] = " \t\r\n";
    while (size && strchr(white, text[size - 1]) && text[size - 1])
        size--;
    size_t skipped = 0;
    while (skipped < size && text[skipped] && strchr(white, text[skipped]))
        skipped++;
    return (sts_bytes){text + skipped, size - skipped};
}

static void answer(const char *path, sts_bytes text, sts_oauth_token *token) {
    sts__jwt jwt;
    char reason[200];
    if (!text.size) {
        fail(token, path, "is empty: whoever fetches tokens has to put one there");
        return;
    }
    if (!sts__jwt_read(token->memory, text, &jwt, reason, sizeof reason)) {
        fail(token, path, reason);
        return;
    }
    int64_t now_ms = sts__clock_wall_ms();
    if (jwt.expires_ms <= now_ms) {
        snprintf(reason, sizeof reason,
                 "has a token that expired %" PRId64 " s ago by this machine's clock: whoever fetches tokens is late, "
                 "or the clock is wrong",
                 (now_ms - jwt.expires_ms) / 1000);
        fail(token, path, reason);
        return;
    }
    char *value = sts__memory_copy_text(token->memory, text.data, text.size);
    sts_status status = value ? sts__token_set(token, value, jwt.subject, jwt.expires_ms) : STS_ERR_NO_MEMORY;
    if (status != STS_OK)
        fail(token, path,
             status == STS_ERR_NO_MEMORY ? "cannot be kept: out of memory" : "has a token that expires now");
    sts__secret_forget(token->memory, &value, text.size);
}

void sts__token_file_answer(const char *path, sts_oauth_token *token, sts__file_stamp *stamp) {
    char why[300];
    size_t size;
    char *text = sts__file_read(token->memory, path, TOKEN_MOST, &size, stamp, why, sizeof why);
    if (text)
        answer(path, trim(text, size), token);
    else
        snprintf(token->why, sizeof token->why, "%s: %s", option, why);
    sts__secret_forget(token->memory, &text, text ? size : 0);
}
