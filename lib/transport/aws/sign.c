/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/aws/sign.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include <nettle/base64.h>
#include <nettle/hmac.h>

#include <stskafka/version.h>

#include "transport/credentials.h"

#define SERVICE "kafka-cluster"

bool sts__aws_is_region(const char *region) {
    size_t size = strspn(region, "abcdefghijklmnopqrstuvwxyz0123456789-");
    return size > 0 && size < 64 && !region[size];
}

/* Unreserved characters stay, the rest is escaped. */
void sts__aws_escape(sts__text *text, const char *value, size_t size) {
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)value[i];
        bool plain =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr("-_.~", c));
        if (plain)
            sts__text_append(text, value + i, 1);
        else
            sts__text_printf(text, "%%%02X", c);
    }
}

static void add_escaped(sts__text *text, const char *value) {
    sts__aws_escape(text, value, strlen(value));
}

static void hex_of(const uint8_t digest[SHA256_DIGEST_SIZE], char hex[2 * SHA256_DIGEST_SIZE + 1]) {
    for (size_t i = 0; i < SHA256_DIGEST_SIZE; i++)
        snprintf(hex + 2 * i, 3, "%02x", digest[i]);
}

static void hash(const char *text, size_t size, char hex[2 * SHA256_DIGEST_SIZE + 1]) {
    struct sha256_ctx context;
    uint8_t digest[SHA256_DIGEST_SIZE];
    sha256_init(&context);
    sha256_update(&context, size, (const uint8_t *)text);
    sha256_digest(&context, sizeof digest, digest);
    hex_of(digest, hex);
}

static void authenticate(const uint8_t *key, size_t key_size, const char *text, uint8_t digest[SHA256_DIGEST_SIZE]) {
    struct hmac_sha256_ctx context;
    hmac_sha256_set_key(&context, key_size, key);
    hmac_sha256_update(&context, strlen(text), (const uint8_t *)text);
    hmac_sha256_digest(&context, SHA256_DIGEST_SIZE, digest);
}

/* The parameters of the request, by name, but for the signature. */
static void write_query(sts__text *query, const sts__aws_credentials *credentials, const char *date,
                        const char *scope) {
    sts__text_printf(query, "Action=" SERVICE "%%3AConnect&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=");
    add_escaped(query, credentials->access_key);
    add_escaped(query, "/");
    add_escaped(query, scope);
    sts__text_printf(query, "&X-Amz-Date=%s&X-Amz-Expires=%d", date, STS__AWS_TOKEN_SECONDS);
    if (credentials->session_token[0]) {
        sts__text_printf(query, "&X-Amz-Security-Token=");
        add_escaped(query, credentials->session_token);
    }
    sts__text_printf(query, "&X-Amz-SignedHeaders=host");
}

/* From the secret to the signature, step by step (AWS's documentation of SigV4). False when out of memory. */
static bool write_signature(const sts__aws_credentials *credentials, const char *region, const char *date,
                            const char *to_sign, char signature[2 * SHA256_DIGEST_SIZE + 1]) {
    uint8_t key[SHA256_DIGEST_SIZE];
    char day[9];
    sts__text secret;
    sts__text_init(&secret, credentials->memory);
    sts__text_printf(&secret, "AWS4%s", credentials->secret_key);
    snprintf(day, sizeof day, "%.8s", date);
    authenticate((const uint8_t *)sts__text_get(&secret), secret.size, day, key);
    authenticate(key, sizeof key, region, key);
    authenticate(key, sizeof key, SERVICE, key);
    authenticate(key, sizeof key, "aws4_request", key);
    authenticate(key, sizeof key, to_sign, key);
    hex_of(key, signature);
    bool good = !secret.failed;
    sts__secret_forget(credentials->memory, &secret.data, secret.size);
    return good;
}

static void write_signed(sts__text *url, const sts__aws_credentials *credentials, const char *region, int64_t now_s,
                         sts__text *query) {
    char date[20];
    char scope[128];
    char host[128];
    char digest[2 * SHA256_DIGEST_SIZE + 1];
    char signature[2 * SHA256_DIGEST_SIZE + 1];
    char to_sign[400];
    time_t now = (time_t)now_s;
    struct tm utc;
    strftime(date, sizeof date, "%Y%m%dT%H%M%SZ", gmtime_r(&now, &utc));
    snprintf(scope, sizeof scope, "%.8s/%s/" SERVICE "/aws4_request", date, region);
    snprintf(host, sizeof host, "kafka.%s.amazonaws.com", region);
    write_query(query, credentials, date, scope);
    hash("", 0, digest);
    sts__text_printf(url, "GET\n/\n%s\nhost:%s\n\nhost\n%s", sts__text_get(query), host, digest);
    hash(sts__text_get(url), url->size, digest);
    snprintf(to_sign, sizeof to_sign, "AWS4-HMAC-SHA256\n%s\n%s\n%s", date, scope, digest);
    bool good = write_signature(credentials, region, date, to_sign, signature) && !url->failed;
    sts__secret_forget(credentials->memory, &url->data, url->size);
    sts__text_init(url, credentials->memory);
    sts__text_printf(url, "https://%s/?%s&X-Amz-Signature=%s&User-Agent=stskafka%%2F%d.%d.%d", host,
                     sts__text_get(query), signature, STS_VERSION_MAJOR, STS_VERSION_MINOR, STS_VERSION_PATCH);
    url->failed = url->failed || query->failed || !good;
}

static char *encode(const sts__memory *memory, const char *text, size_t size) {
    struct base64_encode_ctx context;
    char *encoded = sts__memory_new(memory, BASE64_ENCODE_LENGTH(size) + BASE64_ENCODE_FINAL_LENGTH + 1);
    if (!encoded)
        return NULL;
    base64url_encode_init(&context);
    size_t count = base64_encode_update(&context, encoded, size, (const uint8_t *)text);
    count += base64_encode_final(&context, encoded + count);
    while (count && encoded[count - 1] == '=') /* without padding */
        count--;
    encoded[count] = '\0';
    return encoded;
}

char *sts__aws_sign(const sts__aws_credentials *credentials, const char *region, int64_t now_s) {
    sts__text query;
    sts__text url;
    sts__text_init(&query, credentials->memory);
    sts__text_init(&url, credentials->memory);
    write_signed(&url, credentials, region, now_s, &query);
    char *token = url.failed ? NULL : encode(credentials->memory, sts__text_get(&url), url.size);
    sts__secret_forget(credentials->memory, &query.data, query.size);
    sts__secret_forget(credentials->memory, &url.data, url.size);
    return token;
}
