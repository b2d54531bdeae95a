# SPDX-License-Identifier: Apache-2.0
"""A batch that a broker refuses for coming behind a gap makes idempotent librdkafka begin a new epoch, and nobody is told: no record
fails. What is written already, and was not acknowledged, is written again. It must be told that it may be there twice.

A proxy before a broker of its own keeps the answer to a record back until the next one is on its way, and has the broker say that the
first one was written with too few replicas, and that the second one came behind a gap. Both are written.

  skipped_sequence.py PROGRAM...    which is kafka_line_by_line, maybe behind a launcher"""
import asyncio
import os
import sys
from pathlib import Path

sys.path.append(str(Path(os.environ["STSKAFKA_ROOT"]) / "tests/support/kafka"))
import proxied  # noqa: E402

ROUNDS = 3
TOPIC = "skipping"
NOT_LEADER_OR_FOLLOWER, OUT_OF_ORDER_SEQUENCE_NUMBER = 6, 45


def with_error(frame, error):
    """The answer to a request with records of one partition; from version 9 on names and arrays have short lengths."""
    at = frame.index(TOPIC.encode()) + len(TOPIC)
    at += (1 if frame[at] else 4) + 4  # how many partitions, and the number of this one
    return frame[:at] + error.to_bytes(2, "big") + frame[at + 2:]


class Proxy(proxied.Proxy):
    """While it is armed, it changes the answers to the next two requests with records."""

    def __init__(self, target):
        super().__init__(target)
        self.errors = []
        self.requests = 0
        self.first_sent = asyncio.Event()
        self.second_sent = asyncio.Event()

    def arm(self):
        self.first_sent.clear(), self.second_sent.clear()
        self.requests = 0
        self.errors = [NOT_LEADER_OR_FOLLOWER, OUT_OF_ORDER_SEQUENCE_NUMBER]

    async def request(self, frame, seen):
        if proxied.api_key(frame) == proxied.PRODUCE:
            seen[proxied.number_of_request(frame)] = True
        return frame

    def sent(self, frame, seen):
        if seen.get(proxied.number_of_request(frame)):
            self.requests += 1
            (self.first_sent if self.requests == 1 else self.second_sent).set()

    async def answer(self, frame, seen):
        if not self.errors or not seen.get(proxied.number_of_answer(frame)):
            return frame
        await asyncio.wait_for(self.second_sent.wait(), proxied.WAIT_S)
        return with_error(frame, self.errors.pop(0))


async def run_round(load, proxy, number):
    """The flags of two records by their keys."""
    proxy.arm()
    load.export(TOPIC, f"first-{number}", 10)
    await asyncio.wait_for(proxy.first_sent.wait(), proxied.WAIT_S)
    load.export(TOPIC, f"second-{number}", 10)
    told = [await load.outcome() for _ in range(2)]
    assert not proxy.errors, "not all answers were changed"
    assert {kind for _, kind, _, _ in told} == {proxied.DELIVERED}, told
    return {key: flag for key, _, flag, _ in told}


async def try_it(program, listen, target):
    proxy = Proxy(target)
    async with proxied.running(proxy, listen):
        load = await proxied.Load.start(program, brokers=listen, topic=TOPIC, linger="0ms", compression="none")
        load.export(TOPIC, "before", 10)
        _, _, flag, _ = await load.outcome()
        flags = {"before": flag}
        for number in range(ROUNDS):
            flags |= await run_round(load, proxy, number)
        load.export(TOPIC, "after", 10)
        _, _, flags["after"], _ = await load.outcome()
        await load.end()
    return flags


def main():
    with proxied.broker() as (direct, listen, target):
        proxied.make_topic(direct, TOPIC)
        flags = asyncio.run(try_it(sys.argv[1:], listen, target))
        found = proxied.keys_in(direct, TOPIC)
    twice = {key for key in found if found.count(key) > 1}
    assert twice, "no record is there twice: the test has shown nothing"
    print(f"{len(twice)} of {2 * ROUNDS} are there twice")
    assert set(flags) == set(found), f"{flags.keys()} and {found}"
    told = {key for key, flag in flags.items() if flag == "1"}
    assert twice <= told, f"{twice - told} are there twice, untold"
    assert not told & {"before", "after"}, "told without need"


main()
