/* SPDX-License-Identifier: Apache-2.0
 *
 * How deep a request may be nested: 100 messages inside the request, as in Google's runtimes for C++, Java and Python.
 */
#include <criterion/criterion.h>

#include "support/otlp.h"
#include "support/probe.h"

/* The body of a record is the 4th message inside the request, and an attribute's value the 5th; a list adds two. */
enum { BODY = 4, ATTRIBUTE = 5, LIST = 2, DEEPEST = 100 };

static struct probed nest(unsigned in_body, unsigned in_attribute) {
    struct probe probe;
    struct otlp otlp = {0};
    struct pb request = {0}, key = otlp_text("k"), body = otlp_nested(in_body), topic = otlp_nested(in_attribute);
    otlp_add(&otlp, &key, in_attribute ? &topic : NULL, &body);
    otlp_finish(&request, &otlp);
    probe_open(&probe);
    struct probed probed = probe_bytes(&probe, request.data, request.size, "nested lists");
    probe_close(&probe);
    pb_clear(&request);
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
