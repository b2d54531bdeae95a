# SPDX-License-Identifier: Apache-2.0
"""What stands for a value of Python's, whatever it is, among a record's attributes."""
from typing import Any, Dict, Mapping, Tuple

#: How deep lists and mappings are taken apart; what is deeper is a text. A request can hold it.
_DEEPEST = 20


def text_of(value: Any) -> str:
    """`str(value)`, or what happened instead. A text of Python's may hold what UTF-8 cannot: that is escaped."""
    try:
        text = str(value)
    except Exception as fault:
        text = f"<{type(value).__name__}: str() raised {type(fault).__name__}>"
    return text.encode(errors="backslashreplace").decode()


def name_of(value: Any) -> str:
    """A name ends with a NUL in C."""
    return text_of(value).replace("\0", "\\x00")


def attribute_of(value: Any, above: Tuple[int, ...] = ()) -> Any:
    """The value where it can be an attribute, else its text. `above` are the ids of what it is in."""
    try:
        if value is None or isinstance(value, (bool, float)):
            return value
        if isinstance(value, int) and -2**63 <= value < 2**63:
            return value
        if isinstance(value, (bytes, bytearray, memoryview)):
            return bytes(value)
        if len(above) < _DEEPEST and id(value) not in above:
            if isinstance(value, (list, tuple)):
                return [attribute_of(each, (*above, id(value))) for each in value]
            if isinstance(value, Mapping):
                return attributes_of(value, (*above, id(value)))
    except Exception:
        pass  # it is not what it looks like
    return text_of(value)


def attributes_of(attributes: Mapping[Any, Any], above: Tuple[int, ...] = ()) -> Dict[str, Any]:
    return {name_of(name): attribute_of(value, above) for name, value in attributes.items()}
