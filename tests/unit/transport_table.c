/* SPDX-License-Identifier: Apache-2.0
 *
 * Which tables sts_options_set_transport takes, and which scripts a memory transport. */
#include <criterion/criterion.h>
#include <stddef.h>
#include <string.h>

#include "support/fake_transport.h"
#include "support/outcome_log.h"
#include "support/rig.h"

static sts_status set(const void *table) {
    struct fake fake;
    sts_options *options = sts_options_new();
    fake_init(&fake);
    sts_status status = sts_options_set_transport(options, table, &fake);
    sts_options_free(options);
    return status;
}

Test(transport_table, methods_that_must_be_there) {
    sts_transport table = fake_table();
    cr_assert_eq(set(&table), STS_OK);
    table.open = NULL;
    cr_assert_eq(set(&table), STS_ERR_INVALID_ARGUMENT);
    table = fake_table();
    table.send = NULL;
    cr_assert_eq(set(&table), STS_ERR_INVALID_ARGUMENT);
    table = fake_table();
    table.poll = NULL;
    cr_assert_eq(set(&table), STS_ERR_INVALID_ARGUMENT);
    table = fake_table();
    table.close = NULL;
    cr_assert_eq(set(&table), STS_ERR_INVALID_ARGUMENT);
    table = fake_table();
    table.name = NULL;
    cr_assert_eq(set(&table), STS_ERR_INVALID_ARGUMENT);
}

Test(transport_table, methods_that_need_not_be_there) {
    sts_transport table = fake_table();
    table.flush = NULL;
    table.purge = NULL;
    table.wake = NULL;
    table.fd = NULL;
    table.describe = NULL;
    table.threads = NULL;
    cr_assert_eq(set(&table), STS_OK);
}

Test(transport_table, an_older_table_is_smaller) {
    /* What lies behind the older table's end must not be looked at: here it would be called, and crash. */
    sts_transport table = fake_table();
    table.struct_size = offsetof(sts_transport, wake);
    memset(&table.wake, 0x5a, sizeof table - table.struct_size);
    struct fake fake;
    fake_init(&fake);
    sts_exporter *exporter = fake_exporter(&fake, &table, NULL);
    cr_assert_eq(sts_flush(exporter, 0, NULL, 0, NULL), STS_OK);
    cr_assert_eq(sts_poll(exporter, 0), STS_OK);
    cr_assert_eq(sts_exporter_fd(exporter), -1);
    cr_assert_not_null(strstr(sts_exporter_describe(exporter), "fake"));
    cr_assert_eq(sts_exporter_free(exporter, 0), STS_OK);

    table.struct_size = offsetof(sts_transport, close);
    cr_assert_eq(set(&table), STS_ERR_INVALID_ARGUMENT, "a method that must be there is behind the end");
    table.struct_size = 0;
    cr_assert_eq(set(&table), STS_ERR_INVALID_ARGUMENT);
}

Test(transport_table, a_newer_table_is_larger) {
    struct {
        sts_transport table;
        unsigned char more[24];
    } newer = {.table = fake_table()};
    newer.table.struct_size = sizeof newer;
    cr_assert_eq(set(&newer), STS_OK, "what is not known is zero");
    newer.more[23] = 1;
    cr_assert_eq(set(&newer), STS_ERR_INVALID_ARGUMENT);
    newer.more[23] = 0;
    newer.more[0] = 1;
    cr_assert_eq(set(&newer), STS_ERR_INVALID_ARGUMENT);
}

Test(transport_table, null_arguments) {
    sts_transport table = fake_table();
    sts_options *options = sts_options_new();
    cr_assert_eq(sts_options_set_transport(NULL, &table, NULL), STS_ERR_INVALID_ARGUMENT);
    cr_assert_eq(sts_options_set_transport(options, NULL, NULL), STS_ERR_INVALID_ARGUMENT);
    sts_options_free(options);
}

Test(transport_table, it_is_copied) {
    struct fake fake;
    fake_init(&fake);
    sts_transport table = fake_table();
    sts_options *options = rig_options(RIG_OPTIONS("service_thread", "false"));
    cr_assert_eq(sts_options_set_transport(options, &table, &fake), STS_OK);
    memset(&table, 0x5a, sizeof table);
    sts_exporter *exporter = rig_new(options);
    sts_options_free(options);
    cr_assert_eq(fake.opened, 1u);
    cr_assert_eq(sts_exporter_free(exporter, 0), STS_OK);
    cr_assert_eq(fake.closed, 1u);
}

Test(transport_table, memory_scripts) {
    const char *const good[] = {NULL, "", "deliver", "deliver*10,fail,hold", "full*3,refuse,uncertain,fatal"};
    const char *const bad[] = {"delivre",      "deliver*", "deliver*x",
                               "deliver*-1",   ",",        "deliver,,fail",
                               "deliver fail", "*2",       "deliver*99999999999999999999",
                               "fail*2*2"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        sts_memory_transport *memory = NULL;
        cr_assert_eq(sts_memory_transport_new(&memory, good[i], 1, 1, NULL), STS_OK, "%s", good[i]);
        sts_memory_transport_free(memory);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        sts_memory_transport *memory = NULL;
        sts_error *error = NULL;
        cr_assert_eq(sts_memory_transport_new(&memory, bad[i], 1, 1, &error), STS_ERR_INVALID_ARGUMENT, "%s", bad[i]);
        cr_assert_gt(strlen(sts_error_text(error)), 0u);
        cr_assert_null(memory);
        sts_error_free(error);
    }
}

Test(transport_table, memory_names_the_step_that_is_wrong) {
    sts_memory_transport *memory = NULL;
    sts_error *error = NULL;
    cr_assert_eq(sts_memory_transport_new(&memory, "deliver,explode*2,hold", 1, 1, &error), STS_ERR_INVALID_ARGUMENT);
    cr_assert_not_null(strstr(sts_error_text(error), "explode"), "%s", sts_error_text(error));
    sts_error_free(error);
}

Test(transport_table, memory_keeps_what_it_has_room_for) {
    sts_memory_transport *memory = NULL;
    cr_assert_eq(sts_memory_transport_new(&memory, NULL, 2, 1, NULL), STS_OK);
    struct rig rig = {.memory = memory, .options = sts_options_new()};
    cr_assert_eq(sts_options_set_transport(rig.options, sts_memory_transport_table(), memory), STS_OK);
    rig_start(&rig);
    cr_assert_eq(rig_export_numbered(&rig, 5, NULL), STS_OK);
    rig_flush(&rig, NULL);
    cr_assert_eq(sts_memory_transport_count(memory), 5u);
    cr_assert_not_null(sts_memory_transport_message(memory, 1));
    cr_assert_null(sts_memory_transport_message(memory, 2));
    rig_close(&rig);
}

/* A host's own methods around those of the memory transport. */
static sts_status pass_on(void *context, const sts_message *message, int32_t *transport_code, char *text,
                          size_t text_size) {
    return sts_memory_transport_table()->send(context, message, transport_code, text, text_size);
}

static int32_t partition_of_key_0(const sts_transport *table, sts_memory_transport *memory, const char *profile) {
    struct outcome_log log;
    struct rig rig = {.memory = memory, .options = rig_options(RIG_OPTIONS("partitioner", profile, "outcomes", "all"))};
    cr_assert_eq(sts_options_set_transport(rig.options, table, memory), STS_OK);
    rig_start(&rig);
    cr_assert_eq(rig_export_numbered(&rig, 1, NULL), STS_OK);
    outcome_log_init(&log);
    outcome_log_take(&log, rig.exporter, 1);
    int32_t partition = log.items[0].partition;
    outcome_log_clear(&log);
    rig_close(&rig);
    return partition;
}

/* It is told by which profile keys are placed, and not known by one of its methods. */
Test(transport_table, memory_follows_the_profile_inside_another_table_too) {
    static const char *const profiles[] = {"java", "sarama", "librdkafka"};
    sts_transport table = *sts_memory_transport_table();
    table.send = pass_on;
    for (size_t i = 0; i < sizeof profiles / sizeof *profiles; i++) {
        sts_memory_transport *memory = NULL;
        int32_t expected;
        cr_assert_eq(sts_memory_transport_new(&memory, NULL, 1, 97, NULL), STS_OK);
        cr_assert_eq(sts_partition(profiles[i], "key-0", 5, 97, &expected), STS_OK);
        cr_expect_eq(partition_of_key_0(&table, memory, profiles[i]), expected, "%s", profiles[i]);
    }
}

Test(transport_table, memory_arguments) {
    sts_memory_transport *memory = NULL;
    cr_assert_eq(sts_memory_transport_new(NULL, NULL, 1, 1, NULL), STS_ERR_INVALID_ARGUMENT);
    cr_assert_eq(sts_memory_transport_new(&memory, NULL, 1, 0, NULL), STS_ERR_INVALID_ARGUMENT);
    cr_assert_eq(sts_memory_transport_new(&memory, NULL, 1, -1, NULL), STS_ERR_INVALID_ARGUMENT);
    cr_assert_null(memory);
    cr_assert_eq(sts_memory_transport_count(NULL), 0u);
    cr_assert_null(sts_memory_transport_message(NULL, 0));
    sts_memory_transport_free(NULL);
}
