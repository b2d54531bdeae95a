"""Spans and metrics to a real Kafka, in protobuf and in JSON: each is read back, by Kafka's Java client, as a request of its own that
Google's protobuf takes for what was sent, under its key, in its topic and partition. By the system's librdkafka; with an
argument, the program that runs another by the newest (and its arguments)."""
import json
import os
import subprocess
import sys
import unittest
from pathlib import Path

from bootstrap import kafka_bootstrap
from google.protobuf.json_format import MessageToJson
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from topics import ROOT, create_topic, read_topic

sys.path.insert(0, str(ROOT / "tests/cli"))
from tool import frames  # noqa: E402

TOOL = Path(os.environ["STSKAFKA_BUILD"]) / "bin/stskafka"
RUNNER = sys.argv[1:]
sys.argv[1:] = []
NEWEST = "-newest" if RUNNER else ""
PARTITIONS, RESOURCES, SCOPES, ITEMS = 6, 5, 3, 40


def traces(first):
    """A request; each of its spans as the message that is expected of it, by its key."""
    request, alone = ExportTraceServiceRequest(), []
    for resource in range(RESOURCES):
        of_resource = request.resource_spans.add(schema_url="urn:r")
        of_resource.resource.attributes.add(key="host.name").value.string_value = f"höst {resource}"
        for scope in range(SCOPES):
            of_scope = of_resource.scope_spans.add()
            of_scope.scope.name = f"scope {scope}"
            for i in range(ITEMS):
                span = of_scope.spans.add(trace_id=bytes([first + i % 10 + 1, *range(15)]), span_id=bytes([i + 1] * 8),
                                          name=f"{first}/{resource}/{scope}/{i}", kind=i % 6, start_time_unix_nano=2**60 + i)
                span.events.add(name="event", time_unix_nano=i)
                one = ExportTraceServiceRequest()
                group = one.resource_spans.add(schema_url="urn:r")
                group.resource.CopyFrom(of_resource.resource)
                group = group.scope_spans.add()
                group.scope.CopyFrom(of_scope.scope)
                group.spans.add().CopyFrom(span)
                alone.append((span.trace_id.hex().encode(), one))
    return request, alone


def metrics(first):
    request, alone = ExportMetricsServiceRequest(), []
    for resource in range(RESOURCES):
        of_resource = request.resource_metrics.add()
        of_resource.resource.attributes.add(key="host.name").value.string_value = f"höst {resource}"
        for scope in range(SCOPES):
            of_scope = of_resource.scope_metrics.add()
            for i in range(ITEMS):
                metric = of_scope.metrics.add(name=f"metric {i % 10}", unit="By", description=f"{first}/{resource}/{scope}/{i}")
                for point in range(3):
                    metric.sum.data_points.add(as_int=point - i, time_unix_nano=2**60)
                one = ExportMetricsServiceRequest()
                group = one.resource_metrics.add()
                group.resource.CopyFrom(of_resource.resource)
                group.scope_metrics.add().metrics.add().CopyFrom(metric)
                alone.append((f"höst {resource}/metric {i % 10}".encode(), one))
    return request, alone


class Signals(unittest.TestCase):
    def send(self, signal, topic, data, *args):
        """The queue is smaller than a request, which is gone on with where it was full."""
        create_topic(topic, PARTITIONS)
        options = [f"brokers={kafka_bootstrap()}", f"topic={topic}", f"{signal}.topic={topic}", "sending_queue.queue_size=80",
                   "signal_header=true", "traces.key=trace_id", 'metrics.key=Concat([resource.attributes["host.name"], name], "/")']
        done = subprocess.run([*RUNNER, TOOL, "send", "--json", "--signal", signal, *args,
                               *[part for option in options for part in ("-o", option)]],
                              input=data, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout.splitlines()[-1])

    def check(self, signal, make, to_json):
        requests = [make(number) for number in range(2)]
        expected = [message for _, alone in requests for message in alone]
        topic = f"signals-{signal}-{'json' if to_json else 'protobuf'}{NEWEST}"
        if to_json:
            data = "\n".join(MessageToJson(request, indent=None) for request, _ in requests).encode()
            total = self.send(signal, topic, data, "--format", "otlp-json", "--framing", "lines")
        else:
            data = frames(*[request.SerializeToString() for request, _ in requests])
            total = self.send(signal, topic, data, "--framing", "length-prefixed")
        self.assertEqual((total["requests"], total["delivered"], total["rejected"]), (2, len(expected), 0))
        kind = type(requests[0][0])
        found = {}
        for record in sorted(read_topic(topic), key=lambda record: (record["partition"], record["offset"])):
            self.assertEqual(record["partition"], record["java_partition"])
            self.assertEqual([(name, bytes.fromhex(value)) for name, value in record["headers"]], [("otelcol.signal", signal.encode())])
            found.setdefault(bytes.fromhex(record["key"]), []).append(kind.FromString(bytes.fromhex(record["value"])))
        wanted = {}
        for key, message in expected:
            wanted.setdefault(key, []).append(message)
        self.assertEqual({key: len(all_of_it) for key, all_of_it in found.items()},
                         {key: len(all_of_it) for key, all_of_it in wanted.items()})
        for key, messages in wanted.items():  # those of a key in their order
            for message, other in zip(messages, found[key]):
                self.assertEqual(message, other)

    def test_traces(self):
        self.check("traces", traces, False)

    def test_traces_in_json(self):
        self.check("traces", traces, True)

    def test_metrics(self):
        self.check("metrics", metrics, False)

    def test_metrics_in_json(self):
        self.check("metrics", metrics, True)


if __name__ == "__main__":
    unittest.main()
