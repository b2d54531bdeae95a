/* SPDX-License-Identifier: Apache-2.0 */
#include "torture/book.h"

#include <search.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "support/must.h"

struct book_line {
    void *block;
    size_t size;
};

static int compare(const void *a, const void *b) {
    uintptr_t left = (uintptr_t)((const struct book_line *)a)->block;
    uintptr_t right = (uintptr_t)((const struct book_line *)b)->block;
    return (left > right) - (left < right);
}

void book_open(struct book *book) {
    *book = (struct book){.live = NULL};
    MUST(pthread_mutex_init(&book->lock, NULL) == 0 && pthread_cond_init(&book->released, NULL) == 0);
}

void book_close(struct book *book) {
    if (book->blocks)
        fprintf(stderr, "leaked: %zu blocks, %zu bytes\n", book->blocks, book->bytes);
    MUST(book->blocks == 0 && book->bytes == 0);
    pthread_cond_destroy(&book->released);
    pthread_mutex_destroy(&book->lock);
}

void book_fail_at(struct book *book, unsigned long call, bool for_good) {
    pthread_mutex_lock(&book->lock);
    book->fail_at = call;
    book->for_good = for_good;
    pthread_mutex_unlock(&book->lock);
}

unsigned long book_failures(struct book *book) {
    pthread_mutex_lock(&book->lock);
    unsigned long failures = book->failures;
    pthread_mutex_unlock(&book->lock);
    return failures;
}

void book_await(struct book *book, size_t blocks, int timeout_s) {
    struct timespec until;
    bool in_time = true;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += timeout_s;
    pthread_mutex_lock(&book->lock);
    while (book->blocks > blocks && in_time)
        in_time = pthread_cond_timedwait(&book->released, &book->lock, &until) == 0;
    pthread_mutex_unlock(&book->lock);
}

static bool fails(struct book *book) {
    book->calls++;
    bool failed = book->fail_at && (book->for_good ? book->calls >= book->fail_at : book->calls == book->fail_at);
    book->failures += failed;
    return failed;
}

static struct book_line *find(struct book *book, void *block) {
    struct book_line wanted = {block, 0};
    struct book_line **found = tfind(&wanted, &book->live, compare);
    MUST(found); /* a block of somebody else's, or one that was released before */
    return *found;
}

static void *enter(struct book *book, size_t size) {
    struct book_line *line = malloc(sizeof *line);
    MUST(line);
    line->block = malloc(size);
    line->size = size;
    MUST(line->block && tsearch(line, &book->live, compare));
    memset(line->block, 0xa5, size);
    book->blocks++;
    book->bytes += size;
    return line->block;
}

static void strike(struct book *book, void *block) {
    struct book_line *line = find(book, block);
    tdelete(line, &book->live, compare);
    book->blocks--;
    book->bytes -= line->size;
    memset(block, 0xdd, line->size);
    free(block);
    free(line);
}

void *book_allocate(size_t size, void *user) {
    struct book *book = user;
    MUST(size > 0);
    pthread_mutex_lock(&book->lock);
    void *block = fails(book) ? NULL : enter(book, size);
    pthread_mutex_unlock(&book->lock);
    return block;
}

void *book_resize(void *block, size_t size, void *user) {
    struct book *book = user;
    if (!block)
        return book_allocate(size, user);
    MUST(size > 0);
    pthread_mutex_lock(&book->lock);
    size_t old_size = find(book, block)->size;
    void *moved = fails(book) ? NULL : enter(book, size);
    if (moved) {
        memcpy(moved, block, old_size < size ? old_size : size);
        strike(book, block);
    }
    pthread_mutex_unlock(&book->lock);
    return moved;
}

void book_release(void *block, void *user) {
    struct book *book = user;
    MUST(block);
    pthread_mutex_lock(&book->lock);
    strike(book, block);
    pthread_cond_broadcast(&book->released);
    pthread_mutex_unlock(&book->lock);
}
