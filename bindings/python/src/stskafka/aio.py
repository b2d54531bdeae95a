# SPDX-License-Identifier: Apache-2.0
"""The exporter for asyncio: the same methods, to be awaited.

    from stskafka.aio import AsyncExporter

    async with AsyncExporter({"brokers": "localhost:9092", "topic": "logs"}) as exporter:
        await exporter.export_logs(request)
        await exporter.flush()"""
import asyncio
import functools
import time
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import TYPE_CHECKING, Any, AsyncIterator, Callable, List, Mapping, Optional, Set, Type, TypeVar, Union

from ._callbacks import DeadLetterCallback, LogCallback, OAuthTokenCallback, OutcomeCallback, PasswordCallback
from ._codes import Counts, Format, Status
from ._error import Error, TimedOutError, error_of
from ._export_context import Metadata
from ._exporter import Configuration, Exporter, Logs
from ._option_values import OptionKeywords
from ._record import RecordHeaders
from ._records import Explanation, Outcome
from ._topology import TopologyBatch
from ._values import BytesLike, milliseconds

if TYPE_CHECKING:
    from typing_extensions import Unpack

T = TypeVar("T")

#: How long one wait in a thread lasts, in seconds: what is cancelled leaves none behind that goes on for longer.
_PATIENCE = 0.2

#: How many calls of one exporter may wait at a time; more wait for these.
_THREADS = 8


def _set(future: "asyncio.Future[T]", result: T) -> None:
    if not future.done():
        future.set_result(result)


class AsyncExporter:
    """An Exporter whose calls that wait are awaited: they run in threads of its own, so that the event loop goes on. It is made
    by `async with`, or by `await exporter.open()`, which looks for the broker; closed by leaving that, or `await close()`.

    Options and callbacks are given as to Exporter. Callbacks are called from the library's own thread: from there to the
    loop it is `loop.call_soon_threadsafe`. An export that is cancelled goes on in its thread: what was begun is done. The order of exports is that in which they are awaited one after another; those that run at once have none."""

    def __init__(self, options: Configuration = None, *, close_timeout: float = 5.0,
                 on_outcome: Optional[OutcomeCallback] = None, on_log: Optional[LogCallback] = None,
                 on_password: Optional[PasswordCallback] = None, on_oauth_token: Optional[OAuthTokenCallback] = None,
                 on_dead_letter: Optional[DeadLetterCallback] = None, **more: "Unpack[OptionKeywords]") -> None:
        self._make: Callable[[], Exporter] = functools.partial(
            Exporter, options, close_timeout=close_timeout, on_outcome=on_outcome, on_log=on_log, on_password=on_password,
            on_oauth_token=on_oauth_token, on_dead_letter=on_dead_letter, **more)
        self._exporter: Optional[Exporter] = None
        self._threads = ThreadPoolExecutor(_THREADS, "stskafka")
        self._sender = ThreadPoolExecutor(1, "stskafka-send")  # one thread: so that records go in the order of the calls
        self._unknown: Set["asyncio.Future[Optional[Outcome]]"] = set()  # what becomes of the records that are under way

    async def _run(self, function: Callable[..., T], *arguments: Any, **named: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, functools.partial(function, *arguments, **named))

    @property
    def exporter(self) -> Exporter:
        """The exporter beneath, for what does not wait: counts, describe, statistics, fingerprint."""
        if self._exporter is None:
            raise RuntimeError("the exporter is not open: use it in `async with`, or await open() first")
        return self._exporter

    async def open(self) -> "AsyncExporter":
        """Makes the exporter; opening it again does nothing. Raises as Exporter does."""
        if self._exporter is None:
            self._exporter = await self._run(self._make)
        return self

    async def __aenter__(self) -> "AsyncExporter":
        return await self.open()

    async def __aexit__(self, kind: Optional[Type[BaseException]], fault: Optional[BaseException],
                        traceback: Optional[TracebackType]) -> None:
        try:
            await self.close()
        except Error:
            if fault is None:  # else it is the one to be seen
                raise

    def __repr__(self) -> str:
        return f"<stskafka.aio.AsyncExporter {'not open' if self._exporter is None else repr(self._exporter)}>"

    async def export_logs(self, logs: Logs, *, format: int = Format.OTLP_PROTO, metadata: Optional[Metadata] = None,
                          token: int = 0, first_record: int = 0) -> Counts:
        """As Exporter.export_logs: returns when all records are in the queue (or, with the option
        sending_queue.wait_for_result, have their outcomes)."""
        return await self._run(self.exporter.export_logs, logs, format=format, metadata=metadata, token=token,
                               first_record=first_record)

    async def export(self, request: Union[BytesLike, str], *, signal: int, format: int = Format.OTLP_PROTO,
                     metadata: Optional[Metadata] = None, token: int = 0, first_record: int = 0) -> Counts:
        """As Exporter.export."""
        return await self._run(self.exporter.export, request, signal=signal, format=format, metadata=metadata, token=token,
                               first_record=first_record)

    async def export_topology(self, batch: TopologyBatch, *, metadata: Optional[Metadata] = None, token: int = 0,
                              first_record: int = 0) -> Counts:
        """As Exporter.export_topology."""
        return await self._run(self.exporter.export_topology, batch, metadata=metadata, token=token, first_record=first_record)

    async def send(self, *, topic: Optional[str] = None, key: Union[str, BytesLike, None] = None,
                   value: Union[str, BytesLike, None] = None, headers: RecordHeaders = (), metadata: Optional[Metadata] = None,
                   token: int = 0) -> Outcome:
        """As Exporter.send, and returns what became of the record, which is not always that it was delivered (Outcome.delivered).
        Sends that run at once (asyncio.gather) go in the order in which they were begun. One that is cancelled may be sent all the
        same."""
        loop, send = asyncio.get_running_loop(), self.exporter.send
        outcome: "asyncio.Future[Optional[Outcome]]" = loop.create_future()
        self._unknown.add(outcome)

        def told(found: Outcome) -> None:
            try:
                loop.call_soon_threadsafe(_set, outcome, found)
            except RuntimeError:
                pass  # the loop is closed, and nobody waits any more

        try:
            await loop.run_in_executor(self._sender, functools.partial(
                send, topic=topic, key=key, value=value, headers=headers, metadata=metadata, token=token, on_outcome=told))
            known = await outcome
        finally:
            self._unknown.discard(outcome)
        if known is None:
            raise error_of(Status.ERR_CLOSED, "the exporter was closed, and does not tell what became of the record")
        return known

    async def explain_logs(self, logs: Logs, *, format: int = Format.OTLP_PROTO, metadata: Optional[Metadata] = None,
                           first_record: int = 0, partitions: int = 0) -> List[Explanation]:
        """As Exporter.explain_logs."""
        return await self._run(self.exporter.explain_logs, logs, format=format, metadata=metadata, first_record=first_record,
                               partitions=partitions)

    async def flush(self, timeout: float = 5.0) -> Counts:
        """As Exporter.flush. One that is cancelled ends soon."""
        milliseconds(timeout)
        end = time.monotonic() + timeout
        while True:
            left = max(0.0, end - time.monotonic())
            try:
                return await self._run(self.exporter.flush, min(left, _PATIENCE))
            except TimedOutError:
                if left <= _PATIENCE:
                    raise

    async def reconfigure(self, options: Configuration) -> None:
        """As Exporter.reconfigure."""
        await self._run(self.exporter.reconfigure, options)

    async def outcomes(self, timeout: Optional[float] = None) -> AsyncIterator[Outcome]:
        """Iterates over outcomes as they come (`async for`), as Exporter.outcomes: until the exporter is closed and all are
        taken, or none came for `timeout` seconds."""
        while True:
            closed = self.exporter.closed
            taken = await self._run(self.exporter.take_outcomes, _PATIENCE if timeout is None else timeout)
            for outcome in taken:
                yield outcome
            if not taken and (closed or timeout is not None):
                return

    async def close(self, timeout: Optional[float] = None) -> Optional[Counts]:
        """As Exporter.close; None where it was never opened."""
        if self._exporter is None:
            self._threads.shutdown(wait=False)
            self._sender.shutdown(wait=False)
            return None
        try:
            return await self._run(self._exporter.close, timeout)
        finally:
            self._give_up()

    def _give_up(self) -> None:
        """Of a closed exporter no outcome comes any more; it told all, unless a callback did not return."""
        for outcome in list(self._unknown):
            if self.exporter.closed:
                _set(outcome, None)

    async def statistics(self) -> Mapping[str, Any]:
        """As Exporter.statistics."""
        return await self._run(self.exporter.statistics)
