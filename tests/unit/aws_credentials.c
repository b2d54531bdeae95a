/* SPDX-License-Identifier: Apache-2.0
 *
 * Where AWS's credentials are found, and what is said of those that are no good. Each test is a process with an
 * environment of its own. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/rig.h"
#include "transport/aws/ini.h"
#include "transport/aws/source.h"

#define SECRET "correct-horse/battery+staple"

static char home[40];

static void clear_environment(void) {
    static const char *const names[] = {"AWS_ACCESS_KEY_ID",
                                        "AWS_SECRET_ACCESS_KEY",
                                        "AWS_SESSION_TOKEN",
                                        "AWS_PROFILE",
                                        "AWS_SHARED_CREDENTIALS_FILE",
                                        "AWS_CONFIG_FILE",
                                        "AWS_WEB_IDENTITY_TOKEN_FILE",
                                        "AWS_ROLE_ARN",
                                        "AWS_ROLE_SESSION_NAME",
                                        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
                                        "AWS_CONTAINER_CREDENTIALS_FULL_URI"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        unsetenv(names[i]);
    setenv("AWS_EC2_METADATA_DISABLED", "true", 1);
}

static void begin(void) {
    char path[80];
    clear_environment();
    snprintf(home, sizeof home, "/tmp/stskafka-aws-XXXXXX");
    cr_assert_not_null(mkdtemp(home));
    setenv("HOME", home, 1);
    snprintf(path, sizeof path, "%s/.aws", home);
    cr_assert_eq(mkdir(path, 0700), 0);
}

static void end(void) {
    char command[80];
    snprintf(command, sizeof command, "rm -r '%s'", home);
    cr_assert_eq(system(command), 0);
}

TestSuite(aws_credentials, .init = begin, .fini = end);

static void put(const char *name, const char *text) {
    char path[80];
    snprintf(path, sizeof path, "%s/%s", home, name);
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file);
    fputs(text, file);
    fclose(file);
}

static void ask(sts_oauth_token *token) {
    sts__aws_source *source = sts__aws_source_new(sts__memory_default(), "us-east-1");
    *token = (sts_oauth_token){.memory = sts__memory_default()};
    sts__aws_source_answer(source, token);
    sts__aws_source_free(source);
}

/* The access key is the token's principal, for the log. */
static void check_found(const char *access_key) {
    sts_oauth_token token;
    ask(&token);
    cr_assert_not_null(token.value, "%s", token.why);
    cr_assert_str_eq(token.principal, access_key);
    sts__token_clear(&token);
}

static void check_bad(const char *part) {
    sts_oauth_token token;
    ask(&token);
    cr_assert_null(token.value);
    cr_assert_not_null(strstr(token.why, part), "no '%s' in: %s", part, token.why);
    cr_assert_null(strstr(token.why, SECRET), "%s", token.why);
    sts__token_clear(&token);
}

Test(aws_credentials, in_the_environment) {
    check_bad("there are none in the environment (AWS_ACCESS_KEY_ID) or in a shared file");
    setenv("AWS_ACCESS_KEY_ID", "FROM-ENV", 1);
    check_bad("AWS_ACCESS_KEY_ID is set, and AWS_SECRET_ACCESS_KEY is not");
    setenv("AWS_SECRET_ACCESS_KEY", SECRET, 1);
    check_found("FROM-ENV");
    unsetenv("AWS_ACCESS_KEY_ID");
    check_bad("AWS_SECRET_ACCESS_KEY is set, and AWS_ACCESS_KEY_ID is not");
}

Test(aws_credentials, in_the_shared_files) {
    put(".aws/config", "[default]\nregion = eu-west-1\naws_access_key_id = FROM-CONFIG\naws_secret_access_key = " SECRET
                       "\n[profile  other]\naws_access_key_id=OTHER-CONFIG\naws_secret_access_key=" SECRET "\n");
    check_found("FROM-CONFIG");
    put(".aws/credentials",
        "# a comment\r\n[default]\r\naws_access_key_id = FROM-FILE\r\naws_secret_access_key = " SECRET
        "\r\naws_session_token = x\r\n\r\n[other]\naws_access_key_id = OTHER\n");
    check_found("FROM-FILE");
    setenv("AWS_PROFILE", "other", 1);
    check_bad("the profile other has aws_access_key_id and no aws_secret_access_key");
    put(".aws/credentials", "[default]\n");
    check_found("OTHER-CONFIG");
    setenv("AWS_PROFILE", "third", 1);
    check_bad("there is no profile third in");
    setenv("AWS_ACCESS_KEY_ID", "FROM-ENV", 1);
    setenv("AWS_SECRET_ACCESS_KEY", SECRET, 1);
    check_found("FROM-ENV");
}

Test(aws_credentials, in_files_elsewhere) {
    char path[80];
    snprintf(path, sizeof path, "%s/elsewhere", home);
    setenv("AWS_SHARED_CREDENTIALS_FILE", path, 1);
    check_bad("AWS_SHARED_CREDENTIALS_FILE: ");
    check_bad("cannot be read: No such file or directory");
    put("elsewhere", "[default]\naws_access_key_id = ELSEWHERE\naws_secret_access_key = " SECRET "\n");
    check_found("ELSEWHERE");
    cr_assert_eq(chmod(path, 0), 0);
    cr_assert_eq(chmod(home, 0755), 0);
    cr_assert_eq(geteuid() == 0 ? seteuid(65534) : 0, 0);
    check_bad("Permission denied; let the user that this process runs as read it");
    cr_assert_eq(getuid() == 0 ? seteuid(0) : 0, 0);
}

/* What a profile may ask for that is not done: each is told with what to do. */
Test(aws_credentials, of_other_kinds) {
    static const char *const kinds[][2] = {
        {"credential_process = /bin/echo " SECRET, "credential_process of the profile default runs a command"},
        {"sso_session = x", "asks for a login in a browser"},
        {"role_arn = x\nsource_profile = y", "assumes a role by means of another profile"},
        {"role_arn = x\ncredential_source = Environment", "assumes a role by means of other credentials"},
    };
    char text[200];
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        snprintf(text, sizeof text, "[default]\n%s\n", kinds[i][0]);
        put(".aws/config", text);
        check_bad(kinds[i][1]);
        check_bad("aws configure export-credentials");
    }
}

Test(aws_credentials, a_web_identity_by_halves) {
    setenv("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/x", 1);
    check_bad("AWS_ROLE_ARN is set, and AWS_WEB_IDENTITY_TOKEN_FILE is not");
}

static void check_value(const char *text, const char *section, const char *name, const char *expected) {
    sts_bytes value;
    bool found = sts__ini_find((sts_bytes){text, strlen(text)}, section, name, &value);
    cr_assert_eq(found, expected != NULL, "%s", text);
    if (expected) {
        cr_assert_eq(value.size, strlen(expected), "%s", text);
        cr_assert_arr_eq(value.data, expected, value.size, "%s", text);
    }
}

Test(aws_credentials, lines_of_a_file) {
    check_value("[a]\nx=1", "a", "x", "1");
    check_value("[ a ]\nx = 1 \r\n", "a", "x", "1");
    check_value("[a] # here\nx=1 # there", "a", "x", "1");
    check_value("[a]\nx=1#2;3", "a", "x", "1#2;3");
    check_value("[a]\nx=1\nx=2\n[b]\nx=3\n[a]\nx=4", "a", "x", "4");
    check_value("[a]\n  x=1\n#x=2\n;x=3\n", "a", "x", NULL);
    check_value("x=1\n[a", "a", "x", NULL);
    check_value("[a]\nx\ny=1\n=2", "a", "x", NULL);
    check_value("[a]\nx=", "a", "x", "");
    check_value("[profile\ta]\nx=1", "profile a", "x", "1");
    check_value("[profilea]\nx=1", "profile a", "x", NULL);
    check_value("", "a", "x", NULL);
}

/* The cluster's region decides, and what it is made of is looked at before. */
Test(aws_credentials, options) {
    sts_options *options = rig_options(
        RIG_OPTIONS("topic_check", "off", "brokers", "localhost:1", "auth.sasl.mechanism", "AWS_MSK_IAM_OAUTHBEARER"));
    rig_refused(options, STS_ERR_CONFIG, RIG_OPTIONS("auth.sasl.aws_msk.region: AWS_MSK_IAM_OAUTHBEARER needs"), NULL);
    rig_set(options, RIG_OPTIONS("auth.sasl.aws_msk.region", "evil.example/"));
    rig_refused(options, STS_ERR_CONFIG, RIG_OPTIONS("auth.sasl.aws_msk.region: is no region"), NULL);
    rig_set(options, RIG_OPTIONS("auth.sasl.aws_msk.region", "us-east-1", "auth.sasl.password", SECRET));
    rig_refused(options, STS_ERR_CONFIG, RIG_OPTIONS("auth.sasl.password: AWS_MSK_IAM_OAUTHBEARER takes AWS's"),
                RIG_OPTIONS(SECRET));
    rig_set(options, RIG_OPTIONS("auth.sasl.password", ""));
    sts_exporter *exporter = rig_new(options);
    cr_assert_not_null(strstr(sts_exporter_describe(exporter), "SASL AWS_MSK_IAM_OAUTHBEARER"));
    sts_exporter_free(exporter, 0);
    rig_set(options, RIG_OPTIONS("auth.sasl.mechanism", "none"));
    rig_refused(options, STS_ERR_CONFIG, RIG_OPTIONS("auth.sasl.aws_msk.region: needs auth.sasl.mechanism"), NULL);
    sts_options_free(options);
}
