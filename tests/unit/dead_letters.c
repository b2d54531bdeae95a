/* SPDX-License-Identifier: Apache-2.0
 *
 * Dead letters: which records become some, what is in them, and what becomes of themselves. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/explained.h"
#include "support/otlp_tree.h"
#include "support/rig.h"

#define GRAVES "dead-letters"

/* Copies of the letters that the callback got. */
struct letters {
    struct {
        int32_t kind;
        sts_status code;
        uint64_t token, index;
        int32_t signal;
        bool has_topic;
        struct pb key, value;
        char text[256];
    } items[32];
    size_t count;
    sts_exporter *exporter; /* NULL, or to be flushed from inside the callback */
};

static void keep_letter(const sts_dead_letter *letter, void *user) {
    struct letters *letters = user;
    sts_bytes key, value;
    size_t i = letters->count++;
    cr_assert_lt(i, 32u);
    sts_dead_letter_key(letter, &key);
    sts_dead_letter_value(letter, &value);
    letters->items[i].kind = sts_dead_letter_kind(letter);
    letters->items[i].code = sts_dead_letter_code(letter);
    letters->items[i].token = sts_dead_letter_token(letter);
    letters->items[i].index = sts_dead_letter_index(letter);
    letters->items[i].signal = sts_dead_letter_signal(letter);
    letters->items[i].has_topic = sts_dead_letter_topic(letter) != NULL;
    snprintf(letters->items[i].text, sizeof letters->items[i].text, "%s", sts_dead_letter_text(letter));
    pb_put(&letters->items[i].key, key.data, key.size);
    pb_put(&letters->items[i].value, value.data, value.size);
    if (letters->exporter)
        cr_assert_eq(sts_flush(letters->exporter, 0, NULL, 0, NULL), STS_ERR_REENTRANT);
}

static void letters_clear(struct letters *letters) {
    for (size_t i = 0; i < letters->count; i++) {
        pb_clear(&letters->items[i].key);
        pb_clear(&letters->items[i].value);
    }
    letters->count = 0;
}

/* Two resources and three scopes with attributes, and records with their number as key; every second one has no key, or
 * a text as its body. */
static struct otlp_tree *some_records(enum pb_order order) {
    struct otlp_tree *tree = otlp_tree_new(order);
    for (int i = 0; i < 12; i++) {
        char text[32];
        if (i % 6 == 0)
            otlp_tree_resource(tree);
        if (i % 6 == 0)
            otlp_tree_resource_attribute(tree, "host", otlp_int(i));
        if (i % 4 == 0) {
            otlp_tree_scope(tree);
            otlp_tree_scope_attribute(tree, "library", otlp_int(i));
        }
        otlp_tree_record(tree);
        snprintf(text, sizeof text, "key-%d", i);
        if (i % 4 != 1)
            otlp_tree_attribute(tree, "stskafka.key", otlp_text(text));
        if (i % 4 == 3)
            otlp_tree_body(tree, otlp_text("a text"));
    }
    return tree;
}

static void prepare(struct rig *rig, struct letters *letters, const char *script, const char *const *pairs) {
    *letters = (struct letters){0};
    rig_prepare(rig, script, pairs);
    cr_assert_eq(sts_options_set_dead_letter_callback(rig->options, keep_letter, letters), STS_OK);
}

/* The letter's value, explained as a request of its own, tells the same as the request it comes from. */
static void check_single(const struct pb *single, const struct explained *of_all) {
    const char *const *options = RIG_OPTIONS("header_from.host", "resource.attributes[\"host\"]", "header_from.library",
                                             "instrumentation_scope.attributes[\"library\"]", "missing_key", "null");
    struct explained_list list = {0};
    explained_by(&list, options, single, NULL);
    cr_assert_eq(list.count, 1u);
    cr_assert_eq(list.items[0].code, of_all->code);
    cr_assert_eq(list.items[0].header_count, of_all->header_count);
    for (size_t i = 0; i < of_all->header_count; i++)
        cr_assert_str_eq(list.items[0].headers[i].value, of_all->headers[i].value);
    explained_clear(&list);
}

static void check_rejected(enum pb_order order) {
    struct rig rig;
    struct letters letters;
    struct otlp_tree *tree = some_records(order);
    struct pb request = {0};
    struct explained_list all = {0};
    otlp_tree_write(&request, tree);
    explained_by(&all,
                 RIG_OPTIONS("header_from.host", "resource.attributes[\"host\"]", "header_from.library",
                             "instrumentation_scope.attributes[\"library\"]", "missing_key", "null"),
                 &request, NULL);
    prepare(&rig, &letters, NULL, NULL);
    rig_start(&rig);
    letters.exporter = rig.exporter;
    cr_assert_eq(rig_export(&rig, &request, NULL), STS_ERR_REJECTED);
    cr_assert_eq(letters.count, 6u);
    for (size_t i = 0; i < letters.count; i++) {
        cr_assert_eq(letters.items[i].index, 2 * i + 1);
        cr_assert_eq(letters.items[i].kind, STS_OUTCOME_REJECTED);
        cr_assert_eq(letters.items[i].code, i % 2 ? STS_ERR_BODY_TYPE : STS_ERR_KEY_MISSING);
        cr_assert_eq(letters.items[i].signal, STS_SIGNAL_LOGS);
        cr_assert_eq(letters.items[i].key.size, i % 2 ? strlen("key-3") + (letters.items[i].index > 9) : 0u);
        check_single(&letters.items[i].value, &all.items[2 * i + 1]);
        struct pb alone = {0};
        otlp_tree_write_alone(&alone, tree, 2 * i + 1);
        if (order == PB_ASCENDING)
            cr_assert(alone.size == letters.items[i].value.size &&
                      memcmp(alone.data, letters.items[i].value.data, alone.size) == 0);
        pb_clear(&alone);
    }
    explained_clear(&all);
    letters_clear(&letters);
    rig_close(&rig);
    otlp_tree_free(tree);
    pb_clear(&request);
}

Test(dead_letters, are_requests_with_the_rejected_record_alone) {
    check_rejected(PB_ASCENDING);
    check_rejected(PB_DESCENDING);
}

/* The header of that name of a kept message, as text; "" where there is none. */
static const char *header_of(const sts_message *message, const char *name) {
    for (size_t i = 0; i < message->header_count; i++)
        if (strcmp(message->headers[2 * i].data, name) == 0)
            return message->headers[2 * i + 1].data;
    return "";
}

/* Letter number `index` among the messages: records go on meanwhile. */
static const sts_message *letter_in_topic(const struct rig *rig, size_t index) {
    const sts_message *message;
    for (size_t i = 0; (message = sts_memory_transport_message(rig->memory, i)); i++)
        if (strcmp(message->topic, GRAVES) == 0 && index-- == 0)
            return message;
    cr_assert_fail("no such letter");
    return NULL;
}

Test(dead_letters, go_to_their_topic_with_the_reason) {
    struct rig rig;
    struct pb request = {0};
    struct otlp_tree *tree = some_records(PB_ASCENDING);
    uint64_t counts[STS_COUNTS];
    otlp_tree_write(&request, tree);
    rig_open(&rig, NULL, RIG_OPTIONS("dead_letter.topic", GRAVES, "record_headers.own", "one"));
    cr_assert_eq(rig_export(&rig, &request, NULL), STS_ERR_REJECTED);
    rig_flush(&rig, counts);
    rig_check_sums(counts);
    cr_assert_eq(counts[STS_COUNT_ACCEPTED], 6u);
    cr_assert_eq(counts[STS_COUNT_REJECTED], 6u);
    cr_assert_eq(counts[STS_COUNT_DEAD_LETTERS], 6u);
    cr_assert_eq(counts[STS_COUNT_DEAD_LETTERS_LOST], 0u);
    const sts_message *message = letter_in_topic(&rig, 1);
    cr_assert_str_eq(header_of(message, "stskafka.dead_letter.code"), "STS_ERR_BODY_TYPE");
    cr_assert_not_null(strstr(header_of(message, "stskafka.dead_letter.text"), "must be bytes"));
    cr_assert_str_eq(header_of(message, "stskafka.dead_letter.form"), "otlp");
    cr_assert_str_eq(header_of(message, "stskafka.dead_letter.signal"), "logs");
    cr_assert_eq(message->key.size, strlen("key-3"));
    struct pb alone = {0};
    otlp_tree_write_alone(&alone, tree, 3);
    cr_assert(message->value.size == alone.size && memcmp(message->value.data, alone.data, alone.size) == 0);
    pb_clear(&alone);
    rig_close(&rig);
    otlp_tree_free(tree);
    pb_clear(&request);
}

Test(dead_letters, are_what_the_transport_failed_for_good) {
    struct rig rig;
    struct letters letters;
    uint64_t counts[STS_COUNTS];
    prepare(&rig, &letters, "deliver,fail,uncertain,deliver",
            RIG_OPTIONS("dead_letter.topic", GRAVES, "record_headers.own", "one"));
    rig_start(&rig);
    cr_assert_eq(rig_export_numbered(&rig, 4, NULL), STS_OK);
    rig_flush(&rig, counts);
    rig_check_sums(counts);
    cr_assert_eq(counts[STS_COUNT_FAILED], 1u);
    cr_assert_eq(counts[STS_COUNT_DEAD_LETTERS], 1u, "what is uncertain is none");
    cr_assert_eq(letters.count, 1u);
    cr_assert_eq(letters.items[0].kind, STS_OUTCOME_FAILED);
    cr_assert_eq(letters.items[0].code, STS_ERR_DELIVERY);
    cr_assert_eq(letters.items[0].index, 1u);
    cr_assert(!letters.items[0].signal && letters.items[0].has_topic);
    const sts_message *message = letter_in_topic(&rig, 0);
    cr_assert_str_eq(header_of(message, "stskafka.dead_letter.code"), "STS_ERR_DELIVERY");
    cr_assert_str_eq(header_of(message, "stskafka.dead_letter.topic"), "sts-otel-topology");
    cr_assert_str_eq(header_of(message, "stskafka.dead_letter.form"), "message");
    cr_assert_str_eq(header_of(message, "own"), "one");
    cr_assert_str_eq(message->key.data, "key-1");
    cr_assert_str_eq(message->value.data, "body-1");
    letters_clear(&letters);
    rig_close(&rig);
}

Test(dead_letters, leave_out_what_is_too_large) {
    struct rig rig;
    struct otlp otlp = {0};
    struct pb request = {0};
    uint64_t counts[STS_COUNTS];
    char body[2000];
    memset(body, 'x', sizeof body);
    body[sizeof body - 1] = '\0';
    otlp_add_record(&otlp, "large", body);
    otlp_finish(&request, &otlp);
    rig_open(&rig, NULL, RIG_OPTIONS("dead_letter.topic", GRAVES, "max_message_bytes", "1000"));
    cr_assert_eq(rig_export(&rig, &request, NULL), STS_ERR_REJECTED);
    rig_flush(&rig, counts);
    cr_assert_eq(counts[STS_COUNT_DEAD_LETTERS], 1u);
    const sts_message *message = letter_in_topic(&rig, 0);
    cr_assert_str_eq(header_of(message, "stskafka.dead_letter.form"), "left_out");
    cr_assert_null(message->value.data);
    cr_assert_str_eq(message->key.data, "large");
    rig_close(&rig);
    pb_clear(&request);
}

/* A letter for which there will never be room is lost, and holds up neither its record nor the next ones. */
Test(dead_letters, too_large_for_their_room_are_lost) {
    enum { KEY = 200000 };
    struct rig rig;
    struct otlp otlp = {0};
    struct pb request = {0};
    uint64_t counts[STS_COUNTS];
    char *key = malloc(KEY + 1);
    memset(key, 'k', KEY);
    key[KEY] = '\0';
    otlp_add_record(&otlp, key, "body");
    otlp_add_record(&otlp, "small", "body");
    otlp_finish(&request, &otlp);
    rig_open(&rig, NULL,
             RIG_OPTIONS("dead_letter.topic", GRAVES, "max_message_bytes", "1000", "sending_queue.max_bytes", "100000",
                         "max_key_bytes", "1000000"));
    cr_assert_eq(rig_export(&rig, &request, NULL), STS_ERR_REJECTED);
    rig_flush(&rig, counts);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], 1u);
    cr_assert_eq(counts[STS_COUNT_DEAD_LETTERS_LOST], 1u);
    free(key);
    rig_close(&rig);
    pb_clear(&request);
}

/* One record that is rejected; what becomes of its letter is the script's. */
static void check_lost(const char *script, uint64_t arrived, uint64_t lost) {
    struct rig rig;
    struct otlp otlp = {0};
    struct pb request = {0};
    uint64_t counts[STS_COUNTS];
    otlp_add_record(&otlp, NULL, "body");
    otlp_finish(&request, &otlp);
    rig_open(&rig, script, RIG_OPTIONS("dead_letter.topic", GRAVES));
    cr_assert_eq(rig_export(&rig, &request, NULL), STS_ERR_REJECTED);
    sts_status status = sts_exporter_close(rig.exporter, 0, counts, STS_COUNTS, NULL);
    cr_assert(status == STS_OK || status == STS_ERR_TIMED_OUT);
    cr_assert_eq(counts[STS_COUNT_DEAD_LETTERS], arrived, "%s", script);
    cr_assert_eq(counts[STS_COUNT_DEAD_LETTERS_LOST], lost, "%s", script);
    cr_assert_eq(counts[STS_COUNT_REJECTED], 1u);
    rig_check_sums(counts);
    rig_close(&rig);
    pb_clear(&request);
}

Test(dead_letters, have_no_dead_letters) {
    check_lost("fail", 0, 1);
    check_lost("refuse,refuse", 0, 1);
    check_lost("hold", 0, 1);
    check_lost("refuse,deliver", 1, 0); /* without its value */
}

/* Their room is bounded as the records' is; an export that rejects more waits, and goes on where it stopped. */
Test(dead_letters, are_bounded) {
    struct rig rig;
    struct otlp otlp = {0};
    struct pb request = {0};
    uint64_t counts[STS_COUNTS];
    for (int i = 0; i < 5; i++)
        otlp_add_record(&otlp, NULL, "body");
    otlp_finish(&request, &otlp);
    rig_open(&rig, "hold*9",
             RIG_OPTIONS("dead_letter.topic", GRAVES, "sending_queue.queue_size", "3", "produce_timeout", "0s"));
    cr_assert_eq(rig_export(&rig, &request, counts), STS_ERR_QUEUE_FULL);
    cr_assert_eq(counts[STS_COUNT_REJECTED], 3u);
    cr_assert_eq(sts_exporter_rejected(rig.exporter, STS_ERR_KEY_MISSING), 3u);
    cr_assert_eq(rig_export_numbered(&rig, 3, NULL), STS_OK, "records have room of their own");
    rig_close(&rig);
    pb_clear(&request);
}

Test(dead_letters, to_a_callback_alone_are_counted_too) {
    struct rig rig;
    struct letters letters;
    uint64_t counts[STS_COUNTS];
    prepare(&rig, &letters, "fail*3", NULL);
    rig_start(&rig);
    cr_assert_eq(rig_export_numbered(&rig, 5, NULL), STS_OK);
    rig_flush(&rig, counts);
    cr_assert_eq(letters.count, 3u);
    cr_assert_eq(counts[STS_COUNT_DEAD_LETTERS], 3u);
    cr_assert_eq(sts_memory_transport_count(rig.memory), 5u, "nothing else is sent");
    letters_clear(&letters);
    rig_close(&rig);
    cr_assert_eq(sts_options_set_dead_letter_callback(NULL, keep_letter, NULL), STS_ERR_INVALID_ARGUMENT);
}

static void check_config(const char *const *pairs, const char *expected) {
    sts_exporter *exporter;
    sts_error *error = NULL;
    sts_options *options = rig_options(pairs);
    cr_assert_eq(sts_exporter_new(&exporter, options, &error), STS_ERR_CONFIG);
    cr_assert_not_null(strstr(sts_error_text(error), expected), "%s", sts_error_text(error));
    sts_error_free(error);
    sts_options_free(options);
}

Test(dead_letters, need_a_topic_that_makes_sense) {
    check_config(RIG_OPTIONS("dead_letter.topic", "no/name"), "dead_letter.topic: the name \"no/name\"");
    check_config(RIG_OPTIONS("dead_letter.topic", "same", "topic", "same"), "dead_letter.topic: must differ from");
    check_config(RIG_OPTIONS("dead_letter.topic", "a", "topics.max", "1"), "topics.max must be at least 2");
}
