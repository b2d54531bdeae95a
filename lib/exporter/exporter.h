/* SPDX-License-Identifier: Apache-2.0
 *
 * The exporter: configuration, route, ledger and transport put together.
 *
 * Threads: any thread exports (export.c); one thread at a time serves (service.c), which is the exporter's own, or
 * whoever calls sts_poll, sts_flush or close; the ledger's lock is the only one that both sides take, and no lock is
 * held while a callback of the host's or a method of the transport runs: whoever serves has the turn, which others wait
 * for with a deadline. */
#ifndef STS_EXPORTER_EXPORTER_H
#define STS_EXPORTER_EXPORTER_H

#include <pthread.h>
#include <stdbool.h>
#include <sys/types.h>

#include <stskafka/logs.h>
#include <stskafka/transport.h>

#include "base/error.h"
#include "base/memory.h"
#include "exporter/batching.h"
#include "exporter/config.h"
#include "exporter/dead_letter.h"
#include "exporter/options.h"
#include "exporter/pace.h"
#include "exporter/route.h"
#include "exporter/rules.h"
#include "exporter/source.h"
#include "exporter/staging.h"
#include "exporter/storage_state.h"
#include "exporter/topics.h"
#include "queue/ledger.h"
#include "transport/kind.h"
#include "transport/sink.h"

/* A thread that runs, or may run, a callback of the host's; on that thread's stack. */
typedef struct sts__caller {
    pthread_t thread;
    struct sts__caller *next;
} sts__caller;

struct sts_exporter {
    const sts__memory *memory;
    pid_t pid; /* who made it: after fork() the child must not touch it */

    sts__topics topics;
    sts__rules rules[STS__SIGNALS];
    sts__route route;
    sts__ledger ledger;
    sts__pace pace;
    sts__stagings stagings;
    sts__batching batching;
    sts__storage storage;
    sts__dead_letters dead_letters;
    sts__profile profile;
    bool holds_partitions; /* partition_growth=hold */
    int64_t produce_timeout_ms;
    bool blocks_on_overflow;
    bool waits_for_result;

    sts_transport transport; /* struct_size 0: none, only explanations */
    const sts__transport_kind *transport_kind;
    void *transport_context;
    sts_transport_sink sink;
    char *description;
    char *metadata_topic;
    char *fixed_options; /* what cannot change while it lives (sts__options_write_fixed) */

    sts_outcome_callback outcome_callback;
    void *outcome_user;
    sts_log_callback log_callback;
    void *log_user;

    bool own_thread; /* whether the exporter serves itself; does not change */
    bool helps;      /* and whether threads that export take part in that; does not change */
    bool started;    /* `thread` has to be joined; only for new, close and free */
    pthread_t thread;
    pthread_mutex_t callers_lock; /* of what follows, and of who wakes a transport that may be gone */
    pthread_cond_t turned;        /* nobody serves any more, or it has ended */
    sts__caller *callers;         /* the threads that may be inside a callback just now */
    bool served;                  /* somebody serves, */
    bool helped;                  /* which is a thread that exports; */
    bool idles;                   /* or its own one, which may wait for something to do, */
    int missed;                   /* and so many exports since then that could not */
    int turn_waiters;             /* how many threads wait for their turn to serve */
    bool naps;                    /* the exporter's own thread leaves it to those that export for a moment, */
    bool called;                  /* or is to look at what is new */
    pthread_cond_t nap_over;
    bool closed;   /* the transport is gone; written by who serves */
    bool ended;    /* and nothing of the exporter's runs any more */
    bool orphaned; /* freed, and left to its thread */

    int exports;            /* how many times they did; atomic */
    int flushing;           /* how many flushes and results are waited for; atomic */
    int pushes;             /* how many were begun; atomic */
    int pushed;             /* and how many had been when the transport was last told; for whoever serves, */
    int64_t push_again_us;  /* as is when it is to be told once more: what it got meanwhile lingers */
    int stopping;           /* who serves now is the last to do so; atomic */
    int64_t close_until_us; /* who closes has time until then; atomic */
    int silent;             /* no callback begins any more; atomic */
    int fatal;              /* the transport can send no more; atomic */
    char fatal_text[400];   /* why, where it told that itself; not changed once `fatal` is set */
};

/* exporter.c */

/* STS_OK, or the fault is put into `*error`. */
sts_status sts__exporter_new(const sts__memory *memory, const sts_options *options, sts_exporter **exporter,
                             sts_error **error);

/* Frees what no thread uses. */
void sts__exporter_clear(sts_exporter *exporter);

/* close.c */

/* As sts_exporter_close and sts_exporter_free. */
sts_status sts__exporter_close(sts_exporter *exporter, int32_t timeout_ms);
sts_status sts__exporter_free(sts_exporter *exporter, int32_t timeout_ms);

/* The last that its own thread does with it; may free it. */
void sts__exporter_end_in_thread(sts_exporter *exporter);

/* reconfigure.c: as sts_exporter_reconfigure. */
sts_status sts__exporter_reconfigure(sts_exporter *exporter, const sts_options *options, sts_error **error);

/* service.c */

/* Starts the exporter's own thread. STS_OK or STS_ERR_SYSTEM. */
sts_status sts__service_start(sts_exporter *exporter);

/* Takes the turn to serve; false where it was not free by then. Gives it back. */
bool sts__service_take_turn(sts_exporter *exporter, sts__caller *caller, int64_t deadline_us);
void sts__service_give_turn(sts_exporter *exporter, sts__caller *caller);

/* Serves once, with the turn: lets the transport work for up to timeout_ms, then hands outcomes to the callback. */
void sts__service_once(sts_exporter *exporter, int32_t timeout_ms);

/* The same with a turn of its own, for which it waits as long as for something to do; false where nobody but the one
 * who ends the exporter serves any more. */
bool sts__service_run(sts_exporter *exporter, int32_t timeout_ms);

/* Takes part in serving, from an export: has the transport report what was delivered, waiting up to timeout_ms for
 * that. False where that cannot be just now. */
bool sts__service_help(sts_exporter *exporter, int32_t timeout_ms);

/* Whether an outcome waits for the callback. */
bool sts__service_has_outcome(sts_exporter *exporter);

/* Hands some of the outcomes that wait to the callback, or drops them where no callback may begin any more. */
void sts__service_hand_out(sts_exporter *exporter);

/* Makes the serving thread look at what is new. */
void sts__service_wake(sts_exporter *exporter);

/* The transport's descriptor, or -1. */
int32_t sts__service_fd(sts_exporter *exporter);

/* How many threads run for the exporter: its own, and the transport's. */
int32_t sts__service_threads(sts_exporter *exporter);

/* From here on, and until the second call, what lingers is sent at once. */
void sts__service_push(sts_exporter *exporter);
void sts__service_push_end(sts_exporter *exporter);

/* Waits until no outcome of the result is missing, which it is at the latest when the exporter is closed. Where nobody
 * else serves, this thread does. Not from a callback. */
void sts__service_wait_result(sts_exporter *exporter, sts__result *result);

/* Waits until everything accepted before is done; true if it is. `until_starved`: not where messages that were open
 * cannot be made for want of memory. */
bool sts__service_flush(sts_exporter *exporter, int64_t deadline_us, bool until_starved);

/* sink.c: the outcomes of messages, as sts__ledger_complete; for the store too, where there is one. */
sts_status sts__exporter_complete(sts_exporter *exporter, const sts_completion *completions, size_t count);

/* callers.c */

/* From here on, and until the second call, what this thread calls comes from a callback. */
void sts__callers_enter(sts_exporter *exporter, sts__caller *caller);
void sts__callers_leave(sts_exporter *exporter, sts__caller *caller);

/* Whether this thread is inside a callback of the exporter's. */
bool sts__callers_has_me(sts_exporter *exporter);

/* Whether callbacks may still begin: not once a close has gone without waiting for one. */
bool sts__callers_may_call(const sts_exporter *exporter);

/* export.c */

/* What an export did. */
typedef struct sts__export_counts {
    uint64_t accepted;
    uint64_t rejected;
    uint64_t bytes;
    uint64_t delivered; /* where the export has waited for its result; like the next ones */
    uint64_t failed;
    uint64_t uncertain;
    uint64_t purged;
} sts__export_counts;

/* Puts them into a host's array of counters (stskafka/types.h); NULL is allowed. */
void sts__export_counts_tell(const sts__export_counts *from, uint64_t *counts, size_t counts_size);

/* Exports what the source has; as sts_export_logs. */
sts_status sts__export(sts_exporter *exporter, sts__source *source, const sts_export_context *context,
                       sts__export_counts *counts, sts__fault *fault);

/* explain.c: as sts_explain_logs. */
sts_status sts__explain(sts_exporter *exporter, sts__source *source, const sts_export_context *context,
                        sts_explanation_callback callback, void *user, sts__fault *fault);

#endif
