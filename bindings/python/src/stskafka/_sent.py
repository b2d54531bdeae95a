# SPDX-License-Identifier: Apache-2.0
"""Whom the outcomes of an exporter's records are told: everyone's callback, and those of single records (Exporter.send)."""
import itertools
import secrets
from dataclasses import replace
from typing import Any, Callable, Dict, Optional, Tuple

from ._codes import Kind
from ._error import NotDeliveredError
from ._records import Outcome

_Callback = Callable[[Outcome], Any]


class Sent:
    """The outcome callback of one exporter. A record with a callback of its own goes by a token from here, and C hands that back
    with the outcome, from whatever thread; the outcome that is told has the program's own token.

    Tokens begin at random: those of a process that died may come back out of a queue on disk. They are above 2**63, where a
    program's are not."""

    def __init__(self, everyone: Optional[_Callback], tells_all: bool) -> None:
        self.everyone = everyone    #: who is told of all records
        self.tells_all = tells_all  #: so that no record's callback waits in vain
        self._waiting: Dict[int, Tuple[_Callback, int]] = {}
        self._tokens = itertools.count(2**63 + secrets.randbits(62))

    @property
    def awaited(self) -> int:
        """Of how many records nothing has been told yet that is to be."""
        return len(self._waiting)

    def expect(self, callback: _Callback, own_token: int, send: Callable[[int], None]) -> None:
        """Sends a record under the token that it gives, and waits for its outcome where the record was accepted; so it does where a
        signal came between, for then it may have been."""
        if not callable(callback):
            raise TypeError(f"on_outcome is a function or None, not {type(callback).__name__}")
        token = next(self._tokens)
        self._waiting[token] = callback, own_token
        try:
            send(token)
        except NotDeliveredError:
            raise
        except Exception:
            self._waiting.pop(token, None)
            raise

    def wants(self, token: int) -> bool:
        return self.everyone is not None or token in self._waiting

    def __call__(self, outcome: Outcome) -> None:
        callback, own_token = self._waiting.pop(outcome.token, (None, outcome.token))
        if callback is not None:
            outcome = replace(outcome, token=own_token)
        try:
            if callback is not None and outcome.kind != Kind.REJECTED:  # of that `send` itself tells
                callback(outcome)
        finally:
            if self.everyone is not None:
                self.everyone(outcome)
