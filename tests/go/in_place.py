"""A collector whose kafkaexporter is replaced by this library's exporter, and whose configuration stays as it is: the same requests go through the
one and then the other into the same topics. No key moves, which stskafka verify tells as well."""
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

from bootstrap import kafka_bootstrap
from collectors import BOTH, IN_PLACE, Collector, build, values
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from topics import create_topic, read_topic

TOOL = Path(os.environ["STSKAFKA_BUILD"]) / "bin/stskafka"
REQUESTS = 20
HOSTS = ["one", "zwei", "trois", "four", "five", "six", "seven"]

# As people have it; nothing in it is this library's.
EXPORTERS = """
  kafka:
    brokers: ["{brokers}"]
    client_id: gateway
    logs: {{topic: in-place-logs}}
    traces: {{topic: in-place-traces}}
    metrics: {{topic: in-place-metrics, encoding: otlp_json}}
    partition_logs_by_resource_attributes: true
    partition_metrics_by_resource_attributes: true
    partition_traces_by_id: true
    include_metadata_keys: [x-tenant]
    record_headers: [{{name: region, value: north}}]
    signal_header: true
    timeout: 10s
    metadata: {{full: false, retry: {{max: 3, backoff: 250ms}}}}
    producer: {{required_acks: -1, compression: snappy, max_message_bytes: 900000, flush_max_messages: 500}}
    sending_queue: {{enabled: true, num_consumers: 1, queue_size: 500}}
    retry_on_failure: {{enabled: true, initial_interval: 1s, max_interval: 10s, max_elapsed_time: 2m}}
"""
PIPELINES = """
    logs: {receivers: [otlp], exporters: [kafka]}
    traces: {receivers: [otlp], exporters: [kafka]}
    metrics: {receivers: [otlp], exporters: [kafka]}
"""


def resources(request, kind):
    for host in HOSTS:
        resource = getattr(request, kind).add()
        resource.resource.attributes.add(key="host.name").value.string_value = host
        resource.resource.attributes.add(key="ports").value.array_value.values.add().int_value = 443
        yield host, resource


def make_logs(number):
    request = ExportLogsServiceRequest()
    for host, resource in resources(request, "resource_logs"):
        for half in (0, 1):
            record = resource.scope_logs.add().log_records.add(time_unix_nano=2**60 + number, severity_number=9)
            record.body.string_value = f"{host} {number}"
            record.attributes.add(key="number").value.int_value = 2 * number + half
    return request


def make_traces(number):
    request = ExportTraceServiceRequest()
    for at, (host, resource) in enumerate(resources(request, "resource_spans")):
        for span in range(3):
            resource.scope_spans.add().spans.add(trace_id=bytes([1 + at % 3, number, *[7] * 14]), span_id=bytes([1 + span, at, *[5] * 6]), name=host)
    return request


def make_metrics(number):
    request = ExportMetricsServiceRequest()
    for host, resource in resources(request, "resource_metrics"):
        metric = resource.scope_metrics.add().metrics.add(name=f"metric-{host}")
        metric.gauge.data_points.add(time_unix_nano=2**60 + number, as_int=number)
    return request


MAKE = {"logs": make_logs, "traces": make_traces, "metrics": make_metrics}


class InPlace(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.read, cls.options = {}, {}
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        for signal in MAKE:
            create_topic(f"in-place-{signal}", 5)
        collector = Collector(build(BOTH), folder.name, EXPORTERS.format(brokers=kafka_bootstrap()), PIPELINES)
        cls.config = collector.config
        before = cls.config.read_bytes()
        for manifest in (BOTH, IN_PLACE):
            collector.program = build(manifest)
            collector.start()
            cls.addClassCleanup(collector.stop)
            for number in range(REQUESTS):
                for signal, make in MAKE.items():
                    collector.post(make(number), signal, **{"x-tenant": "blue"})
            collector.until("the queues do not become empty", lambda: not any(
                values(collector.scrape(), "otelcol_exporter_queue_size") + values(collector.scrape(), "otelcol_exporter_stskafka_queue_size")))
            assert collector.stop() == 0, collector.log.read_text()
            cls.read[manifest] = {signal: read_topic(f"in-place-{signal}") for signal in MAKE}
        assert cls.config.read_bytes() == before

    def messages(self, signal):
        """What the one and then the other have written: key, partition, headers and value of each message, in the order of each partition."""
        def of(record):
            return record["partition"], record["key"], tuple(sorted(map(tuple, record["headers"]))), bytes.fromhex(record["value"])
        theirs = self.read[BOTH][signal]
        offsets = {(record["partition"], record["offset"]) for record in theirs}
        ours = [record for record in self.read[IN_PLACE][signal] if (record["partition"], record["offset"]) not in offsets]
        return [of(record) for record in theirs], [of(record) for record in ours]

    def test_keys_partitions_headers_and_order_stay(self):
        for signal in ("logs", "metrics"):
            with self.subTest(signal):
                theirs, ours = self.messages(signal)
                self.assertGreater(len(theirs), REQUESTS)
                self.assertEqual([message[:3] for message in ours], [message[:3] for message in theirs])

    def test_so_do_those_of_spans(self):
        """There each resource and scope of a trace has a message of its own (batchpersignal.SplitTraces), here those of a request share one."""
        def spans(messages):
            found = {}
            for *place, value in messages:
                for resource in ExportTraceServiceRequest.FromString(value).resource_spans:
                    for scope in resource.scope_spans:
                        found.setdefault(tuple(place), []).extend((resource.resource, scope.scope, span) for span in scope.spans)
            return found
        theirs, ours = self.messages("traces")
        self.assertGreater(len(ours), REQUESTS)
        self.assertEqual(spans(ours), spans(theirs))

    def test_messages_hold_the_same(self):
        theirs, ours = self.messages("logs")
        read = ExportLogsServiceRequest.FromString
        self.assertEqual([read(message[3]) for message in ours], [read(message[3]) for message in theirs])

    def verify(self, signal, rule):
        return subprocess.run([TOOL, "verify", "--brokers", kafka_bootstrap(), "--topic", f"in-place-{signal}", "--profile", "sarama", "--keyed",
                               "--otlp", "--key", rule], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def test_verify_tells_that_no_key_moved(self):
        for signal, rule in (("logs", "resource_hash_v0163"), ("metrics", "resource_hash_v0163"), ("traces", "trace_id")):
            with self.subTest(signal):
                done = self.verify(signal, rule)
                self.assertEqual(done.returncode, 0, done.stdout)
                self.assertIn("Every record with a key sits where it belongs under sarama.", done.stdout)

    def test_verify_would_tell(self):
        done = self.verify("logs", "resource_hash")
        self.assertEqual(done.returncode, 1, done.stdout)


if __name__ == "__main__":
    unittest.main()
