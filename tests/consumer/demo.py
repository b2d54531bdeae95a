"""What a newcomer runs first, ./dev demo: it ends well, and its last words say so. Run against the broker inside the process and
a real Kafka."""
import os
import subprocess
import unittest

from bootstrap import kafka_bootstrap
from topics import ROOT, create_topic


def demo(*args):
    done = subprocess.run(["./dev", "demo", *args], cwd=ROOT, capture_output=True, text=True, check=False,
                          env={**os.environ, "LC_ALL": "C"})
    return done.returncode, done.stdout.splitlines(), done.stderr.splitlines()


class Demo(unittest.TestCase):
    def assert_a_success(self, code, out, err):
        self.assertEqual(code, 0, err)
        self.assertEqual(sum(" rejected " in line for line in out), 4)
        self.assertIn("36 delivered, 4 rejected, 36 read back", out[-1])
        last = " ".join(err[-2:])
        for words in ("it works", "36 records went", "4 are bad on purpose", "examples/data/README.md"):
            self.assertIn(words, last)
        self.assertNotRegex(last, "not every|fail|error")

    def test_embedded(self):
        self.assert_a_success(*demo())

    def test_on_a_kafka(self):
        create_topic("sts-otel-topology", 3)
        self.assert_a_success(*demo("--brokers", kafka_bootstrap()))

    def test_a_failure_is_none(self):
        code, out, err = demo("--brokers", "127.0.0.1:1")
        self.assertEqual((code, out), (4, []))
        self.assertNotIn("it works", " ".join(err))


if __name__ == "__main__":
    unittest.main()
