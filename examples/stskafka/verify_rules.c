/* SPDX-License-Identifier: Apache-2.0 */
#include "verify_rules.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console.h"
#include "exporter_setup.h"
#include "key_counts.h"
#include "memory.h"
#include "otlp_resource.h"

/* After so many values that are no OTLP, or keys that no rule makes, there is nothing to find. */
enum { PATIENCE = 1000, HASH_SIZE = 16, PAIRS = 8192, LOOKED_AT = 5000, ONE_IN = 256 };

/* A key and a resource that go together by a rule. */
struct rule_pair {
    uint64_t hash; /* of both; 0: free */
    size_t rule;
};

static const char *const known[][2] = {
    {"resource_hash", "kafkaexporter up to v0.162, by resource"},
    {"resource_hash_v0163", "kafkaexporter since v0.163, by resource"},
    {"trace_id", "kafkaexporter, by trace"},
    {"attributes[\"stskafka.key\"]", "the default here, and StackVista's exporter"},
    {"resource.attributes[\"service.name\"]", ""},
};

/* --- making --- */

static sts_exporter *new_explainer(const char *spec) {
    sts_options *options = need(sts_options_new());
    sts_exporter *exporter = NULL;
    sts_error *error = NULL;
    setup_force(options, "transport", "none");
    setup_force(options, "missing_key", "null");
    setup_force(options, "encoding", "otlp_proto");
    setup_force(options, "max_message_bytes", "999990000"); /* whatever is in the topic, it is not too large */
    setup_force(options, "sending_queue.max_bytes", "2000000000");
    if (sts_options_set(options, "key", spec, &error) != STS_OK ||
        sts_exporter_new(&exporter, options, &error) != STS_OK)
        say("%s", sts_error_text(error));
    sts_error_free(error);
    sts_options_free(options);
    return exporter;
}

static bool add_rule(struct verify_rules *rules, const char *spec, const char *text) {
    for (size_t i = 0; i < rules->count; i++) {
        if (strcmp(rules->rules[i].spec, spec) == 0)
            return true;
    }
    rules->order[rules->count] = rules->count;
    struct key_rule *rule = &rules->rules[rules->count++];
    *rule = (struct key_rule){.spec = spec, .text = text, .first_offset = -1, .first_partition = -1};
    rule->is_by_resource = strncmp(spec, "resource_hash", 13) == 0 && !strchr(spec, '|');
    rule->exporter = new_explainer(spec);
    return rule->exporter != NULL;
}

bool rules_init(struct verify_rules *rules, const char *wanted, const char *order_spec) {
    memset(rules, 0, sizeof *rules);
    rules->wanted = wanted;
    rules->pairs = need_realloc(NULL, PAIRS * sizeof *rules->pairs);
    memset(rules->pairs, 0, PAIRS * sizeof *rules->pairs);
    bool good = !wanted || add_rule(rules, wanted, "the rule that was named");
    for (size_t i = 0; i < sizeof known / sizeof *known && good; i++)
        good = add_rule(rules, known[i][0], known[i][1]);
    if (good && order_spec)
        good = (rules->order_exporter = new_explainer(order_spec)) != NULL;
    return good;
}

void rules_free(struct verify_rules *rules) {
    for (size_t i = 0; i < rules->count; i++)
        sts_exporter_free(rules->rules[i].exporter, 0);
    sts_exporter_free(rules->order_exporter, 0);
    free(rules->pairs);
}

/* --- what a value is --- */

static void forget(const sts_explanation *explanation, void *user) {
    (void)explanation;
    ++*(uint64_t *)user;
}

static bool is_of(struct verify_rules *rules, const rd_kafka_message_t *message, int32_t format, int32_t signal) {
    uint64_t records = 0;
    bool is_one = sts_explain(rules->rules[0].exporter, signal, format, message->payload, message->len, NULL, forget,
                              &records, NULL) == STS_OK &&
                  records > 0;
    if (is_one) {
        rules->format = format;
        rules->signal = signal;
    }
    return is_one;
}

/* What JSON begins with; a request in protobuf never begins with a brace, which would be the end of a group, but it
 * begins with what is a line end in a text. */
static bool is_braced(const rd_kafka_message_t *message) {
    const char *text = message->payload;
    size_t at = 0;
    while (at < message->len && text[at] && strchr(" \t\r\n", text[at]))
        at++;
    return at < message->len && text[at] == '{';
}

/* Finds out the signal and the format; false: it is no OTLP that has records. */
static bool guess(struct verify_rules *rules, const rd_kafka_message_t *message) {
    static const int32_t signals[] = {STS_SIGNAL_LOGS, STS_SIGNAL_TRACES, STS_SIGNAL_METRICS};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        if (is_of(rules, message, STS_FORMAT_OTLP_PROTO, signals[i]))
            return true;
    }
    for (size_t i = 0; i < sizeof signals / sizeof *signals && is_braced(message); i++) {
        if (is_of(rules, message, STS_FORMAT_OTLP_JSON, signals[i]))
            return true;
    }
    return false;
}

/* --- keys --- */

struct comparison {
    const rd_kafka_message_t *message;
    uint64_t records;
    bool is_same;
};

static void compare(const sts_explanation *explanation, void *user) {
    struct comparison *run = user;
    sts_bytes key;
    run->records++;
    if (!run->is_same)
        return;
    sts_explanation_key(explanation, &key);
    run->is_same = sts_explanation_code(explanation) == STS_OK && key.data && key.size == run->message->key_len &&
                   memcmp(key.data, run->message->key, key.size) == 0;
}

/* Whether the rule makes the record's key; `is_otlp` where the value is a request of the signal and format that were
 * found last. JSON that holds no records is not: fields that are not known are skipped there (OTLP's rule for
 * receivers), so that any object can be read. */
static bool makes(const struct verify_rules *rules, const struct key_rule *rule, const rd_kafka_message_t *message,
                  bool *is_otlp) {
    struct comparison run = {message, 0, true};
    sts_status status = sts_explain(rule->exporter, rules->signal, rules->format, message->payload, message->len, NULL,
                                    compare, &run, NULL);
    *is_otlp = (status == STS_OK && run.records > 0) || status == STS_ERR_CONFIG; /* the rule is not for the signal */
    return status == STS_OK && *is_otlp && run.is_same;
}

/* The two hashes make keys of 16 bytes, and nothing else does that by design. */
static bool can_make(const struct key_rule *rule, const rd_kafka_message_t *message) {
    bool is_hash = strcmp(rule->spec, known[0][0]) == 0 || strcmp(rule->spec, known[1][0]) == 0;
    return !is_hash || message->key_len == HASH_SIZE;
}

static void count_match(struct verify_rules *rules, size_t place, const rd_kafka_message_t *message) {
    size_t number = rules->order[place];
    struct key_rule *rule = &rules->rules[number];
    int64_t ms = rd_kafka_message_timestamp(message, NULL);
    size_t first = rules->wanted ? 1 : 0; /* the one that was named is always tried first */
    if (place > first) {
        memmove(rules->order + first + 1, rules->order + first, (place - first) * sizeof *rules->order);
        rules->order[first] = number;
    }
    rules->last = number;
    rule->records++;
    if (rule->first_partition < 0 || ms < rule->first_ms) {
        rule->first_partition = message->partition;
        rule->first_offset = message->offset;
        rule->first_ms = ms;
    }
}

/* The place of a record's key and resource among the pairs; NULL: it has not one resource alone, or the last key was
 * made by a rule that looks at more, so that a pair of the two tells nothing. */
static struct rule_pair *pair_of(struct verify_rules *rules, const rd_kafka_message_t *message, uint64_t *hash) {
    sts_bytes resource;
    if (!rules->rules[rules->last].is_by_resource || rules->format != STS_FORMAT_OTLP_PROTO ||
        !otlp_resource_find((sts_bytes){message->payload, message->len}, &resource))
        return NULL;
    *hash = key_hash(resource.data, resource.size) * 31 + key_hash(message->key, message->key_len);
    *hash += *hash == 0;
    return &rules->pairs[*hash % PAIRS];
}

/* Which rule makes the key; NULL: none does, or (`is_otlp` false) the value could not be read. */
static const struct key_rule *find_rule(struct verify_rules *rules, const rd_kafka_message_t *message, bool *is_otlp) {
    size_t last = rules->order[0];
    *is_otlp = true;
    for (size_t i = 0; i < rules->count && *is_otlp; i++) {
        const struct key_rule *rule = &rules->rules[rules->order[i]];
        if (can_make(rule, message) && makes(rules, rule, message, is_otlp)) {
            count_match(rules, i, message);
            if (rules->order[0] != last)
                rules->looked = 0;
            return rule;
        }
    }
    return NULL;
}

static const char *look_of(const rd_kafka_message_t *message) {
    const unsigned char *bytes = message->payload;
    if (message->len && (bytes[0] == '{' || bytes[0] == '['))
        return "the value is JSON, but not OTLP JSON of logs, traces or metrics with a record in it";
    for (size_t i = 0; i < message->len && i < 64; i++) {
        if (bytes[i] < ' ' && bytes[i] != '\n' && bytes[i] != '\t' && bytes[i] != '\r')
            return "the value is binary, but not OTLP protobuf of logs, traces or metrics with a record in it";
    }
    return "the value is text, not OTLP";
}

static void add_not_otlp(struct verify_rules *rules, const rd_kafka_message_t *message, struct verify_faults *faults) {
    if (rules->not_otlp++ == 0) {
        snprintf(rules->not_otlp_text, sizeof rules->not_otlp_text, "%s", look_of(message));
        rules->not_otlp_partition = message->partition;
        rules->not_otlp_offset = message->offset;
    }
    if (rules->is_otlp)
        verify_fault(faults, FAULT_VALUE, message, -1, look_of(message));
    else if (rules->checked == 0 && rules->not_otlp >= PATIENCE && !rules->wanted)
        rules->is_off = true;
}

/* Counts a record whose key could be compared, and tells where that is not as it was wanted. */
static void add_checked(struct verify_rules *rules, const struct key_rule *rule, const rd_kafka_message_t *message,
                        struct verify_faults *faults) {
    rules->checked++;
    rules->unmatched += !rule;
    if (rules->wanted && (!rule || strcmp(rule->spec, rules->wanted) != 0)) {
        char text[300];
        snprintf(text, sizeof text, "not what %s makes%s%s", rules->wanted, rule ? ", but " : "",
                 rule ? rule->spec : "");
        verify_fault(faults, FAULT_KEY, message, -1, text);
    }
    if (!rules->wanted && !rules->order_exporter && rules->unmatched == rules->checked && rules->checked >= PATIENCE)
        rules->is_off = true;
}

static bool is_passed(struct verify_rules *rules) {
    return !rules->wanted && !rules->is_otlp && ++rules->looked > LOOKED_AT && rules->looked % ONE_IN != 0;
}

static void check_key(struct verify_rules *rules, const rd_kafka_message_t *message, struct verify_faults *faults) {
    bool is_otlp;
    uint64_t hash = 0;
    struct rule_pair *pair = pair_of(rules, message, &hash);
    if (pair && pair->hash == hash) {
        size_t place = 0;
        while (rules->order[place] != pair->rule)
            place++;
        count_match(rules, place, message);
        add_checked(rules, &rules->rules[pair->rule], message, faults);
        return;
    }
    if (is_passed(rules))
        return;
    const struct key_rule *rule = find_rule(rules, message, &is_otlp);
    if (!is_otlp && guess(rules, message)) /* another signal than the last one */
        rule = find_rule(rules, message, &is_otlp);
    if (!is_otlp) {
        add_not_otlp(rules, message, faults);
        return;
    }
    if (pair && rule && rule->is_by_resource)
        *pair = (struct rule_pair){hash, (size_t)(rule - rules->rules)};
    add_checked(rules, rule, message, faults);
}

/* --- order --- */

struct order_reading {
    struct verify_rules *rules;
    uint64_t records;
};

static void keep_key(const sts_explanation *explanation, void *user) {
    struct order_reading *run = user;
    struct verify_rules *rules = run->rules;
    sts_bytes value;
    run->records++;
    sts_explanation_key(explanation, &value);
    if (!value.data || rules->found.data)
        return;
    size_t size = value.size < sizeof rules->order_value ? value.size : sizeof rules->order_value;
    memcpy(rules->order_value, value.data, size);
    rules->found = (sts_bytes){rules->order_value, size};
}

/* False: the value holds no records of the signal and in the format that were found last. */
static bool read_order(struct verify_rules *rules, const rd_kafka_message_t *message) {
    struct order_reading run = {rules, 0};
    sts_explain(rules->order_exporter, rules->signal, rules->format, message->payload, message->len, NULL, keep_key,
                &run, NULL);
    return run.records > 0;
}

static void find_order(struct verify_rules *rules, const rd_kafka_message_t *message) {
    if (rules->order_exporter && !read_order(rules, message) && guess(rules, message))
        read_order(rules, message);
}

/* Of a value without a key nothing is asked but whether it is OTLP. */
static void check_value(struct verify_rules *rules, const rd_kafka_message_t *message, struct verify_faults *faults) {
    if (!is_passed(rules) && !is_of(rules, message, rules->format, rules->signal) && !guess(rules, message))
        add_not_otlp(rules, message, faults);
}

/* What came before must not decide what a value is: the last signal and format are only tried first. */
void rules_add(struct verify_rules *rules, const rd_kafka_message_t *message, struct verify_faults *faults) {
    rules->found = (sts_bytes){NULL, 0};
    if (rules->is_off || !message->payload || message->len == 0)
        return;
    if (!rules->signal && !guess(rules, message)) {
        add_not_otlp(rules, message, faults);
        return;
    }
    if (message->key)
        check_key(rules, message, faults);
    else
        check_value(rules, message, faults);
    find_order(rules, message);
}

bool rules_are_mixed(const struct verify_rules *rules) {
    uint64_t old_hash = 0, new_hash = 0;
    for (size_t i = 0; i < rules->count; i++) {
        old_hash += strcmp(rules->rules[i].spec, known[0][0]) == 0 ? rules->rules[i].records : 0;
        new_hash += strcmp(rules->rules[i].spec, known[1][0]) == 0 ? rules->rules[i].records : 0;
    }
    return old_hash && new_hash;
}
