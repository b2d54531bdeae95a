/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/kafka/call.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/thread.h"
#include "transport/kafka/security.h"

enum {
    FIRST_MS = 100,     /* how long the group's offsets are waited for at first, */
    LOOK_MS = 5000,     /* and in all; */
    INIT_MS = 2000,     /* the transactional id, which is asked for again then; */
    OFFSETS_MS = 10000, /* that it takes the new offsets; */
    CALL_MS = 5000,     /* the end of a transaction, until it is looked whether that is still wanted, */
    END_MS = 30000,     /* and in all: what came of it is asked for by another producer then; */
    SERVE_MS = 100,     /* an event, by who ends the producer, */
    DRAIN_MS = 200,     /* the reports of its records, */
    ABORT_MS = 200,     /* an abort, */
    FINISH_MS = 500     /* and the end of a commit before it */
};

/* From malloc and not from the host's allocator, which may be gone by then. */
struct sts__kafka_call {
    int owners;  /* atomic */
    int stopped; /* atomic */
    rd_kafka_t *producer;
    rd_kafka_queue_t *woken; /* who serves waits there for events */
    sts__kafka_call_kind kind;
    char *group;
    rd_kafka_topic_partition_list_t *offsets;
    rd_kafka_conf_t *reader;
    bool wants_token; /* the reader, */
    sts_oauth_token token;
    char text[512];
    sts__kafka_call_result result; /* like the ones before the thread's, until it has ended */
    pthread_mutex_t lock;
    bool ended;
};

/* --- in the thread --- */

static bool is_stopped(const sts__kafka_call *call) {
    return __atomic_load_n(&call->stopped, __ATOMIC_ACQUIRE);
}

/* Takes an error of librdkafka's, which is gone then; true where there is none. */
static bool take(sts__kafka_call *call, rd_kafka_error_t *error) {
    call->result.error = RD_KAFKA_RESP_ERR_NO_ERROR;
    if (!error)
        return true;
    call->result.error = rd_kafka_error_code(error);
    call->result.passes = rd_kafka_error_is_retriable(error);
    call->result.wants_abort = rd_kafka_error_txn_requires_abort(error);
    snprintf(call->text, sizeof call->text, "%s", rd_kafka_error_string(error));
    rd_kafka_error_destroy(error);
    return false;
}

static bool fail(sts__kafka_call *call, rd_kafka_resp_err_t error, const char *text, bool passes) {
    call->result.error = error;
    call->result.passes = passes;
    call->result.wants_abort = false;
    snprintf(call->text, sizeof call->text, "%s", text);
    return false;
}

/* Makes a call that librdkafka resumes where it has timed out. That must be rare: librdkafka has one place for the
 * results of all its calls. Where one times out before its main thread has begun with it (after 100 ms on a busy
 * machine), the next is told the result of that one, and so on, until a call does what does not fit the state
 * ("Operation not valid in state CommittingTransaction"), or ends the process (2.0.2: rd_kafka_txn_set_state, "Invalid
 * transaction state transition"). */
static bool repeat(sts__kafka_call *call, rd_kafka_error_t *(*make)(rd_kafka_t *producer, int timeout_ms),
                   int64_t lasts_ms) {
    int64_t deadline_us = sts__deadline_after(lasts_ms);
    bool done;
    do
        done = take(call, make(call->producer, lasts_ms < CALL_MS ? (int)lasts_ms : CALL_MS));
    while (!done && call->result.passes && !is_stopped(call) && sts__clock_us() < deadline_us);
    return done;
}

/* What is no answer about the offsets; a topic that is not there, or may not be seen, has none. */
static rd_kafka_resp_err_t fault_of(const rd_kafka_topic_partition_list_t *offsets) {
    for (int i = 0; i < offsets->cnt; i++)
        if (offsets->elems[i].err && offsets->elems[i].err != RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART &&
            offsets->elems[i].err != RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED)
            return offsets->elems[i].err;
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

/* What keeps a consumer from its group's coordinator is told as an event, and the question goes on waiting. */
static rd_kafka_resp_err_t refusal_of(rd_kafka_t *consumer, rd_kafka_resp_err_t error) {
    rd_kafka_message_t *message;
    while ((message = rd_kafka_consumer_poll(consumer, 0))) {
        if (message->err == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED)
            error = message->err;
        rd_kafka_message_destroy(message);
    }
    return error;
}

/* Asks, each time with twice the patience: an answer that comes too late is none. */
static rd_kafka_resp_err_t ask_for_offsets(sts__kafka_call *call, rd_kafka_t *consumer) {
    int64_t deadline_us = sts__deadline_after(LOOK_MS);
    for (int patience_ms = FIRST_MS;; patience_ms *= 2) {
        rd_kafka_resp_err_t error = rd_kafka_committed(consumer, call->offsets, patience_ms);
        if (!error)
            return fault_of(call->offsets);
        error = refusal_of(consumer, error);
        bool passes = error == RD_KAFKA_RESP_ERR__TIMED_OUT || error == RD_KAFKA_RESP_ERR__WAIT_COORD ||
                      error == RD_KAFKA_RESP_ERR__TRANSPORT;
        if (!passes || is_stopped(call) || sts__clock_us() >= deadline_us)
            return error;
    }
}

static bool read_offsets(sts__kafka_call *call) {
    char text[256];
    rd_kafka_t *consumer = rd_kafka_new(RD_KAFKA_CONSUMER, call->reader, text, sizeof text);
    if (!consumer)
        return fail(call, RD_KAFKA_RESP_ERR__CRIT_SYS_RESOURCE, text, true);
    call->reader = NULL; /* it is the consumer's */
    bool has_token = !call->wants_token || (call->token.value && sts__kafka_give_token(consumer, &call->token));
    rd_kafka_resp_err_t error = has_token ? ask_for_offsets(call, consumer) : RD_KAFKA_RESP_ERR__AUTHENTICATION;
    rd_kafka_destroy_flags(consumer, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
    call->result.error = error;
    if (!has_token)
        return fail(call, error, "the token has expired, and there is no new one yet", true);
    return error ? fail(call, error, rd_kafka_err2str(error), true) : true;
}

static bool commit(sts__kafka_call *call) {
    rd_kafka_consumer_group_metadata_t *group = rd_kafka_consumer_group_metadata_new(call->group);
    bool done = take(call, rd_kafka_send_offsets_to_transaction(call->producer, call->offsets, group, OFFSETS_MS));
    rd_kafka_consumer_group_metadata_destroy(group);
    return done && repeat(call, rd_kafka_commit_transaction, END_MS);
}

/* Another transaction cannot begin now, and librdkafka says why: where this one has failed, with its error. */
static void ask_cause(sts__kafka_call *call) {
    if (!take(call, rd_kafka_begin_transaction(call->producer)) && call->result.wants_abort)
        call->result.cause = call->result.error;
    else
        call->text[0] = '\0';
}

static bool abort_open(sts__kafka_call *call) {
    char cause[sizeof call->text];
    ask_cause(call);
    memcpy(cause, call->text, sizeof cause);
    bool done = repeat(call, rd_kafka_abort_transaction, END_MS);
    if (done)
        memcpy(call->text, cause, sizeof cause);
    return done;
}

static bool make(sts__kafka_call *call) {
    switch (call->kind) {
    case STS__CALL_LOOK:
    case STS__CALL_READ:
        return read_offsets(call);
    case STS__CALL_INIT:
        return repeat(call, rd_kafka_init_transactions, INIT_MS);
    case STS__CALL_COMMIT:
        return commit(call);
    default:
        return abort_open(call);
    }
}

static void *run(void *argument) {
    sts__kafka_call *call = argument;
    if (make(call) && call->kind != STS__CALL_ABORT)
        call->text[0] = '\0';
    call->result.text = call->text;
    call->result.offsets = call->offsets;
    pthread_mutex_lock(&call->lock);
    rd_kafka_queue_yield(call->woken);
    rd_kafka_queue_destroy(call->woken);
    call->ended = true;
    pthread_mutex_unlock(&call->lock);
    sts__kafka_call_release(call);
    return NULL;
}

/* --- outside --- */

static sts__kafka_call *make_struct(const char *group) {
    const sts__memory *memory = sts__memory_default();
    sts__kafka_call *call = sts__memory_new(memory, sizeof *call);
    if (!call)
        return NULL;
    call->owners = 1;
    call->group = sts__memory_copy_text(memory, group, strlen(group));
    if (call->group && pthread_mutex_init(&call->lock, NULL) == 0)
        return call;
    sts__memory_free(memory, call->group);
    sts__memory_free(memory, call);
    return NULL;
}

/* What is under way is a transaction that its producer was about to commit. */
static rd_kafka_conf_t *make_reader(sts__kafka_call_kind kind, const rd_kafka_conf_t *conf) {
    rd_kafka_conf_t *reader = rd_kafka_conf_dup(conf);
    rd_kafka_conf_set(reader, "isolation.level", kind == STS__CALL_LOOK ? "read_uncommitted" : "read_committed", NULL,
                      0);
    return reader;
}

static void prepare_reader(sts__kafka_call *call, sts__kafka_reader reader) {
    const sts_oauth_token *token = reader.token;
    if (call->kind > STS__CALL_READ)
        return;
    call->reader = make_reader(call->kind, reader.conf);
    call->token.memory = sts__memory_default();
    call->wants_token = token != NULL;
    if (token) /* it may have expired */
        sts__token_set(&call->token, token->value, token->principal, token->expires_ms);
}

sts_status sts__kafka_call_make(sts__kafka_call **made, rd_kafka_t *producer, sts__kafka_call_kind kind,
                                const char *group, rd_kafka_topic_partition_list_t *offsets, sts__kafka_reader reader) {
    sts__kafka_call *call = make_struct(group);
    pthread_t thread;
    if (!call) {
        if (offsets)
            rd_kafka_topic_partition_list_destroy(offsets);
        return STS_ERR_NO_MEMORY;
    }
    call->producer = producer;
    call->woken = rd_kafka_queue_get_main(producer);
    call->kind = kind;
    call->offsets = offsets;
    prepare_reader(call, reader);
    sts__kafka_call_keep(call);
    if (sts__thread_start(&thread, run, call)) {
        pthread_detach(thread);
        *made = call;
        return STS_OK;
    }
    rd_kafka_queue_destroy(call->woken);
    sts__kafka_call_release(call);
    sts__kafka_call_release(call);
    return STS_ERR_SYSTEM;
}

bool sts__kafka_call_has_ended(sts__kafka_call *call, sts__kafka_call_result *result) {
    pthread_mutex_lock(&call->lock);
    bool ended = call->ended;
    pthread_mutex_unlock(&call->lock);
    if (ended)
        *result = call->result;
    return ended;
}

void sts__kafka_call_stop(sts__kafka_call *call) {
    __atomic_store_n(&call->stopped, 1, __ATOMIC_RELEASE);
}

sts__kafka_call *sts__kafka_call_keep(sts__kafka_call *call) {
    if (call)
        __atomic_add_fetch(&call->owners, 1, __ATOMIC_RELAXED);
    return call;
}

void sts__kafka_call_release(sts__kafka_call *call) {
    const sts__memory *memory = sts__memory_default();
    if (!call || __atomic_sub_fetch(&call->owners, 1, __ATOMIC_ACQ_REL))
        return;
    if (call->offsets)
        rd_kafka_topic_partition_list_destroy(call->offsets);
    if (call->reader)
        rd_kafka_conf_destroy(call->reader);
    if (call->token.value)
        sts__token_clear(&call->token);
    pthread_mutex_destroy(&call->lock);
    sts__memory_free(memory, call->group);
    sts__memory_free(memory, call);
}

/* False where a commit is under way. */
static bool begin_abort(rd_kafka_t *producer) {
    rd_kafka_error_t *error = rd_kafka_abort_transaction(producer, ABORT_MS);
    bool conflicts = error && rd_kafka_error_code(error) == RD_KAFKA_RESP_ERR__CONFLICT;
    if (error)
        rd_kafka_error_destroy(error);
    return !conflicts;
}

/* A commit that has timed out is to be resumed, before anything else can be called. False where that times out too. */
static bool end_commit(rd_kafka_t *producer) {
    rd_kafka_error_t *error = rd_kafka_commit_transaction(producer, FINISH_MS);
    bool resumes = error && rd_kafka_error_is_retriable(error);
    if (error)
        rd_kafka_error_destroy(error);
    return !resumes;
}

static void drop_event(rd_kafka_queue_t *queue, int timeout_ms) {
    rd_kafka_event_t *event = rd_kafka_queue_poll(queue, timeout_ms);
    if (event)
        rd_kafka_event_destroy(event);
}

/* Commits and aborts wait for the producer's records, whose reports nobody else takes any more. */
static void await(sts__kafka_call *call, rd_kafka_queue_t *queue) {
    sts__kafka_call_result result;
    while (call && !sts__kafka_call_has_ended(call, &result))
        drop_event(queue, SERVE_MS);
    sts__kafka_call_release(call);
}

static void drain(rd_kafka_t *producer, rd_kafka_queue_t *queue) {
    int64_t deadline_us = sts__deadline_after(DRAIN_MS);
    while (rd_kafka_outq_len(producer) > 0 && sts__clock_us() < deadline_us)
        drop_event(queue, SERVE_MS);
}

void sts__kafka_finish(rd_kafka_t *producer, sts__kafka_unfinished unfinished) {
    if (!unfinished.call && !unfinished.in_transaction)
        return;
    rd_kafka_queue_t *queue = rd_kafka_queue_get_main(producer);
    rd_kafka_purge(producer, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT | RD_KAFKA_PURGE_F_NON_BLOCKING);
    await(unfinished.call, queue);
    drain(producer, queue);
    rd_kafka_queue_destroy(queue);
    if (unfinished.in_transaction && !begin_abort(producer) && end_commit(producer))
        begin_abort(producer);
}
