/* SPDX-License-Identifier: Apache-2.0 */
#include "torture/torture.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const ways[] = {"count", "once", "until", "to_end"};

void torture_note(struct torture *t, const char *format, ...) {
    char line[1024];
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    MUST(size >= 0 && (size_t)size < sizeof line);
    if (t->results_size + (size_t)size + 2 > t->results_capacity) {
        t->results_capacity = 2 * t->results_capacity + sizeof line;
        t->results = realloc(t->results, t->results_capacity);
        MUST(t->results);
    }
    t->results_size += (size_t)sprintf(t->results + t->results_size, "%s\n", line);
}

void torture_begin(struct torture *t) {
    t->failures = book_failures(&t->book);
    t->times = 0;
    t->error = NULL;
}

/* Every error object for want of memory is one and the same, and may be freed as any other. */
static void check_error(struct torture *t, sts_status status, bool failed) {
    static const sts_error *static_one;
    sts_status code = sts_error_code(t->error);
    if (t->error && code == STS_ERR_NO_MEMORY) {
        MUST(failed);
        MUST(!static_one || static_one == t->error);
        static_one = t->error;
        MUST(strcmp(sts_error_text(t->error), "out of memory") == 0);
        sts_error_free(t->error);
    } else if (t->error) {
        MUST(code == status);
    }
    sts_error_free(t->error);
    t->error = NULL;
}

bool torture_again(struct torture *t, sts_status status) {
    bool failed = book_failures(&t->book) > t->failures;
    check_error(t, status, failed);
    if (status != STS_ERR_NO_MEMORY)
        return false;
    MUST(failed);
    t->times++;
    if (t->way == TORTURE_TO_END) {
        t->given_up = true;
        return false;
    }
    MUST(t->times <= (t->way == TORTURE_ONCE ? 1 : 2));
    if (t->way == TORTURE_UNTIL && t->times == 2)
        book_fail_at(&t->book, 0, false);
    return true;
}

static void run_once(struct torture *t, const struct scenario *scenario, enum torture_way way, unsigned long n) {
    *t = (struct torture){.way = way};
    book_open(&t->book);
    t->allocator = sts_allocator_new(book_allocate, book_resize, book_release, &t->book);
    MUST(t->allocator);
    t->book.calls = 0;
    book_fail_at(&t->book, n, way != TORTURE_ONCE);
    t->same = way != TORTURE_TO_END;
    torture_note(t, "%s", scenario->name);
    scenario->run(t);
    sts_allocator_free(t->allocator);
    book_close(&t->book);
}

static void compare(const struct torture *first, const struct torture *t, unsigned long n) {
    if (t->same && strcmp(first->results, t->results) != 0) {
        fprintf(stderr, "allocation %lu failing, %s: results differ\n--- first\n%s--- now\n%s", n, ways[t->way],
                first->results, t->results);
        exit(1);
    }
}

/* A failed assertion ends the program: whoever reads of it wants to know where it was. */
static struct {
    const char *name;
    enum torture_way way;
    unsigned long n;
    bool running;
} now;

static void tell_where(void) {
    if (now.running)
        fprintf(stderr, "in scenario %s, way %s, allocation %lu\n", now.name, ways[now.way], now.n);
}

void torture_run(const struct scenario *scenario) {
    static bool registered;
    struct torture first;
    unsigned long runs = 1;
    if (!registered)
        MUST(atexit(tell_where) == 0);
    registered = now.running = true;
    now.name = scenario->name;
    now.way = TORTURE_COUNT;
    now.n = 0;
    run_once(&first, scenario, TORTURE_COUNT, 0);
    unsigned long count = first.book.calls;
    MUST(count > 0);
    for (now.n = 1; now.n <= count; now.n++) {
        for (now.way = TORTURE_ONCE; now.way <= TORTURE_TO_END; now.way++, runs++) {
            struct torture t;
            run_once(&t, scenario, now.way, now.n);
            compare(&first, &t, now.n);
            free(t.results);
        }
    }
    now.running = false;
    printf("%-28s %5lu allocations, %6lu runs\n", scenario->name, count, runs);
    fflush(stdout);
    free(first.results);
}
