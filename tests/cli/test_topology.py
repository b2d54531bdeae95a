# SPDX-License-Identifier: Apache-2.0
"""stskafka topology with whole messages: the codec against Go's bytes, grouping, shards; and the usage of its verbs."""
import json
import unittest

from tool import Case, field, golden, golden_raw, run

STREAM_KEY = '"key":{"owner":"OTEL","dataSource":"s","shardId":"0"}'
STREAM_KEY_HEX = (b"\x08\x01" + field(2, b"s") + field(3, b"0")).hex()
METADATA_KEY = '"metadata_key":{"owner":"OTEL","dataSource":"s"}'
METADATA_KEY_HEX = (b"\x08\x01" + field(2, b"s")).hex()
OWNER = "TOPOLOGY_STREAM_OWNER_"


def text_lines(lines):
    return b"".join((line if isinstance(line, bytes) else line.encode()) + b"\n" for line in lines)


def is_metadata(row):
    return "Metadata" in row["type"]


def message_line(row, message):
    """A line of encode --message for a row of topology_message.jsonl, with its message as given."""
    if is_metadata(row):
        return f'{{{METADATA_KEY},"metadata":{message}}}'
    return f'{{{STREAM_KEY},"message":{message}}}'


def decode_line(row, value_hex):
    return f"{METADATA_KEY_HEX if is_metadata(row) else STREAM_KEY_HEX}\t{value_hex}"


class Topology(Case):
    def encode(self, lines, *args, code=0):
        return self.run_tool("topology", "encode", "--message", *args, data=text_lines(lines), code=code).json

    def decode(self, lines, *args, code=0):
        """The output's lines as text: what encode --message must read as it stands."""
        return self.run_tool("topology", "decode", *args, data=text_lines(lines), code=code).lines

    def check_refused(self, line, number, codes):
        self.assertEqual(list(line), ["line", "error"], line)
        self.assertEqual(list(line["error"]), ["code", "text"])
        self.assertEqual(line["line"], number)
        self.assertIn(line["error"]["code"], codes)
        self.assertNotEqual(line["error"]["text"], "")


class Keys(Topology):
    @staticmethod
    def key_line(row, owner, source):
        source = b'"dataSource":"%s"' % source
        if is_metadata(row):
            return b'{"metadata_key":{"owner":%s,%s},"metadata":{}}' % (owner, source)
        shard = json.dumps(bytes.fromhex(row["shard_id_hex"]).decode()).encode()
        return b'{"key":{"shardId":%s,"owner":%s,%s},"message":{}}' % (shard, owner, source)

    def test_every_row(self):
        lines, rows = [], []
        for row in golden("topology_key.jsonl"):
            owners = [str(row["owner"])]
            if row["owner_name"]:
                owners += [f'"{row["owner_name"]}"', f'"{row["owner_name"].removeprefix(OWNER)}"']
            source = bytes.fromhex(row["data_source_hex"])
            if not row["error"]:
                source = json.dumps(source.decode())[1:-1].encode()
            for owner in owners:
                lines.append(self.key_line(row, owner.encode(), source))
                rows.append(row)
        got = self.encode(lines, code=3)
        self.assertEqual(len(got), len(lines))
        for number, (line, row) in enumerate(zip(got, rows), 1):
            with self.subTest(row=row["name"], type=row["type"], line=number):
                if row["error"]:
                    self.check_refused(line, number, ["STS_ERR_UTF8"])
                    continue
                topic = "sts_topology_stream_metadata" if is_metadata(row) else "sts-otel-topology"
                self.assertEqual(line, {"topic": topic, "key": row["key_hex"], "value": ""})
                self.assertEqual(list(line), ["topic", "key", "value"])

    def test_decode_and_encode_again(self):
        """A stream's key may lack the shard; only who says --stream reads it as one."""
        rows = [row for row in golden("topology_key.jsonl") if not row["error"]]
        for more, mine in (([], [row for row in rows if is_metadata(row) or row["shard_id"]]),
                           (["--stream"], [row for row in rows if not is_metadata(row)])):
            texts = self.decode([f"{row['key_hex']}\t" for row in mine], *more)
            for row, text in zip(mine, texts):
                self.assertEqual("metadata_key" in json.loads(text), is_metadata(row), row["name"])
            self.assertEqual([line["key"] for line in self.encode(texts)], [row["key_hex"] for row in mine])


class Messages(Topology):
    def check_json(self, member):
        rows = [(row, raw) for row, raw in zip(golden("topology_message.jsonl"), golden_raw("topology_message.jsonl"))
                if row[member] is not None and not row["error"]]
        self.assertGreater(len(rows), 300)
        got = self.encode([message_line(row, raw[member]) for row, raw in rows])
        self.assertEqual(len(got), len(rows))
        for (row, _), line in zip(rows, got):
            with self.subTest(row=row["name"]):
                self.assertEqual(line.get("value"), row["pb_hex"])

    def test_from_json(self):
        self.check_json("json")

    def test_from_json_in_another_order(self):
        self.check_json("json_reversed")

    def test_from_bytes(self):
        """Decoded and encoded again it is the same; what has no JSON is refused, and the next line goes on."""
        rows = [row for row in golden("topology_message.jsonl") if not row["error"]]
        texts = self.decode([decode_line(row, row["pb_hex"]) for row in rows], code=3)
        self.assertEqual(len(texts), len(rows))
        for number, (row, text) in enumerate(zip(rows, texts), 1):
            if row["json"] is None:
                self.check_refused(json.loads(text), number, ["STS_ERR_JSON"])
        good = [(row, text) for row, text in zip(rows, texts) if row["json"] is not None]
        for (row, _), line in zip(good, self.encode([text for _, text in good])):
            with self.subTest(row=row["name"]):
                self.assertEqual(line.get("value"), row["pb_hex"])
                self.assertEqual(line["key"], METADATA_KEY_HEX if is_metadata(row) else STREAM_KEY_HEX)

    def test_text_that_is_not_utf8(self):
        bad = [(row, raw) for row, raw in zip(golden("topology_message.jsonl"), golden_raw("topology_message.jsonl"))
               if row["error"]]
        self.assertGreater(len(bad), 2)
        lines = []
        for row, raw in bad:
            text = bytes.fromhex(row["bad_text_hex"])
            line = message_line(row, raw["json"]).encode()
            self.assertEqual(line.count(b"@" * len(text)), 1)
            lines.append(line.replace(b"@" * len(text), text))
        for number, line in enumerate(self.encode(lines, code=3), 1):
            self.check_refused(line, number, ["STS_ERR_UTF8"])
        texts = self.decode([decode_line(row, row["bad_pb_hex"]) for row, _ in bad], code=3)
        self.assertEqual(len(texts), len(bad))
        for number, text in enumerate(texts, 1):
            self.check_refused(json.loads(text), number, ["STS_ERR_MALFORMED"])

    def test_names_of_owners(self):
        """In full or without their prefix, and nothing else."""
        def lines(owner):
            return f'{{"key":{{"owner":"{owner}","dataSource":"s","shardId":"0"}},"message":{{}}}}'
        self.assertEqual([line["key"] for line in self.encode([lines("OTEL"), lines(OWNER + "OTEL")])], [STREAM_KEY_HEX] * 2)
        wrong = ["", "otel", OWNER, OWNER + OWNER + "OTEL", OWNER + "OTEL ", "x" * 200,
                 OWNER + "TOPOLOGY_STREAM_RELATION_DEPENDENCY_TYPE_CONNECTION"]
        for number, line in enumerate(self.encode([lines(owner) for owner in wrong], code=3), 1):
            self.check_refused(line, number, ["STS_ERR_JSON"])


class Group(Topology):
    def check(self, name, texts, out):
        got = self.encode(texts, "--group")
        self.assertEqual([line["key"] for line in got], [one["key_hex"] for one in out], name)
        self.assertEqual([len(line["value"]) // 2 for line in got], [one["size"] for one in out], name)
        if out and "message_pb_hex" in out[0]:
            self.assertEqual([line["value"] for line in got], [one["message_pb_hex"] for one in out], name)

    def test_every_row(self):
        for row in golden("topology_group.jsonl"):
            made = row.get("generated_input")
            if not made:
                lines = [f"{one['key_hex']}\t{one['message_pb_hex']}" for one in row["in"]]
                self.check(row["name"], self.decode(lines), row["out"])
                continue
            shard, = self.run_tool("topology", "shard", data=b"big".hex().encode()).lines
            component = {"externalId": "big", "name": "b" * made["blob_size"]}
            message = {"collectionTimestamp": "1", "submittedTimestamp": "1763880000456",
                       "topologyStreamRepeatElementsData": {"expiryIntervalMs": "300000", "components": [component]}}
            line = json.dumps({"key": {"owner": 1, "dataSource": "s", "shardId": shard}, "message": message})
            self.check(row["name"], [line] * made["count"], row["out"])

    def test_budget(self):
        message = {"collectionTimestamp": 1, "topologyStreamRepeatElementsData": {"components": [{"externalId": "a"}]}}
        lines = [f"{{{STREAM_KEY},\"message\":{json.dumps(message)}}}"] * 10
        size = len(self.encode(lines[:1])[0]["value"]) // 2
        for budget, count in ((1, 10), (2 * size - 1, 10), (2 * size, 5), (10 * size, 1), (2**63 - 1, 1)):
            self.assertEqual(len(self.encode(lines, "--group", "--max-bytes", budget)), count, budget)
        self.assertEqual(len(self.encode(lines)), 10)

    def test_many_that_cannot_be_joined(self):
        """No two have the same key and time: each stays, in order. (Joining that were quadratic would not end.)"""
        def line(source, collected):
            return (f'{{"key":{{"owner":"OTEL","dataSource":"{source}","shardId":"0"}},"message":{{"collectionTimestamp":'
                    f'{collected},"topologyStreamRepeatElementsData":{{}}}}}}')

        for name, lines in {"times": [line("s", i) for i in range(20000)],
                            "keys": [line(i, 1) for i in range(20000)]}.items():
            with self.subTest(name):
                self.assertEqual(self.encode(lines, "--group"), self.encode(lines))

    def test_refused_lines_come_first_and_files_stay_apart(self):
        message = '{"collectionTimestamp":1,"topologyStreamRepeatElementsData":{}}'
        good = f"{{{STREAM_KEY},\"message\":{message}}}"
        lines = self.encode([good, "nonsense", good, ""], "--group", code=3)
        self.assertEqual(len(lines), 3)
        self.check_refused(lines[0], 2, ["STS_ERR_JSON"])
        self.check_refused(lines[1], 4, ["STS_ERR_JSON"])
        one, two = self.file("one", text_lines([good] * 2)), self.file("two", text_lines([good] * 3))
        self.assertEqual(len(self.run_tool("topology", "encode", "--message", "--group", one, two).json), 2)


class Shards(Topology):
    def test_every_row_and_count(self):
        rows = golden("topology_shard.jsonl")
        data = text_lines([row["external_id_hex"] for row in rows])
        for count in {count for row in rows for count in row["shards"]}:
            got = self.run_tool("topology", "shard", "-n", count, data=data).lines
            self.assertEqual(got, [row["shards"][count] for row in rows], count)
        upstream = [row["shard_4_upstream"] for row in rows]
        self.assertEqual(self.run_tool("topology", "shard", data=data).lines, upstream)
        lines = self.run_tool("topology", "shard", "--json", data=data).json
        self.assertEqual(lines, [{"external_id": row["external_id_hex"], "shard": shard}
                                 for row, shard in zip(rows, upstream)])

    def test_lines_that_are_no_id(self):
        """An external id can be empty on a line, but not null."""
        file = self.file("ids", "\n-\n61\n6\nxy\nC3A9")
        result = self.run_tool("topology", "shard", file, code=3)
        empty, null, a, odd, nothex, upper = result.lines
        self.assertEqual([empty, a, upper], self.run_tool("topology", "shard", data=b"\n61\nc3a9\n").lines)
        self.assertEqual({null, odd, nothex}, {"error"})
        for number in (2, 4, 5):
            self.assertIn(f"{file}: line {number}: STS_ERR_MALFORMED: ", result.err)
        lines = self.run_tool("topology", "shard", "--json", file, code=3).json
        self.check_refused(lines[1], 2, ["STS_ERR_MALFORMED"])
        self.assertEqual(len(lines), 6)

    def test_largest_count(self):
        self.run_tool("topology", "shard", "-n", 2**32 - 1, data=b"61\n")


class Lines(Topology):
    def test_topics_tombstones_and_order(self):
        """One line of output for each of input, in order, whatever it is."""
        lines = [f'{{{METADATA_KEY},"metadata":null}}', "", f'{{{STREAM_KEY},"message":{{}}}}', "-",
                 f'{{{METADATA_KEY},"metadata":{{"displayName":"x"}}}}', "{}", "[]", "null", "{", f"{{{STREAM_KEY}}}"]
        got = self.encode(lines, "-o", "topic=mine", "-o", "metadata_topic=about", code=3)
        self.assertEqual(len(got), len(lines))
        self.assertEqual(got[0], {"topic": "about", "key": METADATA_KEY_HEX, "value": None})
        self.assertEqual(got[2], {"topic": "mine", "key": STREAM_KEY_HEX, "value": ""})
        self.assertEqual(got[4], {"topic": "about", "key": METADATA_KEY_HEX, "value": field(1, b"x").hex()})
        for number in (2, 4, 6, 7, 8, 9, 10):
            self.check_refused(got[number - 1], number, ["STS_ERR_JSON"])

    def test_json_changes_nothing(self):
        data = text_lines([f'{{{STREAM_KEY},"message":{{}}}}', "{"])
        self.assertEqual(run("topology", "encode", "--message", "--json", data=data).out,
                         run("topology", "encode", "--message", data=data).out)
        data = text_lines([f"{STREAM_KEY_HEX}\t", "x"])
        self.assertEqual(run("topology", "decode", "--json", data=data).out, run("topology", "decode", data=data).out)

    def test_line_ends(self):
        line = f'{{{STREAM_KEY},"message":{{}}}}'
        for data in (line, line + "\n", line + "\r\n"):
            result = self.run_tool("topology", "encode", "--message", data=data.encode())
            self.assertEqual(len(result.json), 1)
        self.assertEqual(self.run_tool("topology", "encode", "--message").out, b"")

    def test_decode_of_null_empty_and_nonsense(self):
        lines = [f"{METADATA_KEY_HEX}\t-", f"{METADATA_KEY_HEX}\t", f"{STREAM_KEY_HEX}\t", "", STREAM_KEY_HEX, "\t",
                 f"-\t{STREAM_KEY_HEX}", f"{STREAM_KEY_HEX}\t0", f"{STREAM_KEY_HEX}\t\t", f"{STREAM_KEY_HEX}\tff",
                 f"ff\t{STREAM_KEY_HEX}", f"{STREAM_KEY_HEX.upper()}\t0801"]
        texts = self.decode(lines, code=3)
        self.assertEqual(len(texts), len(lines))
        good = [texts[i] for i in (0, 1, 2, 5, 11)]
        self.assertEqual([line["value"] for line in self.encode(good)], [None, "", "", "", "0801"])
        self.assertIsNone(json.loads(texts[0])["metadata"])
        for number in (4, 5, 7, 8, 9, 10, 11):
            self.check_refused(json.loads(texts[number - 1]), number, ["STS_ERR_MALFORMED"])

    def test_fields_of_another_wire_type(self):
        """They are fields that nobody knows, or malformed; nothing worse."""
        number, eight, four = b"\x01", b"\x01" * 8, b"\x01" * 4
        for tag in (1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12):
            for wire_type, value in ((0, number), (0, b"\x81" * 9 + number), (1, eight), (5, four), (2, b"\x02ab")):
                one = bytes([tag << 3 | wire_type]) + value
                values = [one, *[field(i, one) for i in (3, 4, 5)], *[field(4, field(i, one)) for i in (2, 3, 4)],
                          field(4, field(2, field(10, one))), field(4, field(2, field(10, field(1, one)))),
                          field(4, field(2, field(10, field(1, field(2, one)))))]
                texts = run("topology", "decode", data=text_lines(
                    [f"{STREAM_KEY_HEX}\t{value.hex()}" for value in values] +
                    [f"{STREAM_KEY_HEX}{one.hex()}\t", f"{METADATA_KEY_HEX}\t{one.hex()}"])).lines
                self.assertEqual(len(texts), len(values) + 2, one)
                for text in texts:
                    error = json.loads(text).get("error")
                    self.assertIn(error and error["code"], [None, "STS_ERR_MALFORMED", "STS_ERR_JSON"], one)

    def test_depth(self):
        """100 nested messages, as consumers take them, and no more."""
        def nested(depth):
            return '{"a":' * depth + "1" + "}" * depth
        def line(depth):
            return ('{%s,"message":{"topologyStreamRepeatElementsData":{"components":[{"statusData":%s}]}}}' %
                    (STREAM_KEY, nested(depth)))
        got = self.encode([line(32), line(33), line(5000)], code=3)
        self.assertIn("value", got[0])
        for number in (2, 3):
            self.check_refused(got[number - 1], number, ["STS_ERR_TOO_DEEP"])
        text, = self.decode([f"{STREAM_KEY_HEX}\t{got[0]['value']}"])
        self.assertEqual(self.encode([text])[0], got[0])
        deep = b"\x20\x01"
        for _ in range(200):
            deep = field(6, field(1, deep))  # a list in a list
        value = field(4, field(2, field(10, field(1, field(1, b"a") + field(2, deep)))))
        text, = self.decode([f"{STREAM_KEY_HEX}\t{value.hex()}"], code=3)
        self.check_refused(json.loads(text), 1, ["STS_ERR_TOO_DEEP", "STS_ERR_MALFORMED"])


class Usage(Case):
    def test_verbs(self):
        for args in ([], ["--help"], ["help"]):
            text = self.run_tool("topology", *args).text
            for verb in ["encode", "decode", "shard"]:
                self.assertIn(f"\n  {verb} ", text)
        self.refuse("topology", "encoed", says=["encoed", "encode"])

    def test_help(self):
        for verb, options in {
            "encode": ["--message", "--group", "--max-bytes", "--config", "--option", "--metadata"],
            "decode": ["--stream"],
            "shard": ["-n"],
        }.items():
            result = self.run_tool("topology", verb, "--help")
            self.assertIn(f"Usage: stskafka topology {verb}", result.text)
            self.assertEqual(result.err, "")
            for option in [*options, "--json", "JSON Lines"]:
                self.assertIn(option, result.text)

    def test_refused(self):
        good = self.file("good", "")
        for args in (["encode", "--group"], ["encode", "--message", "--max-bytes", "10"],
                     ["encode", "--message", "--group", "--max-bytes", "0"], ["encode", "--max-bytes"],
                     ["encode", "-o", "no_such=1"], ["encode", "--message", "-o", "no_such=1"], ["encode", "-o", "x"],
                     ["encode", "--message", "-o", "read_timeout=never"], ["encode", "--config", "/no/such/file"],
                     ["encode", "--metadata", "x"], ["shard", "-n", "0"], ["shard", "-n", "4294967296"],
                     ["shard", "-n", "-1"], ["shard", "-n", "1,2"], ["shard", "-n", ""], ["shard", "-n"]):
            self.refuse("topology", *args, data=b"{}\n")
        for verb in ["encode", "decode", "shard"]:
            for args in (["--no-such-option"], [good, self.folder / "none"], [self.folder], ["-", "-"]):
                self.refuse("topology", verb, *args, data=b"61\n")

    def test_config_file(self):
        config = self.file("config.yaml", "topic: from-file\n")
        line, = self.run_tool("topology", "encode", "--message", "--config", config,
                              data=f'{{{STREAM_KEY},"message":{{}}}}'.encode()).json
        self.assertEqual(line["topic"], "from-file")


if __name__ == "__main__":
    unittest.main()
