"""The collector's kafkareceiver reads from a real Kafka what the library sent as otlp_proto and otlp_json, and has the same records, with
the same resources and scopes, in their order."""
import os
import subprocess
import unittest
from pathlib import Path

from bootstrap import kafka_bootstrap
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from interop_programs import build
from topics import create_topic

TOOL = Path(os.environ["STSKAFKA_BUILD"]) / "bin/stskafka"
RECORDS = 200


def make_request():
    request = ExportLogsServiceRequest()
    for host in ("one", "zwei \u00fc"):
        resource = request.resource_logs.add(schema_url="https://schema")
        resource.resource.attributes.add(key="host.name").value.string_value = host
        scope = resource.scope_logs.add()
        scope.scope.name = "scope"
        for i in range(RECORDS // 2):
            record = scope.log_records.add(time_unix_nano=2**60 + i, severity_number=9, trace_id=bytes([1, *range(15)]), span_id=bytes([2] * 8))
            record.body.string_value = f"line {i} of {host}"
            record.attributes.add(key="n").value.int_value = 2**62 + i
            record.attributes.add(key="bytes").value.bytes_value = b"\x00\xff"
    return request


def records_of(requests):
    for request in requests:
        for resource in request.resource_logs:
            for scope in resource.scope_logs:
                for record in scope.log_records:
                    yield resource.resource, resource.schema_url, scope.scope, record


class Kafkareceiver(unittest.TestCase):
    def check(self, encoding):
        topic = f"kafkareceiver-{encoding.replace('_', '-')}"
        create_topic(topic, 1)
        request = make_request()
        subprocess.run([TOOL, "send", "-o", f"brokers={kafka_bootstrap()}", "-o", f"topic={topic}", "-o", "key=none", "-o",
                        f"encoding={encoding}"], input=request.SerializeToString(), check=True, stdout=subprocess.DEVNULL)
        done = subprocess.run([build("receive"), kafka_bootstrap(), topic, encoding, str(RECORDS)], check=True, stdout=subprocess.PIPE)
        received = [ExportLogsServiceRequest.FromString(bytes.fromhex(line.decode())) for line in done.stdout.splitlines()]
        self.assertEqual(len(received), RECORDS)
        self.assertEqual(list(records_of(received)), list(records_of([request])))

    def test_otlp_proto(self):
        self.check("otlp_proto")

    def test_otlp_json(self):
        self.check("otlp_json")


if __name__ == "__main__":
    unittest.main()
