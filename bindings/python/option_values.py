# SPDX-License-Identifier: Apache-2.0
"""Prints src/stskafka/_option_values.py: the names of all options with what each may be set to, for editors and type checkers, from the
table of the library that is loaded.

    PYTHONPATH=src python3 option_values.py > src/stskafka/_option_values.py"""
from typing import Dict

from stskafka import OptionInfo, option_table

HEAD = '''\
# SPDX-License-Identifier: Apache-2.0
"""The options by name, with what each may be set to: written by option_values.py from the library's table. Do not edit."""
import datetime
from typing import Literal, Sequence, TypedDict, Union

from ._memory import MemoryTransport

_List = Union[str, Sequence[str]]
_Duration = Union[str, datetime.timedelta]

OptionValues = TypedDict("OptionValues", {
'''
TAIL = '''\
}, total=False)
OptionValues.__doc__ = """A dict of options, as Exporter and Options take it, whose names an editor knows. Beyond these there are kafka.*,
record_headers.* and header_from.*, which any dict may have."""
'''
KEYWORDS = '''
OptionKeywords = TypedDict("OptionKeywords", {
'''
KEYWORDS_TAIL = '''\
}, total=False)
OptionKeywords.__doc__ = """Those that can be keywords, for their names have no full stop."""
'''
TYPES = {"boolean": "Union[bool, str]", "integer": "Union[int, str]", "duration": "_Duration", "list": "_List"}


def annotation(info: OptionInfo) -> str:
    if info.type == "choice":
        return f"Literal[{', '.join(repr(choice) for choice in info.bounds.split('|'))}]".replace("'", '"')
    return TYPES.get(info.type, "str")


def lines(kinds: Dict[str, str]) -> str:
    return "".join(f'    "{name}": {kind},\n' for name, kind in kinds.items())


def text() -> str:
    table = {info.name: annotation(info) for info in option_table()}
    keywords = {name: kind for name, kind in table.items() if "." not in name}
    keywords["transport"] = f"Union[{keywords['transport']}, MemoryTransport]"
    return HEAD + lines(table) + TAIL + KEYWORDS + lines(keywords) + KEYWORDS_TAIL


if __name__ == "__main__":
    print(text(), end="")
