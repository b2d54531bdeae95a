# SPDX-License-Identifier: Apache-2.0
"""Owns a C exporter: freed when nothing in Python refers to it any more, and no call on it runs.

Only __del__ frees it: unlike weakref.finalize it needs no reference from outside, which would keep an exporter for ever
whose callback refers to it. Calls count themselves, for a finalizer of something that is garbage together with the
exporter may use it in another thread."""
import _thread
import ctypes
import os
import time
import warnings
from typing import Any, Callable, Iterable, List, Optional, Set

from . import _callbacks, _life
from . import _declarations as c
from ._codes import Counts, Status, new_counters
from ._error import Error, ErrorOut, error_of
from ._library import lib
from ._memory import MemoryTransport
from ._options import Options
from ._owned import Unique
from ._values import milliseconds, text_out

#: How often somebody looks who waits for another thread, in seconds.
_LOOK = 0.005

#: What exporters refer to that could not be freed.
_left_behind: List[Set[Any]] = []


class Handle(Unique):
    """A C exporter, and what it refers to."""

    _pid = 0  # also where __init__ did not come so far

    def __init__(self, options: Options, exit_timeout: float) -> None:
        self.exit_timeout = exit_timeout
        self.closed = False
        self.final: Optional[Counts] = None  # where it is closed
        self.description = ""
        self.pointer: Any = ctypes.POINTER(c.Exporter)()
        self._held: Set[Any] = set()
        self._calls: Set[object] = set()
        self._closers: List[int] = []  # threads
        self._pid = os.getpid()
        _life.begin(self)
        self._make(options)

    def _make(self, options: Options) -> None:
        error = ErrorOut()
        try:
            self._hold(options._things)
            # C puts the pointer where __del__ finds it, also when a signal comes before the call has returned to Python.
            error.check(_callbacks.call(lib.sts_exporter_new, ctypes.byref(self.pointer), options._pointer, error.out))
        finally:
            if self.pointer:
                self.description = text_out(lib.sts_exporter_describe(self.pointer))
            else:
                self.closed = True
                self._let_go(list(self._held))

    def _hold(self, things: Iterable[Any]) -> List[Any]:
        """Returns those that are new to it."""
        new = [thing for thing in things if thing not in self._held]
        for thing in new:
            if isinstance(thing, MemoryTransport):
                thing._keep(id(self))
            self._held.add(thing)
        return new

    def _let_go(self, things: Iterable[Any]) -> None:
        for thing in things:
            self._held.discard(thing)
            if isinstance(thing, MemoryTransport):
                thing._serve_no_more(id(self))
                thing._release()

    def call(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Calls a C function with the exporter, which is not freed meanwhile."""
        me = object()
        try:
            self._calls.add(me)
            pointer = self.pointer
            if not pointer:
                raise error_of(Status.ERR_CLOSED, "the exporter was garbage, and is freed")
            return _callbacks.call(function, pointer, *arguments)
        finally:
            self._calls.discard(me)

    def reconfigure(self, options: Options) -> None:
        error, new = ErrorOut(), self._hold(options._things)
        try:
            error.check(self.call(lib.sts_exporter_reconfigure, options._pointer, error.out))
        except Error:  # and not where a signal came: then C may have taken them over
            self._let_go(new)
            raise

    def is_empty(self, timeout: float) -> bool:
        """Whether everything has its outcome, and so it can be closed without loss; sends at once what lingers."""
        if self.pointer and not self._closers:
            return bool(self.call(lib.sts_flush, milliseconds(timeout), None, 0, None) != Status.ERR_TIMED_OUT)
        time.sleep(timeout)  # another thread is making it, or closing it
        return self.closed

    def close(self, timeout: float) -> Counts:
        """Ends the exporter; raises as the C call says. Where another thread is at it, waits for that one."""
        wait_ms, error, counters = milliseconds(timeout), ErrorOut(), new_counters()

        def close_in_c(pointer: Any) -> int:
            code = int(lib.sts_exporter_close(pointer, wait_ms, counters, len(counters), error.out))
            if code in (Status.OK, Status.ERR_TIMED_OUT, Status.ERR_CALLBACK):
                self._ended(Counts._make(counters), in_use=code == Status.ERR_CALLBACK)
            return code

        if self.final is not None:
            return self.final
        me = _thread.get_ident()
        try:
            self._closers.append(me)
            code = self.call(close_in_c)
        finally:
            self._closers.remove(me)
        if code != Status.ERR_CLOSED:
            counts = Counts._make(counters)
            error.check(code, counts)
            return counts
        end = time.monotonic() + timeout + 1
        # This thread may be another closer itself: a signal or the garbage collector may interrupt it anywhere.
        while self.final is None and any(closer != me for closer in list(self._closers)):
            if time.monotonic() > end:
                raise error_of(Status.ERR_TIMED_OUT, "another thread is still closing the exporter", Counts._make(counters))
            time.sleep(_LOOK)
        return self.final or self._ended(self.counts())

    def close_beside(self) -> None:
        """Closes it in another thread, as long as `exit_timeout` and the end of the interpreter wait for that."""
        self._beside(lambda: self.close(self.exit_timeout))

    def _ended(self, counts: Counts, in_use: bool = False) -> Counts:
        self.closed, self.final = True, counts
        for thing in list(self._held):
            if isinstance(thing, MemoryTransport) and not in_use:
                thing._serve_no_more(id(self))
        return counts

    @property
    def is_mine(self) -> bool:
        """Whether this process made it, and not one that it was forked from."""
        return self._pid == os.getpid()

    def counts(self) -> Counts:
        counters = new_counters()
        code = self.call(lib.sts_exporter_counts, counters, len(counters))
        if code != Status.OK:
            raise error_of(code)
        return Counts._make(counters)

    def __del__(self) -> None:
        if not self.is_mine or not self.pointer:
            return  # of the parent's nothing can be freed here; and of one that was not made there is nothing
        if self.closed and not self._calls:
            self._free()
            return
        left_open = not self.closed
        # Not here: the garbage collector may run anywhere, also in a callback of this very exporter, or while this thread
        # holds a lock that a callback waits for.
        self._beside(self._close_and_free)
        if left_open:  # last, for it raises where warnings are errors
            warnings.warn(f"an exporter was not closed: {self.description}", ResourceWarning)

    def _beside(self, end: Callable[[], Any]) -> None:
        """Calls `end` in another thread. Not by threading.Thread, whose own lock may be the one that is held."""
        def ended() -> None:
            try:
                end()
            except Exception:
                pass  # what was not delivered is counted, and told to callbacks
            finally:
                _life.left(self)

        _life.leave(self)
        try:
            _thread.start_new_thread(ended, ())
        except RuntimeError:  # the interpreter exits
            ended()

    def _close_and_free(self) -> None:
        try:
            self.close(self.exit_timeout)
        finally:
            self._free()

    def _free(self) -> None:
        pointer, self.pointer = self.pointer, None
        end = time.monotonic() + 1
        while self._calls and time.monotonic() < end:  # they found the pointer before, and end soon: it is closed
            time.sleep(_LOOK)
        # What is not freed, for a call of it or one of its callbacks has not returned, still uses what it refers to.
        if self._calls or lib.sts_exporter_free(pointer, 0) in (Status.ERR_REENTRANT, Status.ERR_CALLBACK):
            _left_behind.append(self._held)
        else:
            self._let_go(list(self._held))
