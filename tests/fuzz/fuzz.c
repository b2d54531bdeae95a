/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz/fuzz.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void fuzz_broken(const char *file, int line, const char *what, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, what);
    vfprintf(stderr, format, arguments);
    fprintf(stderr, "\n");
    va_end(arguments);
    abort();
}

uint8_t fuzz_take_byte(struct fuzz_input *input) {
    if (!input->left)
        return 0;
    input->left--;
    return *input->at++;
}

bool fuzz_take_line(struct fuzz_input *input, sts_bytes *line) {
    if (!input->left)
        return false;
    const uint8_t *end = memchr(input->at, '\n', input->left);
    size_t size = end ? (size_t)(end - input->at) : input->left;
    *line = (sts_bytes){input->at, size};
    input->at += size + (end != NULL);
    input->left -= size + (end != NULL);
    return true;
}

sts_bytes fuzz_take_rest(struct fuzz_input *input) {
    sts_bytes rest = {input->at, input->left};
    input->left = 0;
    return rest;
}

char *fuzz_text(sts_bytes bytes) {
    char *text = malloc(bytes.size + 1);
    HOLDS(text, "out of memory");
    if (bytes.size)
        memcpy(text, bytes.data, bytes.size);
    text[bytes.size] = '\0';
    return text;
}

bool fuzz_same(sts_bytes a, sts_bytes b) {
    return !a.data == !b.data && a.size == b.size && (!a.size || memcmp(a.data, b.data, a.size) == 0);
}

void fuzz_set_options(sts_options *options, const char *const *pairs) {
    for (; *pairs; pairs += 2) {
        sts_error *error = NULL;
        sts_status status = sts_options_set(options, pairs[0], pairs[1], &error);
        HOLDS(status == STS_OK, "%s=%s: %s", pairs[0], pairs[1], sts_error_text(error));
    }
}

sts_exporter *fuzz_exporter(sts_options *options) {
    sts_exporter *exporter = NULL;
    sts_error *error = NULL;
    sts_status status = sts_exporter_new(&exporter, options, &error);
    HOLDS(status == STS_OK, "%s", sts_error_text(error));
    sts_options_free(options);
    return exporter;
}
