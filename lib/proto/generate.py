"""Makes the table of proto/schema.h, as C: where nanopb's structs have what the schema's table (schema/schema.h) knows of a message.
Names in the structs are nanopb's, by the options beside the .proto file."""
import sys

from descriptors import Schema, decode, fields_of, symbol, text

NAMES = {"TopologyStreamMessageKey": "message_key", "TopologyStreamMessage": "message", "TopologyStreamMetadataMessageKey": "metadata_key",
         "TopologyStreamMetadataMessage": "metadata_message", "TopologyStreamComponent": "component", "TopologyStreamRelation": "relation",
         "TopoStreamError": "error", "TopologyStreamSnapshotData": "snapshot", "TopologyStreamRepeatElementsData": "repeat",
         "TopologyStreamRemove": "removal"}
PACKAGE = ".topo_stream.v1."
STRUCT = ".google.protobuf.Struct"


def public(full_name):
    return "sts__proto_" + NAMES[symbol(full_name)]


def write_field(struct, known, field, oneof):
    """A text that is not there has no data (proto/field.h); the others that may be absent have a has_... beside them."""
    has_flag = field["type"] == STRUCT or (field["optional"] and field["kind"] != "STRING")
    flag = f"offsetof({struct}, has_{field['name']})" if has_flag else "STS__PROTO_NO_FLAG"
    of = "&" + public(field["type"]) if field["kind"] == "MESSAGE" and field["type"] != STRUCT else "NULL"
    return f"    {{&{known}, offsetof({struct}, {oneof or field['name']}), {flag}, {of}}},\n"


def write_message(full_name, message):
    name, fields = symbol(full_name), fields_of(message)
    struct, known = f"sts__pb_{name}", f"sts__schema_{name}"
    oneofs = [text(decode(oneof), 1) for oneof in message.get(8, [])]
    of_field = [None if field["oneof"] is None else oneofs[field["oneof"]] for field in fields]
    rows = "".join(write_field(struct, f"{known}_fields[{i}]", field, of_field[i]) for i, field in enumerate(fields))
    which = next((f"offsetof({struct}, which_{oneof})" for oneof in of_field if oneof), "0")
    return (f"static const sts__proto_field {name}_fields[] = {{\n{rows}}};\n"
            f"const sts__proto_type {public(full_name)} = {{&{known}, {name}_fields, sizeof({struct}), &{struct}_msg, {which}}};\n")


def main():
    messages = {name: message for name, message in Schema(sys.argv[1:-1]).messages.items() if name.startswith(PACKAGE)}
    out = ["/* Made by lib/proto/generate.py; do not edit. */\n", '#include "proto/schema.h"\n\n']
    out += [f"extern const sts__schema_message sts__schema_{symbol(name)};\n"
            f"extern const sts__schema_field sts__schema_{symbol(name)}_fields[];\n" for name in messages]
    out += [write_message(name, message) for name, message in messages.items()]
    every = ", ".join("&" + public(name) for name in messages)
    out.append(f"const sts__proto_type *const sts__proto_types[] = {{{every}, NULL}};\n")
    open(sys.argv[-1], "w").write("".join(out))


main()
