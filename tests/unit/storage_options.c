/* SPDX-License-Identifier: Apache-2.0
 *
 * Which options a queue on disk, and delivery=exactly_once over it, go together with. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "support/stored.h"

Test(storage_options, options_that_do_not_go_together_are_refused) {
    struct store_folder folder;
    store_folder_make(&folder);
    const char *const *storage = RIG_OPTIONS("transport", "memory", "sending_queue.storage", folder.path);
    sts_options *options = rig_options(storage);
    cr_assert_str_eq(sts_options_get(options, "retry_on_failure.max_elapsed_time"), "0s");
    cr_assert_str_eq(sts_options_get(options, "topic_check"), "warn");
    rig_set(options, RIG_OPTIONS("sending_queue.wait_for_result", "true", "gather", "key", "encoding", "otlp_proto",
                                 "sending_queue.batch.flush_timeout", "1s", "sending_queue.storage.max_bytes", "1MiB",
                                 "max_message_bytes", "1000000"));
    rig_refused(options, STS_ERR_CONFIG,
                RIG_OPTIONS("sending_queue.wait_for_result", "sending_queue.batch.flush_timeout",
                            "sending_queue.storage.max_bytes"),
                NULL);
    sts_options_free(options);
    store_folder_remove(&folder);
}

static void check_refused_property(sts_options *options, const char *name, const char *value, const char *text) {
    sts_error *error = NULL;
    sts_status status = sts_options_set(options, name, value, &error);
    rig_check_refusal(status, error, STS_ERR_OPTION_REFUSED, RIG_OPTIONS(text), NULL);
}

Test(storage_options, exactly_once_wants_what_it_needs) {
    struct store_folder folder;
    store_folder_make(&folder);
    sts_options *options = rig_options(RIG_OPTIONS("delivery", "exactly_once", "required_acks", "leader",
                                                   "retry_on_failure.enabled", "false", "transport", "memory",
                                                   "transaction.timeout", "12s", "transaction.interval", "7s"));
    rig_refused(options, STS_ERR_CONFIG,
                RIG_OPTIONS("exactly_once needs sending_queue.storage", "required_acks: must be all",
                            "retry_on_failure.enabled: must be true", "transport: memory has no transactions",
                            "transaction.timeout: must be at least 10s longer than timeout",
                            "transaction.interval: must be at most half"),
                NULL);
    check_refused_property(options, "kafka.enable.idempotence", "false", "it follows from required_acks");
    check_refused_property(options, "kafka.transactional.id", "mine", "use transaction.id, with delivery=exactly_once");
    sts_options_free(options);
    struct rig rig;
    rig_prepare(&rig, "", RIG_OPTIONS("delivery", "exactly_once", "sending_queue.storage", folder.path));
    rig_refused(rig.options, STS_ERR_CONFIG, RIG_OPTIONS("the Kafka transport's"), NULL);
    rig_close(&rig);
    store_folder_remove(&folder);
}

Test(storage_options, a_transport_that_cannot_be_made_leaves_no_folder) {
    struct store_folder folder;
    char path[96];
    char long_name[600];
    store_folder_make(&folder);
    snprintf(path, sizeof path, "%s/store", folder.path);
    memset(long_name, 'x', sizeof long_name - 1);
    long_name[sizeof long_name - 1] = '\0';
    sts_options *options = rig_options(
        RIG_OPTIONS("delivery", "exactly_once", "sending_queue.storage", path, "auth.kerberos.username", long_name));
    rig_refused(options, STS_ERR_CONFIG, RIG_OPTIONS("auth.kerberos.username: is too long"), NULL);
    cr_assert_eq(access(path, F_OK), -1);
    sts_options_free(options);
    store_folder_remove(&folder);
}
