# SPDX-License-Identifier: Apache-2.0
"""How requests lie in files: framings, and what the tool says of a file that is not what it was said to be."""
import gzip
import json
import struct
import unittest

from tool import GOOD, MALFORMED, Case, frames, record, request

LE, BE, WHOLE = "length-prefixed", "length-prefixed-be", "whole"
TWO = request(record(key=b"k2", body=b"v" * 300))
# A frame without compression in it (RFC 8878): one raw block.
ZSTD = struct.pack("<IBB", 0xFD2FB528, 0x20, 20) + struct.pack("<I", 20 << 3 | 1)[:3] + b"v" * 20


def big_endian(*requests):
    """As the collector's file exporter writes with format: proto."""
    return b"".join(struct.pack(">I", len(one)) + one for one in requests)


class Framing(Case):
    def explain(self, framing, data, code=0):
        return self.run_tool("explain", "--json", "--framing", framing, data=data, code=code).json

    def test_both_byte_orders_are_the_same_requests(self):
        some = [GOOD, request(), TWO, GOOD]
        self.assertEqual(self.explain(BE, big_endian(*some)), self.explain(LE, frames(*some)))
        self.assertEqual([line["request"] for line in self.explain(BE, big_endian(*some))], [0, 2, 3])
        self.assertEqual(self.explain(BE, b""), [])

    def test_faults_in_a_big_endian_file(self):
        one, two, three = self.explain(BE, big_endian(GOOD, MALFORMED, GOOD), code=3)
        self.assertEqual((one["request"], two["error"]["code"], three["request"]), (0, "STS_ERR_MALFORMED", 2))
        for cut, says in ((big_endian(GOOD)[:-1], "the file ends"), (big_endian(GOOD) + b"\0\0", "into the length")):
            self.assertIn(says, self.explain(BE, cut, code=3)[-1]["error"]["text"])

    def test_send(self):
        result = self.run_tool("send", "--embedded", "--json", "--framing", BE, data=big_endian(GOOD, TWO))
        self.assertEqual(result.json[-1]["delivered"], 2)

    def test_unknown_framing_names_all(self):
        self.refuse("explain", "--framing", "big", data=GOOD, says=[WHOLE, LE, BE, "lines"])


class Guess(Case):
    def hints(self, framing, data, *more):
        """What is said of the file beside its faults."""
        result = self.run_tool("explain", "--framing", framing, *more, data=data, code=3)
        return [line for line in result.err.splitlines() if "it looks" in line]

    def assert_one(self, hints, *words):
        self.assertEqual(len(hints), 1, hints)
        for word in words:
            self.assertIn(word, hints[0])

    def test_the_other_framing(self):
        files = {LE: frames(GOOD, TWO), BE: big_endian(GOOD, TWO), WHOLE: TWO}
        for said in files:
            for real, data in files.items():
                if real != said:
                    hint, = self.hints(said, data)
                    self.assertRegex(hint, f"--framing {real}(:|,|$)", (said, real))

    def test_a_big_endian_file_larger_than_what_is_kept(self):
        """Its first length, read in the other order, is more than a request can have: what follows is not kept, but passed."""
        large = request(record(key=b"k", body=b"v" * 150))
        self.assertGreater(len(large) % 256, 127)
        self.assert_one(self.hints(LE, big_endian(*[large] * 1000)), f"--framing {BE}")

    def test_json(self):
        otlp = json.dumps({"resourceLogs": []})
        for framing in (WHOLE, LE, BE):
            for text in (otlp, " \n" + otlp, otlp + "\n" + otlp + "\n", "{}"):
                self.assert_one(self.hints(framing, text.encode()), "JSON", "--format otlp-json", "--framing lines", "--format topology")

    def test_compressed(self):
        for framing in (WHOLE, LE, BE):
            self.assert_one(self.hints(framing, gzip.compress(frames(GOOD))), "gzip", "gunzip -c")
            self.assert_one(self.hints(framing, ZSTD), "zstd -dc")
        self.assert_one(self.hints(WHOLE, gzip.compress(b"{}"), "--format", "topology"), "gunzip -c")

    def test_each_request_compressed(self):
        """The file exporter's compression: zstd; also behind the file's first request."""
        self.assert_one(self.hints(BE, big_endian(ZSTD)), "zstd", "compression")
        self.assert_one(self.hints(BE, big_endian(GOOD, ZSTD)), "zstd", "compression")

    def test_no_guess_where_there_is_nothing_to_say(self):
        for framing, data in ((WHOLE, MALFORMED), (WHOLE, b"\xff\xff"), (LE, frames(MALFORMED)), (LE, frames(GOOD)[:-1]),
                              (LE, b"\0"), (BE, b"\xff" * 10), (LE, frames(GOOD, TWO)[:-1]), (WHOLE, b"\0\0\0\0"),
                              (LE, frames(GOOD) + big_endian(GOOD))):
            self.assertEqual(self.hints(framing, data), [], (framing, data))
        self.assertEqual(self.hints(WHOLE, b"{", "--format", "topology"), [])


class Neither(Case):
    def test_of_what_is_neither(self):
        for framing in (WHOLE, LE, BE):
            text = self.run_tool("explain", "--framing", framing, data=b"user-1\thello world\nuser-2\tagain\n", code=3).err
            self.assertIn("this is text, and neither OTLP in protobuf nor in JSON", text)
            self.assertIn("--format key-value", text)
        self.assertIn("this is no OTLP in protobuf", self.run_tool("send", "--embedded", data=b"\x89PNG\0\0\0\1", code=3).err)
        for data in (MALFORMED, GOOD[:-1]):
            self.assertNotIn("this is", self.run_tool("explain", data=data, code=3).err)


if __name__ == "__main__":
    unittest.main()
