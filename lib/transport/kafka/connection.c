/* SPDX-License-Identifier: Apache-2.0
 *
 * What the end of a connection is worth. A broker closes connections that are idle (connections.max.idle.ms, ten
 * minutes), and all of them when it restarts; librdkafka connects again when there is something to send, and tells if
 * it cannot. So once brokers have answered, a connection that was closed is news, and no warning, and neither is it
 * that now none is left ("1/1 brokers are down"): a warning is something to act on. And what librdkafka guesses from a
 * connection that did not last (that the port may want TLS, or SASL) is wrong then: it was the right port before. If it
 * goes on so, without an answer in between, the guesses are told after all. */
#include "transport/kafka/internal.h"

#include <string.h>

/* So many lines of guesses without an answer; a close makes one or two, depending on librdkafka's version. */
enum { GUESSES_IN_A_ROW = 6 };

void sts__kafka_has_answered(sts__kafka *kafka) {
    kafka->has_answered = true;
    kafka->is_unreachable = false;
    kafka->guesses = 0;
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
static bool is_news(sts__kafka *kafka, char *text) {
    char *guess = find_guess(text);
    if (guess && kafka->guesses == GUESSES_IN_A_ROW) {
        kafka->is_unreachable = true;
        return false;
    }
    if (guess) {
        kafka->guesses++;
        cut_guess(guess);
    }
    return true;
}

int32_t sts__kafka_judge_error(sts__kafka *kafka, rd_kafka_resp_err_t error, char *text, int32_t level) {
    bool news = false;
    bool closed = error == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN || error == RD_KAFKA_RESP_ERR__TRANSPORT;
    if (closed && sts__kafka_observer_is_stopped(kafka->observer))
        return STS_LOG_DEBUG; /* it was the observer */
    if (!kafka->has_answered)
        return level;
    if (error == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN)
        news = !kafka->is_unreachable;
    else if (error == RD_KAFKA_RESP_ERR__TRANSPORT && strstr(text, ": Disconnected"))
        news = is_news(kafka, text);
    else if (sts__kafka_status(error) == STS_ERR_NO_BROKER || sts__kafka_status(error) == STS_ERR_NOT_AUTHENTICATED)
        kafka->is_unreachable = true;
    return news && level < STS_LOG_INFO ? STS_LOG_INFO : level;
}

int32_t sts__kafka_judge_line(sts__kafka *kafka, const char *facility, char *text, int32_t level) {
    if (strcmp(facility, "FAIL") == 0 && strstr(text, ": Disconnected"))
        return sts__kafka_judge_error(kafka, RD_KAFKA_RESP_ERR__TRANSPORT, text, level);
    if (strcmp(facility, "GETPID") == 0 && strstr(text, ": retrying") && level < STS_LOG_INFO)
        return STS_LOG_INFO; /* as for seconds after a cluster's first start; what does not pass is an error event */
    return level;
}
