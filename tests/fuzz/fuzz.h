/* SPDX-License-Identifier: Apache-2.0
 *
 * What the fuzz targets share. A target is a file with one function, LLVMFuzzerTestOneInput, which holds a parser of
 * outside bytes to a property. libFuzzer calls it (./dev fuzz), and the tests fuzz.* over the files of its corpus
 * (replay.c): so what it does hangs on its input alone. What does not hold ends the process. */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stdbool.h>
#include <stdint.h>
#include <stskafka/stskafka.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the process with what does not hold, and why, printf-like, where `what` is false. */
#define HOLDS(what, ...)                                                                                               \
    do {                                                                                                               \
        if (!(what))                                                                                                   \
            fuzz_broken(__FILE__, __LINE__, #what, __VA_ARGS__);                                                       \
    } while (0)

void fuzz_broken(const char *file, int line, const char *what, const char *format, ...)
    __attribute__((noreturn, format(printf, 4, 5)));

/* The part of an input that is not taken yet. */
struct fuzz_input {
    const uint8_t *at;
    size_t left;
};

/* The next byte; 0 at the end. */
uint8_t fuzz_take_byte(struct fuzz_input *input);

/* The next line without its end; false at the end. */
bool fuzz_take_line(struct fuzz_input *input, sts_bytes *line);

/* All that is left. */
sts_bytes fuzz_take_rest(struct fuzz_input *input);

/* A copy with a NUL behind, for the caller to free; ends at the first NUL in it. */
char *fuzz_text(sts_bytes bytes);

/* Whether both are null, or the same bytes. */
bool fuzz_same(sts_bytes a, sts_bytes b);

/* Sets options, names and values by turns up to a NULL; each must be taken. */
void fuzz_set_options(sts_options *options, const char *const *pairs);

/* Makes an exporter, which must succeed, and frees the options. */
sts_exporter *fuzz_exporter(sts_options *options);

#endif
