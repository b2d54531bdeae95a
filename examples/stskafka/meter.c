/* SPDX-License-Identifier: Apache-2.0 */
#include "meter.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "console.h"
#include "otlp_items.h"

/* A smaller request is done before anybody looks. */
enum { LARGE = 1 << 20 };

static uint64_t size_of(const struct file_list *files) {
    uint64_t total = 0;
    for (size_t i = 0; i < files->count; i++) {
        struct stat status;
        bool is_input = file_is_standard_input(files->at[i]);
        if ((is_input ? fstat(STDIN_FILENO, &status) : stat(files->at[i], &status)) != 0 || !S_ISREG(status.st_mode))
            return 0;
        total += (uint64_t)status.st_size;
    }
    return total;
}

void meter_begin(struct meter *meter, const struct file_list *files, bool is_off) {
    *meter = (struct meter){.is_off = is_off || !isatty(STDERR_FILENO), .start_ms = clock_ms()};
    if (!meter->is_off)
        meter->total = size_of(files);
}

static uint64_t items_of(const struct input *input, const struct input_request *request) {
    if (request->size < LARGE || input->logs)
        return 0;
    if (request->format == FORMAT_OTLP_JSON)
        return otlp_items_count_json(request->data, request->size);
    return request->format == FORMAT_OTLP ? otlp_items_count(request->data, request->size) : 0;
}

void meter_request(struct meter *meter, const struct input *input, const struct input_request *request) {
    if (meter->is_off)
        return;
    meter->size = request->size;
    meter->before = input->read_bytes > request->size ? input->read_bytes - request->size : 0;
    meter->items = items_of(input, request);
}

void meter_end(struct meter *meter, const struct input *input) {
    meter->before = input->read_bytes;
    meter->size = meter->items = 0;
}

void meter_time(char *text, size_t size, double seconds) {
    uint64_t whole = seconds < 360000 ? (uint64_t)(seconds + 0.5) : 360000;
    if (whole >= 3600)
        snprintf(text, size, "%" PRIu64 " h %" PRIu64 " min", whole / 3600, whole / 60 % 60);
    else if (whole >= 60)
        snprintf(text, size, "%" PRIu64 " min %" PRIu64 " s", whole / 60, whole % 60);
    else
        snprintf(text, size, "%" PRIu64 " s", whole);
}

/* Of the bytes that there are. */
static double done_of(const struct meter *meter, uint64_t taken) {
    double share = meter->items ? (double)(taken < meter->items ? taken : meter->items) / (double)meter->items : 0;
    return (double)meter->before + share * (double)meter->size;
}

/* "42 %, "; "" where the end is not known. */
static void write_percent(char *text, size_t size, const struct meter *meter, double done) {
    double total = (double)meter->total;
    text[0] = '\0';
    if (meter->total)
        snprintf(text, size, "%.0f %%, ", 100 * (done < total ? done / total : 1));
}

void meter_show(const struct meter *meter, uint64_t taken, const char *more) {
    enum { MB = 1000000, KB = 1000 };
    if (meter->is_off)
        return;
    char percent[20], of[40] = "", left[50] = "";
    double done = done_of(meter, taken), total = (double)meter->total;
    double seconds = (double)(clock_ms() - meter->start_ms) / 1000, rate = seconds > 0 ? done / seconds : 0;
    bool is_large = (meter->total ? total : done) >= MB;
    double unit = is_large ? MB : KB;
    const char *name = is_large ? "MB" : "kB";
    write_percent(percent, sizeof percent, meter, done);
    if (meter->total)
        snprintf(of, sizeof of, "of %.1f ", total / unit);
    if (meter->total && rate > 0 && seconds >= 1 && done < total) {
        char time[30];
        meter_time(time, sizeof time, (total - done) / rate);
        snprintf(left, sizeof left, ", %s left", time);
    }
    progress("%s%.1f %s%s, %.1f %s/s%s%s", percent, done / unit, of, name, rate / unit, name, left, more);
}

void meter_show_still(const struct meter *meter, uint64_t taken, const char *why) {
    char percent[20];
    if (meter->is_off)
        return;
    write_percent(percent, sizeof percent, meter, done_of(meter, taken));
    progress("%s%s", percent, why);
}
