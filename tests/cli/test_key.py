# SPDX-License-Identifier: Apache-2.0
"""stskafka explain with a key of one's own: the golden vectors through the tool, what the key was made of, how keys are spread,
and specs that are wrong."""
import unittest

from tool import Case, field, frames, golden, key_value, record, request, run

KEYLESS = ("STS_ERR_BODY_TYPE",)  # the vectors' bodies are no bytes; the key was made before


def explain(spec, *requests, args=()):
    return run("explain", "--json", "--framing", "length-prefixed", "-o", f"key={spec}", *args, data=frames(*requests))


def in_resource(resource, records, resource_last=False):
    scope_logs = field(2, b"".join(field(2, one) for one in records))
    return field(1, scope_logs + field(1, resource) if resource_last else field(1, resource) + scope_logs)


class Ottl(Case):
    """Each expression of ottl.jsonl as the key, over both orders of fields."""

    def code(self, line):
        code = line["rejected"] and line["rejected"]["code"]
        return None if code in KEYLESS else code

    def check_key(self, spec, requests, key):
        for line in explain(spec, *requests).json:
            self.assertEqual((self.code(line), line["key"]), (None, key))

    def check_code(self, spec, requests, code):
        for line in explain(spec, *requests).json:
            self.assertEqual(self.code(line), code)

    def check(self, row, requests):
        spec, kind = row["expr"], row["type"]
        text = row["text_hex"] if row["text_hex"] is not None else (row["text"] or "").encode().hex()
        if kind == "parse_error":
            self.assertEqual(explain(spec, *requests).code, 2)
        elif kind == "eval_error":
            self.check_code(spec, requests, "STS_ERR_KEY_EVAL")
        elif kind == "nil" or kind in ("trace_id", "span_id") and not text:
            self.check_code(spec, requests, "STS_ERR_KEY_MISSING")
        elif kind in ("map", "slice"):
            self.check_code(spec, requests, "STS_ERR_KEY_TYPE")
            self.check_key(f"AsString({spec})", requests, text)
        else:
            self.check_key(spec, requests, row["bytes_hex"] if kind == "bytes" else text)

    def test_all(self):
        inputs = {}
        for row in golden("ottl.jsonl"):
            if row["row"] == "input":
                inputs[row["id"]] = [bytes.fromhex(row[f"logs_pb_{order}_hex"]) for order in ("asc", "desc")]
            elif not (row["path_context_names"] and row["type"] == "parse_error"):  # only where names are demanded
                with self.subTest(expr=row["expr"], input=row["input"]):
                    self.check(row, inputs[row["input"]])


class Hashes(Case):
    def test_resource_hash(self):
        rows = golden("resource_hash.jsonl")
        for order in ("resource_pb_hex", "resource_pb_pdata_hex"):
            requests = [in_resource(bytes.fromhex(row[order]), [record(body=b"b")], "pdata" in order) for row in rows]
            for profile in ("java", "sarama"):
                result = explain("resource_hash", *requests,
                                 args=("-n", "12", "-o", f"partitioner={profile}"))
                self.assertEqual(result.code, 0, result)
                self.assertEqual([(line["key"], line["partition"]) for line in result.json],
                                 [(row["hash_hex"], row[f"partition_of_12_{profile}"]) for row in rows])

    def check_kafkaexporter(self, row, version, spec):
        """Its messages' keys, each once; it makes a message of a resource without records too, which has no key here."""
        config, theirs = row["config"], row["v0.155.0"] if row[version] == "same" else row[version]
        result = explain(spec, bytes.fromhex(row["requests"][0]["request_hex"]),
                         args=("-o", "missing_key=null"))
        ours = {line["key"] for line in result.json}
        them = {message["key"] for message in theirs["messages"]}
        without_records = config["logs"].get("encoding", "otlp_proto") != "raw" and "record" in row["note"]
        self.assertTrue(ours <= them if without_records else ours == them, (ours, them))
        return len(ours)

    def test_kafkaexporter(self):
        """What the collector's exporter gave a broker, by two versions of it: resource_hash is the older's key."""
        keys = {}
        for row in golden("encodings.jsonl"):
            by_resource, by_trace = (row["config"].get(f"partition_logs_by_{what}") for what in ("resource_attributes", "trace_id"))
            if not (by_resource or by_trace) or len(row["requests"] or []) != 1 or not row["v0.155.0"]["messages"]:
                continue
            specs = (("v0.155.0", 'resource_hash'), ("v0.165.1", 'resource_hash_v0163'))
            if row["config"].get("partition_logs_by_trace_id"):
                specs = tuple((version, "trace_id") for version, _ in specs)
            for version, spec in specs:
                with self.subTest(id=row["id"], note=row["note"], spec=spec):
                    keys[spec] = keys.get(spec, 0) + self.check_kafkaexporter(row, version, spec)
        self.assertEqual(keys, {'resource_hash': 53, 'resource_hash_v0163': 53, 'trace_id': 128})

    def test_as_string(self):
        rows = golden("as_string.jsonl")
        requests = []
        for row in rows:
            attribute = field(1, b"a") + field(2, bytes.fromhex(row["anyvalue_pb_hex"]))
            requests.append(request(record(body=b"b") + field(6, attribute)))
        lines = explain('AsString(attributes["a"])', *requests).json
        self.assertEqual([line["key"] for line in lines], [row["as_string_hex"] for row in rows])


class Parts(Case):
    def test_what_the_key_was_made_of(self):
        one = record(body=b"b") + field(6, key_value("x", "value")) + field(6, key_value("n", 5))
        line, = explain('Concat([attributes["x"], attributes["n"], attributes["none"], metadata("M")], "/") | "never"',
                        request(one), args=("--metadata", "m=meta")).json
        self.assertEqual(line["key_text"], "value/5/<nil>/meta")
        self.assertEqual(line["key_from"], 'Concat([attributes["x"], attributes["n"], attributes["none"], metadata("M")], "/")')
        self.assertEqual([(part["from"], part["text"]) for part in line["key_parts"]],
                         [('attributes["x"]', "value"), ('attributes["n"]', "5"), ('attributes["none"]', None),
                          ('metadata("M")', "meta")])

    def test_what_is_kept_for_a_resource_is_told_for_each_record(self):
        spec = 'Concat([resource.attributes["m"][attributes["x"]], resource.attributes["n"], scope.name], "/")'
        resource = field(1, key_value("n", 7)) + field(1, key_value("m", {"a": "A", "b": "B"}))
        records = [record(body=b"b") + field(6, key_value("x", name)) for name in ("a", "b", "a")]
        lines = explain(spec, in_resource(resource, records)).json
        self.assertEqual([line["key_text"] for line in lines], ["A/7/", "B/7/", "A/7/"])
        for line, name in zip(lines, "aba"):
            self.assertEqual([(part["from"], part["text"]) for part in line["key_parts"]],
                             [('attributes["x"]', name), ('resource.attributes["m"][attributes["x"]]', name.upper()),
                              ('resource.attributes["n"]', "7"), ("scope.name", "")])

    def test_the_alternative_that_had_a_value(self):
        line, = explain('attributes["no"] | none', request(record(body=b"b"))).json
        self.assertEqual((line["key"], line["key_from"], line["rejected"]), (None, "none", None))
        self.assertEqual(line["key_parts"], [{"from": 'attributes["no"]', "value": None, "text": None}])

    def test_bytes_are_shown_as_they_are(self):
        line, = explain('SHA256(body) | attributes["b"]', request(record(body="b") + field(6, key_value("b", b"\xff")))).json
        self.assertEqual(line["key_parts"], [{"from": "body", "value": "62", "text": "b"}])
        line, = explain('attributes["b"]', request(record(body="b") + field(6, key_value("b", b"\xff")))).json
        self.assertEqual(line["key_parts"], [{"from": 'attributes["b"]', "value": "ff", "text": None}])


class Skew(Case):
    """How the keys of a request are spread."""

    def setUp(self):
        super().setUp()
        keys = ["heavy"] * 70 + [f"light-{n}" for n in range(30)] + [""]
        self.data = frames(request(*[record(key, b"b") for key in keys], record(body=b"b")))

    def skew(self, *args):
        return run("explain", "--skew", "--framing", "length-prefixed", *args, data=self.data)

    def test_json(self):
        result = self.skew("--json", "-n", "4")
        self.assertEqual(result.code, 1, "one record has no key")
        line, = result.json
        self.assertEqual([line[name] for name in ("records", "rejected", "null_keys", "empty_keys", "missing_keys")],
                         [102, 1, 0, 1, 1])
        self.assertTrue(31 <= line["distinct_keys"] <= 33, line["distinct_keys"])
        heaviest = line["heaviest"][0]
        self.assertEqual((heaviest["key_text"], heaviest["records"], heaviest["too_many"]), ("heavy", 70, 0))
        self.assertAlmostEqual(heaviest["share"], 70 / 101)
        self.assertEqual(len(line["heaviest"]), 20)
        self.assertEqual(sum(line["partitions"]), 101)

    def test_null_keys(self):
        line, = self.skew("--json", "-o", "missing_key=null", "-o", "empty_key=null").json
        self.assertEqual([line[name] for name in ("records", "rejected", "null_keys", "empty_keys", "missing_keys")],
                         [102, 0, 2, 0, 1])

    def test_table(self):
        text = self.skew("-n", "4").out.decode()
        self.assertIn("102 records, 1 rejected", text)
        self.assertRegex(text, r'"heavy" +70 +69.3% +#{40}\n')
        self.assertRegex(text, r'"light-\d+" +1 +1.0% +#\n')
        self.assertRegex(text, r"PARTITION +RECORDS")

    def test_partitions_are_bounded(self):
        self.refuse("explain", "--skew", "-n", "10001", says="10000")


class Wrong(Case):
    def refuse_key(self, spec, *says):
        self.refuse("explain", "-o", f"key={spec}", says=says)

    def test_the_place_is_shown(self):
        self.refuse_key('Concat([attributes["é"], resource.atributes["x"]], "/")', "column 26",
                        "did you mean resource.attributes?")

    def test_the_caret_stands_below_it(self):
        result = self.run_tool("explain", "-o", 'key=Concat(["é"], 5)', code=2)
        lines = result.err.splitlines()
        caret = next(n for n, line in enumerate(lines) if line.strip() == "^")
        self.assertEqual(lines[caret - 1][lines[caret].index("^")], "5")

    def test_names(self):
        self.refuse_key("SHA265(body)", "SHA265", "did you mean SHA256?")
        self.refuse_key("severity_txt", "did you mean severity_text?")
        self.refuse_key('resource_hsh("a")', "did you mean resource_hash?")

    def test_others(self):
        self.refuse_key("", "empty")
        self.refuse_key('attributes["x"] |', "column 18")
        self.refuse_key("(" * 10000 + "1" + ")" * 10000, "nested")
        self.refuse_key("[" * 10000, "nested")
        self.refuse_key('attributes["x"', "]")
        self.refuse("explain", "-o", "header_from.h=nope", says=("header_from.h", "nope"))
        self.refuse("explain", "-o", "topic_from=nope", says=("topic_from", "nope"))

    def test_the_signal_of_the_key_is_not_that_of_all(self):
        """A key that has a meaning for metrics alone is one for them, and none for logs; which one it would do for is told."""
        result = self.run_tool("explain", "--json", "--signal", "metrics", "--format", "otlp-json", "-o", "key=name",
                               data=b'{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"m"}]}]}]}')
        self.assertEqual(result.json[0]["key_text"], "m")
        result = self.run_tool("explain", "--json", "-o", "key=name", data=b"", code=2)
        self.assertIn("logs cannot be exported with the option key: column 1: there is no path name", result.err)
        self.assertIn("it would do as traces.key or metrics.key", result.err)


if __name__ == "__main__":
    unittest.main()
