/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/kafka/statistics.h"

#include <string.h>

#include "base/arena.h"
#include "json/json.h"

/* Values that only grow: where librdkafka has them, of all or of each broker. */
static const struct {
    const char *name;
    bool of_brokers;
    int value;
} sums[] = {
    {"txmsgs", false, STS_TRANSPORT_TRIES},
    {"tx", false, STS_TRANSPORT_REQUESTS},
    {"txretries", true, STS_TRANSPORT_REQUEST_RETRIES},
    {"txerrs", true, STS_TRANSPORT_REQUEST_ERRORS},
    {"req_timeouts", true, STS_TRANSPORT_REQUEST_TIMEOUTS},
    {"tx_bytes", false, STS_TRANSPORT_BYTES_SENT},
    {"connects", true, STS_TRANSPORT_CONNECTS},
};
enum { SUMS = sizeof sums / sizeof sums[0] };

/* Measurements since the last time, over all brokers. */
typedef struct window {
    int64_t count;
    int64_t sum;
    int64_t p99; /* the largest one of a broker; 0 where librdkafka was built without histograms */
    int64_t max;
} window;

static int64_t number_of(const sts__json *object, const char *name) {
    const sts__json *value = sts__json_member(object, name);
    return value && value->type == STS__JSON_NUMBER ? (int64_t)value->number : 0;
}

static bool is_up(const sts__json *broker) {
    const sts__json *state = sts__json_member(broker, "state");
    return state && state->type == STS__JSON_STRING && state->text.size == 2 && memcmp(state->text.data, "UP", 2) == 0;
}

static int64_t larger(int64_t a, int64_t b) {
    return a > b ? a : b;
}

static void add_window(window *all, const sts__json *broker, const char *name) {
    const sts__json *one = sts__json_member(broker, name);
    all->count += number_of(one, "cnt");
    all->sum += number_of(one, "sum");
    all->p99 = larger(all->p99, number_of(one, "p99"));
    all->max = larger(all->max, number_of(one, "max"));
}

/* librdkafka also lists an internal broker, and addresses of which it has not learned yet whose they are. What was sent
 * there counts, but they are not the cluster's brokers. */
static void read_brokers(const sts__json *brokers, int64_t *values) {
    window round_trip = {.count = 0};
    window throttle = {.count = 0};
    values[STS_TRANSPORT_BROKERS] = values[STS_TRANSPORT_BROKERS_UP] = 0;
    for (size_t i = 0; brokers && i < brokers->count; i++) {
        const sts__json *broker = &brokers->items[i];
        bool is_the_clusters = number_of(broker, "nodeid") >= 0;
        values[STS_TRANSPORT_BROKERS] += is_the_clusters;
        values[STS_TRANSPORT_BROKERS_UP] += is_the_clusters && is_up(broker);
        for (size_t n = 0; n < SUMS; n++)
            values[sums[n].value] += sums[n].of_brokers ? number_of(broker, sums[n].name) : 0;
        add_window(&round_trip, broker, "rtt");
        add_window(&throttle, broker, "throttle");
    }
    if (round_trip.count) {
        values[STS_TRANSPORT_ROUND_TRIP_US] = round_trip.sum / round_trip.count;
        values[STS_TRANSPORT_ROUND_TRIP_P99_US] = round_trip.p99 ? round_trip.p99 : -1;
    }
    if (throttle.count) {
        values[STS_TRANSPORT_THROTTLE_MS] = throttle.sum / throttle.count;
        values[STS_TRANSPORT_THROTTLE_MAX_MS] = throttle.max;
    }
}

/* Turns sums of this producer into sums of all that there were. A new producer begins at 0; and where librdkafka (2.10
 * and newer) forgets a broker, its part is missing from then on: only growth counts, so that nothing falls. */
static void carry_on(sts__kafka_statistics *statistics, int64_t created_us, int64_t *values) {
    for (size_t i = 0; i < SUMS; i++) {
        int value = sums[i].value;
        int64_t last = created_us == statistics->created_us ? statistics->last[value] : 0;
        statistics->totals[value] += values[value] > last ? values[value] - last : 0;
        statistics->last[value] = values[value];
        values[value] = statistics->totals[value];
    }
    statistics->created_us = created_us;
}

sts_status sts__kafka_statistics_read(sts__kafka_statistics *statistics, const sts__memory *memory, sts_bytes json,
                                      int64_t values[STS_TRANSPORT_VALUES], sts__fault *fault) {
    sts__arena arena;
    const sts__json *all;
    sts__arena_init(&arena, memory);
    sts_status status = sts__json_parse(&arena, json, &all, fault);
    if (status == STS_OK) {
        for (size_t i = 0; i < STS_TRANSPORT_VALUES; i++)
            values[i] = -1;
        for (size_t i = 0; i < SUMS; i++)
            values[sums[i].value] = sums[i].of_brokers ? 0 : number_of(all, sums[i].name);
        read_brokers(sts__json_member(all, "brokers"), values);
        carry_on(statistics, number_of(all, "ts") - number_of(all, "age"), values);
    }
    sts__arena_clear(&arena);
    return status;
}
