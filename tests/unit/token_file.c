/* SPDX-License-Identifier: Apache-2.0
 *
 * A token's file: what is taken from it, what is wrong with it and what to do, and that nothing of it is told. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/kafka/token.h"
#include "transport/token_file.h"

#define MARK "c2VjcmV0" /* is in each bad token, and in no text */

struct place {
    char folder[32];
    char path[64];
    sts__file_stamp stamp;
    sts_oauth_token token;
};

static void init(struct place *place) {
    *place = (struct place){.folder = "/tmp/stskafka-token-XXXXXX", .token.memory = sts__memory_default()};
    cr_assert_not_null(mkdtemp(place->folder));
    snprintf(place->path, sizeof place->path, "%s/token", place->folder);
}

static void clear(struct place *place) {
    sts__token_clear(&place->token);
    unlink(place->path);
    rmdir(place->path);
    rmdir(place->folder);
}

static void put(const struct place *place, const char *text, size_t size) {
    FILE *file = fopen(place->path, "w");
    cr_assert_not_null(file);
    cr_assert_eq(fwrite(text, 1, size, file), size);
    fclose(file);
}

static const char *ask(struct place *place) {
    sts__token_clear(&place->token);
    place->token.why[0] = '\0';
    sts__token_file_answer(place->path, &place->token, &place->stamp);
    return place->token.why;
}

Test(token_file, what_is_taken) {
    static const char *const around[][2] = {{"", ""}, {"", "\n"}, {" \t", "\r\n\n"}};
    struct place place;
    char token[400];
    char text[500];
    int64_t expires_ms = token_now_ms() + 60000;
    init(&place);
    token_write(token, sizeof token, "alice", expires_ms);
    for (size_t i = 0; i < sizeof around / sizeof around[0]; i++) {
        snprintf(text, sizeof text, "%s%s%s", around[i][0], token, around[i][1]);
        put(&place, text, strlen(text));
        cr_assert_str_eq(ask(&place), "");
        cr_assert_str_eq(place.token.value, token);
        cr_assert_str_eq(place.token.principal, "alice");
        cr_assert_leq(llabs((long long)(place.token.expires_ms - expires_ms)), 1);
    }
    clear(&place);
}

/* exp may be written as JSON writes numbers; sub is for the log, so that it may be missing. */
Test(token_file, claims) {
    struct place place;
    char token[400];
    init(&place);
    token_write_claims(token, sizeof token, "{\"exp\":4.1e9,\"sub\":7}");
    put(&place, token, strlen(token));
    cr_assert_str_eq(ask(&place), "");
    cr_assert_str_eq(place.token.principal, "");
    cr_assert_eq(place.token.expires_ms, 4100000000000);
    clear(&place);
}

static void check_why(const char *why, const char *part) {
    cr_assert_not_null(strstr(why, part), "no '%s' in: %s", part, why);
    cr_assert_null(strstr(why, MARK), "%s", why);
    cr_assert_eq(strncmp(why, "auth.sasl.oauthbearer.token_file: ", 34), 0, "%s", why);
}

static void check_bad(struct place *place, const char *text, size_t size, const char *part) {
    put(place, text, size);
    check_why(ask(place), part);
    check_why(place->token.why, place->path);
    cr_assert_null(place->token.value);
}

static void check_bad_claims(struct place *place, const char *claims, const char *part) {
    char token[400];
    token_write_claims(token, sizeof token, claims);
    check_bad(place, token, strlen(token), part);
}

Test(token_file, what_is_no_jwt) {
    static const struct {
        const char *text, *part;
    } bad[] = {
        {"", "is empty"},
        {" \n", "is empty"},
        {MARK, "it has 1 part"},
        {MARK "." MARK, "it has 2 parts"},
        {MARK "..." MARK, "it has 4 parts"},
        {MARK ".." MARK ".." MARK, "it has five parts"},
        {MARK " " MARK, "byte 8 is neither"},
        {"Bearer " MARK "." MARK ".", "byte 6 is neither"},
        {"{\"access_token\":\"" MARK "\"}", "byte 0 is neither"},
        {MARK "==." MARK "." MARK, "byte 8 is neither"},
        {MARK "\xc3\xbc." MARK ".", "byte 8 is neither"},
        {MARK ".." MARK, "its claims are not JSON"},
        {MARK "." MARK "." MARK, "its claims are not JSON"},
    };
    struct place place;
    init(&place);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        check_bad(&place, bad[i].text, strlen(bad[i].text), bad[i].part);
    check_bad(&place, MARK "\0" MARK, 17, "byte 8 is neither");
    check_bad_claims(&place, "[]", "its claims are no JSON object");
    check_bad_claims(&place, "{\"sub\":\"alice\"}", "does not say when it expires");
    check_bad_claims(&place, "{\"exp\":\"4100000000\"}", "does not say when it expires");
    check_bad_claims(&place, "{\"exp\":-1}", "does not say when it expires");
    check_bad_claims(&place, "{\"exp\":4100000000000}", "seconds since 1970");
    clear(&place);
}

Test(token_file, what_has_expired) {
    struct place place;
    char token[400];
    init(&place);
    token_write(token, sizeof token, "alice", token_now_ms() - 90500);
    check_bad(&place, token, strlen(token), "expired 90 s ago");
    cr_assert_null(strstr(place.token.why, token));
    clear(&place);
}

Test(token_file, what_cannot_be_read) {
    struct place place;
    init(&place);
    check_why(ask(&place), "No such file or directory; nothing has that name");
    cr_assert_not(place.stamp.exists);
    char *large = calloc(1, 65537);
    memset(large, 'a', 65537);
    check_bad(&place, large, 65537, "has more than 65536 bytes");
    free(large);
    unlink(place.path);
    cr_assert_eq(mkdir(place.path, 0700), 0);
    check_why(ask(&place), "is a folder");
    rmdir(place.path);
    cr_assert_eq(mkfifo(place.path, 0600), 0);
    check_why(ask(&place), "must be a regular file");
    clear(&place);
}

/* As somebody who is not root, for whom there are no rights. Each test is a process of its own. */
Test(token_file, what_may_not_be_read) {
    struct place place;
    char token[400];
    init(&place);
    token_write(token, sizeof token, "alice", token_now_ms() + 60000);
    put(&place, token, strlen(token));
    cr_assert_eq(chmod(place.path, 0), 0);
    cr_assert_eq(chmod(place.folder, 0755), 0);
    cr_assert_eq(geteuid() == 0 ? seteuid(65534) : 0, 0);
    check_why(ask(&place), "Permission denied; let the user that this process runs as read it");
    cr_assert(place.stamp.exists);
    cr_assert_eq(getuid() == 0 ? seteuid(0) : 0, 0);
    clear(&place);
}

/* What is written anew is another file, by whichever way: in place, or renamed over it. */
Test(token_file, stamps) {
    struct place place;
    char other[80];
    init(&place);
    put(&place, "a", 1);
    ask(&place);
    sts__file_stamp same = sts__file_stamp_of(place.path);
    cr_assert(sts__file_stamp_equals(&same, &place.stamp));
    put(&place, "ab", 2);
    sts__file_stamp written = sts__file_stamp_of(place.path);
    cr_assert_not(sts__file_stamp_equals(&written, &place.stamp));
    ask(&place);
    snprintf(other, sizeof other, "%s.new", place.path);
    cr_assert_eq(rename(place.path, other), 0);
    sts__file_stamp gone = sts__file_stamp_of(place.path);
    cr_assert_not(sts__file_stamp_equals(&gone, &place.stamp));
    put(&place, "cd", 2);
    sts__file_stamp renamed = sts__file_stamp_of(place.path);
    cr_assert_not(sts__file_stamp_equals(&renamed, &place.stamp));
    unlink(other);
    clear(&place);
}
