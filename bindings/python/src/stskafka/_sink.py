# SPDX-License-Identifier: Apache-2.0
"""Where a handler's log records go: to an exporter of the program's, or to one of the handler's own, in each process
another."""
import os
import threading
import time
from typing import Callable, Dict, Mapping, Optional, TypeVar, Union

from ._codes import Counts, Status
from ._error import ClosedError, Error, ForkedError, ReentrantError, TimedOutError, error_of
from ._exporter import Exporter, options_of, sends_bodies
from ._options import Options, Value
from ._values import milliseconds

_T = TypeVar("_T")
_Key = TypeVar("_Key")

#: An exporter of the program's, or what one is made from.
Target = Union[Exporter, Options, Mapping[str, Value]]

#: The key of records: a text, or bytes.
Key = Union[str, bytes]


def key_in(key: _Key) -> _Key:
    """The key of all records, or what gives the key of each."""
    if key is not None and not callable(key) and not isinstance(key, (str, bytes)):
        raise TypeError(f"key is a str, bytes or a function, not {type(key).__name__}")
    return key



_CLOSE_TIMEOUT = 5.0  # as Exporter has it

#: Seconds until it is tried again to make an exporter: at first, and at most.
_PAUSE, _LONGEST_PAUSE = 1.0, 60.0


class BeingMade(ReentrantError):
    """The exporter is needed by a callback that is called while it is made."""


class _Here:
    """What a sink has in one process."""

    def __init__(self, exporter: Optional[Exporter]) -> None:
        self.lock = threading.RLock()  # a callback may need the exporter while it is made
        self.exporter = exporter       # the last one
        self.is_open = exporter is not None
        self.making = False
        self.fault: Optional[Exception] = None  # which stands, and
        self.told = False                       # whether somebody was told
        self.again, self.pause = 0.0, _PAUSE
        self.in_vain: Optional[Counts] = None


class Sink:
    """`target` is an Exporter of the program's, or what one is made from: at once; in a child process after fork() when it is
    needed there; and anew for a record that comes after the sink was closed. Where that fails later, it is tried again after
    a pause, and the fault stands until then.

    `close_timeout` is for how long flush and close wait; None: 5 seconds, or what the program's exporter has."""

    def __init__(self, target: Target, close_timeout: Optional[float] = None) -> None:
        if close_timeout is not None:
            milliseconds(close_timeout, "close_timeout")
        self._close_timeout = close_timeout
        self._given = target if isinstance(target, Exporter) else None
        self._options = None if isinstance(target, Exporter) else options_of(target)
        #: Whether messages are nothing but bodies, which must be bytes then.
        self.sends_bodies = sends_bodies(self._options) if self._options else isinstance(target, Exporter) and target._sends_bodies
        self._processes: Dict[int, _Here] = {}  # this one, and those that it was forked from
        if self.is_own:
            self._make(self._here)

    @property
    def _here(self) -> _Here:
        """Of this process: not every fork is one that os.register_at_fork sees (a C library's, uWSGI's)."""
        process = os.getpid()
        return self._processes.get(process) or self._processes.setdefault(process, _Here(self._given))

    @property
    def is_own(self) -> bool:
        """Whether the exporter is made here."""
        return self._given is None

    @property
    def exporter(self) -> Exporter:
        """The exporter of this process: the last one, open or closed."""
        here = self._here
        return here.exporter or self._make(here)

    def export(self, send: Callable[[Exporter], _T]) -> _T:
        """Calls `send` with an exporter that is open, and with the next one where another thread closed that meanwhile."""
        here = self._here
        if self._given is not None:
            return self._to_given(here, self._given, send)
        last = here.exporter
        exporter = last if here.is_open else None
        while True:
            if exporter is None:
                exporter = last = self._make(here, last)
            try:
                return send(exporter)
            except ClosedError:
                exporter = None

    def _to_given(self, here: _Here, exporter: Exporter, send: Callable[[Exporter], _T]) -> _T:
        if here.fault is not None:
            raise here.fault.with_traceback(None)
        try:
            return send(exporter)
        except (ClosedError, ForkedError) as fault:
            here.fault = fault  # and there is no end to it
            raise

    def _make(self, here: _Here, before: Optional[Exporter] = None) -> Exporter:
        """Another exporter than `before`, if nobody has made it already."""
        with here.lock:
            if here.exporter is not None and here.exporter is not before and here.is_open:
                return here.exporter
            if here.making:
                raise BeingMade(Status.ERR_REENTRANT, "the exporter is being made")
            if before is not None and not _await_end(before):
                if not isinstance(here.fault, ClosedError):
                    here.fault, here.told = error_of(Status.ERR_CLOSED, "the exporter is being closed"), False
                raise here.fault.with_traceback(None)
            if here.fault and time.monotonic() < here.again:
                raise here.fault.with_traceback(None)
            here.making = True
            try:
                timeout = _CLOSE_TIMEOUT if self._close_timeout is None else self._close_timeout
                here.exporter = Exporter(self._options, close_timeout=timeout)
            except Exception as fault:
                here.fault, here.told, here.again = fault, False, time.monotonic() + here.pause
                here.pause = min(2 * here.pause, _LONGEST_PAUSE)
                raise
            finally:
                here.making = False
            here.is_open, here.fault, here.pause, here.in_vain = True, None, _PAUSE, None
            return here.exporter

    def is_news(self, fault: Optional[BaseException]) -> bool:
        """False for a fault that stands, and that this was asked for before."""
        here = self._here
        if fault is None or fault is not here.fault:
            return True
        news, here.told = not here.told, True
        return news

    def flush(self, timeout: Optional[float] = None) -> bool:
        """Waits until all records have their outcome; False where `timeout` (None: `close_timeout`) was not enough."""
        here = self._here
        exporter = here.exporter
        if exporter is None:
            return True  # nothing was exported in this process
        # The close_timeout of an exporter made here may have been set since.
        patience = exporter.close_timeout if self.is_own or self._close_timeout is None else self._close_timeout
        try:
            exporter.flush(patience if timeout is None else timeout)
        except TimedOutError as fault:
            here.in_vain = fault.counts if timeout is None else None
            return False
        except (ClosedError, ForkedError):
            pass  # closed, it waits for nothing; and nothing is the child's of what the parent's exporter has
        return True

    def close(self) -> None:
        """Closes the exporter if it was made here; TimedOutError where records were given up. After a flush in vain, since
        which nothing happened, there is no second wait."""
        here = self._here
        exporter = self._begin_close(here)
        if exporter is not None:
            exporter.close(0.0 if here.in_vain and here.in_vain == exporter.counts() else None)

    def close_beside(self) -> None:
        """The same without waiting: another thread does, and the end of the interpreter waits for that."""
        exporter = self._begin_close(self._here)
        if exporter is not None:
            exporter._handle.close_beside()

    def _begin_close(self, here: _Here) -> Optional[Exporter]:
        """Does not wait for another thread that makes an exporter: that is one for a record that came later."""
        if not self.is_own:
            return None
        here.is_open = False
        return here.exporter


def _await_end(exporter: Exporter) -> bool:
    """So that records keep their order: what it still has goes before what the next one gets. False in one of its own last
    callbacks: an exporter for what these log would have callbacks in turn."""
    try:
        exporter.close()
    except ReentrantError:
        return False
    except Error:
        pass  # what was not delivered is counted, and told to callbacks
    return True
