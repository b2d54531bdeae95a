"""stskafka send --storage while no broker is there, and store --drain to a real Kafka then: all of it, in its order, where explain says.
By the system's librdkafka; with an argument, the program that runs another by the newest (and its arguments)."""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from bootstrap import kafka_bootstrap
from topics import ROOT, create_topic, read_topic

sys.path.insert(0, str(ROOT / "tests/cli"))
from tool import frames, record, request  # noqa: E402

TOOL = Path(os.environ["STSKAFKA_BUILD"]) / "bin/stskafka"
RUNNER = sys.argv[1:]
sys.argv[1:] = []
SUFFIX = "-newest" if RUNNER else ""


class StorageTool(unittest.TestCase):
    def setUp(self):
        self.work = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.work)

    def run_tool(self, *words, data=b""):
        done = subprocess.run([*RUNNER, TOOL, *words, "--json"], input=data, stdout=subprocess.PIPE)
        return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]

    def test_an_outage_and_a_restart(self):
        topic, folder = "stored" + SUFFIX, str(self.work / "store")
        create_topic(topic, 3)
        for number in range(3):
            requests = [request(*[record(key=b"key %d" % (i % 5), body=b"%d" % (number * 1000 + i)) for i in range(200)])]
            code, lines = self.run_tool("send", "--framing", "length-prefixed", "--storage", folder, "--timeout", "0", "-o",
                                        f"topic={topic}", "-o", "brokers=127.0.0.1:1", "-o", "topic_check=off", data=frames(*requests))
            self.assertEqual((code, lines[-1]["accepted"]), (1, 600 // 3 * (number + 1)), "what was stored before counts too")
        self.assertEqual(self.run_tool("store", folder)[1][0]["records"], 600)
        code, [told] = self.run_tool("store", "--drain", "--brokers", kafka_bootstrap(), folder)
        self.assertEqual((code, told["records"], told["delivered"], told["left"]), (0, 600, 600, 0))
        self.assertEqual(self.run_tool("store", folder)[1][0]["records"], 0)
        numbers = {}
        for one in read_topic(topic):
            numbers.setdefault(one["key"], []).append(int(bytes.fromhex(one["value"])))
        self.assertEqual(sum(map(len, numbers.values())), 600)
        for found in numbers.values():
            self.assertEqual(found, sorted(found))

    def test_messages_of_more_records_than_the_queue_holds_by_now(self):
        topic, folder = "stored-gathered" + SUFFIX, str(self.work / "store")
        create_topic(topic, 3)
        requests = [request(*[record(key=b"key %d" % (i % 3), body=f"{number * 1000 + i}") for i in range(200)]) for number in range(3)]
        made = ["--storage", folder, "-o", f"topic={topic}", "-o", "gather=key", "-o", "encoding=json_record", "--framing", "length-prefixed"]
        code, lines = self.run_tool("send", *made, "--timeout", "0", "-o", "brokers=127.0.0.1:1", "-o", "topic_check=off", data=frames(*requests))
        self.assertEqual((code, lines[-1]["accepted"]), (1, 600))
        code, [told] = self.run_tool("store", "--drain", "--brokers", kafka_bootstrap(), "-o", "sending_queue.queue_size=8", "-o",
                                     "sending_queue.max_bytes=65536", "-o", "max_message_bytes=60000", folder)
        self.assertEqual((code, told["records"], told["delivered"], told["left"]), (0, 600, 600, 0))
        numbers = {}
        for one in read_topic(topic):
            numbers.setdefault(one["key"], []).extend(int(json.loads(line)["body"]) for line in bytes.fromhex(one["value"]).splitlines())
        self.assertEqual(sorted(map(len, numbers.values())), [198, 201, 201])
        for found in numbers.values():
            self.assertEqual(found, sorted(found))


if __name__ == "__main__":
    unittest.main()
