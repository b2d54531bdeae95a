/* SPDX-License-Identifier: Apache-2.0 */
#include "moment.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* How far it is from UTC, in seconds; false: it is no zone. */
static bool read_zone(const char *text, int64_t *seconds) {
    *seconds = 0;
    if (!text[0] || strcmp(text, "Z") == 0 || strcmp(text, "z") == 0)
        return true;
    if ((text[0] != '+' && text[0] != '-') || strlen(text) != 6 || text[3] != ':')
        return false;
    *seconds = ((int64_t)atoi(text + 1) * 60 + atoi(text + 4)) * 60;
    if (text[0] == '-')
        *seconds = -*seconds;
    return true;
}

static bool read_date(const char *text, int64_t *ms) {
    static const char *const formats[] = {"%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d"};
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        struct tm broken;
        int64_t zone;
        memset(&broken, 0, sizeof broken);
        const char *rest = strptime(text, formats[i], &broken);
        if (!rest)
            continue;
        if (rest[0] == '.')
            rest += 1 + strspn(rest + 1, "0123456789");
        if (!read_zone(rest, &zone))
            continue;
        *ms = ((int64_t)timegm(&broken) - zone) * 1000;
        return *ms >= 0;
    }
    return false;
}

static bool read_ago(const char *text, int64_t *ms) {
    static const struct {
        char unit;
        int64_t ms;
    } units[] = {{'s', 1000}, {'m', 60000}, {'h', 3600000}, {'d', 86400000}};
    size_t digits = strspn(text, "0123456789");
    if (digits == 0 || digits > 9 || !text[digits] || text[digits + 1])
        return false;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        struct timespec now;
        if (units[i].unit != text[digits])
            continue;
        clock_gettime(CLOCK_REALTIME, &now);
        *ms = (int64_t)now.tv_sec * 1000 - strtoll(text, NULL, 10) * units[i].ms;
        *ms = *ms < 0 ? 0 : *ms;
        return true;
    }
    return false;
}

bool moment_read(const char *text, int64_t *ms) {
    size_t digits = strspn(text, "0123456789");
    if (digits && digits < 17 && !text[digits]) {
        *ms = strtoll(text, NULL, 10);
        return true;
    }
    return read_ago(text, ms) || read_date(text, ms);
}
