"""Records in every encoding to a real Kafka: what Kafka's Java client reads is what explain has told, also where that is an empty value,
which is not null, and many records that share what is around them. By the system's librdkafka; with an argument, the program that
runs another by the newest (and its arguments)."""
import json
import os
import subprocess
import sys
import unittest
from pathlib import Path

from bootstrap import kafka_bootstrap
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from topics import create_topic, read_topic

TOOL = Path(os.environ["STSKAFKA_BUILD"]) / "bin/stskafka"
RUNNER = sys.argv[1:]
sys.argv[1:] = []
SUFFIX = "-newest" if RUNNER else ""
RECORDS, PARTITIONS = 3000, 4


def make_request(text):
    """`text` False: bodies of bytes, some of them empty."""
    request = ExportLogsServiceRequest()
    for host in ("one", "two"):
        resource = request.resource_logs.add()
        resource.resource.attributes.add(key="host.name").value.string_value = host
        logs = resource.scope_logs.add().log_records
        for i in range(RECORDS // 2):
            record = logs.add(time_unix_nano=2**60 + i, severity_number=9)
            record.attributes.add(key="user").value.int_value = i % 20
            if text:
                record.body.string_value = "" if i % 100 == 7 else f"line {i} of {host}: \u00e9 \"\n" + "x" * (i % 300)
            else:
                record.body.bytes_value = b"" if i % 100 == 7 else b"%d" % i
    return request.SerializeToString()


class Encodings(unittest.TestCase):
    def check(self, encoding, text=True):
        topic = f"encodings-{encoding.replace('_', '-')}{SUFFIX}"
        create_topic(topic, PARTITIONS)
        options = [part for option in (f"brokers={kafka_bootstrap()}", f"topic={topic}", f"encoding={encoding}", 'key=attributes["user"]')
                   for part in ("-o", option)]
        data = make_request(text)
        told = subprocess.run([TOOL, "explain", "--json", "--values", "--partitions", str(PARTITIONS), *options], input=data, check=True,
                              stdout=subprocess.PIPE)
        expected = {}
        for line in map(json.loads, told.stdout.splitlines()):
            expected.setdefault(line["partition"], []).append((line["key"], line["value"]))
        sent = subprocess.run([*RUNNER, TOOL, "send", "--json", *options], input=data, check=True, stdout=subprocess.PIPE)
        self.assertEqual(json.loads(sent.stdout.splitlines()[-1])["delivered"], RECORDS)
        found = {}
        for record in read_topic(topic):
            found.setdefault(record["partition"], []).append((record["key"], record["value"]))
        self.assertEqual(found, expected)
        return [value for values in found.values() for _, value in values]

    def test_body(self):
        self.assertEqual(self.check("body", text=False).count(None), RECORDS // 100)

    def test_raw(self):
        self.assertEqual(self.check("raw", text=False).count(""), RECORDS // 100)

    def test_raw_text(self):
        self.assertEqual(self.check("raw_text").count(""), RECORDS // 100)

    def test_otlp_proto(self):
        self.check("otlp_proto")

    def test_otlp_json(self):
        self.check("otlp_json")

    def test_json_record(self):
        self.check("json_record")

    def test_stores(self):
        self.check("clickhouse")
        self.check("elastic_otel")


if __name__ == "__main__":
    unittest.main()
