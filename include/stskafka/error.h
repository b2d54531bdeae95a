/* SPDX-License-Identifier: Apache-2.0
 *
 * Codes and error objects.
 *
 * Every call that can fail returns an sts_status. A call that takes `sts_error **error` and fails also makes an error
 * object with a text, if `error` is not NULL and `*error` is NULL. The caller frees it with sts_error_free.
 *
 * The first error is kept. `*error` must be NULL before the first call; a call that fails while it is set returns its
 * own status and leaves the error object as it is, and so does a call that succeeds. A series of calls can therefore
 * share one `&error`, which is checked once at the end:
 *
 *     sts_error *error = NULL;
 *     sts_logs_add_resource(logs, &error);
 *     sts_logs_put_string(logs, "host.name", host, strlen(host), &error);
 *     sts_logs_add_record(logs, time_unix_nano, &error);
 *     if (error) {
 *         ... sts_error_text(error) ...       // what went wrong first
 *         sts_error_free(error);
 *         error = NULL;                       // if it is to serve again
 *     }
 *
 * Texts never hold the contents of records, or secrets. */
#ifndef STSKAFKA_ERROR_H
#define STSKAFKA_ERROR_H

#include <stskafka/export.h>
#include <stskafka/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The numbers are part of the ABI: explicit, in groups with gaps, never reused. */
enum {
    STS_OK = 0, /* done as asked */

    /* The call itself. */
    STS_ERR_INVALID_ARGUMENT = -1, /* an argument is NULL or out of its range */
    STS_ERR_NO_MEMORY = -2,        /* nothing was changed; try again, an export as after STS_ERR_QUEUE_FULL */
    STS_ERR_REENTRANT = -3,        /* not to be called from inside a callback */
    STS_ERR_TIMED_OUT = -4,        /* the deadline came first */
    STS_ERR_UNSUPPORTED = -5,      /* this exporter, transport or librdkafka cannot do it */
    STS_ERR_SYSTEM = -6,           /* the operating system refused (a thread, a descriptor) */
    STS_ERR_INTERNAL = -7,         /* a fault of the library's own */
    STS_ERR_CALLBACK = -8, /* a callback of the host's, or a method of its transport, has not returned in time */

    /* Configuration. */
    STS_ERR_OPTION_UNKNOWN = -100, /* no option of that name; the text names the nearest one */
    STS_ERR_OPTION_VALUE = -101,   /* the value does not fit the option's type or bounds */
    STS_ERR_OPTION_REFUSED = -102, /* a kafka.* property that would break a promise of this library */
    STS_ERR_CONFIG = -103,         /* the options do not make an exporter; the text lists all faults */

    /* A request as a whole: nothing of it was exported. */
    STS_ERR_MALFORMED = -200,    /* not an OTLP request; sts_error_offset says where */
    STS_ERR_TOO_DEEP = -201,     /* nested more than 100 levels deep */
    STS_ERR_REQUEST_SIZE = -202, /* larger than the library takes (2 GiB - 1) */
    STS_ERR_JSON = -203,         /* not JSON, or not what was expected in it; the text says line, column and path */

    /* One record alone: it was rejected, the others of its request go. */
    STS_ERR_KEY_MISSING = -300,   /* the key has no value */
    STS_ERR_KEY_TYPE = -301,      /* the key is a map or a list */
    STS_ERR_KEY_EMPTY = -302,     /* the key is empty, and empty_key=reject */
    STS_ERR_KEY_EVAL = -303,      /* the key, or another spec, cannot be computed for this record */
    STS_ERR_KEY_SIZE = -304,      /* larger than max_key_bytes */
    STS_ERR_TOPIC_INVALID = -310, /* not a string, or not a name that Kafka takes */
    STS_ERR_TOPIC_LIMIT = -311,   /* one topic more than topics.max */
    STS_ERR_TOPIC_REFUSED = -312, /* not in topics.allow */
    STS_ERR_PARTITION = -313,     /* what partition_from gives is no partition */
    STS_ERR_BODY_TYPE = -320,     /* the body is of a type that the encoding does not take */
    STS_ERR_RECORD_SIZE = -330,   /* larger than max_message_bytes */
    STS_ERR_HEADER = -331,        /* a header cannot be made of this record */
    STS_ERR_UTF8 = -340,          /* of a batch: a text that is not UTF-8 */
    STS_ERR_ELEMENT = -341,       /* of a batch: an element that makes no sense, or a call out of its place */
    STS_ERR_REJECTED = -390,      /* of an export: at least one record was rejected, the rest was accepted */
    STS_ERR_NOT_DELIVERED = -392, /* of an export that waits for its result: some accepted records were not delivered */

    /* Kafka and delivery. */
    STS_ERR_QUEUE_FULL = -400,        /* no room, or none within produce_timeout; the counts say how much was taken */
    STS_ERR_NO_BROKER = -401,         /* no broker answered */
    STS_ERR_TOPIC_MISSING = -402,     /* the topic does not exist */
    STS_ERR_NOT_AUTHORIZED = -403,    /* the broker knows us, but does not allow it */
    STS_ERR_NOT_AUTHENTICATED = -404, /* the broker did not accept who we are, or we not the broker */
    STS_ERR_GAVE_UP = -405,  /* not acknowledged within max_elapsed_time, or at the first try (retry_on_failure) */
    STS_ERR_DELIVERY = -406, /* refused by the broker for good */
    STS_ERR_PURGED = -407,   /* dropped unsent, because the exporter was closed */
    STS_ERR_NOT_ACKNOWLEDGED = -408, /* may have arrived, was not acknowledged */

    /* The store on disk (sending_queue.storage). */
    STS_ERR_STORAGE = -500,      /* it cannot be read, or written; the counts of an export say how much was taken */
    STS_ERR_STORAGE_BUSY = -501, /* its folder is in use by another exporter, or another process */

    /* From here down the handle is of no more use but to be freed. */
    STS_ERR_FATAL_LINE = -900,    /* no code itself: those below it are fatal */
    STS_ERR_FORKED = -901,        /* the handle was made before fork(), in the parent */
    STS_ERR_CLOSED = -902,        /* the exporter was closed */
    STS_ERR_PRODUCER_FATAL = -903 /* the transport cannot go on (Kafka survives its producers) */
};

/* Name and one-line text of a code (`status`): "STS_ERR_KEY_MISSING", "the key has no value". An unknown code has the
 * name "STS_ERR_UNKNOWN".
 *
 * Returns  static strings, never NULL.
 * Threads  any; also from a callback.
 * Since    1.0.0 */
STS_API const char *sts_status_name(sts_status status);
STS_API const char *sts_status_text(sts_status status);

/* Walks all codes, for bindings: the code at `index`, from 0 to sts_status_count() - 1.
 *
 * Returns  how many there are; the code, beyond the last STS_OK.
 * Threads  any; also from a callback.
 * Since    1.0.0 */
STS_API size_t sts_status_count(void);
STS_API sts_status sts_status_at(size_t index);

/* What an error says. `error` NULL reads as success: STS_OK, an empty text, 0, no offset.
 *
 *   code            the same as the call returned
 *   text            what is wrong, where, and what to do, in UTF-8; several lines where there are several faults
 *   is_retriable    1 if the same call may succeed later without any change; an export that has taken a part, with the
 *                   rest (sts_export_context_set_first_record)
 *   is_fatal        1 if the handle can only be freed now
 *   transport_code  the transport's own number (for Kafka: librdkafka's rd_kafka_resp_err_t), 0 if there is none
 *   offset          of a request (STS_ERR_MALFORMED, STS_ERR_TOO_DEEP, and STS_ERR_JSON of otlp.h): the byte that is
 *                   wrong, from 0; otherwise -1
 *
 * Returns  text: a string that lives as long as `error`, never NULL.
 * Threads  any, also from a callback; one error object belongs to one thread at a time.
 * Since    1.0.0 */
STS_API sts_status sts_error_code(const sts_error *error);
STS_API const char *sts_error_text(const sts_error *error);
STS_API int32_t sts_error_is_retriable(const sts_error *error);
STS_API int32_t sts_error_is_fatal(const sts_error *error);
STS_API int32_t sts_error_transport_code(const sts_error *error);
STS_API int64_t sts_error_offset(const sts_error *error);

/* Frees an error object; NULL is allowed. (The one for STS_ERR_NO_MEMORY is static, and freeing it does nothing.)
 * Before the variable that held it is given to another call, it must be NULL again.
 *
 * Threads  any; also from a callback.
 * Since    1.0.0 */
STS_API void sts_error_free(sts_error *error);

#ifdef __cplusplus
}
#endif
#endif
