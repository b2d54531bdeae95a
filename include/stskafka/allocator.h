/* SPDX-License-Identifier: Apache-2.0
 *
 * Where the library's memory comes from: malloc, or an allocator of the host's.
 *
 * Each function that makes an object of its own has a sister *_new_with, which takes an allocator: what the object
 * needs then comes from there, and so does what is made by means of it - an exporter has the allocator of its options,
 * an error object that of the object that the call was about, a text that of the exporter. Two hosts in one process can
 * have an allocator each; nothing is set for the process as a whole.
 *
 * These do not come from the allocator: librdkafka's memory (it uses malloc, and aborts the process when there is
 * none); threads' stacks; what the C library takes for itself; error objects of calls whose handle is NULL, or was made
 * by the parent before fork(); about 200 bytes for each Kafka producer, which its threads may need for longer than the
 * exporter lives.
 *
 * If sts_exporter_free has to leave a Kafka producer behind in a name look-up, to keep its deadline, the blocks that
 * the producer refers to are never released: its threads may still read them. So an allocator for exporters to Kafka
 * must not reclaim blocks that were not released, as a pool that is torn down would. It is not called any more. */
#ifndef STSKAFKA_ALLOCATOR_H
#define STSKAFKA_ALLOCATOR_H

#include <stskafka/export.h>
#include <stskafka/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A host's malloc: returns a block of `size` bytes (1 or more), aligned as malloc's, or NULL when there is none.
 *
 * `user` is what sts_allocator_new was given. The three functions are called in every thread that calls the library,
 * and in the exporter's own, in several at once, and while the library holds locks. They must not call the library, nor
 * leave by longjmp or an exception. */
typedef void *(*sts_malloc_function)(size_t size, void *user);

/* A host's realloc: `block` is NULL (then as sts_malloc_function) or one of its blocks. Returns a block with the old
 * bytes, and the old one is gone; or NULL, and the old one stays as it is. */
typedef void *(*sts_realloc_function)(void *block, size_t size, void *user);

/* A host's free; `block` is not NULL. */
typedef void (*sts_free_function)(void *block, void *user);

/* An allocator made of three functions; what it needs itself comes from the first.
 *
 *   allocate, resize, release  not NULL
 *   user                       handed on to them; may be NULL
 *
 * Returns  the allocator, for the caller to free with sts_allocator_free; NULL when out of memory, or where a function
 *          is missing.
 * Threads  any; also from a callback.
 * Since    1.0.0 */
STS_API sts_allocator *sts_allocator_new(sts_malloc_function allocate, sts_realloc_function resize,
                                         sts_free_function release, void *user);

/* Frees an allocator; NULL is allowed. Everything that was made with it is freed before it: options, exporters,
 * requests, error objects, texts, ...
 *
 * Threads  any, when nothing made with it is left; also from a callback.
 * Since    1.0.0 */
STS_API void sts_allocator_free(sts_allocator *allocator);

#ifdef __cplusplus
}
#endif
#endif
