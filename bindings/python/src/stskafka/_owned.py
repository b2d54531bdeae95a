# SPDX-License-Identifier: Apache-2.0
"""Who owns a C object: frees it once, and refuses every use of it after that.

Objects that are garbage together get their __del__ in any order, and each may use the others meanwhile. So whoever frees
takes its pointer away first, and a use that comes later raises ClosedError."""
import os
import threading
from typing import Any, Callable, ContextManager, Dict, NoReturn

from ._codes import Status
from ._error import error_of, no_memory


class Unique:
    """What cannot be copied: its copy would free the same C object once more."""

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise TypeError(f"{type(self).__name__} objects cannot be copied or pickled")


class Locked:
    """Has a lock."""

    def __init__(self) -> None:
        self._locks: Dict[int, ContextManager[bool]] = {}

    @property
    def _lock(self) -> ContextManager[bool]:
        """Held for moments only, and never while C may wait or call back. In a child process it is another one: nobody there
        would let go of what a thread of the parent held. The garbage collector and signals may come back to it."""
        process = os.getpid()
        return self._locks.get(process) or self._locks.setdefault(process, threading.RLock())


class Owned(Unique, Locked):
    """Owns `pointer`, which `free` frees."""

    _owned: Any = None  # also where __init__ did not come so far

    def __init__(self, pointer: Any, free: Callable[[Any], None]) -> None:
        super().__init__()
        if not pointer:
            raise no_memory()
        self._free, self._owned = free, pointer

    def __del__(self) -> None:
        pointer, self._owned = self._owned, None
        if pointer:
            self._free(pointer)

    @property
    def _pointer(self) -> Any:
        pointer = self._owned
        if not pointer:
            raise error_of(Status.ERR_CLOSED, f"this {type(self).__name__} was garbage, and is freed")
        return pointer
