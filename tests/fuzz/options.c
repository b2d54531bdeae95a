/* SPDX-License-Identifier: Apache-2.0
 *
 * Lines NAME=VALUE. An option that is refused keeps its value; one that is taken reads back, is taken again, and by
 * another object too; a duration is the sum of its parts, and the same when it is written in milliseconds. What comes
 * of all of them together is an exporter without a transport, or a text that says why not. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exporter/duration.h"
#include "exporter/options.h"
#include "exporter/options_table.h"
#include "fuzz/fuzz.h"

static const char redacted[] = "[REDACTED]";

/* A copy, for the caller to free; NULL for NULL. */
static char *value_of(const sts_options *options, const char *name) {
    const char *value = sts_options_get(options, name);
    return value ? fuzz_text((sts_bytes){value, strlen(value)}) : NULL;
}

static bool same_text(const char *a, const char *b) {
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static void check_refused(sts_status status, const char *text, const char *before, const char *now) {
    HOLDS(status == STS_ERR_OPTION_UNKNOWN || status == STS_ERR_OPTION_VALUE || status == STS_ERR_OPTION_REFUSED, "%s",
          sts_status_name(status));
    HOLDS(*text, "no text");
    HOLDS(same_text(before, now), "it was %s and is %s", before ? before : "unset", now ? now : "unset");
}

static void check_taken(sts_options *options, const char *name, const char *value) {
    const char *now = sts_options_get(options, name);
    HOLDS(now && (strcmp(now, value) == 0 || (*value && strcmp(now, redacted) == 0)), "%s reads as %s", name, now);
    HOLDS(sts_options_set(options, name, value, NULL) == STS_OK, "%s is not taken again", name);
}

static bool is_duration(const char *name) {
    size_t index = sts__option_find(name);
    return index != SIZE_MAX && sts__option_row_at(index)->type == STS__OPTION_DURATION;
}

/* The same sum in floating point, of a text that is a duration. */
static double milliseconds_of(const char *text) {
    static const struct {
        const char *unit;
        double milliseconds;
    } units[] = {{"ns", 1e-6}, {"us", 1e-3}, {"ms", 1}, {"s", 1e3}, {"m", 6e4}, {"h", 3.6e6}};
    double sum = 0;
    while (*text) {
        char *unit;
        double number = strtod(text, &unit);
        size_t size = strcspn(unit, "0123456789.");
        HOLDS(unit != text, "a part without a number: %s", text);
        for (size_t i = 0; i < sizeof units / sizeof *units; i++)
            if (strlen(units[i].unit) == size && memcmp(units[i].unit, unit, size) == 0)
                sum += number * units[i].milliseconds;
        text = unit + size;
    }
    return sum;
}

static void check_duration(sts_options *options, const char *name, const char *value) {
    int64_t milliseconds = -1, again = -1;
    char text[32];
    HOLDS(sts__duration_parse(value, &milliseconds) && milliseconds >= 0, "%s=%s", name, value);
    double sum = milliseconds_of(value);
    HOLDS(fabs(sum - (double)milliseconds) <= 0.01 + sum * 1e-9, "%s is not %lld ms", value, (long long)milliseconds);
    snprintf(text, sizeof text, "%lldms", (long long)milliseconds);
    HOLDS(sts__duration_parse(text, &again) && again == milliseconds, "%s is not %s", text, value);
    HOLDS(sts_options_set(options, name, text, NULL) == STS_OK, "%s=%s is not taken", name, text);
}

static void set(sts_options *options, sts_options *other, const char *name, const char *value) {
    char *before = value_of(options, name);
    sts_error *error = NULL;
    sts_status status = sts_options_set(options, name, value, &error);
    HOLDS(sts_options_set(other, name, value, NULL) == status, "%s depends on what was set before", name);
    if (status == STS_OK)
        check_taken(options, name, value);
    else
        check_refused(status, sts_error_text(error), before, sts_options_get(options, name));
    if (status == STS_OK && is_duration(name))
        check_duration(options, name, value);
    sts_error_free(error);
    free(before);
}

static void set_line(sts_options *options, sts_bytes line) {
    char *name = fuzz_text(line);
    char *value = strchr(name, '=');
    sts_options *other = sts_options_new();
    if (value) {
        *value++ = '\0';
        set(options, other, name, value);
    }
    sts_options_free(other);
    free(name);
}

/* As they are, which may mean Kafka: what can be said without one. */
static void check_compiled(const sts_options *options) {
    sts__config config;
    sts__text faults;
    sts__text_init(&faults, sts__memory_default());
    sts_status status = sts__options_compile(options, &config, &faults);
    HOLDS(status == (faults.size ? STS_ERR_CONFIG : STS_OK), "%s: %s", sts_status_name(status), sts__text_get(&faults));
    sts__text_clear(&faults);
}

static void check_exporter(sts_options *options, const char *transport) {
    /* Whatever else was set: no threads, and no queue that takes long to make. */
    const char *const pairs[] = {
        "transport", transport, "service_thread", "false", "sending_queue.queue_size", "10", "topics.max", "10", NULL};
    sts_exporter *exporter = NULL;
    sts_error *error = NULL;
    fuzz_set_options(options, pairs);
    sts_status status = sts_exporter_new(&exporter, options, &error);
    HOLDS(status == STS_OK || status == STS_ERR_CONFIG, "%s", sts_status_name(status));
    HOLDS((status == STS_OK) == (exporter != NULL) && (status == STS_OK) == (error == NULL), "half an exporter");
    if (status == STS_OK)
        HOLDS(*sts_exporter_describe(exporter) && *sts_exporter_fingerprint(exporter), "it says nothing of itself");
    else
        HOLDS(*sts_error_text(error), "no text");
    sts_error_free(error);
    sts_exporter_free(exporter, 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct fuzz_input input = {data, size};
    sts_options *options = sts_options_new();
    sts_bytes line;
    while (fuzz_take_line(&input, &line))
        set_line(options, line);
    check_compiled(options);
    check_exporter(options, size % 2 ? "memory" : "none");
    sts_options_free(options);
    return 0;
}
