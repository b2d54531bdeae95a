# SPDX-License-Identifier: Apache-2.0
"""The tool on a topic that was made a moment ago: its controller says so before all brokers know the topic, and before they lead its
partitions. What they say then passes, and stskafka verify and send ask again; a topic that is not there stays an error.

On a broker of its own: behind a proxy, by which it knows nothing of the topic at first, and then does not lead it; and twenty topics that
are read, or written, as soon as the controller has answered.

  new_topic.py PROGRAM...    which is stskafka, maybe behind a launcher"""
import asyncio
import json
import os
import sys
import unittest
from pathlib import Path

sys.path.append(str(Path(os.environ["STSKAFKA_ROOT"]) / "tests/support/kafka"))
import admin  # noqa: E402
import proxied  # noqa: E402

TOOL = sys.argv[1:]
sys.argv[1:] = []
LIST_OFFSETS, METADATA = 2, 3  # ApiKey
LATEST, EARLIEST = b"\xff" * 8, b"\xff" * 7 + b"\xfe"  # the times that ask for ends
OF_A_TIME = "offsets of a time"
UNKNOWN_TOPIC, NOT_LEADER = 3, 6
TIMES = 3


class Proxy(proxied.Proxy):
    """The broker's first answers of a kind are made to say what a broker says that has not caught up."""

    def __init__(self, target, topic):
        super().__init__(target)
        self.topic = topic.encode()
        self.told = {METADATA: 0, LIST_OFFSETS: 0, OF_A_TIME: 0}

    async def request(self, frame, seen):
        kind = proxied.api_key(frame)
        if kind in self.told and self.topic in frame:
            if kind == LIST_OFFSETS and LATEST not in frame and EARLIEST not in frame:
                kind = OF_A_TIME
            seen[proxied.number_of_request(frame)] = kind
        return frame

    async def answer(self, frame, seen):
        kind = seen.pop(proxied.number_of_answer(frame), None)
        if kind is None or self.told[kind] == TIMES:
            return frame
        self.told[kind] += 1
        return self.not_there(frame) if kind == METADATA else self.not_leading(frame)

    def set_error(self, frame, place, error):
        assert frame[place:place + 2] == b"\0\0", frame
        return frame[:place] + error.to_bytes(2, "big") + frame[place + 2:]

    def not_there(self, frame):
        """The topic's error stands before its name, whose length has one byte (newer messages) or two."""
        name = frame.index(self.topic)
        return self.set_error(frame, name - 2 - self.size_of_length(frame, name, 2), UNKNOWN_TOPIC)

    def not_leading(self, frame):
        """Behind the name are the number of partitions, and of the first one the index and the error."""
        name = frame.index(self.topic)
        return self.set_error(frame, name + len(self.topic) + self.size_of_length(frame, name, 4) + 4, NOT_LEADER)

    def size_of_length(self, frame, name, size):
        return 1 if frame[name - 1] == len(self.topic) + 1 else size


async def run(*words):
    process = await asyncio.create_subprocess_exec(*TOOL, *words, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE,
                                                   stderr=asyncio.subprocess.PIPE)
    out, err = await asyncio.wait_for(process.communicate(), proxied.WAIT_S)
    return process.returncode, out.decode(), err.decode()


async def run_behind(proxy, listen, *words):
    async with proxied.running(proxy, listen):
        return await run(*words)


def verify(address, topic, *args):
    return "verify", "--json", "--brokers", address, "--topic", topic, *args


def send(address, topic, *args):
    return "send", "--json", "--key", "k", "--value", "v", "-o", f"brokers={address}", "-o", f"topic={topic}", *args


class NewTopic(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.direct, cls.listen, cls.target = cls.enterClassContext(proxied.broker())

    def check(self, done, name):
        code, out, err = done
        self.assertEqual(code, 0, (out, err))
        return json.loads(out.splitlines()[-1])[name]

    def test_verify_of_a_broker_that_has_not_caught_up(self):
        admin.create_visible_topic(self.direct, "late-verify", 1, 1)
        self.check(asyncio.run(run(*send(self.direct, "late-verify"))), "delivered")
        for args in ([], ["--from", "1h"]):
            proxy = Proxy(self.target, "late-verify")
            self.assertEqual(self.check(asyncio.run(run_behind(proxy, self.listen, *verify(self.listen, "late-verify", *args))), "records"), 1)
            self.assertEqual((proxy.told[METADATA], proxy.told[LIST_OFFSETS]), (TIMES, TIMES))
            self.assertTrue(proxy.told[OF_A_TIME] == TIMES or not args)  # asked for besides where the begin was not told

    def test_send_to_a_broker_that_has_not_caught_up(self):
        admin.create_visible_topic(self.direct, "late-send", 1, 1)
        proxy = Proxy(self.target, "late-send")
        self.assertEqual(self.check(asyncio.run(run_behind(proxy, self.listen, *send(self.listen, "late-send"))), "delivered"), 1)
        self.assertEqual(proxy.told[METADATA], TIMES)

    def test_twenty_topics(self):
        for number in range(20):
            admin.create_topic(self.direct, f"new-{number}", 3, 1)
            self.assertEqual(self.check(asyncio.run(run(*verify(self.direct, f"new-{number}"))), "records"), 0)
            admin.create_topic(self.direct, f"new-sent-{number}", 3, 1)
            self.assertEqual(self.check(asyncio.run(run(*send(self.direct, f"new-sent-{number}"))), "delivered"), 1)

    def test_a_topic_that_is_not_there(self):
        code, out, err = asyncio.run(run(*verify(self.direct, "nowhere", "--timeout", "1")))
        self.assertEqual((code, out), (4, ""))
        self.assertIn("nowhere: the topic cannot be read: Broker: Unknown topic or partition; create the topic, or name another with --topic", err)
        code, out, err = asyncio.run(run(*send(self.direct, "nowhere", "--timeout", "1")))
        self.assertEqual((code, out), (4, ""))
        self.assertIn('STS_ERR_TOPIC_MISSING: topic "nowhere"', err)


if __name__ == "__main__":
    unittest.main()
