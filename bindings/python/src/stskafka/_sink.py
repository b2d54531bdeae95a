# SPDX-License-Identifier: Apache-2.0
"""Where a handler's log records go: to an exporter of the program's, or to one of the handler's own, in each process
another."""
import os
import threading
import time
import weakref
from typing import Mapping, Optional, Union

from ._codes import Counts, Status
from ._error import ClosedError, ForkedError, ReentrantError, TimedOutError, error_of
from ._exporter import Exporter, options_of
from ._options import Options, Value
from ._values import milliseconds

#: An exporter of the program's, or what one is made from.
Target = Union[Exporter, Options, Mapping[str, Value]]

#: The key of records: a text, or bytes.
Key = Union[str, bytes]

_CLOSE_TIMEOUT = 5.0  # as Exporter has it

#: Seconds until it is tried again to make an exporter: at first, and at most.
_PAUSE, _LONGEST_PAUSE = 1.0, 60.0


class BeingMade(ReentrantError):
    """The exporter is needed by a callback that is called while it is made."""


class Sink:
    """`target` is an Exporter of the program's, or what one is made from: at once, and in a child process after fork() when
    it is needed there. Where that fails in a child, it is tried again after a pause, and the fault stands until then.

    `close_timeout` is for how long flush and close wait; None: 5 seconds, or what the program's exporter has."""

    def __init__(self, target: Target, close_timeout: Optional[float] = None) -> None:
        if close_timeout is not None:
            milliseconds(close_timeout)
        self._close_timeout, self._closed = close_timeout, False
        self._options = None if isinstance(target, Exporter) else options_of(target)
        self._exporter: Optional[Exporter]
        self._begin()
        if isinstance(target, Exporter):
            self._exporter = target
        else:
            self._make()
            _sinks.add(self)

    def _begin(self) -> None:
        """Nothing is made yet in this process."""
        self._exporter = None
        self._lock = threading.RLock()  # a callback may need the exporter while it is made
        self._making = False
        self._fault: Optional[Exception] = None
        self._again, self._pause = 0.0, _PAUSE
        self._in_vain: Optional[Counts] = None

    @property
    def exporter(self) -> Exporter:
        """The exporter of this process."""
        return self._exporter or self._make()

    @property
    def is_own(self) -> bool:
        """Whether the exporter is made here."""
        return self._options is not None

    def _make(self) -> Exporter:
        with self._lock:
            if self._exporter is not None:
                return self._exporter
            if self._making:
                raise BeingMade(Status.ERR_REENTRANT, "the exporter is being made")
            if self._closed:
                raise error_of(Status.ERR_CLOSED)
            if self._fault and time.monotonic() < self._again:
                raise self._fault.with_traceback(None)
            self._making = True
            try:
                timeout = _CLOSE_TIMEOUT if self._close_timeout is None else self._close_timeout
                self._exporter = Exporter(self._options, close_timeout=timeout)
            except Exception as fault:
                self._fault, self._again = fault, time.monotonic() + self._pause
                self._pause = min(2 * self._pause, _LONGEST_PAUSE)
                raise
            finally:
                self._making = False
            return self._exporter

    def flush(self, timeout: Optional[float] = None) -> bool:
        """Waits until all records have their outcome; False where `timeout` (None: `close_timeout`) was not enough."""
        exporter = self._exporter
        if exporter is None:
            return True  # nothing was exported in this process
        # The close_timeout of an exporter made here may have been set since.
        patience = exporter.close_timeout if self.is_own or self._close_timeout is None else self._close_timeout
        try:
            exporter.flush(patience if timeout is None else timeout)
        except TimedOutError as fault:
            self._in_vain = fault.counts if timeout is None else None
            return False
        except (ClosedError, ForkedError):
            pass  # closed, it waits for nothing; and nothing is the child's of what the parent's exporter has
        return True

    def close(self) -> None:
        """Closes the exporter if it was made here; TimedOutError where records were given up. After a flush in vain, since
        which nothing happened, there is no second wait."""
        with self._lock:
            self._closed = True
            exporter = self._exporter
        if self.is_own and exporter is not None:
            exporter.close(0.0 if self._in_vain and self._in_vain == exporter.counts() else None)


_sinks: "weakref.WeakSet[Sink]" = weakref.WeakSet()  # those that make exporters


def _begin_all() -> None:
    for sink in list(_sinks):
        sink._begin()


os.register_at_fork(after_in_child=_begin_all)
