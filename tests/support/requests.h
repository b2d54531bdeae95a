/* A file of requests, each after its length (uint32, little-endian), in memory. */
#ifndef TESTS_SUPPORT_REQUESTS_H
#define TESTS_SUPPORT_REQUESTS_H

#include <stskafka/types.h>

typedef struct requests {
    unsigned char *file;
    sts_bytes *items;
    size_t count;
} requests;

/* Reads the file; aborts when that fails. */
requests requests_read(const char *path);
void requests_free(requests *all);

#endif
