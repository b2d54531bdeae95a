"""otlp_json.jsonl: OTLP JSON as the collector's reader takes it. What it takes means the same to the library; what it refuses is refused,
but for what has one meaning (lib/intake/json.h)."""
import base64
import json
import os
import re
import subprocess
import sys
import unittest
from pathlib import Path

from intake.meaning import meaning_of_request

BUILD = Path(os.environ["STSKAFKA_BUILD"])
VECTORS = Path(os.environ["STSKAFKA_ROOT"]) / "tests/golden/otlp_json.jsonl"
# What the collector refuses and the library takes, and what the row would have to say instead for the collector.
TAKEN = {
    "uint64-002": ('"1e9"', "1000000000"), "uint64-009": ("1.0", "1"), "uint64-028": ('"timeUnixNano":null,', ""),
    "uint64-035": ('"1.7e18"', "1700000000000000000"), "uint64-039": ("0000.0", "0000"), "int64-021": ('"intValue":null', ""),
    "uint32-015": ('"flags":null', ""), "uint32-018": ('"1.0"', "1"), "uint32-021": ("1e3", "1000"), "enum-012": ("9.0", "9"),
    "enum-023": (',"kind":null', ""), "enum-027": ('"2"', "2"), "double-037": ('"doubleValue":null', ""),
    "bytes-002": ("AP-_", "AP+/"), "bytes-004": (r"AP+\/", "AP+/"), "bytes-005": ("-_8=", "+/8="), "bytes-023": (r"AP8=\n", "AP8="),
    "bytes-024": (r"\/\/\/\/", "////"), "id-006": ('"traceId":null,', ""), "id-013": (r"\u0035", "5"), "id-031": ('"spanId":null', ""),
    "id-032": (',"parentSpanId":null', ""), "names-022": (',"":1', ""), "twice-012": (',"intValue":null', ""),
    "twice-014": (',"bytesValue":null', ""), "twice-020": (',"traceId":null', ""), "js-013": ('"doubleValue":null', ""),
    "js-027": ('"doubleValue":null', ""), "js-046": ('"doubleValue":null', ""), "rust-021": ('"doubleValue":null', ""),
}
# What the collector takes and the library does not: lists and maps in one another beyond protobuf's 100 levels, four of which are
# those that the record's body is in. A list is two messages, a map three.
LEVELS = {"lists": 2, "maps": 3}
# Of twice-020 the last counts: the id is not set.
UNSET = {"twice-020": ('"traceId":"5b8efff798038103d269b633813fc60c"', "")}
# Ids in base64, as protobuf's own writers have them, are those of these rows alone.
IN_BASE64 = re.compile(r'("(?:trace|span|parentSpan|parent_span)_?Id" *: *)"([A-Za-z0-9+/]{10,22}={1,2})"', re.I)

# The collector's reader makes this one of "NaN", and so does the library: a hash of it is the same.
GOS_NAN, PYTHONS_NAN = bytes.fromhex("010000000000f87f"), bytes.fromhex("000000000000f87f")


def peer(rows):
    """The library's answer to each (support/intake/peer.c)."""
    lines = "".join(f"{signal} {text.hex()}\n" for signal, text in rows)
    done = subprocess.run([BUILD / "bin/intake_peer"], input=lines, stdout=subprocess.PIPE, check=True, encoding="utf-8")
    return done.stdout.splitlines()


def is_too_deep(row):
    nested = re.fullmatch(r"(\d+) (lists|maps)", row["note"] or "")
    return bool(nested) and 4 + int(nested[1]) * LEVELS[nested[2]] > 100


def with_hex_ids(text):
    return IN_BASE64.sub(lambda found: f'{found[1]}"{base64.b64decode(found[2]).hex()}"', text)


class OtlpJson(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        sys.setrecursionlimit(100000)
        cls.rows = [json.loads(line) for line in VECTORS.read_text().splitlines()]
        cls.answers = dict(zip([row["id"] for row in cls.rows],
                               peer([(row["signal"], bytes.fromhex(row["json_hex"])) for row in cls.rows])))

    def meaning(self, row, answer):
        self.assertTrue(answer.startswith("ok "), answer)
        return meaning_of_request(row["signal"], bytes.fromhex(answer[3:]))

    def test_what_the_collector_takes_means_the_same(self):
        accepted = [row for row in self.rows if row["accept"] and not is_too_deep(row)]
        self.assertGreater(len(accepted), 240)
        for row in accepted:
            with self.subTest(row["id"], json=bytes.fromhex(row["json_hex"])[:200]):
                self.assertEqual(self.meaning(row, self.answers[row["id"]]),
                                 meaning_of_request(row["signal"], bytes.fromhex(row["pb_hex"])))

    def test_nothing_is_deeper_than_protobuf_may_be(self):
        rows = [row for row in self.rows if is_too_deep(row)]
        self.assertGreater(len(rows), 5)
        for row in rows:
            with self.subTest(row["id"]):
                self.assertTrue(row["accept"])
                self.assert_fault(row, "STS_ERR_TOO_DEEP")

    def test_what_it_refuses_is_taken_where_it_has_one_meaning(self):
        seen = set()
        for row in self.rows:
            text = bytes.fromhex(row["json_hex"]).decode("latin-1")
            plain = with_hex_ids(text)
            if row["accept"] or (row["id"] not in TAKEN and plain == text):
                continue
            with self.subTest(row["id"], json=text[:200]):
                for old, new in filter(None, (TAKEN.get(row["id"]), UNSET.get(row["id"]))):
                    self.assertIn(old, plain)
                    plain = plain.replace(old, new)
                expected = self.meaning(row, peer([(row["signal"], plain.encode("latin-1"))])[0])
                self.assertEqual(self.meaning(row, self.answers[row["id"]]), expected)
            seen.add(row["id"])
        self.assertLessEqual(TAKEN.keys(), seen)

    def test_ids_in_base64_are_those_that_their_writer_meant(self):
        rows = [row for row in self.rows if not row["accept"] and row.get("writer_pb_hex") and row["group"] != "js"
                and row["id"] not in TAKEN]
        self.assertGreater(len(rows), 5)
        for row in rows:
            with self.subTest(row["id"]):
                meant = bytes.fromhex(row["writer_pb_hex"]).replace(PYTHONS_NAN, GOS_NAN)
                self.assertEqual(self.meaning(row, self.answers[row["id"]]), meaning_of_request(row["signal"], meant))

    def test_everything_else_is_refused(self):
        for row in self.rows:
            text = bytes.fromhex(row["json_hex"]).decode("latin-1")
            if row["accept"] or row["id"] in TAKEN or with_hex_ids(text) != text:
                continue
            with self.subTest(row["id"], json=text[:200]):
                self.assert_fault(row, "STS_ERR_TOO_DEEP" if row["group"] == "depth" else "STS_ERR_JSON")

    def assert_fault(self, row, code):
        """The place is told twice: by offset, and by line and column."""
        text = bytes.fromhex(row["json_hex"]).decode("latin-1")
        answer = re.fullmatch(code + r" (\d+) line (\d+), column (\d+)(, [\w.[\]]+)?: [\w', ]+", self.answers[row["id"]])
        self.assertTrue(answer, self.answers[row["id"]])
        before = text[:int(answer[1])]
        self.assertEqual((before.count("\n") + 1, len(before) - before.rfind("\n")), (int(answer[2]), int(answer[3])))


if __name__ == "__main__":
    unittest.main()
