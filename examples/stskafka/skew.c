/* SPDX-License-Identifier: Apache-2.0 */
#include "skew.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json_out.h"
#include "memory.h"
#include "noun.h"
#include "show.h"
#include "terminal.h"

enum { HEAVIEST = 20, BAR = 40 };

void skew_init(struct skew *skew, int32_t partition_count) {
    *skew = (struct skew){.keys = sts_skew_new(HEAVIEST), .partition_count = partition_count};
    if (!skew->keys)
        out_of_memory();
    if (partition_count) {
        skew->partitions = need_realloc(NULL, (size_t)partition_count * sizeof *skew->partitions);
        memset(skew->partitions, 0, (size_t)partition_count * sizeof *skew->partitions);
    }
}

void skew_clear(struct skew *skew) {
    sts_skew_free(skew->keys);
    free(skew->partitions);
}

void skew_add(struct skew *skew, const sts_explanation *explanation) {
    sts_status code = sts_explanation_code(explanation);
    int32_t partition = sts_explanation_partition(explanation, skew->partition_count);
    sts_bytes key;
    skew->missing += code == STS_ERR_KEY_MISSING;
    if (code != STS_OK) {
        skew->rejected++;
        return;
    }
    skew->missing += strcmp(sts_explanation_key_from(explanation), "missing_key=null") == 0;
    sts_explanation_key(explanation, &key);
    sts_skew_add(skew->keys, key.data, key.size);
    if (partition >= 0 && partition < skew->partition_count)
        skew->partitions[partition]++;
}

double skew_share(uint64_t part, uint64_t whole) {
    return whole ? (double)part / (double)whole : 0;
}

static json_t *heaviest_json(sts_skew *keys) {
    json_t *heaviest = json_array();
    sts_bytes key;
    uint64_t count, too_many;
    for (size_t i = 0; sts_skew_heaviest(keys, i, &key, &count, &too_many) == STS_OK; i++) {
        json_t *item = json_object();
        json_set(item, "key", json_hex(key));
        json_set(item, "key_text", json_text_of(key));
        json_set(item, "records", json_integer((json_int_t)count));
        json_set(item, "too_many", json_integer((json_int_t)too_many));
        json_set(item, "share", json_real(skew_share(count, sts_skew_keys(keys))));
        if (json_array_append_new(heaviest, item) != 0)
            out_of_memory();
    }
    return heaviest;
}

static void print_json(const struct skew *skew) {
    uint64_t keys = sts_skew_keys(skew->keys);
    json_t *line = json_object();
    json_t *partitions = json_array();
    json_set(line, "records", json_integer((json_int_t)(keys + skew->rejected)));
    json_set(line, "rejected", json_integer((json_int_t)skew->rejected));
    json_set(line, "null_keys", json_integer((json_int_t)sts_skew_null_keys(skew->keys)));
    json_set(line, "empty_keys", json_integer((json_int_t)sts_skew_empty_keys(skew->keys)));
    json_set(line, "missing_keys", json_integer((json_int_t)skew->missing));
    json_set(line, "distinct_keys", json_integer((json_int_t)sts_skew_distinct_keys(skew->keys)));
    json_set(line, "heaviest", heaviest_json(skew->keys));
    for (int32_t i = 0; i < skew->partition_count; i++)
        if (json_array_append_new(partitions, json_integer((json_int_t)skew->partitions[i])) != 0)
            out_of_memory();
    json_set(line, "partitions", partitions);
    json_line(line);
}

/* As long as its share of the longest; anything has one sign at least. On a terminal the longest takes a third. */
static const char *bar(char room[BAR + 1], uint64_t count, uint64_t longest) {
    size_t width = terminal_width(), most = width && width / 3 < BAR ? width / 3 : BAR;
    size_t size = longest ? (size_t)((double)count / (double)longest * (double)most + 0.5) : 0;
    if (size == 0 && count)
        size = 1;
    memset(room, '#', size);
    room[size] = '\0';
    return room;
}

void skew_count_cells(struct table *table, uint64_t count, uint64_t all, uint64_t longest) {
    char room[BAR + 1];
    table_cell(table, "%" PRIu64, count);
    table_cell(table, "%.1f%%", 100 * skew_share(count, all));
    table_cell(table, "%s", bar(room, count, longest));
}

static void print_heaviest(sts_skew *keys) {
    static const struct table_column columns[] = {
        {"KEY", false}, {"RECORDS", true}, {"SHARE", true}, {"", false}, {NULL, false}};
    struct table *table = table_new(columns);
    uint64_t all = sts_skew_keys(keys), longest = 0, count, too_many;
    sts_bytes key;
    char text[SHOW_SIZE];
    for (size_t i = 0; sts_skew_heaviest(keys, i, &key, &count, &too_many) == STS_OK; i++) {
        longest = i ? longest : count;
        table_cell(table, "%s", show_bytes(text, key));
        skew_count_cells(table, count, all, longest);
    }
    table_end(table);
}

static void print_partitions(const struct skew *skew) {
    static const struct table_column columns[] = {
        {"PARTITION", true}, {"RECORDS", true}, {"SHARE", true}, {"", false}, {NULL, false}};
    struct table *table = table_new(columns);
    uint64_t all = 0, longest = 0;
    for (int32_t i = 0; i < skew->partition_count; i++) {
        all += skew->partitions[i];
        longest = skew->partitions[i] > longest ? skew->partitions[i] : longest;
    }
    for (int32_t i = 0; i < skew->partition_count; i++) {
        table_cell(table, "%" PRId32, i);
        skew_count_cells(table, skew->partitions[i], all, longest);
    }
    table_end(table);
}

static void print_text(const struct skew *skew) {
    uint64_t keys = sts_skew_keys(skew->keys);
    printf("%" PRIu64 " %s, %" PRIu64 " rejected; keys: about %" PRIu64 " different, %" PRIu64 " null, %" PRIu64
           " empty, %" PRIu64 " missing\n",
           keys + skew->rejected, noun(keys + skew->rejected, "record", "records"), skew->rejected,
           sts_skew_distinct_keys(skew->keys), sts_skew_null_keys(skew->keys), sts_skew_empty_keys(skew->keys),
           skew->missing);
    print_heaviest(skew->keys);
    if (skew->partition_count)
        print_partitions(skew);
}

void skew_print(const struct skew *skew, bool json) {
    if (json)
        print_json(skew);
    else
        print_text(skew);
}
