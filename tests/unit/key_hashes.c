/* SPDX-License-Identifier: Apache-2.0
 *
 * Keys that are a hash of a resource, or of some of its attributes: which attributes count. golden.resource_hash has
 * the values. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "support/explained.h"
#include "support/rig.h"
#include "support/spec_cases.h"

static void fill_hashed(struct otlp_tree *tree) {
    otlp_tree_resource_attribute(tree, "a", otlp_text("1"));
    otlp_tree_resource_attribute(tree, "b", otlp_text("bare"));
    otlp_tree_resource_attribute(tree, "b.x", otlp_int(2));
    otlp_tree_resource_attribute(tree, "b.y", otlp_map("k", otlp_double(3.5)));
    otlp_tree_resource_attribute(tree, "bz", otlp_text("the dot is a dot"));
    otlp_tree_resource_attribute(tree, "pod", otlp_text("pod-1"));
}

/* The same in another order, after a restart in another pod. */
static void fill_hashed_again(struct otlp_tree *tree) {
    otlp_tree_resource_attribute(tree, "new", otlp_text("detector"));
    otlp_tree_resource_attribute(tree, "pod", otlp_text("pod-2"));
    otlp_tree_resource_attribute(tree, "bz", otlp_text("the dot is a dot"));
    otlp_tree_resource_attribute(tree, "b.y", otlp_map("k", otlp_double(3.5)));
    otlp_tree_resource_attribute(tree, "b.x", otlp_int(2));
    otlp_tree_resource_attribute(tree, "b", otlp_text("bare"));
    otlp_tree_resource_attribute(tree, "a", otlp_text("1"));
}

/* What a choice of "a" and "b.*" leaves of them. */
static void fill_chosen(struct otlp_tree *tree) {
    otlp_tree_resource_attribute(tree, "b.x", otlp_int(2));
    otlp_tree_resource_attribute(tree, "a", otlp_text("1"));
    otlp_tree_resource_attribute(tree, "b.y", otlp_map("k", otlp_double(3.5)));
}

/* No resource at all. */
static void fill_record(struct otlp_tree *tree) {
    otlp_tree_attribute(tree, "a", otlp_text("1"));
}

struct hash {
    unsigned char bytes[16];
};

static struct hash hash_of(spec_filler fill, const char *spec) {
    struct hash hash;
    struct explained_list list = {0};
    struct pb request = spec_request(fill, PB_DESCENDING);
    explained_by(&list, RIG_OPTIONS("key", spec), &request, NULL);
    cr_assert_eq(list.items[0].code, STS_OK, "%s: %s", spec, list.items[0].text);
    cr_assert_eq(list.items[0].key_size, sizeof hash.bytes, "%s", spec);
    memcpy(hash.bytes, list.items[0].key, sizeof hash.bytes);
    explained_clear(&list);
    pb_clear(&request);
    return hash;
}

static bool is_same(struct hash one, struct hash other) {
    return memcmp(one.bytes, other.bytes, sizeof one.bytes) == 0;
}

/* What a choice is: the hash of a resource that has no more than that.
 * Both hashes know it: `name` is what they are called. */
static void check_choice(const char *name) {
    char spec[128];
    struct hash chosen = hash_of(fill_chosen, name);
    static const char *const choices[] = {
        "(\"a\", \"b.*\")",
        "(\"b.*\", \"a\")",
        "(\"a\", \"a\", \"b.x\", \"b.*\", \"b.y\", \"absent\")",
        "_except(\"b\", \"bz\", \"pod\", \"new\")",
        "_except(\"p*\", \"n*\", \"bz\", \"b\")",
    };
    static const char *const others[] = {
        "(\"a\", \"b*\")", /* b* has b and bz as well */
        "(\"a\", \"b.\")", /* without * it is a name */
        "_except(\"pod\")",
    };
    for (size_t i = 0; i < sizeof choices / sizeof *choices; i++) {
        snprintf(spec, sizeof spec, "%s%s", name, choices[i]);
        cr_assert(is_same(hash_of(fill_hashed, spec), chosen), "%s", spec);
        cr_assert(is_same(hash_of(fill_hashed_again, spec), chosen), "%s, of others too", spec);
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        snprintf(spec, sizeof spec, "%s%s", name, others[i]);
        cr_assert(!is_same(hash_of(fill_hashed, spec), chosen), "%s", spec);
    }
}

Test(key_hashes, a_hash_of_chosen_attributes) {
    check_choice("resource_hash");
    check_choice("resource_hash_v0163");
}

static void check_all_attributes(const char *name) {
    char empty_choice[64];
    struct hash all = hash_of(fill_hashed, name);
    snprintf(empty_choice, sizeof empty_choice, "%s()", name);
    cr_assert(is_same(hash_of(fill_hashed, empty_choice), all));
    cr_assert(!is_same(hash_of(fill_hashed_again, name), all));
    cr_assert(is_same(hash_of(spec_fill_nothing, name), hash_of(fill_record, name)),
              "that of no attributes is one too");
}

Test(key_hashes, a_hash_of_all_attributes_moves_with_each) {
    check_all_attributes("resource_hash");
    check_all_attributes("resource_hash_v0163");
    cr_assert(!is_same(hash_of(fill_hashed, "resource_hash"), hash_of(fill_hashed, "resource_hash_v0163")));
}

Test(key_hashes, a_hash_of_nothing_that_was_chosen_is_no_value) {
    const struct spec_case *cases = SPEC_CASES({"resource_hash(\"absent\", \"nor.*\")", NULL, STS_ERR_KEY_MISSING},
                                               {"resource_hash(\"B.X\")", NULL, STS_ERR_KEY_MISSING},
                                               {"resource_hash(\"absent\") | constant(\"c\")", "c", STS_OK},
                                               {"resource_hash_except(\"*\")", NULL, STS_ERR_KEY_MISSING},
                                               {"resource_hash_v0163(\"absent\")", NULL, STS_ERR_KEY_MISSING},
                                               {"resource_hash_v0163_except(\"*\")", NULL, STS_ERR_KEY_MISSING});
    spec_check(fill_hashed, cases, NULL, NULL);
    spec_check(spec_fill_nothing, cases, NULL, NULL);
    spec_check(spec_fill_nothing,
               SPEC_CASES({"resource_hash_except(\"absent\")", NULL, STS_ERR_KEY_MISSING},
                          {"resource_hash_v0163_except(\"absent\")", NULL, STS_ERR_KEY_MISSING}),
               NULL, NULL);
}
