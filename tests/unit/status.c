/* SPDX-License-Identifier: Apache-2.0
 *
 * The codes and their names, and what an error object reads as. */
#include <criterion/criterion.h>
#include <string.h>
#include <stskafka/stskafka.h>

Test(status, every_code_has_a_name_and_a_text_of_its_own) {
    cr_assert_gt(sts_status_count(), 30u);
    for (size_t i = 0; i < sts_status_count(); i++) {
        sts_status status = sts_status_at(i);
        const char *name = sts_status_name(status);
        cr_assert_eq(strncmp(name, status == STS_OK ? "STS_OK" : "STS_ERR_", 6), 0, "%s", name);
        cr_assert_str_neq(name, "STS_ERR_UNKNOWN");
        cr_assert_leq(status, 0);
        cr_assert_null(strchr(sts_status_text(status), '\n'), "%s", name);
        for (size_t k = 0; k < i; k++) {
            cr_assert_neq(status, sts_status_at(k), "%s is there twice", name);
            cr_assert_str_neq(name, sts_status_name(sts_status_at(k)));
            cr_assert_str_neq(sts_status_text(status), sts_status_text(sts_status_at(k)), "%s", name);
        }
    }
    cr_assert_eq(sts_status_at(sts_status_count()), STS_OK);
    cr_assert_eq(sts_status_at(SIZE_MAX), STS_OK);
}

static void check_listed(sts_status status, const char *name) {
    size_t found = 0;
    for (size_t i = 0; i < sts_status_count(); i++)
        found += sts_status_at(i) == status;
    cr_assert_eq(found, 1u, "%s", name);
    cr_assert_str_eq(sts_status_name(status), name);
}

Test(status, the_walk_has_codes_of_every_group) {
    check_listed(STS_ERR_INVALID_ARGUMENT, "STS_ERR_INVALID_ARGUMENT");
    check_listed(STS_ERR_CONFIG, "STS_ERR_CONFIG");
    check_listed(STS_ERR_REQUEST_SIZE, "STS_ERR_REQUEST_SIZE");
    check_listed(STS_ERR_KEY_MISSING, "STS_ERR_KEY_MISSING");
    check_listed(STS_ERR_REJECTED, "STS_ERR_REJECTED");
    check_listed(STS_ERR_NOT_DELIVERED, "STS_ERR_NOT_DELIVERED");
    check_listed(STS_ERR_NOT_ACKNOWLEDGED, "STS_ERR_NOT_ACKNOWLEDGED");
    check_listed(STS_ERR_STORAGE, "STS_ERR_STORAGE");
    check_listed(STS_ERR_PRODUCER_FATAL, "STS_ERR_PRODUCER_FATAL");
    cr_assert_str_eq(sts_status_text(STS_ERR_KEY_MISSING), "the key has no value");
}

Test(status, unknown_codes_have_a_name_too) {
    cr_assert_str_eq(sts_status_name(-12345), "STS_ERR_UNKNOWN");
    cr_assert_str_eq(sts_status_name(1), "STS_ERR_UNKNOWN");
    cr_assert_str_eq(sts_status_name(INT32_MIN), "STS_ERR_UNKNOWN");
    cr_assert_not_null(sts_status_text(-12345));
}

Test(status, no_error_reads_as_success) {
    cr_assert_eq(sts_error_code(NULL), STS_OK);
    cr_assert_str_eq(sts_error_text(NULL), "");
    cr_assert_eq(sts_error_is_retriable(NULL), 0);
    cr_assert_eq(sts_error_is_fatal(NULL), 0);
    cr_assert_eq(sts_error_transport_code(NULL), 0);
    cr_assert_eq(sts_error_offset(NULL), -1, "an offset of 0 would be a place");
    sts_error_free(NULL);
}

Test(status, versions_are_told) {
    cr_assert_str_eq(sts_version(), STS_VERSION_TEXT);
    cr_assert_geq(sts_abi_version(), 0);
    cr_assert_gt(strlen(sts_librdkafka_version()), 0u);
    cr_assert_gt(strlen(sts_librdkafka_version_built()), 0u);
}
