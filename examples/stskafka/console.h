/* SPDX-License-Identifier: Apache-2.0
 *
 * Standard error, for messages and progress, and the end of standard output. */
#ifndef CONSOLE_H
#define CONSOLE_H

/* Opens what the caller left closed of the three standard streams, so that no file of ours takes their numbers. */
void console_start(void);

/* The verb that messages begin with, as "stskafka send". */
void console_name(const char *name);

/* A message on standard error, with the verb before it. Any thread. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* One line that is written over by the next; only on a terminal, and a few times a second. */
void progress(const char *format, ...) __attribute__((format(printf, 1, 2)));
void progress_end(void);

/* Flushes standard output and returns the faults (exit_status.h): what could not be written is one. */
unsigned console_end(void);

#endif
