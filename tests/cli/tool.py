# SPDX-License-Identifier: Apache-2.0
"""Runs the tool `stskafka` from outside, and makes input for it."""
import json
import os
import pathlib
import struct
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOL = os.environ.get("STSKAFKA_TOOL", str(ROOT / "build/release/bin/stskafka"))
GOLDEN = pathlib.Path(os.environ.get("STSKAFKA_GOLDEN", ROOT / "tests/golden"))


class Result:
    """What a run gave. Texts on standard output are checked to be ASCII where JSON was asked for."""

    def __init__(self, args, done):
        self.args, self.code = args, done.returncode
        self.out, self.err = done.stdout, done.stderr.decode()

    @property
    def text(self):
        return self.out.decode("ascii")

    @property
    def lines(self):
        text = self.text
        assert text == "" or text.endswith("\n"), "the last line has no end"
        return text.split("\n")[:-1]

    @property
    def json(self):
        return [json.loads(line) for line in self.lines]

    def __str__(self):
        return f"{self.args}: exit {self.code}\n--- stdout\n{self.out[:2000]!r}\n--- stderr\n{self.err[:2000]}"


def run(*args, data=b"", env=None):
    args = [str(arg) for arg in args]
    done = subprocess.run([TOOL, *args], input=data, capture_output=True, timeout=120, check=False,
                          env={**os.environ, "LC_ALL": "C", **(env or {})})
    return Result(args, done)


def golden(name):
    with open(GOLDEN / name, encoding="utf-8") as rows:
        return [json.loads(row) for row in rows]


def golden_raw(name):
    """The rows with the text of each member as it is written: what Python makes of a number (-0, 1e400) is not what was there."""
    decoder = json.JSONDecoder(parse_int=str, parse_float=str)
    for row in (GOLDEN / name).read_text(encoding="utf-8").splitlines():
        members, at = {}, 0
        while row[at] != "}":
            key, at = decoder.raw_decode(row, at + 1)
            _, end = decoder.raw_decode(row, at + 1)
            members[key], at = row[at + 1:end], end
        yield members


class Case(unittest.TestCase):
    """A test case with a folder of its own for files."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def file(self, name, data):
        path = self.folder / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path

    def run_tool(self, *args, code=0, **more):
        result = run(*args, **more)
        self.assertEqual(result.code, code, result)
        return result

    def refuse(self, *args, says=(), **more):
        """Usage or configuration: exit 2, nothing on standard output, and an error that holds the words."""
        result = self.run_tool(*args, code=2, **more)
        self.assertEqual(result.out, b"", result)
        self.assertNotEqual(result.err, "", result)
        for word in [says] if isinstance(says, str) else says:
            self.assertIn(word, result.err)
        return result


# OTLP logs in protobuf, as much as is needed here.

def varint(number):
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes(out) + bytes([number])


def field(number, payload):
    return varint(number << 3 | 2) + varint(len(payload)) + payload


def any_value(value):
    """bytes, str, bool, int, float, a list or a dict as an AnyValue; None is one without a value."""
    if value is None:
        return b""
    if isinstance(value, bytes):
        return field(7, value)
    if isinstance(value, str):
        return field(1, value.encode())
    if isinstance(value, bool):
        return b"\x10" + varint(value)
    if isinstance(value, int):
        return b"\x18" + varint(value % 2**64)
    if isinstance(value, float):
        return b"\x21" + struct.pack("<d", value)
    if isinstance(value, list):
        return field(5, b"".join(field(1, any_value(item)) for item in value))
    return field(6, b"".join(field(1, key_value(*item)) for item in value.items()))


def key_value(name, value):
    return field(1, name.encode()) + field(2, any_value(value))


ABSENT = object()


def record(key=ABSENT, body=ABSENT, topic=ABSENT):
    out = b"" if body is ABSENT else field(5, any_value(body))
    if key is not ABSENT:
        out += field(6, key_value("stskafka.key", key))
    if topic is not ABSENT:
        out += field(6, key_value("stskafka.topic", topic))
    return out


def request(*records):
    """An export request; without records an empty one."""
    return field(1, field(2, b"".join(field(2, one) for one in records))) if records else b""


def frames(*requests):
    return b"".join(struct.pack("<I", len(one)) + one for one in requests)


GOOD = request(record(key=b"k1", body=b"v1"))
REJECTED = request(record(body=b"v"))
MALFORMED = b"\x0a\x05ab"  # a length of 5 before 2 bytes
