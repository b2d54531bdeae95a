/* SPDX-License-Identifier: Apache-2.0 */
#include "verify_report.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "json_out.h"
#include "memory.h"
#include "noun.h"
#include "show.h"
#include "skew.h"
#include "table.h"

enum { HEAVIEST = 20 };

static uint64_t sum_of_gaps(const struct topic_walk *walk) {
    uint64_t gaps = 0;
    for (int32_t i = 0; i < walk->partition_count; i++)
        gaps += walk_gaps(&walk->partitions[i]);
    return gaps;
}

/* --- JSON --- */

static json_t *number(uint64_t value) {
    return json_integer((json_int_t)value);
}

static void append(json_t *list, json_t *item) {
    if (json_array_append_new(list, item) != 0)
        out_of_memory();
}

static json_t *json_partition(const struct verification *run, int32_t partition) {
    const struct walk_partition *walked = &run->walk.partitions[partition];
    const struct place_counts *counts = &run->places.partitions[partition];
    json_t *one = json_object();
    json_set(one, "partition", json_integer(partition));
    json_set(one, "first", json_integer(walked->first));
    json_set(one, "end", json_integer(walked->end));
    json_set(one, "records", number(counts->records));
    json_set(one, "share", json_real(skew_share(counts->records, run->places.sum.records)));
    json_set(one, "bytes", number(counts->bytes));
    json_set(one, "null_keys", number(counts->null_keys));
    json_set(one, "empty_keys", number(counts->empty_keys));
    json_set(one, "misplaced", number(counts->misplaced));
    json_set(one, "gaps", number(walk_gaps(walked)));
    json_set(one, "deleted", number(walked->deleted));
    json_set(one, "complete", json_boolean(walked->is_done && !walked->is_short && !walked->deleted));
    return one;
}

static json_t *json_partitions(const struct verification *run) {
    json_t *partitions = json_array();
    for (int32_t i = 0; i < run->walk.partition_count; i++)
        append(partitions, json_partition(run, i));
    return partitions;
}

static json_t *json_heaviest(const struct key_counts *keys) {
    struct heavy_key heaviest[HEAVIEST];
    size_t count = key_counts_heaviest(keys, heaviest, HEAVIEST);
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        json_t *one = json_object();
        sts_bytes key = {heaviest[i].key, heaviest[i].size};
        json_set(one, "key", json_hex(key));
        json_set(one, "key_text", json_text_of(key));
        json_set(one, "records", number(heaviest[i].records));
        json_set(one, "too_many", number(heaviest[i].too_many));
        json_set(one, "share", json_real(skew_share(heaviest[i].records, keys->count)));
        append(list, one);
    }
    return list;
}

static json_t *json_rules(const struct verify_rules *rules) {
    json_t *list = json_array();
    for (size_t i = 0; i < rules->count; i++) {
        const struct key_rule *rule = &rules->rules[i];
        json_t *one = json_object();
        if (!rule->records) {
            json_decref(one);
            continue;
        }
        json_set(one, "rule", json_text(rule->spec));
        json_set(one, "text", json_text(rule->text));
        json_set(one, "records", number(rule->records));
        json_set(one, "share", json_real(skew_share(rule->records, rules->checked)));
        json_set(one, "since_partition", json_integer(rule->first_partition));
        json_set(one, "since_offset", json_integer(rule->first_offset));
        json_set(one, "since_ms", json_known(rule->first_ms));
        append(list, one);
    }
    return list;
}

static json_t *json_order(const struct verification *run) {
    if (!run->has_order)
        return json_null();
    json_t *order = json_object();
    json_set(order, "violations", number(run->order.violations));
    json_set(order, "compared", number(run->order.compared));
    json_set(order, "missing", number(run->order.missing));
    json_set(order, "evicted", number(run->order.evicted));
    return order;
}

void verify_report_json(struct verification *run) {
    const struct place_counts *sum = &run->places.sum;
    json_t *line = json_object();
    json_set(line, "topic", json_text(run->walk.topic));
    json_set(line, "profile", json_text(run->places.profile));
    json_set(line, "records", number(sum->records));
    json_set(line, "bytes", number(sum->bytes));
    json_set(line, "null_keys", number(sum->null_keys));
    json_set(line, "empty_keys", number(sum->empty_keys));
    json_set(line, "misplaced", number(sum->misplaced));
    json_set(line, "gaps", number(sum_of_gaps(&run->walk)));
    json_set(line, "partitions", json_partitions(run));
    json_set(line, "fitting_profile", json_text(places_other_profile(&run->places)));
    json_set(line, "former_partitions",
             json_known(places_former_count(&run->places) ? places_former_count(&run->places) : -1));
    json_set(line, "distinct_keys", number(key_counts_distinct(&run->keys)));
    json_set(line, "heaviest", json_heaviest(&run->keys));
    json_set(line, "order", json_order(run));
    json_set(line, "keys_checked", number(run->rules.checked));
    json_set(line, "keys_of_no_rule", number(run->rules.unmatched));
    json_set(line, "key_rules", json_rules(&run->rules));
    json_set(line, "not_otlp", number(run->rules.not_otlp));
    json_set(line, "seconds", json_real(run->seconds));
    json_line(line);
}

/* --- for people --- */

static void print_partitions(const struct verification *run) {
    static const struct table_column columns[] = {{"PARTITION", true}, {"NULL", true},    {"EMPTY", true},
                                                  {"MISPLACED", true}, {"RECORDS", true}, {"SHARE", true},
                                                  {"", false},         {NULL, false}};
    struct table *table = table_new(columns);
    uint64_t longest = 0;
    for (int32_t i = 0; i < run->walk.partition_count; i++) {
        uint64_t records = run->places.partitions[i].records;
        longest = records > longest ? records : longest;
    }
    for (int32_t i = 0; i < run->walk.partition_count; i++) {
        const struct place_counts *counts = &run->places.partitions[i];
        table_cell(table, "%" PRId32, i);
        table_cell(table, "%" PRIu64, counts->null_keys);
        table_cell(table, "%" PRIu64, counts->empty_keys);
        table_cell(table, "%" PRIu64, counts->misplaced);
        skew_count_cells(table, counts->records, run->places.sum.records, longest);
    }
    table_end(table);
}

static void print_heaviest(const struct key_counts *keys) {
    static const struct table_column columns[] = {
        {"KEY", false}, {"RECORDS", true}, {"SHARE", true}, {"", false}, {NULL, false}};
    struct heavy_key heaviest[HEAVIEST];
    size_t count = key_counts_heaviest(keys, heaviest, HEAVIEST);
    struct table *table = table_new(columns);
    char text[SHOW_SIZE];
    uint64_t too_many = 0;
    for (size_t i = 0; i < count; i++) {
        table_cell(table, "%s", show_bytes(text, (sts_bytes){heaviest[i].key, heaviest[i].size}));
        skew_count_cells(table, heaviest[i].records, keys->count, heaviest[0].records);
        too_many = heaviest[i].too_many > too_many ? heaviest[i].too_many : too_many;
    }
    table_end(table);
    if (too_many)
        printf("(each of these counts may be up to %" PRIu64 " too high)\n", too_many);
}

/* Why records may sit elsewhere, and what to ask next. */
static void print_reason(const struct verify_places *places) {
    const char *other = places_other_profile(places);
    int32_t former = places_former_count(places);
    uint64_t fits;
    const char *best = places_best_profile(places, &fits);
    if (other)
        printf("All sit where they belong under %s: they were placed by that profile (--profile %s).\n", other, other);
    else if (former)
        printf("All of these would sit where they belong with %" PRId32
               " %s: the topic had that many when they were written.\n",
               former, noun((uint64_t)former, "partition", "partitions"));
    else if (fits == places->tried_profiles)
        printf("%s under %s, though %s little (--profile %s).\n",
               noun(fits, "It sits where it belongs", "All sit where they belong"), best,
               noun(fits, "one record proves", "so few records prove"), best);
    else if (strcmp(best, places->profile) != 0)
        printf("No profile fits all of them; %s fits most, %" PRIu64 " of %" PRIu64
               " that were tried (--profile %s).\n",
               best, fits, places->tried_profiles, best);
    else
        puts("No other profile fits better (--profile).");
}

static void print_places(const struct verification *run) {
    uint64_t misplaced = run->places.sum.misplaced, keyed = run->places.keyed;
    if (!keyed) {
        puts("No record has a key, so no partition could be checked.");
        return;
    }
    if (!misplaced) {
        printf("Every record with a key sits where it belongs under %s.\n", run->places.profile);
        return;
    }
    printf("%" PRIu64 " of %" PRIu64 " %s with a key %s under %s.\n", misplaced, keyed,
           noun(keyed, "record", "records"),
           noun(misplaced, "does not sit where it belongs", "do not sit where they belong"), run->places.profile);
    print_reason(&run->places);
}

/* How much of what could be compared with rules. */
static void print_share(const struct verify_rules *rules, uint64_t records) {
    if (rules->checked == 1)
        printf("The key of the one OTLP value that was looked at is ");
    else
        printf("%.1f%% of the keys of %" PRIu64 " OTLP values that were looked at are ",
               100 * skew_share(records, rules->checked), rules->checked);
}

static void print_rules(const struct verify_rules *rules) {
    for (size_t i = 0; i < rules->count; i++) {
        const struct key_rule *rule = &rules->rules[i];
        if (!rule->records)
            continue;
        print_share(rules, rule->records);
        printf("%s%s%s%s, since partition %" PRId32 " offset %" PRId64 "\n", rule->spec, rule->text[0] ? " (" : "",
               rule->text, rule->text[0] ? ")" : "", rule->first_partition, rule->first_offset);
    }
    if (rules->unmatched) {
        print_share(rules, rules->unmatched);
        puts("made by none of the rules that were tried; name another with --key SPEC");
    }
    if (rules_are_mixed(rules))
        puts("Two versions of the resource hash are mixed, so that each resource has two keys.");
    if (rules->not_otlp)
        printf("%s%" PRIu64 " %s not OTLP, the first at partition %" PRId32 " offset %" PRId64
               ": %s; which rule made %s is not known\n",
               rules->is_off ? "At least " : "", rules->not_otlp, noun(rules->not_otlp, "value is", "values are"),
               rules->not_otlp_partition, rules->not_otlp_offset, rules->not_otlp_text,
               noun(rules->not_otlp, "its key", "their keys"));
}

static void print_order(const struct verify_order *order) {
    printf("Order: %" PRIu64 " of %" PRIu64 " %s that could be compared with the last one of the same key %s too late",
           order->violations, order->compared, noun(order->compared, "record", "records"),
           noun(order->violations, "comes", "come"));
    if (order->missing)
        printf("; %" PRIu64 " %s no such value", order->missing, noun(order->missing, "has", "have"));
    if (order->evicted)
        printf("; up to %" PRIu64 " more %s not compared: the table of keys was full", order->evicted,
               noun(order->evicted, "was", "were"));
    putchar('\n');
}

void verify_report_text(struct verification *run) {
    const struct place_counts *sum = &run->places.sum;
    uint64_t gaps = sum_of_gaps(&run->walk);
    printf("%s: %" PRId32 " %s, %" PRIu64 " %s, %" PRIu64 " %s; keys: about %" PRIu64 " different, %" PRIu64
           " null, %" PRIu64 " empty\n",
           run->walk.topic, run->walk.partition_count,
           noun((uint64_t)run->walk.partition_count, "partition", "partitions"), sum->records,
           noun(sum->records, "record", "records"), sum->bytes, noun(sum->bytes, "byte", "bytes"),
           key_counts_distinct(&run->keys), sum->null_keys, sum->empty_keys);
    if (gaps)
        printf("%" PRIu64 " %s no record: compacted away, or %s\n", gaps, noun(gaps, "offset holds", "offsets hold"),
               noun(gaps, "the marker of a transaction", "markers of transactions"));
    print_partitions(run);
    print_heaviest(&run->keys);
    print_places(run);
    print_rules(&run->rules);
    if (run->has_order)
        print_order(&run->order);
}
