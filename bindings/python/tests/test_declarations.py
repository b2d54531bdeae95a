# SPDX-License-Identifier: Apache-2.0
"""What ctypes is told is what the public headers say: names, results, parameters, structs, callbacks, numbers."""
import ctypes
import re
import subprocess
import sys
from pathlib import Path

import pytest

from stskafka import Counts, Dependency, Kind, LogLevel, Owner, Status
from stskafka import _declarations as declared
from stskafka._codes import FATAL_LINE, Format, Signal

PACKAGE = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PACKAGE))
import declarations  # noqa: E402


def test_the_file_is_what_the_headers_make():
    """`./dev abi --update` writes it anew."""
    assert declarations.WRITTEN.read_text() == declarations.text()


def test_all_of_the_headers_was_read():
    text = "".join(path.read_text() for path in (declarations.INCLUDE / "stskafka").glob("*.h"))
    assert len(declared.FUNCTIONS) == len(re.findall(r"^STS_API ", text, re.M)) > 200
    assert set(re.findall(r"^typedef struct sts_\w+ (sts_\w+);", text, re.M)) <= {
        f"sts_{re.sub('(?<!^)(?=[A-Z])', '_', name).lower()}" for name in dir(declared)}


def test_what_a_compiler_makes_of_them(tmp_path):
    """Sizes, offsets and numbers, as gcc has them."""
    structs = {f"sts_{name.lower()}": getattr(declared, name) for name in ("Bytes", "Message", "Completion", "Transport")}
    expected, lines = [], []
    for c_name, struct in structs.items():
        expected.append(ctypes.sizeof(struct))
        lines.append(f"sizeof({c_name})")
        for name, _ in struct._fields_:
            expected += [getattr(struct, name).offset, getattr(struct, name).size]
            lines += [f"offsetof({c_name}, {name})", f"sizeof((({c_name} *)0)->{name})"]
    expected += declared.NUMBERS.values()
    lines += declared.NUMBERS
    source = tmp_path / "numbers.c"
    source.write_text("#include <stddef.h>\n#include <stdio.h>\n#include <stskafka/stskafka.h>\n#include <stskafka/transport.h>\nint main(void) {\n"
                      + "".join(f'    printf("%lld\\n", (long long){line});\n' for line in lines) + "    return 0;\n}\n")
    subprocess.run(["gcc", "-I", declarations.INCLUDE, source, "-o", tmp_path / "numbers"], check=True)
    printed = subprocess.run([tmp_path / "numbers"], check=True, capture_output=True, text=True).stdout
    assert [int(line) for line in printed.split()] == expected


@pytest.mark.parametrize("prefix, numbers", [
    ("STS_OUTCOME_", Kind), ("STS_LOG_", LogLevel), ("STS_OWNER_", Owner), ("STS_DEPENDENCY_", Dependency), ("STS_SIGNAL_", Signal),
    ("STS_FORMAT_", Format)])
def test_numbers(prefix, numbers):
    assert {name[len(prefix):]: value for name, value in declared.NUMBERS.items() if name.startswith(prefix)} == {
        member.name: member.value for member in numbers}


def test_counters():
    prefix = "STS_COUNT_"
    indices = {name[len(prefix):].lower(): value for name, value in declared.NUMBERS.items() if name.startswith(prefix)}
    assert indices == {name: index for index, name in enumerate(Counts._fields)}
    assert declared.NUMBERS["STS_COUNTS"] == len(Counts._fields)


def test_codes():
    in_headers = {name[len("STS_"):]: value for name, value in declared.NUMBERS.items() if re.match(r"STS_(OK|ERR_\w+)$", name)}
    assert in_headers.pop("ERR_FATAL_LINE") == FATAL_LINE  # a line, and no code
    assert {status.name: status.value for status in Status} == in_headers
