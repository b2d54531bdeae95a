# SPDX-License-Identifier: Apache-2.0
"""The same keys and partitions everywhere: all golden cases through the I/O-free core, built for this machine with either
signedness of char, for big-endian s390x and for arm64 (under qemu-user), and in locales that write numbers and letters
differently. That they are the right ones the other golden tests show."""
import concurrent.futures
import json
import os
import subprocess
import unittest
from pathlib import Path

ROOT = Path(os.environ["STSKAFKA_ROOT"])
WORK = Path(os.environ["STSKAFKA_BUILD"]) / "platforms"
CROSS = ROOT / "build/cross"
MODULES = ("base", "wire", "json", "otlp", "ottl", "key")
LIBRARIES = ("yajl", "z", "xxhash", "nettle", "murmurhash", "utf8proc")
# Where a foreign library is static it needs no loader under qemu; yajl's static one has a name of its own.
CPPFLAGS = ["-std=c99", "-O1", "-D_POSIX_C_SOURCE=200809L", "-I", ROOT / "include", "-I", ROOT / "lib"]


def native(*flags):
    return ["gcc", *flags], [f"-l{name}" for name in LIBRARIES]


def cross(compiler, architecture, triplet):
    root = CROSS / architecture / "root/usr"
    archives = [root / "lib" / triplet / f"lib{'yajl_s' if name == 'yajl' else name}.a" for name in LIBRARIES]
    return [compiler, "-static", "-idirafter", root / "include"], archives


TARGETS = {
    "signed": (native("-fsigned-char"), []),
    "unsigned": (native("-funsigned-char"), []),
    "s390x": (cross("s390x-linux-gnu-gcc", "s390x", "s390x-linux-gnu"), ["qemu-s390x"]),
    "arm64": (cross("aarch64-linux-gnu-gcc", "arm64", "aarch64-linux-gnu"), ["qemu-aarch64"]),
}


def build(name):
    (compiler, libraries), _ = TARGETS[name]
    sources = [path for module in MODULES for path in sorted((ROOT / "lib" / module).glob("*.c"))]
    sources.append(ROOT / "tests/support/platforms/core.c")
    program = WORK / name
    newest = max(path.stat().st_mtime for module in MODULES for path in (ROOT / "lib" / module).iterdir())
    if not program.exists() or program.stat().st_mtime < max(newest, sources[-1].stat().st_mtime):
        subprocess.run([*compiler, *CPPFLAGS, *sources, *libraries, "-lm", "-lpthread", "-o", program], check=True)
    return program


def rows(name):
    return [json.loads(line) for line in (ROOT / "tests/golden" / name).read_text().splitlines()]


def field(number, payload):
    size, length = len(payload), b""
    while size > 127:
        length += bytes([size & 127 | 128])
        size >>= 7
    return bytes([number << 3 | 2]) + length + bytes([size]) + payload


def request(resource=b"", record=b""):
    return field(1, field(1, resource) + field(2, field(2, record))).hex()


def key_case(spec, data):
    return f"K {spec.encode().hex()} {data}"


def ottl_cases():
    inputs = {row["id"]: row for row in rows("ottl.jsonl") if row["row"] == "input"}
    for row in rows("ottl.jsonl") + rows("ottl_more.jsonl"):
        for order in ("asc", "desc"):
            if row["row"] == "case" and row["expr"].strip():
                data = inputs[row["input"]][f"logs_pb_{order}_hex"]
                yield key_case(row["expr"], data)
                if row["type"] in ("map", "slice"):
                    yield key_case(f"AsString({row['expr']})", data)


def cases():
    yield from ottl_cases()
    for row in rows("resource_hash.jsonl"):
        for order in ("resource_pb_hex", "resource_pb_pdata_hex"):
            for spec in ("resource_hash", "resource_hash_v0163"):
                yield key_case(spec, request(resource=bytes.fromhex(row[order])))
    for row in rows("as_string.jsonl"):
        attribute = field(6, field(1, b"a") + field(2, bytes.fromhex(row["anyvalue_pb_hex"])))
        for spec in ('AsString(attributes["a"])', 'attributes["a"]', 'String(attributes["a"])'):
            yield key_case(spec, request(record=attribute))
    for row in rows("partition.jsonl"):
        key = "-" if row["key_hex"] is None else row["key_hex"] or "."
        for profile in ("java", "sarama", "librdkafka"):
            yield from (f"P {profile} {key} {count}" for count in ("1", "3", "12", "100"))


def run(name, text, **environment):
    _, emulator = TARGETS[name]
    done = subprocess.run([*emulator, WORK / name], input=text, capture_output=True, text=True, check=True,
                          env={**os.environ, "LC_ALL": "C", "LOCPATH": str(ROOT / "build/locales"), **environment})
    return done.stdout.splitlines()


class Platforms(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        WORK.mkdir(exist_ok=True)
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            list(pool.map(build, TARGETS))
        cls.cases = list(cases())
        cls.text = "".join(f"{case}\n" for case in cls.cases)
        cls.expected = run("signed", cls.text)

    def check(self, name, **environment):
        answers = run(name, self.text, **environment)
        self.assertEqual(len(answers), len(self.cases))
        for case, answer, expected in zip(self.cases, answers, self.expected):
            self.assertEqual(answer, expected, case)

    def test_there_is_something_to_compare(self):
        self.assertGreater(len(self.cases), 10000)
        self.assertEqual(len(self.expected), len(self.cases))
        keys = [answer for answer in self.expected if not answer.startswith("STS_ERR")]
        self.assertGreater(len(keys), 6000)

    def test_unsigned_char(self):
        self.check("unsigned")

    def test_big_endian(self):
        self.check("s390x")

    def test_arm64(self):
        self.check("arm64")

    def test_locales(self):
        for locale in ("tr_TR.UTF-8", "de_DE.UTF-8"):
            with self.subTest(locale=locale):
                self.check("signed", LC_ALL=locale)
        with self.assertRaises(subprocess.CalledProcessError):  # else the locales above might not be there either
            run("signed", self.text, LC_ALL="no_SUCH.UTF-8")


if __name__ == "__main__":
    unittest.main()
