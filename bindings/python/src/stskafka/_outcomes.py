# SPDX-License-Identifier: Apache-2.0
"""Outcomes that are taken, where there is no callback for them."""
import time
from typing import Any, Iterator, List, Optional

from ._error import check, no_memory
from ._handle import Handle
from ._library import lib
from ._owned import Locked
from ._records import Outcome, outcome_of
from ._values import milliseconds, whole

#: How long C waits at a time, in seconds: a signal (Ctrl-C) is served between such waits.
_PATIENCE = 0.2


class Outcomes(Locked):
    """Takes outcomes from an exporter, and keeps those that were not handed out: where a signal interrupts the taking, or
    somebody leaves a loop over them."""

    def __init__(self, handle: Handle) -> None:
        super().__init__()
        self._handle = handle
        self._kept: List[Outcome] = []

    def take(self, timeout: float, limit: int) -> List[Outcome]:
        limit = whole(limit, 1, 2**63, "limit")
        if not self._kept or not self._handle.is_mine:
            self._fill(timeout, limit)
        with self._lock:
            found = self._kept[:limit]
            del self._kept[:limit]
        return found

    def iterate(self, timeout: Optional[float]) -> Iterator[Outcome]:
        while True:
            closed = self._handle.closed
            if not self._kept:
                self._fill(1.0 if timeout is None else timeout, 1000)
            if not self._kept and (closed or timeout is not None):
                return
            while self._kept:
                yield from self.take(0, 1)

    def _fill(self, timeout: float, limit: int) -> None:
        milliseconds(timeout)
        taken = lib.sts_outcomes_new(limit)
        if not taken:
            raise no_memory()
        found: Optional[List[Outcome]] = None
        try:
            self._wait(taken, time.monotonic() + timeout)
            found = _read(taken)
        finally:
            if found is None:  # a signal came between
                found = _read(taken)
            with self._lock:
                self._kept.extend(found)
            lib.sts_outcomes_free(taken)

    def _wait(self, taken: Any, end: float) -> None:
        left = _PATIENCE + 1
        while left > _PATIENCE and not lib.sts_outcomes_count(taken):
            left = max(0.0, end - time.monotonic())
            closed = self._handle.closed
            check(self._handle.call(lib.sts_exporter_take_outcomes, taken, milliseconds(min(left, _PATIENCE))),
                  'outcomes are taken where the option outcomes is "all", "failures" or "tokens", and no callback gets them')
            if closed:
                return


def _read(taken: Any) -> List[Outcome]:
    return [outcome_of(lib.sts_outcomes_at(taken, index)) for index in range(lib.sts_outcomes_count(taken))]
