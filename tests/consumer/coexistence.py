"""A process with two librdkafkas, libstskafka's from the system and the newer one of Python's confluent-kafka, loaded in every
order and scope: both work, each call goes where it should, and nothing else of one is taken for the other's."""
import importlib.util
import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(os.environ["STSKAFKA_ROOT"])
LIB = Path(os.environ["STSKAFKA_BUILD"]) / "lib"
OURS = LIB / "libstskafka.so"
OTHER = next(Path(importlib.util.find_spec("confluent_kafka").origin).parents[1].glob("confluent_kafka.libs/librdkafka-*.so.1"))
PROGRAM = sys.argv.pop(1)
# What both are made of, and what must not be shared: nanopb, OpenTelemetry's messages.
INNER_NAMES = re.compile("pb_|opentelemetry|topo_stream|google_protobuf")


def first_request():
    data = (ROOT / "examples/data/otlp-logs.bin").read_bytes()
    return data[4:4 + int.from_bytes(data[:4], "little")]


def symbols(library, *arguments):
    lines = subprocess.run(["nm", *arguments, library], check=True, capture_output=True, text=True).stdout.splitlines()
    return {line.split()[-1].split("@")[0] for line in lines if len(line.split()) > 1}


def system_version():
    return subprocess.run(["pkg-config", "--modversion", "rdkafka"], check=True, capture_output=True, text=True).stdout.strip()


class Coexistence(unittest.TestCase):
    def run_both(self, our_mode, other_mode, first):
        """Versions of ours and the other, and what the loader bound: file, to file, name."""
        with tempfile.TemporaryDirectory() as folder:
            environment = dict(os.environ, LD_DEBUG="bindings", LD_DEBUG_OUTPUT=f"{folder}/loader")
            done = subprocess.run([PROGRAM, OURS, our_mode, OTHER, other_mode, first], input=first_request(), env=environment,
                                  capture_output=True)
            self.assertEqual((done.returncode, done.stderr), (0, b""))
            (log,) = Path(folder).iterdir()
            bindings = re.findall(r"binding file (\S+) \[\d+\] to (\S+) \[\d+\]: \w+ symbol `([^']+)'", log.read_text())
        ours, our_count, other, other_count = re.fullmatch(r"ours (\S+) (\d+), other (\S+) (\d+)\n", done.stdout.decode()).groups()
        self.assertEqual((our_count, other_count), ("10", "10"))
        return ours, other, {(Path(source).name, Path(target).name, name) for source, target, name in bindings}

    def assert_nothing_is_mixed(self, bindings, librdkafka):
        """All our calls of librdkafka go to one and the same; no inner name crosses from file to file; nobody is bound to us."""
        targets = {target for source, target, name in bindings if source == OURS.name and name.startswith("rd_kafka_")}
        self.assertEqual(targets, {librdkafka})
        self.assertEqual({b for b in bindings if INNER_NAMES.match(b[2])}, set())
        self.assertEqual({b for b in bindings if OURS.name == b[1] != b[0] and b[2].startswith(("rd_", "sts_"))}, set())
        self.assertEqual({b for b in bindings if b[0] == OTHER.name and b[2].startswith("rd_") and b[1] != OTHER.name}, set())

    def check(self, librdkafka, *how):
        with self.subTest(how=how):
            ours, other, bindings = self.run_both(*how)
            self.assertGreater(tuple(map(int, other.split("."))), tuple(map(int, system_version().split("."))))
            self.assertEqual(ours, other if librdkafka == OTHER.name else system_version())
            self.assert_nothing_is_mixed(bindings, librdkafka)

    def test_each_has_its_own(self):
        for mode in ("local,now", "local,lazy"):
            self.check("librdkafka.so.1", mode, "local,now", "ours")
            self.check("librdkafka.so.1", mode, "local,now", "other")
            self.check("librdkafka.so.1", mode, "global,now", "ours")
        self.check("librdkafka.so.1", "global,now", "local,now", "other")

    def test_a_global_one_that_was_there_before_serves_both(self):
        """That is what global means to the loader. It must not serve us by half, so it must have all that we call."""
        needed = {name for name in symbols(OURS, "-D", "--undefined-only") if name.startswith("rd_kafka_")}
        self.assertGreater(len(needed), 50)
        self.assertLessEqual(needed, symbols(OTHER, "-D", "--defined-only"))
        for mode in ("local,now", "local,lazy"):
            self.check(OTHER.name, mode, "global,now", "other")

    def test_unless_the_host_binds_us_deep(self):
        self.check("librdkafka.so.1", "local,now,deepbind", "global,now", "other")

    def test_where_ours_is_global_the_host_binds_the_other_deep(self):
        """Ours brings the system's librdkafka with it, which is then global too; without deepbind the other one's calls of itself
        would end up there, and it aborts."""
        self.check("librdkafka.so.1", "global,now", "local,now,deepbind", "ours")

    def test_no_inner_name_is_visible(self):
        for library, *arguments in ((OURS, "-D"), (LIB / "libstskafka.a", "--extern-only")):
            names = symbols(library, *arguments)
            self.assertIn("sts_version", names)
            self.assertEqual({name for name in names if INNER_NAMES.match(name)}, set(), library)


if __name__ == "__main__":
    unittest.main()
