"""Makes the table of schema.h, as C, from what protoc has read of the .proto files (a FileDescriptorSet).

It reads protobuf's wire format itself, for that is little, and so needs nothing but Python: the one that CMake finds may be of a
build environment without protobuf's package. Field numbers below are of google/protobuf/descriptor.proto."""
import sys
from itertools import product

# What is seen outside, by its name there.
ROOTS = {"ExportLogsServiceRequest": "logs_request", "ExportTraceServiceRequest": "traces_request",
         "ExportMetricsServiceRequest": "metrics_request", "ExportProfilesServiceRequest": "profiles_request", "KeyValue": "key_value"}
# Of OTLP's bytes these are hex in JSON (OTLP specification, "JSON Protobuf Encoding"), and have a fixed size.
IDS = {"trace_id": 16, "span_id": 8, "parent_span_id": 8}
# FieldDescriptorProto.Type: our kind, and the wire's.
TYPES = {1: ("DOUBLE", 1), 3: ("INT64", 0), 4: ("UINT64", 0), 5: ("INT32", 0), 6: ("FIXED64", 1), 7: ("FIXED32", 5),
         8: ("BOOL", 0), 9: ("STRING", 2), 11: ("MESSAGE", 2), 12: ("BYTES", 2), 13: ("UINT32", 0), 14: ("ENUM", 0),
         16: ("SFIXED64", 1), 17: ("SINT32", 0)}
REPEATED = 3
MOST_FIELDS = 20  # STS__SCHEMA_MOST_FIELDS; the bits of sts__schema_field.bit would be enough for 64
MOST_DENSE = 64


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
    """Every message and enum by its full name, in the order of the files."""

    def __init__(self, descriptor_set):
        self.messages, self.enums = {}, {}
        for file in map(decode, decode(descriptor_set)[1]):
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


def rivals(fields, field):
    if field["repeated"]:
        return 0
    same = [i for i, other in enumerate(fields)
            if other is field or (field["oneof"] is not None and other["oneof"] == field["oneof"])]
    return sum(1 << i for i in same)


def place_names(names):
    """Factors for sts__schema_slot with which no two names meet, and how many slots there are."""
    slots = 4
    while True:
        for a, b, c, d in product(range(8), repeat=4):
            used = {(len(n) * a + n[0] * b + n[len(n) // 2] * c + n[-1] * d) & (slots - 1) for n in names}
            if len(used) == len(names):
                return (a, b, c, d), slots
        slots *= 2
        assert slots <= 256, names


def write_enum(out, full_name, values):
    name = symbol(full_name)
    rows = "".join(f'    {{"{value}", {len(value)}, 0, {number}}},\n' for value, number in values)
    out.append(f"static const sts__schema_name {name}_values[] = {{\n{rows}}};\n"
               f'static const sts__schema_enum {name} = {{"{name}", {name}_values, {len(values)}}};\n')


def write_field(fields, field):
    message = "&" + linkage(field["type"])[1] if field["kind"] == "MESSAGE" else "NULL"
    enum = "&" + symbol(field["type"]) if field["kind"] == "ENUM" else "NULL"
    optional = field["optional"] or field["oneof"] is not None
    flags = ", ".join(str(flag).lower() for flag in (field["repeated"], optional, field["oneof"] is not None))
    bit = 0 if field["repeated"] else 1 << fields.index(field)
    return (f'    {{{field["number"]}, STS__SCHEMA_{field["kind"]}, {field["wire"]}, {flags}, '
            f'{IDS[field["name"]] if field["kind"] == "ID" else 0}, {len(field["json"])}, UINT64_C({bit:#x}), '
            f'UINT64_C({rivals(fields, field):#x}), '
            f'"{field["name"]}", "{field["json"]}", {message}, {enum}}},\n')


def linkage(full_name):
    """Whether a message is seen outside, and by what name."""
    name = symbol(full_name)
    return ("", "sts__schema_" + ROOTS[name]) if name in ROOTS else ("static ", name)


def write_message(out, full_name, message):
    name, (storage, public) = symbol(full_name), linkage(full_name)
    fields = fields_of(message)
    dense = 1 + max((field["number"] for field in fields if field["number"] < MOST_DENSE), default=0)
    by_number = [0] * dense
    names = {}
    for i, field in enumerate(fields):
        if field["number"] < dense:
            by_number[field["number"]] = i + 1
        names[field["name"].encode()] = names[field["json"].encode()] = i
    factors, slots = place_names(names)
    table = ["    {NULL, 0, 0, 0},\n"] * slots
    for n, i in names.items():
        slot = (len(n) * factors[0] + n[0] * factors[1] + n[len(n) // 2] * factors[2] + n[-1] * factors[3]) & (slots - 1)
        table[slot] = f'    {{"{n.decode()}", {len(n)}, {i}, 0}},\n'
    told = name.replace("_", ".")
    rows, of_rows = "", "NULL"
    if fields:
        of_rows = name + "_fields"
        rows = (f"static const sts__schema_field {of_rows}[] = {{\n"
                + "".join(write_field(fields, field) for field in fields) + "};\n")
    out.append(f"{rows}static const uint8_t {name}_by_number[] = {{{', '.join(map(str, by_number))}}};\n"
               f"static const sts__schema_name {name}_names[] = {{\n{''.join(table)}}};\n"
               f'{storage}const sts__schema_message {public} = {{"{told}", {of_rows}, {len(fields)}, {dense}, '
               f"{name}_by_number, {name}_names, {', '.join(map(str, factors))}, {slots - 1}}};\n")


def main():
    schema = Schema(open(sys.argv[1], "rb").read())
    out = ["/* Made by lib/schema/generate.py; do not edit. */\n", '#include "schema/schema.h"\n\n']
    out += [f"static const sts__schema_message {symbol(name)};\n"
            for name in schema.messages if symbol(name) not in ROOTS]
    for name, values in schema.enums.items():
        write_enum(out, name, values)
    for name, message in schema.messages.items():
        write_message(out, name, message)
    open(sys.argv[2], "w").write("".join(out))


main()
