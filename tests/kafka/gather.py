"""Records that share messages, through the tool to a real Kafka: the topic has the messages that explain tells, in their order under
each key, and each record has the place of its message as its outcome. By the
system's librdkafka; with an argument, the program that runs another by the newest (and its arguments)."""
import json
import os
import subprocess
import sys
import unittest
from collections import Counter
from pathlib import Path

from bootstrap import kafka_bootstrap
from topics import ROOT, create_topic

sys.path.insert(0, str(ROOT / "tests/cli"))
from tool import frames, record, request  # noqa: E402

TOOL = Path(os.environ["STSKAFKA_BUILD"]) / "bin/stskafka"
RUNNER = sys.argv[1:]
sys.argv[1:] = []
SUFFIX = "-newest" if RUNNER else ""
REQUESTS = [request(*[record(key=b"key %d" % (i * 7 % 5), body=f"{number}/{i}") for i in range(40)]) for number in range(20)]


class Gather(unittest.TestCase):
    maxDiff = 2000

    def run_tool(self, topic, verb, *options):
        done = subprocess.run([*RUNNER, TOOL, verb, "--json", "--framing", "length-prefixed", *options, "-o", f"topic={topic}", "-o",
                               "gather=key", "-o", "encoding=json_record"], input=frames(*REQUESTS), stdout=subprocess.PIPE)
        return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]

    def send(self, topic, *options):
        return self.run_tool(topic, "send", "--outcomes", "-o", f"brokers={kafka_bootstrap()}", *options)

    def read(self, topic):
        """(partition, offset): (key, value)"""
        read = subprocess.run(["kcat", "-C", "-e", "-q", "-b", kafka_bootstrap(), "-t", topic, "-o", "beginning", "-J"],
                              stdout=subprocess.PIPE, check=True)
        messages = map(json.loads, read.stdout.splitlines())
        return {(one["partition"], one["offset"]): (one["key"], one["payload"]) for one in messages}

    def test_messages_and_outcomes(self):
        topic = "gathered" + SUFFIX
        create_topic(topic, 3)
        code, (*outcomes, total) = self.send(topic)
        self.assertEqual((code, total["accepted"], total["delivered"]), (0, 800, 800))
        found = self.read(topic)
        _, told = self.run_tool(topic, "explain", "--values", "--partitions", "3")
        self.assertEqual(len(found), len(told))
        self.assertEqual(len(told), 100, "five keys in each of twenty requests")
        places = {(one["request"], one["index"]): (one["partition"], one["offset"]) for one in outcomes}
        for message in told:
            place = places[message["request"], message["index"]]
            with self.subTest(place=place):
                self.assertEqual({places[tuple(one)] for one in message["records"]}, {place}, "its records are where it is")
                self.assertEqual(found[place], (message["key_text"], bytes.fromhex(message["value"]).decode()))
                self.assertEqual(place[0], message["partition"])
        for key in {key for key, _ in found.values()}:
            bodies = [json.loads(line)["body"] for _, (other, value) in sorted(found.items()) if other == key
                      for line in value.splitlines()]
            self.assertEqual(bodies, sorted(bodies, key=lambda body: tuple(map(int, body.split("/")))), "they are in their order")

    def test_a_topic_that_takes_smaller_messages(self):
        """They are split: no record is refused for what it shares a message with."""
        topic = "gathered-small" + SUFFIX
        create_topic(topic, 3, max_message_bytes=400)
        code, (*outcomes, total) = self.send(topic)
        self.assertEqual((code, total["delivered"], total["rejected"]), (0, 800, 0))
        self.assertEqual(Counter(one["status"] for one in outcomes), {"delivered": 800})
        found = self.read(topic)
        self.assertGreater(len(found), 100)
        self.assertEqual(sum(len(value.splitlines()) for _, value in found.values()), 800)
        for key in {key for key, _ in found.values()}:
            bodies = [json.loads(line)["body"] for _, (other, value) in sorted(found.items()) if other == key
                      for line in value.splitlines()]
            self.assertEqual(bodies, sorted(bodies, key=lambda body: tuple(map(int, body.split("/")))))


if __name__ == "__main__":
    unittest.main()
