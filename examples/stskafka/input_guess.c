/* SPDX-License-Identifier: Apache-2.0
 *
 * What input is that is not what it was said to be: compressed, JSON, or framed in another way. */
#include "input_guess.h"

#include <string.h>

/* How much of a file tells whether it is text. */
enum { LOOKED_AT = 512 };

/* What is known of the file from the request on: the length before it, if there is one, and its data. */
struct view {
    const struct input_request *request;
    size_t prefix_size;
    size_t size;
};

static unsigned char byte_at(const struct view *view, size_t at) {
    return at < view->prefix_size ? view->request->prefix[at] : view->request->data[at - view->prefix_size];
}

static bool begins_with(const struct view *view, const char *magic, size_t magic_size) {
    for (size_t i = 0; i < magic_size; i++) {
        if (i >= view->size || byte_at(view, i) != (unsigned char)magic[i])
            return false;
    }
    return true;
}

static bool is_json(const struct view *view) {
    size_t at = 0;
    while (at < view->size && strchr(" \t\r\n", byte_at(view, at)) && byte_at(view, at))
        at++;
    return at < view->size && (byte_at(view, at) == '{' || byte_at(view, at) == '[');
}

/* Requests, each after its length, to the end; or as far as is known, if one of them at least begins as OTLP does. */
static bool is_framed(const struct view *view, enum framing framing) {
    size_t at = 0;
    bool begins_as_otlp = false;
    while (view->size - at >= PREFIX_SIZE) {
        unsigned char prefix[PREFIX_SIZE];
        for (size_t i = 0; i < PREFIX_SIZE; i++)
            prefix[i] = byte_at(view, at + i);
        uint32_t length = input_length(prefix, framing);
        if (length > view->size - at - PREFIX_SIZE)
            return begins_as_otlp && view->request->size == GUESSED_BY; /* the rest was not kept */
        at += PREFIX_SIZE;
        begins_as_otlp |= length && byte_at(view, at) == 0x0a;
        at += length;
    }
    return at == view->size && begins_as_otlp;
}

/* Nothing but the field 1 of a request, whole ones, to the end. */
static bool is_one_request(const struct view *view) {
    size_t at = 0;
    while (at < view->size && byte_at(view, at) == 0x0a) {
        uint64_t length = 0;
        unsigned shift = 0;
        do {
            if (++at >= view->size || shift > 28)
                return false;
            length |= (uint64_t)(byte_at(view, at) & 0x7f) << shift;
            shift += 7;
        } while (byte_at(view, at) & 0x80);
        at++;
        if (length > view->size - at)
            return false;
        at += length;
    }
    return at == view->size && at > 0;
}

static const char *guess_compression(const struct view *view) {
    if (begins_with(view, "\x1f\x8b", 2))
        return "it looks like gzip: pipe it through gunzip -c into standard input";
    if (begins_with(view, "\x28\xb5\x2f\xfd", 4))
        return "it looks like zstd: pipe it through zstd -dc into standard input; but the collector's file "
               "exporter with compression: zstd compresses each request by itself: leave compression out there";
    return NULL;
}

static bool is_length_prefixed(enum framing framing) {
    return framing == FRAMING_LENGTH_PREFIXED || framing == FRAMING_LENGTH_PREFIXED_BE;
}

static const char *guess_framing(const struct view *view) {
    enum framing said = view->request->framing;
    if (said != FRAMING_LENGTH_PREFIXED && is_framed(view, FRAMING_LENGTH_PREFIXED))
        return "it looks like --framing length-prefixed";
    if (said != FRAMING_LENGTH_PREFIXED_BE && is_framed(view, FRAMING_LENGTH_PREFIXED_BE))
        return "it looks like --framing length-prefixed-be, as the collector's file exporter writes it";
    if (said != FRAMING_WHOLE && is_one_request(view))
        return "it looks like --framing whole: one request, without a length in front";
    return NULL;
}

/* A line that JSON goes on after. */
static bool is_cut_line(const struct view *view) {
    size_t size = view->size;
    while (size && strchr(" \t\r", byte_at(view, size - 1)) && byte_at(view, size - 1))
        size--;
    return size && strchr("{[,", byte_at(view, size - 1)) && byte_at(view, size - 1);
}

/* Of what should be OTLP JSON. */
static const char *guess_no_json(const struct view *file, const struct view *data) {
    if (is_one_request(data) || is_framed(file, FRAMING_LENGTH_PREFIXED) || is_framed(file, FRAMING_LENGTH_PREFIXED_BE))
        return "it looks like OTLP in protobuf, which is --format otlp";
    if (file->request->framing == FRAMING_LINES && is_json(file) && is_cut_line(file))
        return "it looks like --framing whole: one request on several lines";
    if (is_length_prefixed(file->request->framing) && is_json(file))
        return "it looks as if there were no length in front of each request: --framing whole, or lines";
    return NULL;
}

/* Lines that people can read. */
static bool is_text(const struct view *view) {
    size_t size = view->size < LOOKED_AT ? view->size : LOOKED_AT;
    for (size_t i = 0; i < size; i++) {
        unsigned char c = byte_at(view, i);
        if ((c < ' ' && !strchr("\t\n\r", c)) || c == 0 || c == 0x7f)
            return false;
    }
    return size > 0;
}

/* Of what should be OTLP in protobuf, and is not a broken request either: those begin with the tag of their field 1. */
static const char *guess_neither(const struct view *file, const struct view *data) {
    if (is_text(file))
        return "this is text, and neither OTLP in protobuf nor in JSON: lines KEY TAB VALUE are sent with --format "
               "key-value, a "
               "value of one key with --key";
    if (data->size && byte_at(data, 0) != 0x0a)
        return "this is no OTLP in protobuf: a request begins with the byte 0x0a";
    return NULL;
}

const char *input_guess(const struct input_request *request) {
    struct view data = {request, 0, request->data ? request->size : 0};
    struct view file = data;
    if (is_length_prefixed(request->framing)) {
        file.prefix_size = PREFIX_SIZE;
        file.size += PREFIX_SIZE;
    }
    const char *guess = guess_compression(&data); /* each request by itself */
    if (guess || !request->begins_file)
        return guess;
    guess = guess_compression(&file);
    if (!guess && request->topology)
        return NULL;
    if (!guess && request->format == FORMAT_OTLP_JSON)
        return guess_no_json(&file, &data);
    if (!guess && is_json(&file))
        return "it looks like JSON, and --format otlp is protobuf: OTLP JSON is --format otlp-json (where each line is "
               "a "
               "request, with --framing lines); topology elements as JSON Lines are --format topology";
    if (!guess)
        guess = guess_framing(&file);
    return guess ? guess : guess_neither(&file, &data);
}
