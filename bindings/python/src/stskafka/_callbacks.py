# SPDX-License-Identifier: Apache-2.0
"""Python functions as callbacks of the C library.

C gets one function of each kind, which lives as long as this module, and a number that stands for the Python function.
So C never calls into memory that Python has freed: a number whose function is gone is a call that does nothing. Who
uses a callback (options, and the exporters made from them) holds its Target; when the last one goes, so does it."""
import itertools
import weakref
from typing import Any, Callable, NamedTuple, Optional

from . import _declarations as c
from ._codes import LogLevel
from ._library import lib
from ._records import DeadLetter, Outcome, dead_letter_of, outcome_of
from ._values import text_in, text_out


class Token(NamedTuple):
    """What a token callback answers with."""
    value: str       #: the token as the broker gets it
    principal: str   #: whose token it is
    expires_ms: int  #: when it expires, in milliseconds since 1970


OutcomeCallback = Callable[[Outcome], Any]
LogCallback = Callable[[LogLevel, str], Any]
PasswordCallback = Callable[[str], Optional[str]]
TokenCallback = Callable[[], Token]
DeadLetterCallback = Callable[[DeadLetter], Any]


class Target:
    """One Python function, known to C by `number`."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.number = next(_numbers)
        _targets[self.number] = self


_numbers = itertools.count(1)
_targets: "weakref.WeakValueDictionary[int, Target]" = weakref.WeakValueDictionary()


def _function(number: int) -> Optional[Callable[..., Any]]:
    target = _targets.get(number)
    return target.function if target else None


# What a Python function raises has nowhere to go in C: ctypes gives it to sys.unraisablehook.

def _outcome(pointer: Any, number: int) -> None:
    function = _function(number)
    if function:
        function(outcome_of(pointer))


def _log(level: int, text: bytes, number: int) -> None:
    function = _function(number)
    if function:
        function(LogLevel(level), text_out(text))


def _dead_letter(pointer: Any, number: int) -> None:
    function = _function(number)
    if function:
        function(dead_letter_of(pointer))


def _why(fault: Exception) -> bytes:
    # The name alone: the text of a fault may hold what nobody should read in a log.
    return f"the callback raised {type(fault).__name__}".encode()


def _password(pointer: Any, number: int) -> None:
    function = _function(number)
    if not function:
        return
    try:
        answer = function(text_out(lib.sts_password_option(pointer)))
        if answer is not None:
            lib.sts_password_set(pointer, text_in(answer, "a password"))
    except Exception as fault:
        lib.sts_password_fail(pointer, _why(fault))
        raise


def _token(pointer: Any, number: int) -> None:
    function = _function(number)
    if not function:
        return
    try:
        value, principal, expires_ms = function()
        arguments = text_in(value, "a token"), text_in(principal, "a principal"), expires_ms
        if lib.sts_token_set(pointer, *arguments) != 0:
            lib.sts_token_fail(pointer, b"the callback gave no valid token")
    except Exception as fault:
        lib.sts_token_fail(pointer, _why(fault))
        raise


# What C calls; they live as long as this module.
outcome = c.OutcomeCallback(_outcome)
log = c.LogCallback(_log)
dead_letter = c.DeadLetterCallback(_dead_letter)
password = c.PasswordCallback(_password)
token = c.TokenCallback(_token)
