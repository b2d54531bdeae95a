# SPDX-License-Identifier: Apache-2.0
"""The configuration of an exporter."""
import datetime
import threading
from typing import Any, Callable, Dict, Iterator, List, Mapping, NamedTuple, Optional, Sequence, Tuple, TypeVar, Union

from . import _callbacks
from . import _declarations as c
from ._error import ErrorOut, check, no_memory
from ._library import lib
from ._memory import MemoryTransport
from ._values import text_in, text_out

_T = TypeVar("_T")

#: What an option may be set to: its text, or what stands for one.
Value = Union[str, bool, int, datetime.timedelta, Sequence[str]]


class OptionInfo(NamedTuple):
    """One line of the library's table of options."""
    name: str      #: for instance "read_timeout"
    type: str      #: "text", "boolean", "integer", "duration", "choice", "list", "spec" or "secret"
    default: str   #: as text
    bounds: str    #: for instance "1ms..15m", or "all|leader|none"; "" where any value goes
    text: str      #: what it does
    is_live: bool  #: may change while an exporter runs (Exporter.reconfigure)


def option_table() -> List[OptionInfo]:
    """All options, in the order of OPTIONS.md."""
    return [OptionInfo(text_out(lib.sts_option_name(i)), text_out(lib.sts_option_type(i)),
                       text_out(lib.sts_option_default(i)), text_out(lib.sts_option_bounds(i)),
                       text_out(lib.sts_option_text(i)), bool(lib.sts_option_is_live(i)))
            for i in range(lib.sts_option_count())]


def _text(value: Value) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, datetime.timedelta):
        return f"{value // datetime.timedelta(microseconds=1)}us"
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray)):
        return ",".join(value)
    raise TypeError(f"an option is a str, bool, int, timedelta or a list of str, not {type(value).__name__}")


class Options:
    """Options by name, as in a mapping: `options["required_acks"] = "all"`, `options["required_acks"]`,
    `name in options`; iterating gives the names of the whole table, and of what was set beyond it (`kafka.*`,
    `record_headers.*`, `header_from.*`).

    A value that does not fit is refused with ConfigError, and the option keeps its old one. Booleans, whole numbers,
    timedeltas and lists of texts stand for their texts. A secret that was set reads as "[REDACTED]".

    Exporters copy what they need: later changes concern later exporters. An exporter keeps the callbacks alive."""

    def __init__(self, values: Union[Mapping[str, Value], None] = None, **more: Value) -> None:
        self._pointer = lib.sts_options_new()
        if not self._pointer:
            raise no_memory()
        self._lock = threading.RLock()  # a callback may come while an exporter is made
        self._held: Dict[str, Any] = {}  # what C has a number or a pointer of
        self._beyond: Dict[str, None] = {}  # names that were set and are not in the table, in order
        self._table = [info.name for info in option_table()]
        self.update(values or {}, **more)

    def __del__(self) -> None:
        pointer, self._pointer = getattr(self, "_pointer", None), None
        if pointer:
            lib.sts_options_free(pointer)

    def __setitem__(self, name: str, value: Value) -> None:
        error = ErrorOut()
        with self._lock:
            error.check(lib.sts_options_set(self._pointer, text_in(name, "the name of an option"),
                                            text_in(_text(value), f"the option {name}"), error.out))
            if name not in self._table:
                self._beyond[name] = None

    def __getitem__(self, name: str) -> str:
        with self._lock:
            value = lib.sts_options_get(self._pointer, text_in(name, "the name of an option"))
        if value is None:
            raise KeyError(name)
        return text_out(value)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self.get(name) is not None

    def __iter__(self) -> Iterator[str]:
        return iter([*self._table, *self._beyond])

    def __len__(self) -> int:
        return len(self._table) + len(self._beyond)

    def __repr__(self) -> str:
        return f"<stskafka.Options brokers={self['brokers']!r} topic={self['topic']!r}>"

    def keys(self) -> List[str]:
        """The names; with it, dict(options) gives names and values."""
        return list(self)

    def get(self, name: str, default: Optional[str] = None) -> Optional[str]:
        """The value of an option, `default` if there is no such option."""
        try:
            return self[name]
        except KeyError:
            return default

    def update(self, values: Mapping[str, Value] = {}, **more: Value) -> None:
        """Sets several options; the first that is refused ends it."""
        for name, value in {**values, **more}.items():
            self[name] = value

    def _set_callback(self, kind: str, set_in_c: Any, callback_type: Any, thunk: Any,
                      function: Optional[Callable[..., Any]]) -> None:
        target = _callbacks.Target(function) if function is not None else None
        with self._lock:
            check(set_in_c(self._pointer, thunk if target else callback_type(), target.number if target else None))
            self._held[kind] = target

    def set_outcome_callback(self, callback: Optional[_callbacks.OutcomeCallback]) -> None:
        """`callback(outcome)` is called for each record's Outcome, from the library's own thread; None takes it back.

        It must return soon. It may export, but not flush, poll or close: those raise ReentrantError. What it raises
        goes to sys.unraisablehook. These rules hold for all callbacks."""
        self._set_callback("outcome", lib.sts_options_set_outcome_callback, c.OutcomeCallback, _callbacks.outcome,
                           callback)

    def set_log_callback(self, callback: Optional[_callbacks.LogCallback]) -> None:
        """`callback(level, text)` is called with each line on what the exporter does."""
        self._set_callback("log", lib.sts_options_set_log_callback, c.LogCallback, _callbacks.log, callback)

    def set_password_callback(self, callback: Optional[_callbacks.PasswordCallback]) -> None:
        """`callback(option)` is asked for a password that the options leave empty (`option` is "auth.sasl.password" or
        "tls.key_password") each time a Kafka producer is made, and returns it, or None where there is none."""
        self._set_callback("password", lib.sts_options_set_password_callback, c.PasswordCallback, _callbacks.password,
                           callback)

    def set_token_callback(self, callback: Optional[_callbacks.TokenCallback]) -> None:
        """`callback()` is asked for a Token where auth.sasl.mechanism is OAUTHBEARER, and raises where there is none."""
        self._set_callback("token", lib.sts_options_set_token_callback, c.TokenCallback, _callbacks.token, callback)

    def set_dead_letter_callback(self, callback: Optional[_callbacks.DeadLetterCallback]) -> None:
        """`callback(letter)` is called with each DeadLetter; of a rejected record from inside the export."""
        self._set_callback("dead letter", lib.sts_options_set_dead_letter_callback, c.DeadLetterCallback,
                           _callbacks.dead_letter, callback)

    def set_transport(self, transport: MemoryTransport) -> None:
        """Sends into memory, for tests, in place of the option `transport`. A transport serves one exporter."""
        with self._lock:
            check(lib.sts_options_set_transport(self._pointer, lib.sts_memory_transport(), transport._as_context()))
            self._held["transport"] = transport

    def _make(self, make: Callable[[Any], _T]) -> Tuple[_T, List[Any]]:
        """Calls `make` with the C object; also what must live as long as the exporter that it gives to."""
        with self._lock:
            return make(self._pointer), [held for held in self._held.values() if held]
