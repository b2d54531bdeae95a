# SPDX-License-Identifier: Apache-2.0
"""A transport into memory, for the tests of programs that use this package."""
import ctypes
import os
from typing import Any, List, Optional, Tuple

from . import _declarations as c
from ._error import ErrorOut
from ._library import lib
from ._owned import Owned
from ._records import Message, message_of
from ._values import text_in, whole


class MemoryTransport(Owned):
    """Keeps the first `capacity` messages that it gets, and delivers or fails by a script (Options.set_transport).

    The script is a list of steps with commas between, each for the next message, or with *N for the next N: deliver,
    fail, uncertain, full, refuse, fatal, hold (no outcome until it is closed); beyond the last step all are
    delivered. For instance "deliver*10,fail,hold". Topics have `partitions` partitions.

    A transport serves one exporter at a time; when that is closed, another one may have it."""

    def __init__(self, script: str = "", capacity: int = 1000, partitions: int = 1) -> None:
        pointer, error = ctypes.POINTER(c.MemoryTransport)(), ErrorOut()
        error.check(lib.sts_memory_transport_new(ctypes.byref(pointer), text_in(script, "script"),
                                       whole(capacity, 0, 2**64, "capacity"), whole(partitions, 1, 2**31, "partitions"),
                                       error.out))
        super().__init__(pointer, lib.sts_memory_transport_free)
        self._users = 1  # this object, and exporters
        self._serves: Optional[Tuple[int, int]] = None  # a process, and an exporter there that is not closed

    def __repr__(self) -> str:
        return f"<stskafka.MemoryTransport, {self.count} messages>"

    def __del__(self) -> None:
        if self._owned:
            self._release()

    # Among objects that are garbage together the order of __del__ is any, and an exporter must be freed first.

    def _keep(self, user: int) -> None:
        with self._lock:
            if self._serves and self._serves[0] == os.getpid():
                raise ValueError("this MemoryTransport serves an exporter that is not closed")
            self._users, self._serves = self._users + 1, (os.getpid(), user)

    def _serve_no_more(self, user: int) -> None:
        with self._lock:
            if self._serves == (os.getpid(), user):
                self._serves = None

    def _release(self) -> None:
        with self._lock:
            self._users -= 1
            if self._users == 0:
                super().__del__()

    def _as_context(self) -> Any:
        return ctypes.cast(self._pointer, ctypes.c_void_p)

    @property
    def count(self) -> int:
        """How many messages were taken in all."""
        return int(lib.sts_memory_transport_count(self._pointer))

    @property
    def messages(self) -> List[Message]:
        """The kept ones, in the order of sending."""
        found: List[Message] = []
        while True:
            pointer = lib.sts_memory_transport_message(self._pointer, len(found))
            if not pointer:
                return found
            found.append(message_of(pointer.contents))
