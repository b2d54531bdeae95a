"""The main job on real parts: 100,000 records, encoded by Google's protobuf, go through the library to a real Apache Kafka with all
acknowledgements. Read back by Kafka's own Java client there must be the same records, in the same order per key, each in the
partition that the Java client would have chosen for its key."""
import json
import os
import subprocess
import sys
import unittest
from collections import defaultdict
from pathlib import Path

from bootstrap import kafka_bootstrap
from topics import ROOT, create_topic, read_topic

BUILD = Path(os.environ["STSKAFKA_BUILD"])
RECORDS = 100_000
PARTITIONS = 12
TOPIC = "main-path"


def sent_records(expected):
    """Pairs of key and value in hex, in the order of sending; None is a tombstone."""
    for line in expected.read_text().splitlines():
        _, key, value = line.split("\t")
        yield key, None if value == "-" else value


def by_key(records):
    order = defaultdict(list)
    for key, value in records:
        order[key].append(value)
    return order


class MainPath(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        load = BUILD / "main-path.bin"
        subprocess.run([sys.executable, ROOT / "tests/support/otlp/make_load.py", load, "--records", str(RECORDS)],
                       check=True)
        create_topic(TOPIC, PARTITIONS)
        sending = subprocess.run([BUILD / "bin/stskafka", "send", "--json", "--framing", "length-prefixed",
                                  "-o", f"brokers={kafka_bootstrap()}", "-o", f"topic={TOPIC}", load],
                                 stdout=subprocess.PIPE, check=True)
        cls.summary = json.loads(sending.stdout.splitlines()[-1])
        cls.sent = list(sent_records(Path(f"{load}.expected")))
        cls.read = read_topic(TOPIC)

    def test_every_record_is_reported_delivered(self):
        self.assertEqual(self.summary["accepted"], RECORDS)
        self.assertEqual(self.summary["delivered"], RECORDS)
        self.assertEqual(self.summary["rejected"] + self.summary["failed"] + self.summary["uncertain"], 0)

    def test_each_is_there_once_and_in_the_order_of_its_key(self):
        self.assertEqual(len(self.read), RECORDS)
        # A key is in one partition, whose offsets are its order.
        self.assertEqual(by_key((record["key"], record["value"]) for record in self.read), by_key(self.sent))

    def test_each_is_where_the_java_client_would_have_put_it(self):
        self.assertEqual(len({record["partition"] for record in self.read}), PARTITIONS)
        for record in self.read:
            self.assertEqual(record["partition"], record["java_partition"])


if __name__ == "__main__":
    unittest.main()
