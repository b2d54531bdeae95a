"""What protoc has read of .proto files (a FileDescriptorSet), for the scripts that make tables of it.

It reads protobuf's wire format itself, for that is little, and so needs nothing but Python: the one that CMake finds may be of a
build environment without protobuf's package. Field numbers below are of google/protobuf/descriptor.proto."""
# Of OTLP's bytes these are hex in JSON (OTLP specification, "JSON Protobuf Encoding"), and have a fixed size.
IDS = {"trace_id": 16, "span_id": 8, "parent_span_id": 8}
# FieldDescriptorProto.Type: our kind, and the wire's.
TYPES = {1: ("DOUBLE", 1), 3: ("INT64", 0), 4: ("UINT64", 0), 5: ("INT32", 0), 6: ("FIXED64", 1), 7: ("FIXED32", 5),
         8: ("BOOL", 0), 9: ("STRING", 2), 11: ("MESSAGE", 2), 12: ("BYTES", 2), 13: ("UINT32", 0), 14: ("ENUM", 0),
         16: ("SFIXED64", 1), 17: ("SINT32", 0)}
REPEATED = 3
MOST_FIELDS = 20  # STS__SCHEMA_MOST_FIELDS; the bits of sts__schema_field.bit would be enough for 64


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at


def decode(data):
    """A message's fields: number to its values, numbers or bytes."""
    fields, at = {}, 0
    while at < len(data):
        tag, at = varint(data, at)
        value, at = varint(data, at)  # descriptors hold nothing but varints and what has a length
        if tag & 7 == 2:
            value, at = data[at:at + value], at + value
        fields.setdefault(tag >> 3, []).append(value)
    return fields


def text(message, number):
    return message[number][-1].decode() if number in message else ""


def number(message, number):
    return message[number][-1] if number in message else 0


class Schema:
    """Every message and enum by its full name, in the order of the files: paths of descriptor sets."""

    def __init__(self, paths):
        self.messages, self.enums = {}, {}
        for path in paths:
            for file in map(decode, decode(open(path, "rb").read())[1]):
                scope = "." + text(file, 2)
                self.add_enums(scope, file.get(5, []))
                self.add_messages(scope, file.get(4, []))

    def add_messages(self, scope, messages):
        for message in map(decode, messages):
            name = f"{scope}.{text(message, 1)}"
            self.messages[name] = message
            self.add_enums(name, message.get(4, []))
            self.add_messages(name, message.get(3, []))

    def add_enums(self, scope, enums):
        for enum in map(decode, enums):
            values = [(text(value, 1), number(value, 2)) for value in map(decode, enum[2])]
            self.enums[f"{scope}.{text(enum, 1)}"] = values


def symbol(full_name):
    """Unique without its package, which is lower-case throughout."""
    return "_".join(part for part in full_name.split(".") if part[:1].isupper())


def fields_of(message):
    """Its fields by number, as dictionaries."""
    fields = []
    for field in map(decode, message.get(2, [])):
        kind, wire = TYPES[number(field, 5)]
        name = text(field, 1)
        if kind == "BYTES" and name in IDS:
            kind = "ID"
        fields.append({"name": name, "json": text(field, 10), "number": number(field, 3), "kind": kind, "wire": wire,
                       "repeated": number(field, 4) == REPEATED, "optional": bool(number(field, 17)),
                       "oneof": number(field, 9) if 9 in field and not number(field, 17) else None,
                       "type": text(field, 6)})
    fields.sort(key=lambda field: field["number"])
    assert len(fields) <= MOST_FIELDS, (text(message, 1), len(fields))
    return fields
