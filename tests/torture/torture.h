/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs scenarios with every allocation failing in turn.
 *
 * A scenario is run once to count its allocations and to write down its results; then for each n with the n-th
 * allocation failing, in three ways:
 *
 *   once      only that one fails; the call that it hit is made again at once
 *   until     all fail from then on, until the call that was hit has been made twice; then there is memory again
 *   to_end    all fail from then on; what was made is freed without memory
 *
 * A call may succeed in spite of it (what failed was not needed), or return STS_ERR_NO_MEMORY with the static error
 * object, and nothing else that it would not return otherwise. Where it was made again, the results in the end are
 * those of the first run. In the end nothing is left in the allocator's book. */
#ifndef TESTS_TORTURE_TORTURE_H
#define TESTS_TORTURE_TORTURE_H

#include <stskafka/stskafka.h>
#include <stskafka/transport.h>

#include "support/must.h"
#include "torture/book.h"

enum torture_way { TORTURE_COUNT, TORTURE_ONCE, TORTURE_UNTIL, TORTURE_TO_END };

struct torture {
    struct book book;
    sts_allocator *allocator;
    enum torture_way way;
    unsigned long failures; /* of the book, when the present call began */
    unsigned times;         /* how often it has run out of memory */
    bool given_up;          /* to_end: only the end is left */
    bool same;              /* the results must be those of the first run */
    sts_error *error;       /* of the present call */
    char *results;
    size_t results_size, results_capacity;
};

struct scenario {
    const char *name;
    void (*run)(struct torture *t);
};

/* Adds a line to the results. */
void torture_note(struct torture *t, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Around a call: looks at what it returned, frees t->error; true if it has to be made again. */
void torture_begin(struct torture *t);
bool torture_again(struct torture *t, sts_status status);

/* Makes a call whose status goes to `status`, and again as the way says; leaves for `done` when given up. The call may
 * use &t->error. */
#define TRY(t, status, call)                                                                                           \
    do {                                                                                                               \
        torture_begin(t);                                                                                              \
        do                                                                                                             \
            (status) = (call);                                                                                         \
        while (torture_again(t, status));                                                                              \
        if ((t)->given_up)                                                                                             \
            goto done;                                                                                                 \
    } while (0)

/* The same for a call that returns an object, or NULL for want of memory. */
#define TRY_NEW(t, object, call)                                                                                       \
    do {                                                                                                               \
        torture_begin(t);                                                                                              \
        do                                                                                                             \
            (object) = (call);                                                                                         \
        while (torture_again(t, (object) ? STS_OK : STS_ERR_NO_MEMORY));                                               \
        if ((t)->given_up)                                                                                             \
            goto done;                                                                                                 \
    } while (0)

/* A call that has no reason to fail but memory. */
#define TRY_OK(t, call)                                                                                                \
    do {                                                                                                               \
        sts_status try_status;                                                                                         \
        TRY(t, try_status, call);                                                                                      \
        if (try_status != STS_OK)                                                                                      \
            fprintf(stderr, "%s: %s\n", #call, sts_status_name(try_status));                                           \
        MUST(try_status == STS_OK);                                                                                    \
    } while (0)

/* Runs one scenario in all ways with each of its allocations, and prints how many runs that were. */
void torture_run(const struct scenario *scenario);

#endif
