/* SPDX-License-Identifier: Apache-2.0
 *
 * At which level the end of a connection is told, by the texts that librdkafka 2.0.2 and 2.16 have for it. */
#include <string.h>

#include <criterion/criterion.h>
#include <stskafka/options.h>

#include "transport/kafka/connection.h"
#include "transport/kafka/topic.h"

#define OLD_GUESS                                                                                                      \
    "127.0.0.1:9092/0: Disconnected: verify that security.protocol is correctly configured, broker might require "     \
    "SASL authentication (after 3ms in state UP)"
#define NEW_GUESS                                                                                                      \
    "127.0.0.1:9092/0: Disconnected: connection closed by peer: receive 0 after POLLIN: verify that "                  \
    "security.protocol is correctly configured, broker might require SASL authentication (after 3ms in state UP)"
#define OLD_TLS_GUESS                                                                                                  \
    "127.0.0.1:9092/0: Disconnected while requesting ApiVersion: might be caused by incorrect security.protocol "      \
    "configuration (connecting to a SSL listener?) or broker version is < 0.10 (see api.version.request) (after 1ms "  \
    "in state APIVERSION_QUERY)"

static sts__kafka_observer *observer;

static void begin(void) {
    static const sts__kafka_topics none;
    observer = sts__kafka_observer_new(&none, NULL, STS__KAFKA_STOP_BY_ERROR);
}

static void end(void) {
    sts__kafka_observer_release(observer);
}

TestSuite(kafka_connection, .init = begin, .fini = end);

static void check_error(sts__kafka_connection *connection, rd_kafka_resp_err_t error, const char *text, int32_t level,
                        const char *told) {
    char line[400];
    snprintf(line, sizeof line, "%s", text);
    cr_expect_eq(sts__kafka_judge_error(connection, error, line, STS_LOG_WARNING), level, "%s", text);
    cr_expect_str_eq(line, told);
}

static void check_same(sts__kafka_connection *connection, rd_kafka_resp_err_t error, const char *text, int32_t level) {
    check_error(connection, error, text, level, text);
}

#define ALL_DOWN RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, "1/1 brokers are down"
#define REFUSED                                                                                                        \
    RD_KAFKA_RESP_ERR__TRANSPORT,                                                                                      \
        "127.0.0.1:9092/0: Connect to ipv4#127.0.0.1:9092 failed: Connection refused (after 0ms in state CONNECT)"
#define CLOSED RD_KAFKA_RESP_ERR__TRANSPORT, "127.0.0.1:9092/0: Disconnected (after 600000ms in state UP)"

Test(kafka_connection, before_any_answer_all_is_a_warning_as_it_comes) {
    sts__kafka_connection connection = {.observer = observer};
    check_same(&connection, CLOSED, STS_LOG_WARNING);
    check_same(&connection, ALL_DOWN, STS_LOG_WARNING);
    check_same(&connection, RD_KAFKA_RESP_ERR__TRANSPORT, OLD_GUESS, STS_LOG_WARNING);
}

Test(kafka_connection, an_idle_close_is_news) {
    sts__kafka_connection connection = {.observer = observer};
    sts__kafka_has_answered(&connection);
    for (int i = 0; i < 100; i++) {
        check_same(&connection, CLOSED, STS_LOG_INFO);
        check_same(&connection, ALL_DOWN, STS_LOG_INFO);
    }
}

Test(kafka_connection, a_broker_that_is_gone_is_a_warning) {
    sts__kafka_connection connection = {.observer = observer};
    sts__kafka_has_answered(&connection);
    check_same(&connection, CLOSED, STS_LOG_INFO);
    check_same(&connection, REFUSED, STS_LOG_WARNING);
    check_same(&connection, ALL_DOWN, STS_LOG_WARNING);
    sts__kafka_has_answered(&connection);
    check_same(&connection, ALL_DOWN, STS_LOG_INFO);
}

Test(kafka_connection, guesses_are_cut_until_there_were_too_many) {
    sts__kafka_connection connection = {.observer = observer};
    sts__kafka_has_answered(&connection);
    check_error(&connection, RD_KAFKA_RESP_ERR__TRANSPORT, OLD_GUESS, STS_LOG_INFO,
                "127.0.0.1:9092/0: Disconnected (after 3ms in state UP)");
    check_error(&connection, RD_KAFKA_RESP_ERR__TRANSPORT, NEW_GUESS, STS_LOG_INFO,
                "127.0.0.1:9092/0: Disconnected: connection closed by peer: receive 0 after POLLIN (after 3ms in state "
                "UP)");
    for (int i = 0; i < 4; i++)
        check_error(&connection, RD_KAFKA_RESP_ERR__TRANSPORT, OLD_TLS_GUESS, STS_LOG_INFO,
                    "127.0.0.1:9092/0: Disconnected while requesting ApiVersion (after 1ms in state APIVERSION_QUERY)");
    check_same(&connection, RD_KAFKA_RESP_ERR__TRANSPORT, OLD_GUESS, STS_LOG_WARNING);
    check_same(&connection, ALL_DOWN, STS_LOG_WARNING);
}

Test(kafka_connection, of_log_lines_only_those_about_connections_change) {
    sts__kafka_connection connection = {.observer = observer};
    char closed[] = "FAIL: [thrd:b/0]: b/0: Disconnected (after 3000ms in state UP)";
    char refused[] = "FAIL: [thrd:b/0]: b/0: Connect to ipv4#127.0.0.1:9092 failed: Connection refused";
    char retried[] =
        "GETPID: [thrd:main]: Failed to acquire idempotence PID: Broker: Coordinator load in progress: retrying";
    sts__kafka_has_answered(&connection);
    cr_expect_eq(sts__kafka_judge_line(&connection, "FAIL", closed, STS_LOG_WARNING), STS_LOG_INFO);
    cr_expect_eq(sts__kafka_judge_line(&connection, "FAIL", closed, STS_LOG_DEBUG), STS_LOG_DEBUG);
    cr_expect_eq(sts__kafka_judge_line(&connection, "FAIL", refused, STS_LOG_ERROR), STS_LOG_ERROR);
    cr_expect_eq(sts__kafka_judge_line(&connection, "GETPID", retried, STS_LOG_WARNING), STS_LOG_INFO);
}
