/* SPDX-License-Identifier: Apache-2.0
 *
 * How far a verb has come with its input, shown on a terminal: percent, megabytes, rate, time left; also within one
 * large request. */
#ifndef METER_H
#define METER_H

#include <stdbool.h>
#include <stdint.h>

#include "files.h"
#include "input.h"

struct meter {
    bool is_off;
    uint64_t total; /* bytes of all files; 0: not known, as of a pipe */
    int64_t start_ms;
    uint64_t before; /* bytes in front of the present request, */
    uint64_t size;   /* of it, */
    uint64_t items;  /* and how many records it has; 0: not known */
};

/* `is_off`: shows nothing, for instance where rows go to the same terminal. */
void meter_begin(struct meter *meter, const struct file_list *files, bool is_off);

/* A request begins. */
void meter_request(struct meter *meter, const struct input *input, const struct input_request *request);

/* The last one is read. */
void meter_end(struct meter *meter, const struct input *input);

/* Shows that `taken` records of the present request are done, and what else there is to say. Cheap where nothing is
 * shown. */
void meter_show(const struct meter *meter, uint64_t taken, const char *more);

/* The same where nothing moves, and why is all that there is to say. */
void meter_show_still(const struct meter *meter, uint64_t taken, const char *why);

/* Seconds as "1 h 5 min", "3 min 20 s" or "7 s". */
void meter_time(char *text, size_t size, double seconds);

#endif
