# SPDX-License-Identifier: Apache-2.0
"""A transport into memory, for the tests of programs that use this package."""
import ctypes
from typing import Any, List

from . import _declarations as c
from ._error import ErrorOut
from ._library import lib
from ._records import Message, message_of
from ._values import text_in


class MemoryTransport:
    """Keeps the first `capacity` messages that it gets, and delivers or fails by a script (Options.set_transport).

    The script is a list of steps with commas between, each for the next message, or with *N for the next N: deliver,
    fail, uncertain, full, refuse, fatal, hold (no outcome until it is closed); beyond the last step all are
    delivered. For instance "deliver*10,fail,hold". Topics have `partitions` partitions."""

    def __init__(self, script: str = "", capacity: int = 1000, partitions: int = 1) -> None:
        self._users = 1  # this object, and exporters
        self._pointer = ctypes.POINTER(c.Memory)()
        error = ErrorOut()
        error.check(lib.sts_memory_new(ctypes.byref(self._pointer), text_in(script, "a script"), capacity, partitions,
                                       error.out))

    def __del__(self) -> None:
        self._release()

    # Among objects that are garbage together the order of __del__ is any, and an exporter must be freed first.

    def _keep(self) -> None:
        self._users += 1

    def _release(self) -> None:
        self._users -= 1
        if self._users == 0 and self._pointer:
            lib.sts_memory_free(self._pointer)

    def _as_context(self) -> Any:
        return ctypes.cast(self._pointer, ctypes.c_void_p)

    @property
    def count(self) -> int:
        """How many messages were taken in all."""
        return int(lib.sts_memory_count(self._pointer))

    @property
    def messages(self) -> List[Message]:
        """The kept ones, in the order of sending."""
        found: List[Message] = []
        while True:
            pointer = lib.sts_memory_message(self._pointer, len(found))
            if not pointer:
                return found
            found.append(message_of(pointer.contents))
