# SPDX-License-Identifier: Apache-2.0
"""The numbers of the C library by name; tests/test_declarations.py holds them equal to the headers'."""
from ctypes import c_uint64
from enum import IntEnum
from typing import Any, NamedTuple


class _Number(IntEnum):
    """A number that a newer C library knows, and this package does not, is one all the same: it is not lost, and has no name."""

    @classmethod
    def _missing_(cls, value: object) -> Any:
        if not isinstance(value, int):
            return None
        member = int.__new__(cls, value)
        member._name_, member._value_ = f"UNKNOWN_{value}", value
        return member

    def __reduce_ex__(self, protocol: Any) -> Any:
        return type(self), (self.value,)


class Status(_Number):
    """The codes, without their STS_; `stskafka/error.h` says what each means, and so does an Error's text."""
    OK = 0
    ERR_INVALID_ARGUMENT = -1
    ERR_NO_MEMORY = -2
    ERR_REENTRANT = -3
    ERR_TIMED_OUT = -4
    ERR_UNSUPPORTED = -5
    ERR_SYSTEM = -6
    ERR_INTERNAL = -7
    ERR_CALLBACK = -8
    ERR_OPTION_UNKNOWN = -100
    ERR_OPTION_VALUE = -101
    ERR_OPTION_REFUSED = -102
    ERR_CONFIG = -103
    ERR_MALFORMED = -200
    ERR_TOO_DEEP = -201
    ERR_REQUEST_SIZE = -202
    ERR_JSON = -203
    ERR_KEY_MISSING = -300
    ERR_KEY_TYPE = -301
    ERR_KEY_EMPTY = -302
    ERR_KEY_EVAL = -303
    ERR_KEY_SIZE = -304
    ERR_TOPIC_INVALID = -310
    ERR_TOPIC_LIMIT = -311
    ERR_TOPIC_REFUSED = -312
    ERR_PARTITION = -313
    ERR_BODY_TYPE = -320
    ERR_RECORD_SIZE = -330
    ERR_HEADER = -331
    ERR_UTF8 = -340
    ERR_ELEMENT = -341
    ERR_REJECTED = -390
    ERR_NOT_DELIVERED = -392
    ERR_QUEUE_FULL = -400
    ERR_NO_BROKER = -401
    ERR_TOPIC_MISSING = -402
    ERR_NOT_AUTHORIZED = -403
    ERR_NOT_AUTHENTICATED = -404
    ERR_GAVE_UP = -405
    ERR_DELIVERY = -406
    ERR_PURGED = -407
    ERR_NOT_ACKNOWLEDGED = -408
    ERR_STORAGE = -500
    ERR_STORAGE_BUSY = -501
    ERR_FORKED = -901
    ERR_CLOSED = -902
    ERR_PRODUCER_FATAL = -903


#: From this number down a handle is of no more use but to be closed.
FATAL_LINE = -900


class Kind(_Number):
    """What became of a record."""
    DELIVERED = 1  #: acknowledged as `required_acks` asks
    FAILED = 2     #: given up, and not in the topic
    UNCERTAIN = 3  #: given up, or sent unacknowledged; may be in the topic
    PURGED = 4     #: never sent: the exporter was closed first
    REJECTED = 5   #: never accepted


class Signal(_Number):
    """What an OTLP request holds."""
    LOGS = 10     #: log records
    TRACES = 20   #: spans
    METRICS = 30  #: metrics, each with all its data points
    PROFILES = 40  #: profiles: the request itself is the record


class Format(IntEnum):
    """How an OTLP request is written."""
    OTLP_PROTO = 10  #: protobuf
    OTLP_JSON = 20   #: JSON, as OTLP/HTTP has it: ids in hex


class LogLevel(IntEnum):
    """How grave a log line is."""
    ERROR = 1
    WARNING = 2
    INFO = 3
    DEBUG = 4


class Owner(IntEnum):
    """Who publishes a topology stream."""
    UNSPECIFIED = 0
    OTEL = 1
    EXTERNAL = 2
    AGENT = 3
    EXTTOPO = 4


class Dependency(IntEnum):
    """How the ends of a relation hang on each other."""
    UNSPECIFIED = 0
    HIERARCHICAL = 1
    CONNECTION = 2


class Counts(NamedTuple):
    """Counters of an exporter, or of one export. These sums hold: records = accepted + rejected;
    accepted = delivered + failed + uncertain + purged + pending."""
    records: int              #: looked at
    accepted: int             #: taken: each has exactly one outcome, sooner or later
    rejected: int             #: refused one by one
    delivered: int            #: acknowledged as `required_acks` asks
    failed: int               #: given up, and not in the topic
    uncertain: int            #: given up, or sent unacknowledged; may be in the topic
    purged: int               #: never sent: the exporter was closed first
    pending: int              #: accepted, no outcome yet
    bytes: int                #: of key, value and headers of accepted records
    null_keys: int            #: accepted with a null key
    empty_keys: int           #: accepted with an empty key that is not null
    missing_keys: int         #: without a value for the key
    partition_changes: int    #: how often a topic was found to have more partitions than before
    possible_duplicates: int  #: delivered or uncertain, and perhaps twice in the topic
    producer_rebuilds: int    #: how often another producer took over from one that could not go on
    dead_letters: int         #: dead letters that arrived, or were handed to the callback alone
    dead_letters_lost: int    #: dead letters that did not get to their topic
    cluster_changes: int      #: how often the cluster, or a topic, was found to have been made anew
    messages: int             #: messages that the transport took: of one record each, or of several (gather)
    sealed_by_size: int       #: of those that were open over exports (sending_queue.batch.*), sealed as large enough
    sealed_by_time: int       #: the same, after flush_timeout
    sealed_for_room: int      #: the same, since others needed their room in the queue
    sealed_by_headers: int    #: the same, since a record of their key came with other headers
    sealed_by_flush: int      #: the same, by a flush or the close


def new_counters() -> Any:
    """An array for the C library to fill, of which Counts._make makes a Counts."""
    return (c_uint64 * len(Counts._fields))()
