/* SPDX-License-Identifier: Apache-2.0
 *
 * TLS and SASL: from the named options to librdkafka's properties, and what the host is asked for while a producer is
 * made or runs. No lock: who opens the transport, or serves it, alone comes here; the host's callbacks are called from
 * inside. */
#ifndef STS_TRANSPORT_KAFKA_SECURITY_H
#define STS_TRANSPORT_KAFKA_SECURITY_H

#include <librdkafka/rdkafka.h>

#include "transport/aws/source.h"
#include "transport/credentials.h"
#include "transport/files.h"
#include "transport/kafka/kafka.h"
#include "transport/sink.h"

/* What a producer needs to know about security, beside its configuration. */
typedef struct sts__kafka_credentials {
    const sts__memory *memory;
    sts_password_callback password_callback; /* NULL: nothing is asked for */
    void *password_user;
    bool asks_password;     /* for auth.sasl.password */
    bool asks_key_password; /* for tls.key_password */
    sts_oauth_token_callback token_callback;
    void *token_user;
    sts__aws_source *aws;       /* NULL: tokens are not made here */
    char *token_file;           /* NULL: tokens do not come from one */
    sts__file_stamp token_read; /* of the file, when it was read last */
    int64_t look_at_us;         /* when it is looked at next */
    bool keeps_token;           /* somebody connects beside the producer: exactly once */
    sts_oauth_token token;      /* the last one that a producer was given, if it is kept; a value NULL: none was yet */
    bool told_clock;            /* that it is wrong */
    char kind[80];              /* for people: "TLS, SASL PLAIN" */
    char mechanism[32];         /* of SASL, "" without it */
    bool has_tls;
    bool has_certificate;      /* the client's own */
    bool trusts_anybody;       /* with TLS: certificates are not verified */
    char bad_certificate[160]; /* what was wrong with a broker's certificate, last (explain.h) */
} sts__kafka_credentials;

/* What the named options say, in librdkafka's words. STS_OK, STS_ERR_CONFIG. */
sts_status sts__kafka_conf_security(rd_kafka_conf_t *conf, const sts__kafka_security *security, sts__fault *fault);

/* Keeps what is needed of the settings, once the configuration is made of them. STS_OK, STS_ERR_NO_MEMORY. */
sts_status sts__kafka_keep_credentials(sts__kafka_credentials *credentials, const sts__memory *memory,
                                       const sts__kafka_security *security, const rd_kafka_conf_t *conf,
                                       sts__fault *fault);

void sts__kafka_free_credentials(sts__kafka_credentials *credentials);

/* Asks the host for the passwords of one producer, and puts them into the configuration that the producer is made from,
 * just before. STS_OK, STS_ERR_NOT_AUTHENTICATED. */
sts_status sts__kafka_secure_conf(const sts__kafka_credentials *credentials, rd_kafka_conf_t *conf, sts__fault *fault);

/* Warns the host of what it has left open. */
void sts__kafka_warn_of_security(const sts__kafka_credentials *credentials, const sts_transport_sink *sink);

/* Whether who connects beside the producer needs `token`, as librdkafka gets none by itself. */
bool sts__kafka_gives_tokens(const sts__kafka_credentials *credentials);

/* Gives any client of librdkafka a token; false where it does not take it. */
bool sts__kafka_give_token(rd_kafka_t *client, const sts_oauth_token *token);

/* Gets the producer a new token, from the host or the file. */
void sts__kafka_refresh_token(sts__kafka_credentials *credentials, rd_kafka_t *producer);

/* Looks whether the file of tokens has changed, if it is time to, or AWS's credentials have come, and gives the
 * producer (NULL: there is none) the token. False where there is nothing to look at again. */
bool sts__kafka_watch_token(sts__kafka_credentials *credentials, rd_kafka_t *producer, const sts_transport_sink *sink);

#endif
