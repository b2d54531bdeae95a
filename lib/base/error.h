/* SPDX-License-Identifier: Apache-2.0
 *
 * How a failure travels: inside the library as a fault, a plain struct on the caller's stack that costs nothing to
 * fill; across the API as an sts_error, the object that the host frees. */
#ifndef STS_BASE_ERROR_H
#define STS_BASE_ERROR_H

#include <stdint.h>

#include <stskafka/error.h>

#include "base/memory.h"
#include "base/text.h"

enum { STS__FAULT_TEXT = 512 };

typedef struct sts__fault {
    sts_status code;
    int32_t transport_code;
    int64_t offset; /* -1: does not apply */
    char text[STS__FAULT_TEXT];
} sts__fault;

/* The object behind the public handle. */
struct sts_error {
    const sts__memory *memory; /* NULL: a static object */
    sts_status code;
    int32_t transport_code;
    int64_t offset;
    char *text;
};

/* Fills the fault and returns `code`. A text that is too long is cut, and what a terminal must not show (names and
 * values are quoted as they came) is made visible (visible.h). */
sts_status sts__fault_set(sts__fault *fault, sts_status code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
sts_status sts__fault_set_at(sts__fault *fault, sts_status code, int64_t offset, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Adds a line to a list of faults, made in the same way; "\n" is added to it. */
void sts__faults_add(sts__text *faults, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* STS_ERR_NO_MEMORY. */
sts_status sts__fault_no_memory(sts__fault *fault);

/* Says nothing: for a transport to fill. */
void sts__fault_clear(sts__fault *fault);

/* Gives a fault that a transport has filled its code, and the code's own text if it has none; returns `code`. */
sts_status sts__fault_finish(sts__fault *fault, sts_status code);

/* Puts an error object made from the fault into `*error` if that is wanted and there is none; returns the fault's code.
 */
sts_status sts__error_report(const sts__memory *memory, sts_error **error, const sts__fault *fault);

/* The same from a code and a text of any length. */
sts_status sts__error_report_text(const sts__memory *memory, sts_error **error, sts_status code, const char *text);

#endif
