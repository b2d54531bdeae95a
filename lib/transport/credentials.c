/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/credentials.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/utf8.h"

/* Through a volatile pointer, or the compiler may see that nobody reads it. */
void sts__secret_forget(const sts__memory *memory, char **secret, size_t size) {
    for (volatile char *at = *secret; at && size; at++, size--)
        *at = '\0';
    sts__memory_free(memory, *secret);
    *secret = NULL;
}

static void forget(const sts__memory *memory, char **secret) {
    sts__secret_forget(memory, secret, *secret ? strlen(*secret) : 0);
}

void sts__password_clear(sts_password *password) {
    forget(password->memory, &password->text);
}

void sts__token_clear(sts_oauth_token *token) {
    forget(token->memory, &token->value);
    sts__memory_free(token->memory, token->principal);
    token->principal = NULL;
}

sts_status sts__password_set(sts_password *password, const char *text) {
    char *copy = sts__memory_copy_text(password->memory, text, strlen(text));
    password->no_memory = !copy;
    if (!copy)
        return STS_ERR_NO_MEMORY;
    sts__password_clear(password);
    password->text = copy;
    return STS_OK;
}

/* As much as there is room for, in whole characters. */
static void keep_why(char *place, const char *why) {
    snprintf(place, STS__CREDENTIAL_WHY, "%s", why);
    place[sts__utf8_valid_size((sts_bytes){place, strlen(place)})] = '\0';
}

void sts__password_fail(sts_password *password, const char *why) {
    sts__password_clear(password);
    keep_why(password->why, why);
}

/* Visible characters alone: with any other, librdkafka's error would quote the token. */
static bool is_token(const char *value) {
    if (!value[0])
        return false;
    for (; *value; value++)
        if (*value <= ' ' || *value > '~')
            return false;
    return true;
}

sts_status sts__token_set(sts_oauth_token *token, const char *value, const char *principal, int64_t expires_ms) {
    if (!is_token(value) || expires_ms <= sts__clock_wall_ms())
        return STS_ERR_INVALID_ARGUMENT;
    sts_oauth_token made = {.memory = token->memory,
                            .value = sts__memory_copy_text(token->memory, value, strlen(value)),
                            .principal = sts__memory_copy_text(token->memory, principal, strlen(principal)),
                            .expires_ms = expires_ms};
    if (!made.value || !made.principal) {
        sts__token_clear(&made);
        return STS_ERR_NO_MEMORY;
    }
    sts__token_clear(token);
    *token = made;
    return STS_OK;
}

void sts__token_fail(sts_oauth_token *token, const char *why) {
    sts__token_clear(token);
    keep_why(token->why, why);
}
