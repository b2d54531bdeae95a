# SPDX-License-Identifier: Apache-2.0
"""Log records in OpenTelemetry's terms, without an OpenTelemetry library."""
from ctypes import byref
from types import TracebackType
from typing import Any, Iterable, Iterator, List, Mapping, Optional, Sequence, Tuple, Type, Union

from . import _declarations as c
from ._batch import Batch
from ._codes import Status
from ._error import ErrorOut, error_of
from ._library import lib
from ._values import bytes_in, bytes_out, mapping_in, text_in, utf8, whole

#: What an attribute or a body may be: None, str, bool, int (of 64 bits), float, bytes, a list or tuple of such values, or
#: a mapping of names to them.
AnyValue = Any

Attributes = Mapping[str, AnyValue]

#: A C function and its arguments.
Call = Tuple[Any, ...]

#: More than any value may be nested (sts_logs_put_empty); one that holds itself gets here.
_TOO_DEEP = 100


def _calls_for(name: Optional[bytes], value: AnyValue, depth: int = 0) -> Iterator[Call]:
    """What puts a value; refuses what C would have to guess."""
    if depth > _TOO_DEEP:
        raise error_of(Status.ERR_TOO_DEEP)
    if value is None:
        yield lib.sts_logs_put_empty, name
    elif isinstance(value, str):
        data = utf8(value, "a text")
        yield lib.sts_logs_put_string, name, data, len(data)
    elif isinstance(value, bool):
        yield lib.sts_logs_put_bool, name, value
    elif isinstance(value, int):
        yield lib.sts_logs_put_int, name, whole(value, -2**63, 2**63, "an integer")
    elif isinstance(value, float):
        yield lib.sts_logs_put_double, name, value
    elif isinstance(value, (bytes, bytearray, memoryview)):
        data = bytes(value)
        yield lib.sts_logs_put_bytes, name, data, len(data)
    elif isinstance(value, Mapping):
        yield lib.sts_logs_begin_kvlist, name
        yield from _attributes(value, depth + 1)
        yield (lib.sts_logs_end,)
    elif isinstance(value, Sequence):
        yield lib.sts_logs_begin_array, name
        for index, each in enumerate(value):
            try:
                yield from _calls_for(None, each, depth + 1)
            except (TypeError, ValueError) as fault:
                raise _named(f"[{index}]", fault) from None
        yield (lib.sts_logs_end,)
    else:
        raise TypeError(f"a value is None, str, bool, int, float, bytes, a list or a mapping, not {type(value).__name__}")


def _named(what: str, fault: Exception) -> Exception:
    """The fault, with the name of the value that it is of."""
    return type(fault)(f"{what}: {fault}")


def _attributes(attributes: Attributes, depth: int = 0) -> Iterator[Call]:
    for name, value in mapping_in(attributes, "attributes").items():
        in_c = text_in(name, "the name of an attribute")
        try:
            yield from _calls_for(in_c, value, depth)
        except (TypeError, ValueError) as fault:
            raise _named(f"attribute {name!r}", fault) from None


def _value_of(what: str, name: Optional[bytes], value: AnyValue) -> List[Call]:
    try:
        return list(_calls_for(name, value))
    except (TypeError, ValueError) as fault:
        raise _named(what, fault) from None


def _nanoseconds(time_ns: int, what: str) -> int:
    return whole(time_ns, 0, 2**64, what)


def _schema_url(schema_url: str) -> Iterator[Call]:
    if schema_url:
        yield lib.sts_logs_set_schema_url, text_in(schema_url, "schema_url")


def _do(pointer: Any, call: Call) -> None:
    error = ErrorOut()
    error.check(call[0](pointer, *call[1:], error.out))


class LogBatch(Batch):
    """Log records for Exporter.export_logs, built call by call; reusable after reset().

        batch = stskafka.LogBatch()
        batch.add_resource({"host.name": "host-1"})
        batch.add_record(b"what the message says", key="user-1", attributes={"level": 3})
        exporter.export_logs(batch)

    The records that are added belong to the scope and the resource before them; neither is needed. All methods that add
    return the batch, so that they can be chained; one that fails raises and adds nothing: TypeError or ValueError for
    what is no value, RequestError for what is nested too deep or beyond the size of a request.

    Times are in nanoseconds since 1970 (time.time_ns). Leaving a `with` empties the batch. A batch may be filled from
    several threads, one call at a time; while it is exported or explained, only its length and its size may be asked,
    and all else raises ReentrantError."""

    def __init__(self) -> None:
        super().__init__(lib.sts_logs_new(), lib.sts_logs_free)

    def __enter__(self) -> "LogBatch":
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], fault: Optional[BaseException],
                 traceback: Optional[TracebackType]) -> None:
        self.reset()

    def __len__(self) -> int:
        """How many records it holds."""
        return self._look(lambda pointer: int(lib.sts_logs_count(pointer)))

    def __repr__(self) -> str:
        return f"<stskafka.LogBatch, {len(self)} records, {self.size} bytes>"

    def __bool__(self) -> bool:
        """A batch is one also without records."""
        return True

    def __bytes__(self) -> bytes:
        """The batch as an ExportLogsServiceRequest in protobuf."""
        def copied(pointer: Any) -> bytes:
            view, error = c.Bytes(), ErrorOut()
            error.check(lib.sts_logs_bytes(pointer, byref(view), error.out))
            return bytes_out(view) or b""
        return self._change(copied)

    def _add(self, add: Call, parts: Iterable[Call]) -> "LogBatch":
        calls: List[Call] = list(parts)  # what Python refuses is refused before anything is added

        def added(pointer: Any) -> None:
            _do(pointer, add)
            try:
                for part in calls:
                    _do(pointer, part)
            except BaseException:
                _do(pointer, (lib.sts_logs_remove_last,))
                raise

        self._change(added)
        return self

    @property
    def size(self) -> int:
        """How many bytes its request has, at most."""
        return self._look(lambda pointer: int(lib.sts_logs_size(pointer)))

    def reset(self) -> None:
        """Empties the batch; keeps its memory."""
        self._change(lib.sts_logs_reset)

    def add_resource(self, attributes: Attributes = {}, *, schema_url: str = "") -> "LogBatch":
        """Adds a resource: the scopes and records after it belong to it."""
        return self._add((lib.sts_logs_add_resource,), [*_attributes(attributes), *_schema_url(schema_url)])

    def add_scope(self, name: str = "", version: str = "", attributes: Attributes = {}, *,
                  schema_url: str = "") -> "LogBatch":
        """Adds an instrumentation scope: the records after it belong to it."""
        return self._add((lib.sts_logs_add_scope, text_in(name, "name"), text_in(version, "version")),
                         [*_attributes(attributes), *_schema_url(schema_url)])

    def add_record(self, body: AnyValue = None, *, key: Union[str, bytes, None] = None, attributes: Attributes = {},
                   time_ns: int = 0, observed_time_ns: int = 0, severity_number: int = 0, severity_text: str = "",
                   event_name: str = "", trace_id: bytes = b"", span_id: bytes = b"", flags: int = 0) -> "LogBatch":
        """Adds a record.

        Without the option `encoding`, `body` is the Kafka message's value, and must be bytes for that; b"" is a tombstone.
        Encodings and specs (the option `key`) take bodies of all types; None is no body. `key` is the attribute "stskafka.key", of which the option `key`
        makes the message's key unless it says otherwise."""
        calls: List[Call] = []
        if body is not None:
            calls += [(lib.sts_logs_begin_body,), *_value_of("body", None, body)]
        if key is not None:
            calls += _value_of("key", b"stskafka.key", key)
        calls += _attributes(attributes)
        if observed_time_ns:
            calls.append((lib.sts_logs_set_observed_time, _nanoseconds(observed_time_ns, "observed_time_ns")))
        if severity_number or severity_text:
            number = whole(severity_number, 0, 25, "severity_number")
            calls.append((lib.sts_logs_set_severity, number, text_in(severity_text, "severity_text")))
        if event_name:
            calls.append((lib.sts_logs_set_event_name, text_in(event_name, "event_name")))
        if trace_id or span_id or flags:
            trace, span = bytes_in(trace_id, "trace_id"), bytes_in(span_id, "span_id")
            calls.append((lib.sts_logs_set_trace_context, trace, len(trace), span, len(span),
                          whole(flags, 0, 2**32, "flags")))
        return self._add((lib.sts_logs_add_record, _nanoseconds(time_ns, "time_ns")), calls)
