# SPDX-License-Identifier: Apache-2.0
"""A broker's refusal of one record makes idempotent librdkafka begin a new epoch for all topics: a record to another topic that was
written, and whose acknowledgement is lost at that moment, is written again. Whatever may be there twice must be told so.

A proxy before a broker of its own keeps the refusal back until the other record is on its way, and cuts the connection in place of
that one's acknowledgement.

  lost_acknowledgement.py PROGRAM...    which is kafka_line_by_line, maybe behind a launcher"""
import asyncio
import os
import sys
from pathlib import Path

sys.path.append(str(Path(os.environ["STSKAFKA_ROOT"]) / "tests/support/kafka"))
import admin  # noqa: E402
import proxied  # noqa: E402

ROUNDS = 3
REFUSING = [f"refusing-{number}" for number in range(ROUNDS)]  # what was refused once is not sent again
OTHER = "other"


class Proxy(proxied.Proxy):
    """What it does to an acknowledgement it does once, when it is armed."""

    def __init__(self, target):
        super().__init__(target)
        self.armed = False
        self.kept_back = asyncio.Event()  # the refusal is here
        self.other_sent = asyncio.Event()  # the other record is at the broker
        self.cuts = 0

    async def request(self, frame, seen):
        if proxied.api_key(frame) == proxied.PRODUCE:
            seen[proxied.number_of_request(frame)] = OTHER if OTHER.encode() in frame else ""
        return frame

    def sent(self, frame, seen):
        if seen.get(proxied.number_of_request(frame)) == OTHER:
            self.other_sent.set()

    async def answer(self, frame, seen):
        topic = seen.get(proxied.number_of_answer(frame))
        if self.armed and topic == "":
            self.kept_back.set()
            await asyncio.wait_for(self.other_sent.wait(), proxied.WAIT_S)
        if self.armed and topic == OTHER:
            self.armed = False
            self.cuts += 1
            raise EOFError
        return frame


async def run_round(load, proxy, number):
    """One record is refused while another one's acknowledgement is lost; returns their outcomes by key."""
    proxy.kept_back.clear(), proxy.other_sent.clear()
    proxy.armed = True
    load.export(REFUSING[number], f"large-{number}", 2000)
    await asyncio.wait_for(proxy.kept_back.wait(), proxied.WAIT_S)
    load.export(OTHER, f"other-{number}", 10)
    told = [await load.outcome() for _ in range(2)]
    return {key: (kind, flag) for key, kind, flag, _ in told}


async def try_it(program, direct, listen, target):
    proxy = Proxy(target)
    async with proxied.running(proxy, listen):
        load = await proxied.Load.start(program, brokers=listen, topic=OTHER, linger="0ms", compression="none")
        outcomes = {}
        for topic in (*REFUSING, OTHER):  # their settings are known then
            load.export(topic, f"first-{topic}", 10)
            await load.outcome()
        for topic in REFUSING:
            admin.set_topic_config(direct, topic, **{"max.message.bytes": "1000"})
        for number in range(ROUNDS):
            outcomes |= await run_round(load, proxy, number)
        await load.end()
    return proxy, outcomes


def check(proxy, outcomes, found):
    assert proxy.cuts == ROUNDS, f"{proxy.cuts} acknowledgements were lost"
    twice = {key for key in found if found.count(key) > 1}
    assert twice, "no record is there twice: the test has shown nothing"
    print(f"{len(twice)} of {ROUNDS} are there twice")
    for key, (kind, flag) in outcomes.items():
        assert kind == (proxied.FAILED if key.startswith("large") else proxied.DELIVERED), f"{key} is {kind}"
        assert flag == "1" or key not in twice, f"{key} is there twice, untold"


def main():
    with proxied.broker() as (direct, listen, target):
        for topic in (*REFUSING, OTHER):
            proxied.make_topic(direct, topic)
        proxy, outcomes = asyncio.run(try_it(sys.argv[1:], direct, listen, target))
        check(proxy, outcomes, proxied.keys_in(direct, OTHER))


main()
