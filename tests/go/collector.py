"""A distribution of the collector, as ./dev collector builds it: OTLP over HTTP and gRPC, from OpenTelemetry's SDKs for Python and Go and written
by hand, through this library's exporter to a real Kafka, and through the collector's kafkaexporter beside it. Read back, both have the same
keys in the same partitions, and the same headers."""
import os
import subprocess
import tempfile
import unittest

from bootstrap import kafka_bootstrap
from collectors import Collector, build, values
from modules import GoModules
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
import python_sdk
from topics import create_topic, read_topic

RUN = os.getpid()  # the same test with another librdkafka may have the same Kafka
REQUESTS = 20
HOSTS = ["one", "zwei", "trois", "four", "five", "six", "seven"]
SENT_BY_SDK = 200
SIGNALS = {"logs": ExportLogsServiceRequest, "traces": ExportTraceServiceRequest, "metrics": ExportMetricsServiceRequest}
SENDERS = ["python-grpc", "python-http", "go-grpc", "go-http"]

EXPORTERS = """
  sts_kafka_exporter:
    brokers: ["{brokers}"]
    logs: {{topic: go-collector-{run}-ours-logs, key: resource_hash_v0163}}
    traces: {{topic: go-collector-{run}-ours-traces, key: trace_id}}
    metrics: {{topic: go-collector-{run}-ours-metrics, key: resource_hash_v0163}}
    required_acks: all
    encoding: otlp_proto
    gather: key
    partitioner: sarama
    include_metadata_keys: [x-tenant]
    record_headers: {{region: north}}
  sts_kafka_exporter/records:
    brokers: ["{brokers}"]
    topic: go-collector-{run}-records
    required_acks: all
    key: 'attributes["user"]'
    encoding: raw_text
  kafka:
    brokers: ["{brokers}"]
    logs: {{topic: go-collector-{run}-theirs-logs}}
    traces: {{topic: go-collector-{run}-theirs-traces}}
    metrics: {{topic: go-collector-{run}-theirs-metrics}}
    partition_logs_by_resource_attributes: true
    partition_metrics_by_resource_attributes: true
    partition_traces_by_id: true
    include_metadata_keys: [x-tenant]
    record_headers: [{{name: region, value: north}}]
    sending_queue: {{num_consumers: 1}} # more of them give up order
"""
PIPELINES = """
    logs: {receivers: [otlp], exporters: [sts_kafka_exporter, sts_kafka_exporter/records, kafka]}
    traces: {receivers: [otlp], exporters: [sts_kafka_exporter, kafka]}
    metrics: {receivers: [otlp], exporters: [sts_kafka_exporter, kafka]}
"""


def make_request(number):
    """A record for each host; every seventh record of the user nobody lacks its key."""
    request = ExportLogsServiceRequest()
    for host in HOSTS:
        resource = request.resource_logs.add()
        resource.resource.attributes.add(key="service.name").value.string_value = host
        record = resource.scope_logs.add().log_records.add(time_unix_nano=2**60 + number)
        record.body.string_value = f"{host} {number}"
        record.attributes.add(key="number").value.int_value = number
        if host != "seven":
            record.attributes.add(key="user").value.string_value = f"user of {host}"
    return request


def items(signal, value):
    """What a message holds: for each item the service that it is of and its number."""
    message = SIGNALS[signal].FromString(value)
    for resource in getattr(message, {"logs": "resource_logs", "traces": "resource_spans", "metrics": "resource_metrics"}[signal]):
        service = {pair.key: pair.value.string_value for pair in resource.resource.attributes}["service.name"]
        for scope in getattr(resource, {"logs": "scope_logs", "traces": "scope_spans", "metrics": "scope_metrics"}[signal]):
            for item in getattr(scope, {"logs": "log_records", "traces": "spans", "metrics": "metrics"}[signal]):
                if signal == "logs":
                    yield service, {pair.key: pair.value.int_value for pair in item.attributes}["number"]
                elif item.name.rpartition("-")[0] in ("span", "metric"):  # the SDKs have some of their own
                    yield service, int(item.name.rpartition("-")[2])


class AcrossTheCollector(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        program = build()
        modules = GoModules()
        cls.addClassCleanup(modules.remove)
        sender = [modules.program("send")]
        create_topic(f"go-collector-{RUN}-records", 5)
        for signal in SIGNALS:
            create_topic(f"go-collector-{RUN}-ours-{signal}", 5)
            create_topic(f"go-collector-{RUN}-theirs-{signal}", 5)
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.collector = Collector(program, folder.name, EXPORTERS.format(brokers=kafka_bootstrap(), run=RUN), PIPELINES).start()
        cls.addClassCleanup(cls.collector.stop)
        for number in range(REQUESTS):
            cls.collector.post(make_request(number), **{"x-tenant": "blue"})
        for name in SENDERS:
            language, protocol = name.split("-")
            send = sender if language == "go" else python_sdk.PROGRAM
            subprocess.run([*send, protocol, f"127.0.0.1:{cls.collector.ports[protocol]}", name, str(SENT_BY_SDK)], check=True)
        cls.collector.until("not all was delivered", cls.all_delivered)
        cls.page = cls.collector.scrape()
        cls.status = cls.collector.stop()
        cls.read = {(whose, signal): read_topic(f"go-collector-{RUN}-{whose}-{signal}") for whose in ("ours", "theirs") for signal in SIGNALS}

    @classmethod
    def all_delivered(cls):
        page = cls.collector.scrape()
        return sum(values(page, "otelcol_exporter_stskafka_queue_size") + values(page, "otelcol_exporter_queue_size")) == 0

    def expected(self, signal):
        by_sdk = {service: list(range(SENT_BY_SDK)) for service in SENDERS}
        by_hand = {host: list(range(REQUESTS)) for host in HOSTS} if signal == "logs" else {}
        return by_sdk | by_hand

    def placed(self, whose, signal):
        """By what a message holds: its key, partition and headers; and the numbers by service, in the order of each partition."""
        places, numbers = {}, {}
        for record in self.read[whose, signal]:
            for item in items(signal, bytes.fromhex(record["value"])):
                numbers.setdefault(item[0], []).append(item[1])
                places.setdefault(item if signal == "traces" else item[0], set()).add(
                    (record["key"], record["partition"], tuple(sorted(tuple(header) for header in record["headers"]))))
        return places, numbers

    def test_keys_partitions_and_headers_are_the_kafkaexporters(self):
        for signal in SIGNALS:
            with self.subTest(signal):
                ours, our_numbers = self.placed("ours", signal)
                theirs, their_numbers = self.placed("theirs", signal)
                self.assertEqual(ours, theirs)
                self.assertEqual({len(places) for places in ours.values()}, {1})
                for whose in (our_numbers, their_numbers):
                    self.assertEqual({service: sorted(numbers) for service, numbers in whose.items()}, self.expected(signal))

    def test_records_of_a_key_are_in_order(self):
        for signal in ("logs", "metrics"):  # each span of the SDKs has a trace of its own
            self.assertEqual(self.placed("ours", signal)[1], self.expected(signal))

    def test_the_keys_are_those_that_were_meant(self):
        for signal in ("logs", "metrics"):
            keys = {record["key"] for record in self.read["ours", signal]}
            self.assertEqual((len(keys), {len(key) for key in keys}), (len(self.expected(signal)), {32}))
        for record in self.read["ours", "traces"]:
            (resource,) = ExportTraceServiceRequest.FromString(bytes.fromhex(record["value"])).resource_spans
            self.assertEqual({span.trace_id.hex().encode().hex() for scope in resource.scope_spans for span in scope.spans}, {record["key"]})

    def test_headers(self):
        tenants = set()
        for record in self.read["ours", "logs"]:
            headers = dict(record["headers"])
            self.assertEqual(headers.pop("region"), b"north".hex())
            tenants.add((next(items("logs", bytes.fromhex(record["value"])))[0] in HOSTS, headers.get("x-tenant")))
        self.assertEqual(tenants, {(True, b"blue".hex()), (False, None)})

    def test_single_records_are_in_order_under_their_keys(self):
        by_key = {}
        for record in read_topic(f"go-collector-{RUN}-records"):
            self.assertEqual(record["partition"], record["java_partition"])
            by_key.setdefault(bytes.fromhex(record["key"]).decode(), []).append(bytes.fromhex(record["value"]).decode())
        by_hand = {f"user of {host}": [f"{host} {number}" for number in range(REQUESTS)] for host in HOSTS if host != "seven"}
        self.assertEqual(by_key, by_hand | {service: [str(number) for number in range(SENT_BY_SDK)] for service in SENDERS})

    def test_rejected_records_are_counted_and_never_sent_again(self):
        who = {"exporter": "sts_kafka_exporter/records"}
        self.assertEqual(values(self.page, "otelcol_exporter_stskafka_rejected_records", code="STS_ERR_KEY_MISSING"), [REQUESTS])
        sent = REQUESTS * len(HOSTS) + len(SENDERS) * SENT_BY_SDK
        self.assertEqual(values(self.page, "otelcol_exporter_sent_log_records", **who), [sent])
        self.assertEqual(values(self.page, "otelcol_exporter_stskafka_records", outcome="delivered", **who), [sent - REQUESTS])
        self.assertEqual(values(self.page, "otelcol_exporter_stskafka_not_delivered_records"), [])
        self.assertEqual(sum(values(self.page, "otelcol_exporter_send_failed_log_records", **who)), 0)

    def test_it_ends_when_it_is_told_to(self):
        self.assertEqual(self.status, 0, self.collector.log.read_text())


if __name__ == "__main__":
    unittest.main()
