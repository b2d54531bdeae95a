# SPDX-License-Identifier: Apache-2.0
"""A batch is written by a leader that answers that it leads no longer; meanwhile its topic's limit is lowered. It is sent again, and
refused for its size before the broker looks whether it has it; librdkafka tells that it was not written. Its records go again in
smaller groups, and are there twice: each must be told as a possible duplicate.

A proxy before a broker of its own makes that answer of the acknowledgement, when the limit is lowered.

  limit_lowered.py PROGRAM...    which is kafka_line_by_line, maybe behind a launcher"""
import asyncio
import os
import subprocess
import sys
from pathlib import Path

sys.path.append(str(Path(os.environ["STSKAFKA_ROOT"]) / "tests/support/kafka"))
import admin  # noqa: E402
import proxied  # noqa: E402

TOPIC = "lowered"
KEYS = [f"record-{number}" for number in range(10)]
SIZE, LIMIT = 200, 1000  # all of them are too large together, and none is alone
PROBE = "probe"

# The partition's error and first offset in an answer to Produce, of all versions: behind the record at 0.
WRITTEN = bytes(6) + (1).to_bytes(8, "big")
NOT_LEADER = bytes([0, 0, 0, 0, 0, 6]) + b"\xff" * 8


def lower_limit(direct):
    """And waits until the broker heeds it."""
    def refuses():
        sent = subprocess.run(["kcat", "-P", "-b", direct, "-t", TOPIC, "-k", PROBE, "-X", "message.send.max.retries=0"],
                              input="x" * (LIMIT + 500), text=True, timeout=proxied.WAIT_S, stderr=subprocess.DEVNULL)
        return sent.returncode != 0
    admin.set_topic_config(direct, TOPIC, **{"max.message.bytes": str(LIMIT)})
    admin.wait_until("the lower limit", proxied.WAIT_S, refuses)


class Proxy(proxied.Proxy):
    def __init__(self, direct, target):
        super().__init__(target)
        self.direct = direct
        self.armed = False
        self.changed = 0

    async def request(self, frame, seen):
        if self.armed and proxied.api_key(frame) == proxied.PRODUCE and all(key.encode() in frame for key in KEYS):
            seen[proxied.number_of_request(frame)] = True
        return frame

    async def answer(self, frame, seen):
        if not self.armed or not seen.get(proxied.number_of_answer(frame)):
            return frame
        self.armed = False
        self.changed += 1
        await asyncio.to_thread(lower_limit, self.direct)
        assert WRITTEN in frame, "the broker has not taken it"
        return frame.replace(WRITTEN, NOT_LEADER)


async def try_it(program, direct, listen, target):
    proxy = Proxy(direct, target)
    async with proxied.running(proxy, listen):
        load = await proxied.Load.start(program, brokers=listen, topic=TOPIC, linger="1s", compression="none")
        load.export(TOPIC, "first", 10)
        await load.outcome()
        proxy.armed = True
        for key in KEYS:
            load.export(TOPIC, key, SIZE)
        outcomes = [await load.outcome() for _ in KEYS]
        await load.end()
    return proxy, outcomes


def main():
    with proxied.broker() as (direct, listen, target):
        proxied.make_topic(direct, TOPIC)
        proxy, outcomes = asyncio.run(try_it(sys.argv[1:], direct, listen, target))
        found = [key for key in proxied.keys_in(direct, TOPIC) if key in KEYS]
        assert proxy.changed == 1, f"{proxy.changed} acknowledgements were made another answer"
        assert found[:len(KEYS)] == KEYS and sorted(found) == sorted(2 * KEYS), found
        for key, kind, flag, code in outcomes:
            assert (kind, flag) == (proxied.DELIVERED, "1"), f"{key}: {kind} {flag} {code}"


main()
