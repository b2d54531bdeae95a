# SPDX-License-Identifier: Apache-2.0
"""Python functions as callbacks of the C library.

C gets one function of each kind, which lives as long as this module, and a number that stands for the Python function.
So C never calls into memory that Python has freed: a number whose function is gone is a call that does nothing. Who
uses a callback (options, and the exporters made from them) holds its Target; when the last one goes, so does it."""
import itertools
import threading
import weakref
from typing import Any, Callable, NamedTuple, Optional

from . import _declarations as c
from ._codes import LogLevel
from ._library import lib
from ._records import DeadLetter, Outcome, dead_letter_of, outcome_of
from ._sent import Sent
from ._values import text_in, text_out, whole


class OAuthToken(NamedTuple):
    """What a token callback answers with."""
    value: str       #: the token as the broker gets it
    principal: str   #: whose token it is
    expires_ms: int  #: when it expires, in milliseconds since 1970


OutcomeCallback = Callable[[Outcome], Any]
LogCallback = Callable[[LogLevel, str], Any]
PasswordCallback = Callable[[str], Optional[str]]
OAuthTokenCallback = Callable[[], OAuthToken]
DeadLetterCallback = Callable[[DeadLetter], Any]


class Target:
    """One Python function, known to C by `number`."""

    def __init__(self, function: Callable[..., Any]) -> None:
        if not callable(function):
            raise TypeError(f"a callback is a function or None, not {type(function).__name__}")
        self.function = function
        self.number = next(_numbers)
        _targets[self.number] = self


_numbers = itertools.count(1)
_targets: "weakref.WeakValueDictionary[int, Target]" = weakref.WeakValueDictionary()


def _function(number: int) -> Optional[Callable[..., Any]]:
    target = _targets.get(number)
    return target.function if target else None


class _Here(threading.local):
    """What is under way in this thread."""
    calls = 0                              # of C functions that may call back
    fault: Optional[BaseException] = None  # what one of their callbacks raised and the caller shall get


_here = _Here()


def call(function: Callable[..., Any], *arguments: Any) -> Any:
    """Calls a C function that may call back in this thread, and raises what is no Exception (Ctrl-C) of such a callback."""
    _here.calls += 1
    try:
        result = function(*arguments)
    finally:
        _here.calls -= 1
        fault, _here.fault = _here.fault, None
    if fault is not None:
        raise fault
    return result


def keep(fault: BaseException) -> None:
    """To be raised by `call`, if the callback was called from inside of it; raises it at once otherwise.

    C cannot hand on what a Python function raises: ctypes gives it to sys.unraisablehook."""
    if not _here.calls:
        raise fault
    _here.fault = _here.fault or fault


def _outcome(pointer: Any, number: int) -> None:
    function = _function(number)
    if function is not None and (not isinstance(function, Sent) or function.wants(lib.sts_outcome_token(pointer))):
        function(outcome_of(pointer))


def _log(level: int, text: bytes, number: int) -> None:
    function = _function(number)
    if function:
        # A newer library may have more levels.
        function(LogLevel(max(LogLevel.ERROR, min(level, LogLevel.DEBUG))), text_out(text))


def _dead_letter(pointer: Any, number: int) -> None:
    function = _function(number)
    if function:
        function(dead_letter_of(pointer))


def _why(fault: BaseException) -> bytes:
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
    except BaseException as fault:
        lib.sts_password_fail(pointer, _why(fault))
        raise


def _token(pointer: Any, number: int) -> None:
    function = _function(number)
    if not function:
        return
    try:
        value, principal, expires_ms = function()
        arguments = (text_in(value, "a token"), text_in(principal, "a principal"),
                     whole(expires_ms, -2**63, 2**63, "expires_ms"))
        if lib.sts_oauth_token_set(pointer, *arguments) != 0:
            lib.sts_oauth_token_fail(pointer, b"the callback gave no valid token")
    except BaseException as fault:
        lib.sts_oauth_token_fail(pointer, _why(fault))
        raise


def _for_c(kind: Any, function: Callable[..., None]) -> Any:
    def called(*arguments: Any) -> None:
        try:
            function(*arguments)
        except Exception:
            raise
        except BaseException as fault:
            keep(fault)

    return kind(called)


# What C calls; they live as long as this module.
outcome = _for_c(c.OutcomeCallback, _outcome)
log = _for_c(c.LogCallback, _log)
dead_letter = _for_c(c.DeadLetterCallback, _dead_letter)
password = _for_c(c.PasswordCallback, _password)
token = _for_c(c.OauthTokenCallback, _token)
