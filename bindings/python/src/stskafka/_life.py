# SPDX-License-Identifier: Apache-2.0
"""All exporters of this process: they are closed before the interpreter goes, for their threads may call Python."""
import atexit
import os
import sys
import time
import weakref
from typing import TYPE_CHECKING, Dict, List, Optional

from ._error import Error

if TYPE_CHECKING:
    from ._handle import Handle


class _Life:
    """The exporters of one process."""

    def __init__(self) -> None:
        self.live: "weakref.WeakValueDictionary[int, Handle]" = weakref.WeakValueDictionary()
        self.leaving: "Dict[Handle, float]" = {}  # those that are being closed beside all else, with their deadlines
        self.began = self.over = False


_lives: Dict[int, _Life] = {}  # of this process, and of those that it was forked from


def here() -> _Life:
    """Of this process: not every fork is one that os.register_at_fork sees (a C library's, uWSGI's)."""
    process = os.getpid()
    return _lives.get(process) or _lives.setdefault(process, _Life())


def begin(handle: "Handle") -> None:
    life = here()
    if life.over:  # it would never be closed
        raise RuntimeError("no exporter can be made while the interpreter exits")
    life.live[id(handle)] = handle
    if not life.began:
        life.began = True
        _close_at_the_end_of_a_child()


def leave(handle: "Handle") -> None:
    here().leaving[handle] = time.monotonic() + handle.exit_timeout


def left(handle: "Handle") -> None:
    here().leaving.pop(handle, None)


def _close_at_the_end_of_a_child() -> None:
    """A child of multiprocessing may end by os._exit, which atexit does not see."""
    process, util = (sys.modules.get(f"multiprocessing.{name}") for name in ("process", "util"))
    if process and util and process.parent_process() is not None:
        util.Finalize(None, close_all, exitpriority=0)


def close_all() -> None:
    """Closes what the program left open: what is queued gets up to each exporter's `exit_timeout`, all at the same time.
    Ctrl-C ends the waiting, and not the closing."""
    life = here()
    life.over = True
    began = time.monotonic()
    handles = [handle for handle in (each() for each in life.live.valuerefs())
               if handle and not handle.closed and handle not in life.leaving]
    fault: Optional[BaseException] = None
    try:
        _close_when_empty({handle: began + handle.exit_timeout for handle in handles})
        wait_for_leaving(max([began, *list(life.leaving.values())]) + 1 - time.monotonic())
    except BaseException as interrupt:
        fault = interrupt
    while True:
        try:
            _close_now(handles)
            break
        except BaseException as interrupt:
            fault = fault or interrupt
    if fault is not None:
        raise fault


def _close_when_empty(ends: "Dict[Handle, float]") -> None:
    """In turn, so that no exporter without a broker takes the time of the others."""
    while ends:
        for handle, end in list(ends.items()):
            left = max(0.0, end - time.monotonic())
            if left == 0 or handle.is_empty(min(left, max(0.002, 0.05 / len(ends)))):
                del ends[handle]
                _close(handle, left)


def _close_now(handles: "List[Handle]") -> None:
    while handles:
        _close(handles[-1], 0.0)
        handles.pop()


def _close(handle: "Handle", timeout: float) -> None:
    try:
        handle.close(timeout)
    except Error:
        pass  # what was not delivered is counted, and told to callbacks


def wait_for_leaving(timeout: float) -> None:
    """Waits until what is closed beside all else is; those threads cannot be joined (_thread)."""
    end = time.monotonic() + timeout
    while here().leaving and time.monotonic() < end:
        time.sleep(0.005)


atexit.register(close_all)
