# SPDX-License-Identifier: Apache-2.0
"""Requests in OTLP JSON: the same records as in protobuf, in every framing, and what is said of those that are none."""
import json
import struct
import unittest

from tool import GOOD, Case, frames, golden, record, request

JSON = ["--format", "otlp-json"]
LINES = [*JSON, "--framing", "lines"]
# What of a record can be seen in explanations.
ALL_OF_IT = [part for name, spec in (("resource", "AsString(resource.attributes)"), ("scope", "AsString(scope.attributes)"),
                                     ("attributes", "AsString(attributes)"), ("body", "AsString(body)"), ("trace", "trace_id.string"),
                                     ("span", "span_id.string"), ("time", "time_unix_nano"), ("severity", "severity_number"),
                                     ("severity_text", "severity_text"), ("flags", "flags"), ("scope_name", "scope.name"))
             for part in ("-o", f"header_from.{name}={spec} | \"none\"")]
BAD = '{"resourceLogs":[{"scopeLogs":5}]}'  # at byte 30


def logs(*keys):
    """A request in JSON, a record a key; None: without one."""
    return json.dumps({"resourceLogs": [{"scopeLogs": [{"logRecords": [
        {"body": {"bytesValue": "djE="}, "attributes": [{"key": "stskafka.key", "value": {"stringValue": key}}] if key else []}
        for key in keys]}]}]})


# The same of a span and of a metric, in one key.
KEYS = {"traces": 'Concat([AsString(resource.attributes), AsString(scope.attributes), AsString(attributes), trace_id.string, span_id.string, '
                  'parent_span_id.string, trace_state, name, kind, kind.string, status.code, status.message, start_time_unix_nano, '
                  'end_time_unix_nano, flags, dropped_events_count, scope.name], "|")',
        "metrics": 'Concat([AsString(resource.attributes), AsString(scope.attributes), AsString(metadata), name, description, unit, type, '
                   'aggregation_temporality, is_monotonic, scope.name], "|")'}


class Vectors(Case):
    def test_spans_and_metrics_have_the_same_keys_by_both(self):
        for signal, key in KEYS.items():
            rows = [row for row in golden("otlp_json.jsonl") if row["accept"] and row["signal"] == signal]
            self.assertGreater(len(rows), 5)
            told = []
            for member, args in (("json_hex", JSON), ("pb_hex", [])):
                data = frames(*[bytes.fromhex(row[member]) for row in rows])
                result = self.run_tool("explain", "--json", "--signal", signal, "--framing", "length-prefixed", "-o", f"{signal}.key={key}",
                                       *args, data=data)
                told.append([(line["request"], line["key_text"], line["rejected"]) for line in result.json])
            self.assertEqual(*told)
            self.assertGreater(len({line[1] for line in told[0]}), 2)

    def test_json_is_explained_as_the_protobuf_that_it_says(self):
        rows = [row for row in golden("otlp_json.jsonl") if row["accept"] and row["signal"] == "logs"]
        self.assertGreater(len(rows), 150)
        told = []
        for member, args in (("json_hex", JSON), ("pb_hex", [])):
            data = frames(*[bytes.fromhex(row[member]) for row in rows])
            result = self.run_tool("explain", "--json", "--values", "--framing", "length-prefixed", "-o", "key=none", *ALL_OF_IT,
                                   *args, data=data, code=3)
            told.append([{**line, "error": line["error"]["code"]} if "error" in line else line for line in result.json])
        self.assertEqual(*told)
        self.assertGreater(len(told[0]), 100)
        self.assertEqual({line["error"] for line in told[0] if "error" in line}, {"STS_ERR_TOO_DEEP"})


class Framing(Case):
    def explain(self, *args, data, code=0):
        result = self.run_tool("explain", "--json", *args, data=data, code=code)
        return result, result.json

    def keys(self, lines):
        return [(line["request"], line["index"], line["key_text"]) for line in lines]

    def test_every_framing(self):
        some = [logs("a", "b"), logs(), logs("c")]
        expected = [(0, 0, "a"), (0, 1, "b"), (2, 0, "c")]
        as_bytes = [one.encode() for one in some]
        for framing, data in (("lines", "\n".join(some).encode()), ("lines", "\r\n".join([*some, ""]).encode()),
                              ("length-prefixed", frames(*as_bytes)),
                              ("length-prefixed-be", b"".join(struct.pack(">I", len(one)) + one for one in as_bytes))):
            self.assertEqual(self.keys(self.explain(*JSON, "--framing", framing, data=data)[1]), expected)
        pretty = json.dumps(json.loads(some[0]), indent=2).encode()
        self.assertEqual(self.keys(self.explain(*JSON, data=pretty)[1]), expected[:2])
        self.assertEqual(self.explain(*LINES, data=b"")[1], [])

    def test_requests_are_counted_over_files(self):
        one, two = self.file("one", logs("a") + "\n" + logs("b")), self.file("two", logs("c") + "\n")
        self.assertEqual(self.keys(self.explain(*LINES, one, two, data=b"")[1]), [(0, 0, "a"), (1, 0, "b"), (2, 0, "c")])

    def test_a_line_longer_than_what_is_read_at_once(self):
        keys = [f"key-{number}" for number in range(5000)]
        lines = self.explain(*LINES, data=(logs(*keys) + "\n" + logs("last")).encode())[1]
        self.assertEqual([line["key_text"] for line in lines], [*keys, "last"])

    def test_a_line_that_is_wrong(self):
        """It is told by its line, and the next one goes on; an empty line is a request that is wrong too."""
        first = self.file("first", logs("a") + "\n")
        bad = self.file("bad", "\n".join([logs("b"), BAD, "", logs("c"), BAD]))
        result, lines = self.explain(*LINES, first, bad, data=b"", code=3)
        self.assertEqual([line["request"] for line in lines], [0, 1, 2, 3, 4, 5])
        self.assertEqual(lines[2], {"request": 2, "error": {
            "code": "STS_ERR_JSON", "text": "line 1, column 31, resourceLogs[0].scopeLogs: an array was expected", "offset": 30}})
        self.assertEqual((lines[3]["error"]["code"], lines[3]["error"]["offset"]), ("STS_ERR_JSON", 0))
        self.assertEqual((lines[4]["key_text"], lines[5]["error"]["offset"]), ("c", 30))
        self.assertEqual([line.split(": ", 1)[1] for line in result.err.splitlines()], [
            f"{bad}: request 2, line 2: STS_ERR_JSON: column 31, resourceLogs[0].scopeLogs: an array was expected",
            f"{bad}: request 3, line 3: STS_ERR_JSON: column 1: an object was expected",
            f"{bad}: request 5, line 5: STS_ERR_JSON: column 31, resourceLogs[0].scopeLogs: an array was expected"])

    def test_a_file_that_is_wrong(self):
        data = json.dumps(json.loads(BAD), indent=1).encode()
        result, (line,) = self.explain(*JSON, data=data, code=3)
        self.assertEqual(line["error"]["offset"], data.index(b"5"))
        self.assertIn(f"request 0, byte {data.index(b'5')}: STS_ERR_JSON: line 4, column 17, resourceLogs[0].scopeLogs: ", result.err)

    def test_send(self):
        data = "\n".join([logs("a", "b"), BAD, logs("c", None)]).encode()
        result = self.run_tool("send", "--embedded", "--json", *LINES, data=data, code=3)
        total = result.json[-1]
        self.assertEqual((total["requests"], total["delivered"], total["rejected"], total["read_back"]), (3, 3, 1, 3))
        self.assertIn("request 1, line 2: STS_ERR_JSON: column 31", result.err)


class Hints(Case):
    def said(self, *args, data, code=3):
        return self.run_tool("explain", *args, data=data, code=code).err

    def test_protobuf(self):
        for framing, data in (("whole", GOOD), ("length-prefixed", frames(GOOD)), ("whole", frames(GOOD, GOOD))):
            self.assertIn("it looks like OTLP in protobuf", self.said(*JSON, "--framing", framing, data=data))

    def test_another_framing(self):
        pretty = json.dumps(json.loads(logs("a")), indent=2).encode()
        self.assertEqual(self.said(*LINES, data=pretty).count("--framing whole: one request on several lines"), 1)
        self.assertIn("--framing whole, or lines", self.said(*JSON, "--framing", "length-prefixed", data=logs("a").encode()))
        for data in (BAD, BAD + "\n" + logs("a"), "x"):
            self.assertNotIn("it looks", self.said(*LINES, data=data.encode()))

    def test_what_is_not_read(self):
        """The library, as the collector, takes the first request and looks no further; nothing of a file is left out unsaid."""
        first, both = logs("a]}\\\"", "b"), logs("a]}\\\"", "b") + "\n" + logs("c")
        for verb in (["explain"], ["send", "--embedded"]):
            result = self.run_tool(*verb, *JSON, data=both.encode())
            self.assertIn(f"request 0: it ends before byte {len(first) + 1}; what follows was not read (--framing lines ", result.err)
            self.assertNotIn("not read", self.run_tool(*verb, *JSON, data=first.encode() + b" \r\n\t").err)
            self.assertNotIn("not read", self.run_tool(*verb, *LINES, data=both.encode()).err)
        self.assertNotIn("not read", self.said("--framing", "length-prefixed", data=frames(request(record(key=b"k"))), code=1))


if __name__ == "__main__":
    unittest.main()
