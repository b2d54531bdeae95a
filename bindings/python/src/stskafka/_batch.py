# SPDX-License-Identifier: Apache-2.0
"""What batches have in common: one thread at a time uses them, and nobody changes them while they are exported."""
import os
from typing import Any, Callable, TypeVar

from ._codes import Status
from ._error import error_of
from ._owned import Owned

_T = TypeVar("_T")


class Batch(Owned):
    """A C object that is filled, and exported or explained as a whole."""

    _busy = 0  # the process in which somebody is at it

    def _look(self, look: Callable[[Any], _T]) -> _T:
        """For what may always be asked, also by a callback of the batch's own export."""
        with self._lock:
            return look(self._pointer)

    def _change(self, change: Callable[[Any], _T]) -> _T:
        """For calls of a moment."""
        with self._lock:
            self._begin()
            try:
                return change(self._pointer)
            finally:
                self._busy = 0

    def _send(self, send: Callable[[Any], _T]) -> _T:
        """For calls that may wait and call back. Who wants to change the batch meanwhile is refused: if a callback waited
        until the export is over, the export would wait for the callback."""
        with self._lock:
            self._begin()
        try:
            return send(self._pointer)
        finally:
            self._busy = 0

    def _begin(self) -> None:
        if self._busy == os.getpid():
            raise error_of(Status.ERR_REENTRANT, "the batch is being exported or explained")
        self._busy = os.getpid()
