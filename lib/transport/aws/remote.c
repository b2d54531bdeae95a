/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/aws/remote.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "transport/aws/http.h"
#include "transport/aws/sign.h"
#include "transport/credentials.h"
#include "transport/files.h"
#include "json/json.h"

enum { LOCAL_MS = 1000, STS_MS = 3000, TOKEN_MOST = 65536 };

static const char *variable(const char *name) {
    const char *value = getenv(name);
    return value ? value : "";
}

static sts__aws_found bad(char *why, size_t why_size, const char *name, const char *text) {
    snprintf(why, why_size, "%s: %s", name, text);
    return STS__AWS_BAD;
}

/* --- what comes back --- */

/* Days since 1970 of a day of the Gregorian calendar, by whole cycles of 400 years. */
static int64_t days_of(int64_t year, int64_t month, int64_t day) {
    year -= month <= 2;
    int64_t era = year / 400;
    int64_t of_era = year - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

/* "2026-11-29T12:00:00Z", or seconds since 1970; -1: neither. */
static int64_t time_of(const sts__json *json) {
    int year, month, day, hour, minute, second;
    char text[32];
    if (json && json->type == STS__JSON_NUMBER && json->number > 0 && json->number < 1e11)
        return (int64_t)(json->number * 1000);
    if (!json || json->type != STS__JSON_STRING || json->text.size >= sizeof text)
        return -1;
    snprintf(text, sizeof text, "%.*s", (int)json->text.size, (const char *)json->text.data);
    if (sscanf(text, "%4d-%2d-%2dT%2d:%2d:%2d", &year, &month, &day, &hour, &minute, &second) != 6 || year < 1970)
        return -1;
    return (days_of(year, month, day) * 86400 + (int64_t)hour * 3600 + (int64_t)minute * 60 + second) * 1000;
}

static sts_bytes text_of(const sts__json *object, const char *name) {
    const sts__json *member = sts__json_member(object, name);
    return member && member->type == STS__JSON_STRING ? member->text : (sts_bytes){NULL, 0};
}

static const sts__json *descend(const sts__json *json, const char *const *names) {
    for (; json && *names; names++)
        json = sts__json_member(json, *names);
    return json;
}

/* `names` lead to the object that has them. */
static sts__aws_found take(sts_bytes body, const char *const *names, const char *session_token, const char *name,
                           sts__aws_credentials *credentials, char *why, size_t why_size) {
    const sts__json *all;
    sts__arena arena;
    sts__fault fault;
    sts__aws_found found = STS__AWS_BAD;
    sts__arena_init(&arena, credentials->memory);
    if (sts__json_parse(&arena, body, &all, &fault) != STS_OK) { /* whose text may quote a secret */
        bad(why, why_size, name, "its answer is not JSON");
    } else {
        const sts__json *object = descend(all, names);
        sts_bytes key = text_of(object, "AccessKeyId");
        sts_bytes secret = text_of(object, "SecretAccessKey");
        int64_t expires_ms = object ? time_of(sts__json_member(object, "Expiration")) : -1;
        if (!key.size || !secret.size || expires_ms < 0)
            bad(why, why_size, name, "its answer has no AccessKeyId, SecretAccessKey or Expiration");
        else if (!sts__aws_credentials_set(credentials, key, secret, text_of(object, session_token), expires_ms))
            bad(why, why_size, name, "out of memory");
        else
            found = STS__AWS_FOUND;
    }
    sts__arena_clear(&arena);
    return found;
}

/* Its code, as "ExpiredTokenException", but nothing of its text. */
static sts__aws_found refused(const sts__http_answer *answer, const char *name, char *why, size_t why_size) {
    const sts__json *all;
    sts__arena arena;
    sts__fault fault;
    sts_bytes code = {NULL, 0};
    sts__arena_init(&arena, answer->body.memory);
    if (sts__json_parse(&arena, (sts_bytes){sts__text_get(&answer->body), answer->body.size}, &all, &fault) == STS_OK) {
        const sts__json *error = sts__json_member(all, "Error");
        code = text_of(error ? error : all, "Code");
    }
    snprintf(why, why_size, "%s: it refused (HTTP status %ld%s%.*s)", name, answer->status, code.size ? ", " : "",
             (int)(code.size < 60 ? code.size : 60), code.size ? (const char *)code.data : "");
    sts__arena_clear(&arena);
    return STS__AWS_BAD;
}

static void init(sts__http_answer *answer, const sts__memory *memory) {
    *answer = (sts__http_answer){.date_ms = -1};
    sts__text_init(&answer->body, memory);
}

static void forget(sts__http_answer *answer) {
    const sts__memory *memory = answer->body.memory;
    sts__secret_forget(memory, &answer->body.data, answer->body.size);
    sts__text_init(&answer->body, memory);
}

static void note_clock(sts__aws_asking *asking, const sts__http_answer *answer) {
    if (answer->date_ms >= 0)
        asking->clock_off_ms = sts__clock_wall_ms() - answer->date_ms;
}

static bool ask(sts__aws_asking *asking, sts__http_request request, sts__http_answer *answer, char *why,
                size_t why_size) {
    request.stopped = asking->stopped;
    bool answered = sts__http_ask(&request, answer, why, why_size);
    if (answered)
        note_clock(asking, answer);
    return answered;
}

/* What an answer says; `answered`: there is one, else why there is none. */
static sts__aws_found found_in(const sts__http_answer *answer, bool answered, const char *reason,
                               const char *const *path, const char *session, const char *name,
                               sts__aws_credentials *credentials, char *why, size_t why_size) {
    if (!answered)
        return bad(why, why_size, name, reason);
    if (answer->status != 200)
        return refused(answer, name, why, why_size);
    return take((sts_bytes){sts__text_get(&answer->body), answer->body.size}, path, session, name, credentials, why,
                why_size);
}

/* --- STS, for a web identity --- */

static void write_form(sts__text *form, const sts__aws_web_identity *identity, const char *token, size_t size) {
    while (size && strchr(" \t\r\n", token[size - 1]))
        size--;
    sts__text_printf(form, "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=");
    sts__aws_escape(form, identity->role, strlen(identity->role));
    sts__text_printf(form, "&RoleSessionName=");
    sts__aws_escape(form, identity->session_name, strlen(identity->session_name));
    sts__text_printf(form, "&WebIdentityToken=");
    sts__aws_escape(form, token, size);
}

static sts__aws_found of_sts(sts__aws_asking *asking, sts__text *form, sts__aws_credentials *credentials, char *why,
                             size_t why_size) {
    static const char name[] = "AWS's STS";
    static const char *const path[] = {"AssumeRoleWithWebIdentityResponse", "AssumeRoleWithWebIdentityResult",
                                       "Credentials", NULL};
    char url[600];
    char reason[200];
    sts__http_answer answer;
    const char *named = variable("AWS_ENDPOINT_URL_STS");
    if (named[0])
        snprintf(url, sizeof url, "%s", named);
    else
        snprintf(url, sizeof url, "https://sts.%s.amazonaws.com%s/", asking->region,
                 strncmp(asking->region, "cn-", 3) == 0 ? ".cn" : "");
    init(&answer, credentials->memory);
    sts__http_request request = {.method = "POST",
                                 .url = url,
                                 .headers = {"Accept: application/json"},
                                 .body = sts__text_get(form),
                                 .timeout_ms = STS_MS};
    if (form->failed)
        return bad(why, why_size, name, "out of memory");
    bool answered = ask(asking, request, &answer, reason, sizeof reason);
    sts__aws_found found = found_in(&answer, answered, reason, path, "SessionToken", name, credentials, why, why_size);
    forget(&answer);
    return found;
}

static sts__aws_found from_web_identity(sts__aws_asking *asking, sts__aws_credentials *credentials, char *why,
                                        size_t why_size) {
    char reason[300];
    size_t size;
    sts__text form;
    if (!asking->identity->role[0])
        return STS__AWS_ABSENT;
    char *token = sts__file_read(credentials->memory, asking->identity->token_file, TOKEN_MOST, &size, NULL, reason,
                                 sizeof reason);
    if (!token)
        return bad(why, why_size, "the web identity's token", reason);
    sts__text_init(&form, credentials->memory);
    write_form(&form, asking->identity, token, size);
    sts__aws_found found = of_sts(asking, &form, credentials, why, why_size);
    sts__secret_forget(credentials->memory, &token, size);
    sts__secret_forget(credentials->memory, &form.data, form.size);
    return found;
}

/* --- a container's agent --- */

/* Over plain HTTP the secret goes to this machine or its link alone. */
static bool is_trusted(const char *url) {
    static const char *const hosts[] = {"http://localhost",     "http://127.0.0.1",      "http://[::1]",
                                        "http://169.254.170.2", "http://169.254.170.23", "http://[fd00:ec2::23]"};
    if (strncmp(url, "https://", 8) == 0)
        return true;
    for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++) {
        size_t size = strlen(hosts[i]);
        /* more may follow: NOLINTNEXTLINE(bugprone-not-null-terminated-result) */
        if (strncmp(url, hosts[i], size) != 0)
            continue;
        if (url[size] == ':') /* a port, and no password in front of another host */
            size += 1 + strspn(url + size + 1, "0123456789");
        if (!url[size] || url[size] == '/')
            return true;
    }
    return false;
}

/* "Authorization: " and what a file or a variable says; "" where neither does. False if the file cannot be read. */
static bool write_authorization(sts__text *header, char *why, size_t why_size) {
    const char *file = variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
    const char *token = variable("AWS_CONTAINER_AUTHORIZATION_TOKEN");
    size_t size = strlen(token);
    char *text = NULL;
    if (file[0] && !(text = sts__file_read(header->memory, file, TOKEN_MOST, &size, NULL, why, why_size)))
        return false;
    const char *value = text ? text : token;
    size_t shown = strcspn(value, "\r\n"); /* one line: more would be headers of their own */
    if (shown)
        sts__text_printf(header, "Authorization: %.*s", (int)shown, value);
    sts__secret_forget(header->memory, &text, text ? size : 0);
    return true;
}

static sts__aws_found of_agent(sts__aws_asking *asking, const char *url, const char *authorization,
                               sts__aws_credentials *credentials, char *why, size_t why_size) {
    static const char name[] = "the container's credentials";
    static const char *const path[] = {NULL};
    char reason[200];
    sts__http_answer answer;
    init(&answer, credentials->memory);
    sts__http_request request = {.method = "GET",
                                 .url = url,
                                 .headers = {authorization[0] ? authorization : NULL},
                                 .timeout_ms = LOCAL_MS,
                                 .is_local = true};
    bool answered = ask(asking, request, &answer, reason, sizeof reason);
    sts__aws_found found = found_in(&answer, answered, reason, path, "Token", name, credentials, why, why_size);
    forget(&answer);
    return found;
}

static sts__aws_found from_container(sts__aws_asking *asking, sts__aws_credentials *credentials, char *why,
                                     size_t why_size) {
    const char *relative = variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
    const char *full = variable("AWS_CONTAINER_CREDENTIALS_FULL_URI");
    char url[1000];
    char reason[300];
    sts__text authorization;
    if (!relative[0] && !full[0])
        return STS__AWS_ABSENT;
    snprintf(url, sizeof url, "%s%s", relative[0] ? "http://169.254.170.2" : "", relative[0] ? relative : full);
    if (!is_trusted(url))
        return bad(why, why_size, "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                   "must begin with https://, or be on this machine");
    sts__text_init(&authorization, credentials->memory);
    sts__aws_found found = write_authorization(&authorization, reason, sizeof reason)
                               ? of_agent(asking, url, sts__text_get(&authorization), credentials, why, why_size)
                               : bad(why, why_size, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", reason);
    sts__secret_forget(credentials->memory, &authorization.data, authorization.size);
    return found;
}

/* --- an instance's metadata --- */

static const char METADATA[] = "the instance's metadata";

/* One step; `path` begins with a slash. */
static bool ask_metadata(sts__aws_asking *asking, const char *method, const char *path, const char *header,
                         sts__http_answer *answer, char *why, size_t why_size) {
    char url[600];
    const char *named = variable("AWS_EC2_METADATA_SERVICE_ENDPOINT");
    size_t size = strlen(named);
    while (size && named[size - 1] == '/')
        size--;
    snprintf(url, sizeof url, "%.*s%s", size ? (int)size : 100, size ? named : "http://169.254.169.254", path);
    sts__http_request request = {
        .method = method, .url = url, .headers = {header}, .timeout_ms = LOCAL_MS, .is_local = true};
    return ask(asking, request, answer, why, why_size);
}

static sts__aws_found of_role(sts__aws_asking *asking, const char *header, sts__aws_credentials *credentials, char *why,
                              size_t why_size) {
    static const char *const names[] = {NULL};
    static const char folder[] = "/latest/meta-data/iam/security-credentials/";
    char path[200];
    char reason[200];
    sts__http_answer answer;
    sts__aws_found found;
    init(&answer, credentials->memory);
    if (!ask_metadata(asking, "GET", folder, header, &answer, reason, sizeof reason)) {
        found = bad(why, why_size, METADATA, reason);
    } else if (answer.status != 200 || !answer.body.size) {
        found = bad(why, why_size, METADATA, "the instance has no role");
    } else {
        snprintf(path, sizeof path, "%s%.*s", folder, (int)strcspn(sts__text_get(&answer.body), "\r\n"),
                 sts__text_get(&answer.body));
        forget(&answer);
        bool answered = ask_metadata(asking, "GET", path, header, &answer, reason, sizeof reason);
        found = found_in(&answer, answered, reason, names, "Token", METADATA, credentials, why, why_size);
    }
    forget(&answer);
    return found;
}

/* IMDSv2: a token first, which whoever only gets a server to fetch addresses does not come by. */
static sts__aws_found from_instance(sts__aws_asking *asking, sts__aws_credentials *credentials, char *why,
                                    size_t why_size) {
    char reason[200];
    char header[300];
    sts__http_answer answer;
    sts__aws_found found;
    if (strcmp(variable("AWS_EC2_METADATA_DISABLED"), "true") == 0)
        return STS__AWS_ABSENT;
    init(&answer, credentials->memory);
    if (!ask_metadata(asking, "PUT", "/latest/api/token", "X-aws-ec2-metadata-token-ttl-seconds: 300", &answer, reason,
                      sizeof reason)) {
        found = STS__AWS_ABSENT; /* it is no instance */
    } else if (answer.status != 200 || answer.body.size > 200) {
        found = bad(why, why_size, METADATA, "it gives no token for its second version (IMDSv2)");
    } else {
        snprintf(header, sizeof header, "X-aws-ec2-metadata-token: %.*s",
                 (int)strcspn(sts__text_get(&answer.body), "\r\n"), sts__text_get(&answer.body));
        found = of_role(asking, header, credentials, why, why_size);
    }
    forget(&answer);
    return found;
}

sts__aws_found sts__aws_ask(sts__aws_asking *asking, sts__aws_credentials *credentials, char *why, size_t why_size) {
    sts__aws_found found = from_web_identity(asking, credentials, why, why_size);
    if (found == STS__AWS_ABSENT)
        found = from_container(asking, credentials, why, why_size);
    if (found == STS__AWS_ABSENT)
        found = from_instance(asking, credentials, why, why_size);
    return found;
}
