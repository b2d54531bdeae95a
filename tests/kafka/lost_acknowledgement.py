# SPDX-License-Identifier: Apache-2.0
"""A broker's refusal of one record makes idempotent librdkafka begin a new epoch for all topics: a record to another topic that was
written, and whose acknowledgement is lost at that moment, is written again. Whatever may be there twice must be told so.

A proxy before a broker of its own keeps the refusal back until the other record is on its way, and cuts the connection in place of
that one's acknowledgement.

  lost_acknowledgement.py PROGRAM...    which is kafka_line_by_line, maybe behind a launcher"""
import asyncio
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(os.environ["STSKAFKA_ROOT"])
sys.path.append(str(ROOT / "tests/support/kafka"))
import admin  # noqa: E402

SCRIPT = ROOT / "tests/support/kafka/kafka-cluster"
PRODUCE = 0  # ApiKey
WAIT_S = 60
ROUNDS = 3
REFUSING = [f"refusing-{number}" for number in range(ROUNDS)]  # what was refused once is not sent again
OTHER = "other"
DELIVERED, FAILED = "1", "2"


async def read_frame(reader):
    head = await reader.readexactly(4)
    return head + await reader.readexactly(int.from_bytes(head, "big"))


class Proxy:
    """One connection after the other; what it does to an acknowledgement it does once, when it is armed."""

    def __init__(self, target):
        self.target = target.split(":")
        self.armed = False
        self.kept_back = asyncio.Event()  # the refusal is here
        self.sent = asyncio.Event()  # the other record is at the broker
        self.cuts = 0

    async def accept(self, client_reader, client_writer):
        server_reader, server_writer = await asyncio.open_connection(*self.target)
        topics = {}  # of requests with records, by their number
        try:
            async with asyncio.TaskGroup() as ways:
                ways.create_task(self.requests(client_reader, server_writer, topics))
                ways.create_task(self.answers(server_reader, client_writer, topics))
        except* (OSError, EOFError):
            pass
        client_writer.transport.abort()
        server_writer.transport.abort()

    async def requests(self, reader, writer, topics):
        while True:
            frame = await read_frame(reader)
            number = frame[8:12]
            if int.from_bytes(frame[4:6], "big") == PRODUCE:
                topics[number] = OTHER if OTHER.encode() in frame else ""
            writer.write(frame)
            await writer.drain()
            if topics.get(number) == OTHER:
                self.sent.set()

    async def answers(self, reader, writer, topics):
        while True:
            frame = await read_frame(reader)
            topic = topics.get(frame[4:8])
            if self.armed and topic == "":
                self.kept_back.set()
                await asyncio.wait_for(self.sent.wait(), WAIT_S)
            if self.armed and topic == OTHER:
                self.armed = False
                self.cuts += 1
                raise EOFError
            writer.write(frame)
            await writer.drain()


class Load:
    """The exporter, and what it told."""

    def __init__(self, process):
        self.process = process

    @classmethod
    async def start(cls, program, **options):
        words = [f"{name}={value}" for name, value in options.items()]
        return cls(await asyncio.create_subprocess_exec(*program, *words, stdin=subprocess.PIPE, stdout=subprocess.PIPE))

    def export(self, topic, key, size):
        self.process.stdin.write(f"{topic} {key} {size}\n".encode())

    async def outcome(self):
        line = await asyncio.wait_for(self.process.stdout.readline(), WAIT_S)
        assert line, "the exporter is gone"
        return line.decode().split()

    async def end(self):
        self.process.stdin.close()
        assert await asyncio.wait_for(self.process.wait(), WAIT_S) == 0


def make_topic(address, topic):
    def is_there():
        return any(partition.leader >= 0 for partition in admin.describe(address, topic).values())
    admin.create_topic(address, topic, 1, 1)
    admin.wait_until(topic, WAIT_S, is_there)


def keys_in(address, topic):
    read = subprocess.run(["kcat", "-C", "-q", "-e", "-b", address, "-t", topic, "-o", "beginning", "-f", r"%k\n"], check=True,
                          stdout=subprocess.PIPE, timeout=WAIT_S, text=True)
    return read.stdout.split()


async def run_round(load, proxy, number):
    """One record is refused while another one's acknowledgement is lost; returns their outcomes by key."""
    proxy.kept_back.clear(), proxy.sent.clear()
    proxy.armed = True
    load.export(REFUSING[number], f"large-{number}", 2000)
    await asyncio.wait_for(proxy.kept_back.wait(), WAIT_S)
    load.export(OTHER, f"other-{number}", 10)
    told = [await load.outcome() for _ in range(2)]
    return {key: (kind, flag) for key, kind, flag, _ in told}


async def try_it(program, direct, listen, target):
    proxy = Proxy(target)
    host, port = listen.split(":")
    async with await asyncio.start_server(proxy.accept, host, port):
        load = await Load.start(program, brokers=listen, topic=OTHER, linger="0ms", compression="none")
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
        assert kind == (FAILED if key.startswith("large") else DELIVERED), f"{key} is {kind}"
        assert flag == "1" or key not in twice, f"{key} is there twice, untold"


def main():
    with tempfile.TemporaryDirectory() as folder:
        script = [SCRIPT, "--work", folder]
        subprocess.run([*script, "start", "1", "--proxied"], check=True, stdout=subprocess.DEVNULL)
        try:
            direct = (Path(folder) / "bootstrap").read_text().strip()
            listen, target = (Path(folder) / "proxies").read_text().split()
            for topic in (*REFUSING, OTHER):
                make_topic(direct, topic)
            proxy, outcomes = asyncio.run(try_it(sys.argv[1:], direct, listen, target))
            check(proxy, outcomes, keys_in(direct, OTHER))
        finally:
            subprocess.run([*script, "stop"], check=True, stdout=subprocess.DEVNULL)


main()
