# SPDX-License-Identifier: Apache-2.0
"""A TCP proxy before each broker that can be told to misbehave: to delay, to keep answers back, to cut, to close one half of a
connection, to refuse. It runs in a thread of its own; its methods may be called from any other."""
import asyncio
import contextlib
import socket
import struct
import threading

CHUNK = 65536
QUEUED_CHUNKS = 256  # of one direction of a connection; then the sender is no longer read


class Link:
    """One connection: two directions, each read by one task and written by another."""

    def __init__(self, proxy, client, server):
        self.proxy = proxy
        self.client, self.server = client, server  # pairs of stream reader and writer
        self.ends = [client[1], server[1]]

    async def run(self):
        try:
            async with asyncio.TaskGroup() as ways:
                for reader, writer, is_answer in ((self.client[0], self.server[1], False),
                                                  (self.server[0], self.client[1], True)):
                    chunks = asyncio.Queue(QUEUED_CHUNKS)
                    ways.create_task(self.read(reader, chunks))
                    ways.create_task(self.write(chunks, writer, is_answer))
        except* (OSError, RuntimeError):  # the latter: there is more to write where the half was closed
            pass
        finally:
            self.drop(reset=False)

    async def read(self, reader, chunks):
        data = True
        while data:
            data = await reader.read(CHUNK)
            await chunks.put((asyncio.get_running_loop().time() + self.proxy.delay, data))

    async def write(self, chunks, writer, is_answer):
        while True:
            due, data = await chunks.get()
            await asyncio.sleep(max(0, due - asyncio.get_running_loop().time()))
            if is_answer:
                await self.proxy.answering.wait()
            if not data:
                break
            writer.write(data)
            await writer.drain()
        writer.write_eof()

    def drop(self, reset):
        for writer in self.ends:
            if reset and (connection := writer.get_extra_info("socket")):
                with contextlib.suppress(OSError):  # closing then sends RST and not FIN
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()

    def close_half(self, towards_client):
        with contextlib.suppress(OSError, RuntimeError):
            self.ends[0 if towards_client else 1].write_eof()


class Proxy:
    """The proxy before one broker. Methods are for the proxies' thread."""

    def __init__(self, listen, target):
        self.listen, self.target = (address.split(":") for address in (listen, target))
        self.delay = 0.0  # seconds, each way
        self.answering = asyncio.Event()
        self.answering.set()
        self.links = set()
        self.server = None

    async def open(self):
        if not self.server:
            self.server = await asyncio.start_server(self.accept, *self.listen)

    def refuse(self):
        if self.server:
            self.server.close()
            self.server = None

    async def accept(self, reader, writer):
        try:
            server = await asyncio.open_connection(*self.target)
        except OSError:
            writer.transport.abort()
            return
        link = Link(self, (reader, writer), server)
        self.links.add(link)
        try:
            await link.run()
        finally:
            self.links.discard(link)

    def drop(self, links, reset):
        for link in links:
            link.drop(reset)


class Proxies:
    """All of them. `pairs` are (where to listen, whereto), as in the cluster's file `proxies`; broker ids count from 0."""

    def __init__(self, pairs):
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.proxies = self.call(self.start, pairs)

    def call(self, function, *args):
        """Runs a function, or a coroutine function, in the proxies' thread."""
        async def run():
            result = function(*args)
            return await result if asyncio.iscoroutine(result) else result
        return asyncio.run_coroutine_threadsafe(run(), self.loop).result(20)

    async def start(self, pairs):
        proxies = [Proxy(*pair) for pair in pairs]
        for proxy in proxies:
            await proxy.open()
        return proxies

    def delay(self, broker, seconds):
        self.call(setattr, self.proxies[broker], "delay", seconds)

    def mute(self, broker):
        """From here on requests get through, and answers do not."""
        self.call(self.proxies[broker].answering.clear)

    def unmute(self, broker):
        self.call(self.proxies[broker].answering.set)

    def cut(self, broker, share, choice, reset):
        """Ends that share of the connections, at least one; what is under way in them is lost."""
        def run():
            proxy = self.proxies[broker]
            proxy.drop(self.pick(proxy, share, choice), reset)
        self.call(run)

    def half_close(self, broker, share, choice, towards_client):
        def run():
            for link in self.pick(self.proxies[broker], share, choice):
                link.close_half(towards_client)
        self.call(run)

    @staticmethod
    def pick(proxy, share, choice):
        links = list(proxy.links)
        return choice.sample(links, min(len(links), max(1, round(share * len(links)))))

    def refuse(self, broker):
        """Refuses new connections and ends those that are."""
        def run():
            proxy = self.proxies[broker]
            proxy.refuse()
            proxy.drop(list(proxy.links), True)
        self.call(run)

    def accept(self, broker):
        self.call(self.proxies[broker].open)

    def heal(self):
        """As if nothing had ever been told; ends all connections, so that nothing old can arrive any more."""
        async def run():
            for proxy in self.proxies:
                proxy.delay = 0.0
                proxy.answering.set()
                proxy.drop(list(proxy.links), True)
                await proxy.open()
        self.call(run)

    def stop(self):
        for proxy in range(len(self.proxies)):
            self.refuse(proxy)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
