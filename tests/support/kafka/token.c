/* SPDX-License-Identifier: Apache-2.0 */
#include "support/kafka/token.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

/* Appends in base64url (RFC 4648, 5), without padding, and a full stop. */
static void append_base64(char *out, size_t size, const char *text) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    size_t at = strlen(out);
    uint32_t bits = 0;
    int count = 0;
    for (; *text && at + 4 < size; text++) {
        bits = bits << 8 | (unsigned char)*text;
        for (count += 8; count >= 6; count -= 6)
            out[at++] = digits[bits >> (count - 6) & 63];
    }
    if (count)
        out[at++] = digits[bits << (6 - count) & 63];
    out[at++] = '.';
    out[at] = '\0';
}

void token_write_claims(char *token, size_t size, const char *claims) {
    token[0] = '\0';
    append_base64(token, size, "{\"alg\":\"none\"}");
    append_base64(token, size, claims);
}

void token_write(char *token, size_t size, const char *user, int64_t expires_ms) {
    char claims[200];
    snprintf(claims, sizeof claims, "{\"sub\":\"%s\",\"iat\":%lld,\"exp\":%lld.%03d}", user,
             (long long)(token_now_ms() / 1000 - 1), (long long)(expires_ms / 1000), (int)(expires_ms % 1000));
    token_write_claims(token, size, claims);
}

int64_t token_now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
