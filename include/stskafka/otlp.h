/* SPDX-License-Identifier: Apache-2.0
 *
 * OTLP in, by its signal and by how it is written: protobuf, or JSON as SDKs send it over HTTP. For logs in protobuf
 * logs.h has a shorter way, and says what becomes of a log record.
 *
 * A record, here and wherever outcomes, counters and options speak of one, is an item of the signal: a log record, a
 * span, a metric. The value of a span's or a metric's message is a request of its own, in protobuf (or in JSON, with
 * traces.encoding and metrics.encoding): the item as its bytes came, in its scope and its resource. The key is what the
 * option traces.key or metrics.key says, else key, over the paths of that signal; a key that has no meaning for it
 * (body, of a span) is told by the first export of the signal.
 *
 * Profiles, whose messages still change, pass through whole: a request is one record and one message, of the bytes that
 * came, also where they are none. What is checked is that they are a protobuf message, as far as its outermost fields
 * tell, or one JSON object. Their key is made of the request's metadata or of nothing: see the option profiles.key. In
 * JSON they are taken where profiles.encoding is otlp_json, in protobuf where it is otlp_proto, as it is by default. */
#ifndef STSKAFKA_OTLP_H
#define STSKAFKA_OTLP_H

#include <stskafka/export.h>
#include <stskafka/logs.h>
#include <stskafka/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a request holds. Numbers never change; others follow. */
enum {
    STS_SIGNAL_LOGS = 10,    /* ExportLogsServiceRequest, LogsData: its records are log records */
    STS_SIGNAL_TRACES = 20,  /* ExportTraceServiceRequest, TracesData: spans */
    STS_SIGNAL_METRICS = 30, /* ExportMetricsServiceRequest, MetricsData: metrics, each with all its data points */
    STS_SIGNAL_PROFILES =
        40 /* ExportProfilesServiceRequest, ProfilesData: the request itself, of which nothing is read */
};

/* How a request is written. Numbers never change; others follow. */
enum {
    STS_FORMAT_OTLP_PROTO = 10, /* protobuf, fields in any order */
    STS_FORMAT_OTLP_JSON = 20   /* JSON, as OTLP/HTTP has it: ids in hex, other bytes in base64, names of either form */
};

/* Exports the records of one OTLP request, each under its own key; sts_export_logs is the short form for logs in
 * protobuf. The format makes no difference: JSON leads to the same keys, values and outcomes.
 *
 * JSON is read as the collector reads it. A little more is accepted, where it can have only one meaning (an id in
 * base64, null for what is not set, 1e3 for a whole number, an enum's number in quotes). Everything else is an error
 * with line, column and path. In one thing this is stricter than the collector: messages nest at most 100 levels deep,
 * as in protobuf. While it is exported, JSON takes a few times its size in memory. Where a writer has rounded a number
 * (JavaScript writes 2^60 as 1152921504606847000), a key made of it differs from that of the same record in protobuf.
 *
 *   signal     STS_SIGNAL_LOGS, STS_SIGNAL_TRACES, STS_SIGNAL_METRICS or STS_SIGNAL_PROFILES
 *   format     STS_FORMAT_OTLP_PROTO or STS_FORMAT_OTLP_JSON
 *   bytes      the request; may be NULL if size is 0; not kept. JSON is at least {}, without a byte order mark
 *   the rest   as sts_export_logs
 *
 * Returns  as sts_export_logs, and STS_ERR_JSON: the request is not JSON, or not OTLP's; nothing was exported. The text
 *          says line, column and path, sts_error_offset the byte. STS_ERR_UNSUPPORTED: another signal or format.
 *          STS_ERR_CONFIG: what an option says for all signals (key, topic_from, partition_from, header_from.NAME,
 *          encoding) has no meaning for this one, or profiles are in another format than their encoding; nothing was
 *          exported.
 * Threads  any, many at once; also from a callback.
 * Since    1.0.0 */
STS_API sts_status sts_export(sts_exporter *exporter, int32_t signal, int32_t format, const void *bytes, size_t size,
                              const sts_export_context *context, uint64_t *counts, size_t counts_size,
                              sts_error **error);

/* Called with what sts_export_take was given, when the bytes are not needed any more. */
typedef void (*sts_release_callback)(const void *bytes, size_t size, void *user);

/* Exports as sts_export does, but takes the request over, so that values that are sent exactly as they lie in it are
 * never copied: with the encodings body, raw and raw_text, bodies that are bytes (with raw_text texts too), and
 * requests of profiles. Everything else in a message is made or copied as usual.
 *
 * From the call on the bytes belong to the library, whatever the call returns, and must not change. `release` is called
 * exactly once for each call: when the last message that refers to them has its outcome or, if no message refers to
 * them, when the call returns at the latest. So after STS_ERR_QUEUE_FULL, or to export the same bytes twice, hand over
 * bytes for which the host itself counts references.
 *
 * The whole request is kept as long as one of its messages is under way, and until then all of it counts towards
 * sending_queue.max_bytes, on top of what its messages need. A request of more than a quarter of that, and one for a
 * transport of the host's own, which copies what it keeps, is exported without being referred to, and released when the
 * call returns.
 *
 * `release` is called, with no lock held, by the thread that finds the last outcome: one that exports, polls, flushes
 * or closes, or the exporter's own; before or after the outcome is reported. It may do what an outcome callback may
 * (options.h), and it delays others just as such a callback does. None is called after sts_exporter_free: all have been
 * by then. There are two exceptions. Where that returns STS_ERR_CALLBACK, the rest is released when the exporter's
 * thread ends it. And where librdkafka could not be ended within the deadline (a name look-up that hangs), what it
 * still refers to is not released at all, for the rest of the process. In a child process after fork(), what the parent
 * had handed over is not released.
 *
 *   bytes         the request; may be NULL if size is 0
 *   release       not NULL
 *   release_user  handed on to it; may be NULL
 *   the rest      as sts_export
 *
 * Returns  as sts_export. STS_ERR_FORKED, STS_ERR_INVALID_ARGUMENT and STS_ERR_NO_MEMORY too have released the bytes
 *          (unless `release` is NULL).
 * Threads  any, many at once; also from a callback.
 * Since    1.0.0 */
STS_API sts_status sts_export_take(sts_exporter *exporter, int32_t signal, int32_t format, const void *bytes,
                                   size_t size, sts_release_callback release, void *release_user,
                                   const sts_export_context *context, uint64_t *counts, size_t counts_size,
                                   sts_error **error);

/* Explains an export: runs the path of sts_export up to the transport, as sts_explain_logs does.
 *
 *   bytes, size  the request; bytes may be NULL if size is 0
 *   callback     not NULL; called once a record from inside this call
 *   user         handed on to the callback
 *   the rest     as sts_export
 *
 * Returns  as sts_explain_logs, and STS_ERR_JSON, STS_ERR_UNSUPPORTED, STS_ERR_CONFIG as sts_export.
 * Threads  any, many at once; also from a callback.
 * Since    1.0.0 */
STS_API sts_status sts_explain(sts_exporter *exporter, int32_t signal, int32_t format, const void *bytes, size_t size,
                               const sts_export_context *context, sts_explanation_callback callback, void *user,
                               sts_error **error);

#ifdef __cplusplus
}
#endif
#endif
