/* SPDX-License-Identifier: Apache-2.0
 *
 * The Kafka transport, over librdkafka, as the rest of the library sees it: a kind of transport, its settings, and what
 * is known of librdkafka's properties. This header knows nothing of librdkafka's own. */
#ifndef STS_TRANSPORT_KAFKA_H
#define STS_TRANSPORT_KAFKA_H

#include <stdbool.h>
#include <stdint.h>

#include <stskafka/options.h>

#include "base/error.h"
#include "base/pairs.h"
#include "base/text.h"
#include "transport/kind.h"

typedef enum sts__acks { STS__ACKS_ALL, STS__ACKS_LEADER, STS__ACKS_NONE } sts__acks;

typedef enum sts__topic_check { STS__TOPIC_CHECK_FAIL, STS__TOPIC_CHECK_WARN, STS__TOPIC_CHECK_OFF } sts__topic_check;

typedef enum sts__timestamp_bounds {
    STS__TIMESTAMP_BOUNDS_REJECT,
    STS__TIMESTAMP_BOUNDS_CLAMP,
    STS__TIMESTAMP_BOUNDS_WARN
} sts__timestamp_bounds;

typedef enum sts__partition_growth { STS__PARTITION_GROWTH_WARN, STS__PARTITION_GROWTH_HOLD } sts__partition_growth;

typedef enum sts__sasl_mechanism {
    STS__SASL_NONE,
    STS__SASL_PLAIN,
    STS__SASL_SCRAM_SHA_256,
    STS__SASL_SCRAM_SHA_512,
    STS__SASL_OAUTHBEARER,
    STS__SASL_AWS_MSK_IAM, /* to the broker it is OAUTHBEARER */
    STS__SASL_GSSAPI       /* no word of auth.sasl.mechanism's: auth.kerberos.* says so */
} sts__sasl_mechanism;

static inline bool sts__sasl_has_password(sts__sasl_mechanism mechanism) {
    return mechanism == STS__SASL_PLAIN || mechanism == STS__SASL_SCRAM_SHA_256 || mechanism == STS__SASL_SCRAM_SHA_512;
}

typedef enum sts__oidc_grant { STS__OIDC_CLIENT_CREDENTIALS, STS__OIDC_JWT_BEARER } sts__oidc_grant;

/* Where librdkafka gets tokens from; "" where a text was not given, and with no token_url nothing counts. */
typedef struct sts__kafka_oidc {
    const char *token_url;
    const char *client_id;
    const char *client_secret;
    const char *scopes; /* a list */
    const char *ca_file;
    int grant_type; /* sts__oidc_grant; what follows is for STS__OIDC_JWT_BEARER */
    const char *key_file;
    const char *key_pem;
    int algorithm; /* the place of the option's word */
    const char *issuer;
    const char *audience;
} sts__kafka_oidc;

/* "" where a text was not given. */
typedef struct sts__kafka_kerberos {
    const char *service_name;
    const char *realm;
    const char *username;
    const char *keytab_file;
    bool use_keytab;
    bool is_wanted; /* some option of it is set */
} sts__kafka_kerberos;

/* TLS and SASL by the named options; "" where a text was not given. */
typedef struct sts__kafka_security {
    bool tls;
    bool tls_insecure; /* the collector's word for no TLS, which a block tls: else turns on */
    bool skip_verify;
    const char *ca_file;
    const char *ca_pem;
    const char *cert_file;
    const char *cert_pem;
    const char *key_file;
    const char *key_pem;
    const char *key_password;
    int mechanism; /* sts__sasl_mechanism */
    const char *username;
    const char *password;
    sts_password_callback password_callback; /* NULL: there is none */
    void *password_user;
    sts_oauth_token_callback token_callback; /* NULL: there is none */
    void *token_user;
    const char *token_file; /* of OAUTHBEARER, like what follows */
    sts__kafka_oidc oidc;
    const char *aws_region; /* of AWS_MSK_IAM_OAUTHBEARER */
    sts__kafka_kerberos kerberos;
} sts__kafka_security;

/* Exactly once from a store: what is sent goes in transactions, in each of which the sequence that it comes up to is
 * committed (transaction.h). Texts as the others. */
typedef struct sts__kafka_exactly_once {
    bool is_on;
    const char *transactional_id; /* "": made of the store's name (transport/settings.h) */
    const char *group;            /* "": as the transactional id */
    int64_t interval_ms;          /* how long a transaction stays open, */
    int64_t max_bytes;            /* how much it may hold, as sts__kafka_cost counts, */
    int64_t max_records;
    int64_t timeout_ms; /* and when the cluster aborts it */
} sts__kafka_exactly_once;

/* What the transport is made from, beside what every one is told (transport/settings.h); texts and properties are only
 * used by the call that gets them. */
typedef struct sts__kafka_settings {
    const char *brokers;
    const char *client_id;
    int acks;             /* sts__acks */
    int compression;      /* the place of the option's word */
    int partition_growth; /* sts__partition_growth */
    int timestamp_bounds; /* sts__timestamp_bounds */
    int topic_check;      /* sts__topic_check */
    int64_t linger_ms;
    int64_t request_timeout_ms;
    bool retry;             /* whether what failed is tried again */
    int64_t max_elapsed_ms; /* how long one record is tried; 0: for ever */
    int64_t max_in_flight;  /* how many messages librdkafka gets at a time; 0: all */
    int64_t retry_initial_ms;
    int64_t retry_max_ms;
    int64_t topic_settings_interval_ms; /* how often topics' settings are asked for again; 0: never */
    sts__kafka_security security;
    sts__kafka_exactly_once exactly_once;
    int64_t statistics_interval_ms; /* 0: never */
    const sts__pairs *properties;   /* librdkafka's, as the host set them */
} sts__kafka_settings;

/* Other settings take over by another producer, after they were tried: the topic was found with them. What they say of
 * topics, partitions, acknowledgements and sizes must be as before. */
extern const sts__transport_kind sts__kafka_transport;

/* Whether a kafka.* property may be set to that value: STS_OK, STS_ERR_OPTION_REFUSED with the reason,
 * STS_ERR_OPTION_UNKNOWN or STS_ERR_OPTION_VALUE. */
sts_status sts__kafka_property_check(const char *name, const char *value, sts__fault *fault);

/* Whether librdkafka has the property, and tells so. */
bool sts__kafka_has_property(const char *name);

/* What this librdkafka would have to be for tokens from that issuer; NULL: it is. */
const char *sts__kafka_oidc_wants(const sts__kafka_oidc *oidc, sts__fault *fault);

/* Whether this librdkafka was built with a feature, as builtin.features calls it. */
bool sts__kafka_has_feature(const char *feature);

/* Principal and keytab become parts of a shell's command, so that few characters are taken for them. */
bool sts__kafka_kerberos_text_is_good(const char *text);

/* names.c: what to say to one who knows Kafka's clients and sets that name as an option: which to use instead, or
 * why there is none. NULL: nothing. */
const char *sts__kafka_hint(const char *name);

/* What is shown in place of a secret that was set: the collector's word for it. As a value it is refused, lest what was
 * read is set again. */
#define STS__REDACTED "[REDACTED]"

/* Whether the value of a kafka.* property is a secret; a file that librdkafka opens, which may be a folder. By the
 * names' kinds, so that it holds for what a newer librdkafka brings. */
bool sts__kafka_property_is_secret(const char *name);
bool sts__kafka_property_is_file(const char *name);
bool sts__kafka_property_may_be_folder(const char *name);

/* In place of a CA's file: librdkafka looks where systems have them. */
#define STS__PROBE "probe"

/* Of librdkafka: as it runs, and as it was compiled against. */
const char *sts__kafka_version(void);
const char *sts__kafka_version_built(void);

#endif
