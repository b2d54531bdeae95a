/* SPDX-License-Identifier: Apache-2.0
 *
 * Functions that hash a text. */
#include "ottl/functions.h"

#include <murmurhash.h>
#include <nettle/md5.h>
#include <nettle/sha1.h>
#include <nettle/sha2.h>
#include <string.h>
#include <xxhash.h>

/* The result of all hashes but FNV: the digest as hex. */
typedef void (*digest)(sts_bytes text, uint8_t *out);

typedef struct hash_row {
    digest compute;
    size_t size;
} hash_row;

enum { LARGEST_DIGEST = 64 };

static void md5(sts_bytes text, uint8_t *out) {
    struct md5_ctx context;
    md5_init(&context);
    md5_update(&context, text.size, text.data);
    md5_digest(&context, MD5_DIGEST_SIZE, out);
}

static void sha1(sts_bytes text, uint8_t *out) {
    struct sha1_ctx context;
    sha1_init(&context);
    sha1_update(&context, text.size, text.data);
    sha1_digest(&context, SHA1_DIGEST_SIZE, out);
}

static void sha256(sts_bytes text, uint8_t *out) {
    struct sha256_ctx context;
    sha256_init(&context);
    sha256_update(&context, text.size, text.data);
    sha256_digest(&context, SHA256_DIGEST_SIZE, out);
}

static void sha512(sts_bytes text, uint8_t *out) {
    struct sha512_ctx context;
    sha512_init(&context);
    sha512_update(&context, text.size, text.data);
    sha512_digest(&context, SHA512_DIGEST_SIZE, out);
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
    char *room = sts__ottl_call_room(call, 2 * hash->size);
    if (!room)
        return false;
    hash->compute(call->arguments[0].as.bytes, out);
    sts__ottl_hex((sts_bytes){out, hash->size}, room);
    *result = sts__ottl_string((sts_bytes){room, 2 * hash->size});
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

#define HASH(label, digest, bytes)                                                                                     \
    {                                                                                                                  \
        .name = label, .call = hash_text, .parameters = {{"target", STS__OTTL_A_STRING, false}},                       \
        .detail = &(const hash_row) {                                                                                  \
            digest, bytes                                                                                              \
        }                                                                                                              \
    }

const sts__ottl_function sts__ottl_hash_functions[] = {
    {.name = "FNV", .call = fnv, .parameters = {{"target", STS__OTTL_A_STRING, false}}},
    HASH("MD5", md5, MD5_DIGEST_SIZE),
    HASH("SHA1", sha1, SHA1_DIGEST_SIZE),
    HASH("SHA256", sha256, SHA256_DIGEST_SIZE),
    HASH("SHA512", sha512, SHA512_DIGEST_SIZE),
    HASH("Murmur3Hash", murmur3, 4),
    HASH("Murmur3Hash128", murmur3_128, 16),
    HASH("XXH3", xxh3, 8),
    HASH("XXH128", xxh128, 16),
    {0},
};
