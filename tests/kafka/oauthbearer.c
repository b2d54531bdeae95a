/* SPDX-License-Identifier: Apache-2.0
 *
 * Tokens from the host: they get it through to a real broker, are renewed in time, and are never shown. */
#include <criterion/criterion.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "exporter/exporter.h"
#include "support/kafka/secure.h"
#include "support/kafka/token.h"
#include "support/store_folder.h"
#include "transport/kafka/internal.h"

/* Who gives tokens, and how. */
struct issuer {
    const char *user;
    int64_t life_ms;     /* as the exporter is told */
    int64_t at_least_ms; /* as the broker is told, if that is longer */
    atomic_int refused;
    atomic_int asked;
    char last[512]; /* the last token; for tests with one thread */
};

static void give_token(sts_oauth_token *token, void *user) {
    struct issuer *issuer = user;
    int64_t expires_ms = token_now_ms() + issuer->life_ms;
    int64_t real_ms = issuer->at_least_ms > issuer->life_ms ? token_now_ms() + issuer->at_least_ms : expires_ms;
    char text[sizeof issuer->last];
    token_write(text, sizeof text, issuer->user, real_ms);
    if (sts_oauth_token_set(token, text, issuer->user, expires_ms) == STS_OK)
        atomic_fetch_add(&issuer->asked, 1);
    snprintf(issuer->last, sizeof issuer->last, "%s", text);
}

static void init(struct secure *secure, const char *protocol, sts_oauth_token_callback callback, void *user) {
    secure_init(secure, protocol, RIG_OPTIONS("auth.sasl.mechanism", "OAUTHBEARER"));
    if (strcmp(protocol, "SASL_SSL") == 0)
        rig_set(secure->rig.options, RIG_OPTIONS("tls.ca_file", secure->ca_file));
    cr_assert_eq(sts_options_set_oauth_token_callback(secure->rig.options, callback, user), STS_OK);
}

Test(oauthbearer, a_token_from_the_host) {
    struct secure secure;
    struct issuer issuer = {.user = "alice", .life_ms = 3600000};
    init(&secure, "SASL_SSL", give_token, &issuer);
    secure_deliver(&secure, "oauthbearer");
    cr_assert_eq(atomic_load(&issuer.asked), 1);
    cr_assert_eq(log_lines_count(&secure.log, issuer.last), 0u);
    const sts__kafka *kafka = secure.rig.exporter->transport_context;
    cr_assert_null(kafka->credentials.token.value, "nobody but librdkafka needs it");
    secure_clear(&secure);
}

Test(oauthbearer, without_a_thread_of_the_exporters) {
    struct secure secure;
    struct issuer issuer = {.user = "alice", .life_ms = 3600000};
    init(&secure, "SASL_PLAINTEXT", give_token, &issuer);
    rig_set(secure.rig.options, RIG_OPTIONS("service_thread", "false"));
    secure_deliver(&secure, "oauthbearer-polled");
    cr_assert_eq(atomic_load(&issuer.asked), 1);
    secure_clear(&secure);
}

/* Exports until the issuer was asked `times` times; every record must be delivered. */
static void export_until(struct secure *secure, struct issuer *issuer, int times) {
    uint64_t counts[STS_COUNTS];
    uint64_t exported = 0;
    int64_t deadline = rig_now_ms() + 2 * RIG_DEADLINE_MS;
    sts_exporter_counts(secure->rig.exporter, counts, STS_COUNTS);
    uint64_t before = counts[STS_COUNT_DELIVERED];
    while (atomic_load(&issuer->asked) < times) {
        cr_assert_lt(rig_now_ms(), deadline, "asked %d times only", atomic_load(&issuer->asked));
        cr_assert_eq(rig_export_numbered(&secure->rig, 10, NULL), STS_OK);
        exported += 10;
        rig_flush(&secure->rig, counts);
    }
    cr_assert_eq(counts[STS_COUNT_DELIVERED], before + exported);
}

Test(oauthbearer, tokens_are_renewed_while_records_go) {
    struct secure secure;
    struct issuer issuer = {.user = "alice", .life_ms = 1500, .at_least_ms = 3600000};
    init(&secure, "SASL_PLAINTEXT", give_token, &issuer);
    secure_deliver(&secure, "oauthbearer-renewed");
    export_until(&secure, &issuer, 4);
    secure_clear(&secure);
}

/* With the token the broker ends the session: the client logs in again, with the next token. */
Test(oauthbearer, tokens_that_really_expire) {
    static const char login[] = "OAUTHBEARER authentication successful";
    struct secure secure;
    struct issuer issuer = {.user = "alice", .life_ms = 3000};
    init(&secure, "SASL_PLAINTEXT", give_token, &issuer);
    secure_deliver(&secure, "oauthbearer-expired");
    size_t logins = log_lines_count(&secure.log, login);
    export_until(&secure, &issuer, 4);
    cr_assert_gt(log_lines_count(&secure.log, login), logins);
    secure_clear(&secure);
}

static void init_exactly_once(struct secure *secure, const struct store_folder *folder,
                              sts_oauth_token_callback callback, void *user) {
    init(secure, "SASL_PLAINTEXT", callback, user);
    rig_set(secure->rig.options, RIG_OPTIONS("delivery", "exactly_once", "sending_queue.storage", folder->path,
                                             "transaction.interval", "50ms"));
}

/* The offsets that say what was delivered are read over a connection of their own, by each producer. */
Test(oauthbearer, exactly_once_has_the_token_for_what_it_reads_too) {
    static const char next[] = "a new producer has taken over";
    struct secure secure;
    struct store_folder folder;
    uint64_t counts[STS_COUNTS];
    struct issuer issuer = {.user = "alice", .life_ms = 6000};
    store_folder_make(&folder);
    init_exactly_once(&secure, &folder, give_token, &issuer);
    secure_deliver(&secure, "oauthbearer-exactly-once");
    for (size_t i = 1; i <= 3; i++) { /* each asks for a token */
        int asked = atomic_load(&issuer.asked);
        sts__kafka_force_fatal(secure.rig.exporter->transport_context);
        cr_assert(log_lines_await(&secure.log, next, i, 2 * RIG_DEADLINE_MS), "producer %zu has not come", i);
        export_until(&secure, &issuer, asked + 1);
        cr_assert_eq(rig_export_numbered(&secure.rig, 10, NULL), STS_OK);
        rig_flush(&secure.rig, counts);
        cr_assert_eq(counts[STS_COUNT_DELIVERED], counts[STS_COUNT_ACCEPTED]);
    }
    cr_assert_eq(counts[STS_COUNT_POSSIBLE_DUPLICATES], 0u);
    cr_assert_eq(log_lines_count(&secure.log, issuer.last), 0u);
    secure_clear(&secure);
    store_folder_remove(&folder);
}

static void give_a_token_later(sts_oauth_token *token, void *user) {
    struct issuer *issuer = user;
    if (atomic_fetch_add(&issuer->refused, 1) == 0)
        cr_assert_eq(sts_oauth_token_fail(token, "the issuer is not up yet"), STS_OK);
    else
        give_token(token, issuer);
}

Test(oauthbearer, exactly_once_waits_for_a_token) {
    struct secure secure;
    struct store_folder folder;
    struct issuer issuer = {.user = "alice", .life_ms = 3600000};
    store_folder_make(&folder);
    init_exactly_once(&secure, &folder, give_a_token_later, &issuer);
    rig_set(secure.rig.options, RIG_OPTIONS("topic_check", "warn"));
    secure_deliver(&secure, "oauthbearer-exactly-once-later");
    cr_assert_eq(atomic_load(&issuer.asked), 1);
    cr_assert_gt(log_lines_count(&secure.log, "the issuer is not up yet"), 0u);
    secure_clear(&secure);
    store_folder_remove(&folder);
}

static void check_refused(sts_oauth_token_callback callback, void *user, const char *part) {
    struct secure secure;
    init(&secure, "SASL_PLAINTEXT", callback, user);
    secure_refused(&secure, STS_ERR_NOT_AUTHENTICATED, RIG_OPTIONS(part));
    secure_clear(&secure);
}

static void give_rubbish(sts_oauth_token *token, void *user) {
    cr_assert_eq(sts_oauth_token_set(token, WRONG_SECRET, user, token_now_ms() + 60000), STS_OK);
}

static void give_nothing(sts_oauth_token *token, void *user) {
    if (user)
        cr_assert_eq(sts_oauth_token_fail(token, user), STS_OK);
}

Test(oauthbearer, a_token_that_the_broker_refuses) {
    check_refused(give_rubbish, "alice", "the broker refused the token");
}

Test(oauthbearer, a_token_that_the_host_has_not) {
    check_refused(give_nothing, NULL, "the token callback gave none");
    check_refused(give_nothing, "the issuer is on holiday", "the issuer is on holiday");
}

/* What librdkafka would refuse, and quote. */
static void give_what_is_none(sts_oauth_token *token, void *user) {
    int64_t later = token_now_ms() + 60000;
    (void)user;
    cr_assert_eq(sts_oauth_token_set(token, "", "alice", later), STS_ERR_INVALID_ARGUMENT);
    cr_assert_eq(sts_oauth_token_set(token, WRONG_SECRET "\n", "alice", later), STS_ERR_INVALID_ARGUMENT);
    cr_assert_eq(sts_oauth_token_set(token, WRONG_SECRET "\xc3\xbc", "alice", later), STS_ERR_INVALID_ARGUMENT);
    cr_assert_eq(sts_oauth_token_set(token, WRONG_SECRET, "alice", token_now_ms() - 1), STS_ERR_INVALID_ARGUMENT);
    cr_assert_eq(sts_oauth_token_set(token, NULL, "alice", later), STS_ERR_INVALID_ARGUMENT);
    cr_assert_eq(sts_oauth_token_set(token, WRONG_SECRET, NULL, later), STS_ERR_INVALID_ARGUMENT);
    cr_assert_eq(sts_oauth_token_fail(token, NULL), STS_ERR_INVALID_ARGUMENT);
    cr_assert_eq(sts_oauth_token_set(token, WRONG_SECRET, "alice", later), STS_OK);
    cr_assert_eq(sts_oauth_token_fail(token, "the last answer counts"), STS_OK);
}

Test(oauthbearer, what_is_no_token) {
    check_refused(give_what_is_none, NULL, "the last answer counts");
}
