"""A distribution of the collector, as ./dev collector builds it: OTLP over HTTP and gRPC through its receiver and this library's exporter to a
real Kafka, and through the collector's kafkaexporter beside it. Read back, both have the same keys in the same partitions."""
import json
import os
import signal
import socket
import subprocess
import tempfile
import time
import unittest
import urllib.request
from pathlib import Path

from bootstrap import kafka_bootstrap
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from topics import ROOT, create_topic, read_topic

COLLECTOR = ROOT / "build/collector/otelcol-stskafka"
REQUESTS = 20
HOSTS = ["one", "zwei", "trois", "four", "five", "six", "seven"]

CONFIG = """
receivers:
  otlp: {{protocols: {{http: {{endpoint: "127.0.0.1:{port}"}}}}}}
exporters:
  sts_kafka_exporter:
    brokers: ["{brokers}"]
    topic: go-collector-ours
    required_acks: all
    key: resource_hash_v0163
    encoding: otlp_proto
    gather: resource
    partitioner: sarama
  sts_kafka_exporter/records:
    brokers: ["{brokers}"]
    topic: go-collector-records
    required_acks: all
    key: 'attributes["user"]'
    encoding: raw_text
  kafka:
    brokers: ["{brokers}"]
    logs: {{topic: go-collector-theirs}}
    partition_logs_by_resource_attributes: true
service:
  telemetry:
    metrics:
      level: normal
      readers: [{{pull: {{exporter: {{prometheus: {{host: 127.0.0.1, port: {metrics}}}}}}}}}]
  pipelines:
    logs: {{receivers: [otlp], exporters: [sts_kafka_exporter, sts_kafka_exporter/records, kafka]}}
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def make_request(number):
    """A record for each host; every seventh record of the user nobody lacks its key."""
    request = ExportLogsServiceRequest()
    for host in HOSTS:
        resource = request.resource_logs.add()
        resource.resource.attributes.add(key="host.name").value.string_value = host
        record = resource.scope_logs.add().log_records.add(time_unix_nano=2**60 + number)
        record.body.string_value = f"{host} {number}"
        if host != "seven":
            record.attributes.add(key="user").value.string_value = f"user of {host}"
    return request


def get(url, data=None, content_type="application/x-protobuf"):
    with urllib.request.urlopen(urllib.request.Request(url, data, {"content-type": content_type}), timeout=30) as answer:
        return answer.read()


def until(what, condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(what)
        time.sleep(0.1)


class Collector(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        subprocess.run([ROOT / "dev", "collector"], check=True)
        for topic in ("ours", "theirs", "records"):
            create_topic(f"go-collector-{topic}", 5)
        cls.port, cls.metrics = free_port(), free_port()
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        config = Path(folder.name) / "config.yaml"
        config.write_text(CONFIG.format(port=cls.port, metrics=cls.metrics, brokers=kafka_bootstrap()))
        cls.log = Path(folder.name) / "log"
        with cls.log.open("w") as log:
            cls.collector = subprocess.Popen([COLLECTOR, "--config", config], stderr=log)
        cls.addClassCleanup(cls.stop)
        until("the collector is not ready", lambda: "Everything is ready" in cls.log.read_text() or cls.collector.poll() is not None)
        if cls.collector.poll() is not None:
            raise AssertionError(cls.log.read_text())
        for number in range(REQUESTS):
            get(f"http://127.0.0.1:{cls.port}/v1/logs", make_request(number).SerializeToString())
        until("not all was delivered", lambda: cls.delivered() == REQUESTS * (2 * len(HOSTS) - 1))
        cls.page = cls.scrape()
        cls.status = cls.stop()

    @classmethod
    def stop(cls):
        if cls.collector.poll() is None:
            cls.collector.send_signal(signal.SIGTERM)
        return cls.collector.wait(timeout=60)

    @classmethod
    def scrape(cls):
        return get(f"http://127.0.0.1:{cls.metrics}/metrics").decode()

    @classmethod
    def delivered(cls):
        return sum(cls.values("otelcol_exporter_stskafka_records", 'outcome="delivered"', cls.scrape()))

    @staticmethod
    def values(metric, label, page):
        """Of a metric, with or without the suffix that Prometheus gives counters."""
        lines = [line for line in page.splitlines() if line.split("{")[0] in (metric, f"{metric}_total") and label in line]
        return [int(float(line.rsplit(" ", 1)[1])) for line in lines]

    def test_the_keys_and_partitions_are_the_kafkaexporters(self):
        placed = {}
        for whose in ("ours", "theirs"):
            records = read_topic(f"go-collector-{whose}")
            self.assertEqual(len(records), REQUESTS * len(HOSTS))
            placed[whose] = {}
            for record in records:
                (resource,) = ExportLogsServiceRequest.FromString(bytes.fromhex(record["value"])).resource_logs
                host = resource.resource.attributes[0].value.string_value
                placed[whose].setdefault(host, set()).add((record["key"], record["partition"]))
        self.assertEqual(placed["ours"], placed["theirs"])
        self.assertEqual([len(places) for places in placed["ours"].values()], [1] * len(HOSTS))

    def test_records_are_in_order_under_their_keys(self):
        by_key = {}
        for record in read_topic("go-collector-records"):
            self.assertEqual(record["partition"], record["java_partition"])
            by_key.setdefault(bytes.fromhex(record["key"]).decode(), []).append(bytes.fromhex(record["value"]).decode())
        self.assertEqual(by_key, {f"user of {host}": [f"{host} {number}" for number in range(REQUESTS)] for host in HOSTS if host != "seven"})

    def test_rejected_records_are_counted_and_never_sent_again(self):
        (rejected,) = self.values("otelcol_exporter_stskafka_rejected_records", 'code="STS_ERR_KEY_MISSING"', self.page)
        self.assertEqual(rejected, REQUESTS)
        self.assertEqual(self.values("otelcol_exporter_sent_log_records", 'exporter="sts_kafka_exporter/records"', self.page), [REQUESTS * len(HOSTS)])
        self.assertEqual(sum(self.values("otelcol_exporter_send_failed_log_records", "sts_kafka_exporter", self.page)), 0)

    def test_it_ends_when_it_is_told_to(self):
        self.assertEqual(self.status, 0, self.log.read_text())


if __name__ == "__main__":
    unittest.main()
