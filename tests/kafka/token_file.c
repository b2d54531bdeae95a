/* SPDX-License-Identifier: Apache-2.0
 *
 * Tokens from a file, on a real broker: taken and refused, renewed while records flow, and told of when they are bad.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/kafka/secure.h"
#include "support/kafka/token.h"
#include "support/store_folder.h"

struct file {
    char folder[40];
    char path[64];
    char next[64];
};

static void make_folder(struct file *file) {
    *file = (struct file){.folder = "/tmp/stskafka-token-XXXXXX"};
    cr_assert_not_null(mkdtemp(file->folder));
    snprintf(file->path, sizeof file->path, "%s/token", file->folder);
    snprintf(file->next, sizeof file->next, "%s/next", file->folder);
}

/* By renaming, as those who renew tokens do it. */
static void put(const struct file *file, const char *token) {
    FILE *next = fopen(file->next, "w");
    cr_assert_not_null(next);
    fprintf(next, "%s\n", token);
    fclose(next);
    cr_assert_eq(rename(file->next, file->path), 0);
}

/* For so long. */
static void put_alice(const struct file *file, int64_t life_ms) {
    char token[400];
    token_write(token, sizeof token, "alice", token_now_ms() + life_ms);
    put(file, token);
}

static void init(struct secure *secure, struct file *file) {
    make_folder(file);
    secure_init(secure, "SASL_PLAINTEXT",
                RIG_OPTIONS("auth.sasl.mechanism", "OAUTHBEARER", "auth.sasl.oauthbearer.token_file", file->path));
}

static void clear(struct secure *secure, const struct file *file) {
    secure_clear(secure);
    unlink(file->path);
    rmdir(file->folder);
}

static void check_refused(const char *token, const char *part) {
    struct secure secure;
    struct file file;
    init(&secure, &file);
    put(&file, token);
    secure_refused(&secure, STS_ERR_NOT_AUTHENTICATED, RIG_OPTIONS(part));
    cr_assert_eq(log_lines_count(&secure.log, token), 0u);
    clear(&secure, &file);
}

/* By the broker (it wants to know whose token it is), or before it is sent. */
Test(token_file, is_refused) {
    char token[400];
    token_write_claims(token, sizeof token, "{\"iat\":1,\"exp\":4100000000}");
    check_refused(token, "the broker refused the token");
    token_write(token, sizeof token, "alice", token_now_ms() - 5000);
    check_refused(token, "expired 5 s ago by this machine's clock");
    check_refused(WRONG_SECRET, "is not a JWT");
}

static uint64_t delivered(struct secure *secure) {
    uint64_t counts[STS_COUNTS];
    cr_assert_eq(sts_exporter_counts(secure->rig.exporter, counts, STS_COUNTS), STS_OK);
    return counts[STS_COUNT_DELIVERED];
}

static void export_some(struct secure *secure) {
    uint64_t counts[STS_COUNTS];
    uint64_t before = delivered(secure);
    cr_assert_eq(rig_export_numbered(&secure->rig, 10, NULL), STS_OK);
    rig_flush(&secure->rig, counts);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], before + 10);
}

/* Exports until a line was logged `times` times; every record must be delivered. */
static void export_until(struct secure *secure, const char *line, size_t times) {
    int64_t deadline = rig_now_ms() + 2 * RIG_DEADLINE_MS;
    while (log_lines_count(&secure->log, line) < times) {
        cr_assert_lt(rig_now_ms(), deadline, "%zu times: %s", log_lines_count(&secure->log, line), line);
        export_some(secure);
    }
}

static const char LOGIN[] = "OAUTHBEARER authentication successful";
static const char CHANGED[] = "token_file has changed";

/* And taken again when it changes, though there is no need to yet. */
Test(token_file, is_taken) {
    struct secure secure;
    struct file file;
    char token[400];
    init(&secure, &file);
    token_write(token, sizeof token, "alice", token_now_ms() + 3600000);
    put(&file, token);
    secure_deliver(&secure, "token-file");
    cr_assert_eq(log_lines_count(&secure.log, token), 0u);
    put_alice(&file, 3600000);
    export_until(&secure, CHANGED, 1);
    clear(&secure, &file);
}

/* With each token the broker ends the session, and the client logs in with what is in the file by then. */
Test(token_file, changes_while_records_flow) {
    struct secure secure;
    struct file file;
    init(&secure, &file);
    put_alice(&file, 6000);
    secure_deliver(&secure, "token-file-renewed");
    for (size_t i = 1; i <= 3; i++) {
        size_t logins = log_lines_count(&secure.log, LOGIN);
        put_alice(&file, 6000);
        export_until(&secure, LOGIN, logins + 1);
    }
    clear(&secure, &file);
}

/* The records wait, and go with the next token, for which nobody has to do anything. */
Test(token_file, comes_too_late) {
    static const char gone[] = "cannot be read: No such file or directory";
    struct secure secure;
    struct file file;
    uint64_t counts[STS_COUNTS];
    init(&secure, &file);
    put_alice(&file, 6000);
    secure_deliver(&secure, "token-file-late");
    uint64_t before = delivered(&secure);
    unlink(file.path);
    export_until(&secure, gone, 1);
    put(&file, "half a tok");
    export_until(&secure, "is not a JWT", 1);
    int64_t deadline = rig_now_ms() + RIG_DEADLINE_MS;
    do { /* until the token has expired, and the broker has ended the session */
        cr_assert_lt(rig_now_ms(), deadline, "records go on without a token");
        cr_assert_eq(rig_export_numbered(&secure.rig, 10, NULL), STS_OK);
    } while (sts_flush(secure.rig.exporter, 1000, NULL, 0, NULL) == STS_OK);
    put_alice(&file, 3600000);
    deadline = rig_now_ms() + 3 * RIG_DEADLINE_MS; /* librdkafka may be waiting before it connects again */
    while (sts_flush(secure.rig.exporter, 1000, counts, STS_COUNTS, NULL) != STS_OK)
        cr_assert_lt(rig_now_ms(), deadline, "%zu changes, %zu logins", log_lines_count(&secure.log, CHANGED),
                     log_lines_count(&secure.log, LOGIN));
    cr_assert_gt(counts[STS_COUNT_DELIVERED], before);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], counts[STS_COUNT_ACCEPTED]);
    clear(&secure, &file);
}

/* A host that serves by itself is woken for it. */
Test(token_file, without_a_thread_of_the_exporters) {
    struct secure secure;
    struct file file;
    init(&secure, &file);
    rig_set(secure.rig.options, RIG_OPTIONS("service_thread", "false"));
    put_alice(&file, 3600000);
    secure_deliver(&secure, "token-file-polled");
    put_alice(&file, 3600000);
    export_until(&secure, CHANGED, 1);
    clear(&secure, &file);
}

Test(token_file, is_taken_for_exactly_once) {
    struct secure secure;
    struct file file;
    struct store_folder folder;
    store_folder_make(&folder);
    init(&secure, &file);
    rig_set(secure.rig.options, RIG_OPTIONS("delivery", "exactly_once", "sending_queue.storage", folder.path));
    put_alice(&file, 3600000);
    secure_deliver(&secure, "token-file-exactly-once");
    clear(&secure, &file);
    store_folder_remove(&folder);
}
