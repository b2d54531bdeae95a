# SPDX-License-Identifier: Apache-2.0
"""The C library's declarations for ctypes: opaque handles, public structs, callbacks, numbers, functions. Written by declarations.py from
include/stskafka/*.h (`./dev abi --update`). Do not edit.

Classes are named as the C types are, without `sts_` and in Python's capitals: `sts_dead_letter` is `DeadLetter`."""
from ctypes import (CFUNCTYPE, POINTER, Structure, c_char_p, c_double, c_int32, c_int64, c_size_t, c_uint8, c_uint32, c_uint64,
                    c_void_p)
from typing import Any, Dict, List, Tuple

#: The number of the binary interface that these declarations are for (sts_abi_version).
ABI = 1


class Allocator(Structure):
    pass


class Bytes(Structure):
    pass


class Completion(Structure):
    pass


class DeadLetter(Structure):
    pass


class Error(Structure):
    pass


class Explanation(Structure):
    pass


class ExportContext(Structure):
    pass


class Exporter(Structure):
    pass


class Logs(Structure):
    pass


class MemoryTransport(Structure):
    pass


class Message(Structure):
    pass


class OauthToken(Structure):
    pass


class Options(Structure):
    pass


class Outcome(Structure):
    pass


class Outcomes(Structure):
    pass


class Password(Structure):
    pass


class Skew(Structure):
    pass


class Topology(Structure):
    pass


class TopologyMessages(Structure):
    pass


class Transport(Structure):
    pass


class TransportSink(Structure):
    pass


MallocFunction = CFUNCTYPE(c_void_p, c_size_t, c_void_p)
ReallocFunction = CFUNCTYPE(c_void_p, c_void_p, c_size_t, c_void_p)
FreeFunction = CFUNCTYPE(None, c_void_p, c_void_p)
OutcomeCallback = CFUNCTYPE(None, POINTER(Outcome), c_void_p)
LogCallback = CFUNCTYPE(None, c_int32, c_char_p, c_void_p)
PasswordCallback = CFUNCTYPE(None, POINTER(Password), c_void_p)
OauthTokenCallback = CFUNCTYPE(None, POINTER(OauthToken), c_void_p)
DeadLetterCallback = CFUNCTYPE(None, POINTER(DeadLetter), c_void_p)
ExplanationCallback = CFUNCTYPE(None, POINTER(Explanation), c_void_p)
ReleaseCallback = CFUNCTYPE(None, c_void_p, c_size_t, c_void_p)

Bytes._fields_ = [
    ("data", c_void_p),
    ("size", c_size_t),
]

Message._fields_ = [
    ("struct_size", c_size_t),
    ("id", c_uint64),
    ("timestamp_ms", c_int64),
    ("topic", c_char_p),
    ("key", Bytes),
    ("value", Bytes),
    ("headers", POINTER(Bytes)),
    ("header_count", c_size_t),
    ("partition", c_int32),
    ("topic_index", c_int32),
    ("taken", c_void_p),
    ("record_count", c_size_t),
    ("sequence", c_uint64),
]

Completion._fields_ = [
    ("struct_size", c_size_t),
    ("id", c_uint64),
    ("offset", c_int64),
    ("text", c_char_p),
    ("partition", c_int32),
    ("kind", c_int32),
    ("code", c_int32),
    ("transport_code", c_int32),
    ("may_be_duplicate", c_int32),
    ("message", POINTER(Message)),
]

Transport._fields_ = [
    ("struct_size", c_size_t),
    ("name", c_char_p),
    ("open", CFUNCTYPE(c_int32, c_void_p, POINTER(TransportSink), c_int32, POINTER(c_int32), c_char_p, c_size_t)),
    ("send", CFUNCTYPE(c_int32, c_void_p, POINTER(Message), POINTER(c_int32), c_char_p, c_size_t)),
    ("poll", CFUNCTYPE(None, c_void_p, c_int32)),
    ("flush", CFUNCTYPE(None, c_void_p, c_int32)),
    ("purge", CFUNCTYPE(None, c_void_p)),
    ("close", CFUNCTYPE(None, c_void_p, c_int32)),
    ("wake", CFUNCTYPE(None, c_void_p)),
    ("fd", CFUNCTYPE(c_int32, c_void_p)),
    ("describe", CFUNCTYPE(None, c_void_p, c_char_p, c_size_t)),
    ("threads", CFUNCTYPE(c_int32, c_void_p)),
    ("send_many", CFUNCTYPE(c_int32, c_void_p, POINTER(POINTER(Message)), c_size_t, POINTER(c_size_t), POINTER(c_int32), c_char_p, c_size_t)),
    ("report", CFUNCTYPE(c_int32, c_void_p, c_int32)),
]

#: The constants of all enums.
NUMBERS: Dict[str, int] = {
    "STS_COUNT_RECORDS": 0,
    "STS_COUNT_ACCEPTED": 1,
    "STS_COUNT_REJECTED": 2,
    "STS_COUNT_DELIVERED": 3,
    "STS_COUNT_FAILED": 4,
    "STS_COUNT_UNCERTAIN": 5,
    "STS_COUNT_PURGED": 6,
    "STS_COUNT_PENDING": 7,
    "STS_COUNT_BYTES": 8,
    "STS_COUNT_NULL_KEYS": 9,
    "STS_COUNT_EMPTY_KEYS": 10,
    "STS_COUNT_MISSING_KEYS": 11,
    "STS_COUNT_PARTITION_CHANGES": 12,
    "STS_COUNT_POSSIBLE_DUPLICATES": 13,
    "STS_COUNT_PRODUCER_REBUILDS": 14,
    "STS_COUNT_DEAD_LETTERS": 15,
    "STS_COUNT_DEAD_LETTERS_LOST": 16,
    "STS_COUNT_CLUSTER_CHANGES": 17,
    "STS_COUNT_MESSAGES": 18,
    "STS_COUNT_SEALED_BY_SIZE": 19,
    "STS_COUNT_SEALED_BY_TIME": 20,
    "STS_COUNT_SEALED_FOR_ROOM": 21,
    "STS_COUNT_SEALED_BY_HEADERS": 22,
    "STS_COUNT_SEALED_BY_FLUSH": 23,
    "STS_COUNTS": 24,
    "STS_OUTCOME_DELIVERED": 1,
    "STS_OUTCOME_FAILED": 2,
    "STS_OUTCOME_UNCERTAIN": 3,
    "STS_OUTCOME_PURGED": 4,
    "STS_OUTCOME_REJECTED": 5,
    "STS_OK": 0,
    "STS_ERR_INVALID_ARGUMENT": -1,
    "STS_ERR_NO_MEMORY": -2,
    "STS_ERR_REENTRANT": -3,
    "STS_ERR_TIMED_OUT": -4,
    "STS_ERR_UNSUPPORTED": -5,
    "STS_ERR_SYSTEM": -6,
    "STS_ERR_INTERNAL": -7,
    "STS_ERR_CALLBACK": -8,
    "STS_ERR_OPTION_UNKNOWN": -100,
    "STS_ERR_OPTION_VALUE": -101,
    "STS_ERR_OPTION_REFUSED": -102,
    "STS_ERR_CONFIG": -103,
    "STS_ERR_MALFORMED": -200,
    "STS_ERR_TOO_DEEP": -201,
    "STS_ERR_REQUEST_SIZE": -202,
    "STS_ERR_JSON": -203,
    "STS_ERR_KEY_MISSING": -300,
    "STS_ERR_KEY_TYPE": -301,
    "STS_ERR_KEY_EMPTY": -302,
    "STS_ERR_KEY_EVAL": -303,
    "STS_ERR_KEY_SIZE": -304,
    "STS_ERR_TOPIC_INVALID": -310,
    "STS_ERR_TOPIC_LIMIT": -311,
    "STS_ERR_TOPIC_REFUSED": -312,
    "STS_ERR_PARTITION": -313,
    "STS_ERR_BODY_TYPE": -320,
    "STS_ERR_RECORD_SIZE": -330,
    "STS_ERR_HEADER": -331,
    "STS_ERR_UTF8": -340,
    "STS_ERR_ELEMENT": -341,
    "STS_ERR_REJECTED": -390,
    "STS_ERR_NOT_DELIVERED": -392,
    "STS_ERR_QUEUE_FULL": -400,
    "STS_ERR_NO_BROKER": -401,
    "STS_ERR_TOPIC_MISSING": -402,
    "STS_ERR_NOT_AUTHORIZED": -403,
    "STS_ERR_NOT_AUTHENTICATED": -404,
    "STS_ERR_GAVE_UP": -405,
    "STS_ERR_DELIVERY": -406,
    "STS_ERR_PURGED": -407,
    "STS_ERR_NOT_ACKNOWLEDGED": -408,
    "STS_ERR_STORAGE": -500,
    "STS_ERR_STORAGE_BUSY": -501,
    "STS_ERR_FATAL_LINE": -900,
    "STS_ERR_FORKED": -901,
    "STS_ERR_CLOSED": -902,
    "STS_ERR_PRODUCER_FATAL": -903,
    "STS_LOG_ERROR": 1,
    "STS_LOG_WARNING": 2,
    "STS_LOG_INFO": 3,
    "STS_LOG_DEBUG": 4,
    "STS_SIGNAL_LOGS": 10,
    "STS_SIGNAL_TRACES": 20,
    "STS_SIGNAL_METRICS": 30,
    "STS_SIGNAL_PROFILES": 40,
    "STS_FORMAT_OTLP_PROTO": 10,
    "STS_FORMAT_OTLP_JSON": 20,
    "STS_QUEUE_RECORDS": 0,
    "STS_QUEUE_MAX_RECORDS": 1,
    "STS_QUEUE_BYTES": 2,
    "STS_QUEUE_MAX_BYTES": 3,
    "STS_QUEUE_OUTCOMES": 4,
    "STS_QUEUE_OPEN_MESSAGES": 5,
    "STS_QUEUE_OPEN_RECORDS": 6,
    "STS_QUEUE_STORED_RECORDS": 7,
    "STS_QUEUE_STORED_BYTES": 8,
    "STS_QUEUE_STORED_MAX_BYTES": 9,
    "STS_QUEUE_STORED_AGE_MS": 10,
    "STS_QUEUE_STORE_SYNCS": 11,
    "STS_QUEUE_STORE_SYNC_FAILURES": 12,
    "STS_QUEUE_RECOVERED_RECORDS": 13,
    "STS_QUEUE_RECOVERY_US": 14,
    "STS_QUEUE_STORE_DAMAGE": 15,
    "STS_QUEUE_VALUES": 16,
    "STS_TRANSPORT_TRIES": 0,
    "STS_TRANSPORT_RETRIES": 1,
    "STS_TRANSPORT_REQUESTS": 2,
    "STS_TRANSPORT_REQUEST_RETRIES": 3,
    "STS_TRANSPORT_REQUEST_ERRORS": 4,
    "STS_TRANSPORT_REQUEST_TIMEOUTS": 5,
    "STS_TRANSPORT_BYTES_SENT": 6,
    "STS_TRANSPORT_CONNECTS": 7,
    "STS_TRANSPORT_BROKERS": 8,
    "STS_TRANSPORT_BROKERS_UP": 9,
    "STS_TRANSPORT_ROUND_TRIP_US": 10,
    "STS_TRANSPORT_ROUND_TRIP_P99_US": 11,
    "STS_TRANSPORT_THROTTLE_MS": 12,
    "STS_TRANSPORT_THROTTLE_MAX_MS": 13,
    "STS_TRANSPORT_VALUES": 14,
    "STS_STORAGE_RECORDS": 0,
    "STS_STORAGE_RECORD_BYTES": 1,
    "STS_STORAGE_FILE_BYTES": 2,
    "STS_STORAGE_SEGMENTS": 3,
    "STS_STORAGE_OLDEST_MS": 4,
    "STS_STORAGE_DAMAGE": 5,
    "STS_STORAGE_IN_USE": 6,
    "STS_STORAGE_VALUES": 7,
    "STS_OWNER_UNSPECIFIED": 0,
    "STS_OWNER_OTEL": 1,
    "STS_OWNER_EXTERNAL": 2,
    "STS_OWNER_AGENT": 3,
    "STS_OWNER_EXTTOPO": 4,
    "STS_DEPENDENCY_UNSPECIFIED": 0,
    "STS_DEPENDENCY_HIERARCHICAL": 1,
    "STS_DEPENDENCY_CONNECTION": 2,
}

#: Of every function its result and its parameters.
FUNCTIONS: Dict[str, Tuple[Any, List[Any]]] = {
    # types.h
    "sts_text_free": (None, [c_char_p]),
    # allocator.h
    "sts_allocator_new": (POINTER(Allocator), [MallocFunction, ReallocFunction, FreeFunction, c_void_p]),
    "sts_allocator_free": (None, [POINTER(Allocator)]),
    # error.h
    "sts_status_name": (c_char_p, [c_int32]),
    "sts_status_text": (c_char_p, [c_int32]),
    "sts_status_count": (c_size_t, []),
    "sts_status_at": (c_int32, [c_size_t]),
    "sts_error_code": (c_int32, [POINTER(Error)]),
    "sts_error_text": (c_char_p, [POINTER(Error)]),
    "sts_error_is_retriable": (c_int32, [POINTER(Error)]),
    "sts_error_is_fatal": (c_int32, [POINTER(Error)]),
    "sts_error_transport_code": (c_int32, [POINTER(Error)]),
    "sts_error_offset": (c_int64, [POINTER(Error)]),
    "sts_error_free": (None, [POINTER(Error)]),
    # options.h
    "sts_options_new": (POINTER(Options), []),
    "sts_options_new_with": (POINTER(Options), [POINTER(Allocator)]),
    "sts_options_free": (None, [POINTER(Options)]),
    "sts_options_set": (c_int32, [POINTER(Options), c_char_p, c_char_p, POINTER(POINTER(Error))]),
    "sts_options_load": (c_int32, [POINTER(Options), c_char_p, POINTER(POINTER(Error))]),
    "sts_options_load_text": (c_int32, [POINTER(Options), c_char_p, c_char_p, c_size_t, POINTER(POINTER(Error))]),
    "sts_options_get": (c_char_p, [POINTER(Options), c_char_p]),
    "sts_options_set_outcome_callback": (c_int32, [POINTER(Options), OutcomeCallback, c_void_p]),
    "sts_options_set_log_callback": (c_int32, [POINTER(Options), LogCallback, c_void_p]),
    "sts_options_set_password_callback": (c_int32, [POINTER(Options), PasswordCallback, c_void_p]),
    "sts_password_option": (c_char_p, [POINTER(Password)]),
    "sts_password_set": (c_int32, [POINTER(Password), c_char_p]),
    "sts_password_fail": (c_int32, [POINTER(Password), c_char_p]),
    "sts_options_set_oauth_token_callback": (c_int32, [POINTER(Options), OauthTokenCallback, c_void_p]),
    "sts_oauth_token_set": (c_int32, [POINTER(OauthToken), c_char_p, c_char_p, c_int64]),
    "sts_oauth_token_fail": (c_int32, [POINTER(OauthToken), c_char_p]),
    "sts_option_count": (c_size_t, []),
    "sts_option_name": (c_char_p, [c_size_t]),
    "sts_option_type": (c_char_p, [c_size_t]),
    "sts_option_default": (c_char_p, [c_size_t]),
    "sts_option_bounds": (c_char_p, [c_size_t]),
    "sts_option_text": (c_char_p, [c_size_t]),
    "sts_option_is_live": (c_int32, [c_size_t]),
    # dead_letter.h
    "sts_options_set_dead_letter_callback": (c_int32, [POINTER(Options), DeadLetterCallback, c_void_p]),
    "sts_dead_letter_kind": (c_int32, [POINTER(DeadLetter)]),
    "sts_dead_letter_code": (c_int32, [POINTER(DeadLetter)]),
    "sts_dead_letter_text": (c_char_p, [POINTER(DeadLetter)]),
    "sts_dead_letter_transport_code": (c_int32, [POINTER(DeadLetter)]),
    "sts_dead_letter_token": (c_uint64, [POINTER(DeadLetter)]),
    "sts_dead_letter_index": (c_uint64, [POINTER(DeadLetter)]),
    "sts_dead_letter_topic": (c_char_p, [POINTER(DeadLetter)]),
    "sts_dead_letter_key": (None, [POINTER(DeadLetter), POINTER(Bytes)]),
    "sts_dead_letter_value": (None, [POINTER(DeadLetter), POINTER(Bytes)]),
    "sts_dead_letter_signal": (c_int32, [POINTER(DeadLetter)]),
    "sts_dead_letter_header_count": (c_size_t, [POINTER(DeadLetter)]),
    "sts_dead_letter_header_name": (c_char_p, [POINTER(DeadLetter), c_size_t]),
    "sts_dead_letter_header_value": (None, [POINTER(DeadLetter), c_size_t, POINTER(Bytes)]),
    # exporter.h
    "sts_exporter_new": (c_int32, [POINTER(POINTER(Exporter)), POINTER(Options), POINTER(POINTER(Error))]),
    "sts_exporter_reconfigure": (c_int32, [POINTER(Exporter), POINTER(Options), POINTER(POINTER(Error))]),
    "sts_flush": (c_int32, [POINTER(Exporter), c_int32, POINTER(c_uint64), c_size_t, POINTER(POINTER(Error))]),
    "sts_exporter_counts": (c_int32, [POINTER(Exporter), POINTER(c_uint64), c_size_t]),
    "sts_exporter_rejected": (c_uint64, [POINTER(Exporter), c_int32]),
    "sts_exporter_not_delivered": (c_uint64, [POINTER(Exporter), c_int32]),
    "sts_exporter_describe": (c_char_p, [POINTER(Exporter)]),
    "sts_exporter_fingerprint": (c_char_p, [POINTER(Exporter)]),
    "sts_poll": (c_int32, [POINTER(Exporter), c_int32]),
    "sts_exporter_fd": (c_int32, [POINTER(Exporter)]),
    "sts_exporter_close": (c_int32, [POINTER(Exporter), c_int32, POINTER(c_uint64), c_size_t, POINTER(POINTER(Error))]),
    "sts_exporter_free": (c_int32, [POINTER(Exporter), c_int32]),
    "sts_outcome_kind": (c_int32, [POINTER(Outcome)]),
    "sts_outcome_token": (c_uint64, [POINTER(Outcome)]),
    "sts_outcome_index": (c_uint64, [POINTER(Outcome)]),
    "sts_outcome_code": (c_int32, [POINTER(Outcome)]),
    "sts_outcome_text": (c_char_p, [POINTER(Outcome)]),
    "sts_outcome_transport_code": (c_int32, [POINTER(Outcome)]),
    "sts_outcome_topic": (c_char_p, [POINTER(Outcome)]),
    "sts_outcome_partition": (c_int32, [POINTER(Outcome)]),
    "sts_outcome_offset": (c_int64, [POINTER(Outcome)]),
    "sts_outcome_may_be_duplicate": (c_int32, [POINTER(Outcome)]),
    "sts_outcome_latency_us": (c_uint64, [POINTER(Outcome)]),
    "sts_outcomes_new": (POINTER(Outcomes), [c_size_t]),
    "sts_outcomes_free": (None, [POINTER(Outcomes)]),
    "sts_outcomes_new_with": (POINTER(Outcomes), [POINTER(Allocator), c_size_t]),
    "sts_exporter_take_outcomes": (c_int32, [POINTER(Exporter), POINTER(Outcomes), c_int32]),
    "sts_outcomes_count": (c_size_t, [POINTER(Outcomes)]),
    "sts_outcomes_at": (POINTER(Outcome), [POINTER(Outcomes), c_size_t]),
    # key.h
    "sts_partition": (c_int32, [c_char_p, c_void_p, c_size_t, c_int32, POINTER(c_int32)]),
    "sts_partition_profile_name": (c_char_p, [c_size_t]),
    "sts_skew_new": (POINTER(Skew), [c_size_t]),
    "sts_skew_free": (None, [POINTER(Skew)]),
    "sts_skew_new_with": (POINTER(Skew), [POINTER(Allocator), c_size_t]),
    "sts_skew_add": (c_int32, [POINTER(Skew), c_void_p, c_size_t]),
    "sts_skew_keys": (c_uint64, [POINTER(Skew)]),
    "sts_skew_null_keys": (c_uint64, [POINTER(Skew)]),
    "sts_skew_empty_keys": (c_uint64, [POINTER(Skew)]),
    "sts_skew_distinct_keys": (c_uint64, [POINTER(Skew)]),
    "sts_skew_heaviest": (c_int32, [POINTER(Skew), c_size_t, POINTER(Bytes), POINTER(c_uint64), POINTER(c_uint64)]),
    # logs.h
    "sts_export_context_new": (POINTER(ExportContext), []),
    "sts_export_context_free": (None, [POINTER(ExportContext)]),
    "sts_export_context_new_with": (POINTER(ExportContext), [POINTER(Allocator)]),
    "sts_export_context_reset": (None, [POINTER(ExportContext)]),
    "sts_export_context_set_token": (c_int32, [POINTER(ExportContext), c_uint64]),
    "sts_export_context_set_first_record": (c_int32, [POINTER(ExportContext), c_uint64]),
    "sts_export_context_add_metadata": (c_int32, [POINTER(ExportContext), c_char_p, c_void_p, c_size_t]),
    "sts_export_logs": (c_int32, [POINTER(Exporter), c_void_p, c_size_t, POINTER(ExportContext), POINTER(c_uint64), c_size_t,
        POINTER(POINTER(Error))]),
    "sts_explain_logs": (c_int32, [POINTER(Exporter), c_void_p, c_size_t, POINTER(ExportContext), ExplanationCallback, c_void_p,
        POINTER(POINTER(Error))]),
    "sts_explanation_index": (c_uint64, [POINTER(Explanation)]),
    "sts_explanation_record_count": (c_size_t, [POINTER(Explanation)]),
    "sts_explanation_record_index": (c_uint64, [POINTER(Explanation), c_size_t]),
    "sts_explanation_code": (c_int32, [POINTER(Explanation)]),
    "sts_explanation_text": (c_char_p, [POINTER(Explanation)]),
    "sts_explanation_topic": (c_char_p, [POINTER(Explanation)]),
    "sts_explanation_key": (None, [POINTER(Explanation), POINTER(Bytes)]),
    "sts_explanation_key_from": (c_char_p, [POINTER(Explanation)]),
    "sts_explanation_key_part_count": (c_size_t, [POINTER(Explanation)]),
    "sts_explanation_key_part_spec": (None, [POINTER(Explanation), c_size_t, POINTER(Bytes)]),
    "sts_explanation_key_part_value": (None, [POINTER(Explanation), c_size_t, POINTER(Bytes)]),
    "sts_explanation_value": (None, [POINTER(Explanation), POINTER(Bytes)]),
    "sts_explanation_size": (c_size_t, [POINTER(Explanation)]),
    "sts_explanation_is_tombstone": (c_int32, [POINTER(Explanation)]),
    "sts_explanation_header_count": (c_size_t, [POINTER(Explanation)]),
    "sts_explanation_header_name": (c_char_p, [POINTER(Explanation), c_size_t]),
    "sts_explanation_header_value": (None, [POINTER(Explanation), c_size_t, POINTER(Bytes)]),
    "sts_explanation_partition": (c_int32, [POINTER(Explanation), c_int32]),
    # log_batch.h
    "sts_logs_new": (POINTER(Logs), []),
    "sts_logs_free": (None, [POINTER(Logs)]),
    "sts_logs_new_with": (POINTER(Logs), [POINTER(Allocator)]),
    "sts_logs_reset": (None, [POINTER(Logs)]),
    "sts_logs_add_resource": (c_int32, [POINTER(Logs), POINTER(POINTER(Error))]),
    "sts_logs_add_scope": (c_int32, [POINTER(Logs), c_char_p, c_char_p, POINTER(POINTER(Error))]),
    "sts_logs_add_record": (c_int32, [POINTER(Logs), c_uint64, POINTER(POINTER(Error))]),
    "sts_logs_remove_last": (c_int32, [POINTER(Logs), POINTER(POINTER(Error))]),
    "sts_logs_set_schema_url": (c_int32, [POINTER(Logs), c_char_p, POINTER(POINTER(Error))]),
    "sts_logs_set_dropped_attributes_count": (c_int32, [POINTER(Logs), c_uint32, POINTER(POINTER(Error))]),
    "sts_logs_set_observed_time": (c_int32, [POINTER(Logs), c_uint64, POINTER(POINTER(Error))]),
    "sts_logs_set_severity": (c_int32, [POINTER(Logs), c_int32, c_char_p, POINTER(POINTER(Error))]),
    "sts_logs_set_event_name": (c_int32, [POINTER(Logs), c_char_p, POINTER(POINTER(Error))]),
    "sts_logs_set_trace_context": (c_int32, [POINTER(Logs), c_void_p, c_size_t, c_void_p, c_size_t, c_uint32,
        POINTER(POINTER(Error))]),
    "sts_logs_set_body_bytes": (c_int32, [POINTER(Logs), c_void_p, c_size_t, POINTER(POINTER(Error))]),
    "sts_logs_set_body_text": (c_int32, [POINTER(Logs), c_char_p, POINTER(POINTER(Error))]),
    "sts_logs_set_key": (c_int32, [POINTER(Logs), c_void_p, c_size_t, POINTER(POINTER(Error))]),
    "sts_logs_begin_body": (c_int32, [POINTER(Logs), POINTER(POINTER(Error))]),
    "sts_logs_put_empty": (c_int32, [POINTER(Logs), c_char_p, POINTER(POINTER(Error))]),
    "sts_logs_put_text": (c_int32, [POINTER(Logs), c_char_p, c_char_p, POINTER(POINTER(Error))]),
    "sts_logs_put_string": (c_int32, [POINTER(Logs), c_char_p, c_char_p, c_size_t, POINTER(POINTER(Error))]),
    "sts_logs_put_bool": (c_int32, [POINTER(Logs), c_char_p, c_int32, POINTER(POINTER(Error))]),
    "sts_logs_put_int": (c_int32, [POINTER(Logs), c_char_p, c_int64, POINTER(POINTER(Error))]),
    "sts_logs_put_double": (c_int32, [POINTER(Logs), c_char_p, c_double, POINTER(POINTER(Error))]),
    "sts_logs_put_bytes": (c_int32, [POINTER(Logs), c_char_p, c_void_p, c_size_t, POINTER(POINTER(Error))]),
    "sts_logs_begin_array": (c_int32, [POINTER(Logs), c_char_p, POINTER(POINTER(Error))]),
    "sts_logs_begin_kvlist": (c_int32, [POINTER(Logs), c_char_p, POINTER(POINTER(Error))]),
    "sts_logs_end": (c_int32, [POINTER(Logs), POINTER(POINTER(Error))]),
    "sts_logs_count": (c_size_t, [POINTER(Logs)]),
    "sts_logs_size": (c_size_t, [POINTER(Logs)]),
    "sts_logs_bytes": (c_int32, [POINTER(Logs), POINTER(Bytes), POINTER(POINTER(Error))]),
    "sts_export_log_batch": (c_int32, [POINTER(Exporter), POINTER(Logs), POINTER(ExportContext), POINTER(c_uint64), c_size_t,
        POINTER(POINTER(Error))]),
    "sts_explain_log_batch": (c_int32, [POINTER(Exporter), POINTER(Logs), POINTER(ExportContext), ExplanationCallback, c_void_p,
        POINTER(POINTER(Error))]),
    # otlp.h
    "sts_export": (c_int32, [POINTER(Exporter), c_int32, c_int32, c_void_p, c_size_t, POINTER(ExportContext), POINTER(c_uint64),
        c_size_t, POINTER(POINTER(Error))]),
    "sts_export_take": (c_int32, [POINTER(Exporter), c_int32, c_int32, c_void_p, c_size_t, ReleaseCallback, c_void_p,
        POINTER(ExportContext), POINTER(c_uint64), c_size_t, POINTER(POINTER(Error))]),
    "sts_explain": (c_int32, [POINTER(Exporter), c_int32, c_int32, c_void_p, c_size_t, POINTER(ExportContext), ExplanationCallback,
        c_void_p, POINTER(POINTER(Error))]),
    # record.h
    "sts_export_record": (c_int32, [POINTER(Exporter), c_char_p, c_void_p, c_size_t, c_void_p, c_size_t, POINTER(Bytes), c_size_t,
        POINTER(ExportContext), POINTER(POINTER(Error))]),
    # statistics.h
    "sts_exporter_queue": (c_int32, [POINTER(Exporter), POINTER(c_uint64), c_size_t]),
    "sts_latency_bucket_count": (c_size_t, []),
    "sts_latency_bucket_bound_us": (c_uint64, [c_size_t]),
    "sts_exporter_latency": (c_int32, [POINTER(Exporter), POINTER(c_uint64), c_size_t, POINTER(c_uint64)]),
    "sts_exporter_threads": (c_int32, [POINTER(Exporter)]),
    "sts_exporter_transport_statistics": (c_int32, [POINTER(Exporter), POINTER(c_int64), c_size_t]),
    "sts_exporter_statistics_prometheus": (c_int32, [POINTER(Exporter), c_char_p, POINTER(c_char_p), POINTER(POINTER(Error))]),
    "sts_exporter_statistics_json": (c_int32, [POINTER(Exporter), POINTER(c_char_p), POINTER(POINTER(Error))]),
    # storage.h
    "sts_storage_inspect": (c_int32, [c_char_p, POINTER(c_int64), c_size_t, POINTER(POINTER(Error))]),
    # topology.h
    "sts_topology_new": (POINTER(Topology), []),
    "sts_topology_free": (None, [POINTER(Topology)]),
    "sts_topology_new_with": (POINTER(Topology), [POINTER(Allocator)]),
    "sts_topology_reset": (None, [POINTER(Topology)]),
    "sts_topology_set_stream": (c_int32, [POINTER(Topology), c_int32, c_char_p, POINTER(POINTER(Error))]),
    "sts_topology_set_times": (c_int32, [POINTER(Topology), c_int64, c_int64, POINTER(POINTER(Error))]),
    "sts_topology_set_expiry": (c_int32, [POINTER(Topology), c_int64, POINTER(POINTER(Error))]),
    "sts_topology_set_specificity": (c_int32, [POINTER(Topology), c_double, POINTER(POINTER(Error))]),
    "sts_topology_add_component": (c_int32, [POINTER(Topology), c_char_p, c_char_p, c_char_p, POINTER(POINTER(Error))]),
    "sts_topology_set_type_identifier": (c_int32, [POINTER(Topology), c_char_p, POINTER(POINTER(Error))]),
    "sts_topology_add_identifier": (c_int32, [POINTER(Topology), c_char_p, POINTER(POINTER(Error))]),
    "sts_topology_add_tag": (c_int32, [POINTER(Topology), c_char_p, POINTER(POINTER(Error))]),
    "sts_topology_set_resource_definition": (c_int32, [POINTER(Topology), c_char_p, c_size_t, POINTER(POINTER(Error))]),
    "sts_topology_set_status_data": (c_int32, [POINTER(Topology), c_char_p, c_size_t, POINTER(POINTER(Error))]),
    "sts_topology_begin_resource_definition": (c_int32, [POINTER(Topology), POINTER(POINTER(Error))]),
    "sts_topology_begin_status_data": (c_int32, [POINTER(Topology), POINTER(POINTER(Error))]),
    "sts_topology_put_null": (c_int32, [POINTER(Topology), c_char_p, POINTER(POINTER(Error))]),
    "sts_topology_put_bool": (c_int32, [POINTER(Topology), c_char_p, c_int32, POINTER(POINTER(Error))]),
    "sts_topology_put_number": (c_int32, [POINTER(Topology), c_char_p, c_double, POINTER(POINTER(Error))]),
    "sts_topology_put_text": (c_int32, [POINTER(Topology), c_char_p, c_char_p, POINTER(POINTER(Error))]),
    "sts_topology_put_string": (c_int32, [POINTER(Topology), c_char_p, c_char_p, c_size_t, POINTER(POINTER(Error))]),
    "sts_topology_begin_object": (c_int32, [POINTER(Topology), c_char_p, POINTER(POINTER(Error))]),
    "sts_topology_begin_array": (c_int32, [POINTER(Topology), c_char_p, POINTER(POINTER(Error))]),
    "sts_topology_end": (c_int32, [POINTER(Topology), POINTER(POINTER(Error))]),
    "sts_topology_add_relation": (c_int32, [POINTER(Topology), c_char_p, c_char_p, c_char_p, c_char_p, c_char_p, c_int32,
        POINTER(POINTER(Error))]),
    "sts_topology_delete_component": (c_int32, [POINTER(Topology), c_char_p, POINTER(POINTER(Error))]),
    "sts_topology_delete_relation": (c_int32, [POINTER(Topology), c_char_p, POINTER(POINTER(Error))]),
    "sts_topology_add_error": (c_int32, [POINTER(Topology), c_char_p, c_char_p, c_char_p, POINTER(POINTER(Error))]),
    "sts_topology_remove_stream": (c_int32, [POINTER(Topology), c_char_p, POINTER(POINTER(Error))]),
    "sts_topology_snapshot_start": (c_int32, [POINTER(Topology), c_int32, POINTER(POINTER(Error))]),
    "sts_topology_snapshot_stop": (c_int32, [POINTER(Topology), POINTER(POINTER(Error))]),
    "sts_topology_set_metadata": (c_int32, [POINTER(Topology), c_char_p, c_char_p, c_size_t, POINTER(POINTER(Error))]),
    "sts_topology_remove_metadata": (c_int32, [POINTER(Topology), POINTER(POINTER(Error))]),
    "sts_topology_add_json": (c_int32, [POINTER(Topology), c_char_p, c_size_t, POINTER(POINTER(Error))]),
    "sts_topology_count": (c_size_t, [POINTER(Topology)]),
    "sts_export_topology": (c_int32, [POINTER(Exporter), POINTER(Topology), POINTER(ExportContext), POINTER(c_uint64), c_size_t,
        POINTER(POINTER(Error))]),
    "sts_explain_topology": (c_int32, [POINTER(Exporter), POINTER(Topology), POINTER(ExportContext), ExplanationCallback, c_void_p,
        POINTER(POINTER(Error))]),
    "sts_topology_shard": (c_int32, [c_void_p, c_size_t, c_uint32, c_char_p, c_size_t]),
    "sts_topology_messages_new": (POINTER(TopologyMessages), []),
    "sts_topology_messages_free": (None, [POINTER(TopologyMessages)]),
    "sts_topology_messages_reset": (None, [POINTER(TopologyMessages)]),
    "sts_topology_messages_new_with": (POINTER(TopologyMessages), [POINTER(Allocator)]),
    "sts_topology_messages_add_json": (c_int32, [POINTER(TopologyMessages), c_char_p, c_size_t, POINTER(POINTER(Error))]),
    "sts_topology_messages_count": (c_size_t, [POINTER(TopologyMessages)]),
    "sts_topology_messages_is_metadata": (c_int32, [POINTER(TopologyMessages), c_size_t]),
    "sts_topology_messages_key": (None, [POINTER(TopologyMessages), c_size_t, POINTER(Bytes)]),
    "sts_topology_messages_value": (None, [POINTER(TopologyMessages), c_size_t, POINTER(Bytes)]),
    "sts_topology_decode": (c_int32, [c_void_p, c_size_t, POINTER(Bytes), c_int32, POINTER(c_char_p), POINTER(POINTER(Error))]),
    "sts_topology_decode_with": (c_int32, [POINTER(Allocator), c_void_p, c_size_t, POINTER(Bytes), c_int32, POINTER(c_char_p),
        POINTER(POINTER(Error))]),
    # version.h
    "sts_version": (c_char_p, []),
    "sts_abi_version": (c_int32, []),
    "sts_librdkafka_version": (c_char_p, []),
    "sts_librdkafka_version_built": (c_char_p, []),
    # transport.h
    "sts_options_set_transport": (c_int32, [POINTER(Options), POINTER(Transport), c_void_p]),
    "sts_transport_complete": (c_int32, [POINTER(TransportSink), POINTER(Completion)]),
    "sts_transport_complete_many": (c_int32, [POINTER(TransportSink), POINTER(Completion), c_size_t]),
    "sts_transport_log": (None, [POINTER(TransportSink), c_int32, c_char_p]),
    "sts_transport_notify_partition_change": (None, [POINTER(TransportSink), c_char_p, c_int32, c_int32]),
    "sts_transport_notify_producer_rebuild": (None, [POINTER(TransportSink), c_uint64]),
    "sts_transport_notify_cluster_change": (None, [POINTER(TransportSink), c_char_p]),
    "sts_transport_notify_statistics": (None, [POINTER(TransportSink), POINTER(c_int64), c_size_t]),
    "sts_memory_transport_new": (c_int32, [POINTER(POINTER(MemoryTransport)), c_char_p, c_size_t, c_int32,
        POINTER(POINTER(Error))]),
    "sts_memory_transport_free": (None, [POINTER(MemoryTransport)]),
    "sts_memory_transport_new_with": (c_int32, [POINTER(Allocator), POINTER(POINTER(MemoryTransport)), c_char_p, c_size_t, c_int32,
        POINTER(POINTER(Error))]),
    "sts_memory_transport_table": (POINTER(Transport), []),
    "sts_memory_transport_count": (c_uint64, [POINTER(MemoryTransport)]),
    "sts_memory_transport_message": (POINTER(Message), [POINTER(MemoryTransport), c_size_t]),
}
