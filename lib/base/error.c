/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/status.h"
#include "base/visible.h"

/* Out of memory is told without allocating. */
static char no_memory_text[] = "out of memory";
static sts_error no_memory = {NULL, STS_ERR_NO_MEMORY, 0, -1, no_memory_text};

/* A text that was cut may end inside a character. */
static void cut_last_character(char *text) {
    size_t size = strlen(text);
    while (size && ((unsigned char)text[size - 1] & 0xc0) == 0x80)
        size--;
    if (size && (unsigned char)text[size - 1] >= 0xc0)
        text[size - 1] = '\0';
}

static void fill(sts__fault *fault, sts_status code, int64_t offset, const char *format, va_list arguments) {
    fault->code = code;
    fault->transport_code = 0;
    fault->offset = offset;
    char text[sizeof fault->text];
    int size = vsnprintf(text, sizeof text, format, arguments);
    if (size >= (int)sizeof text)
        cut_last_character(text);
    /* Names and values are quoted as the host gave them; a spec is shown in a line of its own. */
    sts__visible_write_lines(text, fault->text, sizeof fault->text);
}

sts_status sts__fault_set(sts__fault *fault, sts_status code, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fill(fault, code, -1, format, arguments);
    va_end(arguments);
    return code;
}

sts_status sts__fault_set_at(sts__fault *fault, sts_status code, int64_t offset, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fill(fault, code, offset, format, arguments);
    va_end(arguments);
    return code;
}

void sts__faults_add(sts__text *faults, const char *format, ...) {
    sts__fault fault;
    va_list arguments;
    va_start(arguments, format);
    fill(&fault, STS_ERR_CONFIG, -1, format, arguments);
    va_end(arguments);
    sts__text_append(faults, fault.text, strlen(fault.text));
    sts__text_append(faults, "\n", 1);
}

sts_status sts__fault_no_memory(sts__fault *fault) {
    return sts__fault_set(fault, STS_ERR_NO_MEMORY, "%s", no_memory_text);
}

void sts__fault_clear(sts__fault *fault) {
    fault->code = STS_OK;
    fault->transport_code = 0;
    fault->offset = -1;
    fault->text[0] = '\0';
}

sts_status sts__fault_finish(sts__fault *fault, sts_status code) {
    fault->code = code;
    if (!fault->text[0])
        snprintf(fault->text, sizeof fault->text, "%s",
                 sts__status_find(code) ? sts__status_find(code)->text : "an unknown code");
    return code;
}

static sts_error *new_error(const sts__memory *memory, sts_status code, const char *text) {
    if (code == STS_ERR_NO_MEMORY)
        return &no_memory;
    size_t size = strlen(text);
    sts_error *error = sts__memory_new(memory, sizeof *error + size + 1);
    if (!error)
        return &no_memory;
    error->memory = memory;
    error->code = code;
    error->offset = -1;
    error->text = (char *)(error + 1);
    memcpy(error->text, text, size + 1);
    return error;
}

/* The one place where an error object gets to the host. An error that is there already is kept: it is the first cause,
 * and the host may not have looked yet. */
static sts_error *put(const sts__memory *memory, sts_error **error, sts_status code, const char *text) {
    if (!error || *error || code == STS_OK)
        return NULL;
    return *error = new_error(memory, code, text);
}

sts_status sts__error_report(const sts__memory *memory, sts_error **error, const sts__fault *fault) {
    sts_error *made = put(memory, error, fault->code, fault->text);
    if (made && made->memory) {
        made->transport_code = fault->transport_code;
        made->offset = fault->offset;
    }
    return fault->code;
}

sts_status sts__error_report_text(const sts__memory *memory, sts_error **error, sts_status code, const char *text) {
    put(memory, error, code, text);
    return code;
}
