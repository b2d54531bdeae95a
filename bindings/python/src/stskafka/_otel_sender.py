# SPDX-License-Identifier: Apache-2.0
"""What the exporters of OpenTelemetry's SDK share: requests on their way to Kafka, and the end."""
import logging
import time
from typing import Callable, Optional, Sequence, TypeVar

from ._codes import Counts, Signal, Status
from ._error import (Error, NotDeliveredError, QueueFullError, ReentrantError, RejectedError, RequestError, TimedOutError,
                     error_of)
from ._exporter import Exporter
from ._sink import Sink, Target
from ._values import milliseconds

_Item = TypeVar("_Item")

_NOTHING = Counts(*(0 for _ in Counts._fields))
_ONE_REJECTED = _NOTHING._replace(records=1, rejected=1)


class Sender:
    """Sends what is `called` so to `target`, each export for `export_timeout` seconds where the queue is full."""

    def __init__(self, target: Target, signal: Signal, called: str, logger: logging.Logger, close_timeout: Optional[float],
                 export_timeout: float) -> None:
        milliseconds(export_timeout, "export_timeout")
        self._signal, self._called, self._logger, self._export_timeout = signal, called, logger, export_timeout
        self._is_shut_down = False
        self._sink = Sink(target, close_timeout)

    @property
    def exporter(self) -> Exporter:
        return self._sink.exporter

    @property
    def sends_bodies(self) -> bool:
        return self._sink.sends_bodies

    def is_shut_down(self, count: Optional[int] = None) -> bool:
        """Says so in the log, if it is."""
        if self._is_shut_down:
            self._logger.warning("the exporter is shut down: %s are not exported",
                                 self._called if count is None else f"{count} {self._called}")
        return self._is_shut_down

    def send_batch(self, batch: Sequence[_Item], request_of: Callable[[Sequence[_Item]], bytes]) -> None:
        """Exports a batch. Where it is no request as a whole, each of it goes by itself, so that only what is wrong is left
        out."""
        end = time.monotonic() + self._export_timeout
        try:
            self._send(request_of(batch), end)
        except RequestError:
            if len(batch) < 2:
                raise
            self._send_one_by_one(batch, request_of, end)

    def send(self, request: bytes, timeout: float) -> None:
        """Exports a request as it is."""
        self._send(request, time.monotonic() + min(self._export_timeout, timeout))

    def _send(self, request: bytes, end: float) -> Counts:
        """Exports a request, in parts where the queue is full; the counts are of all parts."""
        counts = _NOTHING
        while True:
            try:
                first = counts.accepted + counts.rejected
                done = self._sink.export(lambda exporter: exporter.export(request, signal=self._signal, first_record=first))
                break
            except QueueFullError as fault:
                counts = _sum(counts, fault.counts)
                if not self._await_room(end):
                    text = (f"no room in the queue: {counts.accepted} {self._called} were accepted, {counts.rejected} rejected, "
                            "the rest was not taken")
                    raise QueueFullError(fault.code, text, retriable=fault.retriable, counts=counts) from fault
            except (RejectedError, NotDeliveredError) as fault:
                fault.counts = _sum(counts, fault.counts)
                raise
        counts = _sum(counts, done)
        if counts.rejected:  # in an earlier part
            raise RejectedError(Status.ERR_REJECTED, counts=counts)
        return counts

    def _await_room(self, end: float) -> bool:
        """Waits a little while the exporter sends; False where there is no more time, or nothing to be waited for."""
        left = end - time.monotonic()
        if left <= 0:
            return False
        try:
            self.exporter.flush(min(left, 0.1))
        except TimedOutError:
            pass
        except ReentrantError:
            return False  # in a callback: what makes room is what waits for it
        return True

    def _send_one_by_one(self, batch: Sequence[_Item], request_of: Callable[[Sequence[_Item]], bytes], end: float) -> None:
        counts, faults = _NOTHING, []
        for item in batch:
            try:
                counts = _sum(counts, self._send(request_of([item]), end))
            except (RequestError, RejectedError, NotDeliveredError, QueueFullError) as fault:
                counts = _sum(counts, _ONE_REJECTED if isinstance(fault, RequestError) else fault.counts)
                if isinstance(fault, QueueFullError):
                    fault.counts = counts
                    raise
                faults.append(fault)
        if faults:
            text = f"{len(faults)} of {len(batch)} {self._called} could not be exported; the first: {faults[0]}"
            raise error_of(Status.ERR_REJECTED if counts.rejected else Status.ERR_NOT_DELIVERED, text, counts) from faults[0]

    def flush(self, timeout: float) -> bool:
        return self._sink.flush(timeout)

    def shutdown(self) -> None:
        """What goes wrong, and that something was given up, is logged: raised, it would keep the provider from shutting down
        other processors."""
        self._is_shut_down = True
        try:
            if not self._sink.is_own and not self._sink.flush():
                self._logger.warning("%s have no outcome yet at shutdown", self._called)
            self._sink.close()
        except Error as fault:
            self._logger.warning("shutdown: %s", fault)


def _sum(some: Counts, more: Optional[Counts]) -> Counts:
    return Counts._make(map(sum, zip(some, more or _NOTHING)))
