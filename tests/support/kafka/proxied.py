# SPDX-License-Identifier: Apache-2.0
"""A broker of one's own behind a proxy of the test's, and kafka_line_by_line, which exports through that and tells its outcomes."""
import asyncio
import contextlib
import os
import subprocess
import tempfile
from pathlib import Path

import admin

SCRIPT = Path(os.environ["STSKAFKA_ROOT"]) / "tests/support/kafka/kafka-cluster"
PRODUCE = 0  # ApiKey
WAIT_S = 60
DELIVERED, FAILED, UNCERTAIN = "1", "2", "3"


async def read_frame(reader):
    head = await reader.readexactly(4)
    return head + await reader.readexactly(int.from_bytes(head, "big"))


def api_key(request):
    return int.from_bytes(request[4:6], "big")


def number_of_request(frame):
    return frame[8:12]


def number_of_answer(frame):
    return frame[4:8]


class Proxy:
    """Connections pass through what a subclass says of requests and answers, by connection: `seen` is a dict of its own."""

    def __init__(self, target):
        self.target = target.split(":")

    async def accept(self, client_reader, client_writer):
        server_reader, server_writer = await asyncio.open_connection(*self.target)
        seen = {}
        try:
            async with asyncio.TaskGroup() as ways:
                ways.create_task(self.pass_on(client_reader, server_writer, self.request, self.sent, seen))
                ways.create_task(self.pass_on(server_reader, client_writer, self.answer, self.sent_back, seen))
        except* (OSError, EOFError):
            pass
        client_writer.transport.abort()
        server_writer.transport.abort()

    async def pass_on(self, reader, writer, change, then, seen):
        while True:
            frame = await change(await read_frame(reader), seen)
            writer.write(frame)
            await writer.drain()
            then(frame, seen)

    async def request(self, frame, seen):
        """What goes to the broker in its place; EOFError ends the connection."""
        return frame

    async def answer(self, frame, seen):
        return frame

    def sent(self, frame, seen):
        """A request is at the broker."""

    def sent_back(self, frame, seen):
        """An answer is at the client."""


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
    """In their order, of its only partition."""
    read = subprocess.run(["kcat", "-C", "-q", "-e", "-b", address, "-t", topic, "-o", "beginning", "-f", r"%k\n"], check=True,
                          stdout=subprocess.PIPE, timeout=WAIT_S, text=True)
    return read.stdout.split()


@contextlib.contextmanager
def broker():
    """Its own address, the one that a proxy is to listen at, and the one that it passes on to."""
    with tempfile.TemporaryDirectory() as folder:
        script = [SCRIPT, "--work", folder]
        subprocess.run([*script, "start", "1", "--proxied"], check=True, stdout=subprocess.DEVNULL)
        try:
            direct = (Path(folder) / "bootstrap").read_text().strip()
            yield direct, *(Path(folder) / "proxies").read_text().split()
        finally:
            subprocess.run([*script, "stop"], check=True, stdout=subprocess.DEVNULL)


@contextlib.asynccontextmanager
async def running(proxy, listen):
    host, port = listen.split(":")
    async with await asyncio.start_server(proxy.accept, host, port):
        yield
