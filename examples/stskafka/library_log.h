/* SPDX-License-Identifier: Apache-2.0
 *
 * The library's log on standard error. What it says while an exporter is being made is held back until it is clear
 * whether the error that follows says it better. */
#ifndef LIBRARY_LOG_H
#define LIBRARY_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LIBRARY_LOG_HELD = 20 }; /* how many lines are held at most */

struct library_log {
    bool verbose; /* show all lines at once, not only warnings and errors */
    bool holds;
    unsigned count;
    char last[200]; /* the last line, whatever its level */
    char *held[LIBRARY_LOG_HELD];
};

/* The callback for sts_options_set_log_callback; `log` is the struct library_log. */
void library_log_line(int32_t level, const char *text, void *user);

/* The last line that the library said; "" where there was none. */
void library_log_last(const struct library_log *log, char *text, size_t size);

/* Holds lines from here on. */
void library_log_hold(struct library_log *log);

/* Shows what was held, or drops it; later lines are shown at once. */
void library_log_release(struct library_log *log, bool shows);

#endif
