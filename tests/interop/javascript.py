"""Spans and metrics of OpenTelemetry's SDK for JavaScript go to a real Kafka in the OTLP JSON that its exporters write, and come back, one
by one, as what they are in the protobuf that the same exporters write."""
import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from bootstrap import kafka_bootstrap
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from topics import create_topic, read_topic

BUILD = Path(os.environ["STSKAFKA_BUILD"])
TOOL = BUILD / "bin/stskafka"
SOURCES = Path(__file__).parent / "javascript"
REQUESTS = {"traces": (ExportTraceServiceRequest, "spans"), "metrics": (ExportMetricsServiceRequest, "metrics")}


def items_of(signal, requests):
    """Each item as a text, with what is around it."""
    groups, scopes = {"traces": ("resource_spans", "scope_spans"), "metrics": ("resource_metrics", "scope_metrics")}[signal]
    for request in requests:
        for group in getattr(request, groups):
            for scope in getattr(group, scopes):
                for item in getattr(scope, REQUESTS[signal][1]):
                    yield f"{group.resource} / {scope.scope} / {item}"


class JavaScript(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = BUILD / "javascript"  # what was installed once stays
        shutil.copytree(SOURCES, folder, dirs_exist_ok=True)
        subprocess.run(["npm", "install", "--no-package-lock", "--no-audit", "--no-fund"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        cls.written = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        subprocess.run(["node", "make.mjs", cls.written], cwd=folder, check=True)

    def check(self, signal, key, count):
        topic = f"javascript-{signal}"
        create_topic(topic, 3)
        subprocess.run([TOOL, "send", "--signal", signal, "--format", "otlp-json", "-o", f"brokers={kafka_bootstrap()}", "-o", f"topic={topic}",
                        "-o", f"{signal}.key={key}", self.written / f"{signal}.json"], check=True, stdout=subprocess.DEVNULL)
        request, _ = REQUESTS[signal]
        records = read_topic(topic)
        sent = list(items_of(signal, [request.FromString((self.written / f"{signal}.bin").read_bytes())]))
        self.assertEqual(len(records), count)
        self.assertEqual(sorted(items_of(signal, (request.FromString(bytes.fromhex(record["value"])) for record in records))), sorted(sent))
        return records

    def test_spans(self):
        records = self.check("traces", "trace_id", 4)
        self.assertEqual(len({(record["key"], record["partition"]) for record in records}), 2)

    def test_metrics(self):
        records = self.check("metrics", "name", 4)
        self.assertEqual(sorted(bytes.fromhex(record["key"]) for record in records), [b"load", b"orders", b"queued", b"took"])


if __name__ == "__main__":
    unittest.main()
