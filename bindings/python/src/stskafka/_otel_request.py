# SPDX-License-Identifier: Apache-2.0
"""Log records of OpenTelemetry's SDK as an OTLP request, whose bodies may be made what messages have as values."""
import itertools
import json
import math
import traceback
from typing import Any, Callable, List, Optional, Sequence, Tuple, Union

# The logs of OpenTelemetry for Python are not declared stable: what is needed of them has names with underscores.
from opentelemetry.exporter.otlp.proto.common._log_encoder import encode_logs
from opentelemetry.sdk._logs import ReadableLogRecord

from ._codes import Status
from ._error import RequestError
from ._sink import Key

#: The key of all records, or what gives the key of each.
KeyOf = Union[Key, Callable[[ReadableLogRecord], Optional[Key]], None]


def request_of(batch: Sequence[ReadableLogRecord], key: KeyOf, *, bodies_as_bytes: bool) -> bytes:
    """The batch in protobuf, in its order; RequestError where one of its records cannot be encoded."""
    # The encoder puts together what is of one resource and scope, wherever it stands: so each run of such records is
    # encoded by itself. Requests one after the other are one request.
    try:
        return b"".join(_encoded(list(run), key, bodies_as_bytes) for _, run in itertools.groupby(batch, _origin))
    except Exception as fault:
        reason = "".join(traceback.format_exception_only(type(fault), fault)).strip()
        raise RequestError(Status.ERR_MALFORMED, f"a log record cannot be encoded: {reason}") from fault


def _encoded(run: List[ReadableLogRecord], key: KeyOf, bodies_as_bytes: bool) -> bytes:
    request: Any = encode_logs(run)
    encoded = (record for of_resource in request.resource_logs for of_scope in of_resource.scope_logs
               for record in of_scope.log_records)
    for record, source in zip(encoded, run):
        if bodies_as_bytes:
            _as_bytes(record.body)
        own = key(source) if callable(key) else key
        if own is not None:
            _set_key(record.attributes, own)
    return bytes(request.SerializeToString())


def _origin(record: ReadableLogRecord) -> Tuple[int, int]:
    return id(record.resource), id(record.instrumentation_scope)


def _set_key(attributes: Any, key: Key) -> None:
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
