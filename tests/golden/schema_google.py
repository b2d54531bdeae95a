"""The library's table of OTLP (lib/schema/*.proto) says what the published opentelemetry-proto says: the same messages, fields,
numbers, types and names."""
import os
import unittest
from pathlib import Path

from google.protobuf import descriptor_pb2
from opentelemetry.proto.collector.logs.v1 import logs_service_pb2
from opentelemetry.proto.collector.metrics.v1 import metrics_service_pb2
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2
from opentelemetry.proto.common.v1 import common_pb2
from opentelemetry.proto.logs.v1 import logs_pb2
from opentelemetry.proto.metrics.v1 import metrics_pb2
from opentelemetry.proto.resource.v1 import resource_pb2
from opentelemetry.proto.trace.v1 import trace_pb2

OURS = Path(os.environ["STSKAFKA_BUILD"]) / "lib/generated/schema/otlp.desc"  # what the build has made the table of
THEIRS = [common_pb2, resource_pb2, logs_pb2, trace_pb2, metrics_pb2, logs_service_pb2, trace_service_pb2, metrics_service_pb2]
# Published, and not of use here: what files hold has the same bytes as a request; answers; names for bits of numbers.
LEFT_OUT = {"LogsData", "TracesData", "MetricsData", "LogRecordFlags", "SpanFlags", "DataPointFlags"}
# Reserved in what is published; the collector still takes it.
OURS_ALONE = {"deprecated_scope_logs", "deprecated_scope_spans", "deprecated_scope_metrics"}


def own_name(full_name):
    """Without the package, which is another for the requests."""
    return ".".join(part for part in full_name.split(".") if part[:1].isupper())


def json_name(field):
    """Descriptors that Python carries do not spell it out; protoc's rule."""
    first, *others = field.name.split("_")
    return field.json_name or first + "".join(part.capitalize() for part in others)


def field_facts(message, field):
    oneof = message.oneof_decl[field.oneof_index].name if field.HasField("oneof_index") and not field.proto3_optional else None
    return (field.number, field.type, field.label, json_name(field), own_name(field.type_name), field.proto3_optional, oneof)


def add_message(facts, name, message):
    facts[name] = {field.name: field_facts(message, field) for field in message.field}
    for enum in message.enum_type:
        facts[f"{name}.{enum.name}"] = {value.name: value.number for value in enum.value}
    for nested in message.nested_type:
        add_message(facts, f"{name}.{nested.name}", nested)


def facts_of(files):
    facts = {}
    for file in files:
        for enum in file.enum_type:
            facts[enum.name] = {value.name: value.number for value in enum.value}
        for message in file.message_type:
            add_message(facts, message.name, message)
    return facts


class Schema(unittest.TestCase):
    maxDiff = None

    def test_it_is_the_published_one(self):
        ours = facts_of(descriptor_pb2.FileDescriptorSet.FromString(OURS.read_bytes()).file)
        files = []
        for module in THEIRS:
            files.append(descriptor_pb2.FileDescriptorProto())
            module.DESCRIPTOR.CopyToProto(files[-1])
        theirs = {name: facts for name, facts in facts_of(files).items()
                  if name not in LEFT_OUT and not name.endswith(("Response", "PartialSuccess"))}
        for facts in ours.values():
            for name in OURS_ALONE & facts.keys():
                self.assertEqual(facts.pop(name)[0], 1000)
        self.assertEqual(ours.pop("ExportProfilesServiceRequest"), {})  # whose fields still change, and are not looked at
        self.assertEqual(ours, theirs)


if __name__ == "__main__":
    unittest.main()
