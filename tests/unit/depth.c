/* SPDX-License-Identifier: Apache-2.0
 *
 * How deep a request may be nested: 100 messages inside the request, as in Google's runtimes for C++, Java and Python.
 */
#include <criterion/criterion.h>

#include "otlp/value.h"
#include "support/otlp.h"
#include "support/probe.h"

/* The body of a record is the 4th message inside the request, and an attribute's value the 5th; a list adds two. */
enum { BODY = 4, ATTRIBUTE = 5, LIST = 2, DEEPEST = 100 };

/* A record with these values, which are cleared. */
static struct probed probe_record(struct pb *topic, struct pb *body) {
    struct probe probe;
    struct otlp otlp = {0};
    struct pb request = {0}, key = otlp_text("k");
    otlp_add(&otlp, &key, topic, body);
    otlp_finish(&request, &otlp);
    probe_open(&probe);
    struct probed probed = probe_bytes(&probe, request.data, request.size, "nested values");
    probe_close(&probe);
    pb_clear(&request);
    return probed;
}

static struct probed nest(unsigned in_body, unsigned in_attribute) {
    struct pb body = otlp_nested(in_body), topic = otlp_nested(in_attribute);
    struct probed probed = probe_record(in_attribute ? &topic : NULL, &body);
    pb_clear(&topic);
    return probed;
}

Test(depth, the_deepest_that_others_take) {
    cr_assert_eq(nest((DEEPEST - BODY) / LIST, 0).status, STS_ERR_REJECTED, "100 deep: well-formed, not bytes");
    cr_assert_eq(nest(0, (DEEPEST - ATTRIBUTE) / LIST).status, STS_ERR_REJECTED, "99 deep");
}

Test(depth, one_more_is_too_deep) {
    struct probed probed = nest(0, (DEEPEST + 1 - ATTRIBUTE) / LIST);
    cr_assert_eq(probed.status, STS_ERR_TOO_DEEP, "%s", sts_status_name(probed.status));
    cr_assert_gt(probed.offset, 100);
    cr_assert_eq(nest((DEEPEST + 2 - BODY) / LIST, 0).status, STS_ERR_TOO_DEEP);
}

/* A body of so many lists around a map of one text. */
static struct pb map_in_lists(unsigned lists) {
    struct pb value = {0}, map = {0}, text = otlp_text("v");
    otlp_key_value(&map, STS__LIST_VALUES, "k", &text, PB_ASCENDING);
    pb_message(&value, STS__ANY_KVLIST, &map);
    for (unsigned i = 0; i < lists; i++) {
        struct pb list = {0}, outer = {0};
        pb_message(&list, STS__LIST_VALUES, &value);
        pb_message(&outer, STS__ANY_ARRAY, &list);
        value = outer;
    }
    return value;
}

/* A map adds three: itself, its pair, and the pair's value. */
Test(depth, of_a_pair_whose_value_alone_is_too_deep) {
    struct pb body = map_in_lists((DEEPEST - BODY - 3) / LIST);
    cr_assert_eq(probe_record(NULL, &body).status, STS_ERR_REJECTED, "99 deep: well-formed, not bytes");
    body = map_in_lists((DEEPEST + 1 - BODY - 3) / LIST);
    struct probed probed = probe_record(NULL, &body);
    cr_assert_eq(probed.status, STS_ERR_TOO_DEEP, "%s", sts_status_name(probed.status));
}

/* Deep enough to run a reader that calls itself out of its stack. */
Test(depth, very_deep) {
    cr_assert_eq(nest(5000, 0).status, STS_ERR_TOO_DEEP);
}

static struct probed nest_groups(unsigned levels) {
    struct probe probe;
    struct pb request = {0};
    for (unsigned i = 0; i < levels; i++)
        pb_put_tag(&request, 99, PB_GROUP);
    for (unsigned i = 0; i < levels; i++)
        pb_put_tag(&request, 99, PB_GROUP_END);
    probe_open(&probe);
    struct probed probed = probe_bytes(&probe, request.data, request.size, "nested groups");
    probe_close(&probe);
    pb_clear(&request);
    return probed;
}

Test(depth, of_groups) {
    cr_assert_eq(nest_groups(90).status, STS_OK);
    cr_assert_eq(nest_groups(101).status, STS_ERR_TOO_DEEP);
    cr_assert_eq(nest_groups(1000000).status, STS_ERR_TOO_DEEP);
}
