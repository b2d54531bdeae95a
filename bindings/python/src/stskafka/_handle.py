# SPDX-License-Identifier: Apache-2.0
"""The life of a C exporter: it is freed when nothing in Python refers to it any more, and closed before the interpreter
goes, for its threads may call Python.

Only __del__ frees it. Every call holds a reference, so none can run while it is freed; and unlike weakref.finalize,
__del__ needs no reference from outside, which would keep an exporter for ever whose callback refers to it."""
import _thread
import atexit
import os
import time
import warnings
import weakref
from typing import Any, Iterable, List, Set

from ._codes import Counts, Status, new_counters
from ._error import Error, ErrorOut
from ._library import lib
from ._memory import MemoryTransport
from ._values import milliseconds


class Handle:
    """`pointer` is the C exporter, and `held` what it refers to."""

    def __init__(self, pointer: Any, held: Iterable[Any], exit_timeout: float) -> None:
        self.pointer, self.exit_timeout, self.closed = pointer, exit_timeout, False
        self.held: Set[Any] = set()
        self._pid = os.getpid()
        self.hold(held)
        _life.live.add(self)

    def hold(self, held: Iterable[Any]) -> None:
        for thing in held:
            if thing not in self.held and isinstance(thing, MemoryTransport):
                thing._keep()
            self.held.add(thing)

    def close(self, timeout: float) -> Counts:
        """Ends the exporter; raises as the C call says."""
        error, counters = ErrorOut(), new_counters()
        code = lib.sts_exporter_close(self.pointer, milliseconds(timeout), counters, len(counters), error.out)
        self.closed = self.closed or code in (Status.OK, Status.ERR_TIMED_OUT, Status.ERR_CLOSED)
        counts = Counts._make(counters)
        error.check(code, counts)
        return counts

    def __del__(self) -> None:
        if self._pid != os.getpid():
            return  # the parent's: nothing of it can be freed here
        if self.closed:
            _free(self.pointer, self.held, 0.0)
            return
        warnings.warn("an exporter was not closed", ResourceWarning, source=self)
        # Not here: the garbage collector may run anywhere, also in a callback of this very exporter, or while this thread
        # holds a lock that a callback waits for. And not by threading.Thread, whose own lock may be the one.
        _life.leaving.append(self.pointer)
        try:
            _thread.start_new_thread(_leave, (self.pointer, self.held, self.exit_timeout))
        except RuntimeError:
            _leave(self.pointer, self.held, self.exit_timeout)


def _free(pointer: Any, held: Set[Any], timeout: float) -> None:
    lib.sts_exporter_free(pointer, milliseconds(timeout))
    for thing in held:
        if isinstance(thing, MemoryTransport):
            thing._release()


def _leave(pointer: Any, held: Set[Any], timeout: float) -> None:
    try:
        _free(pointer, held, timeout)
    finally:
        _life.leaving.remove(pointer)


class _Life:
    """All exporters of this process."""

    def __init__(self) -> None:
        self.live: "weakref.WeakSet[Handle]" = weakref.WeakSet()
        self.leaving: List[Any] = []  # C exporters that were garbage and are being freed
        self.over = False


_life = _Life()


def require_life() -> None:
    """An exporter that is made once the interpreter is on its way out would never be closed."""
    if _life.over:
        raise RuntimeError("no exporter can be made while the interpreter exits")


def _close_all() -> None:
    """Closes what the program left open: what is queued gets up to each exporter's `exit_timeout`, all at the same time."""
    _life.over = True
    began = time.monotonic()
    end = began
    for handle in list(_life.live):
        if handle.closed:
            continue
        end = max(end, began + handle.exit_timeout)
        try:
            handle.close(max(0.0, began + handle.exit_timeout - time.monotonic()))
        except Error:
            pass  # what was not delivered is counted, and told to callbacks
    _wait_for_garbage(end + 1 - time.monotonic())


def _wait_for_garbage(timeout: float) -> None:
    """Waits until exporters that were garbage are freed; their threads cannot be joined (_thread)."""
    end = time.monotonic() + timeout
    while _life.leaving and time.monotonic() < end:
        time.sleep(0.005)


def _forget_all() -> None:
    global _life
    _life = _Life()


atexit.register(_close_all)
os.register_at_fork(after_in_child=_forget_all)
