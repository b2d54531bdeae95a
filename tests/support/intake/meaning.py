"""What a protobuf message of OTLP means, whoever wrote it: its fields in Python's values, where neither their order, nor how lengths and
lists are written, nor defaults that are written out make a difference. It decodes by the .proto files (lib/schema) but not by the
library's table, and takes what Google's reader refuses: text that is not UTF-8, and any depth."""
import os
from pathlib import Path

from google.protobuf import descriptor_pb2
from topology.wire import BYTES, FIXED32, FIXED64, VARINT, read_fields, read_varint

SET = Path(os.environ["STSKAFKA_BUILD"]) / "lib/generated/schema/otlp.desc"
REQUESTS = {signal: f".opentelemetry.proto.collector.Export{name}ServiceRequest"
            for signal, name in {"logs": "Logs", "traces": "Trace", "metrics": "Metrics"}.items()}
Field = descriptor_pb2.FieldDescriptorProto
WIRE = {Field.TYPE_DOUBLE: FIXED64, Field.TYPE_FIXED64: FIXED64, Field.TYPE_SFIXED64: FIXED64, Field.TYPE_FIXED32: FIXED32,
        Field.TYPE_STRING: BYTES, Field.TYPE_BYTES: BYTES, Field.TYPE_MESSAGE: BYTES}  # others are varints


def _messages():
    found = {}

    def add(scope, messages):
        for message in messages:
            found[f"{scope}.{message.name}"] = {field.number: field for field in message.field}
            add(f"{scope}.{message.name}", message.nested_type)

    for file in descriptor_pb2.FileDescriptorSet.FromString(SET.read_bytes()).file:
        add(f".{file.package}", file.message_type)
    return found


MESSAGES = _messages()


def _elements(wire, kind, content):
    """The contents of a field that may be packed."""
    if kind != BYTES or wire == BYTES:
        return [content]
    if wire != VARINT:
        size = 8 if wire == FIXED64 else 4
        return [content[i:i + size] for i in range(0, len(content), size)]
    numbers, at = [], 0
    while at < len(content):
        number, at = read_varint(content, at)
        numbers.append(number)
    return numbers


def _is_set(field, value):
    """Whether it differs from a field that is not there."""
    if field.proto3_optional or field.HasField("oneof_index"):
        return True
    return bool(value.strip(b"\0") if isinstance(value, bytes) and field.type != Field.TYPE_STRING else value)


def _value(field, contents):
    if field.type == Field.TYPE_MESSAGE:
        return meaning(field.type_name, b"".join(contents))
    return contents[-1]


def meaning(name, data):
    """Number to value, without what is not set. Pdata writes each message that there may be, so that an empty one is none."""
    contents, chosen = {}, {}
    fields = MESSAGES[name]
    for number, kind, content in read_fields(data):
        field = fields.get(number)
        if field is None:  # of a later version: pdata drops it
            continue
        if field.HasField("oneof_index") and not field.proto3_optional:
            other = chosen.get(field.oneof_index, number)
            if other != number:
                del contents[other]
            chosen[field.oneof_index] = number
        contents.setdefault(number, []).extend(_elements(WIRE.get(field.type, VARINT), kind, content))
    values = {}
    for number, found in contents.items():
        field = fields[number]
        if field.label == Field.LABEL_REPEATED:
            values[number] = [_value(field, [content]) for content in found]
        else:
            values[number] = _value(field, found)
    values = {number: value for number, value in values.items() if _is_set(fields[number], value)}
    return _migrate(values) if 1000 in fields else values


def _migrate(values):
    """The deprecated field counts where there is none of the present one, as the collector has it (logs.proto)."""
    deprecated = values.pop(1000, None)
    if deprecated and 2 not in values:
        values[2] = deprecated
    return values


def meaning_of_request(signal, data):
    return meaning(REQUESTS[signal], data)
