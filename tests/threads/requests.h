/* SPDX-License-Identifier: Apache-2.0
 *
 * Requests of log records, for plain mains that have the API alone. */
#ifndef TESTS_THREADS_REQUESTS_H
#define TESTS_THREADS_REQUESTS_H

#include <stddef.h>

enum { REQUEST_RECORDS = 50, REQUEST_ROOM = 16384 };

/* Writes a thread's n-th request, of REQUEST_RECORDS records: every tenth has no key. How many bytes. */
size_t request_make(unsigned char *out, unsigned thread, unsigned number);

#endif
