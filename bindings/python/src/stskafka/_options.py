# SPDX-License-Identifier: Apache-2.0
"""The configuration of an exporter."""
import datetime
from typing import TYPE_CHECKING, Any, Callable, Dict, Iterator, List, Mapping, NamedTuple, Optional, Sequence, Tuple, Union, cast

from . import _callbacks
from . import _declarations as c
from ._codes import Status
from ._error import ConfigError, ErrorOut, check
from ._library import lib
from ._memory import MemoryTransport
from ._owned import Owned
from ._sent import Sent
from ._values import text_in, text_out

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._option_values import OptionKeywords, OptionValues

#: What an option may be set to: its text, or what stands for one.
Value = Union[str, bool, int, datetime.timedelta, Sequence[str]]

#: How many refused options a copy repeats; C does not remember more either.
_REFUSED = 100

#: Sets something in the C object, and returns a Status.
Give = Callable[[Any], int]


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


#: What Python's values stand for an option, by its type.
_WANTED = {"boolean": "is a bool", "integer": "is an int", "list": "is a list of str, or a str",
           "duration": 'is a str such as "250ms" or a datetime.timedelta'}

#: What begins the names of options beyond the table.
_PREFIXES = ("kafka.", "record_headers.", "header_from.")


def _text(name: str, value: Value) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, datetime.timedelta):
        return f"{value // datetime.timedelta(microseconds=1)}us"
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray)):
        others = [type(each).__name__ for each in value if not isinstance(each, str)]
        if others:
            raise TypeError(f"option {name} is a list of str, which has no {others[0]}")
        return ",".join(value)
    if isinstance(value, Mapping):
        raise TypeError(f"option {name} is not a mapping: what is below it is an option of its own, "
                        f"{', '.join(f'{name}.{each}' for each in value) or f'{name}.NAME'}")
    info = next((each for each in option_table() if each.name == name), None)
    if info is None and not name.startswith(_PREFIXES):
        return ""  # C refuses it, and suggests another
    wanted = _WANTED.get(info.type if info else "", "is a str")
    bounds = f" ({info.bounds})" if info and info.bounds else ""
    raise TypeError(f"option {name} {wanted}{bounds}, not {type(value).__name__}")


class Options(Owned, Mapping[str, str]):
    """Options by name, a mapping: `options["required_acks"] = "all"`, `options["required_acks"]`, `name in options`;
    iterating gives the names of the whole table, and of what was set beyond it (`kafka.*`, `record_headers.*`,
    `header_from.*`).

    A value that does not fit is refused with ConfigError, and the option keeps its old one. Booleans, whole numbers,
    timedeltas and lists of texts stand for their texts. A secret that was set reads as "[REDACTED]".

    Callbacks can be given by keyword (`on_outcome=`, `on_log=`, `on_password=`, `on_oauth_token=`, `on_dead_letter=`), as well as
    by the methods that set them, and options whose names have no full stop too: Options(brokers="localhost:9092"). A
    MemoryTransport may stand for the option `transport`.

    Options(other_options) is a copy, with the secrets, the callbacks and the transport; a dict of them lacks these.
    Exporters copy what they need: later changes concern later exporters. An exporter keeps the callbacks alive."""


    def __init__(self, values: Union["OptionValues", Mapping[str, Value], None] = None, *,
                 on_outcome: Optional[_callbacks.OutcomeCallback] = None, on_log: Optional[_callbacks.LogCallback] = None,
                 on_password: Optional[_callbacks.PasswordCallback] = None, on_oauth_token: Optional[_callbacks.OAuthTokenCallback] = None,
                 on_dead_letter: Optional[_callbacks.DeadLetterCallback] = None, **more: "Unpack[OptionKeywords]") -> None:
        super().__init__(lib.sts_options_new(), lib.sts_options_free)
        self._held: Dict[str, Tuple[Any, Give]] = {}  # what C has a number or a pointer of, and what gives it to C
        self._set: Dict[str, str] = {}  # what was set, in order
        self._refused: Dict[str, str] = {}  # what was refused, and not set rightly since: the exporter's error names it too
        self._table = [info.name for info in option_table()]
        self.update({} if values is None else cast(Mapping[str, Value], values))
        if isinstance(values, Options):
            for kind, (thing, give) in list(values._held.items()):
                self._hold(kind, thing, give)
        self._take(on_outcome, on_log, on_password, on_oauth_token, on_dead_letter, more)

    def _take(self, on_outcome: Optional[_callbacks.OutcomeCallback], on_log: Optional[_callbacks.LogCallback],
              on_password: Optional[_callbacks.PasswordCallback], on_oauth_token: Optional[_callbacks.OAuthTokenCallback],
              on_dead_letter: Optional[_callbacks.DeadLetterCallback], more: Mapping[str, object]) -> None:
        """What was given by keyword; what was not stays as it is."""
        for name, value in more.items():
            if name == "transport" and isinstance(value, MemoryTransport):
                self.set_transport(value)
            else:
                self[name] = cast(Value, value)
        if on_outcome is not None:
            self.set_outcome_callback(on_outcome)
        if on_log is not None:
            self.set_log_callback(on_log)
        if on_password is not None:
            self.set_password_callback(on_password)
        if on_oauth_token is not None:
            self.set_oauth_token_callback(on_oauth_token)
        if on_dead_letter is not None:
            self.set_dead_letter_callback(on_dead_letter)

    def __eq__(self, other: object) -> bool:
        return self is other  # secrets and callbacks do not show in the mapping

    def __hash__(self) -> int:
        return object.__hash__(self)

    def copy(self) -> "Options":
        """The same options once more, with the secrets, the callbacks and the transport."""
        return Options(self)

    def __setitem__(self, name: str, value: Value) -> None:
        name_in_c, error = text_in(name, "the name of an option"), ErrorOut()
        text = _text(name, value)
        in_c = name_in_c, text_in(text, f"option {name}")
        with self._lock:
            code = lib.sts_options_set(self._pointer, *in_c, error.out)
            if code == Status.OK:
                self._set[name] = text
                self._refused.pop(name, None)
            elif len(self._refused) < _REFUSED:
                self._refused[name] = text
        error.check(code)

    def __getitem__(self, name: str) -> str:
        with self._lock:
            value = lib.sts_options_get(self._pointer, text_in(name, "the name of an option"))
        if value is None:
            raise KeyError(name)
        return text_out(value)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self.get(name) is not None

    def __iter__(self) -> Iterator[str]:
        return iter([*self._table, *(name for name in list(self._set) if name not in self._table)])

    def __len__(self) -> int:
        return len(list(iter(self)))

    def __repr__(self) -> str:
        return f"<stskafka.Options brokers={self['brokers']!r} topic={self['topic']!r}>"

    def update(self, values: Mapping[str, Value] = {}, **more: Value) -> None:
        """Sets several options; the first that is refused ends it. Of other Options, what was set there, secrets included."""
        if not isinstance(values, Mapping):
            raise TypeError(f"options are a mapping of names to values, not {type(values).__name__}")
        accepted, refused = values, {}
        if isinstance(values, Options):
            with values._lock:
                accepted, refused = dict(values._set), dict(values._refused)
        for name, value in accepted.items():
            self[name] = value
        for name, value in refused.items():
            try:
                self[name] = value
            except ConfigError:
                pass  # that was told when it was set there
        for name, value in more.items():
            self[name] = value

    def _hold(self, kind: str, thing: Any, give: Give) -> None:
        with self._lock:
            check(give(self._pointer))
            self._held[kind] = thing, give

    def _set_callback(self, kind: str, set_in_c: Any, callback_type: Any, thunk: Any,
                      function: Optional[Callable[..., Any]]) -> None:
        target = None if function is None else _callbacks.Target(function)
        arguments = (thunk, target.number) if target else (callback_type(), None)
        self._hold(kind, target, lambda pointer: set_in_c(pointer, *arguments))

    def set_outcome_callback(self, callback: Optional[_callbacks.OutcomeCallback]) -> None:
        """`callback(outcome)` is called for each record's Outcome, from the library's own thread; None takes it back.

        It must return soon. It may export, but not flush, poll or close: those raise ReentrantError. What it raises
        goes to sys.unraisablehook. These rules hold for all callbacks."""
        self._set_callback("outcome", lib.sts_options_set_outcome_callback, c.OutcomeCallback, _callbacks.outcome,
                           callback)

    def _route_outcomes(self) -> Optional[Sent]:
        """Has outcomes told to one place, also those of single records (Exporter.send); None where they are collected.

        Where nobody wants any, C tells those of records with a token alone, and all others cost nothing."""
        target = self._held["outcome"][0] if "outcome" in self._held else None
        which = self["outcomes"]
        if "outcomes" in self._refused or (target is None and which != "counts"):
            return None
        sent = Sent(None if target is None or which == "counts" else target.function, which != "failures")
        if which == "counts":
            self["outcomes"] = "tokens"
        self.set_outcome_callback(sent)
        return sent

    def _route_outcomes_as(self, route: Tuple[Any, Give], sent: Sent) -> None:
        """As an exporter has them told, whose options these replace."""
        if sent.everyone is None and self["outcomes"] == "counts":
            self["outcomes"] = "tokens"
        self._hold("outcome", *route)

    def set_log_callback(self, callback: Optional[_callbacks.LogCallback]) -> None:
        """`callback(level, text)` is called with each line on what the exporter does."""
        self._set_callback("log", lib.sts_options_set_log_callback, c.LogCallback, _callbacks.log, callback)

    def set_password_callback(self, callback: Optional[_callbacks.PasswordCallback]) -> None:
        """`callback(option)` is asked for a password that the options leave empty (`option` is "auth.sasl.password" or
        "tls.key_password") each time a Kafka producer is made, and returns it, or None where there is none."""
        self._set_callback("password", lib.sts_options_set_password_callback, c.PasswordCallback, _callbacks.password,
                           callback)

    def set_oauth_token_callback(self, callback: Optional[_callbacks.OAuthTokenCallback]) -> None:
        """`callback()` is asked for an OAuthToken where auth.sasl.mechanism is OAUTHBEARER, and raises where there is none."""
        self._set_callback("token", lib.sts_options_set_oauth_token_callback, c.OauthTokenCallback, _callbacks.token, callback)

    def set_dead_letter_callback(self, callback: Optional[_callbacks.DeadLetterCallback]) -> None:
        """`callback(letter)` is called with each DeadLetter; of a rejected record from inside the export."""
        self._set_callback("dead letter", lib.sts_options_set_dead_letter_callback, c.DeadLetterCallback,
                           _callbacks.dead_letter, callback)

    def set_transport(self, transport: MemoryTransport) -> None:
        """Sends into memory, for tests, in place of the option `transport`. A transport serves one exporter at a time."""
        if not isinstance(transport, MemoryTransport):
            raise TypeError(f"transport is a MemoryTransport, not {type(transport).__name__}")
        context = transport._as_context()
        self._hold("transport", transport, lambda pointer: lib.sts_options_set_transport(
            pointer, lib.sts_memory_transport_table(), context))

    @property
    def _things(self) -> List[Any]:
        """What must live as long as the exporters that are made of these."""
        return [thing for thing, _ in list(self._held.values()) if thing is not None]
