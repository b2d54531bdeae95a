# SPDX-License-Identifier: Apache-2.0
"""The same keys, partitions and OTLP JSON everywhere: all golden cases through the I/O-free core, built for this machine with either
signedness of char, for big-endian s390x, for arm64 and armhf, for i386 whose doubles are computed in x87's registers (under
qemu-user), and in locales that write numbers and letters differently. That they are the right ones the other golden tests show."""
import concurrent.futures
import json
import os
import random
import struct
import subprocess
import unittest
from pathlib import Path

ROOT = Path(os.environ["STSKAFKA_ROOT"])
BUILD = Path(os.environ["STSKAFKA_BUILD"])
WORK = BUILD / "platforms"
CROSS = ROOT / "build/cross"
MODULES = ("base", "wire", "json", "schema", "intake", "otlp", "signal", "ottl", "key")
LIBRARIES = ("yajl", "z", "xxhash", "nettle", "murmurhash", "utf8proc")
# Where a foreign library is static it needs no loader under qemu; yajl's static one has a name of its own.
CPPFLAGS = ["-D_POSIX_C_SOURCE=200809L", "-I", ROOT / "include", "-I", ROOT / "lib"]


def native(*flags):
    return ["gcc", "-std=c99", "-O1", *flags], [f"-l{name}" for name in LIBRARIES]


def cross(compiler, architecture, triplet):
    root = CROSS / architecture / "root/usr"
    archives = [root / "lib" / triplet / f"lib{'yajl_s' if name == 'yajl' else name}.a" for name in LIBRARIES]
    return [*compiler, "-static", "-idirafter", root / "include"], archives


X87 = ["i686-linux-gnu-gcc", "-march=i686", "-mno-sse", "-mfpmath=387"]
TARGETS = {
    "signed": (native("-fsigned-char"), []),
    "unsigned": (native("-funsigned-char"), []),
    "s390x": (cross(["s390x-linux-gnu-gcc", "-std=c99", "-O1"], "s390x", "s390x-linux-gnu"), ["qemu-s390x"]),
    "arm64": (cross(["aarch64-linux-gnu-gcc", "-std=c99", "-O1"], "arm64", "aarch64-linux-gnu"), ["qemu-aarch64"]),
    "armhf": (cross(["arm-linux-gnueabihf-gcc", "-std=c99", "-O1"], "armhf", "arm-linux-gnueabihf"), ["qemu-arm"]),
    "x87": (cross([*X87, "-std=c99", "-O1"], "i386", "i386-linux-gnu"), ["qemu-i386"]),
    # As an embedder may build it: here gcc keeps excess precision through casts and assignments.
    "x87 kept": (cross([*X87, "-std=gnu99", "-O2"], "i386", "i386-linux-gnu"), ["qemu-i386"]),
}


def build(name):
    (compiler, libraries), _ = TARGETS[name]
    sources = [path for module in MODULES for path in sorted((ROOT / "lib" / module).glob("*.c"))]
    sources += [BUILD / "lib/generated/schema/table.c", ROOT / "tests/support/platforms/core.c"]
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


def attribute(name, bits):
    return field(6, field(1, name) + field(2, b"\x21" + struct.pack("<Q", bits)))


def pairs_of_doubles():
    """Sums whose 64-bit result lies half-way between two doubles, and is not the exact one; and enough others that some products and
    quotients do; denormal ones."""
    one, random_bits = 0x3ff0000000000000, random.Random(14)
    for i in range(1, 12):
        yield one, (1023 - 53 << 52) + (1 << 52 - i)
        yield one + i, (1023 - 53 << 52 | 1 << 63) + (1 << 52 - i)
    for _ in range(2000):
        yield random_bits.getrandbits(52) | 1023 << 52, random_bits.getrandbits(52) | 1000 + random_bits.randrange(40) << 52
    for _ in range(200):
        yield random_bits.getrandbits(52) | 500 << 52, random_bits.getrandbits(52) | 500 - random_bits.randrange(40) << 52
        yield random_bits.getrandbits(60), random_bits.getrandbits(54)


def double_cases():
    for a, b in pairs_of_doubles():
        for operation in "+-*/":
            yield key_case(f'attributes["a"] {operation} attributes["b"]', request(record=attribute(b"a", a) + attribute(b"b", b)))
    for bits in (0x7ff0000000000001, 0xfff4000000000000, 0x7ff8000000000000, 1, 0x8000000000000000):  # signalling NaNs among them
        for spec in ('Hex(attributes["a"])', 'String(attributes["a"])', 'attributes["a"]'):
            yield key_case(spec, request(record=attribute(b"a", bits)))


def cases():
    yield from ottl_cases()
    yield from double_cases()
    for row in rows("otlp_wire.jsonl"):
        yield key_case('AsString(attributes["a"]) | none', row["request_hex"] or "0a00")
    for row in rows("resource_hash.jsonl"):
        for order in ("resource_pb_hex", "resource_pb_pdata_hex"):
            for spec in ("resource_hash", "resource_hash_v0163"):
                yield key_case(spec, request(resource=bytes.fromhex(row[order])))
    for row in rows("as_string.jsonl"):
        attribute = field(6, field(1, b"a") + field(2, bytes.fromhex(row["anyvalue_pb_hex"])))
        for spec in ('AsString(attributes["a"])', 'attributes["a"]', 'String(attributes["a"])'):
            yield key_case(spec, request(record=attribute))
    yield from (f"J {row['signal']} {row['json_hex']}" for row in rows("otlp_json.jsonl") if row["json_hex"])
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

    def test_armhf(self):
        self.check("armhf")

    def test_x87(self):
        self.check("x87")

    def test_x87_that_keeps_excess_precision(self):
        self.check("x87 kept")

    def test_locales(self):
        for locale in ("tr_TR.UTF-8", "de_DE.UTF-8"):
            with self.subTest(locale=locale):
                self.check("signed", LC_ALL=locale)
        with self.assertRaises(subprocess.CalledProcessError):  # else the locales above might not be there either
            run("signed", self.text, LC_ALL="no_SUCH.UTF-8")


if __name__ == "__main__":
    unittest.main()
