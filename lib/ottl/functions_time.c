/* SPDX-License-Identifier: Apache-2.0
 *
 * Functions over points in time. */
#include "ottl/functions.h"

#include <stddef.h>

#include "ottl/time.h"

/* A part of the date or the time of day, in UTC: the row's detail picks it. */
static bool part(sts__ottl_call *call, sts__ottl_value *result) {
    sts__ottl_time time;
    int64_t (*pick)(const sts__ottl_time *) = *(int64_t(*const *)(const sts__ottl_time *))call->function->detail;
    sts__ottl_time_of(call->arguments[0].as.integer, &time);
    *result = sts__ottl_integer(pick(&time));
    return true;
}

static int64_t year(const sts__ottl_time *time) {
    return time->year;
}

static int64_t month(const sts__ottl_time *time) {
    return time->month;
}

static int64_t day(const sts__ottl_time *time) {
    return time->day;
}

static int64_t hour(const sts__ottl_time *time) {
    return time->hour;
}

static int64_t minute(const sts__ottl_time *time) {
    return time->minute;
}

static int64_t second(const sts__ottl_time *time) {
    return time->second;
}

static int64_t nanosecond(const sts__ottl_time *time) {
    return time->nanosecond;
}

static int64_t weekday(const sts__ottl_time *time) {
    return time->weekday;
}

/* The time since 1970 in a unit: the row's detail is how many nanoseconds it has. Rounded down. */
static bool since_1970(sts__ottl_call *call, sts__ottl_value *result) {
    int64_t unit = *(const int64_t *)call->function->detail;
    int64_t time = call->arguments[0].as.integer;
    int64_t units = time / unit;
    *result = sts__ottl_integer(time % unit < 0 ? units - 1 : units);
    return true;
}

/* Seconds and nanoseconds since 1970. Times here are nanoseconds in 64 bits: from 1677 to 2262. */
static bool unix_time(sts__ottl_call *call, sts__ottl_value *result) {
    int64_t nanoseconds = call->arguments[1].type == STS__OTTL_INT ? call->arguments[1].as.integer : 0;
    int64_t sum;
    if (__builtin_mul_overflow(call->arguments[0].as.integer, INT64_C(1000000000), &sum) ||
        __builtin_add_overflow(sum, nanoseconds, &sum))
        return sts__ottl_call_fail(call, "the time is not between the years 1677 and 2262");
    *result = (sts__ottl_value){.type = STS__OTTL_TIME, .as.integer = sum};
    return true;
}

typedef int64_t (*picker)(const sts__ottl_time *);

#define PART(label, picked)                                                                                            \
    {                                                                                                                  \
        .name = label, .call = part, .parameters = {{"time", STS__OTTL_A_TIME, false}}, .detail = &(const picker) {    \
            picked                                                                                                     \
        }                                                                                                              \
    }
#define SINCE(label, nanoseconds)                                                                                      \
    {                                                                                                                  \
        .name = label, .call = since_1970, .parameters = {{"time", STS__OTTL_A_TIME, false}},                          \
        .detail = &(const int64_t) {                                                                                   \
            nanoseconds                                                                                                \
        }                                                                                                              \
    }

const sts__ottl_function sts__ottl_time_functions[] = {
    PART("Year", year),
    PART("Month", month),
    PART("Day", day),
    PART("Hour", hour),
    PART("Minute", minute),
    PART("Second", second),
    PART("Nanosecond", nanosecond),
    PART("Weekday", weekday),
    SINCE("UnixNano", 1),
    SINCE("UnixMicro", 1000),
    SINCE("UnixMilli", 1000000),
    SINCE("UnixSeconds", 1000000000),
    {.name = "Unix",
     .call = unix_time,
     .parameters = {{"seconds", STS__OTTL_AN_INT, false}, {"nanoseconds", STS__OTTL_AN_INT, true}}},
    {0},
};
