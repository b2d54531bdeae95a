# SPDX-License-Identifier: Apache-2.0
"""Elements of topology, line by line: what topology encode makes of them, and send and explain with --format topology."""
import collections
import json
import random
import struct
import unittest

from tool import GOOD, Case, field, run, varint

STREAM = {"owner": "OTEL", "data_source": "urn:x"}
TIMES = {"collection_timestamp": 1000, "submitted_timestamp": 2000, "expiry_interval_ms": 300000}
TOPIC, METADATA_TOPIC = "sts-otel-topology", "sts_topology_stream_metadata"


def element(**members):
    return {**STREAM, **TIMES, **members}


def component(external_id, **members):
    return element(component={"externalId": external_id, "name": "n", "typeName": "t"}, **members)


def relation(external_id, **members):
    return element(relation={"externalId": external_id, "sourceIdentifier": "a", "targetIdentifier": "b", "name": "n",
                             "typeName": "t"}, **members)


def json_lines(lines):
    return b"".join((line if isinstance(line, bytes) else json.dumps(line).encode()) + b"\n" for line in lines)


def number(tag, value):
    return varint(tag << 3) + varint(value)


def key(shard, owner=1, source=b"urn:x"):
    return number(1, owner) + field(2, source) + field(3, shard.encode())


def message(payload, tag=4, collected=1000, submitted=2000):
    return number(1, collected) + number(2, submitted) + field(tag, payload)


class Elements(Case):
    def encode(self, lines, *args, code=0):
        return self.run_tool("topology", "encode", *args, data=json_lines(lines), code=code).json

    def decode(self, lines):
        data = "".join(f"{line['key']}\t{line['value'] if line['value'] is not None else '-'}\n" for line in lines)
        return self.run_tool("topology", "decode", data=data.encode()).json

    def shards(self, external_ids):
        data = "".join(one.encode().hex() + "\n" for one in external_ids)
        return self.run_tool("topology", "shard", data=data.encode()).lines

    def check_bytes(self, lines, *wanted):
        """Keys and values, on the stream's topic."""
        self.assertEqual([(line["topic"], line["key"], line["value"]) for line in lines],
                         [(TOPIC, key.hex(), value.hex()) for key, value in wanted])


class Bytes(Elements):
    """What goes on the wire, field by field, against bytes that are put together here."""

    def test_component(self):
        line = element(specificity=1.5, component={
            "externalId": "urn:a", "identifiers": ["z", "y"], "name": "A", "typeName": "svc", "typeIdentifier": "",
            "resourceDefinition": {"b": True, "a": None}, "statusData": {}, "tags": ["t2", "t1", "t2"]})
        null_value, true_value = field(1, b"a") + field(2, number(1, 0)), field(1, b"b") + field(2, number(4, 1))
        made = (field(1, b"urn:a") + field(2, b"z") + field(2, b"y") + field(3, b"A") + field(4, b"svc") + field(5, b"") +
                field(10, field(1, null_value) + field(1, true_value)) + field(11, b"") +
                field(12, b"t1") + field(12, b"t2") + field(12, b"t2"))
        payload = number(1, 300000) + field(2, made) + b"\x39" + struct.pack("<d", 1.5)
        shard, = self.shards(["urn:a"])
        self.check_bytes(self.encode([line]), (key(shard), message(payload)))

    def test_relation_deletes_and_defaults(self):
        lines = [{**STREAM, "relation": {"externalId": "a-b", "sourceIdentifier": "a", "targetIdentifier": "b", "name": "",
                                         "typeName": "", "tags": ["y", "x"],
                                         "dependencyType": "TOPOLOGY_STREAM_RELATION_DEPENDENCY_TYPE_CONNECTION"}},
                 {**STREAM, "owner": 4, "delete_relation": "a-b"},
                 {**STREAM, "owner": "TOPOLOGY_STREAM_OWNER_AGENT", "delete_component": "c"}]
        made = field(1, b"a-b") + field(2, b"a") + field(3, b"b") + field(7, b"x") + field(7, b"y") + number(8, 2)
        one, two, three = self.shards(["a-b", "a-b", "c"])
        self.check_bytes(self.encode(lines), (key(one), field(4, field(3, made))),
                         (key(two, owner=4), field(4, field(6, b"a-b"))), (key(three, owner=3), field(4, field(5, b"c"))))

    def test_errors(self):
        line = element(errors=[{"category": "c", "issueId": "i", "message": "m"}, {}])
        payload = number(1, 300000) + field(4, field(1, b"c") + field(2, b"i") + field(3, b"m")) + field(4, b"")
        self.check_bytes(self.encode([line]), (key("unknown"), message(payload)))

    def test_remove_goes_to_every_shard(self):
        line = {**element(remove="gone"), "owner": 2}
        self.check_bytes(self.encode([line]),
                         *[(key(shard, owner=2), message(field(1, b"gone"), tag=5)) for shard in "0123"])

    def test_snapshot(self):
        """Start and stop go to every shard; what is between them travels as the snapshot's data."""
        lines = [element(snapshot_start={"repeat_interval_ms": 60000}), component("a"), relation("b"),
                 element(errors=[{"message": "m"}]), element(snapshot_stop={})]
        got = self.encode(lines)
        head = number(1, 60000) + number(2, 300000)
        start, stop = message(head + number(3, 1), tag=3), message(head + number(4, 1), tag=3)
        self.check_bytes(got[:4], *[(key(shard), start) for shard in "0123"])
        self.check_bytes(got[-4:], *[(key(shard), stop) for shard in "0123"])
        a, b = self.shards("ab")
        inner = {line["key"]: line["value"] for line in got[4:-4]}
        self.assertEqual(set(inner), {key(shard).hex() for shard in (a, b, "unknown")})
        error = message(head + field(7, field(3, b"m")), tag=3)
        self.assertEqual(inner[key("unknown").hex()], error.hex())
        data = [one["message"]["topologyStreamSnapshotData"] for one in self.decode(got[4:-4])]
        self.assertEqual([one["externalId"] for part in data for one in part.get("components", [])], ["a"])
        self.assertEqual([one["externalId"] for part in data for one in part.get("relations", [])], ["b"])
        for part in data:
            self.assertNotIn("snapshotStart", part)
            self.assertNotIn("snapshotStop", part)

    def test_metadata(self):
        lines = [{**STREAM, "metadata": {"displayName": "X", "selectorProperties": {"k": "v"}}},
                 {**STREAM, "metadata": None}, {**STREAM, "metadata": {}}]
        selector = field(2, field(1, field(1, b"k") + field(2, field(3, b"v"))))
        wanted = (number(1, 1) + field(2, b"urn:x")).hex()
        got = self.encode(lines)
        self.assertEqual([(line["topic"], line["key"]) for line in got], [(METADATA_TOPIC, wanted)] * 3)
        self.assertEqual([line["value"] for line in got], [(field(1, b"X") + selector).hex(), None, ""])
        self.assertEqual({line["topic"] for line in self.encode(lines, "-o", "metadata_topic=about")}, {"about"})


class Grouping(Elements):
    def test_shards(self):
        """Each component is in a message under the key of its shard; one message a shard, in the order first seen."""
        ids = [f"urn:component:{i}" for i in range(60)] + ["\u043a\u043b\u044e\u0447", "\U0001f511"]
        shards = dict(zip(ids, self.shards(ids)))
        messages = self.decode(self.encode([component(one) for one in ids]))
        placed = {one["externalId"]: line["key"]["shardId"] for line in messages
                  for one in line["message"]["topologyStreamRepeatElementsData"]["components"]}
        self.assertEqual(placed, shards)
        self.assertEqual([line["key"]["shardId"] for line in messages], list(dict.fromkeys(shards.values())))

    def test_all_kinds_share_a_message(self):
        ids = [f"id{i}" for i in range(40)]
        mine = [one for one, shard in zip(ids, self.shards(ids)) if shard == "0"][:4]
        line, = self.decode(self.encode([component(mine[0]), element(delete_relation=mine[1]), relation(mine[2]),
                                         element(delete_component=mine[3])]))
        self.assertEqual(set(line["message"]["topologyStreamRepeatElementsData"]), {
            "expiryIntervalMs", "components", "relations", "deleteComponentExternalIds", "deleteRelationExternalIds"})

    def test_what_keeps_messages_apart(self):
        for other in ({"collection_timestamp": 1001}, {"submitted_timestamp": 2001}, {"expiry_interval_ms": 1},
                      {"specificity": 0.5}, {"owner": "AGENT"}, {"data_source": "urn:y"}):
            self.assertEqual(len(self.encode([component("a"), relation("a", **other)])), 2, other)
        self.assertEqual(len(self.encode([component("a"), relation("a")])), 1)

    def test_nothing_is_merged_across_marks(self):
        """What was added before a remove stays before it, and what comes after does not slip in front of it."""
        got = self.encode([component("a"), element(remove="x"), component("a"), component("a", data_source="urn:y")])
        shard, = self.shards("a")
        mine = [one for one in self.decode(got) if one["key"]["shardId"] == shard and
                one["key"]["dataSource"] == "urn:x"]
        self.assertEqual(["topologyStreamRemove" in one["message"] for one in mine], [False, True, False])

    def test_equal_elements_make_equal_bytes(self):
        """Whatever the order of members, tags and struct keys in the lines."""
        shuffle = random.Random(7).shuffle

        def shuffled(value):
            if not isinstance(value, dict):
                return value
            members = [(name, shuffled(one)) for name, one in value.items()]
            shuffle(members)
            return dict(members)

        tags = [f"tag:{i}" for i in range(9)]
        definition = {f"k{i}": {"b": [1, {"z": 1, "y": None}], "a": f"v{i}"} for i in range(12)}
        outputs = set()
        for _ in range(8):
            shuffle(tags)
            line = element(specificity=0.25, component={
                "externalId": "a", "name": "n", "typeName": "t", "identifiers": ["2", "1"], "tags": list(tags),
                "resourceDefinition": definition, "statusData": definition})
            outputs.add(run("topology", "encode", data=json_lines([shuffled(line)])).out)
        self.assertEqual(len(outputs), 1)
        self.assertIn(b'"value":"', outputs.pop())

    def test_budget(self):
        """Messages are split under what the exporter takes; every element is there once, in order within its shard."""
        lines = [element(component={"externalId": f"c{i}", "name": "n" * 1000, "typeName": "t"}) for i in range(300)]
        for more, limit in (([], 768 * 1024), (["-o", "max_message_bytes=20000"], 20000)):
            got = self.encode(lines, *more)
            seen = collections.defaultdict(list)
            for line, one in zip(got, self.decode(got)):
                self.assertLess(len(line["value"]) // 2, limit)
                seen[one["key"]["shardId"]] += [int(c["externalId"][1:]) for c in
                                                one["message"]["topologyStreamRepeatElementsData"]["components"]]
            self.assertEqual(sorted(i for part in seen.values() for i in part), list(range(300)))
            for part in seen.values():
                self.assertEqual(part, sorted(part))
            self.assertEqual(len(got) > 4, bool(more))

    def test_an_element_too_large_is_rejected_alone(self):
        large = element(component={"externalId": "the-large-one", "name": "n" * 5000, "typeName": "t"})
        result = self.run_tool("topology", "encode", "-o", "max_message_bytes=3000", code=1,
                               data=json_lines([component("a"), large, component("b")]))
        bad = [line for line in result.json if "error" in line]
        good = [line for line in result.json if "error" not in line]
        self.assertEqual([(list(line), line["line"], line["error"]["code"]) for line in bad],
                         [(["line", "error"], None, "STS_ERR_RECORD_SIZE")])
        self.assertIn("the-large-one", bad[0]["error"]["text"])
        self.assertIn("standard input: rejected: STS_ERR_RECORD_SIZE: ", result.err)
        ids = [one["externalId"] for line in self.decode(good)
               for one in line["message"]["topologyStreamRepeatElementsData"]["components"]]
        self.assertEqual(sorted(ids), ["a", "b"])


class Many(Elements):
    """However elements differ, each of many gets a message of its own."""

    def test_each_has_a_message(self):
        for name, make in {
            "times": lambda i: component(f"c{i}", collection_timestamp=i),
            "expiries": lambda i: component(f"c{i}", expiry_interval_ms=i),
            "specificities": lambda i: component(f"c{i}", specificity=i / 7),
            "sources": lambda i: component(f"c{i}", data_source=f"urn:{i}"),
            "sources with the same id": lambda i: component("same", data_source=f"urn:{i}"),
            "metadata": lambda i: element(metadata={"displayName": str(i)}),
        }.items():
            with self.subTest(name):
                self.assertEqual(len(self.encode([make(i) for i in range(5000)])), 5000)


class Refused(Elements):
    def check(self, line, codes):
        """The line is refused, by its number, and those around it go."""
        first, *rest = self.encode([component("a"), line, component("b")], code=3)
        self.assertEqual((list(first), first["line"]), (["line", "error"], 2))
        self.assertIn(first["error"]["code"], codes, line)
        self.assertNotEqual(first["error"]["text"], "")
        ids = [one["externalId"] for line in self.decode(rest)
               for one in line["message"]["topologyStreamRepeatElementsData"]["components"]]
        self.assertEqual(sorted(ids), ["a", "b"])

    def test_no_element(self):
        for line in (b"", b"-", b"{", b"null", b"[]", b"1", b'"x"', {}, STREAM, element(),
                     {**component("c"), "delete_component": "d"}, {**component("c"), "no_such": 1},
                     element(component=None), element(component=[]), element(component="c"),
                     element(component={"externalId": "c", "noSuch": 1}), element(component={"externalId": 1}),
                     element(remove=None), element(snapshot_start={"x": 1}), element(snapshot_stop=None),
                     element(errors={}), element(errors=[1]), component("c", owner="NOBODY"), component("c", owner=[]),
                     component("c", collection_timestamp="soon"), component("c", collection_timestamp=1.5),
                     component("c", submitted_timestamp=2**63), json.dumps(component("c")).encode() + b" x",
                     b'{"owner":1,"owner":2,' + json.dumps(component("c")).encode()[1:]):
            self.check(line, ["STS_ERR_JSON"])

    def test_no_sense(self):
        no_ends = [{"externalId": "r", "sourceIdentifier": "a"}, {"externalId": "r", "targetIdentifier": "b"}]
        for line in (component(""), relation(""), element(delete_component=""), element(delete_relation=""),
                     component("a"), element(snapshot_stop={}), component("c", collection_timestamp=-1),
                     component("c", submitted_timestamp=-1), component("c", expiry_interval_ms=-1),
                     component("c", specificity="NaN"), component("c", specificity="-Infinity"),
                     *[element(relation=one) for one in no_ends],
                     {"component": {"externalId": "c", "name": "n", "typeName": "t"}}):
            self.check(line, ["STS_ERR_ELEMENT"])

    def test_not_utf8(self):
        for text in (b"\xff", b"\xc3(", b"\xed\xa0\x80", b"\xf5\x80\x80\x80", b"\xc0\x80"):
            for line in (element(component={"externalId": "c", "name": "@@"}), component("@@"), element(remove="@@"),
                         component("c", data_source="@@"), element(component={"externalId": "c", "tags": ["@@"]}),
                         element(component={"externalId": "c", "statusData": {"@@": 1}}),
                         {**STREAM, "metadata": {"displayName": "@@"}}):
                self.check(json.dumps(line).encode().replace(b"@@", text), ["STS_ERR_UTF8"])
        self.check(component("\ud800"), ["STS_ERR_UTF8", "STS_ERR_JSON"])

    def test_too_deep(self):
        for depth, good in ((32, True), (33, False), (100000, False)):
            nested = b'{"a":' * depth + b"1" + b"}" * depth
            line = json.dumps(element(component={"externalId": "d", "statusData": "@"})).encode().replace(b'"@"', nested)
            if good:
                self.assertEqual(len(self.encode([line])), 1)
            else:
                self.check(line, ["STS_ERR_TOO_DEEP"])

    def test_twice(self):
        """The first one counts; another stream has ids of its own."""
        lines = [component("a"), component("a", expiry_interval_ms=1), component("a", data_source="urn:y"), relation("a"),
                 relation("a")]
        got = self.encode(lines, code=3)
        self.assertEqual([line["line"] for line in got if "error" in line], [2, 5])
        self.assertEqual({line["error"]["code"] for line in got if "error" in line}, {"STS_ERR_ELEMENT"})
        self.assertIn('"a"', got[0]["error"]["text"])
        self.assertEqual(len(got), 4)

    def test_a_line_sets_nothing_for_the_next(self):
        line = {"component": {"externalId": "c", "name": "n", "typeName": "t"}}
        self.assertEqual([one.get("line") for one in self.encode([component("a"), line], code=3)], [2, None])

    def test_all_refused(self):
        result = self.run_tool("topology", "encode", data=b"\n\n", code=3)
        self.assertEqual([line["line"] for line in result.json], [1, 2])
        self.assertIn("standard input: line 2: STS_ERR_JSON: ", result.err)

    def test_goes_before_rejected(self):
        large = element(component={"externalId": "x", "name": "n" * 5000, "typeName": "t"})
        got = self.encode([large, {}], "-o", "max_message_bytes=3000", code=3)
        self.assertEqual([line["line"] for line in got], [2, None])


class Files(Elements):
    def test_a_file_is_a_batch(self):
        one, two = self.file("one", json_lines([component("a"), {}])), self.file("two", json_lines([component("a")]))
        none = self.file("none", b"")
        result = self.run_tool("topology", "encode", one, none, two, "-", data=json_lines([{}]), code=3)
        self.assertEqual(["error" in line for line in result.json], [True, False, False, True])
        self.assertEqual([line["line"] for line in result.json if "error" in line], [2, 1])
        self.assertIn(f"{one}: line 2: ", result.err)
        self.assertIn("standard input: line 1: ", result.err)

    def test_json_and_line_ends_change_nothing(self):
        data = json_lines([component("a"), {}])
        wanted = run("topology", "encode", data=data).out
        self.assertEqual(run("topology", "encode", "--json", data=data).out, wanted)
        self.assertEqual(run("topology", "encode", data=data.replace(b"\n", b"\r\n")).out, wanted)
        self.assertEqual(run("topology", "encode", data=data[:-1]).out, wanted)
        self.assertEqual(run("topology", "encode").out, b"")


EVERYTHING = [element(snapshot_start={"repeat_interval_ms": 5}), *[component(f"c{i}") for i in range(20)],
              *[relation(f"r{i}") for i in range(20)], element(snapshot_stop={}), element(errors=[{"message": "m"}]),
              element(delete_component="old"), {**STREAM, "metadata": {"displayName": "X"}},
              {**STREAM, "data_source": "urn:z", "metadata": None}, element(remove="done")]


class Explain(Elements):
    def explain(self, *args, **more):
        return self.run_tool("explain", "--format", "topology", "--json", *args, **more).json

    def test_is_what_encode_prints(self):
        lines = self.explain("--values", "--partitions", "4", data=json_lines(EVERYTHING))
        self.assertEqual([{name: line[name] for name in ("topic", "key", "value")} for line in lines],
                         self.encode(EVERYTHING))
        self.assertEqual([line["index"] for line in lines], list(range(len(lines))))
        placed = run("partition", "-n", "4", data="".join(line["key"] + "\n" for line in lines).encode()).lines
        self.assertEqual([str(line["partition"]) for line in lines], placed)
        self.assertEqual([line["tombstone"] for line in lines], [line["value"] is None for line in lines])
        self.assertEqual({line["request"] for line in lines}, {0})

    def test_a_refused_line_refuses_its_file(self):
        bad = self.file("bad", json_lines([component("a"), component("b"), component("a"), {}]))
        good = self.file("good", json_lines([component("a")]))
        result = self.run_tool("explain", "--format", "topology", "--json", good, bad, good, code=3)
        self.assertEqual([line["request"] for line in result.json], [0, 1, 2])
        line = result.json[1]
        self.assertEqual((list(line), list(line["error"])), (["request", "error"], ["code", "text", "offset"]))
        self.assertEqual(line["error"]["code"], "STS_ERR_ELEMENT")
        self.assertTrue(line["error"]["text"].startswith("line 3: "), line)
        self.assertEqual(line["error"]["offset"], len(json_lines([component("a"), component("b")])))
        self.assertIn(f"{bad}: request 1, byte ", result.err)

    def test_rejected(self):
        large = element(component={"externalId": "large", "name": "n" * 5000, "typeName": "t"})
        lines = self.explain("-o", "max_message_bytes=3000", data=json_lines([large, component("a")]), code=1)
        self.assertEqual([line["rejected"] and line["rejected"]["code"] for line in lines],
                         ["STS_ERR_RECORD_SIZE", None])

    def test_for_people(self):
        text = self.run_tool("explain", "--format", "topology", data=json_lines(EVERYTHING)).text
        self.assertIn("tombstone", text)

    def test_empty(self):
        self.assertEqual(self.explain(), [])

    def test_framing(self):
        for verb in ["send", "explain"]:
            for args in (["--format", "topology", "--framing", "length-prefixed"],
                         ["--framing", "length-prefixed", "--format", "topology"]):
                self.refuse(verb, *args, data=GOOD, says="framing")
        self.explain("--framing", "whole", data=json_lines(EVERYTHING))


class Send(Elements):
    def send(self, *args, **more):
        *outcomes, total = self.run_tool("send", "--embedded", "--outcomes", "--json", "--format", "topology", *args,
                                         **more).json
        return outcomes, total

    def test_end_to_end(self):
        data = json_lines(EVERYTHING)
        outcomes, total = self.send(data=data)
        explained = run("explain", "--format", "topology", "--json", "--partitions", "4", data=data).json
        self.assertEqual((total["requests"], total["delivered"], total["read_back"]), (1, len(explained), len(explained)))
        self.assertEqual(len(outcomes), len(explained))
        for line, wanted in zip(outcomes, explained):
            self.assertEqual((line["status"], line["read_back"]), ("delivered", True))
            for name in ["request", "index", "topic", "partition", "key", "value_size", "tombstone"]:
                self.assertEqual(line[name], wanted[name], name)
        self.assertEqual({line["topic"] for line in outcomes}, {TOPIC, METADATA_TOPIC})

    def test_order_within_a_key(self):
        outcomes, _ = self.send(data=json_lines(EVERYTHING))
        offsets = collections.defaultdict(list)
        for line in outcomes:
            offsets[line["topic"], line["partition"]].append(line["offset"])
        for part in offsets.values():
            self.assertEqual(part, list(range(len(part))))

    def test_nothing_of_a_refused_file_is_exported(self):
        bad = self.file("bad", json_lines([component("a"), {}]))
        good = self.file("good", json_lines([component("a")]))
        outcomes, total = self.send(good, bad, good, code=3)
        self.assertEqual([line["request"] for line in outcomes], [0, 2])
        self.assertEqual((total["requests"], total["accepted"], total["delivered"]), (3, 2, 2))

    def test_rejected(self):
        large = element(component={"externalId": "large", "name": "n" * 5000, "typeName": "t"})
        outcomes, total = self.send("-o", "max_message_bytes=3000", data=json_lines([component("a"), large]), code=1)
        self.assertEqual((total["delivered"], total["rejected"]), (1, 1))
        self.assertEqual([line["code"] for line in outcomes], [None, "STS_ERR_RECORD_SIZE"])

    def test_small_queue(self):
        """Where the queue is full the tool goes on with the message that was not taken, and none is sent twice."""
        ids = [f"id{i}" for i in range(2000)]
        mine = [one for one, shard in zip(ids, self.shards(ids)) if shard == "0"][:300]
        lines = [component(one, collection_timestamp=i) for i, one in enumerate(mine)]
        for more in ([], ["-o", "service_thread=false"]):
            outcomes, total = self.send("-o", "sending_queue.queue_size=50", "-o", "produce_timeout=1ms", *more,
                                        data=json_lines(lines))
            self.assertEqual((total["delivered"], total["read_back"]), (300, 300))
            self.assertEqual([line["offset"] for line in outcomes], list(range(300)))


if __name__ == "__main__":
    unittest.main()
