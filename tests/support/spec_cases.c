/* SPDX-License-Identifier: Apache-2.0 */
#include "support/spec_cases.h"

#include <criterion/criterion.h>

#include "support/explained.h"

void spec_fill_nothing(struct otlp_tree *tree) {
    (void)tree;
}

struct pb spec_request(spec_filler fill, enum pb_order order) {
    struct otlp_tree *tree = otlp_tree_new(order);
    otlp_tree_begin(tree);
    fill(tree);
    return otlp_tree_finish(tree);
}

static void check_case(spec_filler fill, enum pb_order order, const struct spec_case *spec, const char *const *options,
                       const sts_export_context *metadata) {
    const char *pairs[16] = {"key", spec->spec};
    struct explained_list list = {0};
    struct pb request = spec_request(fill, order);
    for (size_t i = 0; options && options[i]; i++)
        pairs[i + 2] = options[i];
    explained_by(&list, pairs, &request, metadata);
    cr_assert_eq(list.count, 1u);
    if (spec->code == STS_OK)
        explained_check_key(&list.items[0], spec->key, spec->spec);
    else
        explained_check_code(&list.items[0], spec->code, spec->spec);
    explained_clear(&list);
    pb_clear(&request);
}

void spec_check(spec_filler fill, const struct spec_case *cases, const char *const *options,
                const sts_export_context *metadata) {
    for (; cases->spec; cases++) {
        check_case(fill, PB_ASCENDING, cases, options, metadata);
        check_case(fill, PB_DESCENDING, cases, options, metadata);
    }
}
