/* SPDX-License-Identifier: Apache-2.0
 *
 * Files that options name: what is no regular file is refused at once, and not waited for. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "support/rig.h"

#define SECRET "correct-horse-battery-staple"

static char folder[] = "/tmp/stskafka-files-XXXXXX";
static char pipe_path[64], socket_path[64], secret_path[64], gone_path[64];

static void make_files(void) {
    cr_assert_not_null(mkdtemp(folder));
    snprintf(pipe_path, sizeof pipe_path, "%s/pipe", folder);
    snprintf(socket_path, sizeof socket_path, "%s/socket", folder);
    snprintf(secret_path, sizeof secret_path, "%s/closed", folder);
    snprintf(gone_path, sizeof gone_path, "%s/gone", folder);
    cr_assert_eq(mkfifo(pipe_path, 0600), 0);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s", socket_path);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    cr_assert_eq(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    close(fd);
}

static void remove_files(void) {
    unlink(pipe_path);
    unlink(socket_path);
    unlink(secret_path);
    rmdir(folder);
}

TestSuite(files, .init = make_files, .fini = remove_files);

/* Each option that names a file, with what else it needs; by librdkafka's names too. */
static const struct {
    const char *option;
    const char *with[5];
} options_with_files[] = {
    {"tls.ca_file", {NULL}},
    {"tls.cert_file", {"tls.key_pem", SECRET, NULL}},
    {"tls.key_file", {"tls.cert_pem", "x", NULL}},
    {"kafka.ssl.ca.location", {"kafka.security.protocol", "ssl", NULL}},
    {"kafka.ssl.certificate.location", {"kafka.security.protocol", "ssl", NULL}},
    {"kafka.ssl.key.location", {"kafka.security.protocol", "ssl", NULL}},
    {"kafka.ssl.crl.location", {"kafka.security.protocol", "ssl", NULL}},
    {"kafka.ssl.keystore.location", {"kafka.security.protocol", "ssl", NULL}},
    {"kafka.sasl.kerberos.keytab", {"kafka.security.protocol", "sasl_plaintext", NULL}},
};

enum { OPTIONS = sizeof options_with_files / sizeof *options_with_files };

static sts_options *options_of(size_t i, const char *path) {
    sts_options *options = rig_options(RIG_OPTIONS("topic_check", "off", "brokers", "localhost:1"));
    rig_set(options, options_with_files[i].with);
    rig_set(options, RIG_OPTIONS(options_with_files[i].option, path));
    return options;
}

static void check_refused(size_t i, const char *path, const char *why) {
    sts_options *options = options_of(i, path);
    rig_refused(options, STS_ERR_CONFIG, RIG_OPTIONS(options_with_files[i].option, why), RIG_OPTIONS(SECRET));
    sts_options_free(options);
}

/* A reader of a pipe waits for a writer, of /dev/zero for its end. */
Test(files, that_are_none_are_refused) {
    for (size_t i = 0; i < OPTIONS; i++) {
        check_refused(i, pipe_path, "must be a regular file");
        check_refused(i, socket_path, "must be a regular file");
        check_refused(i, "/dev/zero", "must be a regular file");
        check_refused(i, gone_path, "No such file");
        if (!strstr(options_with_files[i].option, "ca_file") && !strstr(options_with_files[i].option, ".ca."))
            check_refused(i, folder, "is a folder");
    }
}

/* A password in the wrong option is not repeated, a path is. */
Test(files, are_named_by_their_paths_alone) {
    for (size_t i = 0; i < OPTIONS; i++) {
        check_refused(i, gone_path, gone_path);
        check_refused(i, strstr(options_with_files[i].option, "kerberos") ? "correct-horse" : SECRET,
                      "the file cannot be");
    }
}

/* For a new producer of an exporter that runs, too. */
Test(files, are_looked_at_by_reconfigure) {
    sts_options *options = rig_options(RIG_OPTIONS("topic_check", "off", "brokers", "localhost:1"));
    sts_exporter *exporter = rig_new(options);
    sts_error *error = NULL;
    rig_set(options, RIG_OPTIONS("tls.ca_file", pipe_path));
    cr_assert_eq(sts_exporter_reconfigure(exporter, options, &error), STS_ERR_CONFIG, "%s", sts_error_text(error));
    cr_assert_not_null(strstr(sts_error_text(error), "tls.ca_file"));
    sts_error_free(error);
    sts_exporter_free(exporter, 0);
    sts_options_free(options);
}

/* Asked between the check of the options and the producer: the file becomes a pipe. */
static void change_file(sts_password *password, void *user) {
    cr_assert_eq(unlink(secret_path), 0);
    cr_assert_eq(mkfifo(secret_path, 0600), 0);
    ++*(int *)user;
    sts_password_set(password, SECRET);
}

Test(files, are_looked_at_for_each_producer) {
    int asked = 0;
    FILE *file = fopen(secret_path, "w");
    fclose(file);
    sts_options *options =
        rig_options(RIG_OPTIONS("topic_check", "off", "brokers", "localhost:1", "tls.ca_file", secret_path,
                                "auth.sasl.mechanism", "PLAIN", "auth.sasl.username", "me"));
    sts_options_set_password_callback(options, change_file, &asked);
    rig_refused(options, STS_ERR_CONFIG, RIG_OPTIONS("tls.ca_file", "must be a regular file"), RIG_OPTIONS(SECRET));
    cr_assert_eq(asked, 1);
    sts_options_free(options);
}

Test(files, of_ca_may_be_folders_or_probed) {
    sts_options *options =
        rig_options(RIG_OPTIONS("topic_check", "off", "brokers", "localhost:1", "tls.ca_file", folder));
    sts_exporter_free(rig_new(options), 0);
    sts_options_free(options);
    options = rig_options(RIG_OPTIONS("topic_check", "off", "brokers", "localhost:1", "kafka.security.protocol", "ssl",
                                      "kafka.ssl.ca.location", "probe"));
    sts_exporter_free(rig_new(options), 0);
    sts_options_free(options);
}
