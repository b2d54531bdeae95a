/* SPDX-License-Identifier: Apache-2.0
 *
 * Options and what needs no exporter, with every allocation failing in turn. */
#include <string.h>

#include "torture/torture.h"

static void allocator(struct torture *t) {
    sts_allocator *made = NULL;
    MUST(!sts_allocator_new(NULL, book_resize, book_release, &t->book));
    MUST(!sts_allocator_new(book_allocate, NULL, book_release, &t->book));
    MUST(!sts_allocator_new(book_allocate, book_resize, NULL, &t->book));
    TRY_NEW(t, made, sts_allocator_new(book_allocate, book_resize, book_release, &t->book));
done:
    sts_allocator_free(made);
}

static void options(struct torture *t) {
    static const char *const pairs[][2] = {
        {"brokers", "a:1,b:2"},
        {"brokers", "c:3"},
        {"key", "Concat([resource.attributes[\"a\"], SHA256(attributes[\"b\"])], \"/\") | resource_hash | none"},
        {"header_from.x", "AsString(attributes)"},
        {"record_headers.y", "text"},
        {"kafka.client.id", "me"},
        {"tls.ca_pem", "-----BEGIN"},
        {"auth.sasl.password", "secret"},
        {"topics.allow", "a,b*"},
    };
    sts_options *o = NULL;
    TRY_NEW(t, o, sts_options_new_with(t->allocator));
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        sts_status status;
        TRY(t, status, sts_options_set(o, pairs[i][0], pairs[i][1], &t->error));
        const char *value = sts_options_get(o, pairs[i][0]);
        torture_note(t, "%s = %s: %s", pairs[i][0], value ? value : "-", sts_status_name(status));
    }
done:
    sts_options_free(o);
}

/* A file of options: what was set is the same in the end. */
static void settings(struct torture *t) {
    static const char text[] = "brokers: [a:1, 'b:2']\nsending_queue:\n  max_bytes: 70000000\ntopics.allow:\n- a\n- b\n"
                               "client_id: \"\\x41${env:STS_NOT_SET:-b}\"\nkafka.client.rack: r\n";
    static const char bad[] = "topic: a\nno_such: 1\nlinger: never\n";
    sts_options *o = NULL;
    sts_status status;
    TRY_NEW(t, o, sts_options_new_with(t->allocator));
    TRY_OK(t, sts_options_load_text(o, "file", text, sizeof text - 1, &t->error));
    torture_note(t, "%s %s %s", sts_options_get(o, "brokers"), sts_options_get(o, "topics.allow"),
                 sts_options_get(o, "client_id"));
    TRY(t, status, sts_options_load_text(o, "file", bad, sizeof bad - 1, &t->error));
    MUST(status == STS_ERR_CONFIG);
    TRY(t, status, sts_options_load(o, "/dev/null", &t->error));
    MUST(status == STS_OK);
done:
    sts_options_free(o);
}

/* Faults are remembered, and told together. */
static void option_faults(struct torture *t) {
    sts_options *o = NULL;
    sts_exporter *exporter = NULL;
    sts_status status;
    TRY_NEW(t, o, sts_options_new_with(t->allocator));
    for (int i = 0; i < 20; i++) {
        char name[32];
        snprintf(name, sizeof name, i % 3 ? "bruker%d" : "kafka.clint.id%d", i);
        TRY(t, status, sts_options_set(o, name, "x", &t->error));
        MUST(status == STS_ERR_OPTION_UNKNOWN);
    }
    TRY(t, status, sts_options_set(o, "key", "Concat(", &t->error));
    MUST(status == STS_ERR_OPTION_VALUE);
    MUST(strcmp(sts_options_get(o, "key"), "attributes[\"stskafka.key\"]") == 0);
    TRY(t, status, sts_options_set(o, "header_from.a", "nonsense(", &t->error));
    MUST(status == STS_ERR_OPTION_VALUE);
    TRY(t, status, sts_options_set(o, "linger", "5x", &t->error));
    MUST(status == STS_ERR_OPTION_VALUE);
    TRY_OK(t, sts_options_set(o, "linger", "5ms", &t->error));
    TRY(t, status, sts_options_set(o, "kafka.acks", "1", &t->error));
    MUST(status == STS_ERR_OPTION_REFUSED);
    torture_begin(t);
    do
        status = sts_exporter_new(&exporter, o, &t->error);
    while (torture_again(t, status));
    MUST(!exporter && (t->given_up || status == STS_ERR_CONFIG));
done:
    sts_options_free(o);
}

static const char *const unheeded[][2] = {
    {"transport", "none"}, {"sending_queue.queue_size", "10"}, {"topics.max", "10"},
    {"topic", "mine"},     {"record_headers.x", "text"},       {"linger", "5x"},
    {"linger", "6x"}};
enum { UNHEEDED = sizeof unheeded / sizeof unheeded[0], RIGHT = UNHEEDED - 2 };

/* Sets the first ones once, and makes an exporter, which must be as they say, or not be made. */
static sts_status make_unheeded(struct torture *t, sts_options *o, size_t count) {
    sts_exporter *exporter = NULL;
    bool kept = count == RIGHT;
    for (size_t i = 0; i < count; i++)
        kept = sts_options_set(o, unheeded[i][0], unheeded[i][1], NULL) == STS_OK && kept;
    sts_status status = sts_exporter_new(&exporter, o, &t->error);
    MUST(kept || status == STS_ERR_CONFIG || status == STS_ERR_NO_MEMORY);
    MUST(!exporter == (status != STS_OK));
    sts_error_free(t->error);
    t->error = NULL;
    sts_exporter_free(exporter, 0);
    return status;
}

/* A host that does not look at what sts_options_set returns, and sets all of them again when the exporter is not made.
 */
static void options_unheeded(struct torture *t) {
    t->same = false;
    for (size_t count = RIGHT; count <= UNHEEDED; count++) {
        sts_options *o = sts_options_new_with(t->allocator);
        if (!o)
            continue;
        sts_status status = make_unheeded(t, o, count);
        MUST(count == RIGHT || status != STS_OK);
        bool has_memory = t->way == TORTURE_COUNT || (t->way == TORTURE_ONCE && book_failures(&t->book) > 0);
        if (has_memory && make_unheeded(t, o, RIGHT) != STS_OK)
            MUST(count > RIGHT && make_unheeded(t, o, UNHEEDED) == STS_ERR_CONFIG);
        sts_options_free(o);
    }
}

static void request(struct torture *t) {
    sts_export_context *r = NULL;
    TRY_NEW(t, r, sts_export_context_new_with(t->allocator));
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 5; i++)
            TRY_OK(t, sts_export_context_add_metadata(r, "X-Tenant", "value", (size_t)i));
        sts_export_context_reset(r);
    }
done:
    sts_export_context_free(r);
}

static void skew(struct torture *t) {
    sts_skew *s = NULL;
    TRY_NEW(t, s, sts_skew_new_with(t->allocator, 3));
    for (int i = 0; i < 100; i++)
        TRY_OK(t, sts_skew_add(s, &"abcdefghij"[i % 7], 2));
    torture_note(t, "%llu of %llu", (unsigned long long)sts_skew_distinct_keys(s),
                 (unsigned long long)sts_skew_keys(s));
done:
    sts_skew_free(s);
}

static void outcomes(struct torture *t) {
    sts_outcomes *list = NULL;
    TRY_NEW(t, list, sts_outcomes_new_with(t->allocator, 10));
    MUST(sts_outcomes_count(list) == 0);
done:
    sts_outcomes_free(list);
}

static void memory(struct torture *t) {
    sts_memory_transport *m = NULL;
    sts_status status;
    TRY(t, status, sts_memory_transport_new_with(t->allocator, &m, "deliver*3,sing", 10, 1, &t->error));
    MUST(status == STS_ERR_INVALID_ARGUMENT && !m);
    TRY_OK(t, sts_memory_transport_new_with(t->allocator, &m, "deliver*3,fail", 10, 1, &t->error));
done:
    sts_memory_transport_free(m);
}

int main(void) {
    static const struct scenario scenarios[] = {
        {"allocator", allocator},
        {"options", options},
        {"settings", settings},
        {"option faults", option_faults},
        {"options unheeded", options_unheeded},
        {"request", request},
        {"skew", skew},
        {"outcomes", outcomes},
        {"memory transport", memory},
    };
    for (size_t i = 0; i < sizeof scenarios / sizeof scenarios[0]; i++)
        torture_run(&scenarios[i]);
    return 0;
}
