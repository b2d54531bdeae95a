/* SPDX-License-Identifier: Apache-2.0
 *
 * Functions that hash a text. */
#include "ottl/functions.h"

#include <murmurhash.h>
#include <nettle/md5.h>
#include <nettle/nettle-meta.h>
#include <nettle/sha1.h>
#include <nettle/sha2.h>
#include <string.h>
#include <xxhash.h>

/* The result of all hashes but FNV is the digest as hex. Either nettle has the hash, or it is a function here. */
typedef struct hash_row {
    const struct nettle_hash *nettle;
    void (*compute)(sts_bytes text, uint8_t *out);
    size_t size;
} hash_row;

enum { LARGEST_DIGEST = SHA512_DIGEST_SIZE };

typedef union nettle_context {
    struct md5_ctx md5;
    struct sha1_ctx sha1;
    struct sha256_ctx sha256;
    struct sha512_ctx sha512;
} nettle_context;

static void digest_by_nettle(const struct nettle_hash *hash, sts_bytes text, uint8_t *out) {
    nettle_context context;
    hash->init(&context);
    hash->update(&context, text.size, text.data);
    hash->digest(&context, hash->digest_size, out);
}

static void put_little(uint64_t number, size_t size, uint8_t *out) {
    for (size_t i = 0; i < size; i++)
        out[i] = (uint8_t)(number >> 8 * i);
}

static void murmur3(sts_bytes text, uint8_t *out) {
    uint32_t hash;
    lmmh_x86_32(text.data, (unsigned)text.size, 0, &hash);
    put_little(hash, 4, out);
}

static void murmur3_128(sts_bytes text, uint8_t *out) {
    uint64_t hash[2];
    lmmh_x64_128(text.data, (unsigned)text.size, 0, hash);
    put_little(hash[0], 8, out);
    put_little(hash[1], 8, out + 8);
}

static void xxh3(sts_bytes text, uint8_t *out) {
    XXH64_canonical_t canonical;
    XXH64_canonicalFromHash(&canonical, XXH3_64bits(text.data, text.size));
    memcpy(out, canonical.digest, sizeof canonical.digest);
}

static void xxh128(sts_bytes text, uint8_t *out) {
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, XXH3_128bits(text.data, text.size));
    memcpy(out, canonical.digest, sizeof canonical.digest);
}

/* The row's detail is the hash. */
static bool hash_text(sts__ottl_call *call, sts__ottl_value *result) {
    const hash_row *hash = call->function->detail;
    uint8_t out[LARGEST_DIGEST];
    char *buffer = sts__ottl_call_alloc(call, 2 * hash->size);
    if (!buffer)
        return false;
    if (hash->nettle)
        digest_by_nettle(hash->nettle, call->arguments[0].as.bytes, out);
    else
        hash->compute(call->arguments[0].as.bytes, out);
    sts__ottl_hex((sts_bytes){out, hash->size}, buffer);
    *result = sts__ottl_string((sts_bytes){buffer, 2 * hash->size});
    return true;
}

/* FNV-1a of 64 bits (RFC 9923) as a signed integer. */
static bool fnv(sts__ottl_call *call, sts__ottl_value *result) {
    sts_bytes text = call->arguments[0].as.bytes;
    const uint8_t *data = text.data;
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < text.size; i++)
        hash = (hash ^ data[i]) * UINT64_C(0x100000001b3);
    int64_t number;
    memcpy(&number, &hash, sizeof number);
    *result = sts__ottl_integer(number);
    return true;
}

#define HASH(label, nettle, compute, bytes)                                                                            \
    {                                                                                                                  \
        .name = label, .call = hash_text, .parameters = {{"target", STS__OTTL_A_STRING, false}},                       \
        .detail = &(const hash_row) {                                                                                  \
            nettle, compute, bytes                                                                                     \
        }                                                                                                              \
    }

const sts__ottl_function sts__ottl_hash_functions[] = {
    {.name = "FNV", .call = fnv, .parameters = {{"target", STS__OTTL_A_STRING, false}}},
    HASH("MD5", &nettle_md5, NULL, MD5_DIGEST_SIZE),
    HASH("SHA1", &nettle_sha1, NULL, SHA1_DIGEST_SIZE),
    HASH("SHA256", &nettle_sha256, NULL, SHA256_DIGEST_SIZE),
    HASH("SHA512", &nettle_sha512, NULL, SHA512_DIGEST_SIZE),
    HASH("Murmur3Hash", NULL, murmur3, 4),
    HASH("Murmur3Hash128", NULL, murmur3_128, 16),
    HASH("XXH3", NULL, xxh3, 8),
    HASH("XXH128", NULL, xxh128, 16),
    {0},
};
