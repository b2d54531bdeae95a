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


# Encoding, whether bodies are text, and the value of empty ones, where they show.
RUNS = [("body", False, None), ("raw", False, ""), ("raw_text", True, ""), ("otlp_proto", True, None), ("otlp_json", True, None),
        ("json_record", True, None), ("clickhouse", True, None), ("elastic_otel", True, None)]


class Encodings(unittest.TestCase):
    """All to one topic, one after the other, so that it is made and read once."""

    @classmethod
    def setUpClass(cls):
        cls.topic = "encodings" + SUFFIX
        create_topic(cls.topic, PARTITIONS)
        cls.told = [cls.explain_and_send(encoding, make_request(text)) for encoding, text, _ in RUNS]
        cls.found = {}
        for record in read_topic(cls.topic):
            cls.found.setdefault(record["partition"], []).append((record["key"], record["value"]))

    @classmethod
    def explain_and_send(cls, encoding, data):
        """What is told, by partition."""
        options = [part for option in (f"brokers={kafka_bootstrap()}", f"topic={cls.topic}", f"encoding={encoding}", 'key=attributes["user"]')
                   for part in ("-o", option)]
        told = subprocess.run([TOOL, "explain", "--json", "--values", "--partitions", str(PARTITIONS), *options], input=data, check=True,
                              stdout=subprocess.PIPE)
        sent = subprocess.run([*RUNNER, TOOL, "send", "--json", *options], input=data, check=True, stdout=subprocess.PIPE)
        assert json.loads(sent.stdout.splitlines()[-1])["delivered"] == RECORDS, sent.stdout
        expected = {}
        for line in map(json.loads, told.stdout.splitlines()):
            expected.setdefault(line["partition"], []).append((line["key"], line["value"]))
        return expected

    def test_what_is_read_is_what_was_told(self):
        for partition in range(PARTITIONS):
            at = 0
            for (encoding, _, _), told in zip(RUNS, self.told):
                with self.subTest(encoding, partition=partition):
                    expected = told.get(partition, [])
                    self.assertEqual(self.found[partition][at:at + len(expected)], expected)
                    at += len(expected)
            self.assertEqual(len(self.found[partition]), at)

    def test_empty_bodies(self):
        for (encoding, _, empty), told in list(zip(RUNS, self.told))[:3]:
            values = [value for records in told.values() for _, value in records]
            self.assertEqual(values.count(empty), RECORDS // 100, encoding)


if __name__ == "__main__":
    unittest.main()
