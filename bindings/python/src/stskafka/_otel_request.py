# SPDX-License-Identifier: Apache-2.0
"""What OpenTelemetry's SDK has, as OTLP requests. Bodies of log records may be made what messages have as values."""
import itertools
import json
import math
import traceback
from typing import Any, Callable, Iterable, List, Optional, Sequence, Tuple, Union

# The logs of OpenTelemetry for Python are not declared stable: what is needed of them has names with underscores.
from opentelemetry.exporter.otlp.proto.common._log_encoder import encode_logs
from opentelemetry.exporter.otlp.proto.common.metrics_encoder import encode_metrics
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.sdk._logs import ReadableLogRecord
from opentelemetry.sdk.metrics.export import MetricsData
from opentelemetry.sdk.trace import ReadableSpan

from ._codes import Status
from ._error import RequestError
from ._sink import Key

#: The key of all records, or what gives the key of each.
KeyOf = Union[Key, Callable[[ReadableLogRecord], Optional[Key]], None]
SpanKeyOf = Union[Key, Callable[[ReadableSpan], Optional[Key]], None]


def request_of(batch: Sequence[ReadableLogRecord], key: KeyOf, *, bodies_as_bytes: bool) -> bytes:
    """The batch in protobuf, in its order; RequestError where one of its records cannot be encoded."""
    return _in_runs(batch, "a log record", lambda run: _encoded(run, key, bodies_as_bytes))


def spans_request(batch: Sequence[ReadableSpan], key: SpanKeyOf) -> bytes:
    """The same of spans."""
    return _in_runs(batch, "a span", lambda run: _encoded_spans(run, key))


def metrics_request(data: MetricsData) -> bytes:
    """What a reader has collected, in protobuf; RequestError where it cannot be encoded."""
    try:
        return bytes(encode_metrics(data).SerializeToString())
    except Exception as fault:
        raise _request_error("a metric", fault) from fault


def _in_runs(batch: Sequence[Any], called: str, encoded: Callable[[List[Any]], bytes]) -> bytes:
    # The SDK's encoders put together what is of one resource and scope, wherever it stands: so each run of such items is
    # encoded by itself. Requests one after the other are one request.
    try:
        return b"".join(encoded(list(run)) for _, run in itertools.groupby(batch, _origin))
    except Exception as fault:
        raise _request_error(called, fault) from fault


def _request_error(called: str, fault: Exception) -> RequestError:
    reason = "".join(traceback.format_exception_only(type(fault), fault)).strip()
    return RequestError(Status.ERR_MALFORMED, f"{called} cannot be encoded: {reason}")


def _encoded(run: List[ReadableLogRecord], key: KeyOf, bodies_as_bytes: bool) -> bytes:
    request: Any = encode_logs(run)
    encoded = (record for of_resource in request.resource_logs for of_scope in of_resource.scope_logs
               for record in of_scope.log_records)
    for record, source in zip(encoded, run):
        if bodies_as_bytes:
            _as_bytes(record.body)
        _set_key(record.attributes, key(source) if callable(key) else key)
    return bytes(request.SerializeToString())


def _encoded_spans(run: List[ReadableSpan], key: SpanKeyOf) -> bytes:
    request: Any = encode_spans(run)
    encoded: Iterable[Any] = (span for of_resource in request.resource_spans for of_scope in of_resource.scope_spans
                              for span in of_scope.spans)
    for span, source in zip(encoded, run):
        _set_key(span.attributes, key(source) if callable(key) else key)
    return bytes(request.SerializeToString())


def _origin(item: Any) -> Tuple[int, int]:
    return id(item.resource), id(item.instrumentation_scope)


def _set_key(attributes: Any, key: Optional[Key]) -> None:
    if key is None:
        return
    attribute = next((each for each in attributes if each.key == "stskafka.key"), None) or attributes.add(key="stskafka.key")
    if isinstance(key, bytes):
        attribute.value.bytes_value = key
    else:
        attribute.value.string_value = key


def _as_bytes(body: Any) -> None:
    kind = body.WhichOneof("value")
    if kind == "string_value" and body.string_value:
        body.bytes_value = body.string_value.encode()
    elif kind not in (None, "string_value", "bytes_value"):
        body.bytes_value = json.dumps(_plain(body), ensure_ascii=False, separators=(",", ":")).encode()


def _plain(value: Any) -> Any:
    """An AnyValue as JSON has it; bytes as hex digits, as OTLP's JSON writes ids, and numbers that JSON has not by the texts
    that protobuf's JSON has for them."""
    kind = value.WhichOneof("value")
    if kind == "array_value":
        return [_plain(each) for each in value.array_value.values]
    if kind == "kvlist_value":
        return {each.key: _plain(each.value) for each in value.kvlist_value.values}
    if kind == "bytes_value":
        return value.bytes_value.hex()
    if kind == "double_value" and not math.isfinite(value.double_value):
        return "NaN" if math.isnan(value.double_value) else "Infinity" if value.double_value > 0 else "-Infinity"
    return getattr(value, kind) if kind else None
