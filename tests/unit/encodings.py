"""The encodings, field by field, as lib/encode/README.md has them; Google's runtime makes the requests."""
import base64
import json
import unittest

from encode.peer import answers, case, rejections, values
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, ArrayValue, KeyValue, KeyValueList

TRACE_ID, SPAN_ID = bytes(range(16)), bytes(range(16, 24))
LARGEST = 2**63 - 1


def text(value):
    return AnyValue(string_value=value)


def pairs(**named):
    return [KeyValue(key=name.replace("__", "."), value=value) for name, value in named.items()]


def array(*items):
    return AnyValue(array_value=ArrayValue(values=items))


def kvlist(*members):
    return AnyValue(kvlist_value=KeyValueList(values=members))


def full():
    """A request with one record that has everything."""
    request = ExportLogsServiceRequest()
    resource = request.resource_logs.add(schema_url="resource schema")
    resource.resource.attributes.extend(pairs(service__name=text("shop"), n=AnyValue(int_value=LARGEST)))
    resource.resource.dropped_attributes_count = 3
    scope = resource.scope_logs.add(schema_url="scope schema")
    scope.scope.name, scope.scope.version = "scope", "1"
    scope.scope.attributes.extend(pairs(s=text("t")))
    record = scope.log_records.add(time_unix_nano=1767225600000000001, observed_time_unix_nano=1, severity_number=9, severity_text="INFO",
                                   flags=257, trace_id=TRACE_ID, span_id=SPAN_ID, event_name="event", dropped_attributes_count=4)
    record.body.string_value = "a \"line\"\n\u00e9\U0001f600"
    record.attributes.extend(pairs(a__b=text("x"), i=AnyValue(int_value=-LARGEST - 1), d=AnyValue(double_value=1.5),
                                   whole=AnyValue(double_value=2), nan=AnyValue(double_value=float("nan")), t=AnyValue(bool_value=True),
                                   by=AnyValue(bytes_value=b"\x00\xff"), l=array(AnyValue(int_value=1), AnyValue()),
                                   m=kvlist(*pairs(k=text("v"))), none=AnyValue()))
    return request


def with_body(*bodies):
    """A request with a record for each; None: without one."""
    request = ExportLogsServiceRequest()
    records = request.resource_logs.add().scope_logs.add().log_records
    for body in bodies:
        record = records.add()
        if body is not None:
            record.body.CopyFrom(body)
    return request.SerializeToString()


def parsed(request):
    """As it is read back: NaN is equal to itself in no message."""
    record = request.resource_logs[0].scope_logs[0].log_records[0]
    kept = [attribute for attribute in record.attributes if attribute.key != "nan"]
    del record.attributes[:]
    record.attributes.extend(kept)
    return request


class Bodies(unittest.TestCase):
    BODIES = (text("a\"b<é"), text(""), AnyValue(bytes_value=b"\xff"), AnyValue(bytes_value=b""), AnyValue(int_value=LARGEST),
              AnyValue(double_value=1e21), AnyValue(bool_value=False), array(text("x"), AnyValue()), kvlist(*pairs(b=text("<"), a=text("2"))), None)

    def test_raw(self):
        self.assertEqual(values(with_body(*self.BODIES), "raw"),
                         [b'"a\\"b\\u003c\xc3\xa9"', b'""', b"\xff", b"", b"9223372036854775807", b"1e+21", b"false", b'["x",null]',
                          b'{"a":"2","b":"\\u003c"}', b""])

    def test_raw_text(self):
        self.assertEqual(values(with_body(*self.BODIES), "raw_text"),
                         [b'a"b<\xc3\xa9', b"", b"\xff", b"", b"9223372036854775807", b"1e+21", b"false", b'["x",null]', b'{"a":"2","b":"<"}',
                          b""])

    def test_body_is_bytes_alone(self):
        told = rejections(with_body(*self.BODIES), "body")
        self.assertEqual([index for index, _, _ in told], [0, 1, 4, 5, 6, 7, 8, 9])
        self.assertEqual({code for _, code, _ in told}, {"STS_ERR_BODY_TYPE"})
        for _, _, why in told:
            for encoding in ("raw_text", "otlp_proto", "json_record"):
                self.assertIn(encoding, why)
        self.assertEqual(values(with_body(*self.BODIES[2:4]), "body"), [b"\xff", None])

    def test_what_json_cannot_say(self):
        nan = AnyValue(double_value=float("nan"))
        self.assertEqual([(index, code) for index, code, _ in rejections(with_body(nan, text("x"), array(nan)), "raw")],
                         [(0, "STS_ERR_BODY_TYPE"), (2, "STS_ERR_BODY_TYPE")])
        self.assertEqual([index for index, _, _ in rejections(with_body(nan, text("x"), array(nan)), "raw_text")], [2])
        self.assertEqual(values(with_body(nan), "raw_text"), [b"NaN"])


class Otlp(unittest.TestCase):
    def test_otlp_proto_is_the_request_of_one_record(self):
        (value,) = values(full().SerializeToString(), "otlp_proto")
        self.assertEqual(parsed(ExportLogsServiceRequest.FromString(value)), parsed(full()))

    def test_what_is_around_a_record_goes_with_each(self):
        request = full()
        request.resource_logs[0].scope_logs[0].log_records.add().body.string_value = "second"
        request.resource_logs[0].scope_logs.add().log_records.add().body.string_value = "third"
        request.resource_logs.add().scope_logs.add().log_records.add().body.string_value = "fourth"
        expected = []
        for resource in request.resource_logs:
            for scope in resource.scope_logs:
                for record in scope.log_records:
                    alone = ExportLogsServiceRequest()
                    alone.resource_logs.add().CopyFrom(resource)
                    del alone.resource_logs[0].scope_logs[:]
                    alone.resource_logs[0].scope_logs.add().CopyFrom(scope)
                    del alone.resource_logs[0].scope_logs[0].log_records[:]
                    alone.resource_logs[0].scope_logs[0].log_records.add().CopyFrom(record)
                    expected.append(alone.SerializeToString())
        self.assertEqual([ExportLogsServiceRequest.FromString(value).SerializeToString()
                          for value in values(request.SerializeToString(), "otlp_proto")], expected)
        for encoding in ("otlp_json", "json_record", "clickhouse", "elastic_otel"):
            together = values(request.SerializeToString(), encoding)
            self.assertEqual(together, [values(alone, encoding)[0] for alone in expected], encoding)

    def test_otlp_json(self):
        (value,) = values(full().SerializeToString(), "otlp_json")
        (resource,) = json.loads(value)["resourceLogs"]
        (scope,) = resource["scopeLogs"]
        (record,) = scope["logRecords"]
        self.assertEqual(resource["resource"]["attributes"][1], {"key": "n", "value": {"intValue": str(LARGEST)}})
        self.assertEqual((record["timeUnixNano"], record["severityNumber"], record["traceId"], record["spanId"], record["flags"]),
                         ("1767225600000000001", 9, TRACE_ID.hex(), SPAN_ID.hex(), 257))
        attributes = {each["key"]: each["value"] for each in record["attributes"]}
        self.assertEqual(attributes["by"], {"bytesValue": base64.b64encode(b"\x00\xff").decode()})
        self.assertEqual(attributes["nan"], {"doubleValue": "NaN"})
        self.assertEqual(attributes["none"], {})

    def test_an_id_of_a_wrong_size_has_no_json(self):
        request = full()
        request.resource_logs[0].scope_logs[0].log_records.add(trace_id=b"\x01" * 5)
        ((index, code, why),) = rejections(request.SerializeToString(), "otlp_json")
        self.assertEqual((index, code), (1, "STS_ERR_MALFORMED"))
        self.assertIn("trace_id has 5 bytes, not 16", why)


class JsonRecord(unittest.TestCase):
    maxDiff = 3000

    def test_everything(self):
        (value,) = values(full().SerializeToString(), "json_record")
        self.assertEqual(json.loads(value), {
            "timestamp": "2026-01-01T00:00:00.000000001Z", "observed_timestamp": "1970-01-01T00:00:00.000000001Z", "severity_number": 9,
            "severity_text": "INFO", "body": "a \"line\"\n\u00e9\U0001f600", "event_name": "event", "trace_id": TRACE_ID.hex(),
            "span_id": SPAN_ID.hex(), "flags": 257,
            "attributes": {"a.b": "x", "i": -LARGEST - 1, "d": 1.5, "whole": 2, "nan": "NaN", "t": True, "by": "AP8=", "l": [1, None],
                           "m": {"k": "v"}, "none": None},
            "resource_attributes": {"service.name": "shop", "n": LARGEST}, "resource_schema_url": "resource schema", "scope_name": "scope",
            "scope_version": "1", "scope_attributes": {"s": "t"}})
        self.assertIn(b'"i":-9223372036854775808', value)

    def test_nothing(self):
        request = ExportLogsServiceRequest()
        record = request.resource_logs.add().scope_logs.add().log_records.add(trace_id=bytes(16), span_id=bytes(8))
        self.assertEqual(values(request.SerializeToString(), "json_record"), [b"{}"])
        record.body.string_value = ""
        self.assertEqual(values(request.SerializeToString(), "json_record"), [b'{"body":""}'])

    def test_times_as_far_as_they_reach(self):
        request = ExportLogsServiceRequest()
        records = request.resource_logs.add().scope_logs.add().log_records
        for nanoseconds in (2**63 - 1, 2**63, 2**64 - 1, 951782400 * 10**9):
            records.add(time_unix_nano=nanoseconds)
        self.assertEqual([json.loads(value)["timestamp"] for value in values(request.SerializeToString(), "json_record")],
                         ["2262-04-11T23:47:16.854775807Z", "2262-04-11T23:47:16.854775808Z", "2554-07-21T23:34:33.709551615Z",
                          "2000-02-29T00:00:00.000000000Z"])

    def test_bodies(self):
        bodies = (AnyValue(int_value=-1), AnyValue(double_value=-0.0), AnyValue(bytes_value=b""), array(), kvlist(),
                  array(kvlist(*pairs(a=array(text("deep"))))))
        self.assertEqual(values(with_body(*bodies), "json_record"),
                         [b'{"body":-1}', b'{"body":-0.0}', b'{"body":""}', b'{"body":[]}', b'{"body":{}}', b'{"body":[{"a":["deep"]}]}'])

    def test_of_members_with_one_name_the_last_counts(self):
        few = [KeyValue(key=name, value=text(value)) for name, value in (("a", "1"), ("b", "2"), ("a", "3"))]
        many = [KeyValue(key=f"k{i % 50}", value=AnyValue(int_value=i)) for i in range(100)]
        first, second = (json.loads(value, object_pairs_hook=self.once)["body"]
                         for value in values(with_body(kvlist(*few), kvlist(*many)), "json_record"))
        self.assertEqual(first, {"a": "3", "b": "2"})
        self.assertEqual(second, {f"k{i}": i + 50 for i in range(50)})

    def test_names_that_become_the_same(self):
        """Bytes that are no UTF-8 are all written as U+FFFD."""
        body = kvlist(*(KeyValue(key=name, value=text(name[1:])) for name in ("_1", "_2", "~3", "b4")))
        request = with_body(body).replace(b"_", b"\xff").replace(b"~", b"\xfe")
        request = request.replace(b"\xff1", b"\xff\xe9").replace(b"\xff2", b"\xff\xfe").replace(b"\xfe3", b"\xfe\xff")
        (value,) = values(request, "json_record")
        self.assertEqual(json.loads(value, object_pairs_hook=self.once), {"body": {"\ufffd\ufffd": "3", "b4": "4"}})

    def once(self, members):
        self.assertEqual(len(dict(members)), len(members))
        return dict(members)

    def test_text_is_utf_8(self):
        body = AnyValue(string_value="_____").SerializeToString()
        request = with_body(AnyValue(string_value="_____")).replace(body, body.replace(b"_____", b"a\xff\xc3b\x00"))
        for encoding in ("json_record", "elastic_otel", "clickhouse", "otlp_json"):
            (value,) = values(request, encoding)
            self.assertIn("a\ufffd\ufffdb\x00", json.dumps(json.loads(value), ensure_ascii=False).replace("\\u0000", "\x00"), encoding)

    def test_a_resource_in_two_messages_is_one(self):
        one, two = ExportLogsServiceRequest(), ExportLogsServiceRequest()
        one.resource_logs.add().resource.attributes.extend(pairs(a=text("1")))
        two.resource_logs.add().resource.attributes.extend(pairs(b=text("2")))
        two.resource_logs[0].scope_logs.add().log_records.add()
        inside = b"".join(request.SerializeToString()[2:] for request in (one, two))
        request = bytes([0x0a, len(inside)]) + inside
        self.assertEqual(json.loads(values(request, "json_record")[0])["resource_attributes"], {"a": "1", "b": "2"})
        self.assertEqual(len(json.loads(values(request, "otlp_json")[0])["resourceLogs"][0]["resource"]["attributes"]), 2)


class Stores(unittest.TestCase):
    maxDiff = 3000

    def test_clickhouse(self):
        (value,) = values(full().SerializeToString(), "clickhouse")
        self.assertEqual(json.loads(value), {
            "Timestamp": "2026-01-01 00:00:00.000000001", "TraceId": TRACE_ID.hex(), "SpanId": SPAN_ID.hex(), "TraceFlags": 1,
            "SeverityText": "INFO", "SeverityNumber": 9, "ServiceName": "shop", "Body": "a \"line\"\n\u00e9\U0001f600", "EventName": "event",
            "ResourceSchemaUrl": "resource schema", "ResourceAttributes": {"service.name": "shop", "n": str(LARGEST)},
            "ScopeSchemaUrl": "scope schema", "ScopeName": "scope", "ScopeVersion": "1", "ScopeAttributes": {"s": "t"},
            "LogAttributes": {"a.b": "x", "i": str(-LARGEST - 1), "d": "1.5", "whole": "2", "nan": "NaN", "t": "true", "by": "AP8=",
                              "l": "[1,null]", "m": "{\"k\":\"v\"}", "none": ""}})
        self.assertEqual(values(with_body(None), "clickhouse"), [b'{"Timestamp":"1970-01-01 00:00:00.000000000"}'])

    def test_elastic_otel(self):
        (value,) = values(full().SerializeToString(), "elastic_otel")
        self.assertEqual(json.loads(value), {
            "@timestamp": "2026-01-01T00:00:00.000000001Z", "observed_timestamp": "1970-01-01T00:00:00.000000001Z", "severity_number": 9,
            "severity_text": "INFO", "body": {"text": "a \"line\"\n\u00e9\U0001f600"}, "event_name": "event", "trace_id": TRACE_ID.hex(),
            "span_id": SPAN_ID.hex(), "dropped_attributes_count": 4,
            "attributes": {"a.b": "x", "i": -LARGEST - 1, "d": 1.5, "whole": 2.0, "nan": "NaN", "t": True, "by": "00ff", "l": [1, None],
                           "m": {"k": "v"}, "none": None},
            "resource": {"schema_url": "resource schema", "attributes": {"service.name": "shop", "n": LARGEST}, "dropped_attributes_count": 3},
            "scope": {"schema_url": "scope schema", "name": "scope", "version": "1", "attributes": {"s": "t"}}})
        self.assertIn(b'"whole":2.0', value)

    def test_elastic_bodies(self):
        bodies = (kvlist(*pairs(a=text("b"))), array(kvlist(*pairs(a=text("b")))), array(text("x")), AnyValue(int_value=1), None)
        self.assertEqual([json.loads(value).get("body") for value in values(with_body(*bodies), "elastic_otel")],
                         [{"structured": {"a": "b"}}, {"structured": [{"a": "b"}]}, {"structured": {"value": ["x"]}}, {"text": 1}, None])
        (value,) = values(with_body(None), "elastic_otel")
        self.assertEqual(json.loads(value)["scope"], {})


class Options(unittest.TestCase):
    def test_the_signal_s_own_comes_first(self):
        body = with_body(text("x"))
        self.assertEqual(values(body, "raw", **{"logs.encoding": "raw_text"}), [b"x"])
        self.assertEqual(values(body, "raw", **{"logs.encoding": "auto"}), [b'"x"'])
        self.assertEqual([code for _, code, _ in rejections(body, "auto")], ["STS_ERR_BODY_TYPE"])

    def test_limits_are_of_what_is_encoded(self):
        request = with_body(AnyValue(bytes_value=bytes(900)))
        self.assertEqual(len(values(request, "raw", max_message_bytes="1000")), 1)
        ((_, code, _),) = rejections(request, "json_record", max_message_bytes="1000")
        self.assertEqual(code, "STS_ERR_RECORD_SIZE")

    def test_another_word(self):
        (answer,) = answers([case(with_body(), {"encoding": "otlp_xml"})])
        self.assertIn("otlp_proto", answer["error"])


if __name__ == "__main__":
    unittest.main()
