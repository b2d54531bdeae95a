# SPDX-License-Identifier: Apache-2.0
"""stskafka explain: topic, key, value, partition and rejection of each record, and malformed input."""
import json
import struct
import unittest

from tool import GOOD, MALFORMED, REJECTED, Case, any_value, field, frames, golden, key_value, record, request, run

REJECTS = {"missing_key": "STS_ERR_KEY_MISSING", "key_type": "STS_ERR_KEY_TYPE", "body_not_bytes": "STS_ERR_BODY_TYPE",
           "invalid_topic": "STS_ERR_TOPIC_INVALID"}
FIELDS = ["request", "index", "topic", "key", "key_text", "key_from", "key_parts", "tombstone", "value_size", "headers", "size", "partition",
          "rejected"]


class Golden(Case):
    """Every vector of tests/golden/logs.jsonl, in both orders of fields, with the partitions that the verb partition has."""

    def check(self, order):
        rows = golden("logs.jsonl")
        for topic in sorted({row["default_topic"] for row in rows}):
            mine = [row for row in rows if row["default_topic"] == topic]
            data = frames(*[bytes.fromhex(row[f"logs_pb_{order}_hex"]) for row in mine])
            result = run("explain", "--json", "--values", "--partitions", "12", "--framing", "length-prefixed", "-o",
                         f"topic={topic}", data=data)
            wanted = [(number, row["name"], one) for number, row in enumerate(mine) for one in row["records"]]
            self.assertEqual(result.code, 1 if any(one["reject"] for _, _, one in wanted) else 0)
            lines = result.json
            self.assertEqual(len(lines), len(wanted))
            for line, (number, name, one) in zip(lines, wanted):
                with self.subTest(row=name, index=one["index"]):
                    self.assertEqual((line["request"], line["index"]), (number, one["index"]))
                    self.check_record(line, one)
            self.check_partitions(lines)

    def check_record(self, line, one):
        if one["reject"]:
            self.assertEqual(line["rejected"]["code"], REJECTS[one["reject"]])
            self.assertIsNone(line["partition"])
            return
        self.assertIsNone(line["rejected"])
        self.assertEqual(line["topic"], one["topic"])
        self.assertEqual(line["key"], one["key_hex"])
        self.assertEqual(line["tombstone"], one["tombstone"])
        self.assertEqual(line["value"], one["value_hex"])
        self.assertEqual(line["value_size"], len(one["value_hex"] or "") // 2)
        self.assertEqual(line["headers"], [])

    def check_partitions(self, lines):
        sent = [line for line in lines if not line["rejected"]]
        keys = "".join(f"{line['key']}\n" for line in sent).encode()
        placed = run("partition", "--profile", "java", "-n", "12", data=keys).lines
        self.assertEqual([str(line["partition"]) for line in sent], placed)

    def test_ascending(self):
        self.check("asc")

    def test_descending(self):
        self.check("desc")


class Lines(Case):
    def explain(self, data, *args, code=0):
        return self.run_tool("explain", "--json", *args, data=data, code=code).json

    def test_fields_in_order(self):
        line, = self.explain(GOOD)
        self.assertEqual(list(line), FIELDS)
        line, = self.explain(GOOD, "--values")
        self.assertEqual(list(line), FIELDS[:9] + ["value"] + FIELDS[9:])

    def test_one_record(self):
        line, = self.explain(GOOD, "--values")
        self.assertEqual({**line, "key_from": None}, {
            "request": 0, "index": 0, "topic": "sts-otel-topology", "key": "6b31", "key_text": "k1", "key_from": None,
            "key_parts": [{"from": 'attributes["stskafka.key"]', "value": "6b31", "text": "k1"}],
            "tombstone": False, "value_size": 2, "value": "7631", "headers": [],
            "size": 72, "partition": None, "rejected": None})
        self.assertIn("stskafka.key", line["key_from"])

    def test_keys(self):
        keys = [b"", "", b"\xff", "\u043a\u043b\u044e\u0447 \U0001f511", b"a\x00b\"\\\x7f\n", 42, True, 1.5]
        lines = self.explain(request(*[record(key=key, body=b"v") for key in keys]))
        self.assertEqual([line["key"] for line in lines],
                         ["", "", "ff", keys[3].encode().hex(), keys[4].hex(), "3432", b"true".hex(), b"1.5".hex()])
        self.assertEqual([line["key_text"] for line in lines],
                         ["", "", None, keys[3], "a\x00b\"\\\x7f\n", "42", "true", "1.5"])

    def test_null_key_has_no_partition(self):
        args = ["--partitions", "7", "-o", "empty_key=null"]
        line, = self.explain(request(record(key=b"", body=b"v")), *args)
        self.assertEqual((line["key"], line["key_text"], line["partition"], line["rejected"]), (None, None, None, None))

    def test_partition_follows_the_profile(self):
        keys = [b"a", b"b", b"urn:x", b""]
        data = request(*[record(key=key, body=b"v") for key in keys])
        for profile in ["java", "sarama", "librdkafka"]:
            got = self.explain(data, "--partitions", "50", "-o", f"partitioner={profile}")
            wanted = run("partition", "--profile", profile, "-n", "50",
                         data=b"".join(key.hex().encode() + b"\n" for key in keys)).lines
            self.assertEqual([str(line["partition"]) for line in got], wanted)

    def test_tombstone(self):
        lines = self.explain(request(record(key=b"k", body=b""), record(key=b"k", body=b"v")), "--values")
        self.assertEqual([(line["tombstone"], line["value_size"], line["value"]) for line in lines],
                         [(True, 0, None), (False, 1, "76")])

    def test_encodings(self):
        """The value, its size, and the record's with it, are of what is encoded; an empty body is no tombstone."""
        data = request(record(key=b"k", body="a \"text\""), record(key=b"k", body=b""))
        sizes = []
        for encoding, values in (("raw", [b'"a \\"text\\""', b""]), ("raw_text", [b'a "text"', b""]),
                                 ("json_record", [b'{"body":"a \\"text\\"","attributes":{"stskafka.key":"aw=="}}',
                                                  b'{"body":"","attributes":{"stskafka.key":"aw=="}}'])):
            lines = self.explain(data, "--values", "-o", f"encoding={encoding}")
            self.assertEqual([bytes.fromhex(line["value"]) for line in lines], values)
            self.assertEqual([line["value_size"] for line in lines], [len(value) for value in values])
            self.assertEqual([line["tombstone"] for line in lines], [False, False])
            sizes.append(lines[0]["size"])
        self.assertEqual(sorted(sizes, reverse=True), [sizes[2], sizes[0], sizes[1]])
        text, empty = self.explain(data, code=1)
        self.assertIn("raw_text", text["rejected"]["text"])
        self.assertTrue(empty["tombstone"])

    def test_records_that_share_a_message(self):
        """A line a message, with its records; what is rejected has a line of its own."""
        data = request(*(record(key=key, body="text") for key in (b"a", b"b", b"a")), record(body="text"), record(key=b"b", body="text"))
        options = ("-o", "gather=key", "-o", "encoding=json_record")
        lines = self.explain(data, "--values", *options, code=1)
        self.assertEqual([(line["index"], line.get("records"), line["rejected"] is None) for line in lines],
                         [(0, [[0, 0], [0, 2]], True), (1, [[0, 1]], True), (3, None, False), (4, [[0, 4]], True)])
        value = bytes.fromhex(lines[0]["value"])
        self.assertEqual([json.loads(line)["body"] for line in value.splitlines()], ["text"] * 2)
        self.assertEqual(len(value), lines[0]["value_size"])
        line, *_ = self.explain(data, *options, "-o", "content_type_header=true", code=1)
        self.assertEqual(line["headers"], [["content-type", b"application/x-ndjson".hex()]])
        shown = run("explain", *options, data=data)
        self.assertEqual(shown.code, 1)
        self.assertIn("2 records", shown.text)

    def test_topic_of_the_record(self):
        lines = self.explain(request(record(key=b"k", body=b"v", topic="other"), record(key=b"k", body=b"v")),
                             "-o", "topic=mine")
        self.assertEqual([line["topic"] for line in lines], ["other", "mine"])

    def test_rejections(self):
        bad = {"STS_ERR_KEY_MISSING": record(body=b"v"), "STS_ERR_KEY_TYPE": record(key={"a": 1}, body=b"v"),
               "STS_ERR_BODY_TYPE": record(key=b"k", body="text"),
               "STS_ERR_TOPIC_INVALID": record(key=b"k", body=b"v", topic="not a topic"),
               "STS_ERR_RECORD_SIZE": record(key=b"k", body=b"v" * 2000)}
        data = request(record(key=b"k", body=b"v"), *bad.values(), record(key=b"k", body=b"v"))
        lines = self.explain(data, "-o", "max_message_bytes=1000", code=1)
        self.assertEqual([line["index"] for line in lines], list(range(7)))
        self.assertEqual([line["rejected"] and line["rejected"]["code"] for line in lines], [None, *bad, None])
        for line in lines[1:-1]:
            self.assertNotEqual(line["rejected"]["text"], "")
            self.assertIsNone(line["partition"])
        lines = self.explain(request(record(key=b"", body=b"v")), "-o", "empty_key=reject", code=1)
        self.assertEqual(lines[0]["rejected"]["code"], "STS_ERR_KEY_EMPTY")

    def test_rejected_topic_that_is_not_text(self):
        topic = field(6, field(1, b"stskafka.topic") + field(2, field(1, b"\xff\xfe\xc3\x28")))
        line, = self.explain(request(record(key=b"k", body=b"v") + topic), code=1)
        self.assertEqual(line["rejected"]["code"], "STS_ERR_TOPIC_INVALID")

    def test_no_broker_is_needed_or_asked(self):
        for option in ["brokers=127.0.0.1:1", "transport=kafka", "topic_check=fail", "read_timeout=1ms"]:
            self.explain(GOOD, "-o", option)

    def test_metadata_is_taken(self):
        self.explain(GOOD, "--metadata", "tenant=a", "--metadata", "tenant=", "--metadata", "x=y=z")


class Framing(Case):
    def test_an_empty_file_is_one_request_without_records(self):
        self.assertEqual(self.run_tool("explain", "--json").out, b"")
        empty, good = self.file("empty", b""), self.file("good", GOOD)
        result = self.run_tool("explain", "--json", empty, good, empty, good)
        self.assertEqual([line["request"] for line in result.json], [1, 3])

    def test_standard_input_by_name(self):
        good = self.file("good", GOOD)
        for args in ([], ["-"], ["--", "-"]):
            self.assertEqual(len(self.run_tool("explain", "--json", *args, data=GOOD).json), 1)
        result = self.run_tool("explain", "--json", good, "-", data=request(record(key=b"in", body=b"v")))
        self.assertEqual([line["key_text"] for line in result.json], ["k1", "in"])

    def test_length_prefixed(self):
        two = self.file("two", frames(GOOD, request()))
        three = self.file("three", frames(request(), request(*[record(key=b"k", body=b"v")] * 2)))
        none = self.file("none", b"")
        result = self.run_tool("explain", "--json", "--framing", "length-prefixed", two, none, three)
        self.assertEqual([(line["request"], line["index"]) for line in result.json], [(0, 0), (3, 0), (3, 1)])

    def test_large_requests(self):
        large = request(record(key=b"k", body=b"v" * 900000))
        many = request(*[record(key=b"k%d" % i, body=b"v" * 100) for i in range(20000)])
        result = self.run_tool("explain", "--json", "--framing", "length-prefixed", data=frames(large, many, GOOD))
        self.assertEqual(len(result.json), 20002)
        self.assertEqual(result.json[-1]["request"], 2)


class Malformed(Case):
    def explain(self, data, *args, code=3):
        result = self.run_tool("explain", "--json", "--framing", "length-prefixed", *args, data=data, code=code)
        return result, result.json

    def check_error(self, line, number, size):
        self.assertEqual(list(line), ["request", "error"])
        self.assertEqual(line["request"], number)
        self.assertEqual(list(line["error"]), ["code", "text", "offset"])
        self.assertEqual(line["error"]["code"], "STS_ERR_MALFORMED")
        self.assertNotEqual(line["error"]["text"], "")
        self.assertIn(line["error"]["offset"], range(size + 1))

    def test_the_next_request_goes_on(self):
        result, lines = self.explain(frames(GOOD, MALFORMED, GOOD))
        self.assertEqual([line["request"] for line in lines], [0, 1, 2])
        self.check_error(lines[1], 1, len(MALFORMED))
        self.assertIn("standard input: request 1, byte ", result.err)

    def test_the_next_file_goes_on(self):
        bad, good = self.file("bad", MALFORMED), self.file("good", GOOD)
        result = self.run_tool("explain", "--json", good, bad, good, code=3)
        self.assertEqual([line["request"] for line in result.json], [0, 1, 2])
        self.check_error(result.json[1], 1, len(MALFORMED))
        self.assertIn(f"{bad}: request 1, byte ", result.err)

    def test_framing_that_was_not_said_is_guessed(self):
        hint = "--framing length-prefixed"
        for data, is_hinted in ((frames(GOOD, GOOD), True), (frames(GOOD, GOOD)[:-1], False), (MALFORMED, False)):
            result = self.run_tool("explain", data=data, code=3)
            self.assertEqual(hint in result.err, is_hinted, result)
        self.assertNotIn(hint, self.explain(frames(MALFORMED))[0].err)

    def test_nothing_of_a_malformed_request_is_shown(self):
        _, lines = self.explain(frames(GOOD + MALFORMED))
        self.check_error(lines[0], 0, len(GOOD + MALFORMED))
        self.assertEqual(len(lines), 1)

    def test_offset(self):
        """The offset is near the fault: past what is good before it."""
        for fault in (b"\x0a\x05ab", b"\x08\x01", b"\x0b", b"\x0f", b"\x00", b"\xff" * 11):
            _, lines = self.explain(frames(GOOD * 10 + fault))
            self.check_error(lines[0], 0, len(GOOD * 10 + fault))
            self.assertGreaterEqual(lines[0]["error"]["offset"], len(GOOD * 10), fault)

    def test_too_deep(self):
        value = any_value("x")
        for _ in range(150):
            value = field(5, field(1, value))
        deep = request(field(5, value))
        _, lines = self.explain(frames(deep, GOOD))
        self.assertIn(lines[0]["error"]["code"], ("STS_ERR_TOO_DEEP", "STS_ERR_MALFORMED"))
        self.assertEqual(lines[1]["request"], 1)

    def test_frame_cut_short(self):
        for cut in (1, 5, len(GOOD) - 1):
            result, lines = self.explain(frames(GOOD) + frames(GOOD)[:4 + len(GOOD) - cut])
            self.assertEqual(lines[0]["request"], 0)
            self.check_error(lines[1], 1, len(GOOD))
            self.assertEqual(lines[1]["error"]["offset"], len(GOOD) - cut, result)

    def test_length_cut_short(self):
        for size in (1, 2, 3):
            _, lines = self.explain(frames(GOOD) + b"\x01\x00\x00"[:size])
            self.check_error(lines[1], 1, 0)
            self.assertEqual(len(lines), 2)

    def test_length_that_is_nonsense(self):
        for length in (10**6, 2**31 - 1, 2**31, 2**32 - 1):
            _, lines = self.explain(struct.pack("<I", length) + GOOD)
            self.check_error(lines[0], 0, len(GOOD))
            self.assertEqual(lines[0]["error"]["offset"], len(GOOD))

    def test_a_file_goes_on_after_a_file_cut_short(self):
        cut, good = self.file("cut", frames(GOOD)[:-1]), self.file("good", frames(GOOD))
        _, lines = self.explain(b"", cut, good)
        self.assertIn("error", lines[0])
        self.assertEqual((lines[1]["request"], lines[1]["key"]), (1, "6b31"))

    def test_malformed_goes_before_rejected(self):
        self.explain(frames(REJECTED), code=1)
        self.explain(frames(REJECTED, MALFORMED), code=3)
        self.explain(frames(MALFORMED, REJECTED, GOOD), code=3)

    def test_people_see_the_others(self):
        result = self.run_tool("explain", "--framing", "length-prefixed", data=frames(MALFORMED, GOOD), code=3)
        self.assertEqual(len(result.lines), 2)
        self.assertIn("STS_ERR_MALFORMED", result.err)

    def test_key_value_helper(self):
        """The bytes that these tests make are what the library reads: a resource with an attribute changes nothing."""
        data = field(1, field(1, field(1, key_value("a", [1, {"b": None}]))) +
                     field(2, field(2, record(key=b"k", body=b"v"))))
        self.assertEqual(len(self.run_tool("explain", "--json", data=data).json), 1)


if __name__ == "__main__":
    unittest.main()
