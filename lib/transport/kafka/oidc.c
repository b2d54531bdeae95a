/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/kafka/oidc.h"

#include <stdio.h>
#include <string.h>

#define OIDC "sasl.oauthbearer."
#define JWT_BEARER "urn:ietf:params:oauth:grant-type:jwt-bearer"

/* What this librdkafka would have to be for each, and how it is asked. libcurl is a matter of its build: Debian's has
 * none, those of Python's confluent-kafka and most other packages have. (librdkafka's CHANGELOG: 1.9.0, 2.11.0.) */
const char *sts__kafka_oidc_wants(const sts__kafka_oidc *oidc, sts__fault *fault) {
    if (sts__kafka_property_check(OIDC "method", "oidc", fault) != STS_OK)
        return "needs a librdkafka that was built with libcurl (builtin.features has oidc), 1.9.0 or newer";
    if (oidc->grant_type == STS__OIDC_JWT_BEARER && !sts__kafka_has_property(OIDC "grant.type"))
        return "needs librdkafka 2.11.0 or newer";
    if (oidc->ca_file[0] && !sts__kafka_has_property("https.ca.location"))
        return "needs librdkafka 2.11.0 or newer for auth.sasl.oauthbearer.tls.ca_file";
    return NULL;
}

/* A secret's text is not in librdkafka's error, so that is not asked for. */
static sts_status set(rd_kafka_conf_t *conf, const char *name, const char *value, sts__fault *fault) {
    if (!value[0] || rd_kafka_conf_set(conf, name, value, NULL, 0) == RD_KAFKA_CONF_OK)
        return STS_OK;
    return sts__fault_set(fault, STS_ERR_CONFIG, "librdkafka %s does not accept %s from auth.sasl.oauthbearer.*",
                          rd_kafka_version_str(), name);
}

/* A list with commas, as one with blanks (RFC 6749, section 3.3). */
static sts_status set_scopes(rd_kafka_conf_t *conf, const char *list, sts__fault *fault) {
    char scopes[2000] = "";
    size_t used = 0;
    sts_bytes scope;
    while (sts__list_next(&list, &scope)) {
        if (used + scope.size + 2 > sizeof scopes)
            return sts__fault_set(fault, STS_ERR_CONFIG, "auth.sasl.oauthbearer.scopes: is too long");
        used += (size_t)snprintf(scopes + used, sizeof scopes - used, "%s%.*s", used ? " " : "", (int)scope.size,
                                 (const char *)scope.data);
    }
    return set(conf, OIDC "scope", scopes, fault);
}

/* The claims of the assertion are as the collector makes them: iss and sub are the client, aud the issuer's address. */
static sts_status set_assertion(rd_kafka_conf_t *conf, const sts__kafka_oidc *oidc, sts__fault *fault) {
    static const char *const algorithms[] = {"RS256", "ES256"}; /* as in the options table */
    const char *const pairs[][2] = {
        {OIDC "grant.type", JWT_BEARER},
        {OIDC "assertion.private.key.pem", oidc->key_pem},
        {OIDC "assertion.private.key.file", oidc->key_file},
        {OIDC "assertion.algorithm", algorithms[oidc->algorithm]},
        {OIDC "assertion.claim.iss", oidc->issuer[0] ? oidc->issuer : oidc->client_id},
        {OIDC "assertion.claim.sub", oidc->client_id},
        {OIDC "assertion.claim.aud", oidc->audience[0] ? oidc->audience : oidc->token_url},
    };
    sts_status status = STS_OK;
    for (size_t i = 0; status == STS_OK && i < sizeof pairs / sizeof pairs[0]; i++)
        status = set(conf, pairs[i][0], pairs[i][1], fault);
    return status;
}

sts_status sts__kafka_conf_oidc(rd_kafka_conf_t *conf, const sts__kafka_oidc *oidc, sts__fault *fault) {
    const char *const pairs[][2] = {
        {OIDC "method", "oidc"},
        {OIDC "token.endpoint.url", oidc->token_url},
        {OIDC "client.id", oidc->client_id},
        {OIDC "client.secret", oidc->client_secret},
        {"https.ca.location", oidc->ca_file},
    };
    sts_status status = STS_OK;
    if (!oidc->token_url[0])
        return STS_OK;
    for (size_t i = 0; status == STS_OK && i < sizeof pairs / sizeof pairs[0]; i++)
        status = set(conf, pairs[i][0], pairs[i][1], fault);
    if (status == STS_OK)
        status = set_scopes(conf, oidc->scopes, fault);
    if (status == STS_OK && oidc->grant_type == STS__OIDC_JWT_BEARER)
        status = set_assertion(conf, oidc, fault);
    return status;
}
