/* A destination for syslog-ng (3.38, as in Debian 12): log messages to Kafka under a key that you choose, by default
 * the host's name, so that what a host says stays in order. syslog-ng.conf beside this file shows its use.
 *
 *   apt install syslog-ng-core syslog-ng-dev
 *   $(pkg-config --variable=toolsdir syslog-ng)/merge-grammar.py grammar.ym > stskafka-grammar.y
 *   bison -Wnone -d -o stskafka-grammar.c stskafka-grammar.y
 *   cc -shared -fPIC -I. *.c -o libstskafka-destination.so $(pkg-config --cflags --libs syslog-ng stskafka)
 *   cp libstskafka-destination.so $(pkg-config --variable=moduledir syslog-ng)
 *
 * syslog-ng hears of a message only when Kafka has acknowledged it. Until then the message stays in syslog-ng's queue,
 * on disk if there is a disk-buffer(), and a source with flags(flow-control) waits when that is full. What was not
 * acknowledged when syslog-ng ends, or loads its configuration anew, is sent again afterwards. So is the whole batch of
 * a message that Kafka does not take, because there is no such topic, or no right to write to it: it is tried every
 * time-reopen() seconds, and all others wait behind it. That is at least once: a message may be in Kafka twice, and the
 * first time before one that it should come after.
 *
 * Passed over, and told in syslog-ng's own log, is what Kafka can never take because of the message itself: too large,
 * or without a key. option("dead_letter.topic" ...) keeps it, and with it whatever else Kafka refuses for good: what
 * has arrived there is acknowledged too.
 *
 * A syslog message becomes an OTLP log record: its time the message's, the body what template() gives, the resource
 * attribute host.name the host, the attribute syslog.program the program. option("key" ...) makes keys of these. A body
 * of no bytes is a tombstone, so the template had better not be empty. */
#include "destination.h"

#include <logmsg/logmsg.h>
#include <logthrdest/logthrdestdrv.h>
#include <messages.h>
#include <plugin.h>
#include <scratch-buffers.h>
#include <stskafka/stskafka.h>

#include "stskafka-grammar.h"

enum { BATCH_LINES = 1000, OUTCOMES = 100, TEXT = 300, WAIT_MS = 200, END_MS = 5000 };

typedef struct driver {
    LogThreadedDestDriver super;
    sts_options *options;
    LogTemplate *body;
    LogTemplateOptions body_options;
} driver;

typedef struct worker {
    LogThreadedDestWorker super;
    sts_exporter *exporter;
    sts_logs *logs;
    sts_outcomes *outcomes;
    uint64_t dead_letters; /* of this exporter, when the last batch was done */
} worker;

/* The messages of a batch that were not delivered. */
typedef struct failures {
    guint64 count;
    guint64 passing;  /* of these, what may be delivered later */
    gchar text[TEXT]; /* why the first of them was not, or the first that may pass */
} failures;

/* --- a message as an OTLP log record ------------------------------------------------------------------------------ */

/* OTLP's texts are UTF-8: a name that is not goes as bytes, which make the same key. */
static gboolean put_name(sts_logs *logs, const gchar *attribute, LogMessage *message, NVHandle name) {
    gssize size;
    const gchar *text = log_msg_get_value(message, name, &size);
    sts_status status = sts_logs_put_string(logs, attribute, text, (size_t)size, NULL);
    if (status == STS_ERR_UTF8)
        status = sts_logs_put_bytes(logs, attribute, text, (size_t)size, NULL);
    return status == STS_OK;
}

/* FALSE where there is not enough memory. */
static gboolean fill(worker *self, LogMessage *message) {
    const driver *owner = (const driver *)self->super.owner;
    sts_logs *logs = self->logs;
    LogTemplateEvalOptions options = {&owner->body_options, LTZ_SEND, self->super.seq_num, NULL, LM_VT_STRING};
    const UnixTime *when = &message->timestamps[LM_TS_STAMP];
    uint64_t time_unix_nano = (uint64_t)when->ut_sec * 1000000000 + (uint64_t)when->ut_usec * 1000;
    GString *body = scratch_buffers_alloc(); /* syslog-ng takes it back when the message is done */
    log_template_format(owner->body, message, &options, body);
    sts_logs_reset(logs);
    return sts_logs_add_resource(logs, NULL) == STS_OK && put_name(logs, "host.name", message, LM_V_HOST) &&
           sts_logs_add_record(logs, time_unix_nano, NULL) == STS_OK &&
           sts_logs_set_body_bytes(logs, body->str, body->len, NULL) == STS_OK &&
           put_name(logs, "syslog.program", message, LM_V_PROGRAM);
}

/* --- the worker, in a thread of syslog-ng's ----------------------------------------------------------------------- */

static gboolean worker_connect(LogThreadedDestWorker *super) {
    worker *self = (worker *)super;
    driver *owner = (driver *)super->owner;
    sts_error *error = NULL;
    self->dead_letters = 0;
    if (sts_exporter_new(&self->exporter, owner->options, &error) == STS_OK)
        return TRUE;
    msg_error("stskafka: cannot start, trying again after time-reopen()", evt_tag_str("error", sts_error_text(error)));
    sts_error_free(error);
    return FALSE;
}

static void worker_disconnect(LogThreadedDestWorker *super) {
    worker *self = (worker *)super;
    sts_exporter_free(self->exporter, 0); /* what could wait has waited in worker_flush */
    self->exporter = NULL;
}

/* Whether it is the message itself that Kafka cannot take (error.h: "one record alone"). The code tells and not the
 * kind, for records are rejected too that are for a topic known to be closed to us. */
static gboolean is_for_good(sts_status code) {
    return code <= STS_ERR_KEY_MISSING && code > STS_ERR_QUEUE_FULL;
}

/* FALSE where the outcomes cannot be had. */
static gboolean take_failures(worker *self, failures *found) {
    do {
        if (sts_exporter_take_outcomes(self->exporter, self->outcomes, 0) != STS_OK)
            return FALSE;
        for (size_t i = 0; i < sts_outcomes_count(self->outcomes); i++) {
            const sts_outcome *outcome = sts_outcomes_at(self->outcomes, i);
            gboolean passes = !is_for_good(sts_outcome_code(outcome));
            if (found->count == 0 || (passes && found->passing == 0))
                g_strlcpy(found->text, sts_outcome_text(outcome), sizeof found->text);
            found->count++;
            found->passing += passes;
        }
    } while (sts_outcomes_count(self->outcomes) == OUTCOMES);
    return TRUE;
}

/* Whether syslog-ng may forget the messages that have an outcome now: all but those that failed are in Kafka, and these
 * are dead letters there, or would fail for ever. It is told once for all, for the line may come back as a message. */
static gboolean is_done(worker *self, const uint64_t *counts) {
    failures found = {0};
    guint64 dead_letters = counts[STS_COUNT_DEAD_LETTERS] - self->dead_letters;
    self->dead_letters = counts[STS_COUNT_DEAD_LETTERS];
    if (!take_failures(self, &found))
        return FALSE;
    if (found.count == 0)
        return TRUE;
    gboolean done = found.passing == 0 || dead_letters == found.count;
    msg_error(done ? "stskafka: messages were not delivered, and are passed over"
                   : "stskafka: messages were not delivered, their batch is sent again after time-reopen()",
              evt_tag_printf("messages", "%" G_GUINT64_FORMAT, found.count),
              evt_tag_printf("dead_letters", "%" G_GUINT64_FORMAT, dead_letters), evt_tag_str("error", found.text));
    return done;
}

/* At its end syslog-ng gives messages a last chance, for what is in memory alone would be lost. When it loads its
 * configuration anew it keeps them, and takes nothing from anywhere until the workers have ended. */
static int32_t patience_ms(const worker *self) {
    LogThreadedDestDriver *owner = self->super.owner;
    return owner->under_termination && cfg_is_shutting_down(log_pipe_get_config(&owner->super.super.super)) ? END_MS
                                                                                                            : WAIT_MS;
}

/* Waits until every message has its outcome. FALSE where syslog-ng wants to end before, and where messages have to be
 * sent again. */
static gboolean settle(worker *self) {
    uint64_t counts[STS_COUNTS];
    sts_status status;
    gboolean ending;
    do {
        ending = self->super.owner->under_termination;
        status = sts_flush(self->exporter, patience_ms(self), counts, STS_COUNTS, NULL);
    } while (status == STS_ERR_TIMED_OUT && !ending);
    return status == STS_OK && is_done(self, counts);
}

/* Every message goes to the exporter at once, and is acknowledged with its batch. */
static LogThreadedResult worker_insert(LogThreadedDestWorker *super, LogMessage *message) {
    worker *self = (worker *)super;
    sts_status status = STS_ERR_NO_MEMORY;
    if (fill(self, message))
        do
            status = sts_export_log_batch(self->exporter, self->logs, NULL, NULL, 0, NULL);
        while (status == STS_ERR_QUEUE_FULL && settle(self));
    if (status == STS_OK || status == STS_ERR_REJECTED || status == STS_ERR_NOT_DELIVERED) /* outcomes tell the rest */
        return LTR_QUEUED;
    if (status != STS_ERR_QUEUE_FULL) /* where settle has told what there is to tell */
        msg_error("stskafka: cannot export", evt_tag_str("error", sts_status_text(status)));
    return LTR_NOT_CONNECTED;
}

/* Acknowledges the batch, or gives it back. */
static LogThreadedResult worker_flush(LogThreadedDestWorker *super, LogThreadedFlushMode mode) {
    (void)mode; /* settle looks for itself: a reload may begin while it waits */
    return settle((worker *)super) ? LTR_SUCCESS : LTR_NOT_CONNECTED;
}

static void worker_free(LogThreadedDestWorker *super) {
    sts_outcomes_free(((worker *)super)->outcomes);
    sts_logs_free(((worker *)super)->logs);
    log_threaded_dest_worker_free_method(super);
}

/* One worker: with several, which the grammar does not offer, the messages of a key would go through different ones.
 * Where there is no memory, what takes the list or the batch says so then. */
static LogThreadedDestWorker *worker_new(LogThreadedDestDriver *owner, gint index) {
    worker *self = g_new0(worker, 1);
    log_threaded_dest_worker_init_instance(&self->super, owner, index);
    self->logs = sts_logs_new();
    self->outcomes = sts_outcomes_new(OUTCOMES);
    self->super.connect = worker_connect;
    self->super.disconnect = worker_disconnect;
    self->super.insert = worker_insert;
    self->super.flush = worker_flush;
    self->super.free_fn = worker_free;
    return &self->super;
}

/* --- the driver, as the configuration sees it --------------------------------------------------------------------- */

gboolean stskafka_driver_set_option(LogDriver *super, const gchar *name, const gchar *value, gchar *why,
                                    gsize why_size) {
    driver *self = (driver *)super;
    sts_error *error = NULL;
    if (sts_options_set(self->options, name, value, &error) == STS_OK)
        return TRUE;
    g_strlcpy(why, sts_error_text(error), why_size);
    sts_error_free(error);
    return FALSE;
}

void stskafka_driver_set_template(LogDriver *super, LogTemplate *body) {
    driver *self = (driver *)super;
    log_template_unref(self->body);
    self->body = body;
}

LogTemplateOptions *stskafka_driver_template_options(LogDriver *super) {
    return &((driver *)super)->body_options;
}

/* By this name the queue is found again, after a reload or on disk. */
static const gchar *driver_name(const LogPipe *pipe) {
    static gchar name[300];
    const driver *self = (const driver *)pipe;
    g_snprintf(name, sizeof name, "stskafka(%s)",
               pipe->persist_name ? pipe->persist_name : sts_options_get(self->options, "topic"));
    return name;
}

static const gchar *driver_stats_name(LogThreadedDestDriver *super) {
    return driver_name(&super->super.super.super);
}

/* For what must not be missing: without memory syslog-ng ends here, as anywhere. */
static void must_set(driver *self, const gchar *name, const gchar *value) {
    if (sts_options_set(self->options, name, value, NULL) != STS_OK)
        g_error("stskafka: %s cannot be set", name);
}

/* An exporter that sends nothing, and needs no broker, knows what is wrong with the configuration at the start, where
 * workers would try in vain for ever. */
static gboolean check_options(driver *self) {
    sts_exporter *trial = NULL;
    sts_error *error = NULL;
    must_set(self, "outcomes", "failures"); /* whatever option() says: is_done needs them */
    if (strcmp(sts_options_get(self->options, "required_acks"), "none") == 0) {
        msg_error("stskafka: with required_acks=none Kafka acknowledges no message");
        return FALSE;
    }
    must_set(self, "transport", "none");
    sts_status status = sts_exporter_new(&trial, self->options, &error);
    must_set(self, "transport", "kafka");
    if (status != STS_OK)
        msg_error("stskafka: wrong configuration", evt_tag_str("error", sts_error_text(error)),
                  log_pipe_location_tag(&self->super.super.super.super));
    sts_error_free(error);
    sts_exporter_free(trial, 0);
    return status == STS_OK;
}

static gboolean driver_init(LogPipe *pipe) {
    driver *self = (driver *)pipe;
    log_template_options_init(&self->body_options, log_pipe_get_config(pipe));
    return check_options(self) && log_threaded_dest_driver_init_method(pipe);
}

static void driver_free(LogPipe *pipe) {
    driver *self = (driver *)pipe;
    sts_options_free(self->options);
    log_template_unref(self->body);
    log_template_options_destroy(&self->body_options);
    log_threaded_dest_driver_free(pipe);
}

/* syslog-ng keeps what cannot be sent, so no message's time runs out here; and settle waits for room, for it sees when
 * syslog-ng wants to end. */
static void set_defaults(driver *self, GlobalConfig *config) {
    must_set(self, "key", "resource.attributes[\"host.name\"]");
    must_set(self, "retry_on_failure.max_elapsed_time", "0s");
    must_set(self, "sending_queue.block_on_overflow", "false");
    log_threaded_dest_driver_set_batch_lines(&self->super.super.super, BATCH_LINES);
    log_template_options_defaults(&self->body_options);
    self->body = log_template_new(config, NULL);
    log_template_compile(self->body, "$ISODATE $HOST $MSGHDR$MSG", NULL);
}

LogDriver *stskafka_driver_new(GlobalConfig *config) {
    driver *self = g_new0(driver, 1);
    log_threaded_dest_driver_init_instance(&self->super, config);
    self->options = sts_options_new();
    set_defaults(self, config);
    self->super.super.super.super.init = driver_init;
    self->super.super.super.super.free_fn = driver_free;
    self->super.super.super.super.generate_persist_name = driver_name;
    self->super.format_stats_instance = driver_stats_name;
    self->super.stats_source = (gint)stats_register_type("stskafka");
    self->super.worker.construct = worker_new;
    return &self->super.super.super;
}

/* --- the module --------------------------------------------------------------------------------------------------- */

int stskafka_parse(CfgLexer *lexer, LogDriver **instance, gpointer arg); /* bison makes it of the grammar */

static CfgLexerKeyword keywords[] = {{"stskafka", KW_STSKAFKA, 0, NULL}, {"option", KW_OPTION, 0, NULL}, {0}};

static void free_driver(gpointer instance) {
    log_pipe_unref(instance);
}

static CfgParser parser = {.name = "stskafka",
                           .keywords = keywords,
                           .parse = (gint(*)(CfgLexer *, gpointer *, gpointer))stskafka_parse,
                           .cleanup = free_driver};

CFG_PARSER_IMPLEMENT_LEXER_BINDING(stskafka_, STSKAFKA_, LogDriver **)

static Plugin plugins[] = {{.type = LL_CONTEXT_DESTINATION, .name = "stskafka", .parser = &parser}};

gboolean stskafka_destination_module_init(PluginContext *context, CfgArgs *arguments) {
    (void)arguments;
    plugin_register(context, plugins, G_N_ELEMENTS(plugins));
    return TRUE;
}

const ModuleInfo module_info = {.canonical_name = "stskafka-destination",
                                .version = STS_VERSION_TEXT,
                                .description = "Log messages to Kafka under a chosen key",
                                .core_revision = SYSLOG_NG_SOURCE_REVISION,
                                .plugins = plugins,
                                .plugins_len = G_N_ELEMENTS(plugins)};
