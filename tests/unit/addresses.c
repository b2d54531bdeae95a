/* SPDX-License-Identifier: Apache-2.0
 *
 * The option brokers: every address is checked, schemes agree with the security, and no secret is repeated. */
#include "transport/addresses.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "support/rig.h"

#define SECRET "correct-horse"

Test(addresses, good_ones) {
    static const char *const good[] = {"localhost:9092",       "localhost",           "a-b_c.example.com.:1",
                                       "10.0.0.1:65535",       "[::1]:9092",          "[2001:db8::1]",
                                       "[fe80::1%eth0]:9092",  "a:1,b:2, c:3 ,\td:4", "PLAINTEXT://a:1,plaintext://b:2",
                                       "SaSl_SsL://[::1]:9092"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        sts_options *options = rig_options(RIG_OPTIONS("brokers", good[i]));
        cr_assert_str_eq(sts_options_get(options, "brokers"), good[i]);
        sts_options_free(options);
    }
}

/* Which address it is, and why. */
Test(addresses, bad_ones) {
    static const struct {
        const char *list, *place, *why;
    } bad[] = {
        {"", "address 1 of 1", "empty"},
        {"a:1,", "address 2 of 2", "empty"},
        {"a:1,,b:1", "address 2 of 3", "empty"},
        {"a:99999", "address 1 of 1", "port"},
        {"a:1,b:65536", "address 2 of 2", "port"},
        {"a:0", "address 1 of 1", "port"},
        {"a:", "address 1 of 1", "port"},
        {"a:+1", "address 1 of 1", "port"},
        {"a:1x", "address 1 of 1", "port"},
        {"a:9092/", "address 1 of 1", "port"},
        {"a:18446744073709551617", "address 1 of 1", "port"},
        {":9092", "address 1 of 1", "no host"},
        {"SSL://", "address 1 of 1", "no host"},
        {"a b:1", "address 1 of 1", "characters"},
        {"a/b", "address 1 of 1", "characters"},
        {"a;b:1", "address 1 of 1", "characters"},
        {"a\x1b[31m:1", "address 1 of 1", "characters"},
        {"::1", "address 1 of 1", "brackets"},
        {"2001:db8::1:9092", "address 1 of 1", "brackets"},
        {"[::1", "address 1 of 1", "not closed"},
        {"[::1]9092", "address 1 of 1", "a port and nothing else"},
        {"[::1]:", "address 1 of 1", "port"},
        {"[::g]:1", "address 1 of 1", "no IPv6"},
        {"[10.0.0.1]:1", "address 1 of 1", "no IPv6"},
        {"[]:1", "address 1 of 1", "no IPv6"},
        {"[fe80::1%]:1", "address 1 of 1", "zone"},
        {"a:1,kafka://b:1", "address 2 of 2", "PLAINTEXT, SSL"},
        {"http://a:1", "address 1 of 1", "PLAINTEXT, SSL"},
        {"://a:1", "address 1 of 1", "PLAINTEXT, SSL"},
        {"a:1,me:" SECRET "@b:1", "address 2 of 2", "auth.sasl.username"},
        {"SASL_PLAINTEXT://me:" SECRET "@b:1", "address 1 of 1", "auth.sasl.password"},
        {"kafka://me:" SECRET "@b:1", "address 1 of 1", "auth.sasl.password"},
        {"me:" SECRET ":b:1", "address 1 of 1", "colons"},
        {SECRET "://b", "address 1 of 1", "scheme"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        sts_options *options = rig_options(RIG_OPTIONS("brokers", "before:1"));
        sts_error *error = NULL;
        sts_status status = sts_options_set(options, "brokers", bad[i].list, &error);
        const char *text = sts_error_text(error);
        cr_expect_eq(status, STS_ERR_OPTION_VALUE, "%s: %s", bad[i].list, sts_status_name(status));
        cr_expect_eq(strncmp(text, "brokers: ", 9), 0, "%s", text);
        cr_expect_not_null(strstr(text, bad[i].place), "%s: %s", bad[i].list, text);
        cr_expect_not_null(strstr(text, bad[i].why), "%s: %s", bad[i].list, text);
        cr_expect_null(strstr(text, SECRET), "%s", text);
        cr_expect_str_eq(sts_options_get(options, "brokers"), "before:1");
        sts_error_free(error);
        rig_set(options, RIG_OPTIONS("topic_check", "off"));
        rig_refused(options, STS_ERR_CONFIG, RIG_OPTIONS(bad[i].place, bad[i].why), RIG_OPTIONS(SECRET));
        sts_options_free(options);
    }
}

Test(addresses, a_long_host) {
    char list[400];
    sts_options *options = sts_options_new();
    memset(list, 'a', sizeof list);
    list[255] = '\0';
    cr_assert_eq(sts_options_set(options, "brokers", list, NULL), STS_OK);
    list[255] = 'a';
    list[256] = '\0';
    cr_assert_eq(sts_options_set(options, "brokers", list, NULL), STS_ERR_OPTION_VALUE);
    sts_options_free(options);
}

#define LOGIN "auth.sasl.mechanism", "PLAIN", "auth.sasl.username", "me", "auth.sasl.password", SECRET

#define RDKAFKA_LOGIN "kafka.sasl.mechanism", "PLAIN", "kafka.sasl.username", "me", "kafka.sasl.password", SECRET

/* Each scheme with each security, by the named options and by librdkafka's. */
Test(addresses, schemes_agree_with_the_security) {
    static const char *const schemes[] = {"PLAINTEXT://", "SSL://", "SASL_PLAINTEXT://", "sasl_ssl://"};
    static const char *const securities[][10] = {
        {NULL},
        {"tls.enabled", "true", NULL},
        {LOGIN, NULL},
        {LOGIN, "tls.enabled", "true"},
        {"kafka.security.protocol", "plaintext", NULL},
        {"kafka.security.protocol", "SSL", NULL},
        {"kafka.security.protocol", "sasl_plaintext", RDKAFKA_LOGIN, NULL},
        {"kafka.security.protocol", "sasl_ssl", RDKAFKA_LOGIN, NULL},
    };
    for (size_t s = 0; s < sizeof securities / sizeof *securities; s++)
        for (size_t i = 0; i < 4; i++) {
            char list[100];
            snprintf(list, sizeof list, "localhost:1,%slocalhost:1", schemes[i]);
            sts_options *options = rig_options(RIG_OPTIONS("topic_check", "off", "brokers", list));
            for (size_t k = 0; k < 10 && securities[s][k]; k += 2)
                rig_set(options, RIG_OPTIONS(securities[s][k], securities[s][k + 1]));
            if (s % 4 == i)
                sts_exporter_free(rig_new(options), 0);
            else
                rig_refused(options, STS_ERR_CONFIG,
                            RIG_OPTIONS("brokers: address 2 of 2 says", "tls.enabled and auth.sasl.mechanism"), NULL);
            sts_options_free(options);
        }
}

Test(addresses, what_librdkafka_gets) {
    static const char *const cases[][2] = {
        {"a:1", "a:1"},
        {" SSL://a:1 ,\tssl://[::1]:2 , b", "a:1,[::1]:2,b"},
        {"PLAINTEXT://localhost:9092", "localhost:9092"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char list[100];
        snprintf(list, sizeof list, "%s", cases[i][0]);
        sts__addresses_strip(list);
        cr_assert_str_eq(list, cases[i][1]);
    }
}

/* Who only explains connects to nobody. */
Test(addresses, of_no_concern_without_kafka) {
    sts_options *options = rig_options(RIG_OPTIONS("transport", "none", "brokers", "SASL_SSL://a:1"));
    sts_exporter_free(rig_new(options), 0);
    sts_options_free(options);
}
