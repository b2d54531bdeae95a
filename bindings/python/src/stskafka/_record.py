# SPDX-License-Identifier: Apache-2.0
"""A record of the program's own, as sts_export_record takes it."""
from typing import Any, Iterable, List, Mapping, Optional, Tuple, Union

from . import _declarations as c
from ._values import BytesLike, data_or_null, pairs_in, text_in, view_in

#: What a header may be; None is null.
_Value = Union[str, BytesLike, None]

#: Headers: pairs of a name and a value, or a mapping of names to one value or several.
RecordHeaders = Union[Mapping[str, Union[_Value, Iterable[_Value]]], Iterable[Tuple[str, _Value]]]


def record_in(topic: Optional[str], key: _Value, value: _Value, headers: RecordHeaders) -> Tuple[Any, ...]:
    """Topic, key and its size, value and its size, headers and how many. The array of headers refers to the bytes of theirs, and so has
    them live as long."""
    key_in_c, value_in_c = data_or_null(key, "key"), data_or_null(value, "value")
    parts: List[Optional[bytes]] = []
    for name, data in pairs_in(headers, "headers"):
        parts += [text_in(name, "the name of a header"), data_or_null(data, f"the value of the header {name!r}")]
    return (None if topic is None else text_in(topic, "topic"), key_in_c, len(key_in_c or b""), value_in_c, len(value_in_c or b""),
            (c.Bytes * len(parts))(*map(view_in, parts)), len(parts) // 2)
