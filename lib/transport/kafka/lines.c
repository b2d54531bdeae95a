/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/kafka/lines.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "transport/kafka/missing.h"

/* Syslog's levels: that of what we add, that of the line that tells of partitions, librdkafka's default, and all. */
enum { WARNING = 4, NOTICE = 5, INFO = 6, DEBUG = 7 };

bool sts__kafka_lines_init(sts__kafka_lines *lines, const struct sts__kafka_topics *topics) {
    *lines = (sts__kafka_lines){.topics = topics, .end = &lines->first};
    return pthread_mutex_init(&lines->lock, NULL) == 0;
}

void sts__kafka_lines_clear(sts__kafka_lines *lines) {
    sts__kafka_lines_close(lines);
    pthread_mutex_destroy(&lines->lock);
}

/* --- the producer's --- */

static long number_of(const rd_kafka_conf_t *conf, const char *name, long without) {
    char text[32];
    size_t size = sizeof text;
    return rd_kafka_conf_get(conf, name, text, &size) == RD_KAFKA_CONF_OK ? strtol(text, NULL, 10) : without;
}

enum { LONGEST_DEBUG = 512 }; /* all names take less */

/* Those of which to log debug lines; empty: none. */
static void get_debug(const rd_kafka_conf_t *conf, char names[LONGEST_DEBUG]) {
    size_t size = LONGEST_DEBUG;
    if (rd_kafka_conf_get(conf, "debug", names, &size) != RD_KAFKA_CONF_OK)
        names[0] = '\0';
}

/* With transactions nothing is written twice, and many more lines come. */
static bool has_epochs_to_tell(const rd_kafka_conf_t *conf) {
    char id[8] = "";
    size_t size = sizeof id;
    rd_kafka_conf_res_t found = rd_kafka_conf_get(conf, "transactional.id", id, &size);
    return found == RD_KAFKA_CONF_UNKNOWN || (found == RD_KAFKA_CONF_OK && !id[0]);
}

/* A host may want to hear less than the lines that we need; what it gets is as it wants. With debug librdkafka logs
 * all, whatever its log_level is. */
void sts__kafka_lines_open(sts__kafka_lines *lines, rd_kafka_conf_t *conf) {
    const long most = number_of(conf, "log_level", INFO);
    char names[LONGEST_DEBUG];
    char more[LONGEST_DEBUG + 8];
    get_debug(conf, names);
    snprintf(more, sizeof more, "%s%seos", names, names[0] ? "," : "");
    pthread_mutex_lock(&lines->lock);
    lines->most = names[0] ? DEBUG : most < INFO ? (int)most : INFO;
    lines->open = true;
    lines->epoch_untold = false;
    pthread_mutex_unlock(&lines->lock);
    if (most < NOTICE)
        rd_kafka_conf_set(conf, "log_level", "5", NULL, 0);
    if (has_epochs_to_tell(conf))
        rd_kafka_conf_set(conf, "debug", more, NULL, 0);
}

void sts__kafka_lines_wake(sts__kafka_lines *lines, rd_kafka_queue_t *queue, const sts__descriptor *descriptor) {
    pthread_mutex_lock(&lines->lock);
    lines->queue = queue;
    lines->descriptor = descriptor;
    pthread_mutex_unlock(&lines->lock);
}

void sts__kafka_lines_close(sts__kafka_lines *lines) {
    pthread_mutex_lock(&lines->lock);
    lines->open = false;
    lines->queue = NULL;
    pthread_mutex_unlock(&lines->lock);
    sts__kafka_line *line = sts__kafka_lines_give(lines);
    while (line) {
        sts__kafka_line *next = line->next;
        sts__kafka_line_free(line);
        line = next;
    }
}

/* --- lines --- */

bool sts__kafka_line_tells_of_fewer_partitions(const char *facility, const char *text, const char **topic,
                                               size_t *topic_size) {
    static const char begin[] = "Topic ", change[] = "partition count changed from ", to[] = " to ";
    const char *name = strstr(text, begin);
    const char *counts = strstr(text, change);
    char *end;
    if (strcmp(facility, "PARTCNT") != 0 || !name || !counts)
        return false;
    long before = strtol(counts + strlen(change), &end, 10);
    if (strncmp(end, to, strlen(to)) != 0 || strtol(end + strlen(to), NULL, 10) >= before)
        return false;
    *topic = name + strlen(begin);
    *topic_size = strcspn(*topic, " "); /* there is none in a name */
    return true;
}

/* Records that were refused for good, or whose time ran out, leave a gap, and have their reports. */
bool sts__kafka_line_tells_of_untold_epoch(const char *facility, const char *text) {
    return strcmp(facility, "DRAIN") == 0 && strstr(text, "Beginning partition drain") &&
           !strstr(text, ": message sequence gap") && !strstr(text, " message(s) timed out on ");
}

bool sts__kafka_line_tells_of_epoch(const char *facility, const char *text) {
    return strcmp(facility, "DRAIN") == 0 && strstr(text, "All partitions drained");
}

static sts__kafka_line *new_line(int level, const char *facility, const char *text) {
    size_t size = strlen(text) + 1;
    sts__kafka_line *line = sts__memory_new(sts__memory_default(), sizeof *line + size);
    if (!line)
        return NULL;
    line->level = level;
    snprintf(line->facility, sizeof line->facility, "%s", facility);
    memcpy(line->text, text, size);
    return line;
}

void sts__kafka_line_free(sts__kafka_line *line) {
    sts__memory_free(sts__memory_default(), line);
}

static void append(sts__kafka_lines *lines, sts__kafka_line *line) {
    *lines->end = line;
    lines->end = &line->next;
    lines->count++;
    __atomic_store_n(&lines->any, 1, __ATOMIC_RELEASE);
}

/* Without memory a line is dropped too. */
static void keep(sts__kafka_lines *lines, int level, const char *facility, const char *text) {
    sts__kafka_line *line = lines->count < STS__KAFKA_LINES_KEPT ? new_line(level, facility, text) : NULL;
    if (line)
        append(lines, line);
    else
        lines->dropped++;
}

static void tell_dropped(sts__kafka_lines *lines) {
    char text[80];
    if (!lines->dropped)
        return;
    snprintf(text, sizeof text, "%u lines of librdkafka's were dropped: they were not served in time", lines->dropped);
    sts__kafka_line *line = new_line(WARNING, "LINES", text);
    if (!line)
        return;
    append(lines, line);
    lines->dropped = 0;
}

/* What was under way in the epoch before has come in when the new one begins, or goes again. */
static void note_epoch(sts__kafka_lines *lines, const char *facility, const char *text) {
    if (sts__kafka_line_tells_of_untold_epoch(facility, text))
        lines->epoch_untold = true;
    if (!lines->epoch_untold || !sts__kafka_line_tells_of_epoch(facility, text))
        return;
    lines->epoch_untold = false;
    __atomic_store_n(&lines->untold_epoch_us, sts__clock_us(), __ATOMIC_RELEASE);
}

/* By malloc, as all that is done in librdkafka's threads. */
void sts__kafka_lines_take(sts__kafka_lines *lines, int level, const char *facility, const char *text) {
    const char *topic;
    size_t size;
    pthread_mutex_lock(&lines->lock);
    if (lines->open) {
        const bool misses = sts__kafka_line_tells_of_fewer_partitions(facility, text, &topic, &size);
        if (misses)
            sts__kafka_miss_named(lines->topics, topic, size);
        note_epoch(lines, facility, text);
        if (level <= lines->most)
            keep(lines, level, facility, text);
        if ((misses || level <= lines->most) && lines->queue) {
            rd_kafka_queue_yield(lines->queue);
            sts__descriptor_raise(lines->descriptor);
        }
    }
    pthread_mutex_unlock(&lines->lock);
}

sts__kafka_line *sts__kafka_lines_give(sts__kafka_lines *lines) {
    if (!sts__kafka_lines_are_there(lines))
        return NULL;
    pthread_mutex_lock(&lines->lock);
    tell_dropped(lines);
    sts__kafka_line *first = lines->first;
    lines->first = NULL;
    lines->end = &lines->first;
    lines->count = 0;
    __atomic_store_n(&lines->any, 0, __ATOMIC_RELEASE);
    pthread_mutex_unlock(&lines->lock);
    return first;
}
