# SPDX-License-Identifier: Apache-2.0
"""What the library tells of single records, as Python's own values: outcomes, explanations, dead letters."""
from dataclasses import dataclass
from typing import Any, List, NamedTuple, Optional, Tuple

from . import _declarations as c
from ._codes import Kind, Signal, Status
from ._error import status_name
from ._library import lib
from ._values import bytes_out, text_or_none, text_out, view_of

#: Names and values in order; a value None is null.
Headers = List[Tuple[str, Optional[bytes]]]


@dataclass(frozen=True)
class Outcome:
    """What became of one record."""
    kind: Kind               #: what became of it
    token: int               #: the number given to the export, 0 where none was
    index: int               #: the record's place in the request, from 0
    code: Status             #: Status.OK when delivered, else why not
    text: str                #: why not; "" when delivered
    transport_code: int      #: librdkafka's own number, 0 if there is none
    topic: Optional[str]     #: None where a rejected record has none
    partition: int           #: -1 where that is not known
    offset: int              #: -1 where that is not known
    may_be_duplicate: bool   #: the record, where it is in the topic, may be there twice
    latency_us: int          #: from the record's acceptance to its outcome; 0 when rejected

    @property
    def delivered(self) -> bool:
        """Whether the record was acknowledged as `required_acks` asks."""
        return self.kind == Kind.DELIVERED

    @property
    def name(self) -> str:
        """The name of `code`, for instance "STS_ERR_KEY_MISSING"."""
        return status_name(self.code)


def outcome_of(pointer: Any) -> Outcome:
    return Outcome(Kind(lib.sts_outcome_kind(pointer)), lib.sts_outcome_token(pointer), lib.sts_outcome_index(pointer),
                   Status(lib.sts_outcome_code(pointer)), text_out(lib.sts_outcome_text(pointer)),
                   lib.sts_outcome_transport_code(pointer), text_or_none(lib.sts_outcome_topic(pointer)),
                   lib.sts_outcome_partition(pointer), lib.sts_outcome_offset(pointer),
                   bool(lib.sts_outcome_may_be_duplicate(pointer)), lib.sts_outcome_latency_us(pointer))


class KeyPart(NamedTuple):
    """What the option `key` read for one record."""
    spec: str               #: as it is written in the spec, for instance attributes["x"]
    value: Optional[bytes]  #: what was there, as it would be as a key; None where nothing was


@dataclass(frozen=True)
class Explanation:
    """What would be sent for one record (with the option `gather` for some that share a message), or why it would be rejected."""
    index: int                #: the record's place in the request, from 0; of several the first one's
    records: List[int]        #: the places of all that share the message
    code: Status              #: Status.OK, or why it would be rejected
    text: str                 #: the same in words
    topic: Optional[str]      #: None where a rejected record has none
    key: Optional[bytes]      #: None: a null key, or none because of the rejection
    key_from: str             #: the alternative of the option `key` that gave it; "" where there is no key
    key_parts: List[KeyPart]  #: what was read for it, in order
    value: Optional[bytes]    #: None: a tombstone, or none because of the rejection
    is_tombstone: bool        #: the value is null
    size: int                 #: bytes of the message as `max_message_bytes` measures it; 0 when rejected
    headers: Headers          #: in order
    partition: Optional[int]  #: None where it is picked at random, the record is rejected, or no partition count was given

    @property
    def name(self) -> str:
        """The name of `code`, for instance "STS_ERR_KEY_MISSING"."""
        return status_name(self.code)


def _headers(pointer: Any, count: Any, name: Any, value: Any) -> Headers:
    return [(text_out(name(pointer, index)), view_of(value, pointer, index)) for index in range(count(pointer))]


def explanation_of(pointer: Any, partitions: int) -> Explanation:
    parts = [KeyPart((view_of(lib.sts_explanation_key_part_spec, pointer, index) or b"").decode(errors="replace"),
                     view_of(lib.sts_explanation_key_part_value, pointer, index))
             for index in range(lib.sts_explanation_key_part_count(pointer))]
    partition = lib.sts_explanation_partition(pointer, partitions)
    return Explanation(
        lib.sts_explanation_index(pointer),
        [lib.sts_explanation_record_index(pointer, index) for index in range(lib.sts_explanation_record_count(pointer))],
        Status(lib.sts_explanation_code(pointer)),
        text_out(lib.sts_explanation_text(pointer)), text_or_none(lib.sts_explanation_topic(pointer)),
        view_of(lib.sts_explanation_key, pointer), text_out(lib.sts_explanation_key_from(pointer)), parts,
        view_of(lib.sts_explanation_value, pointer), bool(lib.sts_explanation_is_tombstone(pointer)),
        lib.sts_explanation_size(pointer),
        _headers(pointer, lib.sts_explanation_header_count, lib.sts_explanation_header_name,
                 lib.sts_explanation_header_value),
        None if partition < 0 else partition)


@dataclass(frozen=True)
class DeadLetter:
    """A record that was rejected, or that Kafka refused for good."""
    kind: Kind              #: Kind.REJECTED or Kind.FAILED
    code: Status            #: why
    text: str               #: the same in words
    transport_code: int     #: librdkafka's own number, 0 if there is none
    token: int              #: the number given to the export, 0 where none was
    index: int              #: the record's place in the request, from 0
    topic: Optional[str]    #: where the record was to go; None where that was not known yet
    key: Optional[bytes]    #: None where the record has none, or did not get that far
    value: Optional[bytes]  #: None: a tombstone
    signal: Optional[Signal]  #: where `value` is a request with that record alone, which can be exported again
    headers: Headers        #: the record's own

    @property
    def name(self) -> str:
        """The name of `code`, for instance "STS_ERR_KEY_MISSING"."""
        return status_name(self.code)


def dead_letter_of(pointer: Any) -> DeadLetter:
    signal = lib.sts_dead_letter_signal(pointer)
    return DeadLetter(
        Kind(lib.sts_dead_letter_kind(pointer)), Status(lib.sts_dead_letter_code(pointer)),
        text_out(lib.sts_dead_letter_text(pointer)), lib.sts_dead_letter_transport_code(pointer),
        lib.sts_dead_letter_token(pointer), lib.sts_dead_letter_index(pointer),
        text_or_none(lib.sts_dead_letter_topic(pointer)), view_of(lib.sts_dead_letter_key, pointer),
        view_of(lib.sts_dead_letter_value, pointer), Signal(signal) if signal else None,
        _headers(pointer, lib.sts_dead_letter_header_count, lib.sts_dead_letter_header_name,
                 lib.sts_dead_letter_header_value))


class Message(NamedTuple):
    """A Kafka message, as the transport in memory got it."""
    topic: str
    key: Optional[bytes]
    value: Optional[bytes]
    headers: Headers
    partition: int     #: -1: by the profile
    timestamp_ms: int  #: -1: none


def message_of(message: c.Message) -> Message:
    pairs = [bytes_out(message.headers[index]) for index in range(2 * message.header_count)]
    headers = [(text_out(name), value) for name, value in zip(pairs[::2], pairs[1::2])]
    return Message(text_out(message.topic), bytes_out(message.key), bytes_out(message.value), headers, message.partition,
                   message.timestamp_ms)
