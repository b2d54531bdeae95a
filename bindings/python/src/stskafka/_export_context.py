# SPDX-License-Identifier: Apache-2.0
"""What travels beside the records of an export."""
from typing import Any, Iterable, Mapping, Optional, Tuple, Union

from ._error import check, no_memory
from ._library import lib
from ._values import BytesLike, data_in, pairs_in, text_in, whole

#: Request metadata: pairs of a name and a value, or a mapping of names to one value or a list of them.
Metadata = Union[Mapping[str, Union[str, BytesLike, Iterable[Union[str, BytesLike]]]],
                 Iterable[Tuple[str, Union[str, BytesLike]]]]


class ExportContext:
    """Owns the C object for one call; `pointer` is None where there is nothing to tell."""

    def __init__(self, metadata: Optional[Metadata], token: int, first_record: int) -> None:
        self.pointer: Any = None
        if not metadata and token == 0 and first_record == 0:
            return
        self.begin_at(first_record)
        check(lib.sts_export_context_set_token(self.pointer, whole(token, 0, 2**64, "token")))
        for name, value in pairs_in(metadata or (), "metadata"):
            in_c, data = text_in(name, "a name in metadata"), data_in(value, f"the value of {name!r} in metadata")
            check(lib.sts_export_context_add_metadata(self.pointer, in_c, data, len(data)))

    def begin_at(self, first_record: int) -> None:
        """Leaves out the records before this one."""
        first_record = whole(first_record, 0, 2**64, "first_record")
        self.pointer = self.pointer or lib.sts_export_context_new()
        if not self.pointer:
            raise no_memory()
        check(lib.sts_export_context_set_first_record(self.pointer, first_record))

    def __del__(self) -> None:
        if self.pointer:
            lib.sts_export_context_free(self.pointer)
