/* SPDX-License-Identifier: Apache-2.0
 *
 * What keys cost: for each spec, nanoseconds a record, as lines of JSON.
 *
 *   keys FILE ROUNDS <SPECS    FILE has requests, SPECS a spec a line
 *
 * `derive` walks the records and derives each one's key, all of a spec's work and nothing else; `export` is the whole
 * way through an exporter into a transport that takes everything and keeps nothing. Both less what the spec `none`
 * takes are what the key costs. The specs take turns, round by round. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <stskafka/stskafka.h>

#include "bench/discard.h"
#include "key/rule.h"
#include "support/requests.h"

enum { MOST_SPECS = 64, REPEAT = 60 };

typedef struct spec {
    char text[512];
    sts__ottl_set set;
    sts__key_rule rule;
    sts_exporter *exporter;
} spec;

static void stop(const char *what, const char *why) {
    fprintf(stderr, "%s: %s\n", what, why);
    exit(1);
}

static double now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static sts_transport_sink *sink_of[MOST_SPECS];

/* --- specs --- */

static void prepare(spec *one, size_t index) {
    sts__fault fault;
    sts_error *error = NULL;
    sts__ottl_set_init(&one->set, sts__memory_default(), &sts__signals[STS__LOGS]);
    if (sts__ottl_compile(&one->set, one->text, &one->rule.program, &fault) != STS_OK)
        stop(one->text, fault.text);
    one->rule.max_bytes = 65536;
    sts_options *options = sts_options_new();
    sts_options_set_transport(options, &discard_transport, &sink_of[index]);
    if (sts_options_set(options, "key", one->text, &error) ||
        sts_options_set(options, "service_thread", "false", &error))
        stop(one->text, sts_error_text(error));
    if (sts_exporter_new(&one->exporter, options, &error))
        stop(one->text, sts_error_text(error));
    sts_options_free(options);
}

static size_t derive_all(const spec *one, const requests *all) {
    size_t records = 0;
    sts__ottl_state state;
    sts__item_cursor cursor;
    sts__item record;
    sts__key key;
    sts__fault fault;
    for (size_t i = 0; i < all->count; i++) {
        if (sts__ottl_state_begin(&state, sts__memory_default(), &one->set, NULL) != STS_OK)
            stop(one->text, "out of memory");
        sts__items_begin(&cursor, &sts__signals[STS__LOGS], all->items[i]);
        for (; sts__items_next(&cursor, &record); records++) {
            sts__ottl_state_set_item(&state, &record);
            if (sts__key_derive(&one->rule, &state, &key, &fault) != STS_OK)
                stop(one->text, fault.text);
        }
        sts__ottl_state_end(&state);
    }
    return records;
}

static size_t export_all(const spec *one, const requests *all) {
    uint64_t counts[STS_COUNTS];
    size_t records = 0;
    sts_error *error = NULL;
    for (size_t i = 0; i < all->count; i++) {
        if (sts_export_logs(one->exporter, all->items[i].data, all->items[i].size, NULL, counts, STS_COUNTS, &error))
            stop(one->text, sts_error_text(error));
        records += counts[STS_COUNT_ACCEPTED];
        sts_poll(one->exporter, 0);
    }
    return records;
}

static double measure(size_t (*run)(const spec *, const requests *), const spec *one, const requests *all) {
    size_t records = 0;
    double started = now_ns();
    for (int i = 0; i < REPEAT; i++)
        records += run(one, all);
    return (now_ns() - started) / (double)records;
}

/* Beside what the first spec takes at the same time: the machine's speed changes from one moment to the next. */
static void print_pair(const spec *one, const spec *first, const requests *all) {
    double derive_first = measure(derive_all, first, all);
    double derive = measure(derive_all, one, all);
    double export_first = measure(export_all, first, all);
    double export = measure(export_all, one, all);
    printf("{\"derive\": %.2f, \"derive first\": %.2f, \"export\": %.2f, \"export first\": %.2f}\n", derive,
           derive_first, export, export_first);
}

int main(int argc, char **argv) {
    static spec specs[MOST_SPECS];
    size_t count = 0;
    if (argc != 3)
        stop("usage", "keys FILE ROUNDS <SPECS");
    requests all = requests_read(argv[1]);
    while (count < MOST_SPECS && fgets(specs[count].text, sizeof specs[count].text, stdin)) {
        specs[count].text[strcspn(specs[count].text, "\n")] = '\0';
        prepare(&specs[count], count);
        count++;
    }
    for (long round = strtol(argv[2], NULL, 10); round >= 0; round--)
        for (size_t i = 0; i < count; i++)
            print_pair(&specs[i], &specs[0], &all);
    for (size_t i = 0; i < count; i++) {
        sts_exporter_free(specs[i].exporter, 1000);
        sts__ottl_set_clear(&specs[i].set);
    }
    requests_free(&all);
    return 0;
}
