/* SPDX-License-Identifier: Apache-2.0 */
#include "base/status.h"

static const sts__status_row rows[] = {
    {STS_OK, "STS_OK", "success", false},
    {STS_ERR_INVALID_ARGUMENT, "STS_ERR_INVALID_ARGUMENT", "an argument is NULL or out of its range", false},
    {STS_ERR_NO_MEMORY, "STS_ERR_NO_MEMORY", "out of memory", true},
    {STS_ERR_REENTRANT, "STS_ERR_REENTRANT", "not to be called from inside a callback", false},
    {STS_ERR_TIMED_OUT, "STS_ERR_TIMED_OUT", "the deadline came first", true},
    {STS_ERR_UNSUPPORTED, "STS_ERR_UNSUPPORTED", "this exporter, transport or librdkafka cannot do it", false},
    {STS_ERR_SYSTEM, "STS_ERR_SYSTEM", "the operating system refused", true},
    {STS_ERR_INTERNAL, "STS_ERR_INTERNAL", "a fault of the library's own", false},
    {STS_ERR_CALLBACK, "STS_ERR_CALLBACK", "a callback has not returned in time", false},
    {STS_ERR_OPTION_UNKNOWN, "STS_ERR_OPTION_UNKNOWN", "no option has that name", false},
    {STS_ERR_OPTION_VALUE, "STS_ERR_OPTION_VALUE", "the value does not fit the option", false},
    {STS_ERR_OPTION_REFUSED, "STS_ERR_OPTION_REFUSED", "the property would break a promise of this library", false},
    {STS_ERR_CONFIG, "STS_ERR_CONFIG", "the options do not make an exporter", false},
    {STS_ERR_MALFORMED, "STS_ERR_MALFORMED", "the request is not an OTLP request", false},
    {STS_ERR_TOO_DEEP, "STS_ERR_TOO_DEEP", "the request is nested more than 100 levels deep", false},
    {STS_ERR_REQUEST_SIZE, "STS_ERR_REQUEST_SIZE", "the request is larger than 2 GiB - 1", false},
    {STS_ERR_JSON, "STS_ERR_JSON", "not JSON, or not what was expected in it", false},
    {STS_ERR_KEY_MISSING, "STS_ERR_KEY_MISSING", "the key has no value", false},
    {STS_ERR_KEY_TYPE, "STS_ERR_KEY_TYPE", "the key is a map or a list", false},
    {STS_ERR_KEY_EMPTY, "STS_ERR_KEY_EMPTY", "the key is empty", false},
    {STS_ERR_KEY_EVAL, "STS_ERR_KEY_EVAL", "the key cannot be computed", false},
    {STS_ERR_KEY_SIZE, "STS_ERR_KEY_SIZE", "the key is larger than max_key_bytes", false},
    {STS_ERR_TOPIC_INVALID, "STS_ERR_TOPIC_INVALID", "the topic is not a name that Kafka takes", false},
    {STS_ERR_TOPIC_LIMIT, "STS_ERR_TOPIC_LIMIT", "one topic more than topics.max", false},
    {STS_ERR_TOPIC_REFUSED, "STS_ERR_TOPIC_REFUSED", "the topic is not in topics.allow", false},
    {STS_ERR_PARTITION, "STS_ERR_PARTITION", "not a partition", false},
    {STS_ERR_BODY_TYPE, "STS_ERR_BODY_TYPE", "the body is of a type that the encoding does not take", false},
    {STS_ERR_RECORD_SIZE, "STS_ERR_RECORD_SIZE", "the record is larger than max_message_bytes", false},
    {STS_ERR_HEADER, "STS_ERR_HEADER", "a header cannot be made", false},
    {STS_ERR_UTF8, "STS_ERR_UTF8", "a text is not UTF-8", false},
    {STS_ERR_ELEMENT, "STS_ERR_ELEMENT", "the element makes no sense", false},
    {STS_ERR_REJECTED, "STS_ERR_REJECTED", "some records were rejected", false},
    {STS_ERR_NOT_DELIVERED, "STS_ERR_NOT_DELIVERED", "some accepted records were not delivered", false},
    {STS_ERR_QUEUE_FULL, "STS_ERR_QUEUE_FULL", "no room in the queue", true},
    {STS_ERR_NO_BROKER, "STS_ERR_NO_BROKER", "no broker answered", true},
    {STS_ERR_TOPIC_MISSING, "STS_ERR_TOPIC_MISSING", "the topic does not exist", true},
    {STS_ERR_NOT_AUTHORIZED, "STS_ERR_NOT_AUTHORIZED", "the broker does not allow it", false},
    {STS_ERR_NOT_AUTHENTICATED, "STS_ERR_NOT_AUTHENTICATED", "broker and client do not trust each other", false},
    {STS_ERR_GAVE_UP, "STS_ERR_GAVE_UP", "not acknowledged in as long as retry_on_failure allows", false},
    {STS_ERR_DELIVERY, "STS_ERR_DELIVERY", "refused by the broker for good", false},
    {STS_ERR_PURGED, "STS_ERR_PURGED", "dropped unsent, because the exporter was closed", false},
    {STS_ERR_NOT_ACKNOWLEDGED, "STS_ERR_NOT_ACKNOWLEDGED", "may have arrived, was not acknowledged", false},
    {STS_ERR_STORAGE, "STS_ERR_STORAGE", "the store on disk cannot be read or written", true},
    {STS_ERR_STORAGE_BUSY, "STS_ERR_STORAGE_BUSY", "the store on disk is in use", true},
    {STS_ERR_FORKED, "STS_ERR_FORKED", "the handle was made before fork(), in the parent", false},
    {STS_ERR_CLOSED, "STS_ERR_CLOSED", "the exporter was closed", false},
    {STS_ERR_PRODUCER_FATAL, "STS_ERR_PRODUCER_FATAL", "the Kafka producer cannot go on", false},
};

const sts__status_row *sts__status_row_at(size_t index) {
    return index < sizeof rows / sizeof rows[0] ? &rows[index] : NULL;
}

size_t sts__status_place(sts_status code) {
    const sts__status_row *row;
    for (size_t i = 0; (row = sts__status_row_at(i)); i++)
        if (row->code == code)
            return i;
    return STS__STATUS_ROWS;
}

const sts__status_row *sts__status_find(sts_status code) {
    return sts__status_row_at(sts__status_place(code));
}

const char *sts__status_name(sts_status code) {
    const sts__status_row *row = sts__status_find(code);
    return row ? row->name : "STS_ERR_UNKNOWN";
}

const char *sts__status_text(sts_status code) {
    const sts__status_row *row = sts__status_find(code);
    return row ? row->text : "an unknown code";
}
