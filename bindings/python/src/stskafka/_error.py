# SPDX-License-Identifier: Apache-2.0
"""Exceptions: one for every failure of the C library, with all that it tells."""
import ctypes
from typing import Any, Dict, Optional, Type

from . import _declarations as c
from ._codes import FATAL_LINE, Counts, Status
from ._library import lib
from ._values import text_out, whole


def status_name(code: int) -> str:
    """The name of a code, "STS_ERR_KEY_MISSING"; "STS_ERR_UNKNOWN" for what is none."""
    return text_out(lib.sts_status_name(whole(code, -2**31, 2**31, "code")))


class Error(Exception):
    """What the library could not do. `str()` is `name` and `text`: what is wrong, where, and what to do."""

    def __init__(self, code: int, text: str = "", *, retriable: bool = False, fatal: bool = False,
                 transport_code: int = 0, offset: Optional[int] = None, counts: Optional[Counts] = None) -> None:
        self.code: Status = Status(code)      #: which, as a number
        self.name: str = status_name(code)    #: "STS_ERR_QUEUE_FULL"
        self.text: str = text or text_out(lib.sts_status_text(code))  #: in words; several lines where there are several faults
        self.retriable: bool = retriable      #: the same call may succeed later without any change
        self.fatal: bool = fatal              #: the exporter is of no more use but to be closed
        self.transport_code: int = transport_code  #: librdkafka's own number, 0 if there is none
        self.offset: Optional[int] = offset   #: where a malformed request is malformed, in bytes; None where that is not it
        self.counts: Optional[Counts] = counts  #: how far an export, a flush or a close came; None where nothing was counted
        super().__init__(f"{self.name}: {self.text}")

    def __reduce__(self) -> Any:
        # Exceptions cross processes (multiprocessing, concurrent.futures) as pickles.
        return _unpickled, (type(self), self.code, self.text, self.retriable, self.fatal, self.transport_code,
                            self.offset, self.counts)


def _unpickled(kind: Type[Error], code: int, text: str, retriable: bool, fatal: bool, transport_code: int,
               offset: Optional[int], counts: Optional[Counts]) -> Error:
    return kind(code, text, retriable=retriable, fatal=fatal, transport_code=transport_code, offset=offset, counts=counts)


class ConfigError(Error):
    """An option, or all options together, do not make an exporter."""


class RequestError(Error):
    """A request as a whole is not what it should be: nothing of it was exported."""


class RecordError(Error):
    """One record, element or message is not what it should be."""


class RejectedError(Error):
    """At least one record of an export was rejected; the rest was accepted, as `counts` tells."""


class NotDeliveredError(Error):
    """Of an export that waits for its result: some accepted records were not delivered, as `counts` tells."""


class QueueFullError(Error):
    """No room. Go on with `first_record` = what was left out before + counts.accepted + counts.rejected."""


class TimedOutError(Error, TimeoutError):
    """The deadline came first."""


class ReentrantError(Error):
    """Not to be called from inside a callback; or not with a batch that is being exported or explained."""


class NoBrokerError(Error, ConnectionError):
    """No broker of `brokers` answered in time; the text says what stands in the way."""


class TopicMissingError(Error):
    """The topic does not exist."""


class NotAuthorizedError(Error):
    """Kafka knows who asks, and does not let them."""


class NotAuthenticatedError(Error):
    """Kafka does not take the credentials; or there are none."""


class StorageError(Error):
    """The queue on disk (sending_queue.storage) cannot be used as it is, or another process has it."""


class ForkedError(Error):
    """The exporter was made before fork(), in the parent; make another one in this process."""


class ClosedError(Error):
    """The exporter was closed; or the object was garbage, and something that was garbage with it still used it."""


def _kind(code: int) -> Type[Error]:
    special: Dict[int, Type[Error]] = {
        Status.ERR_REENTRANT: ReentrantError, Status.ERR_TIMED_OUT: TimedOutError, Status.ERR_CALLBACK: TimedOutError,
        Status.ERR_REJECTED: RejectedError,
        Status.ERR_NOT_DELIVERED: NotDeliveredError, Status.ERR_QUEUE_FULL: QueueFullError,
        Status.ERR_FORKED: ForkedError, Status.ERR_CLOSED: ClosedError, Status.ERR_NO_BROKER: NoBrokerError,
        Status.ERR_TOPIC_MISSING: TopicMissingError, Status.ERR_NOT_AUTHORIZED: NotAuthorizedError,
        Status.ERR_NOT_AUTHENTICATED: NotAuthenticatedError,
    }
    groups = ((range(-199, -99), ConfigError), (range(-299, -199), RequestError), (range(-399, -299), RecordError),
              (range(-599, -499), StorageError))
    return special.get(code) or next((kind for codes, kind in groups if code in codes), Error)


def error_of(code: int, text: str = "", counts: Optional[Counts] = None) -> Error:
    """The exception for a code alone."""
    fatal = code <= FATAL_LINE
    return _kind(code)(code, text, fatal=fatal, counts=counts)


def no_memory() -> MemoryError:
    return MemoryError("stskafka is out of memory")


def check(code: int, unsupported: str = "") -> None:
    """Raises what a code says, of a call that makes no error object; `unsupported` is what ERR_UNSUPPORTED means there."""
    if code != Status.OK:
        raise error_of(code, unsupported if code == Status.ERR_UNSUPPORTED else "")


class ErrorOut:
    """Takes the error object of one call: `check(code)` raises it."""

    def __init__(self) -> None:
        self._pointer: Any = ctypes.POINTER(c.Error)()

    @property
    def out(self) -> Any:
        """The parameter `sts_error **`."""
        return ctypes.byref(self._pointer)

    def __del__(self) -> None:
        pointer, self._pointer = self._pointer, None
        if pointer:
            lib.sts_error_free(pointer)

    def check(self, code: int, counts: Optional[Counts] = None) -> None:
        if code == Status.OK:
            return
        pointer = self._pointer
        if not pointer:
            raise error_of(code, counts=counts)
        offset = lib.sts_error_offset(pointer)
        fault = _kind(code)(code, text_out(lib.sts_error_text(pointer)),
                            retriable=bool(lib.sts_error_is_retriable(pointer)),
                            fatal=bool(lib.sts_error_is_fatal(pointer)),
                            transport_code=lib.sts_error_transport_code(pointer),
                            offset=None if offset < 0 else offset, counts=counts)
        self.__del__()  # the traceback keeps this object alive
        raise fault
