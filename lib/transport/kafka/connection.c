/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/kafka/connection.h"

#include <string.h>

#include <stskafka/options.h>

#include "transport/kafka/errors.h"

/* So many lines of guesses without an answer; a close makes one or two, depending on librdkafka's version. */
enum { GUESSES_IN_A_ROW = 6 };

void sts__kafka_has_answered(sts__kafka_connection *connection) {
    connection->has_answered = true;
    connection->is_unreachable = false;
    connection->guesses = 0;
}

/* Where the guess begins, or NULL. The texts were seen with 2.0.2 and 2.16. */
static char *find_guess(char *text) {
    static const char *const guesses[] = {": verify that security.protocol", ": might be caused by"};
    for (size_t i = 0; i < sizeof guesses / sizeof guesses[0]; i++) {
        char *guess = strstr(text, guesses[i]);
        if (guess)
            return guess;
    }
    return NULL;
}

/* What librdkafka appends (" (after 3ms in state UP)") stays. */
static void cut_guess(char *guess) {
    char *after = strstr(guess, " (after ");
    if (after)
        memmove(guess, after, strlen(after) + 1);
    else
        *guess = '\0';
}

/* Of a connection that was closed: whether that is no more than news. */
static bool is_news(sts__kafka_connection *connection, char *text) {
    char *guess = find_guess(text);
    if (guess && connection->guesses == GUESSES_IN_A_ROW) {
        connection->is_unreachable = true;
        return false;
    }
    if (guess) {
        connection->guesses++;
        cut_guess(guess);
    }
    return true;
}

int32_t sts__kafka_judge_error(sts__kafka_connection *connection, rd_kafka_resp_err_t error, char *text,
                               int32_t level) {
    bool news = false;
    bool closed = error == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN || error == RD_KAFKA_RESP_ERR__TRANSPORT;
    if (closed && sts__kafka_observer_is_stopped(connection->observer))
        return STS_LOG_DEBUG; /* it was the observer */
    if (!connection->has_answered)
        return level;
    if (error == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN)
        news = !connection->is_unreachable;
    else if (error == RD_KAFKA_RESP_ERR__TRANSPORT && strstr(text, ": Disconnected"))
        news = is_news(connection, text);
    else if (sts__kafka_status(error) == STS_ERR_NO_BROKER || sts__kafka_status(error) == STS_ERR_NOT_AUTHENTICATED)
        connection->is_unreachable = true;
    return news && level < STS_LOG_INFO ? STS_LOG_INFO : level;
}

int32_t sts__kafka_judge_line(sts__kafka_connection *connection, const char *facility, char *text, int32_t level) {
    if (strcmp(facility, "FAIL") == 0 && strstr(text, ": Disconnected"))
        return sts__kafka_judge_error(connection, RD_KAFKA_RESP_ERR__TRANSPORT, text, level);
    if (strcmp(facility, "GETPID") == 0 && strstr(text, ": retrying") && level < STS_LOG_INFO)
        return STS_LOG_INFO; /* as for seconds after a cluster's first start; what does not pass is an error event */
    return level;
}
