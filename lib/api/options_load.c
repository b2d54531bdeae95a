/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <stskafka/options.h>

#include "exporter/settings.h"

enum { MAX_FILE = 1 << 20 };

/* Appends all of an open file. STS_OK, STS_ERR_SYSTEM, STS_ERR_CONFIG, STS_ERR_NO_MEMORY. */
static sts_status read_all(int fd, const char *file, sts__text *text, sts__fault *fault) {
    char buffer[4096];
    ssize_t got = 1;
    while (got > 0 && text->size <= MAX_FILE) {
        do
            got = read(fd, buffer, sizeof buffer);
        while (got < 0 && errno == EINTR);
        if (got > 0)
            sts__text_append(text, buffer, (size_t)got);
        if (text->failed)
            return sts__fault_no_memory(fault);
    }
    if (got < 0)
        return sts__fault_set(fault, STS_ERR_SYSTEM, "%s: %s", file, strerror(errno));
    if (text->size > MAX_FILE)
        return sts__fault_set(fault, STS_ERR_CONFIG, "%s: it is larger than %d bytes, too large for a file of options",
                              file, MAX_FILE);
    return STS_OK;
}

static sts_status read_file(const char *file, sts__text *text, sts__fault *fault) {
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return sts__fault_set(fault, STS_ERR_SYSTEM, "%s: %s", file, strerror(errno));
    sts_status status = read_all(fd, file, text, fault);
    close(fd);
    return status;
}

static sts_status report(sts_options *options, sts_status status, sts__text *faults, sts_error **error) {
    if (status != STS_OK && faults->size)
        faults->data[--faults->size] = '\0'; /* the last line's end */
    if (status != STS_OK)
        sts__error_report_text(options->memory, error, status, sts__text_get(faults));
    sts__text_clear(faults);
    return status;
}

static sts_status null_argument(const sts_options *options, sts_error **error, const char *what) {
    return sts__error_report_text(options ? options->memory : sts__memory_default(), error, STS_ERR_INVALID_ARGUMENT,
                                  what);
}

sts_status sts_options_load_text(sts_options *options, const char *name, const char *text, size_t text_size,
                                 sts_error **error) {
    sts__text faults;
    if (!options || !name || (!text && text_size))
        return null_argument(options, error, "options, name and text must not be NULL");
    sts__text_init(&faults, options->memory);
    sts_status status = sts__settings_read(options, name, (sts_bytes){text, text_size}, &faults);
    return report(options, status, &faults, error);
}

sts_status sts_options_load(sts_options *options, const char *file, sts_error **error) {
    sts__text faults, text;
    sts__fault fault;
    if (!options || !file)
        return null_argument(options, error, "options and file must not be NULL");
    sts__text_init(&faults, options->memory);
    sts__text_init(&text, options->memory);
    sts_status status = read_file(file, &text, &fault);
    if (status == STS_OK)
        status = sts__settings_read(options, file, (sts_bytes){text.data, text.size}, &faults);
    else
        sts__faults_add(&faults, "%s", fault.text);
    sts__text_clear(&text); /* it may hold secrets, as what is set does */
    return report(options, status, &faults, error);
}
