"""Topology on real parts: a snapshot of 10,000 components and 20,000 relations goes through the public API to a real Apache Kafka, is
read back by Kafka's own Java client and decoded by Google's protobuf. Each shard must be a snapshot of its own with the elements that
belong to it, in the order in which they were added, and each key where the Java client would have put it. It is sent twice, with JSON
text and value by value changing places: the bytes must be the same."""
import json
import os
import subprocess
import unittest
from collections import defaultdict
from pathlib import Path

from bootstrap import kafka_bootstrap
from google.protobuf import json_format
from topics import create_topic, read_topic
from topology.landscape import landscape
from topology.schema import Key, Message, canonical

PUBLISH = Path(os.environ["STSKAFKA_BUILD"]) / "bin/topology_publish"
TOPIC = "topology-snapshot"
SHARDS = 4
BUDGET = 768 * 1024
HEADER = {"repeatIntervalMs": 60000, "expiryIntervalMs": "300000", "specificity": 0.5}


def shard_of(external_id):
    """FNV-1a, 32 bits."""
    number = 0x811c9dc5
    for byte in external_id.encode():
        number = (number ^ byte) * 0x01000193 & 0xffffffff
    return number % SHARDS


def publish(lines, way):
    done = subprocess.run([PUBLISH, kafka_bootstrap(), TOPIC, str(way)], input="\n".join(lines), encoding="utf-8",
                          stdout=subprocess.PIPE, check=True)
    accepted, delivered = map(int, done.stdout.split())
    return accepted, delivered


def of_shard(elements, kind, shard):
    """As the shard must hold them: a batch sorts tags."""
    found = [element[kind] for element in elements if kind in element and shard_of(element[kind]["externalId"]) == shard]
    return [element | {"tags": sorted(element["tags"], key=str.encode)} if "tags" in element else element for element in found]


class Snapshot(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.elements = landscape(components=10_000, relations=20_000)
        lines = [json.dumps(element) for element in cls.elements]
        create_topic(TOPIC, 12)
        cls.reports = [publish(lines, way) for way in (0, 1)]
        cls.records = read_topic(TOPIC)
        cls.values = defaultdict(list)  # by key; a key is in one partition, whose offsets are its order
        for record in cls.records:
            cls.values[bytes.fromhex(record["key"])].append(bytes.fromhex(record["value"]))

    def shards(self):
        """Number and messages of each shard, as they came the first time."""
        for shard in range(SHARDS):
            key = canonical(Key(owner="TOPOLOGY_STREAM_OWNER_EXTERNAL", data_source="urn:test:snapshot", shard_id=str(shard)))
            values = self.values[key]
            yield shard, [Message.FromString(value) for value in values[:len(values) // 2]]

    def test_every_message_is_delivered_and_there(self):
        (accepted, delivered), again = self.reports
        self.assertEqual((accepted, delivered), again)
        self.assertEqual((accepted, delivered), (len(self.records) // 2, accepted))
        self.assertEqual(len(self.values), SHARDS)

    def test_each_is_where_the_java_client_would_have_put_it(self):
        for record in self.records:
            self.assertEqual(record["partition"], record["java_partition"])

    def test_each_shard_is_a_snapshot_from_start_to_stop(self):
        for _, messages in self.shards():
            for message in messages:
                self.assertEqual([message.collection_timestamp, message.submitted_timestamp], [1763880000123, 1763880000456])
            for message in messages[1:-1]:
                message.topology_stream_snapshot_data.ClearField("components")
                message.topology_stream_snapshot_data.ClearField("relations")
            parts = [json_format.MessageToDict(message.topology_stream_snapshot_data) for message in messages]
            self.assertEqual(parts, [HEADER | {"snapshotStart": True}, *[HEADER] * (len(parts) - 2), HEADER | {"snapshotStop": True}])

    def test_each_shard_has_its_elements_in_the_order_in_which_they_were_added(self):
        for shard, messages in self.shards():
            for kind in ("component", "relation"):
                there = [json_format.MessageToDict(element) for message in messages
                         for element in getattr(message.topology_stream_snapshot_data, f"{kind}s")]
                expected = of_shard(self.elements, kind, shard)
                self.assertEqual(len(there), len(expected))
                for element, wanted in zip(there, expected):
                    self.assertEqual(element, wanted)

    def test_messages_are_as_full_as_the_budget_allows(self):
        for values in self.values.values():
            self.assertLessEqual(max(map(len, values)), BUDGET)
        for _, messages in self.shards():
            # Between the marks only the last one may have room left, but for one element.
            for message in messages[1:-2]:
                self.assertGreater(message.ByteSize(), BUDGET - 8 * 1024)

    def test_equal_topology_gives_equal_canonical_bytes(self):
        for values in self.values.values():
            half = len(values) // 2
            self.assertEqual(values[:half], values[half:])
            for value in values[:2]:
                self.assertEqual(canonical(Message.FromString(value)), value)


if __name__ == "__main__":
    unittest.main()
