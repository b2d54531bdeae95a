"""Requests in OTLP JSON to a real Kafka: what is in the topic, read by Kafka's Java client, is what the same requests in protobuf put
into another one. Google's protobuf has written both. By the system's librdkafka; with an argument, the program that runs another
by the newest (and its arguments)."""
import json
import os
import subprocess
import sys
import unittest
from pathlib import Path

from bootstrap import kafka_bootstrap
from google.protobuf.json_format import MessageToJson
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from topics import ROOT, create_topic, read_topic

sys.path.insert(0, str(ROOT / "tests/cli"))
from tool import frames  # noqa: E402

TOOL = Path(os.environ["STSKAFKA_BUILD"]) / "bin/stskafka"
RUNNER = sys.argv[1:]
sys.argv[1:] = []
TOPIC = "otlp-json" + ("-newest" if RUNNER else "")
PARTITIONS = 6
REQUESTS, RECORDS = 20, 100


def make_request(number):
    """Records with and without the attribute of the key; the latter have a trace's id."""
    request = ExportLogsServiceRequest()
    resource = request.resource_logs.add()
    resource.resource.attributes.add(key="host.name").value.string_value = "höst"
    logs = resource.scope_logs.add().log_records
    for i in range(RECORDS):
        record = logs.add(time_unix_nano=2**60 + i, body={"bytes_value": b"" if i == 7 else b"%d/%d \xff" % (number, i)})
        if i % 3:
            record.attributes.add(key="user").value.int_value = i % 10
        else:
            record.trace_id = bytes([number + 1, *range(15)])
    return request


class OtlpJson(unittest.TestCase):
    @staticmethod
    def send(topic, data, *args, code=0):
        """The queue is smaller than a request, which is gone on with where it was full."""
        create_topic(topic, PARTITIONS)
        options = [f"brokers={kafka_bootstrap()}", f"topic={topic}", "sending_queue.queue_size=80",
                   'key=attributes["user"] | trace_id', "header_from.host=resource.attributes[\"host.name\"]"]
        done = subprocess.run([*RUNNER, TOOL, "send", "--json", *args, *[part for option in options for part in ("-o", option)]],
                              input=data, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert done.returncode == code, done.stderr
        return json.loads(done.stdout.splitlines()[-1]), done.stderr.decode()

    @staticmethod
    def read(topic):
        """By place; when a record was sent is its own."""
        records = [{name: value for name, value in record.items() if name != "timestamp"} for record in read_topic(topic)]
        return sorted(records, key=lambda record: (record["partition"], record["offset"]))

    def test_json_puts_there_what_protobuf_does(self):
        requests = [make_request(number) for number in range(REQUESTS)]
        total, _ = self.send(f"{TOPIC}-protobuf", frames(*[one.SerializeToString() for one in requests]),
                             "--framing", "length-prefixed")
        self.assertEqual(total["delivered"], REQUESTS * RECORDS)
        lines = [MessageToJson(one, indent=None) for one in requests]
        lines.insert(3, '{"resourceLogs":[{"resource":{"attributes":[{"key":1}]}}]}')
        total, said = self.send(TOPIC, "\n".join(lines).encode(), "--format", "otlp-json", "--framing", "lines", code=3)
        self.assertEqual((total["requests"], total["delivered"], total["rejected"]), (REQUESTS + 1, REQUESTS * RECORDS, 0))
        self.assertIn("request 3, line 4: STS_ERR_JSON: column 52, resourceLogs[0].resource.attributes[0].key: ", said)

        expected, found = self.read(f"{TOPIC}-protobuf"), self.read(TOPIC)
        self.assertEqual((len(found), len(expected)), (REQUESTS * RECORDS, REQUESTS * RECORDS))
        self.assertEqual(next(((a, b) for a, b in zip(found, expected) if a != b), None), None, "the first that is another one")
        self.assertEqual(len({record["key"] for record in found}), 10 + REQUESTS)
        self.assertEqual([record["partition"] for record in found], [record["java_partition"] for record in found])


if __name__ == "__main__":
    unittest.main()
