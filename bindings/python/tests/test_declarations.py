# SPDX-License-Identifier: Apache-2.0
"""Every ctypes declaration is what the public headers say: names, results, parameters, structs, callbacks, numbers."""
import ctypes
import re
from pathlib import Path

import pytest

from stskafka import Counts, Dependency, Kind, LogLevel, Owner, Status
from stskafka import _declarations as declared
from stskafka._codes import FATAL_LINE, Format, Signal

INCLUDE = Path(__file__).resolve().parents[3] / "include/stskafka"
HEADERS = "".join(re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S) for path in sorted(INCLUDE.glob("*.h")))

SCALARS = {"sts_status": ctypes.c_int32, "int32_t": ctypes.c_int32, "uint32_t": ctypes.c_uint32, "int64_t": ctypes.c_int64,
           "uint64_t": ctypes.c_uint64, "size_t": ctypes.c_size_t, "double": ctypes.c_double, "void": None}


def python_name(c_name):
    return "".join(word.capitalize() for word in c_name[len("sts_"):].split("_"))


def ctypes_of(c_type):
    """The ctypes type for the C type in the words of a header, for instance "const sts_bytes *"."""
    stars = c_type.count("*")
    base = re.sub(r"\bconst\b|\*", "", c_type).strip()
    if stars and base in ("void", "char"):
        found, stars = {"void": ctypes.c_void_p, "char": ctypes.c_char_p}[base], stars - 1
    elif base in SCALARS:
        found = SCALARS[base]
    else:
        found = getattr(declared, python_name(base))
    for _ in range(stars):
        found = ctypes.POINTER(found)
    return found


def types_of(parameters):
    if parameters.strip() == "void":
        return []
    return [ctypes_of(re.sub(r"\w+$", "", " ".join(parameter.split()))) for parameter in parameters.split(",")]


FUNCTIONS = {name: (result, parameters)
             for result, name, parameters in re.findall(r"^STS_API ([^;(]*?)\b(\w+)\(([^)]*)\);", HEADERS, re.M)}
CALLBACKS = dict(re.findall(r"typedef void \(\*(sts_\w+_callback)\)\(([^)]*)\);", HEADERS))
NUMBERS = {name: int(value) for name, value in re.findall(r"\b(STS_[A-Z_0-9]+) =\s+(-?\d+)", HEADERS)}


def test_the_headers_were_read():
    assert len(FUNCTIONS) == HEADERS.count("STS_API ") - HEADERS.count("#define STS_API ")
    assert len(CALLBACKS) == len(re.findall(r"_callback\)\(", HEADERS))


def test_every_function_is_declared():
    assert set(declared.FUNCTIONS) | declared.LEFT_OUT == set(FUNCTIONS)
    assert not set(declared.FUNCTIONS) & declared.LEFT_OUT


@pytest.mark.parametrize("name", sorted(declared.FUNCTIONS))
def test_function(name):
    result, parameters = FUNCTIONS[name]
    assert declared.FUNCTIONS[name] == (ctypes_of(result), types_of(parameters))


@pytest.mark.parametrize("name", sorted(CALLBACKS))
def test_callback(name):
    callback = getattr(declared, python_name(name))
    assert callback._restype_ is None
    assert list(callback._argtypes_) == types_of(CALLBACKS[name])


@pytest.mark.parametrize("name", ["sts_bytes", "sts_message"])
def test_struct(name):
    (body,) = re.findall(rf"typedef struct {name} \{{(.*?)\}}", HEADERS, re.S)
    fields = re.findall(r"([\w ]+?[ *]+)(\w+);", body)
    assert getattr(declared, python_name(name))._fields_ == [(field, ctypes_of(c_type)) for c_type, field in fields]


@pytest.mark.parametrize("prefix, numbers", [
    ("STS_OUTCOME_", Kind), ("STS_LOG_", LogLevel), ("STS_OWNER_", Owner), ("STS_DEPENDENCY_", Dependency), ("STS_SIGNAL_", Signal),
    ("STS_FORMAT_", Format)])
def test_numbers(prefix, numbers):
    assert {name[len(prefix):]: value for name, value in NUMBERS.items() if name.startswith(prefix)} == {
        member.name: member.value for member in numbers}


def test_counters():
    prefix = "STS_COUNT_"
    indices = {name[len(prefix):].lower(): value for name, value in NUMBERS.items() if name.startswith(prefix)}
    assert indices == {name: index for index, name in enumerate(Counts._fields)}
    assert NUMBERS["STS_COUNTS"] == len(Counts._fields)


def test_codes():
    in_headers = {name[len("STS_"):]: value for name, value in NUMBERS.items() if re.match(r"STS_(OK|ERR_\w+)$", name)}
    assert in_headers.pop("ERR_FATAL_LINE") == FATAL_LINE  # a line, and no code
    assert {status.name: status.value for status in Status} == in_headers
