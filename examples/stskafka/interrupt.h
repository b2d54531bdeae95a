/* SPDX-License-Identifier: Apache-2.0
 *
 * SIGINT and SIGTERM during a long run: the first one asks for an orderly end, a second one ends the program at once.
 * They are blocked in all threads and waited for by one of their own, so that none is lost between two looks, whichever
 * thread the system would have given it to. One that the caller had ignored (nohup) stays ignored. */
#ifndef INTERRUPT_H
#define INTERRUPT_H

#include <stdint.h>
#include <stdio.h>

/* Before any thread is made. Until interrupt_hold, a signal ends the program at once, as it always does. */
void interrupt_start(void);

/* From here on a first signal is only noted. */
void interrupt_hold(void);

/* The signal that was noted, 0 for none; its name; and when it came (clock_ms). */
int interrupt_signal(void);
const char *interrupt_name(void);
int64_t interrupt_ms(void);

/* A stream over a file's descriptor that is at its end as soon as a signal was noted, even where nothing can be read.
 * It closes the file, unless that is standard input. The file itself where nobody waits for signals. */
FILE *interrupt_file(FILE *file);

/* What is to be done meanwhile, some times a second, while such a stream waits for something to read; NULL: nothing. */
void interrupt_idle(void (*function)(void *user), void *user);

/* Ends the program by the signal that was noted, for its caller to see, when all is done; returns if there was none. */
void interrupt_end(void);

#endif
