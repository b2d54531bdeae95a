# SPDX-License-Identifier: Apache-2.0
"""A broker takes whatever it gets first of a producer in a partition (KIP-360). So if a producer's first batch is refused by a broker
that does not know yet that it leads, and the second one, behind it on the wire, is taken, the first is written behind the second, or is
reported as delivered and is nowhere. Here nothing is on the wire behind a first record.

A proxy before a broker of its own gives the broker a broken copy of the first batch, and says in the answer that the broker does not
lead. Before it does, it waits until a record has come to another topic that was exported after all of these: what was to come behind
the first batch was there by then.

  first_batch.py PROGRAM...    which is kafka_line_by_line, maybe behind a launcher"""
import asyncio
import os
import sys
from pathlib import Path

sys.path.append(str(Path(os.environ["STSKAFKA_ROOT"]) / "tests/support/kafka"))
import proxied  # noqa: E402

TOPIC = "first-batch"
OTHER = "of-the-others"
KEYS = [f"record-{number}" for number in range(20)]
BROKEN = "rec0rd-0"  # the batch's checksum is another

# A partition's error and offset in an answer to Produce, of all versions.
CORRUPT = bytes([0, 0, 0, 0, 0, 2]) + b"\xff" * 8
NOT_LEADER = bytes([0, 0, 0, 0, 0, 6]) + b"\xff" * 8


class Proxy(proxied.Proxy):
    def __init__(self, target):
        super().__init__(target)
        self.first = asyncio.Event()  # the first batch is here,
        self.last = asyncio.Event()  # and what was exported last, to the other topic
        self.produced = []  # every batch, by the keys in it
        self.refused = 0

    async def request(self, frame, seen):
        if proxied.api_key(frame) == proxied.PRODUCE and OTHER.encode() in frame and self.first.is_set():
            self.last.set()
        if proxied.api_key(frame) != proxied.PRODUCE or TOPIC.encode() not in frame:
            return frame
        self.produced.append([key for key in KEYS if key.encode() in frame])
        if self.first.is_set():
            return frame
        seen[proxied.number_of_request(frame)] = True
        self.first.set()
        return frame.replace(KEYS[0].encode(), BROKEN.encode())

    async def answer(self, frame, seen):
        if not seen.get(proxied.number_of_answer(frame)):
            return frame
        assert CORRUPT in frame, "the broker has taken it"
        self.refused += 1
        await asyncio.wait_for(self.last.wait(), proxied.WAIT_S)
        return frame.replace(CORRUPT, NOT_LEADER)


async def try_it(program, listen, target):
    proxy = Proxy(target)
    async with proxied.running(proxy, listen):
        load = await proxied.Load.start(program, brokers=listen, topic=TOPIC, linger="0ms", compression="none")
        load.export(OTHER, "opened-before", 10)
        await load.outcome()
        load.export(TOPIC, KEYS[0], 10)
        await asyncio.wait_for(proxy.first.wait(), proxied.WAIT_S)
        for key in KEYS[1:]:
            load.export(TOPIC, key, 10)
        load.export(OTHER, "last", 10)
        outcomes = [await load.outcome() for _ in [*KEYS, "last"]]
        await load.end()
    return proxy, outcomes


def main():
    with proxied.broker() as (direct, listen, target):
        for topic in (TOPIC, OTHER):
            proxied.make_topic(direct, topic)
        proxy, outcomes = asyncio.run(try_it(sys.argv[1:], listen, target))
        print(*proxy.produced, sep="\n")
        assert proxy.refused == 1, f"{proxy.refused} were refused"
        assert proxied.keys_in(direct, TOPIC) == KEYS, proxied.keys_in(direct, TOPIC)
        for key, kind, flag, code in outcomes:
            assert (kind, flag) == (proxied.DELIVERED, "0"), f"{key}: {kind} {flag} {code}"


main()
