/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/aws/credentials.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "transport/aws/ini.h"
#include "transport/credentials.h"
#include "transport/files.h"

/* A shared file that is larger is another file. */
enum { FILE_MOST = 1 << 20 };

static void forget(sts__aws_credentials *credentials, char **text) {
    sts__secret_forget(credentials->memory, text, *text ? strlen(*text) : 0);
}

void sts__aws_credentials_clear(sts__aws_credentials *credentials) {
    forget(credentials, &credentials->access_key);
    forget(credentials, &credentials->secret_key);
    forget(credentials, &credentials->session_token);
}

static char *copy(const sts__memory *memory, sts_bytes bytes) {
    return sts__memory_copy_text(memory, bytes.data ? bytes.data : "", bytes.size);
}

bool sts__aws_credentials_set(sts__aws_credentials *credentials, sts_bytes access_key, sts_bytes secret_key,
                              sts_bytes session_token, int64_t expires_ms) {
    sts__aws_credentials_clear(credentials);
    credentials->access_key = copy(credentials->memory, access_key);
    credentials->secret_key = copy(credentials->memory, secret_key);
    credentials->session_token = copy(credentials->memory, session_token);
    credentials->expires_ms = expires_ms;
    if (credentials->access_key && credentials->secret_key && credentials->session_token)
        return true;
    sts__aws_credentials_clear(credentials);
    return false;
}

static sts__aws_found take(sts__aws_credentials *credentials, sts_bytes access_key, sts_bytes secret_key,
                           sts_bytes session_token, char *why, size_t why_size) {
    if (sts__aws_credentials_set(credentials, access_key, secret_key, session_token, INT64_MAX))
        return STS__AWS_FOUND;
    snprintf(why, why_size, "out of memory");
    return STS__AWS_BAD;
}

/* --- environment --- */

/* An empty variable is as good as none. */
static const char *variable(const char *name) {
    const char *value = getenv(name);
    return value ? value : "";
}

static sts_bytes bytes_of(const char *text) {
    return (sts_bytes){text, strlen(text)};
}

/* Of two that go together one alone is a slip. */
static sts__aws_found both(const char *a, const char *b, char *why, size_t why_size) {
    bool has_a = variable(a)[0];
    bool has_b = variable(b)[0];
    if (has_a == has_b)
        return has_a ? STS__AWS_FOUND : STS__AWS_ABSENT;
    snprintf(why, why_size, "the variable %s is set, and %s is not: set both, or neither", has_a ? a : b,
             has_a ? b : a);
    return STS__AWS_BAD;
}

sts__aws_found sts__aws_from_environment(sts__aws_credentials *credentials, char *why, size_t why_size) {
    sts__aws_found found = both("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", why, why_size);
    if (found != STS__AWS_FOUND)
        return found;
    return take(credentials, bytes_of(variable("AWS_ACCESS_KEY_ID")), bytes_of(variable("AWS_SECRET_ACCESS_KEY")),
                bytes_of(variable("AWS_SESSION_TOKEN")), why, why_size);
}

/* Brokers end a session whose user's name changes when it logs in anew (KIP-368), and the session's name is a part of
 * that: it is always the same. */
static sts__aws_found fill(sts__aws_web_identity *identity, sts_bytes role, sts_bytes token_file, sts_bytes name,
                           char *why, size_t why_size) {
    if (!name.size)
        name = bytes_of("stskafka");
    if (role.size >= sizeof identity->role || token_file.size >= sizeof identity->token_file ||
        name.size >= sizeof identity->session_name) {
        snprintf(why, why_size, "the role of the web identity, its file or its session's name is too long");
        return STS__AWS_BAD;
    }
    snprintf(identity->role, sizeof identity->role, "%.*s", (int)role.size, (const char *)role.data);
    snprintf(identity->token_file, sizeof identity->token_file, "%.*s", (int)token_file.size,
             (const char *)token_file.data);
    snprintf(identity->session_name, sizeof identity->session_name, "%.*s", (int)name.size, (const char *)name.data);
    return STS__AWS_FOUND;
}

sts__aws_found sts__aws_web_identity_from_environment(sts__aws_web_identity *identity, char *why, size_t why_size) {
    sts__aws_found found = both("AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN", why, why_size);
    if (found != STS__AWS_FOUND)
        return found;
    return fill(identity, bytes_of(variable("AWS_ROLE_ARN")), bytes_of(variable("AWS_WEB_IDENTITY_TOKEN_FILE")),
                bytes_of(variable("AWS_ROLE_SESSION_NAME")), why, why_size);
}

/* --- shared files --- */

typedef struct shared_file {
    char path[600];
    char section[200];
    char *text; /* NULL: it is not there */
    size_t size;
} shared_file;

/* A file that a variable names must be there; that of the home folder may. */
static sts__aws_found read_shared(shared_file *file, const sts__memory *memory, const char *name, const char *in_home,
                                  char *why, size_t why_size) {
    char reason[700];
    const char *named = variable(name);
    if (!named[0] && !variable("HOME")[0])
        return STS__AWS_ABSENT;
    snprintf(file->path, sizeof file->path, "%s%s", named[0] ? named : variable("HOME"), named[0] ? "" : in_home);
    sts__file_stamp stamp = sts__file_stamp_of(file->path);
    if (!stamp.exists && !named[0])
        return STS__AWS_ABSENT;
    file->text = sts__file_read(memory, file->path, FILE_MOST, &file->size, NULL, reason, sizeof reason);
    if (file->text)
        return STS__AWS_FOUND;
    snprintf(why, why_size, "%s%s%s", named[0] ? name : "", named[0] ? ": " : "", reason);
    return STS__AWS_BAD;
}

static sts_bytes value_in(const shared_file *file, const char *name) {
    sts_bytes value = {"", 0};
    if (file->text)
        sts__ini_find((sts_bytes){file->text, file->size}, file->section, name, &value);
    return value;
}

static bool has_profile(const shared_file *file) {
    return file->text && sts__ini_has((sts_bytes){file->text, file->size}, file->section);
}

/* Other ways that a profile may name. */
static sts__aws_found refuse_others(const shared_file *file, const char *profile, char *why, size_t why_size) {
    static const char *const others[][2] = {
        {"credential_process", "runs a command, which this library does not do"},
        {"sso_session", "asks for a login in a browser"},
        {"sso_start_url", "asks for a login in a browser"},
        {"source_profile", "assumes a role by means of another profile, which this library does not do"},
        {"credential_source", "assumes a role by means of other credentials, which this library does not do"},
    };
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (!value_in(file, others[i][0]).size)
            continue;
        snprintf(why, why_size,
                 "\"%s\": %s of the profile %s %s; put keys into the environment or the credentials file "
                 "with `aws configure export-credentials`",
                 file->path, others[i][0], profile, others[i][1]);
        return STS__AWS_BAD;
    }
    return STS__AWS_ABSENT;
}

static sts__aws_found look_in(const shared_file *file, const char *profile, sts__aws_credentials *credentials,
                              sts__aws_web_identity *identity, char *why, size_t why_size) {
    sts_bytes key = value_in(file, "aws_access_key_id");
    sts_bytes secret = value_in(file, "aws_secret_access_key");
    sts_bytes token_file = value_in(file, "web_identity_token_file");
    sts_bytes role = value_in(file, "role_arn");
    if (key.size && secret.size)
        return take(credentials, key, secret, value_in(file, "aws_session_token"), why, why_size);
    if (key.size || secret.size) {
        snprintf(why, why_size, "\"%s\": the profile %s has aws_%s and no aws_%s", file->path, profile,
                 key.size ? "access_key_id" : "secret_access_key", key.size ? "secret_access_key" : "access_key_id");
        return STS__AWS_BAD;
    }
    if (token_file.size && role.size) {
        sts__aws_found found = fill(identity, role, token_file, value_in(file, "role_session_name"), why, why_size);
        return found == STS__AWS_FOUND ? STS__AWS_ABSENT : found;
    }
    return refuse_others(file, profile, why, why_size);
}

static sts__aws_found look_in_both(const shared_file files[2], const char *profile, sts__aws_credentials *credentials,
                                   sts__aws_web_identity *identity, char *why, size_t why_size) {
    sts__aws_found found = STS__AWS_ABSENT;
    for (int i = 0; i < 2 && found == STS__AWS_ABSENT && !identity->role[0]; i++)
        found = look_in(&files[i], profile, credentials, identity, why, why_size);
    if (found == STS__AWS_ABSENT && !identity->role[0] && variable("AWS_PROFILE")[0] && !has_profile(&files[0]) &&
        !has_profile(&files[1])) {
        snprintf(why, why_size, "AWS_PROFILE: there is no profile %s in \"%s\" or \"%s\"", profile, files[0].path,
                 files[1].path);
        return STS__AWS_BAD;
    }
    return found;
}

sts__aws_found sts__aws_from_files(sts__aws_credentials *credentials, sts__aws_web_identity *identity, char *why,
                                   size_t why_size) {
    const sts__memory *memory = credentials->memory;
    const char *profile = variable("AWS_PROFILE")[0] ? variable("AWS_PROFILE") : "default";
    bool is_default = strcmp(profile, "default") == 0;
    shared_file files[2] = {{.text = NULL}, {.text = NULL}};
    snprintf(files[0].section, sizeof files[0].section, "%s", profile);
    snprintf(files[1].section, sizeof files[1].section, "%s%s", is_default ? "" : "profile ", profile);
    sts__aws_found found =
        read_shared(&files[0], memory, "AWS_SHARED_CREDENTIALS_FILE", "/.aws/credentials", why, why_size);
    if (found != STS__AWS_BAD)
        found = read_shared(&files[1], memory, "AWS_CONFIG_FILE", "/.aws/config", why, why_size);
    if (found != STS__AWS_BAD)
        found = look_in_both(files, profile, credentials, identity, why, why_size);
    for (int i = 0; i < 2; i++)
        sts__secret_forget(memory, &files[i].text, files[i].text ? files[i].size : 0);
    return found;
}
