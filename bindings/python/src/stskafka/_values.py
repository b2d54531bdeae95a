# SPDX-License-Identifier: Apache-2.0
"""From Python's values to C's and back."""
import ctypes
import math
import numbers
import operator
from typing import Any, Iterable, Iterator, List, Mapping, Optional, Tuple, TypeVar, Union

from . import _declarations as c

#: What may stand where C takes bytes.
BytesLike = Union[bytes, bytearray, memoryview]

MAX_MS = 2**31 - 1

_K = TypeVar("_K")
_V = TypeVar("_V")


# `what` is the name of the parameter, or what else its caller knows it by: a fault begins with it.


def utf8(value: str, what: str) -> bytes:
    try:
        return value.encode()
    except UnicodeEncodeError as fault:
        raise ValueError(f"{what} has a surrogate at {fault.start}, which is no character of UTF-8") from None


def text_in(value: str, what: str) -> bytes:
    """UTF-8 for a parameter that ends with a NUL, and so cannot hold one."""
    if not isinstance(value, str):
        raise TypeError(f"{what} is a str, not {type(value).__name__}")
    if "\0" in value:
        raise ValueError(f"{what} cannot hold a NUL")
    return utf8(value, what)


def texts_in(values: Iterable[str], what: str) -> List[bytes]:
    """A single str is one too, of its letters; but nobody means that."""
    if isinstance(values, str) or not isinstance(values, Iterable):
        raise TypeError(f"{what} is an iterable of str, not {type(values).__name__}")
    return [text_in(value, f"{what}[{index}]") for index, value in enumerate(values)]


def mapping_in(value: Mapping[_K, _V], what: str) -> Mapping[_K, _V]:
    if not isinstance(value, Mapping):
        raise TypeError(f"{what} is a mapping, not {type(value).__name__}")
    return value


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


def data_in(value: Union[str, BytesLike], what: str) -> bytes:
    """Bytes, or a text as its UTF-8."""
    if not isinstance(value, (str, bytes, bytearray, memoryview)):
        raise TypeError(f"{what} is a str or bytes, not {type(value).__name__}")
    return utf8(value, what) if isinstance(value, str) else bytes(value)


def data_or_null(value: Union[str, BytesLike, None], what: str) -> Optional[bytes]:
    return None if value is None else data_in(value, what)


def pairs_in(pairs: Any, what: str) -> Iterator[Tuple[str, Any]]:
    """Names and values, of a mapping of names to one value or several, or of pairs."""
    if isinstance(pairs, Mapping):
        for name, values in pairs.items():
            several = isinstance(values, Iterable) and not isinstance(values, (str, bytes, bytearray, memoryview))
            for value in values if several else [values]:
                yield name, value
        return
    if isinstance(pairs, (str, bytes)) or not isinstance(pairs, Iterable):
        raise TypeError(f"{what} is a mapping or pairs of a name and a value, not {type(pairs).__name__}")
    for pair in pairs:
        if not isinstance(pair, (tuple, list)) or len(pair) != 2:
            raise TypeError(f"{what} has pairs of a name and a value, and one that is none is a {type(pair).__name__}")
        yield pair[0], pair[1]


def whole(number: int, least: int, beyond: int, what: str) -> int:
    """ctypes would cut a number that C cannot hold."""
    try:
        value = operator.index(number)
    except TypeError:
        raise TypeError(f"{what} is an int, not {type(number).__name__}") from None
    if not least <= value < beyond:
        raise ValueError(f"{what} is from {least} to {beyond - 1}")
    return value


def number_in(number: float, what: str, kind: str = "a number") -> float:
    if isinstance(number, bool) or not isinstance(number, numbers.Real):
        raise TypeError(f"{what} is {kind}, not {type(number).__name__}")
    return number


def view_in(data: Optional[bytes]) -> c.Bytes:
    """A view of bytes that must live as long; None is null."""
    return c.Bytes() if data is None else c.Bytes(ctypes.cast(ctypes.c_char_p(data), ctypes.c_void_p), len(data))


def bytes_out(view: c.Bytes) -> Optional[bytes]:
    return None if view.data is None else ctypes.string_at(view.data, view.size)


def view_of(function: Any, *arguments: Any) -> Optional[bytes]:
    """What a C function puts into the view that is its last parameter."""
    view = c.Bytes()
    function(*arguments, ctypes.byref(view))
    return bytes_out(view)


def milliseconds(seconds: float, what: str = "timeout") -> int:
    """A time to wait, never rounded down to not waiting at all, nor beyond what C takes (24 days)."""
    if not number_in(seconds, what, "a number of seconds") >= 0:
        raise ValueError(f"{what} is 0 or more seconds, not {seconds}")
    return MAX_MS if seconds >= MAX_MS / 1000 else math.ceil(seconds * 1000)
