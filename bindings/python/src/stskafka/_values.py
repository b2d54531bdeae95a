# SPDX-License-Identifier: Apache-2.0
"""From Python's values to C's and back."""
import ctypes
import math
import operator
from typing import Any, Optional, Union

from . import _declarations as c

#: What may stand where C takes bytes.
BytesLike = Union[bytes, bytearray, memoryview]

MAX_MS = 2**31 - 1


def text_in(value: str, what: str = "a text") -> bytes:
    """UTF-8 for a parameter that ends with a NUL, and so cannot hold one."""
    if not isinstance(value, str):
        raise TypeError(f"{what} is a str, not {type(value).__name__}")
    if "\0" in value:
        raise ValueError(f"{what} cannot hold a NUL")
    return value.encode()


def text_out(value: Optional[bytes]) -> str:
    return (value or b"").decode(errors="replace")


def text_or_none(value: Optional[bytes]) -> Optional[str]:
    return None if value is None else value.decode(errors="replace")


def bytes_in(value: BytesLike, what: str) -> bytes:
    if isinstance(value, bytes):
        return value
    if isinstance(value, (bytearray, memoryview)):
        return bytes(value)
    raise TypeError(f"{what} is bytes, not {type(value).__name__}")


def whole(number: int, least: int, beyond: int, what: str) -> int:
    """ctypes would cut a number that C cannot hold."""
    try:
        value = operator.index(number)
    except TypeError:
        raise TypeError(f"{what} is an int, not {type(number).__name__}") from None
    if not least <= value < beyond:
        raise ValueError(f"{what} is from {least} to {beyond - 1}")
    return value


def bytes_out(view: c.Bytes) -> Optional[bytes]:
    return None if view.data is None else ctypes.string_at(view.data, view.size)


def view_of(function: Any, *arguments: Any) -> Optional[bytes]:
    """What a C function puts into the view that is its last parameter."""
    view = c.Bytes()
    function(*arguments, ctypes.byref(view))
    return bytes_out(view)


def milliseconds(seconds: float, what: str = "timeout") -> int:
    """A time to wait, never rounded down to not waiting at all, nor beyond what C takes (24 days)."""
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
        raise TypeError(f"{what} is a number of seconds, not {type(seconds).__name__}")
    if not seconds >= 0:
        raise ValueError(f"{what} is 0 or more seconds, not {seconds}")
    return MAX_MS if seconds >= MAX_MS / 1000 else math.ceil(seconds * 1000)
