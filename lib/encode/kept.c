/* SPDX-License-Identifier: Apache-2.0 */
#include "encode/kept.h"

#include <string.h>

#include "encode/encodings.h"
#include "intake/json.h"
#include "signal/single.h"

static sts_status wrong_count(sts__fault *fault) {
    return sts__fault_set(fault, STS_ERR_MALFORMED, "the message does not hold the records that were put into it");
}

/* --- requests --- */

static sts_status join_request(sts__encoder *encoder, const sts__item_place *places, size_t count, sts_bytes *value,
                               sts__fault *fault) {
    return sts__join_items(encoder, places, count, NULL, value, fault);
}

static sts_status take_request_apart(sts__encoder *encoder, sts_bytes value, sts__kept *kept, size_t count,
                                     sts__fault *fault) {
    sts__item_cursor cursor;
    sts__item item;
    size_t at = 0;
    sts__encoder_forget(encoder);
    sts__items_begin(&cursor, encoder->signal, value);
    for (; at < count && sts__items_next(&cursor, &item); at++) {
        sts_status status = sts__keep_otlp_proto(encoder, &item, &kept[at], fault);
        if (status != STS_OK)
            return status;
    }
    return at == count && !sts__items_next(&cursor, &item) ? STS_OK : wrong_count(fault);
}

const sts__keeping sts__keeping_otlp_proto = {true, sts__keep_otlp_proto, join_request, take_request_apart};

/* Whether it can be written at all, and how large it gets, is known when it was. */
static sts_status keep_otlp_json(sts__encoder *encoder, const sts__item *item, sts__kept *kept, sts__fault *fault) {
    sts_bytes value;
    sts_status status = sts__encode_otlp_json(encoder, item, &value, fault);
    if (status == STS_OK)
        status = sts__keep_otlp_proto(encoder, item, kept, fault);
    if (status == STS_OK)
        kept->alone = kept->more = value.size;
    return status;
}

static sts_status take_json_apart(sts__encoder *encoder, sts_bytes value, sts__kept *kept, size_t count,
                                  sts__fault *fault) {
    sts_bytes request;
    sts_status status = sts__intake_json(encoder->signal->request, value, encoder->item_arena, &request, fault);
    if (status == STS_OK)
        status = take_request_apart(encoder, request, kept, count, fault);
    /* The same share of the value as of the request, and what rounding takes. */
    for (size_t i = 0; status == STS_OK && i < count; i++)
        kept[i].alone = kept[i].more = (size_t)((uint64_t)value.size * kept[i].alone / request.size) + 1;
    return status;
}

const sts__keeping sts__keeping_otlp_json = {true, keep_otlp_json, sts__join_otlp_json, take_json_apart};

/* --- lines --- */

static void set_line(sts__kept *kept, sts_bytes line) {
    const sts_bytes none = {"", 0};
    *kept = (sts__kept){line, none, none, line.size + 1, line.size + 1};
}

static sts_status keep_line(sts__encoder *encoder, const sts__item *item, sts__kept *kept, sts__fault *fault) {
    sts_bytes line;
    sts_status status = sts__encode(encoder, item, &line, fault);
    if (status == STS_OK)
        set_line(kept, line);
    return status;
}

static sts_status join_lines(sts__encoder *encoder, const sts__item_place *places, size_t count, sts_bytes *value,
                             sts__fault *fault) {
    size_t size = count - 1;
    for (size_t i = 0; i < count; i++)
        size += places[i].bytes.size;
    char *at = sts__encoder_value(encoder, size);
    if (!at)
        return sts__fault_no_memory(fault);
    *value = (sts_bytes){at, size};
    for (size_t i = 0; i < count; i++) {
        memcpy(at, places[i].bytes.data, places[i].bytes.size);
        at += places[i].bytes.size;
        if (i + 1 < count)
            *at++ = '\n';
    }
    return STS_OK;
}

/* JSON has no line feeds in it but as \n. */
static sts_status take_lines_apart(sts__encoder *encoder, sts_bytes value, sts__kept *kept, size_t count,
                                   sts__fault *fault) {
    const char *at = value.data;
    const char *end = at + value.size;
    (void)encoder;
    for (size_t i = 0; i < count; i++) {
        const char *feed = at <= end ? memchr(at, '\n', (size_t)(end - at)) : NULL;
        if (at > end || (i + 1 < count) != (feed != NULL))
            return wrong_count(fault);
        const char *behind = feed ? feed : end;
        set_line(&kept[i], (sts_bytes){at, (size_t)(behind - at)});
        at = behind + 1;
    }
    return STS_OK;
}

const sts__keeping sts__keeping_lines = {false, keep_line, join_lines, take_lines_apart};
