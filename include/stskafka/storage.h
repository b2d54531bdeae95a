/* SPDX-License-Identifier: Apache-2.0
 *
 * Looking at a queue on disk (the option sending_queue.storage) without an exporter. An exporter's own numbers of it
 * are in statistics.h. */
#ifndef STSKAFKA_STORAGE_H
#define STSKAFKA_STORAGE_H

#include <stskafka/error.h>
#include <stskafka/export.h>
#include <stskafka/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a store holds. */
enum {
    STS_STORAGE_RECORDS = 0,      /* records that have no outcome, as far as that was noted */
    STS_STORAGE_RECORD_BYTES = 1, /* bytes of their keys, values and headers */
    STS_STORAGE_FILE_BYTES = 2,   /* how large its files are */
    STS_STORAGE_SEGMENTS = 3,     /* how many there are */
    STS_STORAGE_OLDEST_MS = 4,    /* when the oldest of the records was stored, at most some thousand records too early;
                                   * ms since 1970, by the wall clock of then; 0: there is none */
    STS_STORAGE_DAMAGE = 5,       /* pieces that are torn or damaged; the last may be, while an exporter writes */
    STS_STORAGE_IN_USE = 6,       /* 1: an exporter has it just now */
    STS_STORAGE_VALUES = 7        /* how many values this header knows */
};

/* Reads through a store and counts; nothing in it is changed, and an exporter may use it meanwhile.
 *
 *   folder  not NULL; NUL-terminated
 *   values  not NULL; values_size elements
 *   error   NULL, or where to put the error object
 *
 * Returns  STS_OK; STS_ERR_STORAGE where the folder cannot be read, or is of a newer library; STS_ERR_NO_MEMORY,
 *          STS_ERR_SYSTEM, STS_ERR_INVALID_ARGUMENT.
 * Threads  any; also from a callback.
 * Since    1.0.0 */
STS_API sts_status sts_storage_inspect(const char *folder, int64_t *values, size_t values_size, sts_error **error);

#ifdef __cplusplus
}
#endif
#endif
