# SPDX-License-Identifier: Apache-2.0
"""The C library's declarations for ctypes: opaque handles, public structs, callbacks, functions.

This is `include/stskafka/*.h` once more, header by header; tests/test_declarations.py holds the two equal. Classes are
named as the C types are, without `sts_` and in Python's capitals: `sts_dead_letter` is `DeadLetter`."""
from ctypes import (CFUNCTYPE, POINTER, Structure, c_char_p, c_double, c_int32, c_int64, c_size_t, c_uint32, c_uint64,
                    c_void_p)
from typing import Any, Dict, List, Tuple

#: The number of the binary interface that these declarations are for (sts_abi_version).
ABI = 0


class Allocator(Structure):
    pass


class DeadLetter(Structure):
    pass


class Error(Structure):
    pass


class Explanation(Structure):
    pass


class Exporter(Structure):
    pass


class Logs(Structure):
    pass


class MemoryTransport(Structure):
    pass


class Options(Structure):
    pass


class Outcome(Structure):
    pass


class Outcomes(Structure):
    pass


class Password(Structure):
    pass


class ExportContext(Structure):
    pass


class Skew(Structure):
    pass


class Token(Structure):
    pass


class Topology(Structure):
    pass


class TopologyMessages(Structure):
    pass


class Transport(Structure):
    """sts_transport, which is handed on and never looked into here."""


class Bytes(Structure):
    """sts_bytes; `data` None is null, which is not the same as `size` 0."""
    _fields_ = [("data", c_void_p), ("size", c_size_t)]


class Message(Structure):
    """sts_message, as a transport in memory keeps it."""
    _fields_ = [
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
    ]


AllocateFunction = CFUNCTYPE(c_void_p, c_size_t, c_void_p)
ResizeFunction = CFUNCTYPE(c_void_p, c_void_p, c_size_t, c_void_p)
ReleaseFunction = CFUNCTYPE(None, c_void_p, c_void_p)
DeadLetterCallback = CFUNCTYPE(None, POINTER(DeadLetter), c_void_p)
ExplanationCallback = CFUNCTYPE(None, POINTER(Explanation), c_void_p)
ReleaseCallback = CFUNCTYPE(None, c_void_p, c_size_t, c_void_p)
LogCallback = CFUNCTYPE(None, c_int32, c_char_p, c_void_p)
OutcomeCallback = CFUNCTYPE(None, POINTER(Outcome), c_void_p)
PasswordCallback = CFUNCTYPE(None, POINTER(Password), c_void_p)
TokenCallback = CFUNCTYPE(None, POINTER(Token), c_void_p)

ErrorOut = POINTER(POINTER(Error))
Counters = POINTER(c_uint64)

#: Of every function its result and its parameters.
FUNCTIONS: Dict[str, Tuple[Any, List[Any]]] = {
    # version.h
    "sts_version": (c_char_p, []),
    "sts_abi_version": (c_int32, []),
    "sts_librdkafka_version": (c_char_p, []),
    "sts_librdkafka_version_built": (c_char_p, []),
    # types.h
    "sts_text_free": (None, [c_char_p]),
    # allocator.h
    "sts_allocator_new": (POINTER(Allocator), [AllocateFunction, ResizeFunction, ReleaseFunction, c_void_p]),
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
    "sts_options_set": (c_int32, [POINTER(Options), c_char_p, c_char_p, ErrorOut]),
    "sts_options_load": (c_int32, [POINTER(Options), c_char_p, ErrorOut]),
    "sts_options_load_text": (c_int32, [POINTER(Options), c_char_p, c_char_p, c_size_t, ErrorOut]),
    "sts_options_get": (c_char_p, [POINTER(Options), c_char_p]),
    "sts_options_set_outcome_callback": (c_int32, [POINTER(Options), OutcomeCallback, c_void_p]),
    "sts_options_set_log_callback": (c_int32, [POINTER(Options), LogCallback, c_void_p]),
    "sts_options_set_password_callback": (c_int32, [POINTER(Options), PasswordCallback, c_void_p]),
    "sts_password_option": (c_char_p, [POINTER(Password)]),
    "sts_password_set": (c_int32, [POINTER(Password), c_char_p]),
    "sts_password_fail": (c_int32, [POINTER(Password), c_char_p]),
    "sts_options_set_token_callback": (c_int32, [POINTER(Options), TokenCallback, c_void_p]),
    "sts_token_set": (c_int32, [POINTER(Token), c_char_p, c_char_p, c_int64]),
    "sts_token_fail": (c_int32, [POINTER(Token), c_char_p]),
    "sts_option_count": (c_size_t, []),
    "sts_option_name": (c_char_p, [c_size_t]),
    "sts_option_type": (c_char_p, [c_size_t]),
    "sts_option_default": (c_char_p, [c_size_t]),
    "sts_option_bounds": (c_char_p, [c_size_t]),
    "sts_option_text": (c_char_p, [c_size_t]),
    "sts_option_is_live": (c_int32, [c_size_t]),
    # exporter.h
    "sts_exporter_new": (c_int32, [POINTER(POINTER(Exporter)), POINTER(Options), ErrorOut]),
    "sts_exporter_reconfigure": (c_int32, [POINTER(Exporter), POINTER(Options), ErrorOut]),
    "sts_flush": (c_int32, [POINTER(Exporter), c_int32, Counters, c_size_t, ErrorOut]),
    "sts_exporter_counts": (c_int32, [POINTER(Exporter), Counters, c_size_t]),
    "sts_exporter_rejected": (c_uint64, [POINTER(Exporter), c_int32]),
    "sts_exporter_failed": (c_uint64, [POINTER(Exporter), c_int32]),
    "sts_exporter_describe": (c_char_p, [POINTER(Exporter)]),
    "sts_exporter_fingerprint": (c_char_p, [POINTER(Exporter)]),
    "sts_poll": (c_int32, [POINTER(Exporter), c_int32]),
    "sts_exporter_fd": (c_int32, [POINTER(Exporter)]),
    "sts_exporter_close": (c_int32, [POINTER(Exporter), c_int32, Counters, c_size_t, ErrorOut]),
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
    "sts_outcomes_new_with": (POINTER(Outcomes), [c_size_t, POINTER(Allocator)]),
    "sts_outcomes_free": (None, [POINTER(Outcomes)]),
    "sts_exporter_take_outcomes": (c_int32, [POINTER(Exporter), POINTER(Outcomes), c_int32]),
    "sts_outcomes_count": (c_size_t, [POINTER(Outcomes)]),
    "sts_outcomes_at": (POINTER(Outcome), [POINTER(Outcomes), c_size_t]),
    # logs.h
    "sts_export_context_new": (POINTER(ExportContext), []),
    "sts_export_context_new_with": (POINTER(ExportContext), [POINTER(Allocator)]),
    "sts_export_context_free": (None, [POINTER(ExportContext)]),
    "sts_export_context_reset": (None, [POINTER(ExportContext)]),
    "sts_export_context_set_token": (c_int32, [POINTER(ExportContext), c_uint64]),
    "sts_export_context_set_first_record": (c_int32, [POINTER(ExportContext), c_uint64]),
    "sts_export_context_add_metadata": (c_int32, [POINTER(ExportContext), c_char_p, c_void_p, c_size_t]),
    "sts_export_logs": (c_int32, [POINTER(Exporter), c_void_p, c_size_t, POINTER(ExportContext), Counters, c_size_t,
        ErrorOut]),
    "sts_explain_logs": (c_int32, [POINTER(Exporter), c_void_p, c_size_t, POINTER(ExportContext), ExplanationCallback,
        c_void_p, ErrorOut]),
    # otlp.h
    "sts_export": (c_int32, [POINTER(Exporter), c_int32, c_int32, c_void_p, c_size_t, POINTER(ExportContext), Counters, c_size_t,
        ErrorOut]),
    "sts_export_take": (c_int32, [POINTER(Exporter), c_int32, c_int32, c_void_p, c_size_t, ReleaseCallback, c_void_p,
        POINTER(ExportContext), Counters, c_size_t, ErrorOut]),
    "sts_explain": (c_int32, [POINTER(Exporter), c_int32, c_int32, c_void_p, c_size_t, POINTER(ExportContext), ExplanationCallback,
        c_void_p, ErrorOut]),
    # record.h
    "sts_export_record": (c_int32, [POINTER(Exporter), c_char_p, c_void_p, c_size_t, c_void_p, c_size_t, POINTER(Bytes), c_size_t,
        POINTER(ExportContext), ErrorOut]),
    # explanations (logs.h)
    "sts_explanation_index": (c_uint64, [POINTER(Explanation)]),
    "sts_explanation_record_count": (c_size_t, [POINTER(Explanation)]),
    "sts_explanation_record_index": (c_uint64, [POINTER(Explanation), c_size_t]),
    "sts_explanation_code": (c_int32, [POINTER(Explanation)]),
    "sts_explanation_text": (c_char_p, [POINTER(Explanation)]),
    "sts_explanation_topic": (c_char_p, [POINTER(Explanation)]),
    "sts_explanation_key": (None, [POINTER(Explanation), POINTER(Bytes)]),
    "sts_explanation_key_from": (c_char_p, [POINTER(Explanation)]),
    "sts_explanation_key_part_count": (c_size_t, [POINTER(Explanation)]),
    "sts_explanation_key_part": (None, [POINTER(Explanation), c_size_t, POINTER(Bytes)]),
    "sts_explanation_key_part_text": (None, [POINTER(Explanation), c_size_t, POINTER(Bytes)]),
    "sts_explanation_value": (None, [POINTER(Explanation), POINTER(Bytes)]),
    "sts_explanation_size": (c_size_t, [POINTER(Explanation)]),
    "sts_explanation_is_tombstone": (c_int32, [POINTER(Explanation)]),
    "sts_explanation_header_count": (c_size_t, [POINTER(Explanation)]),
    "sts_explanation_header_name": (c_char_p, [POINTER(Explanation), c_size_t]),
    "sts_explanation_header_value": (None, [POINTER(Explanation), c_size_t, POINTER(Bytes)]),
    "sts_explanation_partition": (c_int32, [POINTER(Explanation), c_int32]),
    # log_batch.h
    "sts_logs_new": (POINTER(Logs), []),
    "sts_logs_new_with": (POINTER(Logs), [POINTER(Allocator)]),
    "sts_logs_free": (None, [POINTER(Logs)]),
    "sts_logs_reset": (None, [POINTER(Logs)]),
    "sts_logs_add_resource": (c_int32, [POINTER(Logs), ErrorOut]),
    "sts_logs_add_scope": (c_int32, [POINTER(Logs), c_char_p, c_char_p, ErrorOut]),
    "sts_logs_add_record": (c_int32, [POINTER(Logs), c_uint64, ErrorOut]),
    "sts_logs_remove_last": (c_int32, [POINTER(Logs), ErrorOut]),
    "sts_logs_set_schema_url": (c_int32, [POINTER(Logs), c_char_p, ErrorOut]),
    "sts_logs_set_dropped_attributes_count": (c_int32, [POINTER(Logs), c_uint32, ErrorOut]),
    "sts_logs_set_observed_time": (c_int32, [POINTER(Logs), c_uint64, ErrorOut]),
    "sts_logs_set_severity": (c_int32, [POINTER(Logs), c_int32, c_char_p, ErrorOut]),
    "sts_logs_set_event_name": (c_int32, [POINTER(Logs), c_char_p, ErrorOut]),
    "sts_logs_set_trace_context": (c_int32, [POINTER(Logs), c_void_p, c_size_t, c_void_p, c_size_t, c_uint32,
        ErrorOut]),
    "sts_logs_set_body_bytes": (c_int32, [POINTER(Logs), c_void_p, c_size_t, ErrorOut]),
    "sts_logs_set_body_text": (c_int32, [POINTER(Logs), c_char_p, ErrorOut]),
    "sts_logs_set_key": (c_int32, [POINTER(Logs), c_void_p, c_size_t, ErrorOut]),
    "sts_logs_begin_body": (c_int32, [POINTER(Logs), ErrorOut]),
    "sts_logs_put_empty": (c_int32, [POINTER(Logs), c_char_p, ErrorOut]),
    "sts_logs_put_text": (c_int32, [POINTER(Logs), c_char_p, c_char_p, ErrorOut]),
    "sts_logs_put_string": (c_int32, [POINTER(Logs), c_char_p, c_char_p, c_size_t, ErrorOut]),
    "sts_logs_put_bool": (c_int32, [POINTER(Logs), c_char_p, c_int32, ErrorOut]),
    "sts_logs_put_int": (c_int32, [POINTER(Logs), c_char_p, c_int64, ErrorOut]),
    "sts_logs_put_double": (c_int32, [POINTER(Logs), c_char_p, c_double, ErrorOut]),
    "sts_logs_put_bytes": (c_int32, [POINTER(Logs), c_char_p, c_void_p, c_size_t, ErrorOut]),
    "sts_logs_put_array": (c_int32, [POINTER(Logs), c_char_p, ErrorOut]),
    "sts_logs_put_kvlist": (c_int32, [POINTER(Logs), c_char_p, ErrorOut]),
    "sts_logs_end": (c_int32, [POINTER(Logs), ErrorOut]),
    "sts_logs_count": (c_size_t, [POINTER(Logs)]),
    "sts_logs_size": (c_size_t, [POINTER(Logs)]),
    "sts_logs_bytes": (c_int32, [POINTER(Logs), POINTER(Bytes), ErrorOut]),
    "sts_export_log_batch": (c_int32, [POINTER(Exporter), POINTER(Logs), POINTER(ExportContext), Counters, c_size_t,
        ErrorOut]),
    "sts_explain_log_batch": (c_int32, [POINTER(Exporter), POINTER(Logs), POINTER(ExportContext), ExplanationCallback,
        c_void_p, ErrorOut]),
    # key.h
    "sts_partition": (c_int32, [c_char_p, c_void_p, c_size_t, c_int32, POINTER(c_int32)]),
    "sts_partition_profile": (c_char_p, [c_size_t]),
    "sts_storage_look": (c_int32, [c_char_p, POINTER(c_int64), c_size_t, ErrorOut]),
    "sts_skew_new": (POINTER(Skew), [c_size_t]),
    "sts_skew_new_with": (POINTER(Skew), [c_size_t, POINTER(Allocator)]),
    "sts_skew_free": (None, [POINTER(Skew)]),
    "sts_skew_add": (c_int32, [POINTER(Skew), c_void_p, c_size_t]),
    "sts_skew_keys": (c_uint64, [POINTER(Skew)]),
    "sts_skew_null_keys": (c_uint64, [POINTER(Skew)]),
    "sts_skew_empty_keys": (c_uint64, [POINTER(Skew)]),
    "sts_skew_distinct_keys": (c_uint64, [POINTER(Skew)]),
    "sts_skew_heaviest": (c_int32, [POINTER(Skew), c_size_t, POINTER(Bytes), Counters, Counters]),
    # statistics.h
    "sts_exporter_queue": (c_int32, [POINTER(Exporter), Counters, c_size_t]),
    "sts_latency_bucket_count": (c_size_t, []),
    "sts_latency_bucket_bound_us": (c_uint64, [c_size_t]),
    "sts_exporter_latency": (c_int32, [POINTER(Exporter), Counters, c_size_t, Counters]),
    "sts_exporter_threads": (c_int32, [POINTER(Exporter)]),
    "sts_exporter_transport_statistics": (c_int32, [POINTER(Exporter), POINTER(c_int64), c_size_t]),
    "sts_exporter_statistics_prometheus": (c_int32, [POINTER(Exporter), c_char_p, POINTER(c_char_p), ErrorOut]),
    "sts_exporter_statistics_json": (c_int32, [POINTER(Exporter), POINTER(c_char_p), ErrorOut]),
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
    # topology.h
    "sts_topology_new": (POINTER(Topology), []),
    "sts_topology_new_with": (POINTER(Topology), [POINTER(Allocator)]),
    "sts_topology_free": (None, [POINTER(Topology)]),
    "sts_topology_reset": (None, [POINTER(Topology)]),
    "sts_topology_set_stream": (c_int32, [POINTER(Topology), c_int32, c_char_p, ErrorOut]),
    "sts_topology_set_times": (c_int32, [POINTER(Topology), c_int64, c_int64, ErrorOut]),
    "sts_topology_set_expiry": (c_int32, [POINTER(Topology), c_int64, ErrorOut]),
    "sts_topology_set_specificity": (c_int32, [POINTER(Topology), c_double, ErrorOut]),
    "sts_topology_add_component": (c_int32, [POINTER(Topology), c_char_p, c_char_p, c_char_p, ErrorOut]),
    "sts_topology_set_type_identifier": (c_int32, [POINTER(Topology), c_char_p, ErrorOut]),
    "sts_topology_add_identifier": (c_int32, [POINTER(Topology), c_char_p, ErrorOut]),
    "sts_topology_add_tag": (c_int32, [POINTER(Topology), c_char_p, ErrorOut]),
    "sts_topology_set_resource_definition": (c_int32, [POINTER(Topology), c_char_p, c_size_t, ErrorOut]),
    "sts_topology_set_status_data": (c_int32, [POINTER(Topology), c_char_p, c_size_t, ErrorOut]),
    "sts_topology_begin_resource_definition": (c_int32, [POINTER(Topology), ErrorOut]),
    "sts_topology_begin_status_data": (c_int32, [POINTER(Topology), ErrorOut]),
    "sts_topology_put_null": (c_int32, [POINTER(Topology), c_char_p, ErrorOut]),
    "sts_topology_put_bool": (c_int32, [POINTER(Topology), c_char_p, c_int32, ErrorOut]),
    "sts_topology_put_number": (c_int32, [POINTER(Topology), c_char_p, c_double, ErrorOut]),
    "sts_topology_put_text": (c_int32, [POINTER(Topology), c_char_p, c_char_p, ErrorOut]),
    "sts_topology_put_string": (c_int32, [POINTER(Topology), c_char_p, c_char_p, c_size_t, ErrorOut]),
    "sts_topology_put_object": (c_int32, [POINTER(Topology), c_char_p, ErrorOut]),
    "sts_topology_put_array": (c_int32, [POINTER(Topology), c_char_p, ErrorOut]),
    "sts_topology_end": (c_int32, [POINTER(Topology), ErrorOut]),
    "sts_topology_add_relation": (c_int32, [POINTER(Topology), c_char_p, c_char_p, c_char_p, c_char_p, c_char_p,
        c_int32, ErrorOut]),
    "sts_topology_delete_component": (c_int32, [POINTER(Topology), c_char_p, ErrorOut]),
    "sts_topology_delete_relation": (c_int32, [POINTER(Topology), c_char_p, ErrorOut]),
    "sts_topology_add_error": (c_int32, [POINTER(Topology), c_char_p, c_char_p, c_char_p, ErrorOut]),
    "sts_topology_remove_stream": (c_int32, [POINTER(Topology), c_char_p, ErrorOut]),
    "sts_topology_snapshot_start": (c_int32, [POINTER(Topology), c_int32, ErrorOut]),
    "sts_topology_snapshot_stop": (c_int32, [POINTER(Topology), ErrorOut]),
    "sts_topology_set_metadata": (c_int32, [POINTER(Topology), c_char_p, c_char_p, c_size_t, ErrorOut]),
    "sts_topology_remove_metadata": (c_int32, [POINTER(Topology), ErrorOut]),
    "sts_topology_add_json": (c_int32, [POINTER(Topology), c_char_p, c_size_t, ErrorOut]),
    "sts_topology_count": (c_size_t, [POINTER(Topology)]),
    "sts_export_topology": (c_int32, [POINTER(Exporter), POINTER(Topology), POINTER(ExportContext), Counters, c_size_t,
        ErrorOut]),
    "sts_explain_topology": (c_int32, [POINTER(Exporter), POINTER(Topology), POINTER(ExportContext), ExplanationCallback,
        c_void_p, ErrorOut]),
    "sts_topology_shard": (c_int32, [c_void_p, c_size_t, c_uint32, c_char_p, c_size_t]),
    "sts_topology_messages_new": (POINTER(TopologyMessages), []),
    "sts_topology_messages_new_with": (POINTER(TopologyMessages), [POINTER(Allocator)]),
    "sts_topology_messages_free": (None, [POINTER(TopologyMessages)]),
    "sts_topology_messages_reset": (None, [POINTER(TopologyMessages)]),
    "sts_topology_messages_add_json": (c_int32, [POINTER(TopologyMessages), c_char_p, c_size_t, ErrorOut]),
    "sts_topology_messages_group": (c_int32, [POINTER(TopologyMessages), c_size_t, ErrorOut]),
    "sts_topology_messages_count": (c_size_t, [POINTER(TopologyMessages)]),
    "sts_topology_messages_is_metadata": (c_int32, [POINTER(TopologyMessages), c_size_t]),
    "sts_topology_messages_key": (None, [POINTER(TopologyMessages), c_size_t, POINTER(Bytes)]),
    "sts_topology_messages_value": (None, [POINTER(TopologyMessages), c_size_t, POINTER(Bytes)]),
    "sts_topology_decode": (c_int32, [c_void_p, c_size_t, POINTER(Bytes), c_int32, POINTER(c_char_p), ErrorOut]),
    "sts_topology_decode_with": (c_int32, [POINTER(Allocator), c_void_p, c_size_t, POINTER(Bytes), c_int32, POINTER(c_char_p),
                                           ErrorOut]),
    # transport.h
    "sts_options_set_transport": (c_int32, [POINTER(Options), POINTER(Transport), c_void_p]),
    "sts_memory_transport_new": (c_int32, [POINTER(POINTER(MemoryTransport)), c_char_p, c_size_t, c_int32, ErrorOut]),
    "sts_memory_transport_new_with": (c_int32, [POINTER(Allocator), POINTER(POINTER(MemoryTransport)), c_char_p, c_size_t, c_int32, ErrorOut]),
    "sts_memory_transport_free": (None, [POINTER(MemoryTransport)]),
    "sts_memory_transport_table": (POINTER(Transport), []),
    "sts_memory_transport_count": (c_uint64, [POINTER(MemoryTransport)]),
    "sts_memory_transport_message": (POINTER(Message), [POINTER(MemoryTransport), c_size_t]),
}

#: What only a transport calls, and a transport is written in C.
LEFT_OUT = frozenset({"sts_transport_cluster_changed", "sts_transport_complete", "sts_transport_complete_many",
                      "sts_transport_log", "sts_transport_partitions", "sts_transport_replaced", "sts_transport_statistics"})
