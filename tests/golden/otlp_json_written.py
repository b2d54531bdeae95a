"""OTLP JSON as the library writes it, of every signal: what the values of otlp_json.jsonl become is what pdata writes of them, reads back
as the same message by the library's own reader, and is the same message to Google's reader."""
import base64
import json
import os
import subprocess
import sys
import unittest
from pathlib import Path

from google.protobuf import json_format
from intake.meaning import meaning_of_request
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

BUILD = Path(os.environ["STSKAFKA_BUILD"])
VECTORS = Path(os.environ["STSKAFKA_ROOT"]) / "tests/golden/otlp_json.jsonl"
CORPUS = Path(os.environ["STSKAFKA_ROOT"]) / "tests/fuzz/corpus/encode"
REQUESTS = {"logs": ExportLogsServiceRequest, "traces": ExportTraceServiceRequest, "metrics": ExportMetricsServiceRequest}
IDS = {"traceId", "spanId", "parentSpanId"}
# In JSON they are the same.
GOS_NAN, PYTHONS_NAN = bytes.fromhex("010000000000f87f"), bytes.fromhex("000000000000f87f")
# What pdata writes out though nothing is in it, or does not write though it is there: messages without anything.
HOLLOW = ({}, [], "")


def answers(program, lines):
    done = subprocess.run([BUILD / "bin" / program], input="".join(line + "\n" for line in lines), stdout=subprocess.PIPE, check=True,
                          encoding="utf-8")
    found = done.stdout.splitlines()
    assert len(found) == len(lines)
    return found


def bare(value, inside=None):
    """Without members that say nothing; elements of lists stay."""
    if isinstance(value, list):
        return [bare(item, inside) for item in value]
    if isinstance(value, dict):
        members = {name: bare(item, name) for name, item in value.items()}
        return {name: item for name, item in members.items() if item not in HOLLOW or name == "stringValue" or inside == "kvlistValue"}
    return value


def with_base64_ids(value):
    if isinstance(value, list):
        return [with_base64_ids(item) for item in value]
    if isinstance(value, dict):
        return {name: base64.b64encode(bytes.fromhex(item)).decode() if name in IDS else with_base64_ids(item)
                for name, item in value.items()}
    return value


class Written(unittest.TestCase):
    maxDiff = 3000

    @classmethod
    def setUpClass(cls):
        sys.setrecursionlimit(100000)
        rows = [json.loads(line) for line in VECTORS.read_text().splitlines()]
        cls.rows = [row for row in rows if row["accept"]]
        cls.written = [line.split(" ", 1) for line in
                       answers("encode_peer", [f"json {row['signal']} {row['pb_hex'] or '-'}" for row in cls.rows])]
        assert len(cls.rows) > 200, len(cls.rows)

    def each(self, check):
        for row, (code, rest) in zip(self.rows, self.written):
            with self.subTest(row["id"], note=row["note"]):
                self.assertEqual(code, "ok", rest)
                check(row, bytes.fromhex(rest))

    def test_as_pdata_writes_it(self):
        def check(row, ours):
            theirs = bytes.fromhex(row["go_json_hex"]).decode(errors="replace")
            self.assertEqual(bare(json.loads(ours)), bare(json.loads(theirs)))
        self.each(check)

    def test_read_back(self):
        lines = [f"{row['signal']} {rest}" for row, (_, rest) in zip(self.rows, self.written)]
        for row, answer in zip(self.rows, answers("intake_peer", lines)):
            with self.subTest(row["id"], note=row["note"]):
                code, rest = answer.split(" ", 1)
                if code == "STS_ERR_TOO_DEEP":  # as its protobuf is to every reader
                    continue
                self.assertEqual(code, "ok", rest)
                if "\ufffd" in bytes.fromhex(self.written[self.rows.index(row)][1]).decode():
                    continue  # text that was not UTF-8
                self.assertEqual(meaning_of_request(row["signal"], bytes.fromhex(rest)),
                                 meaning_of_request(row["signal"], bytes.fromhex(row["pb_hex"])))

    def test_to_google(self):
        count = 0

        def check(row, ours):
            nonlocal count
            request = REQUESTS[row["signal"]]
            try:
                expected = request.FromString(bytes.fromhex(row["pb_hex"]).replace(GOS_NAN, PYTHONS_NAN))
            except Exception:  # text that is not UTF-8, or too deep: Google's reader refuses the protobuf too
                return
            found = json_format.ParseDict(with_base64_ids(json.loads(ours)), request(), max_recursion_depth=1000)
            self.assertEqual(found.SerializeToString(deterministic=True), cleared(expected).SerializeToString(deterministic=True))
            count += 1
        self.each(check)
        self.assertGreater(count, 150)


class Found(unittest.TestCase):
    """What the fuzz target `encode` has come across (its corpus), too."""

    def test_ids_of_zeros_are_none(self):
        """As pdata takes them (and OTLP): the collector leaves them out."""
        ids = {"trace_id": bytes(16), "span_id": bytes(8)}
        logs, traces, metrics = (request() for request in REQUESTS.values())
        logs.resource_logs.add().scope_logs.add().log_records.add(event_name="e", **ids)
        traces.resource_spans.add().scope_spans.add().spans.add(name="s", parent_span_id=bytes(8), **ids).links.add(trace_state="t", **ids)
        point = metrics.resource_metrics.add().scope_metrics.add().metrics.add(name="m").gauge.data_points.add(as_int=1)
        point.exemplars.add(as_int=2, **ids)
        for signal, request in (("logs", logs), ("traces", traces), ("metrics", metrics)):
            code, rest = answers("encode_peer", [f"json {signal} {request.SerializeToString().hex()}"])[0].split(" ", 1)
            self.assertEqual(code, "ok", rest)
            self.assertNotIn(b"Id\"", bytes.fromhex(rest))

    def test_to_google(self):
        inputs = [path.read_bytes() for path in sorted(CORPUS.iterdir())]
        requests = [(list(REQUESTS)[data[0] % 3], data[1:]) for data in inputs if data]
        written = answers("encode_peer", [f"json {signal} {data.hex() or '-'}" for signal, data in requests])
        count = 0
        for (signal, data), line in zip(requests, written):
            code, rest = line.split(" ", 1)
            try:
                expected = REQUESTS[signal].FromString(data.replace(GOS_NAN, PYTHONS_NAN))
            except Exception:  # what is no request, text that is not UTF-8, or too deep
                continue
            with self.subTest(signal, data=data.hex()):
                if code != "ok":  # an id of a size that JSON has not
                    self.assertIn("id", rest)
                    continue
                found = json_format.ParseDict(with_base64_ids(json.loads(bytes.fromhex(rest))), REQUESTS[signal](), max_recursion_depth=1000)
                without_zeros(expected)
                self.assertEqual(found.SerializeToString(deterministic=True), cleared(expected).SerializeToString(deterministic=True))
                count += 1
        self.assertGreater(count, 50)


def without_zeros(message):
    """Takes out ids of zeros, which are none."""
    for field, value in message.ListFields():
        if field.name in ("trace_id", "span_id", "parent_span_id") and not value.strip(b"\0"):
            message.ClearField(field.name)
        if field.type == field.TYPE_MESSAGE:
            for inner in [value] if hasattr(value, "ListFields") else value:
                without_zeros(inner)


def cleared(message):
    """Without fields that are not known, and with what protobuf's runtime makes of it."""
    message.DiscardUnknownFields()
    return message


if __name__ == "__main__":
    unittest.main()
