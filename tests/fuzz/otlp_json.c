/* SPDX-License-Identifier: Apache-2.0
 *
 * A byte that picks a signal, then OTLP JSON. What is taken passes the check of the schema, its depth too, and is not
 * larger than it may be; and with white space wherever it may stand, where nothing is taken in one go, it becomes the
 * same bytes. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "fuzz/fuzz.h"
#include "intake/json.h"
#include "schema/check.h"

static const sts__schema_message *const requests[] = {&sts__schema_logs_request, &sts__schema_traces_request,
                                                      &sts__schema_metrics_request};

/* The text with a space before and behind everything that is not in a string. */
static void write_spaced(sts__text *spaced, sts_bytes text) {
    const char *at = text.data;
    const char *end = at + text.size;
    bool in_string = false;
    for (; at < end; at++) {
        bool mark = !in_string && memchr("{}[]:,\"", *at, 7);
        bool begins = mark && *at == '"';
        if (mark)
            sts__text_append(spaced, "\n", 1);
        sts__text_append(spaced, at, 1);
        if (in_string && *at == '\\' && at + 1 < end)
            sts__text_append(spaced, ++at, 1);
        else if (in_string && *at == '"')
            in_string = false;
        in_string = in_string || begins;
        if (mark && !begins)
            sts__text_append(spaced, " ", 1);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct fuzz_input input = {data, size};
    const sts__schema_message *request = requests[fuzz_take_byte(&input) % 3];
    sts_bytes text = fuzz_take_rest(&input);
    sts__arena arena;
    sts__text spaced;
    sts__fault fault = {.offset = -1};
    sts_bytes protobuf, again;
    sts__arena_init(&arena, sts__memory_default());
    sts__text_init(&spaced, sts__memory_default());
    sts_status status = sts__intake_json(request, text, &arena, &protobuf, &fault);
    if (status == STS_OK) {
        HOLDS(protobuf.size <= 5 * text.size, "%zu bytes of %zu", protobuf.size, text.size);
        status = sts__schema_check(protobuf, request, &fault);
        HOLDS(status == STS_OK, "%s", fault.text);
        write_spaced(&spaced, text);
        status = sts__intake_json(request, (sts_bytes){spaced.data, spaced.size}, &arena, &again, &fault);
        HOLDS(status == STS_OK, "with spaces: %s", fault.text);
        HOLDS(fuzz_same(protobuf, again), "with spaces it is another request");
    } else {
        HOLDS(status == STS_ERR_JSON || status == STS_ERR_TOO_DEEP, "%s", fault.text);
        HOLDS(fault.offset >= 0 && fault.offset <= (int64_t)text.size, "at %d", (int)fault.offset);
    }
    sts__text_clear(&spaced);
    sts__arena_clear(&arena);
    return 0;
}
