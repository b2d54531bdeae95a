/* SPDX-License-Identifier: Apache-2.0
 *
 * What each encoding costs: every log record of the requests, as they are routed one after the other, by CPU time; and
 * beside otlp_proto, copying what it makes. A line of JSON: encoding to nanoseconds and bytes of a record.
 *
 *   encode FILE SECONDS    FILE has requests, each behind its size */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "encode/encode.h"
#include "otlp/logs.h"
#include "support/requests.h"

enum { ARENAS = 3 };

typedef struct run {
    sts__arena arenas[ARENAS]; /* of the resource, the scope, the record */
    uint64_t numbers[2];
    sts__encoder encoder;
    uint8_t *copies; /* NULL: nothing is copied */
    size_t records, bytes;
} run;

static double now(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* As sts__ottl_state_set_record. */
static void enter(run *r, const sts__log_record *record) {
    const uint64_t numbers[] = {record->resource_logs.number, record->scope_logs.number};
    for (int i = 0; i < 2; i++) {
        if (r->numbers[i] != numbers[i])
            sts__arena_reset(&r->arenas[i]);
        r->numbers[i] = numbers[i];
    }
    sts__arena_reset(&r->arenas[2]);
}

static void encode_all(run *r, sts_bytes request) {
    sts__logs_cursor cursor;
    sts__log_record record;
    sts__fault fault;
    r->numbers[0] = r->numbers[1] = 0;
    r->encoder.resource.number = r->encoder.scope.number = 0;
    sts__logs_begin(&cursor, request);
    while (sts__logs_next(&cursor, &record)) {
        const sts__encode_item item = {.bytes = record.bytes,
                                       .resource_group = {record.resource_logs.number, record.resource_logs.bytes},
                                       .scope_group = {record.scope_logs.number, record.scope_logs.bytes},
                                       .body = &record.body};
        sts_bytes value = {NULL, 0};
        enter(r, &record);
        if (r->encoder.encoding && sts__encode(&r->encoder, &item, &value, &fault) != STS_OK) {
            fprintf(stderr, "%s\n", fault.text);
            exit(1);
        }
        if (r->copies && value.size)
            memcpy(r->copies, value.data, value.size);
        r->records++;
        r->bytes += value.size;
    }
}

/* Nanoseconds of CPU a record. */
static double measure(const requests *all, const sts__encoding *encoding, uint8_t *copies, double seconds,
                      size_t *bytes) {
    run r = {.encoder = {.encoding = encoding, .signal = &sts__signals[STS__LOGS]}, .copies = copies};
    for (int i = 0; i < ARENAS; i++)
        sts__arena_init(&r.arenas[i], sts__memory_default());
    r.encoder.resource_arena = &r.arenas[0];
    r.encoder.scope_arena = &r.arenas[1];
    r.encoder.item_arena = &r.arenas[2];
    double start = now();
    do
        for (size_t i = 0; i < all->count; i++)
            encode_all(&r, all->items[i]);
    while (now() - start < seconds);
    double spent = now() - start;
    for (int i = 0; i < ARENAS; i++)
        sts__arena_clear(&r.arenas[i]);
    *bytes = r.bytes / r.records;
    return spent / (double)r.records * 1e9;
}

int main(int argc, char **argv) {
    static uint8_t copies[1 << 20];
    if (argc != 3)
        return 2;
    requests all = requests_read(argv[1]);
    double seconds = atof(argv[2]);
    size_t bytes;
    double walking = measure(&all, NULL, NULL, seconds, &bytes); /* which all have in common */
    double proto = 0;
    printf("{");
    for (int place = STS__ENCODE_OTLP_PROTO; place < STS__ENCODINGS; place++) {
        const sts__encoding *encoding = sts__encoding_at(place, &sts__signals[STS__LOGS]);
        if (place == STS__ENCODE_BODY) /* the records' bodies are texts */
            continue;
        double ns = measure(&all, encoding, NULL, seconds, &bytes) - walking;
        if (place == STS__ENCODE_OTLP_PROTO)
            proto = ns;
        printf("\"%s\": {\"ns\": %.1f, \"bytes\": %zu}, ", encoding->name, ns, bytes);
    }
    double both =
        measure(&all, sts__encoding_at(STS__ENCODE_OTLP_PROTO, &sts__signals[STS__LOGS]), copies, seconds, &bytes);
    printf("\"copying otlp_proto\": {\"ns\": %.1f, \"bytes\": %zu}}\n", both - walking - proto, bytes);
    return 0;
}
