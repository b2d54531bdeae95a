/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/jwt.h"

#include <stdio.h>
#include <string.h>

#include <nettle/base64.h>

#include "json/json.h"

/* A date of later than the year 5000 is in other units than seconds. */
static const double LAST_DATE = 1e11;

static bool fail(char *why, size_t why_size, const char *reason) {
    snprintf(why, why_size, "is not a JWT (header.claims.signature in base64url): %s", reason);
    return false;
}

/* The second part of three. */
static bool find_claims(sts_bytes token, sts_bytes *claims, char *why, size_t why_size) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const char *text = token.data;
    size_t dots = 0;
    size_t at[2] = {0, 0};
    char reason[80];
    for (size_t i = 0; i < token.size; i++) {
        if (text[i] == '.') {
            if (dots < 2)
                at[dots] = i;
            dots++;
        } else if (!text[i] || !strchr(digits, text[i])) {
            snprintf(reason, sizeof reason, "byte %zu is neither base64url nor a full stop", i);
            return fail(why, why_size, reason);
        }
    }
    if (dots == 4)
        return fail(why, why_size, "it has five parts, as an encrypted one has, which only its audience can read");
    if (dots != 2) {
        snprintf(reason, sizeof reason, "it has %zu %s", dots + 1, dots ? "parts" : "part");
        return fail(why, why_size, reason);
    }
    *claims = (sts_bytes){text + at[0] + 1, at[1] - at[0] - 1};
    return true;
}

static bool take_claims(const sts__json *claims, sts__jwt *jwt, char *why, size_t why_size) {
    const sts__json *expires = sts__json_member(claims, "exp");
    const sts__json *subject = sts__json_member(claims, "sub");
    if (claims->type != STS__JSON_OBJECT)
        return fail(why, why_size, "its claims are no JSON object");
    if (!expires || expires->type != STS__JSON_NUMBER || !(expires->number > 0 && expires->number < LAST_DATE)) {
        snprintf(why, why_size, "does not say when it expires: its claim exp must be a number of seconds since 1970");
        return false;
    }
    jwt->expires_ms = (int64_t)(expires->number * 1000);
    if (subject && subject->type == STS__JSON_STRING)
        snprintf(jwt->subject, sizeof jwt->subject, "%.*s",
                 (int)(subject->text.size < sizeof jwt->subject ? subject->text.size : sizeof jwt->subject - 1),
                 (const char *)subject->text.data);
    return true;
}

bool sts__jwt_read(const sts__memory *memory, sts_bytes token, sts__jwt *jwt, char *why, size_t why_size) {
    struct base64_decode_ctx decoding;
    sts_bytes encoded;
    const sts__json *claims;
    sts__arena arena;
    sts__fault fault;
    bool good = false;
    jwt->subject[0] = '\0';
    if (!find_claims(token, &encoded, why, why_size))
        return false;
    sts__arena_init(&arena, memory);
    size_t size = BASE64_DECODE_LENGTH(encoded.size) + 1;
    uint8_t *text = sts__arena_alloc(&arena, size);
    base64url_decode_init(&decoding); /* its end is not asked for: that wants padding */
    if (!text)
        fail(why, why_size, "out of memory");
    else if (!base64_decode_update(&decoding, &size, text, encoded.size, encoded.data))
        fail(why, why_size, "its claims are not in base64url");
    else if (sts__json_parse(&arena, (sts_bytes){text, size}, &claims, &fault) != STS_OK)
        fail(why, why_size, "its claims are not JSON"); /* the fault may quote them */
    else
        good = take_claims(claims, jwt, why, why_size);
    sts__arena_clear(&arena);
    return good;
}
