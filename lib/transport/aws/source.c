/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/aws/source.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/thread.h"
#include "transport/aws/http.h"
#include "transport/aws/remote.h"
#include "transport/aws/sign.h"

enum {
    WHY = STS__TOKEN_WHY - 60,
    SOON_MS = 600000,    /* credentials are asked for again so long before they expire: AWS has new ones by then */
    CLOCK_OFF_MS = 60000 /* AWS allows five minutes, and a clock that is wrong goes on to be */
};

struct sts__aws_source {
    const sts__memory *memory;
    char *region;
    bool has_asked;
    sts__aws_web_identity identity; /* of the last look; not changed while the thread runs */
    pthread_mutex_t lock;           /* for what follows */
    sts__aws_credentials kept;      /* from afar */
    char why[WHY];                  /* there are none that are good */
    int64_t clock_off_ms;
    bool has_news;
    bool is_running;
    pthread_t thread;
    bool has_thread; /* to be joined; not under the lock */
    int stopped;     /* atomic */
};

sts__aws_source *sts__aws_source_new(const sts__memory *memory, const char *region) {
    sts__aws_source *source = sts__memory_new(memory, sizeof *source);
    if (!source)
        return NULL;
    source->memory = memory;
    source->kept.memory = memory;
    source->region = sts__memory_copy_text(memory, region, strlen(region));
    if (source->region && pthread_mutex_init(&source->lock, NULL) == 0)
        return source;
    sts__memory_free(memory, source->region);
    sts__memory_free(memory, source);
    return NULL;
}

static void join(sts__aws_source *source) {
    if (source->has_thread)
        pthread_join(source->thread, NULL);
    source->has_thread = false;
}

void sts__aws_source_free(sts__aws_source *source) {
    if (!source)
        return;
    __atomic_store_n(&source->stopped, 1, __ATOMIC_RELEASE);
    join(source);
    sts__aws_credentials_clear(&source->kept);
    pthread_mutex_destroy(&source->lock);
    sts__memory_free(source->memory, source->region);
    sts__memory_free(source->memory, source);
}

static void fail(sts_oauth_token *token, const char *why) {
    snprintf(token->why, sizeof token->why, "no AWS credentials for AWS_MSK_IAM_OAUTHBEARER: %s", why);
}

/* --- from afar --- */

static void say_nothing_is_there(char *why, size_t why_size) {
    snprintf(why, why_size,
             "there are none in the environment (AWS_ACCESS_KEY_ID) or in a shared file "
             "(~/.aws/credentials)%s",
             sts__http_is_built() ? ", and none of a web identity, a container or an instance"
                                  : "; this library was built without HTTP (-DSTSKAFKA_HTTP=ON), which web identities, "
                                    "containers and instances need");
}

/* Old ones stay where there are no new ones. */
static void ask_afar(sts__aws_source *source) {
    sts__aws_credentials found = {.memory = source->memory};
    sts__aws_asking asking = {.region = source->region, .stopped = &source->stopped, .identity = &source->identity};
    char why[WHY] = "";
    sts__aws_found result = sts__aws_ask(&asking, &found, why, sizeof why);
    if (result == STS__AWS_ABSENT)
        say_nothing_is_there(why, sizeof why);
    pthread_mutex_lock(&source->lock);
    if (result == STS__AWS_FOUND) {
        sts__aws_credentials_clear(&source->kept);
        source->kept = found;
    }
    snprintf(source->why, sizeof source->why, "%s", why);
    source->clock_off_ms = asking.clock_off_ms;
    source->is_running = false;
    pthread_mutex_unlock(&source->lock);
}

static void *run(void *user) {
    sts__aws_source *source = user;
    ask_afar(source);
    pthread_mutex_lock(&source->lock);
    source->has_news = true;
    pthread_mutex_unlock(&source->lock);
    return NULL;
}

/* Asks, or has it asked. */
static void renew(sts__aws_source *source, const sts__aws_web_identity *identity) {
    pthread_mutex_lock(&source->lock);
    bool busy = source->is_running;
    source->is_running = true;
    pthread_mutex_unlock(&source->lock);
    if (busy)
        return;
    join(source);
    source->identity = *identity;
    bool first = !source->has_asked;
    source->has_asked = true;
    if (!first)
        source->has_thread = sts__thread_start(&source->thread, run, source);
    if (!source->has_thread)
        ask_afar(source);
}

/* --- tokens --- */

/* A token is good no longer than the credentials that have signed it. */
static void sign(const sts__aws_credentials *credentials, const char *region, sts_oauth_token *token) {
    int64_t now_ms = sts__clock_wall_ms();
    int64_t expires_ms = (now_ms / 1000 + STS__AWS_TOKEN_SECONDS) * 1000;
    char *value = sts__aws_sign(credentials, region, now_ms / 1000);
    if (credentials->expires_ms < expires_ms)
        expires_ms = credentials->expires_ms;
    sts_status status = value ? sts__token_set(token, value, credentials->access_key, expires_ms) : STS_ERR_NO_MEMORY;
    if (status == STS_ERR_NO_MEMORY)
        fail(token, "out of memory");
    else if (status != STS_OK)
        fail(token, "those that were found have expired, or this machine's clock is wrong");
    sts__secret_forget(token->memory, &value, value ? strlen(value) : 0);
}

static bool answer_from_afar(sts__aws_source *source, const sts__aws_web_identity *identity, sts_oauth_token *token) {
    int64_t now_ms = sts__clock_wall_ms();
    pthread_mutex_lock(&source->lock);
    bool is_due = !source->kept.access_key || source->kept.expires_ms - now_ms < SOON_MS;
    bool is_new = source->has_news; /* good or bad: it was asked for just now */
    source->has_news = false;
    pthread_mutex_unlock(&source->lock);
    if (is_due && !is_new)
        renew(source, identity);
    pthread_mutex_lock(&source->lock);
    bool good = source->kept.access_key && source->kept.expires_ms > now_ms;
    bool waits = !good && source->is_running;
    if (good)
        sign(&source->kept, source->region, token);
    else if (!waits)
        fail(token, source->why);
    pthread_mutex_unlock(&source->lock);
    return !waits;
}

bool sts__aws_source_answer(sts__aws_source *source, sts_oauth_token *token) {
    sts__aws_credentials credentials = {.memory = source->memory};
    sts__aws_web_identity identity = {.role = ""};
    char why[WHY];
    bool answered = true;
    sts__aws_found found = sts__aws_from_environment(&credentials, why, sizeof why);
    if (found == STS__AWS_ABSENT && sts__aws_web_identity_from_environment(&identity, why, sizeof why) == STS__AWS_BAD)
        found = STS__AWS_BAD;
    if (found == STS__AWS_ABSENT && !identity.role[0])
        found = sts__aws_from_files(&credentials, &identity, why, sizeof why);
    if (found == STS__AWS_FOUND)
        sign(&credentials, source->region, token);
    else if (found == STS__AWS_BAD)
        fail(token, why);
    else
        answered = answer_from_afar(source, &identity, token);
    sts__aws_credentials_clear(&credentials);
    return answered;
}

bool sts__aws_source_has_news(sts__aws_source *source) {
    pthread_mutex_lock(&source->lock);
    bool news = source->has_news;
    pthread_mutex_unlock(&source->lock);
    return news;
}

int64_t sts__aws_source_clock_off_s(sts__aws_source *source) {
    pthread_mutex_lock(&source->lock);
    int64_t off_ms = source->clock_off_ms;
    pthread_mutex_unlock(&source->lock);
    return off_ms > CLOCK_OFF_MS || off_ms < -CLOCK_OFF_MS ? off_ms / 1000 : 0;
}
