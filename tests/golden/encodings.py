"""encodings.jsonl: what the collector's kafkaexporter gave a broker. The library sends the same records, each with the same resource and
scope, under the same keys, to the same topics, with the same headers: a record a message, where the collector's messages hold many.
What `raw` writes is the same byte for byte."""
import json
import os
import unittest
from collections import Counter
from pathlib import Path

from encode.peer import answers, case
from intake.meaning import meaning_of_request
from topology.wire import BYTES, read_fields

VECTORS = Path(os.environ["STSKAFKA_ROOT"]) / "tests/golden/encodings.jsonl"
HASHES = {"v0.155.0": "resource_hash", "v0.165.1": "resource_hash_v0163"}
# What a row is left out for, and how many rows are.
LEFT_OUT = {"another signal": 47, "a configuration that both refuse": 10, "a header without a name, which is refused here": 2}


def why_left_out(row):
    if row["signal"] != "logs":
        return "another signal"
    if all("config_error" in outcome(row, version) for version in HASHES):
        return "a configuration that both refuse"
    headers = [header["name"] for header in row["config"].get("record_headers", [])]
    if "" in headers:
        return "a header without a name, which is refused here"
    return None


def outcome(row, version):
    return row["v0.155.0"] if row[version] == "same" else row[version]


def options_of(config, version, gather=False):
    """The row's configuration, as options are called here; with records in messages as the collector puts them."""
    logs = config.get("logs", {})
    options = {"encoding": logs.get("encoding", "otlp_proto"), "topic": logs.get("topic", "otlp_logs"), "topic_from": "", "key": "none",
               "missing_key": "null", "partitioner": "sarama"}
    if config.get("partition_logs_by_resource_attributes"):
        options["key"] = HASHES[version]
    elif config.get("partition_logs_by_trace_id"):
        options["key"] = "trace_id"
    elif "message_key_from_metadata_key" in logs:
        # Its empty key is a null one.
        options.update({"key": f"metadata(\"{logs['message_key_from_metadata_key']}\")", "empty_key": "null"})
    for name in ("topic_from_metadata_key",):
        if name in logs:
            options[name] = logs[name]
    for name in ("topic_from_attribute", "signal_header"):
        if name in config:
            options[name] = str(config[name]).lower() if name == "signal_header" else config[name]
    if config.get("include_metadata_keys"):
        options["include_metadata_keys"] = ",".join(config["include_metadata_keys"])
    if config.get("record_headers"):
        options["record_headers"] = ",".join(f"{header['name']}={header['value']}" for header in config["record_headers"])
    if "max_message_bytes" in config.get("producer", {}):
        options["max_message_bytes"] = str(config["producer"]["max_message_bytes"])
    if config.get("record_partitioner", {}).get("sticky_key", {}).get("hasher") == "murmur2":
        options["partitioner"] = "java"
    if gather:
        apart = any(map(config.get, ("partition_logs_by_resource_attributes", "topic_from_attribute")))
        options["gather"] = "resource" if apart else "request"
    return options


def line_of(row, request, version, gather=False):
    metadata = [(name, value) for name, values in request["metadata"].items() for value in values]
    options = options_of(row["config"], version, gather)
    return case(bytes.fromhex(request["request_hex"]), options, metadata, row["partitions"])


def field(number, content):
    size, head = len(content), bytearray([number << 3 | BYTES])
    while size >= 0x80:
        head.append(size & 0x7f | 0x80)
        size >>= 7
    return bytes(head) + bytes([size]) + content


def parts(message, number):
    """The fields of that number, and the bytes of all others."""
    inside, rest = [], b""
    for found, wire, content in read_fields(message):
        if found == number:
            inside.append(content)
        elif wire == BYTES:
            rest += field(found, content)
    return inside, rest


def records_of_protobuf(request):
    """What each record means together with what is around it."""
    for resource_logs in parts(request, 1)[0]:
        scopes, resource = parts(resource_logs, 2)
        for scope_logs in scopes:
            records, scope = parts(scope_logs, 2)
            for record in records:
                yield meaning_of_request("logs", field(1, resource + field(2, scope + field(2, record))))


def bare(value):
    """Without members that are written out though nothing is in them."""
    if isinstance(value, list):
        return [bare(item) for item in value]
    if isinstance(value, dict):
        optional = {"body", "resource", "scope"} | ({"value"} if "key" in value else set())
        return {name: bare(item) for name, item in value.items() if not (name in optional and item == {})}
    return value


def records_of_json(request):
    for resource_logs in json.loads(request.decode(errors="replace")).get("resourceLogs", []):
        for scope_logs in resource_logs.pop("scopeLogs", []):
            for record in scope_logs.pop("logRecords", []):
                yield json.dumps(bare([resource_logs, scope_logs, record]), sort_keys=True)


READERS = {"otlp_proto": records_of_protobuf, "otlp_json": records_of_json, "raw": lambda value: [value]}


def records(messages, encoding, ours=False):
    """The records of each topic and key, in their order, with headers, and partitions where there is a key."""
    found = {}
    for message in messages:
        key = message["key"]
        headers = [(bytes.fromhex(name).decode() if ours else name, value) for name, value in message["headers"]]
        place = None if key is None else message.get("partition", 0)
        for record in READERS[encoding](bytes.fromhex(message["value"])):
            found.setdefault((message["topic"], key), []).append((record, headers, place))
    return found


def messages_of(messages, encoding, ours=False):
    """The messages of each topic and key, each as the records that it holds."""
    found = {}
    for message in messages:
        headers = [(bytes.fromhex(name).decode() if ours else name, value) for name, value in message["headers"]]
        place = None if message["key"] is None else message.get("partition", 0)
        holds = [str(record) for record in READERS[encoding](bytes.fromhex(message["value"]))]
        if holds:
            found.setdefault((message["topic"], message["key"]), []).append((holds, headers, place))
    return found


class Gathered(unittest.TestCase):
    """With gather, messages too are the collector's: of a request, or of each resource where it looks at resources. (By trace it makes
    one of each scope's records of a trace, which is not gathered so here.) It has messages without records, too, which say nothing."""
    maxDiff = 4000

    def test_messages(self):
        rows = [json.loads(line) for line in VECTORS.read_text().splitlines()]
        cases = [(row, version) for row in rows if not why_left_out(row) for version in HASHES
                 if "config_error" not in outcome(row, version) and row["group"] not in ("badtopic", "size")
                 and row["config"].get("logs", {}).get("encoding", "otlp_proto") != "raw"
                 and not row["config"].get("partition_logs_by_trace_id")]
        lines = [(row, version, line_of(row, request, version, True)) for row, version in cases for request in row["requests"]]
        ours = {}
        for (row, version, _), answer in zip(lines, answers([line for _, _, line in lines])):
            self.assertEqual(answer.get("rejected", []), [], row["note"])
            ours.setdefault((row["id"], version), []).extend(answer["messages"])
        several = 0
        for row, version in cases:
            with self.subTest(row["id"], version=version, note=row["note"]):
                encoding = row["config"].get("logs", {}).get("encoding", "otlp_proto")
                theirs = messages_of(outcome(row, version)["messages"], encoding)
                self.assertEqual(messages_of(ours.get((row["id"], version), []), encoding, ours=True), theirs)
                several += any(len(holds) > 1 for each in theirs.values() for holds, _, _ in each)
        self.assertGreater(several, 20)


class Encodings(unittest.TestCase):
    maxDiff = 4000

    @classmethod
    def setUpClass(cls):
        cls.rows = [json.loads(line) for line in VECTORS.read_text().splitlines()]
        cls.cases = [(row, version, request) for row in cls.rows if not why_left_out(row) for version in HASHES
                     if row["requests"] for request in row["requests"]]
        found = answers([line_of(row, request, version) for row, version, request in cls.cases])
        # The requests of a row come one after the other, each to an exporter of its own here: nothing is kept between them.
        cls.answers = {}
        for (row, version, _), answer in zip(cls.cases, found):
            so_far = cls.answers.setdefault((row["id"], version), {"messages": [], "rejected": []})
            so_far["messages"] += answer.get("messages", [])
            so_far["rejected"] += answer.get("rejected", [])
            if "error" in answer:
                so_far["error"] = answer["error"]

    def each(self, choose, check):
        """Calls `check` with each row and version that is chosen: with what the collector did, what the library, and the encoding."""
        count = 0
        for row in self.rows:
            for version in HASHES:
                theirs = outcome(row, version)
                if why_left_out(row) or "config_error" in theirs or not choose(row, theirs):
                    continue
                count += 1
                with self.subTest(row["id"], version=version, note=row["note"]):
                    ours = self.answers[row["id"], version]
                    self.assertNotIn("error", ours)
                    check(row, theirs, ours, row["config"].get("logs", {}).get("encoding", "otlp_proto"))
        self.assertGreater(count, 0)

    def test_what_is_left_out(self):
        self.assertEqual(Counter(filter(None, map(why_left_out, self.rows))), LEFT_OUT)

    def failed(self, theirs):
        return any("error" in one for one in theirs["outcomes"])

    def has_bad_topic(self, row):
        return row["group"] == "badtopic"

    def test_records(self):
        """Whatever the collector gave to the broker."""
        def check(_, theirs, ours, encoding):
            self.assertEqual(ours["rejected"], [])
            messages = ours["messages"]
            if encoding == "raw":  # the collector leaves a record without a body out
                messages = [message for message in messages if message["value"] != ""]
            self.assertEqual(records(messages, encoding, ours=True), records(theirs["messages"], encoding))
        self.each(lambda row, theirs: not self.failed(theirs) and not self.has_bad_topic(row), check)

    def test_empty_bodies(self):
        """With raw they are messages here, and the collector loses them."""
        empty = []

        def check(_, __, ours, ___):
            values = [message["value"] for message in ours["messages"]]
            self.assertNotIn(None, values)
            empty.extend(value for value in values if value == "")
        self.each(lambda row, _: row["config"].get("logs", {}).get("encoding") == "raw", check)
        self.assertGreater(len(empty), 0)

    def test_what_no_json_says(self):
        """The collector refuses the request, and the library the record: the others go, as if it had not been there."""
        def check(row, _, ours, __):
            self.assertEqual([code for _, code, _ in ours["rejected"]], ["STS_ERR_BODY_TYPE"])
            count = len(list(records_of_protobuf(bytes.fromhex(row["requests"][0]["request_hex"]))))
            self.assertEqual(len(ours["messages"]), count - 1)
        self.each(lambda row, theirs: self.failed(theirs) and row["group"] == "raw", check)

    def test_bad_topics(self):
        """No broker has such a topic: the record is rejected, and the others go."""
        def check(_, theirs, ours, encoding):
            self.assertEqual({code for _, code, _ in ours["rejected"]}, {"STS_ERR_TOPIC_INVALID"})
            good = [message for message in theirs["messages"] if message["topic"] in ("good", "t")]
            self.assertEqual(records(ours["messages"], encoding, ours=True), records(good, encoding))
        self.each(lambda row, _: self.has_bad_topic(row), check)

    def test_sizes(self):
        """A record that is too large is rejected alone."""
        def check(_, __, ours, ___):
            self.assertEqual({code for _, code, _ in ours["rejected"]}, {"STS_ERR_RECORD_SIZE"})
        self.each(lambda row, _: row["group"] == "size", check)


if __name__ == "__main__":
    unittest.main()
