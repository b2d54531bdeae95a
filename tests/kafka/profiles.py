"""Profiles to a real Kafka, in protobuf and in JSON: each request is read back, by Kafka's Java client, byte for byte, under the key and
with the headers that its metadata gives. By the system's librdkafka; with an argument, the program that runs another by the
newest (and its arguments)."""
import json
import os
import subprocess
import sys
import unittest
from pathlib import Path

from bootstrap import kafka_bootstrap
from google.protobuf.json_format import MessageToJson
from opentelemetry.proto.collector.profiles.v1development.profiles_service_pb2 import ExportProfilesServiceRequest
from topics import ROOT, create_topic, read_topic

sys.path.insert(0, str(ROOT / "tests/cli"))
from tool import frames  # noqa: E402

TOOL = Path(os.environ["STSKAFKA_BUILD"]) / "bin/stskafka"
RUNNER = sys.argv[1:]
sys.argv[1:] = []
NEWEST = "-newest" if RUNNER else ""
PARTITIONS, REQUESTS = 6, 50


def profiles(number):
    request = ExportProfilesServiceRequest()
    request.dictionary.string_table.extend(["", f"höst {number}", "cpu"])
    for i in range(number):
        profile = request.resource_profiles.add().scope_profiles.add().profiles.add(profile_id=bytes([i] * 16), time_unix_nano=2**60 + i)
        profile.sample_type.type_strindex = 2
    return request


class Profiles(unittest.TestCase):
    def send(self, topic, data, *args):
        create_topic(topic, PARTITIONS)
        options = [f"brokers={kafka_bootstrap()}", "topic=not-this-one", "topic_check=off", f"profiles.topic={topic}", "signal_header=true",
                   "content_type_header=true", "include_metadata_keys=tenant", "header_from.host=resource.attributes[\"host.name\"]"]
        done = subprocess.run([*RUNNER, TOOL, "send", "--json", "--signal", "profiles", "--metadata", "tenant=täglich", *args,
                               *[part for option in options for part in ("-o", option)]],
                              input=data, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout.splitlines()[-1])

    def check(self, form, requests, content_type, data, *args):
        topic = f"profiles-{form}{NEWEST}"
        total = self.send(topic, data, "-o", 'profiles.key=metadata("tenant")', *args)
        self.assertEqual((total["requests"], total["delivered"], total["rejected"]), (len(requests), len(requests), 0))
        records = sorted(read_topic(topic), key=lambda record: record["offset"])
        self.assertEqual([bytes.fromhex(record["value"]) for record in records], requests)
        for record in records:  # of one key, so in one partition, and in their order
            self.assertEqual(bytes.fromhex(record["key"]), "täglich".encode())
            self.assertEqual(record["partition"], record["java_partition"])
            self.assertEqual([(name, bytes.fromhex(value)) for name, value in record["headers"]],
                             [("otelcol.signal", b"profiles"), ("tenant", "täglich".encode()), ("content-type", content_type)])

    def test_in_protobuf(self):
        requests = [profiles(number).SerializeToString() for number in range(REQUESTS)]
        self.check("protobuf", requests, b"application/x-protobuf", frames(*requests), "--framing", "length-prefixed")

    def test_in_json(self):
        requests = [MessageToJson(profiles(number), indent=1).encode() for number in range(REQUESTS)]
        self.check("json", requests, b"application/json", frames(*requests), "--framing", "length-prefixed", "--format", "otlp-json",
                   "-o", "profiles.encoding=otlp_json")

    def test_without_a_key(self):
        """As the collector's kafkaexporter sends them, the empty request too: it is no tombstone."""
        topic = f"profiles-default{NEWEST}"
        requests = [b"", profiles(3).SerializeToString()]
        total = self.send(topic, frames(*requests), "--framing", "length-prefixed")
        self.assertEqual(total["delivered"], 2)
        records = read_topic(topic)
        self.assertEqual({record["key"] for record in records}, {None})
        self.assertEqual(sorted(bytes.fromhex(record["value"]) for record in records), sorted(requests))


if __name__ == "__main__":
    unittest.main()
