/* SPDX-License-Identifier: Apache-2.0
 *
 * An allocator that keeps a book of its live blocks, and fails when it is told to. A block that is released twice, or
 * was never its own, ends the program; blocks move at each resize and are overwritten when they go, so that whoever
 * holds on to one reads nonsense. */
#ifndef TESTS_TORTURE_BOOK_H
#define TESTS_TORTURE_BOOK_H

#include <pthread.h>
#include <stdbool.h>

#include <stskafka/allocator.h>

struct book {
    pthread_mutex_t lock;
    pthread_cond_t released;
    void *live; /* a tree (tsearch) of what is below */
    size_t blocks, bytes;
    unsigned long calls;    /* allocations and resizes so far */
    unsigned long failures; /* of these */
    unsigned long fail_at;  /* the number of the call that fails; 0: none does */
    bool for_good;          /* and all after it */
};

void book_open(struct book *book);

/* Ends the program where a block is left. */
void book_close(struct book *book);

/* Waits until there are no more than so many live blocks, where threads that were left behind have some: they are told
 * of by book_close, if that was not enough. */
void book_await(struct book *book, size_t blocks, int timeout_s);

void book_fail_at(struct book *book, unsigned long call, bool for_good);
unsigned long book_failures(struct book *book);

/* The three functions, with a book as `user`. */
void *book_allocate(size_t size, void *user);
void *book_resize(void *block, size_t size, void *user);
void book_release(void *block, void *user);

#endif
