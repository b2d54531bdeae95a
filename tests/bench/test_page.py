"""The page of speed goes on working: its program exports what it is told to, and what is shown is what was measured. Nothing here looks
at how fast anything is."""
import json
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import instructions
import show
from load import Load, make_load
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from places import BENCH, program
from ways import CURVES, RATIOS, all_ways

from framing import unframe  # noqa: E402, as load finds it


def page(rows):
    """Of rows that took so many µs in each round."""
    return {"rows": {name: {"text": f"**{name}**", "who": "ours", "rounds": [{"us": us, "records_s": 1e6 / us} for us in rounds]}
                     for name, rounds in rows.items()},
            "load": {"records": 1000, "body": 256, "request": 100, "window": 6400, "rounds": 3}, "curves": {}, "versions": {"Kafka": "9"},
            "machine": {"processor": "abacus", "processors": 2, "memory GiB": 1, "system": "none", "load before": 0}}


class Shown(unittest.TestCase):
    PAGE = page({"bare": [1, 2, 4], "window": [1.5, 2, 8], "memory": [1, 1, 1]})

    def test_ratios_are_round_by_round(self):
        self.assertEqual(list(show.ratios(self.PAGE)), [("window", "bare", [1.5, 1, 2], 1.08)])

    def test_another_build_is_compared_with_each_of_ours(self):
        self.assertEqual(list(show.ratios(page({"memory": [1, 2], "memory@beside": [2, 2]}))),
                         [("memory", "memory@beside", [0.5, 1], None)])

    def test_text(self):
        shown = show.text(self.PAGE)
        self.assertIn("2.00 (1.00 .. 4.00)", shown)
        self.assertRegex(shown, r"window / bare +1\.50 \(1\.00 \.\. 2\.00\) +aim 1\.08")
        self.assertIn("2 processors (abacus)", shown)
        self.assertNotIn("*", shown)

    def test_markdown(self):
        shown = show.markdown(self.PAGE).splitlines()
        self.assertIn("| **window** | 2.00 (1.50 .. 8.00) | 500 (125 .. 667) | - |", shown)
        self.assertIn("| window / bare | 1.50 (1.00 .. 2.00) | 1.08 |", shown)
        tables = [line for line in shown if line.startswith("|")]
        self.assertEqual({line.count("|") for line in tables}, {5, 4})

    def test_every_row_that_is_compared_or_drawn_is_there(self):
        names = {way.name for way in all_ways(6400)}
        self.assertEqual({name for over, under, _ in RATIOS for name in (over, under)} - names, set())
        self.assertEqual(set(CURVES) - names, set())


class Run(unittest.TestCase):
    def bench(self, *arguments):
        done = subprocess.run([sys.executable, BENCH / "run", *arguments], capture_output=True, text=True)
        return done.returncode, done.stdout, done.stderr

    def test_without_kafka(self):
        with tempfile.TemporaryDirectory() as folder:
            code, shown, said = self.bench("--no-kafka", "--no-plot", "--records", "2000", "--rounds", "2", "--out", folder)
            self.assertEqual(code, 0, said)
            measured = json.loads((Path(folder) / "speed.json").read_text())
            self.assertEqual(list(measured["rows"]), ["memory"])
            self.assertEqual([run.keys() for run in measured["rows"]["memory"]["rounds"]], [{"us", "records_s"}] * 2)
            self.assertIn("ours, discarded", shown)
            again = self.bench("--from", f"{folder}/speed.json", "--no-plot", "--out", folder)
            self.assertEqual(again[:2], (0, shown))

    def test_rows_that_are_not_there(self):
        code, _, said = self.bench("--rows", "quickest")
        self.assertEqual(code, 1)
        self.assertIn("there are bare, ", said)

    def test_each_part_explains_itself(self):
        parts = re.findall(r"^  ([a-z]+)  ", self.bench("--help")[1], re.M)
        self.assertIn("compression", parts)
        for part in parts:
            code, shown, _ = self.bench(part, "--help")
            self.assertEqual((code, shown[:23]), (0, f"usage: ./dev bench {part}"[:23]))


class Made(unittest.TestCase):
    def test_a_load_has_as_many_keys_and_topics_as_it_is_asked_for(self):
        path = make_load(200, Load(records=10, body=32, keys=2, topics=3))
        self.assertNotEqual(path, make_load(200, Load(records=10, body=32)))
        found = {"stskafka.key": set(), "stskafka.topic": set()}
        for request in unframe(path.read_bytes()):
            for record in ExportLogsServiceRequest.FromString(request).resource_logs[0].scope_logs[0].log_records:
                for attribute in record.attributes:
                    found[attribute.key].add(attribute.value.string_value or attribute.value.bytes_value)
        self.assertEqual({name: len(values) for name, values in found.items()}, {"stskafka.key": 2, "stskafka.topic": 3})


class Instructions(unittest.TestCase):
    """What is a regression, without counting; bench.instructions counts."""

    def test_more_than_5_percent(self):
        self.assertEqual(list(instructions.faults({"key": 105.0}, {"key": 100.0})), [])
        self.assertEqual(len(list(instructions.faults({"key": 105.1}, {"key": 100.0}))), 1)

    def test_a_stage_without_a_number_and_a_number_without_a_stage(self):
        self.assertEqual(len(list(instructions.faults({"new": 1.0}, {"old": 1.0}))), 2)

    def test_what_another_compiler_made_is_told_apart(self):
        self.assertIsNone(instructions.why_not_comparable("GNU 12", "GNU 12"))
        self.assertIn("Clang 14", instructions.why_not_comparable("Clang 14", "GNU 12"))

    def test_every_stage_has_a_number(self):
        self.assertEqual(set(instructions.ask(program("instructions"), "--list").splitlines()), set(instructions.stored()[1]))


if __name__ == "__main__":
    unittest.main()
