/* SPDX-License-Identifier: Apache-2.0
 *
 * Requests from files. Memory grows with what was really read: a length that is nonsense costs nothing. */
#include "input.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <stskafka/error.h>

#include "console.h"
#include "elements.h"
#include "exit_status.h"
#include "input_guess.h"
#include "interrupt.h"
#include "json_rest.h"
#include "key_value.h"
#include "memory.h"
#include "noun.h"

static const uint64_t size_limit = INT32_MAX; /* what the library takes; STS_ERR_REQUEST_SIZE beyond */

void input_init(struct input *input, const struct file_list *files, const struct input_format *format) {
    static const struct file_list none = {NULL, 0};
    memset(input, 0, sizeof *input);
    input->files = format->value ? &none : files;
    input->format = format->format;
    input->signal = format->signal ? format->signal : STS_SIGNAL_LOGS;
    input->framing = format->framing;
    input->key = format->key;
    input->value = format->value;
    if (format->format == FORMAT_TOPOLOGY)
        input->topology = need(sts_topology_new());
    if (format->format == FORMAT_KEY_VALUE)
        input->logs = need(sts_logs_new());
}

void input_clear(struct input *input) {
    if (input->stream)
        file_close(input->stream);
    free(input->buffer);
    free(input->starts);
    sts_topology_free(input->topology);
    sts_logs_free(input->logs);
}

static bool open_next(struct input *input) {
    while (!input->stream && input->next_file < input->files->count) {
        input->starts = need_room(input->starts, input->next_file, sizeof *input->starts);
        input->starts[input->next_file] = input->count;
        input->stream = file_open(input->files->at[input->next_file++]);
        input->position = 0;
        input->line = 0;
        if (!input->stream)
            input->faults |= FAULT_USAGE;
    }
    return input->stream != NULL;
}

static void close_current(struct input *input) {
    file_close(input->stream);
    input->stream = NULL;
}

static void set_fault(struct input_request *request, sts_status code, int64_t offset, const char *text) {
    request->fault = code;
    request->offset = offset;
    snprintf(request->text, sizeof request->text, "%s", text);
}

static uint64_t min64(uint64_t a, uint64_t b) {
    return a < b ? a : b;
}

static void advance(struct input *input, uint64_t size) {
    input->position += size;
    input->read_bytes += size;
}

/* Makes room in the buffer for more than `used` bytes. */
static void make_room(struct input *input, size_t used) {
    if (used < input->capacity)
        return;
    input->capacity = input->capacity ? 2 * input->capacity : 65536;
    input->buffer = need_realloc(input->buffer, input->capacity);
}

/* Reads up to `limit` bytes into the buffer and returns how many there were. */
static size_t read_up_to(struct input *input, uint64_t limit) {
    size_t used = 0;
    while (used < limit) {
        make_room(input, used);
        size_t size = fread(input->buffer + used, 1, min64(limit, input->capacity) - used, input->stream);
        if (size == 0)
            break;
        used += size;
    }
    advance(input, used);
    return used;
}

/* Reads past `size` bytes without keeping them; returns how many there were. */
static uint64_t skip(struct input *input, uint64_t size) {
    unsigned char waste[16384];
    uint64_t skipped = 0;
    while (skipped < size) {
        size_t got = fread(waste, 1, min64(size - skipped, sizeof waste), input->stream);
        if (got == 0)
            break;
        skipped += got;
    }
    advance(input, skipped);
    return skipped;
}

static void read_error(struct input_request *request, int64_t offset) {
    char text[sizeof request->text];
    snprintf(text, sizeof text, "the file could not be read on: %s", strerror(errno));
    set_fault(request, STS_ERR_SYSTEM, offset, text);
}

static void read_whole(struct input *input, struct input_request *request) {
    request->size = read_up_to(input, size_limit + 1);
    request->data = input->buffer;
    if (ferror(input->stream))
        read_error(request, (int64_t)request->size);
    else if (request->size > size_limit)
        set_fault(request, STS_ERR_REQUEST_SIZE, -1, "the file is larger than a request can be (2 GiB - 1)");
    close_current(input);
}

static void read_frame(struct input *input, struct input_request *request, uint64_t length) {
    bool is_too_large = length > size_limit;
    uint64_t start = input->position;
    request->size = read_up_to(input, is_too_large ? GUESSED_BY : length);
    uint64_t got = request->size + (is_too_large ? skip(input, length - request->size) : 0);
    char text[sizeof request->text];
    if (ferror(input->stream)) {
        read_error(request, (int64_t)got);
    } else if (got < length) {
        snprintf(text, sizeof text,
                 "the file ends %" PRIu64 " %s into a request of %" PRIu64 " that begins at byte %" PRIu64 " of it",
                 got, noun(got, "byte", "bytes"), length, start);
        set_fault(request, STS_ERR_MALFORMED, (int64_t)got, text);
    } else if (is_too_large) {
        snprintf(text, sizeof text,
                 "the length %" PRIu64 " before byte %" PRIu64 " is more than a request can have (2 GiB - 1)", length,
                 start);
        set_fault(request, STS_ERR_REQUEST_SIZE, -1, text);
    }
    request->data = input->buffer;
    if (got < length)
        close_current(input);
}

uint32_t input_length(const unsigned char *prefix, enum framing framing) {
    uint32_t length = 0;
    for (size_t i = 0; i < PREFIX_SIZE; i++)
        length = length << 8 | prefix[framing == FRAMING_LENGTH_PREFIXED_BE ? i : PREFIX_SIZE - 1 - i];
    return length;
}

/* False at the end of the file. */
static bool read_length_prefixed(struct input *input, struct input_request *request) {
    size_t size = fread(request->prefix, 1, PREFIX_SIZE, input->stream);
    uint64_t start = input->position;
    advance(input, size);
    if (size == PREFIX_SIZE) {
        read_frame(input, request, input_length(request->prefix, input->framing));
        return true;
    }
    bool is_end = size == 0 && !ferror(input->stream);
    if (ferror(input->stream)) {
        read_error(request, 0);
    } else if (!is_end) {
        char text[sizeof request->text];
        snprintf(text, sizeof text, "the file ends %zu %s into the length (4 bytes) at byte %" PRIu64, size,
                 noun(size, "byte", "bytes"), start);
        set_fault(request, STS_ERR_MALFORMED, 0, text);
    }
    close_current(input);
    return !is_end;
}

/* Of a line that is too long the end is only looked for. False at the end of the file. */
static bool read_line(struct input *input, struct input_request *request) {
    uint64_t size = 0;
    int c = 0;
    make_room(input, 0);
    while ((c = getc_unlocked(input->stream)) != EOF && c != '\n') {
        if (size < size_limit) {
            make_room(input, size);
            input->buffer[size] = (unsigned char)c;
        }
        size++;
    }
    bool is_end = c == EOF;
    if (is_end && size == 0 && !ferror(input->stream)) {
        close_current(input);
        return false;
    }
    advance(input, size + !is_end);
    request->line = ++input->line;
    request->size = min64(size, size_limit);
    request->data = input->buffer;
    if (ferror(input->stream))
        read_error(request, (int64_t)request->size);
    else if (size > size_limit)
        set_fault(request, STS_ERR_REQUEST_SIZE, -1, "the line is larger than a request can be (2 GiB - 1)");
    if (is_end)
        close_current(input);
    return true;
}

/* False at the end of the file. */
static bool read_request(struct input *input, struct input_request *request) {
    switch (input->framing) {
    case FRAMING_WHOLE:
        read_whole(input, request);
        return true;
    case FRAMING_LINES:
        return read_line(input, request);
    default:
        return read_length_prefixed(input, request);
    }
}

static void read_elements(struct input *input, struct input_request *request) {
    struct element_fault fault;
    request->topology = input->topology;
    sts_topology_reset(input->topology);
    if (elements_read(input->topology, (const char *)request->data, request->size, &fault))
        return;
    char text[sizeof request->text];
    snprintf(text, sizeof text, "line %" PRIu64 ": %s", fault.line, sts_error_text(fault.error));
    set_fault(request, sts_error_code(fault.error), (int64_t)fault.offset, text);
    sts_error_free(fault.error);
}

/* A line, or what was read or given as a value, becomes a request. */
static void read_key_value(struct input *input, struct input_request *request) {
    sts_bytes made = {NULL, 0}, key = {NULL, 0},
              value = {request->data ? (const char *)request->data : "", request->size};
    sts_error *error = NULL;
    if (input->key) {
        bool is_null = strcmp(input->key, "-") == 0;
        key = (sts_bytes){is_null ? NULL : input->key, is_null ? 0 : strlen(input->key)};
    } else if (!key_value_split(value.data, value.size, &key, &value)) {
        set_fault(request, STS_ERR_MALFORMED, -1, "there is no tab between a key and a value; - alone is null");
        return;
    }
    if (key_value_make(input->logs, key, value, &made, &error) != STS_OK)
        set_fault(request, sts_error_code(error), -1, sts_error_text(error));
    sts_error_free(error);
    request->data = made.data;
    request->size = made.size;
}

/* The one value that was given as an argument; false: it was read already. */
static bool take_value(struct input *input, struct input_request *request) {
    if (!input->value)
        return false;
    *request =
        (struct input_request){.format = FORMAT_OTLP, .signal = STS_SIGNAL_LOGS, .file = "--value", .offset = -1};
    request->data = (const unsigned char *)input->value;
    request->size = strlen(input->value);
    input->value = NULL;
    read_key_value(input, request);
    input->count++;
    return true;
}

bool input_next(struct input *input, struct input_request *request) {
    if (take_value(input, request))
        return true;
    while (open_next(input)) {
        request->fault = STS_OK;
        request->data = NULL;
        request->size = 0;
        memset(request->prefix, 0, PREFIX_SIZE);
        request->topology = NULL;
        request->line = 0;
        request->format = input->logs ? FORMAT_OTLP : input->format;
        request->number = input->count;
        request->signal = input->signal;
        request->framing = input->framing;
        request->begins_file = input->position == 0;
        request->file = file_name(input->files->at[input->next_file - 1]);
        if (!read_request(input, request) && !interrupt_signal())
            continue;
        if (interrupt_signal())
            return false; /* which may have cut the request short */
        if (input->topology && request->fault == STS_OK)
            read_elements(input, request);
        if (input->logs && request->fault == STS_OK)
            read_key_value(input, request);
        input->count++;
        return true;
    }
    return false;
}

const char *input_file_of(const struct input *input, uint64_t number) {
    size_t i = input->next_file;
    while (i > 1 && input->starts[i - 1] > number)
        i--;
    return i ? file_name(input->files->at[i - 1]) : "";
}

void input_unread(const struct input_request *request) {
    if (request->format != FORMAT_OTLP_JSON)
        return;
    size_t rest = json_rest(request->data, request->size);
    if (rest == request->size)
        return;
    say("%s: request %" PRIu64 ": it ends before byte %zu; what follows was not read%s", request->file, request->number,
        rest, request->line ? "" : " (--framing lines takes each line for a request)");
}

unsigned input_fault(const struct input_request *request, sts_status code, const char *text, int64_t offset) {
    static const char first_line[] = "line 1, "; /* of a request that is a line itself */
    char place[40] = "";
    if (request->line)
        snprintf(place, sizeof place, ", line %" PRIu64, request->line);
    else if (offset >= 0)
        snprintf(place, sizeof place, ", byte %" PRId64, offset);
    if (request->line && strncmp(text, first_line, sizeof first_line - 1) == 0)
        text += sizeof first_line - 1;
    say("%s: request %" PRIu64 "%s: %s: %s", request->file, request->number, place, sts_status_name(code), text);
    unsigned fault = request->fault ? FAULT_INPUT : fault_of(code);
    const char *guess = fault == FAULT_INPUT ? input_guess(request) : NULL;
    if (guess)
        say("%s: %s", request->file, guess);
    return fault;
}
