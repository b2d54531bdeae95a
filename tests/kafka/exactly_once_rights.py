"""delivery=exactly_once wants rights beyond WRITE on the topic: each that is missing is named, and with all of them it works.
With arguments, by the program that runs another with the newest librdkafka (and its arguments)."""
import os
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

import admin
from bootstrap import kafka_bootstrap
from topics import ROOT, create_topic

sys.path.insert(0, str(ROOT / "tests/cli"))
from tool import frames, record, request  # noqa: E402

TOOL = Path(os.environ["STSKAFKA_BUILD"]) / "bin/stskafka"
RUNNER = sys.argv[1:]
sys.argv[1:] = []
NAME = f"exactly-once-rights-{os.getpid()}"
COUNT = 20


def committed():
    read = subprocess.run(["kcat", "-C", "-e", "-q", "-X", "isolation.level=read_committed", "-b", kafka_bootstrap(), "-t", NAME,
                           "-o", "beginning", "-f", "%s\n"], stdout=subprocess.PIPE, check=True, text=True)
    return [int(line) for line in read.stdout.split()]


class Rights(unittest.TestCase):
    def setUp(self):
        self.work = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.work)

    def send(self, patience, data=b""):
        options = {"topic": NAME, "delivery": "exactly_once", "transaction.id": NAME, "transaction.group": NAME + "-group",
                   "auth.sasl.mechanism": "PLAIN", "auth.sasl.username": "bob", "auth.sasl.password": "bob-secret", "topic_check": "warn",
                   "brokers": Path(os.environ["STSKAFKA_KAFKA_BOOTSTRAP"] + ".SASL_PLAINTEXT").read_text().strip()}
        words = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
        done = subprocess.run([*RUNNER, TOOL, "send", "--framing", "length-prefixed", "--storage", self.work / "store", "--timeout",
                               str(patience), "-v", *words], input=data, capture_output=True)
        return done.returncode, done.stderr.decode()

    def send_until(self, text):
        """What is stored is tried again and again, with more patience each time, until the log has the text."""
        deadline = time.monotonic() + 120
        patience = 2
        while time.monotonic() < deadline:
            code, log = self.send(patience)
            if text in log:
                return
            patience *= 2
        self.fail(f"{text!r} was not told, but: {log}")

    def test_each_right_that_is_missing_is_named(self):
        address = kafka_bootstrap()
        create_topic(NAME, 1)
        admin.allow(address, "bob", admin.RESOURCE_TOPIC, NAME, admin.OPERATION_WRITE)
        self.send(1, frames(request(*[record(key=b"key", body=b"%d" % i) for i in range(COUNT)])))
        self.send_until("needs READ on the consumer group")
        admin.allow(address, "bob", admin.RESOURCE_GROUP, NAME + "-group", admin.OPERATION_READ)
        self.send_until("needs WRITE (which implies DESCRIBE) on the transactional id")
        admin.allow(address, "bob", admin.RESOURCE_TRANSACTIONAL_ID, NAME, admin.OPERATION_WRITE)
        self.send_until("needs READ on each topic, beside WRITE")
        self.assertEqual(committed(), [])
        admin.allow(address, "bob", admin.RESOURCE_TOPIC, NAME, admin.OPERATION_READ)
        self.assertEqual(self.send(60)[0], 0)
        admin.wait_until("not all is committed", 20, lambda: committed() == list(range(COUNT)))


if __name__ == "__main__":
    unittest.main()
