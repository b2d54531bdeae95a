/* SPDX-License-Identifier: Apache-2.0
 *
 * Points in time in UTC: nanoseconds since 1970, dates of the Gregorian calendar, and text. */
#ifndef STS_OTTL_TIME_H
#define STS_OTTL_TIME_H

#include <stddef.h>
#include <stdint.h>

typedef struct sts__ottl_time {
    int64_t year;
    int month; /* from 1 */
    int day;   /* from 1 */
    int hour;
    int minute;
    int second;
    int nanosecond;
    int weekday; /* from Sunday, 0 */
} sts__ottl_time;

void sts__ottl_time_of(int64_t nanoseconds, sts__ottl_time *time);

/* The same for seconds and a part of one: farther than nanoseconds reach. */
void sts__ottl_time_of_second(int64_t seconds, int nanosecond, sts__ottl_time *time);

/* RFC 3339, with as many digits of the second as it needs; returns the size. */
enum { STS__OTTL_TIME_TEXT = 64 };
size_t sts__ottl_time_text(int64_t nanoseconds, char text[STS__OTTL_TIME_TEXT]);

#endif
