/* SPDX-License-Identifier: Apache-2.0
 *
 * A request for each NUMBERED_AT_ONCE keys is made once; afterwards only the numbers in it are written anew, which
 * costs next to nothing beside the export. */
#include "bench/numbered.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/program.h"

enum { REQUESTS = NUMBERED_KEYS / NUMBERED_AT_ONCE, DIGITS = 12 };

typedef struct request {
    unsigned char *data;
    size_t size;
    unsigned char *numbers[NUMBERED_AT_ONCE]; /* where they stand */
} request;

struct numbered {
    request requests[REQUESTS];
    uint64_t next; /* record */
};

static void write_digits(unsigned char *to, uint64_t number) {
    for (int i = DIGITS; i-- > 0; number /= 10)
        to[i] = (unsigned char)('0' + number % 10);
}

/* Text that does not compress, behind a number. */
static void write_body(unsigned char *body, uint64_t number) {
    write_digits(body, number);
    for (int at = DIGITS; at < NUMBERED_BODY; at++)
        body[at] = (unsigned char)"abcdefghijklmnop"[rand() % 16];
}

static void keep(request *one, sts_bytes bytes) {
    one->data = malloc(bytes.size);
    one->size = bytes.size;
    if (!one->data)
        stop("request", "no memory");
    memcpy(one->data, bytes.data, bytes.size);
}

/* The bodies are found by the numbers that they were made with. */
static void find_numbers(request *one, uint64_t first) {
    unsigned char digits[DIGITS];
    for (int i = 0; i < NUMBERED_AT_ONCE; i++) {
        write_digits(digits, first + (uint64_t)i);
        one->numbers[i] = memmem(one->data, one->size, digits, sizeof digits);
        if (!one->numbers[i])
            stop("request", "a body is not in it");
    }
}

static void make_request(request *one, uint64_t first) {
    sts_logs *logs = sts_logs_new();
    sts_error *error = NULL;
    sts_bytes bytes;
    if (!logs || sts_logs_add_resource(logs, &error) != STS_OK)
        stop("request", sts_error_text(error));
    for (uint64_t number = first; number < first + NUMBERED_AT_ONCE; number++) {
        unsigned char body[NUMBERED_BODY];
        char key[32];
        write_body(body, number);
        snprintf(key, sizeof key, "key-of-a-record-%03u", (unsigned)(number % NUMBERED_KEYS));
        add_record(logs, key, body, sizeof body);
    }
    if (sts_logs_bytes(logs, &bytes, &error) != STS_OK)
        stop("request", sts_error_text(error));
    keep(one, bytes);
    find_numbers(one, first);
    sts_logs_free(logs);
}

numbered *numbered_new(void) {
    numbered *all = calloc(1, sizeof *all);
    if (!all)
        stop("requests", "no memory");
    for (int i = 0; i < REQUESTS; i++)
        make_request(&all->requests[i], (uint64_t)i * NUMBERED_AT_ONCE);
    return all;
}

sts_bytes numbered_next(numbered *all) {
    request *one = &all->requests[all->next / NUMBERED_AT_ONCE % REQUESTS];
    for (int i = 0; i < NUMBERED_AT_ONCE; i++)
        write_digits(one->numbers[i], all->next++);
    return (sts_bytes){one->data, one->size};
}

void numbered_free(numbered *all) {
    for (int i = 0; i < REQUESTS; i++)
        free(all->requests[i].data);
    free(all);
}
