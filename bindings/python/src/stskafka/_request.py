# SPDX-License-Identifier: Apache-2.0
"""What travels beside the records of an export."""
from typing import Any, Iterable, Mapping, Optional, Tuple, Union

from ._error import check, no_memory
from ._library import lib
from ._values import text_in

#: Request metadata: pairs of a name and a value, or a mapping of names to one value or a list of them.
Metadata = Union[Mapping[str, Union[str, bytes, Iterable[Union[str, bytes]]]],
                 Iterable[Tuple[str, Union[str, bytes]]]]


def _pairs(metadata: Metadata) -> Iterable[Tuple[str, Union[str, bytes]]]:
    if not isinstance(metadata, Mapping):
        yield from metadata
        return
    for name, values in metadata.items():
        for value in [values] if isinstance(values, (str, bytes)) else values:
            yield name, value


class Request:
    """Owns the C object for one call; `pointer` is None where there is nothing to tell."""

    def __init__(self, metadata: Optional[Metadata], token: int, first_record: int) -> None:
        self.pointer: Any = None
        if not metadata and token == 0 and first_record == 0:
            return
        for number, what in ((token, "token"), (first_record, "first_record")):
            if not 0 <= number < 2**64:
                raise ValueError(f"{what} is from 0 to 2**64 - 1")
        self.pointer = lib.sts_request_new()
        if not self.pointer:
            raise no_memory()
        check(lib.sts_request_set_token(self.pointer, token))
        check(lib.sts_request_set_first_record(self.pointer, first_record))
        for name, value in _pairs(metadata or ()):
            data = value.encode() if isinstance(value, str) else bytes(value)
            check(lib.sts_request_add_metadata(self.pointer, text_in(name, "the name of metadata"), data, len(data)))

    def __del__(self) -> None:
        if self.pointer:
            lib.sts_request_free(self.pointer)
