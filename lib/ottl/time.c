/* SPDX-License-Identifier: Apache-2.0 */
#include "ottl/time.h"

#include <inttypes.h>
#include <stdio.h>

enum { SECOND = 1000000000, DAY = 86400 };

/* Division that rounds down, so that the rest is never negative. */
static int64_t split(int64_t number, int64_t by, int64_t *rest) {
    int64_t quotient = number / by;
    *rest = number % by;
    if (*rest < 0) {
        *rest += by;
        quotient--;
    }
    return quotient;
}

/* Years that begin in March, in eras of 400 years (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms",
 * civil_from_days). */
static void set_date(int64_t days, sts__ottl_time *time) {
    int64_t day_of_era;
    int64_t era = split(days + 719468, 146097, &day_of_era); /* from 0000-03-01 */
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month = (5 * day_of_year + 2) / 153;
    time->day = (int)(day_of_year - (153 * month + 2) / 5 + 1);
    time->month = (int)(month < 10 ? month + 3 : month - 9);
    time->year = year_of_era + era * 400 + (time->month <= 2);
}

void sts__ottl_time_of_second(int64_t seconds, int nanosecond, sts__ottl_time *time) {
    int64_t second;
    int64_t weekday;
    int64_t days = split(seconds, DAY, &second);
    set_date(days, time);
    split(days + 4, 7, &weekday); /* 1970-01-01 was a Thursday */
    time->hour = (int)(second / 3600);
    time->minute = (int)(second / 60 % 60);
    time->second = (int)(second % 60);
    time->nanosecond = nanosecond;
    time->weekday = (int)weekday;
}

void sts__ottl_time_of(int64_t nanoseconds, sts__ottl_time *time) {
    int64_t nanosecond;
    int64_t seconds = split(nanoseconds, SECOND, &nanosecond);
    sts__ottl_time_of_second(seconds, (int)nanosecond, time);
}

size_t sts__ottl_time_text(int64_t nanoseconds, char text[STS__OTTL_TIME_TEXT]) {
    sts__ottl_time time;
    sts__ottl_time_of(nanoseconds, &time);
    size_t size = (size_t)snprintf(text, STS__OTTL_TIME_TEXT, "%04" PRId64 "-%02d-%02dT%02d:%02d:%02d", time.year,
                                   time.month, time.day, time.hour, time.minute, time.second);
    if (time.nanosecond) {
        size += (size_t)snprintf(text + size, STS__OTTL_TIME_TEXT - size, ".%09d", time.nanosecond);
        while (text[size - 1] == '0')
            size--;
    }
    text[size++] = 'Z';
    return size;
}
