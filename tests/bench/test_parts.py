"""Parts of ./dev bench go on working: the smallest run of each, as its users start it. Nothing here looks at how fast anything is."""
import argparse
import contextlib
import io
import re
import subprocess
import sys
import tempfile
import unittest
import uuid
from pathlib import Path
from unittest import mock

import arguments
import broker
import collector
import persistent
from bootstrap import kafka_bootstrap
from places import BENCH


def bench(*words):
    """What a part prints."""
    done = subprocess.run([sys.executable, BENCH / "run", *words], capture_output=True, text=True)
    if done.returncode:
        raise AssertionError(f"{' '.join(words)}: {done.stderr}")
    return done.stdout


def refused(add_arguments, *words):
    """What is said of arguments that are not taken."""
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    said = io.StringIO()
    with contextlib.redirect_stderr(said):
        try:
            parser.parse_args(words)
        except SystemExit:
            return said.getvalue()
    raise AssertionError(f"{words} were taken")


class Flat(unittest.TestCase):
    POINT = re.compile(r"^(keys|topics), (bare loop|into Kafka|discarded) +([\d,]+) +\d\S* \(\S+ \.\. \S+\) +(\S+ \(\S+ \.\. \S+\))$", re.M)
    OF_KEYS = ["1", "1,000", "1,000,000"]
    OF_TOPICS = ["1", "10", "100", "1,000"]

    def points(self, *words):
        """{what: the numbers of keys or topics}; beside itself the first one is 1."""
        found = {}
        for what, where, number, ratio in self.POINT.findall(bench("flat", "--records", "200", "--rounds", "1", *words)):
            if not found.get((what, where)):
                self.assertEqual(ratio, "1.00 (1.00 .. 1.00)")
            found.setdefault((what, where), []).append(number)
        return found

    def test_without_kafka(self):
        self.assertEqual(self.points("--no-kafka"), {("keys", "discarded"): self.OF_KEYS, ("topics", "discarded"): self.OF_TOPICS})

    def test_into_kafka_beside_a_bare_loop(self):
        brokers, topic = kafka_bootstrap(), f"flat-{uuid.uuid4()}"
        broker.create(brokers, topic, 1)
        messages = broker.Messages(brokers, topic)
        self.assertEqual(self.points("--brokers", brokers, "--topic", topic), {
            ("keys", "bare loop"): self.OF_KEYS, ("keys", "into Kafka"): self.OF_KEYS, ("keys", "discarded"): self.OF_KEYS,
            ("topics", "discarded"): self.OF_TOPICS})
        self.assertEqual(messages.more(), 200 * 2 * 2 * len(self.OF_KEYS), "two rounds, one of which warms up, of two ways")


class Compression(unittest.TestCase):
    def test_each_codec_goes_to_a_broker_that_is_started_and_stopped(self):
        shown = bench("compression", "--records", "1000", "--rounds", "1")
        sizes = {codec: int(size) for codec, size in re.findall(r"^(\w+) .* (\d+) \(\d+ \.\. \d+\)$", shown, re.M)}
        self.assertEqual(set(sizes), {"none", "snappy", "lz4", "zstd", "gzip"}, shown)
        self.assertGreater(sizes["none"], 256 + 24, "a body and a key")
        for codec in set(sizes) - {"none"}:
            self.assertLess(sizes[codec], sizes["none"], codec)
            self.assertGreater(sizes[codec], 0, codec)
        self.assertFalse((broker.WORK / "bootstrap").exists(), "it is stopped")


class Outage(unittest.TestCase):
    def test_all_that_was_taken_comes_once_and_in_order(self):
        with tempfile.TemporaryDirectory() as folder:
            shown = bench("store", "--outage", "50000", "--rounds", "1", "--folder", folder)
        self.assertRegex(shown, r"(?m)^50,000 records of 256 bytes, \d+ bytes each in the store; all came once, each key's in order$")
        for what in ("taken, broker away", "drained", "from memory"):
            self.assertRegex(shown, rf"(?m)^{what} +[\d,]+ \([\d,]+ \.\. [\d,]+\) records/s")
        self.assertFalse((broker.WORK / "bootstrap").exists(), "it is stopped")


class Persistent(unittest.TestCase):
    def test_rows(self):
        for name, row in persistent.KILLED.items():
            block = row.block.format(brokers="broker:9092", topic="a-topic", folder="/a/folder")
            self.assertTrue(block.startswith(f"\n  {row.exporter}:\n"), name)
            self.assertIn("'/a/folder/queue'", block, name)
            self.assertNotRegex(block, r"{{|}}", name)
            self.assertTrue(row.manifest.exists(), name)
        self.assertLessEqual({name for ratio in persistent.RATIOS for name in ratio}, set(persistent.ROWS) | set(persistent.ALONE))

    def test_a_lane_has_one_place_for_its_number_in_each_record(self):
        lanes = list(persistent.templates())
        self.assertEqual([persistent.RECORDS] * persistent.LANES, [lane.count(persistent.PLACE) for lane in lanes])
        self.assertEqual(persistent.LANES, len(set(lanes)), "each has a resource of its own, which is its key")


class Collector(unittest.TestCase):
    """Its arguments: a run takes a collector, which is built for minutes."""

    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))

    def parsed(self, *words):
        parser = argparse.ArgumentParser()
        collector.add_arguments(parser)
        return parser.parse_args(words)

    def test_rows(self):
        self.assertEqual(collector.rows_of(self.parsed()), collector.ROWS)
        for name, row in (collector.ROWS | collector.SHIPPED_ROWS).items():
            block = row.block.format(brokers="broker:9092", topic="a-topic")
            self.assertTrue(block.startswith(f"\n  {row.exporter}:\n"), name)
            self.assertIn('brokers: ["broker:9092"]', block, name)
            self.assertNotRegex(block, r"{{|}}", name)
            self.assertTrue(row.manifest.exists(), name)

    def test_a_checkout_of_stackvista(self):
        checkout = self.folder / "checkout"
        exporter = checkout / "exporter/stskafkaexporter"
        self.assertIn(f"{exporter}: there is no such Go module", refused(collector.add_arguments, "--stackvista", str(checkout)))
        exporter.mkdir(parents=True)
        (exporter / "go.mod").write_text("module example.com/exporter\n")
        args = self.parsed("--stackvista", str(checkout))
        with mock.patch.object(collector, "OUT", self.folder / "out"):
            for _ in range(2):  # the link is made anew
                self.assertEqual(collector.rows_of(args), collector.ROWS | collector.SHIPPED_ROWS)
                self.assertEqual((self.folder / "out/stackvista").resolve(), checkout.resolve())

    def test_each_row_gets_a_request(self):
        self.assertIn("must be at least 5", refused(collector.add_arguments, "--requests", "4"))
        args = self.parsed("--requests", "5")
        self.assertGreaterEqual(min(args.requests // row.share for row in (collector.ROWS | collector.SHIPPED_ROWS).values()), 1)


class Numbers(unittest.TestCase):
    def test_there_is_something_to_measure(self):
        self.assertIn("0: must be at least 1", refused(arguments.add_rounds, "--rounds", "0"))
        self.assertIn("many", refused(arguments.add_rounds, "--rounds", "many"))
        self.assertIn("999: must be at least 1,000", refused(lambda parser: arguments.add_records(parser, 1000), "--records", "999"))


if __name__ == "__main__":
    unittest.main()
