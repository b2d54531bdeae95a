# SPDX-License-Identifier: Apache-2.0
"""Exporter blocks as people have them (exporters/*.yaml, in our words and with values of our own) go through config, and what it prints
through --config and send. kafka.exporters does the same with a real Kafka."""
import unittest

from tool import ROOT, Case, field, key_value, record

FOLDER = ROOT / "tests/cli/exporters"
ENVIRONMENT = {"BOOTSTRAP": "stream-a:9092", "STREAM_USER": "collector", "STREAM_PASSWORD": "not $ecret"}

# File and exporter: the signal that it sends, what it becomes, and which fields have no equivalent.
BLOCKS = {
    ("metrics-gateway", "kafka"): ("metrics", {"topic": "meter-readings", "compression": "snappy", "max_message_bytes": "1000000",
                                               "encoding": "otlp_proto", "gather": "request", "key": "none"}, []),
    ("operator-traces", "kafka/traces"): ("traces", {"brokers": "stream-a:9092", "traces.topic": "spans.raw", "topic": "spans.raw",
                                                     "tls.ca_file": "/etc/stream-ca/ca.crt", "auth.sasl.mechanism": "SCRAM-SHA-512",
                                                     "auth.sasl.username": "collector",
                                                     "retry_on_failure.max_elapsed_time": "300s"},
                                          ["protocol_version", "sending_queue.num_consumers"]),
    ("hub-metrics", "kafka"): ("metrics", {"metrics.topic": "fleet-metrics", "topic": "fleet-metrics", "tls.ca_file": "/etc/hub-ca/ca.crt"},
                               ["protocol_version"]),
    ("buffer-traces", "kafka"): ("traces", {"brokers": "buffer-1:9092,buffer-2:9092", "topic": "spans-to-sample", "traces.key": "trace_id",
                                            "required_acks": "all"}, []),
    ("warehouse-json", "kafka"): ("logs", {"encoding": "otlp_json", "tls.cert_file": "/etc/collector/certs/client.crt", "compression": "zstd",
                                           "topic": "otlp_logs"}, []),
    ("topic-by-namespace", "kafka"): ("logs", {"topic_from_attribute": "k8s.namespace.name", "gather": "resource", "required_acks": "leader",
                                               "tls.insecure": "true"}, ["metadata.full"]),
    ("signals-apart", "kafka/traces"): ("traces", {"traces.topic": "edge-traces", "traces.key": "trace_id", "client_id": "edge"}, []),
    ("signals-apart", "kafka/metrics"): ("metrics", {"metrics.topic": "edge-metrics", "metrics.key": "resource_hash_v0163",
                                                     "traces.topic": "edge-traces"}, []),
    ("signals-apart", "kafka/logs"): ("logs", {"logs.topic": "edge-logs", "logs.key": "resource_hash_v0163", "gather": "resource",
                                               "traces.key": "trace_id"}, []),
    ("even-load", "kafka"): ("traces", {"partitioner": "round_robin", "traces.topic": "even-traces"}, []),
    ("tenant-metadata", "kafka"): ("logs", {"logs.topic": "tenant-logs", "logs.key": 'metadata("x-tenant")',
                                            "include_metadata_keys": "x-tenant"},
                                   ["sending_queue.batch.flush_timeout", "sending_queue.batch.min_size",
                                    "sending_queue.batch.partition.metadata_keys"]),
    ("legacy-spans", "kafka/jaeger"): ("traces", {"topic": "jaeger-spans", "timeout": "10s", "sending_queue.storage": "/var/lib/collector"},
                                       ["protocol_version", "encoding", "sending_queue.num_consumers"]),
}


def resource(namespace):
    return field(1, field(1, key_value("k8s.namespace.name", namespace)))


def span(trace):
    return field(1, trace) + field(2, b"spanspan") + field(5, b"work")


def data_for(signal):
    """Two resources with two records each."""
    items = {"logs": [record(body="a"), record(body="b")], "traces": [span(b"a" * 16), span(b"b" * 16)],
             "metrics": [field(1, b"cpu") + field(5, b""), field(1, b"memory") + field(5, b"")]}[signal]
    return b"".join(field(1, resource(name) + field(2, b"".join(field(2, item) for item in items))) for name in ("shop", "bank"))


def stored_in(folder, options):
    """What has the queue that they have on disk, if they do, in a folder of the test's."""
    return ("-o", f"sending_queue.storage={folder / 'store'}") if "sending_queue.storage" in options else ()


class Exporters(Case):
    def test_all_are_looked_at(self):
        self.assertEqual({path.stem for path in FOLDER.glob("*.yaml")}, {name for name, _ in BLOCKS})
        self.assertGreaterEqual(len(list(FOLDER.glob("*.yaml"))), 10)

    def move(self, name, exporter, *more, code):
        return self.run_tool("config", "--collector", "0.165.1", "--exporter", exporter, *more, FOLDER / f"{name}.yaml", code=code,
                             env=ENVIRONMENT)

    def test_config(self):
        for (name, exporter), (_, options, without) in BLOCKS.items():
            with self.subTest(name, exporter=exporter):
                line, = self.move(name, exporter, "--json", code=1 if without else 0).json
                self.assertEqual({key: line["options"].get(key) for key in options}, options)
                self.assertEqual([note["path"] for note in line["notes"]], without)

    def test_send(self):
        """By what config has printed, into memory, which needs no certificates; and by the block itself."""
        for (name, exporter), (signal, _, without) in BLOCKS.items():
            with self.subTest(name, exporter=exporter):
                moved = self.move(name, exporter, code=1 if without else 0).text
                total, = self.run_tool("send", "--json", "--config", self.file("options.yaml", moved), "-o", "transport=memory",
                                       *stored_in(self.folder, moved), "--signal", signal, "--metadata", "x-tenant=acme",
                                       data=data_for(signal), env=ENVIRONMENT).json
                self.assertEqual((total["accepted"], total["delivered"]), (4, 4))

    def test_explain(self):
        """Keys and topics, where the block says something of them."""
        expected = {("buffer-traces", "kafka"): {("spans-to-sample", "61" * 16), ("spans-to-sample", "62" * 16)},
                    ("topic-by-namespace", "kafka"): {("shop", None), ("bank", None)},
                    ("tenant-metadata", "kafka"): {("tenant-logs", "acme")}}
        for (name, exporter), found in expected.items():
            signal, _, without = BLOCKS[name, exporter]
            options = self.file("options.yaml", self.move(name, exporter, code=1 if without else 0).text)
            lines = self.run_tool("explain", "--json", "--config", options, "--signal", signal, "--metadata", "x-tenant=acme",
                                  data=data_for(signal), env=ENVIRONMENT).json
            self.assertEqual({(line["topic"], line["key_text"]) for line in lines}, found, name)


if __name__ == "__main__":
    unittest.main()
