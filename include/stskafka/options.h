/* SPDX-License-Identifier: Apache-2.0
 *
 * The configuration of an exporter: options set by name and text.
 *
 * OPTIONS.md lists all names, types, defaults and bounds; sts_option_count and what follows it walk the same table.
 * Durations read as 5s, 250ms, 1m30s (units: ns, us, ms, s, m, h), sizes in bytes or as 64KiB, 1MB, booleans as true or
 * false.
 *
 * A secured Kafka. tls.* and auth.sasl.* are the collector's names, and setting any tls.* turns TLS on:
 *
 *     sts_options_set(options, "tls.ca_file", "/etc/kafka/ca.pem", &error);
 *     sts_options_set(options, "auth.sasl.mechanism", "SCRAM-SHA-512", &error);
 *     sts_options_set(options, "auth.sasl.username", "agent", &error);
 *     sts_options_set_password_callback(options, ask_vault, NULL);      (or the option auth.sasl.password)
 *
 * sts_options_set_oauth_token_callback brings OAUTHBEARER tokens. Credentials that change are taken up while records
 * flow: sts_exporter_reconfigure tries the new ones first. */
#ifndef STSKAFKA_OPTIONS_H
#define STSKAFKA_OPTIONS_H

#include <stskafka/error.h>
#include <stskafka/export.h>
#include <stskafka/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A new object with every option at its default.
 *
 * Returns  the object, for the caller to free with sts_options_free; NULL when out of memory.
 * Threads  any; also from a callback.
 * Since    1.0.0 */
STS_API sts_options *sts_options_new(void);

/* The same, with its memory from an allocator (allocator.h); NULL is malloc. The exporters that are made from the
 * options, and their error objects, texts and outcomes, come from there too.
 *
 * Returns  as sts_options_new.
 * Threads  as sts_options_new.
 * Since    1.0.0 */
STS_API sts_options *sts_options_new_with(const sts_allocator *allocator);

/* Frees the object; NULL is allowed. Exporters made from it have copied what they need.
 *
 * Threads  any; also from a callback.
 * Since    1.0.0 */
STS_API void sts_options_free(sts_options *options);

/* Sets one option; the last value counts. An empty text is a value, not "unset". Names that begin with "kafka." set the
 * librdkafka property behind that prefix, except those that would break a promise made here; those that begin with
 * "record_headers." set a header of every record to a text, and those that begin with "header_from." to what a spec
 * gives.
 *
 *   options  not NULL
 *   name     not NULL, for instance "required_acks"
 *   value    not NULL, for instance "all"; copied
 *   error    NULL, or where to put the error object
 *
 * Returns  STS_OK, or the fault, and then the option keeps its old value: STS_ERR_INVALID_ARGUMENT,
 *          STS_ERR_OPTION_UNKNOWN, STS_ERR_OPTION_VALUE, STS_ERR_OPTION_REFUSED, STS_ERR_NO_MEMORY. The fault is also
 *          remembered, even if it is a lack of memory: sts_exporter_new reports the faults of all options together,
 *          until the option is set correctly.
 * Threads  one options object belongs to one thread at a time; also from a callback.
 * Since    1.0.0 */
STS_API sts_status sts_options_set(sts_options *options, const char *name, const char *value, sts_error **error);

/* Sets the options that a file names, as sts_options_set does. The file has one of two forms, recognised by its first
 * line:
 *
 *     brokers=kafka-1:9092,kafka-2:9092            brokers: [kafka-1:9092, kafka-2:9092]
 *     key=attributes["user"] | trace_id            key: 'attributes["user"] | trace_id'
 *     sending_queue.max_bytes=16MiB                sending_queue:
 *     auth.sasl.password=secret                        max_bytes: 16MiB
 *                                                  auth.sasl.password: ${env:KAFKA_PASSWORD}
 *
 * In a line NAME=VALUE the value is taken as it stands, without the blanks around it. The other form is plain YAML, and
 * what `stskafka config` prints: names with dots or nested by indentation, values on one line, plain or in quotes,
 * lists of such values in brackets or with dashes; ${env:NAME}, ${env:NAME:-default} and $$ are read as the collector
 * reads them; null and ~ leave the default. Anything else that YAML has (anchors, tags, values of several lines,
 * several documents) is refused with its line: no YAML parser is linked for this. Empty lines, and those that begin
 * with #, are ignored.
 *
 *   file       not NULL; at most 1 MiB of UTF-8. A relative one is looked for from the process's working directory
 *   name       not NULL: what the text is called in error texts
 *   text       text_size bytes of such a file; may be NULL if text_size is 0; not kept
 *   error      NULL, or where to put the error object
 *
 * Returns  STS_OK; STS_ERR_CONFIG: the form is wrong, the text has line and reason of the first fault, and nothing was
 *          set; or some options were refused, the text has them all, the others were set, and sts_exporter_new reports
 *          the refused ones again; STS_ERR_SYSTEM: the file cannot be read; STS_ERR_NO_MEMORY,
 *          STS_ERR_INVALID_ARGUMENT.
 * Threads  as sts_options_set; the environment must not be changed by another thread meanwhile.
 * Since    1.0.0 */
STS_API sts_status sts_options_load(sts_options *options, const char *file, sts_error **error);
STS_API sts_status sts_options_load_text(sts_options *options, const char *name, const char *text, size_t text_size,
                                         sts_error **error);

/* The value of an option as text, its default where it was not set. A secret that was set (type "secret", and
 * passwords, secrets and private keys among the kafka.* properties) reads as "[REDACTED]", which cannot be set in turn.
 *
 *   name  for instance "required_acks"; NULL is the name of no option
 *
 * Returns  a string that lives until the option is set again or the object is freed; NULL if there is no such option,
 *          or for a kafka.* property that was not set.
 * Threads  as sts_options_set.
 * Since    1.0.0 */
STS_API const char *sts_options_get(const sts_options *options, const char *name);

/* Called with the outcome of each record (the option `outcomes` says of which), from the exporter's own thread; or, if
 * `service_thread` is false, from inside sts_poll, sts_flush, sts_exporter_close, sts_exporter_free or (with
 * `sending_queue.wait_for_result`) an export. Never from two threads at once. It must return soon, and must not wait
 * for a thread that waits for outcomes: until it returns no other record gets an outcome, and a close stops waiting for
 * it at its deadline (STS_ERR_CALLBACK). `outcome` is valid until it returns. It may export (which then never blocks)
 * but not flush, poll, close or free: those return STS_ERR_REENTRANT. */
typedef void (*sts_outcome_callback)(const sts_outcome *outcome, void *user);

/* Sets the outcome callback. It turns the default of the option `outcomes` into `all`; with `tokens` it is called for
 * the records of exports that have one (sts_export_context_set_token), and the others cost no more than without it.
 *
 *   callback  NULL removes it
 *   user      handed on to the callback; must live as long as the exporters made from these options
 *
 * Returns  STS_OK, STS_ERR_INVALID_ARGUMENT.
 * Threads  as sts_options_set.
 * Since    1.0.0 */
STS_API sts_status sts_options_set_outcome_callback(sts_options *options, sts_outcome_callback callback, void *user);

/* How severe a log line is. */
enum { STS_LOG_ERROR = 1, STS_LOG_WARNING = 2, STS_LOG_INFO = 3, STS_LOG_DEBUG = 4 };

/* Called with a line of text (UTF-8, no line end) about what the exporter and its transport do: from the same threads
 * as the outcome callback, and from inside sts_exporter_new; the same rules hold. */
typedef void (*sts_log_callback)(int32_t level, const char *text, void *user);

/* Sets the log callback. Without one the library says nothing, anywhere.
 *
 *   callback  NULL removes it
 *   user      handed on to the callback; must live as long as the exporters made from these options
 *
 * Returns  STS_OK, STS_ERR_INVALID_ARGUMENT.
 * Threads  as sts_options_set.
 * Since    1.0.0 */
STS_API sts_status sts_options_set_log_callback(sts_options *options, sts_log_callback callback, void *user);

/* A request for a password, for as long as a sts_password_callback answers it. */
typedef struct sts_password sts_password;

/* Called for a password that the options leave empty, each time the exporter makes a Kafka producer: inside
 * sts_exporter_new, and whenever a new producer replaces one that failed, so that a changed password takes effect. It
 * answers with sts_password_set or sts_password_fail before it returns; `password` is valid until then. Giving no
 * answer means that there is no password: sts_exporter_new then fails with STS_ERR_NOT_AUTHENTICATED (or with
 * STS_ERR_NO_MEMORY, if there was none to keep the answer). Called from inside sts_exporter_new and from the same
 * threads as the outcome callback; the same rules hold. */
typedef void (*sts_password_callback)(sts_password *password, void *user);

/* Sets the password callback. It is asked for auth.sasl.password where the mechanism is PLAIN or
 * one of SCRAM, and for tls.key_password where there is a private key (no answer: it is not encrypted). If the option
 * is set, the callback is not asked.
 *
 *   callback  NULL removes it
 *   user      handed on to the callback; must live as long as the exporters made from these options
 *
 * Returns  STS_OK, STS_ERR_INVALID_ARGUMENT.
 * Threads  as sts_options_set.
 * Since    1.0.0 */
STS_API sts_status sts_options_set_password_callback(sts_options *options, sts_password_callback callback, void *user);

/* The name of the option whose value is asked for: "auth.sasl.password" or "tls.key_password". Others may come with
 * later versions; leave unanswered what you do not know.
 *
 * Returns  a static string; "" for NULL.
 * Threads  inside the callback.
 * Since    1.0.0 */
STS_API const char *sts_password_option(const sts_password *password);

/* Answers with a password, or says why there is none, for the error text. The last answer counts.
 *
 *   text  not NULL; copied, and overwritten in memory once librdkafka has its own copy
 *   why   not NULL; cut after 199 bytes. It is shown: no secrets in it
 *
 * Returns  STS_OK, STS_ERR_INVALID_ARGUMENT; set also STS_ERR_NO_MEMORY, and then nothing was set.
 * Threads  inside the callback.
 * Since    1.0.0 */
STS_API sts_status sts_password_set(sts_password *password, const char *text);
STS_API sts_status sts_password_fail(sts_password *password, const char *why);

/* A request for a token, for as long as a sts_oauth_token_callback answers it. */
typedef struct sts_oauth_token sts_oauth_token;

/* Called for a token if auth.sasl.mechanism is OAUTHBEARER: first inside sts_exporter_new, then whenever four fifths of
 * the last token's life have passed, and ten seconds after a call that gave none. It answers with sts_oauth_token_set
 * or sts_oauth_token_fail before it returns; `token` is valid until then. Called from inside sts_exporter_new and from
 * the same threads as the outcome callback; the same rules hold. While it runs no outcome is handed out: if getting a
 * token takes long, have one ready. */
typedef void (*sts_oauth_token_callback)(sts_oauth_token *token, void *user);

/* Sets the token callback.
 *
 *   callback  NULL removes it
 *   user      handed on to the callback; must live as long as the exporters made from these options
 *
 * Returns  STS_OK, STS_ERR_INVALID_ARGUMENT.
 * Threads  as sts_options_set.
 * Since    1.0.0 */
STS_API sts_status sts_options_set_oauth_token_callback(sts_options *options, sts_oauth_token_callback callback,
                                                        void *user);

/* Answers with a token, or says why there is none, for the log and the error text. The last answer counts. If no new
 * token comes, the last one stays in use until it expires.
 *
 *   value       not NULL: the token as the broker gets it, visible ASCII characters and at least one of them; copied
 *   principal   not NULL: whose token it is; copied
 *   expires_ms  when it expires, in milliseconds since 1970; in the future
 *   why         not NULL; cut after 199 bytes. It is shown: no secrets in it
 *
 * Returns  STS_OK, STS_ERR_INVALID_ARGUMENT; set also STS_ERR_NO_MEMORY. On failure nothing was set.
 * Threads  inside the callback.
 * Since    1.0.0 */
STS_API sts_status sts_oauth_token_set(sts_oauth_token *token, const char *value, const char *principal,
                                       int64_t expires_ms);
STS_API sts_status sts_oauth_token_fail(sts_oauth_token *token, const char *why);

/* Walks the table of options, for bindings and help texts. `index` goes from 0 to sts_option_count() - 1.
 *
 *   name     for instance "read_timeout"
 *   type     "text", "boolean", "integer", "duration", "choice", "list", "spec" (lib/key/README.md) or "secret" (a text
 *            that is never shown)
 *   default  as text, "" where the default is empty
 *   bounds   for instance "1ms..15m", or the choices as "all|leader|none"; "" where any value goes
 *   text     what it does, in a sentence or two
 *   is_live  1 if it may change while an exporter runs (sts_exporter_reconfigure); 0 beyond the table
 *
 * Returns  static strings, or NULL beyond the table.
 * Threads  any; also from a callback.
 * Since    1.0.0 */
STS_API size_t sts_option_count(void);
STS_API const char *sts_option_name(size_t index);
STS_API const char *sts_option_type(size_t index);
STS_API const char *sts_option_default(size_t index);
STS_API const char *sts_option_bounds(size_t index);
STS_API const char *sts_option_text(size_t index);
STS_API int32_t sts_option_is_live(size_t index);

#ifdef __cplusplus
}
#endif
#endif
