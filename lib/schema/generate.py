"""Makes the table of schema.h, as C: of OTLP's messages, and of the topology stream's."""
import sys
from itertools import product

from descriptors import IDS, Schema, fields_of, symbol

# What is seen outside, by its name there.
ROOTS = {"ExportLogsServiceRequest": "logs_request", "ExportTraceServiceRequest": "traces_request",
         "ExportMetricsServiceRequest": "metrics_request", "ExportProfilesServiceRequest": "profiles_request", "KeyValue": "key_value",
         "AnyValue": "any_value"}
# Of these all messages are, and their fields, under their own names: proto/generate.py has a table beside.
SEEN_PACKAGE = ".topo_stream.v1."
# Struct and its like have JSON of their own, which is no matter of their fields: they are left out.
WELL_KNOWN = ".google.protobuf."
MOST_DENSE = 64


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


def has_message(field):
    return field["kind"] == "MESSAGE" and not field["type"].startswith(WELL_KNOWN)


def write_field(fields, field):
    message = "&" + linkage(field["type"])[1] if has_message(field) else "NULL"
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
    if name in ROOTS or full_name.startswith(SEEN_PACKAGE):
        return "", "sts__schema_" + ROOTS.get(name, name)
    return "static ", name


def usual_tags(fields):
    """What schema.h says of the table `usual`."""
    usual = [0] * 128
    for i, field in enumerate(fields):
        if field["number"] < 16:
            usual[field["number"] << 3 | field["wire"]] = i + 1 if has_message(field) else "STS__SCHEMA_PLAIN"
    return usual


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
        seen = full_name.startswith(SEEN_PACKAGE)
        of_rows = f"{public if seen else name}_fields"
        rows = (f"{'' if seen else 'static '}const sts__schema_field {of_rows}[] = {{\n"
                + "".join(write_field(fields, field) for field in fields) + "};\n")
    out.append(f"{rows}static const uint8_t {name}_by_number[] = {{{', '.join(map(str, by_number))}}};\n"
               f"static const uint8_t {name}_usual[] = {{{', '.join(map(str, usual_tags(fields)))}}};\n"
               f"static const sts__schema_name {name}_names[] = {{\n{''.join(table)}}};\n"
               f'{storage}const sts__schema_message {public} = {{"{told}", {of_rows}, {len(fields)}, {dense}, '
               f"{name}_by_number, {name}_usual, {name}_names, {', '.join(map(str, factors))}, {slots - 1}}};\n")


def main():
    schema = Schema(sys.argv[1:-1])
    out = ["/* Made by lib/schema/generate.py; do not edit. */\n", '#include "schema/schema.h"\n\n']
    messages = {name: message for name, message in schema.messages.items() if not name.startswith(WELL_KNOWN)}
    for storage, public in map(linkage, messages):  # before they are referred to
        out.append(f"{storage or 'extern '}const sts__schema_message {public};\n")
    for name, values in schema.enums.items():
        if not name.startswith(WELL_KNOWN):
            write_enum(out, name, values)
    for name, message in messages.items():
        write_message(out, name, message)
    open(sys.argv[-1], "w").write("".join(out))


main()
