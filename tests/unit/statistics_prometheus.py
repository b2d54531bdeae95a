# SPDX-License-Identifier: Apache-2.0
"""The page for Prometheus, read by Prometheus's own parser for Python: it is valid, and says what the JSON says."""
import json
import os
import subprocess
import unittest
from pathlib import Path

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from prometheus_client.parser import text_string_to_metric_families

BUILD = Path(os.environ["STSKAFKA_BUILD"])
SCRIPT = "deliver*7,fail*2,uncertain,refuse*3,hold"
TOLD = [40, -1, 50, 3, 2, 1, 123456789, 6, 3, 2, 1500, 2000000, 1250, 0]
US = 1000000


def request():
    """20 records: one without a key, two with an empty one, and a body that is no bytes."""
    message = ExportLogsServiceRequest()
    records = message.resource_logs.add().scope_logs.add().log_records
    for number in range(20):
        record = records.add()
        record.body.bytes_value = b"body"
        if number != 3:
            record.attributes.add(key="stskafka.key").value.string_value = "" if number in (5, 6) else f"key-{number}"
    records[9].body.string_value = "text"
    return message.SerializeToString()


def texts(name="", told=TOLD):
    """The JSON as an object, and the families of the page by their names."""
    done = subprocess.run([BUILD / "bin/statistics_page", SCRIPT, name, *map(str, told)], input=request(),
                          stdout=subprocess.PIPE, check=True)
    line, page = done.stdout.decode().split("\n", 1)
    families = list(text_string_to_metric_families(page))
    return json.loads(line), page, families


def value(families, name, **labels):
    """The only sample of that name and those labels."""
    found = [sample.value for family in families for sample in family.samples
             if sample.name == name and sample.labels == labels]
    assert len(found) == 1, (name, labels, found)
    return found[0]


class Page(unittest.TestCase):
    def setUp(self):
        self.json, self.page, self.families = texts()

    def test_each_family_once_with_type_and_help(self):
        names = [family.name for family in self.families]
        self.assertEqual(len(names), len(set(names)))
        for family in self.families:
            with self.subTest(family.name):
                self.assertRegex(family.name, "^stskafka_[a-z][a-z0-9_]*$")
                self.assertIn(family.type, ("counter", "gauge", "histogram"))
                self.assertTrue(family.documentation.endswith("."))
                self.assertTrue(all(sample.name.startswith(family.name) for sample in family.samples))
                if family.type == "counter":
                    self.assertTrue(all(sample.name.endswith("_total") for sample in family.samples))
        self.assertEqual(self.page.count("# HELP "), len(names))
        self.assertEqual(self.page.count("# TYPE "), len(names))
        self.assertTrue(self.page.endswith("\n"))

    def test_known_numbers(self):
        for name, expected in {"records_total": 20, "records_accepted_total": 15, "records_rejected_total": 5,
                               "records_delivered_total": 11, "records_failed_total": 2, "records_uncertain_total": 1,
                               "records_purged_total": 0, "records_pending": 1, "records_empty_key_total": 2,
                               "records_missing_key_total": 1, "records_null_key_total": 0, "threads": 0,
                               "queue_records": 1, "queue_outcomes": 0, "queue_max_records": 100000,
                               "queue_max_bytes": 67108864}.items():
            self.assertEqual(value(self.families, f"stskafka_{name}"), expected, name)

    def test_reasons(self):
        for family, expected in {
                "stskafka_records_rejected_by_code": {"STS_ERR_KEY_MISSING": 1, "STS_ERR_BODY_TYPE": 1},
                "stskafka_records_not_delivered_by_code": {"STS_ERR_DELIVERY": 2, "STS_ERR_NOT_ACKNOWLEDGED": 1}}.items():
            samples = next(found for found in self.families if found.name == family).samples
            got = {sample.labels["code"]: sample.value for sample in samples}
            self.assertLessEqual(expected.items(), got.items())
            self.assertEqual(got, self.json[family.removeprefix("stskafka_records_")])
        self.assertEqual(sum(self.json["rejected_by_code"].values()), 5)

    def test_as_many_as_the_json_has(self):
        known = [number for group in ("counts", "queue", "transport") for number in self.json[group].values()]
        self.assertNotIn(None, known)
        single = [family for family in self.families if family.type != "histogram"
                  and not any("code" in sample.labels for sample in family.samples)]
        self.assertEqual(len(single), len(known) + 1, "and the threads")

    def test_lines(self):
        for line in self.page.splitlines():
            self.assertRegex(line, r"^(# (HELP|TYPE) stskafka_[a-z0-9_]+ .+"
                                   r"|stskafka_[a-z0-9_]+(\{[a-z]+=\"[^\"]*\"\})? [0-9.]+(e-[0-9]+)?)$")

    def test_units(self):
        for name, expected in {"round_trip_seconds": 0.0015, "round_trip_p99_seconds": 2, "throttle_seconds": 1.25,
                               "throttle_max_seconds": 0, "sent_bytes_total": 123456789, "tries_total": 40,
                               "retries_total": 25, "requests_total": 50, "request_retries_total": 3,
                               "request_errors_total": 2, "request_timeouts_total": 1, "connects_total": 6,
                               "brokers": 3, "brokers_up": 2}.items():
            self.assertEqual(value(self.families, f"stskafka_transport_{name}"), expected, name)

    def test_histogram(self):
        name = "stskafka_delivery_latency_seconds"
        buckets = [sample for family in self.families if family.name == name for sample in family.samples
                   if sample.name == f"{name}_bucket"]
        bounds = [float(sample.labels["le"]) for sample in buckets]
        counts = [sample.value for sample in buckets]
        self.assertEqual(bounds, [step * scale for scale in (0.001, 0.01, 0.1, 1, 10, 100) for step in (1, 2, 5)]
                         + [float("inf")])
        self.assertEqual(counts, sorted(counts))
        self.assertEqual(counts[-1], 11)
        self.assertEqual(value(self.families, f"{name}_count"), 11)
        self.assertEqual(value(self.families, f"{name}_sum"), self.json["delivery_latency"]["sum_us"] / US)
        inside = [bucket["count"] for bucket in self.json["delivery_latency"]["buckets"]]
        self.assertEqual(counts, [sum(inside[:i + 1]) for i in range(len(inside))])
        self.assertEqual([bucket["up_to_us"] for bucket in self.json["delivery_latency"]["buckets"][:-1]],
                         [round(bound * US) for bound in bounds[:-1]])


class Label(unittest.TestCase):
    def test_is_on_every_sample_as_it_was_given(self):
        for name in ("main", 'a "b" \\ c', "one\ntwo", "\\n", "größe, {x}"):
            with self.subTest(name):
                _, _, families = texts(name)
                samples = [sample for family in families for sample in family.samples]
                self.assertEqual({sample.labels["exporter"] for sample in samples}, {name})
                value(families, "stskafka_records_rejected_by_code_total", exporter=name, code="STS_ERR_KEY_MISSING")

    def test_must_be_utf8(self):
        done = subprocess.run([BUILD / "bin/statistics_page", SCRIPT, b"\xff"], input=request(), capture_output=True)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"STS_ERR_UTF8", done.stderr)


class Unknown(unittest.TestCase):
    def test_what_the_transport_does_not_tell_is_left_out(self):
        as_json, page, families = texts(told=[])
        self.assertEqual(set(as_json["transport"].values()), {None})
        self.assertNotIn("stskafka_transport_", page)
        as_json, page, families = texts(told=[1, 0, -1, 7])
        self.assertIsNone(as_json["transport"]["requests"])
        self.assertNotIn("stskafka_transport_requests_total", page)
        self.assertEqual(value(families, "stskafka_transport_request_retries_total"), 7)


if __name__ == "__main__":
    unittest.main()
