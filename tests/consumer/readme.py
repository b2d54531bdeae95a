"""The code in README.md runs as it stands there, against an installed library and a real Kafka: only the broker's address is another."""
import os
import re
import subprocess
import sys
import unittest

from bootstrap import kafka_bootstrap
from installation import Installation
from topics import ROOT, create_topic, read_topic

README = (ROOT / "README.md").read_text(encoding="utf-8")
TOPIC = "logs"
ADDRESS = "localhost:9092"


def blocks(language):
    return [block for name, block in re.findall(r"^```(\w+)\n(.*?)^```", README, re.M | re.S) if name == language]


class Readme(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.installation = Installation()
        cls.addClassCleanup(cls.installation.remove)
        cls.environment = dict(cls.installation.environment, PKG_CONFIG_PATH=str(cls.installation.lib / "pkgconfig"),
                               PATH=f"{cls.installation.prefix}/bin:{os.environ['PATH']}")
        create_topic(TOPIC, 3)

    def run_it(self, *command, **how):
        done = subprocess.run(command, env={**self.environment, **how.pop("env", {})}, capture_output=True, text=True, timeout=120,
                              check=False, **how)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def the_block(self, language, place=0):
        block = blocks(language)[place]
        return block.replace(ADDRESS, kafka_bootstrap())

    def values_under(self, key):
        records = [record for record in read_topic(TOPIC) if record["key"] == key.encode().hex()]
        for record in records:
            self.assertEqual(record["partition"], record["java_partition"])
        return [bytes.fromhex(record["value"]).decode() for record in records]

    def test_c(self):
        command = re.search(r"`(cc send\.c [^`]*)`", README).group(1)
        (self.installation.folder / "send.c").write_text(self.the_block("c"))
        strict = command.replace("cc ", "cc -std=c99 -Wall -Wextra -Wpedantic -Werror ", 1)
        self.run_it("bash", "-ec", strict, cwd=self.installation.folder)
        self.assertEqual(self.run_it(self.installation.folder / "send"), "1 delivered\n")
        [value] = self.values_under("web-1")
        self.assertIn('"body":"payment failed"', value)

    def test_python(self):
        libraries = {"STSKAFKA_LIBRARY": str(next(self.installation.lib.glob("libstskafka.so.?"))),
                     "PYTHONPATH": str(ROOT / "bindings/python/src")}
        self.run_it(sys.executable, "-c", self.the_block("python"), env=libraries)
        self.assertEqual(self.values_under("alice"), ["payment failed"])

    def test_collector(self):
        """The collector itself takes such a block in go.collector; here the tool does, with the same reader of options."""
        config = self.installation.folder / "collector.yaml"
        config.write_text(self.the_block("yaml"))
        told = self.run_it("stskafka", "send", "--config", config, "examples/data/request.bin", cwd=ROOT)
        self.assertIn("5 delivered", told)
        self.assertNotIn("rejected", told)

    def test_commands(self):
        """All but the first ones, which docs.newcomer runs on a new machine."""
        for line in "".join(blocks("sh")[1:]).splitlines():
            with self.subTest(line):
                self.assertTrue(self.run_it("bash", "-ec", line, cwd=ROOT))


if __name__ == "__main__":
    unittest.main()
