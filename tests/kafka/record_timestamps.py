"""Kafka's timestamp of a record on a real broker: the record's own time, and what becomes of one that its topic's bounds refuse. By the
system's librdkafka; with an argument, the program that runs another by the newest (and its arguments)."""
import json
import os
import subprocess
import sys
import time
import unittest
from pathlib import Path

from bootstrap import kafka_bootstrap
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from topics import create_topic, read_topic

TOOL = Path(os.environ["STSKAFKA_BUILD"]) / "bin/stskafka"
RUNNER = sys.argv[1:]
sys.argv[1:] = []
SUFFIX = "-newest" if RUNNER else ""
HOUR = 3_600_000


class RecordTimestamps(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.topic = "record-timestamps" + SUFFIX
        create_topic(cls.topic, 1, message_timestamp_before_max_ms=2 * HOUR, message_timestamp_after_max_ms=2 * HOUR)

    def send(self, ages_ms, *options, code=0):
        """Records as long ago, below 0: from now; their outcomes, the time that is now, and what was said."""
        now = int(time.time() * 1000)
        request = ExportLogsServiceRequest()
        logs = request.resource_logs.add().scope_logs.add().log_records
        for age in ages_ms:
            logs.add(time_unix_nano=(now - age) * 1_000_000, body={"string_value": f"{self.id()} {age}"})
        words = [f"brokers={kafka_bootstrap()}", f"topic={self.topic}", "encoding=raw_text", "key=none", "record_timestamp=event", *options]
        done = subprocess.run([*RUNNER, TOOL, "send", "--json", "--outcomes", *[part for word in words for part in ("-o", word)]],
                              input=request.SerializeToString(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertEqual(done.returncode, code, done.stderr)
        lines = [json.loads(line) for line in done.stdout.splitlines()][:-1]
        return sorted(lines, key=lambda line: line["index"]), now, done.stderr.decode()

    def times(self):
        """What this test has sent: age to timestamp."""
        found = {}
        for record in read_topic(self.topic):
            name, _, age = bytes.fromhex(record["value"]).decode().rpartition(" ")
            if name == self.id():
                found[int(age)] = record["timestamp"]
        return found

    def test_reject(self):
        outcomes, now, _ = self.send([HOUR, 3 * HOUR, 0, -3 * HOUR], code=1)
        self.assertEqual([line["status"] == "delivered" for line in outcomes], [True, False, True, False])
        self.assertIn("message.timestamp.before.max.ms is 7200000", outcomes[1]["text"])
        self.assertIn("message.timestamp.after.max.ms is 7200000", outcomes[3]["text"])
        self.assertEqual(self.times(), {HOUR: now - HOUR, 0: now})

    def test_clamp(self):
        outcomes, now, said = self.send([HOUR, 300 * HOUR, -300 * HOUR, 3 * HOUR], "record_timestamp_bounds=clamp")
        self.assertEqual({line["status"] for line in outcomes}, {"delivered"})
        self.assertEqual(said.count("record_timestamp_bounds=clamp"), 1)
        times = self.times()
        self.assertEqual(times.pop(HOUR), now - HOUR)
        for age, found in times.items():
            self.assertGreaterEqual(found, now - 2 * HOUR, age)
            self.assertLessEqual(found, int(time.time() * 1000) + 2 * HOUR, age)
            self.assertEqual(found < now, age > 0)
        self.assertEqual(len(times), 3)

    def test_warn(self):
        """The broker refuses what is beyond, and that alone."""
        outcomes, _, said = self.send([HOUR, 3 * HOUR, 0], "record_timestamp_bounds=warn", code=1)
        self.assertEqual([line["status"] for line in outcomes], ["delivered", "failed", "delivered"])
        self.assertEqual(said.count("record_timestamp_bounds=warn"), 1)

    def test_none(self):
        _, now, _ = self.send([3 * HOUR], "record_timestamp=none")
        self.assertGreaterEqual(self.times()[3 * HOUR], now)


if __name__ == "__main__":
    unittest.main()
