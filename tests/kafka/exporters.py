"""Exporter blocks of the collector as people have them (tests/cli/exporters) go through stskafka config, and what that prints through
stskafka send to a real Kafka: each message is there, under the key and in the topic that the block means. Those with certificates or
passwords of their own are tried without a broker alone (cli.test_exporters)."""
import sys
import unittest

from bootstrap import kafka_bootstrap
from topics import ROOT, create_topic, read_topic

sys.path.insert(0, str(ROOT / "tests/cli"))
from test_exporters import BLOCKS, ENVIRONMENT, FOLDER, data_for, stored_in  # noqa: E402
from tool import Case  # noqa: E402

SECURED = {"operator-traces", "hub-metrics", "warehouse-json"}
TRACES = {"61" * 16, "62" * 16}
# By topic: the keys of its messages as texts, or how many there are where hashes are the key.
EXPECTED = {
    ("metrics-gateway", "kafka"): {"meter-readings": {None}},
    ("buffer-traces", "kafka"): {"spans-to-sample": TRACES},
    ("topic-by-namespace", "kafka"): {"shop": {None}, "bank": {None}},
    ("signals-apart", "kafka/traces"): {"edge-traces": TRACES},
    ("signals-apart", "kafka/metrics"): {"edge-metrics": 2},
    ("signals-apart", "kafka/logs"): {"edge-logs": 2},
    ("even-load", "kafka"): {"even-traces": {None}},
    ("tenant-metadata", "kafka"): {"tenant-logs": {"acme"}},
    ("legacy-spans", "kafka/jaeger"): {"jaeger-spans": {None}},
}


class Exporters(Case):
    def test_on_a_kafka(self):
        self.assertEqual(set(EXPECTED), {block for block in BLOCKS if block[0] not in SECURED})
        for topic in {topic for topics in EXPECTED.values() for topic in topics} | {"logs-of-nobody"}:
            create_topic(topic, 3)
        for (name, exporter), topics in EXPECTED.items():
            signal, _, without = BLOCKS[name, exporter]
            with self.subTest(name, exporter=exporter):
                moved = self.run_tool("config", "--collector", "0.165.1", "--exporter", exporter, FOLDER / f"{name}.yaml",
                                      code=1 if without else 0, env=ENVIRONMENT)
                total, = self.run_tool("send", "--json", "--config", self.file("options.yaml", moved.text),
                                       "-o", f"brokers={kafka_bootstrap()}", *stored_in(self.folder, moved.text), "--signal", signal,
                                       "--metadata", "x-tenant=acme", data=data_for(signal), env=ENVIRONMENT).json
                self.assertEqual((total["delivered"], total["failed"]), (4, 0))
                for topic, keys in topics.items():
                    self.assert_keys(topic, keys)

    def assert_keys(self, topic, keys):
        records = read_topic(topic)
        found = {record["key"] for record in records}
        if isinstance(keys, int):
            self.assertEqual((len(found), {len(key) for key in found}), (keys, {32}))
        else:
            self.assertEqual({key and bytes.fromhex(key).decode() for key in found}, keys)


if __name__ == "__main__":
    unittest.main()
