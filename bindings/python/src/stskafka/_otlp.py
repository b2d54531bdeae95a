# SPDX-License-Identifier: Apache-2.0
"""One log record as an OTLP request in protobuf (opentelemetry-proto, logs/v1), which is little enough to need no
protobuf runtime. tests/test_handler.py reads it back with Google's."""
import struct
from typing import Any, List, Mapping, Union

_VARINT, _FIXED64, _BYTES = 0, 1, 2


def _varint(number: int) -> bytes:
    written = bytearray()
    while number > 0x7f:
        written.append(number & 0x7f | 0x80)
        number >>= 7
    written.append(number)
    return bytes(written)


def _bytes(field: int, data: bytes) -> bytes:
    return _varint(field << 3 | _BYTES) + _varint(len(data)) + data


def _text(field: int, text: str) -> bytes:
    # A text of Python's may hold what UTF-8 cannot.
    return _bytes(field, text.encode(errors="backslashreplace"))


def _fixed64(field: int, number: int) -> bytes:
    return _varint(field << 3 | _FIXED64) + struct.pack("<Q", number & (2**64 - 1))


def _any_value(value: Any) -> bytes:
    if value is None:
        return b""
    if isinstance(value, str):
        return _text(1, value)
    if isinstance(value, bool):
        return _varint(2 << 3 | _VARINT) + _varint(value)
    if isinstance(value, int) and -2**63 <= value < 2**63:
        return _varint(3 << 3 | _VARINT) + _varint(value & (2**64 - 1))
    if isinstance(value, float):
        return _varint(4 << 3 | _FIXED64) + struct.pack("<d", value)
    if isinstance(value, (bytes, bytearray)):
        return _bytes(7, bytes(value))
    if isinstance(value, (list, tuple)):
        return _bytes(5, b"".join(_bytes(1, _any_value(each)) for each in value))
    if isinstance(value, Mapping):
        return _bytes(6, _attributes(1, value))
    return _text(1, str(value))


def _attributes(field: int, attributes: Mapping[Any, Any]) -> bytes:
    pairs: List[bytes] = [_text(1, str(name)) + _bytes(2, _any_value(value)) for name, value in attributes.items()]
    return b"".join(_bytes(field, pair) for pair in pairs)


def log_request(*, resource: Mapping[str, Any], scope: str, time_ns: int, severity: int, severity_text: str,
                body: Union[bytes, str], attributes: Mapping[str, Any]) -> bytes:
    """An ExportLogsServiceRequest with one record."""
    record = (_fixed64(1, time_ns) + _varint(2 << 3 | _VARINT) + _varint(severity) + _text(3, severity_text)
              + _bytes(5, _any_value(body)) + _attributes(6, attributes) + _fixed64(11, time_ns))
    scope_logs = _bytes(1, _text(1, scope)) + _bytes(2, record)
    return _bytes(1, _bytes(1, _attributes(1, resource)) + _bytes(2, scope_logs))
