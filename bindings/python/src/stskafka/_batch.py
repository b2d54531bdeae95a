# SPDX-License-Identifier: Apache-2.0
"""What batches have in common: a C object that is freed with them, and that one thread at a time uses."""
import threading
from typing import Any, Callable, TypeVar

from ._error import no_memory

_T = TypeVar("_T")


class Batch:
    """Owns the C object that `new` makes and `free` frees."""

    def __init__(self, new: Callable[[], Any], free: Callable[[Any], None]) -> None:
        self._free, self._pointer = free, new()
        if not self._pointer:
            raise no_memory()
        self._lock = threading.RLock()  # callbacks of an export may come back to it

    def __del__(self) -> None:
        pointer = getattr(self, "_pointer", None)
        if pointer:
            self._free(pointer)

    def _use(self, use: Callable[[Any], _T]) -> _T:
        with self._lock:
            return use(self._pointer)
