# SPDX-License-Identifier: Apache-2.0
"""From keys to partitions, without a broker; and how keys are spread."""
import ctypes
from dataclasses import dataclass
from typing import List, Optional

from . import _declarations as c
from ._error import check, error_of
from ._codes import Status
from ._library import lib
from ._owned import Owned
from ._values import BytesLike, bytes_in, bytes_out, text_in, text_out, whole


def partition_profiles() -> List[str]:
    """The names of the profiles."""
    names: List[str] = []
    while True:
        name = lib.sts_partition_profile_name(len(names))
        if name is None:
            return names
        names.append(text_out(name))


def partition(key: Optional[BytesLike], partitions: int, profile: str = "java") -> Optional[int]:
    """The partition of `partitions` that a profile gives a key: "java" (murmur2), "sarama" (FNV-1a) or "librdkafka"
    (CRC-32). None where the profile picks at random: a null key."""
    data = None if key is None else bytes_in(key, "key")
    found, name = ctypes.c_int32(), text_in(profile, "profile")
    if profile not in partition_profiles():
        raise error_of(Status.ERR_INVALID_ARGUMENT, f'profile "{profile}" is none of {", ".join(partition_profiles())}')
    check(lib.sts_partition(name, data, len(data or b""), whole(partitions, 1, 2**31, "partitions"), ctypes.byref(found)))
    return None if found.value < 0 else found.value


@dataclass(frozen=True)
class HeavyKey:
    """A key that came often."""
    key: Optional[bytes]  #: its first 128 bytes; None: the null key
    count: int            #: how often it came, at most
    too_many: int         #: by how much `count` may be too high


class Skew(Owned):
    """How keys are spread: counts keys, estimates how many different ones there are, and finds the `heaviest`, in a
    bounded memory. One object belongs to one thread at a time."""

    def __init__(self, heaviest: int = 10) -> None:
        super().__init__(lib.sts_skew_new(whole(heaviest, 1, 1001, "heaviest")), lib.sts_skew_free)

    def __repr__(self) -> str:
        return f"<stskafka.Skew, {self.keys} keys, about {self.distinct_keys} different ones>"

    def add(self, key: Optional[BytesLike]) -> None:
        """Counts one key; None is the null key."""
        data = None if key is None else bytes_in(key, "key")
        check(lib.sts_skew_add(self._pointer, data, len(data or b"")))

    @property
    def keys(self) -> int:
        """How many keys were counted in all."""
        return int(lib.sts_skew_keys(self._pointer))

    @property
    def null_keys(self) -> int:
        """How many of them were null."""
        return int(lib.sts_skew_null_keys(self._pointer))

    @property
    def empty_keys(self) -> int:
        """How many of them were empty."""
        return int(lib.sts_skew_empty_keys(self._pointer))

    @property
    def distinct_keys(self) -> int:
        """About how many different keys there were, null ones left out (standard error 1.6 %)."""
        return int(lib.sts_skew_distinct_keys(self._pointer))

    def heaviest(self) -> List[HeavyKey]:
        """The heaviest keys, the heaviest first."""
        found: List[HeavyKey] = []
        key, count, too_many = c.Bytes(), ctypes.c_uint64(), ctypes.c_uint64()
        views = ctypes.byref(key), ctypes.byref(count), ctypes.byref(too_many)
        while lib.sts_skew_heaviest(self._pointer, len(found), *views) == Status.OK:
            found.append(HeavyKey(bytes_out(key), count.value, too_many.value))
        return found
