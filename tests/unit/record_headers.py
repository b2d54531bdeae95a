"""Headers that other standards give a meaning to, and Kafka's timestamp of a record, as they are sent."""
import json
import os
import subprocess
import time
import unittest
from pathlib import Path

from encode.peer import answers, case
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

TOOL = Path(os.environ["STSKAFKA_BUILD"]) / "bin/stskafka"

TRACE_ID, SPAN_ID = bytes(range(16)), bytes(range(16, 24))
TRACEPARENT = f"00-{TRACE_ID.hex()}-{SPAN_ID.hex()}-"


def record(**fields):
    """A request with a record of these fields, in a resource with a name."""
    request = ExportLogsServiceRequest()
    resource = request.resource_logs.add()
    resource.resource.attributes.add(key="service.name").value.string_value = "shop"
    resource.scope_logs.add().log_records.add(body={"string_value": "x"}, **fields)
    return request.SerializeToString()


def send(request, **options):
    named = {name.replace("__", "."): value for name, value in options.items()}
    (answer,) = answers([case(request, {"key": "none", "encoding": "json_record", **named})])
    assert "error" not in answer, answer["error"]
    return answer


def message(request, **options):
    (only,) = send(request, **options)["messages"]
    return only


def headers(request, **options):
    return [(bytes.fromhex(name).decode(), bytes.fromhex(value).decode()) for name, value in message(request, **options)["headers"]]


class Fixed(unittest.TestCase):
    def test_a_name_twice_in_the_order_of_the_list(self):
        found = headers(record(), record_headers="b=1, a=,b=x=y", record_headers__c="with, comma", signal_header="true")
        self.assertEqual(found, [("b", "1"), ("a", ""), ("b", "x=y"), ("c", "with, comma"), ("otelcol.signal", "logs")])

    def test_what_is_no_header(self):
        for options, says in (({"record_headers": "a"}, "NAME=TEXT"), ({"record_headers": "=a"}, "NAME=TEXT"),
                              ({"record_headers": "otelcol.signal=x", "signal_header": "true"}, "otelcol.signal")):
            (answer,) = answers([case(record(), {"key": "none", **options})])
            self.assertIn(says, answer["error"])


class ContentType(unittest.TestCase):
    def test_by_the_encoding(self):
        for encoding, expected in (("raw", "application/octet-stream"), ("raw_text", "text/plain"), ("otlp_proto", "application/x-protobuf"),
                                   ("otlp_json", "application/json"), ("json_record", "application/json")):
            self.assertEqual(headers(record(), encoding=encoding, content_type_header="true"), [("content-type", expected)])
        self.assertEqual(headers(record()), [])


class TraceContext(unittest.TestCase):
    def test_of_the_record(self):
        for flags, expected in ((0, "00"), (1, "01"), (0x1ff, "ff")):
            self.assertEqual(headers(record(trace_id=TRACE_ID, span_id=SPAN_ID, flags=flags), trace_context_headers="true"),
                             [("traceparent", TRACEPARENT + expected)])

    def test_not_where_an_id_is_missing(self):
        for fields in ({}, {"trace_id": TRACE_ID}, {"span_id": SPAN_ID}, {"trace_id": bytes(16), "span_id": SPAN_ID},
                       {"trace_id": TRACE_ID[:15], "span_id": SPAN_ID}):
            self.assertEqual(headers(record(**fields), trace_context_headers="true"), [])


class Spans(unittest.TestCase):
    """Of a span its own, with its tracestate; a metric has no ids."""

    @staticmethod
    def explain(signal, request):
        done = subprocess.run([TOOL, "explain", "--json", "--signal", signal, "-o", "key=none", "-o", "trace_context_headers=true", "-o",
                               "cloudevents.enabled=true", "-o", "content_type_header=true"], input=request.SerializeToString(), check=True,
                              stdout=subprocess.PIPE)
        (line,) = map(json.loads, done.stdout.splitlines())
        return {name: bytes.fromhex(value).decode() for name, value in line["headers"]}

    def test_a_span(self):
        request = ExportTraceServiceRequest()
        request.resource_spans.add().scope_spans.add().spans.add(trace_id=TRACE_ID, span_id=SPAN_ID, trace_state="a=b", flags=0x101,
                                                                 start_time_unix_nano=1767225600000000001)
        found = self.explain("traces", request)
        self.assertRegex(found.pop("ce_id"), "^[0-9a-f]{32}$")
        self.assertEqual(found, {"traceparent": TRACEPARENT + "01", "tracestate": "a=b", "ce_specversion": "1.0", "ce_source": "stskafka",
                                 "ce_type": "io.opentelemetry.traces", "ce_time": "2026-01-01T00:00:00.000000001Z",
                                 "content-type": "application/x-protobuf"})

    def test_a_metric(self):
        request = ExportMetricsServiceRequest()
        request.resource_metrics.add().scope_metrics.add().metrics.add(name="m")
        found = self.explain("metrics", request)
        self.assertEqual(sorted(found), ["ce_id", "ce_source", "ce_specversion", "ce_type", "content-type"])


class CloudEvents(unittest.TestCase):
    def event(self, request, **options):
        return dict(headers(request, cloudevents__enabled="true", **options))

    def test_attributes(self):
        event = self.event(record(time_unix_nano=1767225600000000001), content_type_header="true")
        self.assertRegex(event.pop("ce_id"), "^[0-9a-f]{32}$")
        self.assertEqual(event, {"ce_specversion": "1.0", "ce_source": "shop", "ce_type": "io.opentelemetry.logs",
                                 "ce_time": "2026-01-01T00:00:00.000000001Z", "content-type": "application/json"})

    def test_what_the_options_say(self):
        event = self.event(record(observed_time_unix_nano=1), cloudevents__type="t", cloudevents__source='"urn:x"')
        self.assertEqual((event["ce_type"], event["ce_source"], event["ce_time"]), ("t", "urn:x", "1970-01-01T00:00:00.000000001Z"))
        self.assertNotIn("ce_time", self.event(record()))

    def test_an_id_is_of_one_event(self):
        one, other = record(time_unix_nano=1), record(time_unix_nano=2)
        self.assertEqual(self.event(one)["ce_id"], self.event(one)["ce_id"])
        ids = {self.event(request, **options)["ce_id"] for request in (one, other) for options in ({}, {"key": '"k"'}, {"encoding": "raw"})}
        self.assertEqual(len(ids), 6)


class Timestamp(unittest.TestCase):
    BOTH = {"time_unix_nano": 1767225600000999999, "observed_time_unix_nano": 1767225601001000000}

    def test_which(self):
        for word, expected in (("none", -1), ("event", 1767225600000), ("observed", 1767225601001)):
            self.assertEqual(message(record(**self.BOTH), record_timestamp=word)["timestamp"], expected)

    def test_the_other_one_where_it_is_missing(self):
        for word in ("event", "observed"):
            for field, value in self.BOTH.items():
                self.assertEqual(message(record(**{field: value}), record_timestamp=word)["timestamp"], value // 10**6)
            self.assertEqual(message(record(), record_timestamp=word)["timestamp"], -1)

    def test_now(self):
        before = int(time.time() * 1000)
        found = message(record(**self.BOTH), record_timestamp="now")["timestamp"]
        self.assertTrue(before - 1 <= found <= int(time.time() * 1000) + 1)

    def test_as_far_as_they_reach(self):
        self.assertEqual(message(record(time_unix_nano=2**64 - 1), record_timestamp="event")["timestamp"], (2**64 - 1) // 10**6)


if __name__ == "__main__":
    unittest.main()
